/**
 * What a job of a runtime sees of the host: a list of read-only binds and a few links, as data.
 *
 * Every path is bound at its own place, so that nothing in the interpreter has to be told it moved. Few
 * large binds: each costs about 10 µs per sandbox, and one bind under another would cost without showing
 * anything new, so those are dropped.
 */
import { SandboxError } from "../core/errors.ts";
import {
  COMPANIONS,
  FORBIDDEN_BINDS,
  LIBRARY_DIRECTORY,
  LOADERS,
  MAX_BINDS,
  MAX_LINKS,
  MAX_PATH_BYTES,
  ROOT_LINKS,
  SYSTEM_PACKAGES,
} from "./catalog.ts";

/** One read-only bind: `source` as the host resolves it, `target` as the job sees it. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly why: string;
}

/** A symbolic link in the root of the sandbox. */
export interface Link {
  readonly path: string;
  readonly content: string;
}

export interface VisibleFiles {
  readonly binds: readonly Bind[];
  readonly links: readonly Link[];
  /** What the interpreter asked for and is not shown, with the reason: for logs and `doctor`. */
  readonly hidden: readonly { readonly path: string; readonly why: string }[];
}

/** What an interpreter reports about itself; see `locate.ts`. */
export interface InterpreterFacts {
  /** the interpreter's file, links resolved */
  readonly realPath: string;
  readonly basePrefix: string;
  readonly standardLibrary: string;
  /** its module search path, in order; may name what does not exist */
  readonly path: readonly string[];
  /** the shared libraries it has mapped, as the kernel names them */
  readonly libraries: readonly string[];
}

/** The few questions asked of the host's file tree; tests answer them from a table. */
export interface HostFiles {
  kindOf(path: string): "file" | "directory" | "other" | "missing";
  realPath(path: string): string;
  /** the content of a symbolic link, or undefined where there is none */
  linkContent(path: string): string | undefined;
  list(directory: string): readonly string[];
  /** directories that are somebody's home: never bound as a whole */
  readonly homes: readonly string[];
}

/** From how many libraries on a prefix's own `lib` is bound as a whole, as conda's layout wants it. */
const MANY_LIBRARIES = 5;

export function visibleFiles(facts: InterpreterFacts, host: HostFiles): VisibleFiles {
  const wanted = new Wanted(host);
  wanted.add(facts.realPath, "the interpreter");
  wanted.add(facts.standardLibrary, "its standard library");
  for (const entry of facts.path) {
    wanted.add(entry, "its module search path");
  }
  addLibraries(facts, host, wanted);
  for (const loader of LOADERS) {
    wanted.add(loader, "the dynamic loader");
  }
  const usesSystem = facts.path.some((entry) => SYSTEM_PACKAGES.test(entry));
  for (const companion of COMPANIONS) {
    const applies = companion.when === "always" || usesSystem;
    if (applies && host.kindOf(companion.path) === companion.kind) {
      wanted.add(companion.path, companion.why);
    }
  }
  return wanted.finish();
}

function addLibraries(facts: InterpreterFacts, host: HostFiles, wanted: Wanted): void {
  const ownLibrary = `${facts.basePrefix}/lib`;
  const own = facts.libraries.filter((path) => directoryOf(path) === ownLibrary);
  const bindOwnWhole = own.length >= MANY_LIBRARIES && !FORBIDDEN_BINDS.includes(facts.basePrefix);
  for (const path of facts.libraries) {
    const directory = directoryOf(path);
    if (isLibraryDirectory(directory, path) || (bindOwnWhole && directory === ownLibrary)) {
      wanted.add(directory, "shared libraries the interpreter uses");
    } else {
      wanted.add(path, "a shared library the interpreter uses");
      addAliases(path, host, wanted);
    }
  }
}

/** /usr/lib holds far more than libraries on most systems; it counts only where libc itself lies in it. */
function isLibraryDirectory(directory: string, library: string): boolean {
  if (directory === "/usr/lib" || directory === "/lib") {
    return /\/libc\.so\.6$|\/libc\.musl-/.test(library);
  }
  return LIBRARY_DIRECTORY.test(directory);
}

/** A late import asks for libfoo.so.1 where the kernel showed libfoo.so.1.2.3: show it under both names. */
function addAliases(library: string, host: HostFiles, wanted: Wanted): void {
  const directory = directoryOf(library);
  const stem = library.slice(directory.length + 1).split(".so")[0] ?? "";
  for (const name of host.list(directory)) {
    const path = `${directory}/${name}`;
    if (
      // `libfoo.so` without a number is what compilers ask for, never the loader.
      name.startsWith(`${stem}.so.`) &&
      host.linkContent(path) !== undefined &&
      host.realPath(path) === library
    ) {
      wanted.addAt(library, path, "a name of a shared library the interpreter uses");
    }
  }
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0)) || "/";
}

/** Whether `path` lies in `directory` or is it. */
function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Collects what is wanted, and at the end leaves out what is shown already. */
class Wanted {
  readonly #host: HostFiles;
  readonly #links: readonly Link[];
  readonly #binds = new Map<string, Bind & { directory: boolean }>();
  readonly #hidden: { path: string; why: string }[] = [];

  constructor(host: HostFiles) {
    this.#host = host;
    this.#links = ROOT_LINKS.flatMap((path) => {
      const content = host.linkContent(path);
      return content === undefined ? [] : [{ path, content }];
    });
  }

  /** Shows `path` at its real place, and also at its own where links on the host lead there. */
  add(path: string, why: string): void {
    if (this.#host.kindOf(path) === "missing") {
      return;
    }
    const real = this.#host.realPath(path);
    this.addAt(real, real, why);
    const own = this.#throughRootLinks(path);
    if (own !== real) {
      this.addAt(real, own, why);
    }
  }

  addAt(source: string, target: string, why: string): void {
    const reason = this.#refusal(source) ?? this.#refusal(target);
    if (reason !== undefined) {
      this.#hidden.push({ path: target, why: reason });
    } else if (!this.#binds.has(target)) {
      const directory = this.#host.kindOf(source) === "directory";
      this.#binds.set(target, { source, target, why, directory });
    }
  }

  finish(): VisibleFiles {
    const all = [...this.#binds.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
    const directories = all.filter((bind) => bind.directory);
    const binds = all.filter(
      (bind) => !directories.some((other) => other !== bind && isWithin(bind.target, other.target)),
    );
    const links = this.#links.filter((link) => {
      const target = this.#host.realPath(link.path);
      return binds.some((bind) => isWithin(bind.target, target));
    });
    if (binds.length > MAX_BINDS || links.length > MAX_LINKS) {
      throw new SandboxError(
        "runtimeMissing",
        `the interpreter's files lie in ${binds.length} places, more than the ${MAX_BINDS} a sandbox can show`,
        { remedy: "use an interpreter that keeps its packages in fewer directories" },
      );
    }
    return Object.freeze({
      binds: Object.freeze(
        binds.map(({ source, target, why }) => Object.freeze({ source, target, why })),
      ),
      links: Object.freeze(links),
      hidden: Object.freeze(this.#hidden),
    });
  }

  /** The path with a link at the root replaced: /lib64/ld.so is /usr/lib64/ld.so on a merged-/usr host. */
  #throughRootLinks(path: string): string {
    const link = this.#links.find((candidate) => path.startsWith(`${candidate.path}/`));
    return link === undefined
      ? path
      : `${this.#host.realPath(link.path)}${path.slice(link.path.length)}`;
  }

  #refusal(path: string): string | undefined {
    if (FORBIDDEN_BINDS.includes(path)) {
      return "it holds far more of the host than a runtime";
    }
    if (this.#host.homes.includes(path) || /^\/home\/[^/]+$/.test(path)) {
      return "it is a home directory";
    }
    if (this.#host.homes.some((home) => isWithin(home, path))) {
      return "a home directory lies in it";
    }
    if (!path.startsWith("/") || path.split("/").slice(1).some(isOddComponent)) {
      return "it is not an absolute path without . and ..";
    }
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
      return `it is longer than ${MAX_PATH_BYTES} bytes`;
    }
    return this.#host.kindOf(path) === "other" ? "it is neither a file nor a directory" : undefined;
  }
}

function isOddComponent(component: string): boolean {
  return component === "" || component === "." || component === ".." || component.includes("\0");
}
