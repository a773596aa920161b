/** What a user typed after `broodbox run` -> one request for the library. Pure but for the current directory. */
import { resolve } from "node:path";
import { SandboxError } from "../../core/errors.ts";
import { isFileName, type JobRequest } from "../../core/job.ts";
import { type LimitsRequest, limitsSchema } from "../../core/limits.ts";
import { LEVELS, type Level } from "../../core/outcome.ts";
import { parseDurationMs, parseSizeBytes } from "../../core/units.ts";
import { runtimeNameForFile } from "../../runtime/catalog.ts";

/** The options as commander leaves them: text, or lists of text. */
export interface RunFlags {
  readonly runtime?: string;
  readonly profile?: string;
  readonly input?: readonly string[];
  readonly out?: string;
  readonly stdin?: string;
  readonly env?: readonly string[];
  readonly wall?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly tmp?: string;
  readonly maxOutput?: string;
  readonly maxArtifacts?: string;
  readonly pids?: string;
  readonly network?: string;
  readonly minimumLevel?: string;
  readonly preload?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress?: boolean;
}

/** A job's source, before it has been read: a path, or what arrives on standard input. */
export type Source = { readonly kind: "path"; readonly path: string } | { readonly kind: "stdin" };

export interface RunPlan {
  readonly source: Source;
  readonly runtime: string;
  readonly preload: readonly string[];
  readonly outDirectory: string | undefined;
  /** everything but the code */
  readonly request: Omit<JobRequest, "code" | "path">;
}

const LATER_SUFFIXES: Readonly<Record<string, string>> = {
  ".js": "the runtime for Node.js",
  ".sh": "the runtime for shells",
  ".php": "the runtime for PHP",
  ".rb": "the runtime for Ruby",
  ".pl": "the runtime for Perl",
  ".zip": "support for bundles",
};

const usage = (message: string, remedy: string): SandboxError =>
  new SandboxError("usage", message, { remedy });

/** Throws SandboxError `usage` or `runtimeMissing` that names the option and what to write instead. */
export function planRun(job: string, args: readonly string[], flags: RunFlags): RunPlan {
  const source: Source = job === "-" ? { kind: "stdin" } : { kind: "path", path: resolve(job) };
  const runtime = chooseRuntime(source, flags.runtime);
  refuseNetwork(flags.network);
  return {
    source,
    runtime,
    preload: (flags.preload ?? []).flatMap(parsePreload),
    outDirectory: flags.out === undefined ? undefined : resolve(nonEmpty("--out", flags.out)),
    request: {
      args: [...args],
      env: parseEnv(flags.env ?? []),
      inputs: (flags.input ?? []).map(parseInput),
      limits: parseLimits(flags),
      network: "none",
      minimumLevel: parseLevel(flags.minimumLevel),
      ...(source.kind === "stdin" ? { filename: "main.py" } : {}),
      ...(flags.stdin === undefined
        ? {}
        : { stdin: { path: resolve(nonEmpty("--stdin", flags.stdin)) } }),
    },
  };
}

function nonEmpty(option: string, value: string): string {
  if (value === "") {
    throw usage(`${option} is empty`, "name a path");
  }
  return value;
}

/** `--runtime` wins; then the suffix; standard input has none and is Python, which is all there is so far. */
function chooseRuntime(source: Source, named: string | undefined): string {
  if (named !== undefined) {
    return nonEmpty("--runtime", named);
  }
  if (source.kind === "stdin") {
    return "python";
  }
  const bySuffix = runtimeNameForFile(source.path);
  if (bySuffix !== undefined) {
    return bySuffix;
  }
  const suffix = /\.[^./]+$/.exec(source.path)?.[0] ?? "";
  const later = Object.hasOwn(LATER_SUFFIXES, suffix) ? LATER_SUFFIXES[suffix] : undefined;
  throw new SandboxError(
    "runtimeMissing",
    later === undefined
      ? `cannot tell the runtime of ${source.path} by its suffix`
      : `cannot run ${source.path}: only Python jobs run so far, ${suffix} needs ${later}`,
    { remedy: "give a .py file, or name a Python with --runtime" },
  );
}

function refuseNetwork(policy: string | undefined): void {
  if (policy !== undefined && policy !== "none") {
    throw usage(
      `there is no network policy ${JSON.stringify(policy)}: only none is supported so far`,
      "leave --network out, and hand over what the job needs with --input",
    );
  }
}

export function parseLevel(text: string | undefined): Level {
  const level = LEVELS.find((name) => name === (text ?? "full"));
  if (level === undefined) {
    throw usage(`there is no level ${JSON.stringify(text)}`, `write one of ${LEVELS.join(", ")}`);
  }
  return level;
}

/** "json,re": a list, so that the option need not be repeated. */
function parsePreload(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  const odd = names.find((name) => !/^[\p{ID_Start}_][\p{ID_Continue}.]*$/u.test(name));
  if (odd !== undefined) {
    throw usage(
      `${JSON.stringify(odd)} in --preload is not a module name`,
      "write names with commas between them, like json,re",
    );
  }
  return names;
}

/** NAME=PATH where what precedes the first "=" can be a file name; a PATH that holds "=" needs its NAME. */
function parseInput(text: string): { name?: string; path: string } {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(at, 0));
  if (at < 0 || name.includes("/")) {
    return { path: resolve(nonEmpty("--input", text)) };
  }
  if (!isFileName(name)) {
    throw usage(
      `${JSON.stringify(name)} in --input is not a file name`,
      "write NAME=PATH with a NAME without slashes, or only a PATH",
    );
  }
  return { name, path: resolve(nonEmpty("the path of --input", text.slice(at + 1))) };
}

function parseEnv(entries: readonly string[]): Record<string, string> {
  // Without a prototype, __proto__ is a name like any other, and the library refuses it by name.
  const env = Object.create(null) as Record<string, string>;
  for (const entry of entries) {
    const at = entry.indexOf("=");
    if (at <= 0) {
      throw usage(
        `cannot read ${JSON.stringify(entry)} as an environment entry`,
        "write --env NAME=VALUE",
      );
    }
    env[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return env;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw usage(
      `cannot read ${JSON.stringify(text)} as a number`,
      "write --pids with a whole number",
    );
  }
  return Number(text);
}

const LIMIT_FLAGS = [
  ["wall", "wallMs", parseDurationMs],
  ["cpu", "cpuMs", parseDurationMs],
  ["memory", "memoryBytes", parseSizeBytes],
  ["tmp", "tmpBytes", parseSizeBytes],
  ["maxOutput", "outputBytes", parseSizeBytes],
  ["maxArtifacts", "artifactBytes", parseSizeBytes],
  ["pids", "pids", parseCount],
] as const satisfies readonly (readonly [
  keyof RunFlags,
  keyof LimitsRequest,
  (text: string) => number,
])[];

function parseLimits(flags: RunFlags): LimitsRequest {
  const limits: LimitsRequest = {};
  for (const [flag, limit, parse] of LIMIT_FLAGS) {
    const text = flags[flag];
    if (text === undefined) {
      continue;
    }
    const checked = limitsSchema.safeParse({ [limit]: parse(text) });
    if (!checked.success) {
      const option = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      throw new SandboxError(
        "usage",
        `${option} ${text}: ${checked.error.issues.map((issue) => issue.message).join("; ")}`,
      );
    }
    Object.assign(limits, checked.data);
  }
  return limits;
}
