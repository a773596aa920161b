/** What the suites of outcomes, limits, results, faults and life cycle share. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { JobRequest } from "../../src/core/job.ts";
import type { LimitKind, RunResult } from "../../src/core/outcome.ts";
import { type Pool, runPython, textOf } from "../support/harness.ts";

export type RunOptions = NonNullable<Parameters<Pool["run"]>[1]>;
export type Request = Omit<JobRequest, "code" | "path">;

/** How long a limit may take to end a job, and the promise for everything else that must be over. */
export const GRACE_MS = 1_000;

/** What no job may find changed by another one: its directories, its processes, its own interpreter. */
const LOOK_AROUND = `
  import broodbox, builtins, os, sys, threading
  broodbox.result({
      "files": {name: sorted(os.listdir(name)) for name in ("/tmp", "/out", "/dev/shm", "/job", "/in")},
      "argv": sys.argv, "stdin": sys.stdin.read(), "threads": threading.active_count(),
      "marks": [name for name in vars(builtins) if name.startswith("spoiled")],
      "environment": [name for name in os.environ if name.startswith("SPOILED")],
  })
  print("clean")
`;

/** Runs one more job on the same pool, which must succeed as if no other had been before it. */
export async function expectCleanNext(pool: Pool): Promise<RunResult> {
  const next = await runPython(pool, LOOK_AROUND);
  expect(next.outcome).toEqual({ kind: "exited", exitCode: 0 });
  expect(next.result).toEqual({
    files: { "/tmp": [], "/out": [], "/dev/shm": [], "/job": ["main.py"], "/in": [] },
    argv: ["/job/main.py"],
    stdin: "",
    threads: 1,
    marks: [],
    environment: [],
  });
  expect(textOf(next.stdout)).toBe("clean\n");
  expect(textOf(next.stderr)).toBe("");
  expect(next.error).toBeNull();
  expect(next.denied).toEqual([]);
  expect(next.artifacts).toEqual([]);
  expect(next.artifactsSkippedTotal).toBe(0);
  expect(next.confinement.level).toBe("full");
  return next;
}

/** Runs a job that ends badly, and after it one that must not notice. */
export async function runThenNext(
  pool: Pool,
  code: string,
  request: Request = {},
  options: RunOptions = {},
): Promise<RunResult> {
  const run = await runPython(pool, code, request, options);
  await expectCleanNext(pool);
  return run;
}

/** Runs a job that a limit must end, and checks that it did so within `limitMs` and a second. */
export async function expectLimited(
  pool: Pool,
  limit: LimitKind,
  limitMs: number,
  code: string,
  request: Request = {},
): Promise<RunResult> {
  const startedMs = performance.now();
  const run = await runPython(pool, code, request);
  const tookMs = performance.now() - startedMs - run.timings.queueMs;
  expect(run.outcome, textOf(run.stderr).slice(-500)).toEqual({ kind: "limited", limit });
  expect(tookMs, "from the lease to the complete result").toBeLessThan(limitMs + GRACE_MS);
  await expectCleanNext(pool);
  return run;
}

/** The error that a run rejects with; a job that got through is a failure of the test. */
export async function rejectionOf(run: Promise<RunResult>): Promise<Record<string, unknown>> {
  const settled = await run.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  if ("result" in settled) {
    throw new Error(`expected a rejection, got ${JSON.stringify(settled.result.outcome)}`);
  }
  const { error } = settled;
  expect(error).toBeInstanceOf(Error);
  const { name, message } = error as Error;
  return { ...(error as object), name, message };
}

/** Settles at the first output of a job: it runs. `seen` is what it has written so far. */
export function firstOutput(): {
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly begun: Promise<void>;
  readonly seen: () => string;
} {
  let text = "";
  let resolve = (): void => undefined;
  const begun = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return {
    begun,
    onStdout: (chunk) => {
      text += Buffer.from(chunk).toString();
      resolve();
    },
    seen: () => text,
  };
}

/** Ids of all processes of this host that have this name (`comm`, at most 15 bytes). */
export function processesNamed(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => readText(`/proc/${entry}/comm`).trim() === name)
    .map(Number);
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // gone in between
  }
}

/** A pipe as a job's stdin: the job waits at its read until the test lets it go on. */
export class Gate implements Disposable {
  readonly path: string;
  readonly #directory: string;
  #fd: number | undefined;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), "gate-"));
    this.path = join(this.#directory, "pipe");
    execFileSync("mkfifo", [this.path]);
    // For both directions: nobody has to wait for the other end.
    this.#fd = openSync(this.path, "r+");
  }

  open(text = ""): void {
    if (this.#fd !== undefined) {
      writeSync(this.#fd, text);
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }

  [Symbol.dispose](): void {
    this.open();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A directory that is gone at the end of the block. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "dir-"));
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
