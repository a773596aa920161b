/** The processes of one supervisor, told apart from outside, for tests that end them. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { ROOT } from "../support/harness.ts";
import { snapshot } from "../support/leaks.ts";
import { GRACE_MS, readText } from "./support-jobs.ts";

/** Some processes 1 look for what they have to reap every few seconds only. */
const REAP_MS = 20_000;

export type Kind = "forkserver" | "zygote" | "init" | "job" | "jobChild";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** clock ticks since boot: with the pid an identity that is never reused */
  readonly started: string;
  readonly kind: Kind;
}

function readProcess(pid: number): Process | undefined {
  const fields = statOf(pid);
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

function statOf(pid: number): string[] {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function isThere({ pid, started }: Process): boolean {
  return statOf(pid)[19] === started;
}

/** One that is ending has given back its memory, and with it its command line. */
function isAlive(one: Process): boolean {
  return isThere(one) && readText(`/proc/${one.pid}/cmdline`) !== "";
}

/**
 * Waits until these very processes are dead, for which a second is promised, and then until they are
 * reaped. Those that have lost their parent are reaped by process 1 of the host, which takes its time.
 */
export async function expectGone(processes: readonly Process[]): Promise<void> {
  await eventually(() => (processes.some(isAlive) ? undefined : true), GRACE_MS);
  await eventually(() => (processes.some(isThere) ? undefined : true), REAP_MS);
}

/** Waits until this process waits to be reaped; meanwhile this one does nothing else. */
export function blockUntilZombie({ pid }: Process): void {
  const deadlineMs = performance.now() + GRACE_MS;
  while (statOf(pid)[0] !== "Z" && performance.now() < deadlineMs) {
    // Nothing: no event of this process is to be handled.
  }
  expect(statOf(pid)[0]).toBe("Z");
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

/** What the kernel keeps beside processes. */
export function heldByKernel(): string[] {
  const { cgroups, kept, mounts } = snapshot();
  return [...cgroups.values(), ...kept.values(), ...mounts.values()];
}

/** `processes` are dead, and cgroups and mounts as they were `before`, all within a second. */
export async function expectNothingLeft(
  processes: readonly Process[],
  before: readonly string[],
): Promise<void> {
  const startedMs = performance.now();
  await eventually(() => (processes.some(isAlive) ? undefined : true), GRACE_MS);
  await eventually(
    () => (heldByKernel().some((name) => !before.includes(name)) ? undefined : true),
    GRACE_MS,
  );
  expect(performance.now() - startedMs).toBeLessThan(GRACE_MS);
  await expectGone(processes);
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
