/**
 * Finds interpreters on this host and asks each what it is. What is found on PATH may be a shim (a shell
 * script that chooses a version), so the truth is what the interpreter says about itself when executed.
 */
import { createHash } from "node:crypto";
import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { z } from "zod";
import { messageOf, SandboxError } from "../core/errors.ts";
import { PYTHON, type RuntimeFamily, type RuntimeKind } from "./catalog.ts";
import {
  type HostFiles,
  type InterpreterFacts,
  type VisibleFiles,
  visibleFiles,
} from "./visible.ts";

/** How a probe program ended. */
export interface ProbeAnswer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** set when the program was stopped for taking too long or saying too much */
  readonly stopped: "deadline" | "output" | undefined;
}

export interface ProbeOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly maxOutputBytes: number;
}

/** Runs one program to its end; rejects when it cannot be started. `forkserver/spawn.ts` has the real one. */
export type RunProbe = (
  file: string,
  args: readonly string[],
  options: ProbeOptions,
) => Promise<ProbeAnswer>;

/** A named, digested interpreter. */
export interface Runtime {
  /** `python-3.11.2+0123456789ab`: what a result's provenance names */
  readonly id: string;
  /** `python3.11` */
  readonly name: string;
  readonly language: RuntimeFamily["language"];
  readonly kind: RuntimeKind;
  readonly version: string;
  /** what is executed: absolute, the interpreter itself and no shim */
  readonly interpreter: string;
  /** `sha256:` over the interpreter's bytes, its version, its search path, and sizes and times of its libraries */
  readonly digest: string;
  readonly defaultProfile: string;
  readonly visible: VisibleFiles;
}

export interface LocateOptions {
  readonly runProbe: RunProbe;
  /** the caller's environment: PATH says where to look, and a shim reads the rest */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface FoundRuntimes {
  readonly runtimes: readonly Runtime[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

/** Zygotes start with this little, so an interpreter is asked under the same conditions. */
const BARE_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C.UTF-8" } as const;
const DEADLINE_MS = 10_000;
const MAX_OUTPUT_BYTES = 256 * 1024;

/**
 * Importing the extension modules that lean on system libraries shows those libraries in the memory map.
 * `-I` keeps the caller's directory and PYTHON variables out of the answer.
 */
const PROBE = `
import sys, os, json
for name in ("_ssl", "_hashlib", "_sqlite3", "_ctypes", "_lzma", "_bz2", "zlib", "_decimal", "_uuid"):
    try:
        __import__(name)
    except ImportError:
        pass
libraries = set()
with open("/proc/self/maps") as maps:
    for line in maps:
        field = line.rstrip("\\n").split(None, 5)
        if len(field) == 6 and "x" in field[1] and field[5].startswith("/"):
            libraries.add(field[5])
real = os.path.realpath("/proc/self/exe")
libraries.discard(real)
print(json.dumps({
    "executable": sys.executable,
    "realPath": real,
    "implementation": sys.implementation.name,
    "version": list(sys.version_info[:3]),
    "release": sys.version_info[3],
    "versionText": sys.version,
    "abiflags": sys.abiflags,
    "prefix": sys.prefix,
    "basePrefix": sys.base_prefix,
    "standardLibrary": os.path.dirname(os.__file__),
    "path": sys.path,
    "libraries": sorted(libraries),
}))
`;

const pathSchema = z.string().startsWith("/").max(4096);

const answerSchema = z.object({
  executable: pathSchema,
  realPath: pathSchema,
  implementation: z.string().max(64),
  version: z.tuple([z.int(), z.int(), z.int()]),
  release: z.enum(["alpha", "beta", "candidate", "final"]),
  versionText: z.string().max(1024),
  abiflags: z.string().max(16),
  prefix: pathSchema,
  basePrefix: pathSchema,
  standardLibrary: pathSchema,
  path: z.array(z.string().max(4096)).max(512),
  libraries: z.array(pathSchema).max(512),
});

type Answer = z.output<typeof answerSchema>;

/**
 * Finds the runtime that a name (`python`, `python3.9`) or a path means here. Throws SandboxError
 * `runtimeMissing` that lists what was tried and why it was not taken.
 */
export async function locateRuntime(nameOrPath: string, options: LocateOptions): Promise<Runtime> {
  const byPath = nameOrPath.includes("/");
  if (!byPath && !PYTHON.programPattern.test(nameOrPath)) {
    throw new SandboxError("runtimeMissing", `there is no runtime ${JSON.stringify(nameOrPath)}`, {
      remedy: "`broodbox runtimes` lists the names, and the path of a python works too",
    });
  }
  const programs = nameOrPath === PYTHON.language ? PYTHON.programs : [nameOrPath];
  const candidates = byPath ? [nameOrPath] : await findPrograms(programs, options.env);
  const tried: string[] = [];
  for (const candidate of candidates) {
    try {
      return await describe(candidate, options);
    } catch (error) {
      tried.push(`${candidate}: ${messageOf(error)}`);
    }
  }
  throw new SandboxError(
    "runtimeMissing",
    tried.length === 0
      ? `cannot find ${programs.join(" or ")} on PATH`
      : `cannot use ${JSON.stringify(nameOrPath)} as a runtime (${tried.join("; ")})`,
    { remedy: "install CPython 3.8 or newer, or name another with --runtime" },
  );
}

/** Every usable interpreter that PATH and pyenv know, each once. */
export async function findRuntimes(options: LocateOptions): Promise<FoundRuntimes> {
  const runtimes = new Map<string, Runtime>();
  const skipped: { path: string; why: string }[] = [];
  const seen = new Set<string>();
  for (const candidate of await findPrograms(undefined, options.env)) {
    const real = await realpath(candidate);
    if (seen.has(real)) {
      continue;
    }
    seen.add(real);
    try {
      const runtime = await describe(candidate, options);
      if (!runtimes.has(runtime.id)) {
        runtimes.set(runtime.id, runtime);
      }
    } catch (error) {
      skipped.push({ path: candidate, why: messageOf(error) });
    }
  }
  return { runtimes: [...runtimes.values()], skipped };
}

/** Files called like one of `programs` (or like any python) on PATH, then among pyenv's versions. */
async function findPrograms(
  programs: readonly string[] | undefined,
  env: LocateOptions["env"],
): Promise<string[]> {
  const path = (env["PATH"] ?? BARE_ENVIRONMENT.PATH)
    .split(":")
    .filter((dir) => dir.startsWith("/"));
  const directories = [...path, ...(await pyenvDirectories(env))];
  const found: string[] = [];
  for (const directory of new Set(directories)) {
    const names =
      programs ?? (await namesIn(directory)).filter((name) => PYTHON.programPattern.test(name));
    for (const name of names) {
      const file = `${directory}/${name}`;
      if (await isExecutableFile(file)) {
        found.push(file);
      }
    }
  }
  // A name is preferred over the directory it is found in: `python3` anywhere before `python`.
  return programs === undefined
    ? found
    : programs.flatMap((name) => found.filter((file) => file.endsWith(`/${name}`)));
}

/** pyenv keeps versions side by side that its shims on PATH may not be set to; newest first. */
async function pyenvDirectories(env: LocateOptions["env"]): Promise<string[]> {
  const root =
    env["PYENV_ROOT"] ?? (env["HOME"] === undefined ? undefined : `${env["HOME"]}/.pyenv`);
  if (root === undefined || !root.startsWith("/")) {
    return [];
  }
  const versions = await namesIn(`${root}/versions`);
  return versions
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((version) => `${root}/versions/${version}/bin`);
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch {
    // A PATH entry that does not exist or cannot be read holds no interpreter for us.
    return [];
  }
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    return facts.isFile() && (facts.mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

async function describe(candidate: string, options: LocateOptions): Promise<Runtime> {
  const file = (await isScript(candidate)) ? await throughShim(candidate, options) : candidate;
  const answer = await ask(file, options.runProbe, BARE_ENVIRONMENT);
  checkVersion(answer);
  const interpreter = answer.prefix === answer.basePrefix ? answer.realPath : answer.executable;
  const version = `${answer.version.join(".")}${answer.release === "final" ? "" : `-${answer.release}`}`;
  const digest = await digestOf(answer);
  const facts: InterpreterFacts = answer;
  return Object.freeze({
    id: `${PYTHON.language}-${version}+${digest.slice("sha256:".length, "sha256:".length + 12)}`,
    name: `${PYTHON.language}${answer.version[0]}.${answer.version[1]}`,
    language: PYTHON.language,
    kind: PYTHON.kind,
    version,
    interpreter,
    digest,
    defaultProfile: PYTHON.defaultProfile,
    visible: visibleFiles(facts, realHostFiles(options.env["HOME"])),
  });
}

async function isScript(path: string): Promise<boolean> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.toString("latin1") === "#!";
}

/** A shim needs the caller's environment (HOME, PYENV_VERSION, …) to choose; what it chose is then asked bare. */
async function throughShim(shim: string, options: LocateOptions): Promise<string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.env)) {
    if (value !== undefined) {
      env[name] = value;
    }
  }
  return (await ask(shim, options.runProbe, env)).executable;
}

async function ask(
  file: string,
  runProbe: RunProbe,
  env: Readonly<Record<string, string>>,
): Promise<Answer> {
  const answer = await runProbe(file, ["-I", "-c", PROBE], {
    env,
    deadlineMs: DEADLINE_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (answer.stopped !== undefined) {
    throw new Error(
      answer.stopped === "deadline"
        ? `gave no answer within ${DEADLINE_MS} ms`
        : `printed more than ${MAX_OUTPUT_BYTES} bytes`,
    );
  }
  if (answer.exitCode !== 0) {
    // Python says the reason last; a shim that finds nothing (127, as a shell does) says it first.
    const lines = answer.stderr.trim().split("\n");
    const said = lines.at(answer.exitCode === 127 ? 0 : -1)?.slice(0, 200) ?? "";
    throw new Error(`ended with code ${String(answer.exitCode)}${said === "" ? "" : ` (${said})`}`);
  }
  return parseAnswer(answer.stdout);
}

function parseAnswer(stdout: string): Answer {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch (error) {
    throw new Error("did not answer in JSON", { cause: error });
  }
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`gave an odd answer: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  return parsed.data;
}

function checkVersion(answer: Answer): void {
  const [major, minor] = answer.version;
  const [oldestMajor, oldestMinor] = PYTHON.oldestVersion;
  if (answer.implementation !== "cpython") {
    throw new Error(`is ${answer.implementation}, and only CPython can be a zygote`);
  }
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Error(`is ${answer.version.join(".")}, older than ${oldestMajor}.${oldestMinor}`);
  }
}

/** Cheap on purpose: the interpreter's own bytes are hashed, its libraries go in as size and time. */
async function digestOf(answer: Answer): Promise<string> {
  const hash = createHash("sha256");
  hash.update(readFileSync(answer.realPath));
  const facts: unknown[] = [answer.versionText, answer.abiflags, answer.path];
  for (const path of [
    answer.realPath,
    answer.standardLibrary,
    ...answer.path,
    ...answer.libraries,
  ]) {
    try {
      const { size, mtimeMs } = await stat(path);
      facts.push([path, size, Math.trunc(mtimeMs)]);
    } catch {
      // A search path names places that do not exist; that they do not is a fact, too.
      facts.push([path, "missing"]);
    }
  }
  hash.update(JSON.stringify(facts));
  return `sha256:${hash.digest("hex")}`;
}

/** The host's real file tree. Synchronous: some fifty calls, once, at start. */
function realHostFiles(home: string | undefined): HostFiles {
  return {
    homes: ["/root", ...(home === undefined || home === "/" ? [] : [home])],
    kindOf(path) {
      const facts = factsOf(path);
      if (facts === undefined) {
        return "missing";
      }
      return facts.isDirectory() ? "directory" : facts.isFile() ? "file" : "other";
    },
    realPath: (path) => realpathSync(path),
    linkContent(path) {
      return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
        ? readlinkSync(path)
        : undefined;
    },
    list: (directory) => readdirSync(directory),
  };
}

/** What we cannot look at (a file inside a zip, a directory closed to us) the interpreter cannot use either. */
function factsOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
