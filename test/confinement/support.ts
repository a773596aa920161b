/** What tests of attacks share: jobs that are files, answers of the kernel, canaries of the host. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { JobRequest } from "../../src/core/job.ts";
import type { Denial, JsonValue, RunResult } from "../../src/core/outcome.ts";
import { CALLS_OF } from "../../src/profile/syscalls/table.ts";
import type { Pool } from "../support/harness.ts";

type RunOptions = Parameters<Pool["run"]>[1];

export const ARCH = process.arch === "arm64" ? "aarch64" : "x86_64";

/** Numbers of all calls of this architecture, by name. */
export const NUMBERS: ReadonlyMap<string, number> = new Map(
  [...CALLS_OF[ARCH]].map(([name, { number }]) => [name, number]),
);

export type Answers = Readonly<Record<string, string>>;

export function jobPath(name: string): string {
  return join(import.meta.dirname, "jobs", `${name}.py`);
}

/** Runs jobs/NAME.py with jobs/attempts.py and the numbers of all calls beside it. */
export async function runJobFile(
  pool: Pool,
  name: string,
  request: Omit<JobRequest, "code" | "path"> = {},
  options: RunOptions = {},
): Promise<RunResult> {
  const { inputs = [], ...rest } = request;
  return await pool.run(
    {
      ...rest,
      path: jobPath(name),
      inputs: [
        { name: "attempts.py", path: jobPath("attempts") },
        {
          name: "calls.json",
          data: JSON.stringify(Object.fromEntries(NUMBERS)),
        },
        ...inputs,
      ],
    },
    options,
  );
}

/** The value that a job handed back; fails with everything it said when it did not end well. */
export function resultOf<T = Readonly<Record<string, JsonValue>>>(run: RunResult): T {
  const said = {
    error: run.error?.traceback ?? null,
    stderr: run.stderr,
    outcome: run.outcome,
  };
  expect(said).toEqual({
    error: null,
    stderr: { text: "", bytes: 0, truncated: false },
    outcome: { kind: "exited", exitCode: 0 },
  });
  return run.result as T;
}

export function deniedCalls(run: RunResult): Set<string> {
  return new Set(run.denied.map((denial) => denial.syscall));
}

export function denialOf(run: RunResult, syscall: string): Denial | undefined {
  return run.denied.find((denial) => denial.syscall === syscall);
}

/** All of `answers` that are not `expected`. */
export function unlike(answers: Answers, ...expected: readonly string[]): Answers {
  return Object.fromEntries(
    Object.entries(answers).filter(([, answer]) => !expected.includes(answer)),
  );
}

/** Those of the benign twins that did not work. */
export function broken(works: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(works).filter(([, worked]) => worked !== true));
}

/** A directory that is removed at the end of the test, also when that fails. */
export class Directory implements Disposable {
  readonly path: string;

  constructor(mode: number, parent: string = tmpdir()) {
    this.path = mkdtempSync(join(parent, "bbc-"));
    chmodSync(this.path, mode);
  }

  file(name: string, content: string, mode = 0o644): string {
    const path = join(this.path, name);
    writeFileSync(path, content, { mode });
    chmodSync(path, mode);
    return path;
  }

  read(path: string): string {
    return readFileSync(path, "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A listener of the host that counts who came. */
export class Listener implements AsyncDisposable {
  readonly #server: Server;
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.connections += 1;
      socket.end("canary");
    });
  }

  /** `where`: {host, port} or the path of a socket; "\0…" is an abstract one. */
  static async open(where: { host: string; port: number } | { path: string }): Promise<Listener> {
    const server = createServer();
    const listener = new Listener(server);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(where, resolve);
    });
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A job that has said its first word and waits until it is told to end. */
export class Held {
  readonly #controller = new AbortController();
  readonly #run: Promise<RunResult>;
  readonly spoken: Promise<void>;

  constructor(pool: Pool, name: string, request: Omit<JobRequest, "code" | "path">) {
    let speak: () => void = () => undefined;
    this.spoken = new Promise((resolve) => {
      speak = resolve;
    });
    const options = {
      signal: this.#controller.signal,
      onStdout: () => speak(),
    };
    this.#run = runJobFile(pool, name, request, options);
  }

  async end(): Promise<RunResult> {
    this.#controller.abort();
    return await this.#run;
  }
}
