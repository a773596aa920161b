/** The processes of one supervisor, told apart from outside, for tests that end them. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { ROOT } from "../support/harness.ts";
import { type Snapshot, snapshot } from "../support/leaks.ts";
import { GRACE_MS, readText } from "./support-jobs.ts";

export type Kind = "forkserver" | "zygote" | "init" | "job" | "jobChild";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** clock ticks since boot: with the pid an identity that is never reused */
  readonly started: string;
  readonly kind: Kind;
}

function readProcess(pid: number): Process | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const commandLine = readText(`/proc/${pid}/cmdline`);
  const inside = /^NSpid:\s*(.*)$/m.exec(readText(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
  const kind = kindOf(commandLine, inside.slice(1).map(Number));
  return kind === undefined
    ? undefined
    : { pid, parent: Number(fields[1]), started: fields[19] ?? "", kind };
}

/** `inside`: its ids in namespaces below ours. Inits and jobs are copies of what they were forked from. */
function kindOf(commandLine: string, inside: readonly number[]): Kind | undefined {
  if (/(^|\/)broodbox-native\0forkserver\0/.test(commandLine)) {
    return inside.length === 0 ? "forkserver" : "init";
  }
  if (/\/python\/zygote\.py\0/.test(commandLine)) {
    return inside.length === 0 ? "zygote" : inside.at(-1) === 2 ? "job" : "jobChild";
  }
  return undefined;
}

/** What the supervisor with this process id has started, the forkserver's own children included. */
export function processesOf(supervisor: number = process.pid): Process[] {
  const all = new Map(
    readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => readProcess(Number(entry)) ?? [])
      .map((one) => [one.pid, one]),
  );
  const isBelow = (one: Process): boolean => {
    const parent = all.get(one.parent);
    return one.parent === supervisor || (parent !== undefined && isBelow(parent));
  };
  return [...all.values()].filter(isBelow);
}

/** The only process of this kind; fails when there is none, or another one. */
export function theOne(kind: Kind, supervisor?: number): Process {
  const found = processesOf(supervisor).filter((one) => one.kind === kind);
  expect(found, `one ${kind}`).toHaveLength(1);
  return found[0] as Process;
}

/** Waits until these very processes are gone, also as zombies; a second is what is promised. */
export async function expectGone(processes: readonly Process[], limitMs = GRACE_MS): Promise<void> {
  const left = (): Process[] =>
    processes.filter(({ pid, started }) => {
      const stat = readText(`/proc/${pid}/stat`);
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] === started;
    });
  const deadlineMs = performance.now() + limitMs;
  while (left().length > 0 && performance.now() < deadlineMs) {
    await sleep(10);
  }
  expect(left()).toEqual([]);
}

/** Waits until a look finds what it wants. */
export async function eventually<T>(look: () => T | undefined, limitMs = 5_000): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) {
      return found;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`what was waited for did not come within ${limitMs} ms`);
    }
    await sleep(10);
  }
}

/** A snapshot that says nothing about files: those of a killed supervisor stay until the next start. */
export function withoutFiles(): Snapshot {
  const now = snapshot();
  return { ...now, files: { ...new Map(), has: () => true } as unknown as Snapshot["files"] };
}

export type SupervisorChild = ChildProcessByStdio<null, Readable, Readable>;

/**
 * A supervisor in a process of its own, to be killed: it runs `code` in a pool and passes its output on.
 * `directory` is where its temporary files go.
 */
export function spawnSupervisor(
  code: string,
  directory: string,
  options: Readonly<Record<string, unknown>> = {},
): SupervisorChild {
  const script = `
    const { createPool } = await import(${JSON.stringify(join(ROOT, "dist/supervisor.js"))});
    const pool = await createPool(${JSON.stringify({ runtime: "python", warm: 2, ...options })});
    const run = pool.run(
      { code: ${JSON.stringify(code)} },
      { onStdout: (chunk) => process.stdout.write(chunk) },
    );
    console.log(JSON.stringify((await run).outcome));
    await pool.close();
  `;
  const { PATH = "", BROODBOX_NATIVE_DIR = "" } = process.env;
  return spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH, BROODBOX_NATIVE_DIR, TMPDIR: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Settles when this text has come; rejects with everything that came when the stream ends before. */
export async function until(child: SupervisorChild, text: string): Promise<void> {
  let seen = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) {
        resolve();
      }
    });
    child.once("close", () => reject(new Error(`no ${text} in: ${seen}\n${errors}`)));
  });
}

/** Settles when the process is dead. */
export async function closed(child: SupervisorChild): Promise<void> {
  await new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
    }
    child.once("exit", () => resolve());
  });
}
