import { describe, expect, test } from "vitest";
import {
  type HostFiles,
  type InterpreterFacts,
  visibleFiles,
} from "../../../src/runtime/visible.ts";

/** A host as a table: directories end in "/", links have an arrow. */
function host(entries: readonly string[], homes: readonly string[] = ["/root"]): HostFiles {
  const links = new Map<string, string>();
  const files = new Set<string>();
  const directories = new Set<string>();
  for (const entry of entries) {
    const [path, target] = entry.split(" -> ") as [string, string | undefined];
    if (target !== undefined) links.set(path, target);
    else if (path.endsWith("/")) directories.add(path.slice(0, -1));
    else files.add(path);
  }
  const realPath = (path: string): string => {
    for (const [link, target] of links) {
      if (path === link || path.startsWith(`${link}/`)) {
        const absolute = target.startsWith("/")
          ? target
          : `${link.slice(0, link.lastIndexOf("/"))}/${target}`;
        return realPath(`${absolute}${path.slice(link.length)}`);
      }
    }
    return path;
  };
  return {
    homes,
    realPath,
    linkContent: (path) => links.get(path),
    kindOf: (path) => {
      const real = realPath(path);
      return files.has(real) ? "file" : directories.has(real) ? "directory" : "missing";
    },
    list: (directory) =>
      [...files, ...links.keys()]
        .filter((path) => path.slice(0, path.lastIndexOf("/")) === directory)
        .map((path) => path.slice(directory.length + 1)),
  };
}

const DEBIAN = [
  "/lib -> usr/lib",
  "/lib64 -> usr/lib64",
  "/usr/bin/python3.11",
  "/usr/lib/python3.11/",
  "/usr/lib/python3.11/lib-dynload/",
  "/usr/lib/python3/dist-packages/",
  "/usr/lib/x86_64-linux-gnu/",
  "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
  "/usr/lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
  "/etc/ld.so.cache",
  "/etc/alternatives/",
  "/etc/matplotlibrc",
  "/usr/share/zoneinfo/",
];

const SYSTEM: InterpreterFacts = {
  realPath: "/usr/bin/python3.11",
  basePrefix: "/usr",
  standardLibrary: "/usr/lib/python3.11",
  path: [
    "/usr/lib/python311.zip",
    "/usr/lib/python3.11",
    "/usr/lib/python3.11/lib-dynload",
    "/usr/local/lib/python3.11/dist-packages",
    "/usr/lib/python3/dist-packages",
  ],
  libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libz.so.1.2.13"],
};

function targets(facts: InterpreterFacts, files: HostFiles): string[] {
  return visibleFiles(facts, files).binds.map(({ target }) => target);
}

describe("visibleFiles", () => {
  test("shows a system interpreter by few large binds at their own places", () => {
    expect(targets(SYSTEM, host(DEBIAN))).toEqual([
      "/etc/alternatives",
      "/etc/ld.so.cache",
      "/etc/matplotlibrc",
      "/usr/bin/python3.11",
      "/usr/lib/python3.11",
      "/usr/lib/python3/dist-packages",
      "/usr/lib/x86_64-linux-gnu",
      "/usr/lib64/ld-linux-x86-64.so.2",
      "/usr/share/zoneinfo",
    ]);
  });

  test("keeps the root links that lead to something shown", () => {
    expect(visibleFiles(SYSTEM, host(DEBIAN)).links).toEqual([
      { path: "/lib", content: "usr/lib" },
      { path: "/lib64", content: "usr/lib64" },
    ]);
  });

  test("shows an interpreter below a closed home, and nothing else of that home", () => {
    const prefix = "/home/ada/.pyenv/versions/3.11.7";
    const facts: InterpreterFacts = {
      realPath: `${prefix}/bin/python3.11`,
      basePrefix: prefix,
      standardLibrary: `${prefix}/lib/python3.11`,
      path: [`${prefix}/lib/python3.11`, `${prefix}/lib/python3.11/site-packages`],
      libraries: [`${prefix}/lib/libpython3.11.so.1.0`, "/usr/lib/x86_64-linux-gnu/libc.so.6"],
    };
    const files = host([
      ...DEBIAN,
      `${prefix}/bin/python3.11`,
      `${prefix}/lib/python3.11/`,
      `${prefix}/lib/python3.11/site-packages/`,
      `${prefix}/lib/libpython3.11.so.1.0`,
      `${prefix}/lib/libpython3.11.so -> libpython3.11.so.1.0`,
      `${prefix}/lib/libpython3.11.so.1 -> libpython3.11.so.1.0`,
    ]);
    const shown = targets(facts, files);
    expect(shown.filter((path) => path.startsWith("/home"))).toEqual([
      `${prefix}/bin/python3.11`,
      `${prefix}/lib/libpython3.11.so.1`,
      `${prefix}/lib/libpython3.11.so.1.0`,
      `${prefix}/lib/python3.11`,
    ]);
    // Companions of the distribution's packages are of no use to it.
    expect(shown).not.toContain("/etc/alternatives");
  });

  test("binds the lib directory of a prefix that brings its own libraries", () => {
    const libraries = ["ssl.so.3", "z.so.1", "ffi.so.8", "lzma.so.5", "bz2.so.1"].map(
      (name) => `/opt/conda/lib/lib${name}`,
    );
    const facts = {
      ...SYSTEM,
      realPath: "/opt/conda/bin/python3.11",
      basePrefix: "/opt/conda",
      standardLibrary: "/opt/conda/lib/python3.11",
      path: ["/opt/conda/lib/python3.11"],
      libraries,
    };
    const files = host([
      "/opt/conda/bin/python3.11",
      "/opt/conda/lib/",
      "/opt/conda/lib/python3.11/",
      ...libraries,
    ]);
    expect(targets(facts, files)).toEqual(["/opt/conda/bin/python3.11", "/opt/conda/lib"]);
  });

  test("shows a linked place under both of its names", () => {
    const files = host([
      "/opt/py -> /data/py",
      "/data/py/bin/python3.11",
      "/data/py/lib/python3.11/",
    ]);
    const facts = {
      ...SYSTEM,
      realPath: "/data/py/bin/python3.11",
      basePrefix: "/opt/py",
      standardLibrary: "/opt/py/lib/python3.11",
      path: ["/opt/py/lib/python3.11"],
      libraries: [],
    };
    expect(visibleFiles(facts, files).binds).toMatchObject([
      { source: "/data/py/bin/python3.11", target: "/data/py/bin/python3.11" },
      { source: "/data/py/lib/python3.11", target: "/data/py/lib/python3.11" },
      { source: "/data/py/lib/python3.11", target: "/opt/py/lib/python3.11" },
    ]);
  });

  test.each(["/", "/usr", "/etc", "/home", "/home/alice", "/root", "/srv/alice", "/srv", "/tmp"])(
    "never shows %s, and says why",
    (path) => {
      const files = host([...DEBIAN, `${path}/`], ["/root", "/srv/alice"]);
      const shown = visibleFiles({ ...SYSTEM, path: [...SYSTEM.path, path] }, files);
      expect(shown.binds.map(({ target }) => target)).not.toContain(path);
      expect(shown.hidden).toMatchObject([{ path }]);
    },
  );

  test("shows single files of /usr/lib unless the C library lies there", () => {
    const files = host(["/usr/lib/", "/usr/lib/libodd.so.1", "/usr/lib/libc.so.6"]);
    const facts = { ...SYSTEM, path: [], libraries: ["/usr/lib/libodd.so.1"] };
    expect(targets(facts, files)).toEqual(["/usr/lib/libodd.so.1"]);
    const arch = { ...facts, libraries: ["/usr/lib/libc.so.6", "/usr/lib/libodd.so.1"] };
    expect(targets(arch, files)).toEqual(["/usr/lib"]);
  });

  test("refuses an interpreter whose files lie in too many places", () => {
    const path = Array.from({ length: 60 }, (_, at) => `/nix/store/${at}/lib`);
    const files = host([...DEBIAN, ...path.map((entry) => `${entry}/`)]);
    expect(() => visibleFiles({ ...SYSTEM, path }, files)).toThrow(/more than the 48/);
  });
});
