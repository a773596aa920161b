/**
 * What is known about runtimes before any host is looked at: names, suffixes, default profiles, and
 * which files of a host a job of a runtime sees besides the interpreter's own.
 *
 * Everything here is data; `locate.ts` finds the interpreter and `visible.ts` turns what it reports
 * into a list of binds.
 */

export type RuntimeKind = "zygote";

/** One language that jobs can be written in. */
export interface RuntimeFamily {
  readonly language: "python";
  readonly kind: RuntimeKind;
  /** Source file suffixes that choose this runtime when `--runtime` is not given. */
  readonly suffixes: readonly string[];
  readonly defaultProfile: string;
  /** Program names tried, in this order, for the plain name of the language. */
  readonly programs: readonly string[];
  /** Any program name that may be asked for: `python`, `python3`, `python3.9`. */
  readonly programPattern: RegExp;
  readonly oldestVersion: readonly [number, number];
}

/** CPython 3.8 is the oldest whose fork hooks and `gc.freeze` behave as the zygote needs them. */
export const PYTHON: RuntimeFamily = {
  language: "python",
  kind: "zygote",
  suffixes: [".py"],
  defaultProfile: "python-default",
  programs: ["python3", "python"],
  programPattern: /^python(?:3(?:\.\d{1,2})?)?$/,
  oldestVersion: [3, 8],
};

const RUNTIME_FAMILIES: readonly RuntimeFamily[] = [PYTHON];

/** The name of the runtime that a source file's suffix chooses, if one does. */
export function runtimeNameForFile(fileName: string): string | undefined {
  return RUNTIME_FAMILIES.find((family) =>
    family.suffixes.some((suffix) => fileName.endsWith(suffix)),
  )?.language;
}

/** A host path that a job may see beside the interpreter's own files, and why it does no harm. */
export interface Companion {
  readonly path: string;
  readonly kind: "file" | "directory";
  /** `system`: only for an interpreter that uses the distribution's own packages. */
  readonly when: "always" | "system";
  readonly why: string;
}

/**
 * Host files outside the interpreter's own directories that its packages open while a job runs. Each is
 * world-readable distribution data: nothing here names users, hosts, keys or configuration of services.
 */
export const COMPANIONS: readonly Companion[] = [
  {
    path: "/etc/ld.so.cache",
    kind: "file",
    when: "always",
    why: "the dynamic loader finds libraries of late imports through it",
  },
  {
    path: "/usr/lib/locale",
    kind: "directory",
    when: "always",
    why: "C.UTF-8 and other locales that setlocale() opens",
  },
  {
    path: "/usr/share/zoneinfo",
    kind: "directory",
    when: "always",
    why: "time zones of zoneinfo, dateutil and pandas",
  },
  {
    path: "/etc/alternatives",
    kind: "directory",
    when: "system",
    why: "Debian's libblas.so.3 and liblapack.so.3, which numpy loads, are links through it; links only",
  },
  {
    path: "/usr/share/matplotlib",
    kind: "directory",
    when: "system",
    why: "Debian keeps matplotlib's data apart from the package",
  },
  {
    path: "/etc/matplotlibrc",
    kind: "file",
    when: "system",
    why: "Debian's matplotlib reads its defaults there and does not import without them",
  },
  {
    path: "/usr/share/fonts",
    kind: "directory",
    when: "always",
    why: "matplotlib and Pillow draw text with them; Debian's matplotlib links to them",
  },
  {
    path: "/etc/fonts",
    kind: "directory",
    when: "system",
    why: "fontconfig's description of where fonts are",
  },
];

/** Links at the root of a merged-/usr system, kept where the host has them as links. */
export const ROOT_LINKS: readonly string[] = ["/lib", "/lib32", "/lib64", "/libx32"];

/** Where the kernel looks for the loader that a program's header names: a link on most systems. */
export const LOADERS: readonly string[] = [
  "/lib64/ld-linux-x86-64.so.2",
  "/lib/ld-linux-aarch64.so.1",
  "/lib/ld-musl-x86_64.so.1",
  "/lib/ld-musl-aarch64.so.1",
];

/** Where a distribution keeps the Python packages it ships. */
export const SYSTEM_PACKAGES = /^\/usr\/lib(?:64)?\/python3/;

/** Directories of shared libraries that may be bound whole when the interpreter loads from them. */
export const LIBRARY_DIRECTORY =
  /^(?:\/usr(?:\/local)?)?\/lib(?:64|32|x32|\/[a-z0-9_]+-linux-(?:gnu|musl)[a-z0-9]*)?$/;

/**
 * Paths that are never bound, whatever an interpreter says about itself: each holds far more of the host
 * than a runtime. `/usr/lib` is allowed only where the C library itself lies there.
 */
export const FORBIDDEN_BINDS: readonly string[] = [
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/home",
  "/mnt",
  "/media",
  "/opt",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/srv",
  "/sys",
  "/tmp",
  "/usr",
  "/usr/bin",
  "/usr/local",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/share",
  "/var",
  "/var/lib",
  "/var/tmp",
];

/** The wire's bounds (proto/broodbox.options). */
export const MAX_BINDS = 48;
export const MAX_LINKS = 16;
export const MAX_PATH_BYTES = 1023;
