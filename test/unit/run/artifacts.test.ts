import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkArtifactName, mediaTypeOf, showName } from "../../../src/run/artifact-name.ts";
import { ArtifactCollector, type ArtifactSink, DirectorySink } from "../../../src/run/artifacts.ts";
import { hashBytes } from "../../../src/threads/thread.ts";

const sha256 = (data: Uint8Array): Promise<string> => Promise.resolve(hashBytes(data));
const limits = { artifactBytes: 100, artifactFiles: 5 };

function collector(sinks: ArtifactSink[] = []): ArtifactCollector {
  return new ArtifactCollector(limits, sha256, sinks);
}

function chunk(name: string | Uint8Array, data = "", last = true, skipped = "") {
  const bytes = typeof name === "string" ? Buffer.from(name) : name;
  return { kind: "artifact", name: bytes, data: Buffer.from(data), last, skipped } as const;
}

describe("checkArtifactName", () => {
  test.each([
    ["", "elsewhere"],
    ["/etc/passwd", "elsewhere"],
    ["../x", "elsewhere"],
    ["a/../b", "elsewhere"],
    ["a/./b", "elsewhere"],
    ["a//b", "elsewhere"],
    ["a/", "elsewhere"],
    ["a\0b", "control"],
    ["a\nb", "control"],
    ["a\u001b[31mb", "control"],
    ["a\u202egnp.exe", "control"],
    ["x".repeat(256), "too long"],
    [`${"y/".repeat(32)}z`, "too deep"],
    [`${"z".repeat(250)}/`.repeat(5), "too long"],
  ])("refuses %j", (name, reason) => {
    const verdict = checkArtifactName(Buffer.from(name));
    expect(verdict.ok).toBe(false);
    expect(verdict.ok ? "" : verdict.reason).toContain(reason);
  });

  test("refuses bytes that are not UTF-8", () => {
    expect(checkArtifactName(Uint8Array.of(0x61, 0xff))).toMatchObject({
      ok: false,
      shown: "a\ufffd",
    });
  });

  test("gives components that stay below the directory, for every name it takes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (name) => {
        const verdict = checkArtifactName(name);
        if (verdict.ok) {
          expect(join("/base", ...verdict.components)).toBe(`/base/${verdict.name}`);
          expect(Buffer.from(verdict.name)).toEqual(Buffer.from(name));
        } else {
          expect(verdict.shown).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("shows a hostile name on one visible line", () => {
    expect(showName(Buffer.from("a\n\u001b[2J"))).toBe("a\\u{a}\\u{1b}[2J");
    expect(showName(Buffer.from("n".repeat(500)))).toHaveLength(257);
  });
});

test("mediaTypeOf goes by the suffix", () => {
  expect(["a.PNG", "b.csv", "c", "d.tar.gz", "e.constructor"].map(mediaTypeOf)).toEqual([
    "image/png",
    "text/csv",
    "application/octet-stream",
    "application/gzip",
    "application/octet-stream",
  ]);
});

describe("ArtifactCollector", () => {
  test("puts chunks together, sorts and digests", async () => {
    const artifacts = collector();
    artifacts.take(chunk("b.txt", "he", false));
    artifacts.take(chunk("b.txt", "llo"));
    artifacts.take(chunk("a/x.json"));
    expect(await artifacts.finish(0)).toEqual({
      artifacts: [
        {
          name: "a/x.json",
          bytes: 0,
          sha256: hashBytes(Buffer.alloc(0)),
          mediaType: "application/json",
        },
        {
          name: "b.txt",
          bytes: 5,
          sha256: hashBytes(Buffer.from("hello")),
          mediaType: "text/plain",
        },
      ],
      artifactsSkipped: [],
      artifactsSkippedTotal: 0,
    });
  });

  test("lists what was skipped, by init or here, and counts what init did not list", async () => {
    const artifacts = collector();
    artifacts.take(chunk("link", "", true, "symbolic link"));
    artifacts.take(chunk("../up", "x"));
    artifacts.take(chunk("a", "1"));
    artifacts.take(chunk("a", "2"));
    artifacts.take(chunk("a/b", "3"));
    const found = await artifacts.finish(10);
    expect(found.artifacts.map(({ name }) => name)).toEqual(["a"]);
    expect(found.artifactsSkipped).toEqual([
      { name: "link", reason: "symbolic link" },
      { name: "../up", reason: "its name leads elsewhere" },
      { name: "a", reason: "its name is taken" },
      { name: "a/b", reason: "its name is taken" },
    ]);
    expect(found.artifactsSkippedTotal).toBe(13);
  });

  test("takes nothing that init is not allowed to send", async () => {
    const broken = { code: "protocolBroken" };
    const tooMuch = collector();
    expect(() => tooMuch.take(chunk("a", "x".repeat(101)))).toThrow(
      expect.objectContaining(broken),
    );
    const tooMany = collector();
    for (const name of "abcde") {
      tooMany.take(chunk(name));
    }
    expect(() => tooMany.take(chunk("f"))).toThrow(expect.objectContaining(broken));
    const mixed = collector();
    mixed.take(chunk("a", "x", false));
    expect(() => mixed.take(chunk("b", "x"))).toThrow(expect.objectContaining(broken));
    await expect(mixed.finish(0)).rejects.toMatchObject(broken);
  });

  test("fails when a sink fails", async () => {
    const artifacts = collector([{ keep: () => Promise.reject(new Error("disk full")) }]);
    artifacts.take(chunk("a"));
    await expect(artifacts.finish(0)).rejects.toThrow("disk full");
  });
});

describe("DirectorySink", () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "artifacts-test-"));
  });
  afterEach(() => rm(base, { recursive: true }));

  async function write(name: string, data = "new"): Promise<string | undefined> {
    await using sink = await DirectorySink.open(join(base, "out"));
    const verdict = checkArtifactName(Buffer.from(name));
    if (!verdict.ok) {
      throw new Error("bad test name");
    }
    return await (sink satisfies ArtifactSink).keep(verdict, Buffer.from(data));
  }

  test("writes files of mode 0644 in directories it makes, whatever the umask", async () => {
    const before = process.umask(0o077);
    try {
      expect(await write("a/b/c.txt")).toBeUndefined();
    } finally {
      process.umask(before);
    }
    expect(await readFile(join(base, "out/a/b/c.txt"), "utf8")).toBe("new");
    expect((await stat(join(base, "out/a/b/c.txt"))).mode & 0o777).toBe(0o644);
  });

  test("never writes over a file or through a link", async () => {
    await mkdir(join(base, "out"));
    await mkdir(join(base, "elsewhere"));
    await writeFile(join(base, "out/old"), "old");
    await writeFile(join(base, "secret"), "secret");
    await symlink(join(base, "secret"), join(base, "out/link"));
    await symlink(join(base, "elsewhere"), join(base, "out/dir"));
    await symlink(join(base, "nowhere"), join(base, "out/dangling"));
    expect(await write("old")).toMatch(/exists/);
    expect(await write("link")).toMatch(/exists/);
    expect(await write("dangling")).toMatch(/exists/);
    expect(await write("dir/x")).toMatch(/in its way/);
    expect(await write("old/x")).toMatch(/in its way/);
    expect(await readFile(join(base, "out/old"), "utf8")).toBe("old");
    expect(await readFile(join(base, "secret"), "utf8")).toBe("secret");
    await expect(stat(join(base, "elsewhere/x"))).rejects.toThrow(/ENOENT/);
    await expect(stat(join(base, "nowhere"))).rejects.toThrow(/ENOENT/);
  });

  test("says which directory cannot be written", async () => {
    await writeFile(join(base, "file"), "");
    await expect(DirectorySink.open(join(base, "file/out"))).rejects.toMatchObject({
      code: "outputUnwritable",
      message: expect.stringContaining("file/out"),
    });
  });
});
