/** Every child process of the supervisor starts here: the forkserver, its sweep, and probes of interpreters. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ProbeAnswer, RunProbe } from "../runtime/locate.ts";

/** How a program ended, as the kernel told it. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program that speaks on its standard streams. */
export interface Program {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once: when the program has ended. */
  readonly ended: Promise<ProgramEnd>;
  kill(signal: NodeJS.Signals): void;
}

export type SpawnProgram = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<Program>;

/** Nothing of the caller's environment reaches the forkserver, and so nothing reaches a zygote or a job. */
export const MINIMAL_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
} as const;

/** Starts a program with pipes on 0, 1 and 2; rejects when it cannot be started. */
export const spawnProgram: SpawnProgram = (file, args, env) =>
  new Promise((fulfil, refuse) => {
    const child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env,
      cwd: "/",
      // A session of its own: Ctrl-C in a terminal is meant for the supervisor, which then drains. The
      // program notices a supervisor that is gone by the end of its standard input.
      detached: true,
    });
    // Read before anything can fail: a rejected promise nobody looks at yet would end this process.
    const ended = endOf(child);
    child.once("error", refuse);
    child.once("spawn", () => {
      const { pid } = child;
      if (pid === undefined) {
        refuse(new Error(`${file} was started without a process id`));
        return;
      }
      fulfil({
        pid,
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        ended,
        kill: (signal) => void child.kill(signal),
      });
    });
  });

function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((fulfil) => {
    child.once("exit", (exitCode, signal) => fulfil({ exitCode, signal }));
  });
}

/** Runs one program to its end under a deadline and a cap on what it prints. */
export const runProbe: RunProbe = (file, args, options) =>
  new Promise((fulfil, refuse) => {
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: options.env,
      detached: true,
    });
    const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    let bytes = 0;
    let stopped: ProbeAnswer["stopped"];
    const stop = (why: "deadline" | "output"): void => {
      stopped ??= why;
      killGroup(child);
    };
    const timer = setTimeout(stop, options.deadlineMs, "deadline");
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > options.maxOutputBytes) {
          stop("output");
        } else {
          chunks[stream].push(chunk);
        }
      });
    }
    child.once("error", (error) => {
      clearTimeout(timer);
      refuse(error);
    });
    child.once("close", (exitCode) => {
      clearTimeout(timer);
      fulfil({
        exitCode,
        stdout: Buffer.concat(chunks.stdout).toString("utf8"),
        stderr: Buffer.concat(chunks.stderr).toString("utf8"),
        stopped,
      });
    });
  });

/** A shim's children are in its session: killing only the shell would leave them holding the pipes. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already, and that was the aim.
    child.kill("SIGKILL");
  }
}
