/** What /proc says about the processes below us. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The text of a file of /proc; undefined when the process is gone, or not for us to look at. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

export function childrenOf(pid: number): number[] {
  const tasks = (() => {
    try {
      return readdirSync(`/proc/${pid}/task`);
    } catch {
      return []; // gone in the meantime
    }
  })();
  return tasks.flatMap((task) =>
    (read(`/proc/${pid}/task/${task}/children`) ?? "")
      .split(" ")
      .filter((word) => word !== "")
      .map(Number),
  );
}

/** All processes below one. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** Its number in the innermost pid namespace: 1 for the init of a sandbox, 2 for its job process. */
export function innerPid(pid: number): number | undefined {
  const line = /^NSpid:\s+(.+)$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  const numbers = line?.split(/\s+/) ?? [];
  return numbers.length > 1 ? Number(numbers.at(-1)) : undefined;
}

/** Proportional set size in MiB: its own pages, and its share of those that others map too. */
export function pssMib(pid: number): number | undefined {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

/** Microseconds that the main thread of this process has been on a processor. */
export function mainThreadUs(): number | undefined {
  const ns = (read(`/proc/self/task/${process.pid}/schedstat`) ?? "").split(" ")[0];
  return ns === undefined || ns === "" ? undefined : Number(ns) / 1000;
}

/** Jiffies of all processors since boot: all of them, and the idle ones. */
function jiffies(): { all: number; idle: number } {
  const fields = (read("/proc/stat") ?? "").split("\n")[0]?.trim().split(/\s+/).slice(1) ?? [];
  const [, , , idle = 0, waiting = 0] = fields.map(Number);
  return { all: fields.reduce((sum, field) => sum + Number(field), 0), idle: idle + waiting };
}

/** How busy the processors are while this process rests, from 0 to 1. */
export async function busyShare(ms: number): Promise<number> {
  const before = jiffies();
  await sleep(ms);
  const after = jiffies();
  const all = after.all - before.all;
  return all === 0 ? 0 : 1 - (after.idle - before.idle) / all;
}
