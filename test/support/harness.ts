/** What tests of the whole program share: pools with fixed defaults, jobs as text, the command as a child. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { accessSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import type { JobRequest } from "../../src/core/job.ts";
import type { RunResult } from "../../src/core/outcome.ts";
import type * as Supervisor from "../../src/supervisor.ts";
import { type Snapshot, settledSnapshot } from "./leaks.ts";

export const ROOT = join(import.meta.dirname, "../..");

export type Pool = Awaited<ReturnType<typeof Supervisor.createPool>>;
export type PoolOptions = Parameters<typeof Supervisor.createPool>[0];
type RunOptions = Parameters<Pool["run"]>[1];

/** A pool of one warm sandbox of the Python on PATH; `await using` it. */
export async function openPool(options: PoolOptions = {}): Promise<Pool> {
  // What was built, not the sources: threads load compiled files, and this is what users get. Errors are
  // therefore told by their code: their class is not the one that a test imports from src.
  const built = (await import(join(ROOT, "dist/supervisor.js"))) as typeof Supervisor;
  return await built.createPool({ runtime: "python", warm: 1, ...options });
}

let baseline: Snapshot | null = null;

/** What was there when the shared pool of this file had made what it keeps ready; null without one. */
export function sharedBaseline(): Snapshot | null {
  return baseline;
}

/** One pool for all tests of a file or describe block; the leak check then compares numbers. */
export function sharedPool(options: PoolOptions = {}): () => Pool {
  let pool: Pool | undefined;
  beforeAll(async () => {
    pool = await openPool(options);
    // The first job makes what is made once: digests, the reading of files, and threads, for a large result.
    await pool.run({ code: "import broodbox; broodbox.result('x' * 100_000)" });
    baseline = await settledSnapshot();
  });
  afterAll(async () => {
    baseline = null;
    await pool?.close();
  });
  return () => {
    if (pool === undefined) {
      throw new Error("cannot use the shared pool before the tests have begun");
    }
    return pool;
  };
}

/** Runs Python source text. Lines are dedented by what the first one is indented by. */
export async function runPython(
  pool: Pool,
  code: string,
  request: Omit<JobRequest, "code" | "path"> = {},
  options: RunOptions = {},
): Promise<RunResult> {
  return await pool.run({ ...request, code: dedent(code) }, options);
}

/** Makes source that is written inside an indented template literal start at column 0. */
function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").split("\n");
  const indent = /^ */.exec(lines[0] ?? "")?.[0].length ?? 0;
  return lines
    .map((line) => (line.slice(0, indent).trim() === "" ? line.slice(indent) : line))
    .join("\n");
}

/** stdout or stderr as text; fails when it is not valid UTF-8. */
export function textOf(stream: RunResult["stdout"]): string {
  if ("text" in stream) {
    return stream.text;
  }
  throw new Error(`expected text, got bytes: ${stream.base64.slice(0, 80)}`);
}

export interface CliRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly wallMs: number;
}

export interface CliOptions {
  /** what the command reads on standard input; default: nothing */
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** the command is killed after this long, and the test fails */
  readonly limitMs?: number;
}

export type CliChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts the built command. Nothing of this process's environment but PATH and directories goes in. */
export function spawnCli(args: readonly string[], options: CliOptions = {}): CliChild {
  const program = join(ROOT, "dist/front/cli/main.js");
  accessSync(program); // built by `npm run build`; .ci/test does it first
  const { PATH = "", TMPDIR = "/tmp", BROODBOX_NATIVE_DIR = "" } = process.env;
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH, TMPDIR, BROODBOX_NATIVE_DIR, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs the built command to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const startedMs = performance.now();
  const child = spawnCli(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A command that ends without reading its input must not end the test.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const limitMs = options.limitMs ?? 50_000;
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once("error", reject);
      child.once("close", (...end) => resolve(end));
    },
  ).finally(() => clearTimeout(timer));
  const text = Buffer.concat(stderr).toString();
  if (child.killed) {
    throw new Error(
      `broodbox ${args.join(" ")} did not end within ${limitMs} ms; stderr:\n${text}`,
    );
  }
  return {
    exitCode,
    signal,
    stdout: Buffer.concat(stdout),
    stderr: text,
    wallMs: performance.now() - startedMs,
  };
}

/** The result document of `--json`. */
export function documentOf(run: CliRun): RunResult {
  try {
    return JSON.parse(run.stdout.toString()) as RunResult;
  } catch (cause) {
    throw new Error(
      `no result document on stdout; exit code ${run.exitCode}, stderr:\n${run.stderr}`,
      {
        cause,
      },
    );
  }
}
