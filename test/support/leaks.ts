/**
 * What a run may leave behind: processes, cgroups, mounts, descriptors, temporary files. Taken before
 * and after; the difference is a leak. The whole machine is looked at, because what has lost its parent
 * hangs anywhere; left out is only what belongs to a supervisor that lives and is not of this test.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const KINDS = ["processes", "cgroups", "mounts", "descriptors", "files", "kept"] as const;
type Kind = (typeof KINDS)[number];

/** How many empty cgroups of sandboxes that have ended a forkserver keeps for the next ones: CGROUPS_KEPT_MAX. */
const KEPT_MOST = 32;

/** Of each kind what there is: an identity that is never reused, and how to name it. */
export type Snapshot = Readonly<Record<Kind, ReadonlyMap<string, string>>>;

function attempt<T>(read: () => T, otherwise: T): T {
  // What is looked at may go away in between: then it is no leak.
  try {
    return read();
  } catch {
    return otherwise;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly state: string;
  readonly name: string;
}

function readProcess(pid: number): Process | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"), "");
  // The name stands in parentheses and may hold any character, so the last parenthesis ends it.
  const end = stat.lastIndexOf(")");
  if (end < 0) {
    return null;
  }
  const fields = stat.slice(end + 2).split(" ");
  return {
    pid,
    parent: Number(fields[1]),
    started: fields[19] ?? "",
    state: fields[0] ?? "",
    name: stat.slice(stat.indexOf("(") + 1, end),
  };
}

/** Whether a process is broodbox's, by what it runs or where it is accounted. */
function isBroodbox(process: Process): boolean {
  const text = (file: string) =>
    attempt(() => readFileSync(`/proc/${process.pid}/${file}`, "latin1"), "");
  return (
    process.name.startsWith("broodbox-") ||
    /(^|\/)broodbox-native\0|\/python\/zygote\.py\0/.test(text("cmdline")) ||
    text("cgroup").includes("/broodbox-")
  );
}

function runsNode(pid: number): boolean {
  return attempt(() => readlinkSync(`/proc/${pid}/exe`), "").endsWith("/node");
}

function allProcesses(): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const entry of readdirSync("/proc")) {
    const found = /^\d+$/.test(entry) ? readProcess(Number(entry)) : null;
    if (found !== null) {
      all.set(found.pid, found);
    }
  }
  return all;
}

/**
 * Ours is what descends from this process, and what has no living supervisor above it. Under another
 * one's Node process it is another one's: two runs on one machine must not see each other.
 */
function isOurs(one: Process, all: ReadonlyMap<number, Process>): boolean {
  for (let at = all.get(one.parent); at !== undefined; at = all.get(at.parent)) {
    if (at.pid === process.pid) {
      return true;
    }
    if (runsNode(at.pid)) {
      return false;
    }
  }
  // A zombie below process 1 is dead and waits for whoever that is to reap it; of which run it was nobody can tell.
  const isDeadOrphan = one.state === "Z" && one.parent === 1;
  return !isDeadOrphan && isBroodbox(one);
}

function processes(all: ReadonlyMap<number, Process>): Map<string, string> {
  return new Map(
    [...all.values()]
      .filter((one) => one.pid !== process.pid && isOurs(one, all))
      .map((one) => [
        `${one.pid}:${one.started}`,
        `process ${one.pid} (${one.name}, state ${one.state}, parent ${one.parent})`,
      ]),
  );
}

/** A cgroup that is named after a living process of another run: broodbox-NAMESPACE-PID-START, broodbox-probe-PID. */
function isForeign(name: string, all: ReadonlyMap<number, Process>): boolean {
  const owner = all.get(Number(/^broodbox-(?:\d+-|(?:[a-z]+-)+)(\d+)/.exec(name)?.[1]));
  return owner !== undefined && !isOurs(owner, all);
}

/** Waiting for the next sandbox, while its forkserver lives: a cgroup of one that has ended, with nobody in it. */
function isKept(path: string): boolean {
  const procs = attempt(() => readFileSync(join(path, "cgroup.procs"), "utf8"), null);
  return /\/broodbox-[^/]+\/s\d+$/.test(path) && procs === "";
}

interface Groups {
  readonly used: ReadonlyMap<string, string>;
  readonly kept: ReadonlyMap<string, string>;
}

function cgroups(all: ReadonlyMap<number, Process>): Groups {
  const used = new Map<string, string>();
  const kept = new Map<string, string>();
  const walk = (directory: string, inside: boolean) => {
    for (const entry of attempt(() => readdirSync(directory, { withFileTypes: true }), [])) {
      if (entry.isDirectory() && !isForeign(entry.name, all)) {
        const path = join(directory, entry.name);
        // On cgroup v2 a supervisor steps aside into a leaf that stays for as long as it lives.
        const ours = inside || /^broodbox-(?!supervisor$)/.test(entry.name);
        if (ours) {
          (isKept(path) ? kept : used).set(path, `cgroup ${path}`);
        }
        walk(path, ours);
      }
    }
  };
  walk("/sys/fs/cgroup", false);
  return { used, kept };
}

function mounts(): Map<string, string> {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return new Map(
    lines
      .filter((line) => line !== "")
      .map((line) => [line.split(" ").slice(0, 5).join(" "), `mount ${line}`]),
  );
}

function descriptors(): Map<string, string> {
  const found = new Map<string, string>();
  for (const fd of readdirSync("/proc/self/fd")) {
    // The descriptor of this very listing is closed by now and has no target any more.
    const target = attempt(() => readlinkSync(`/proc/self/fd/${fd}`), null);
    if (target !== null) {
      found.set(`${fd} ${target}`, `descriptor ${fd} of this process (${target})`);
    }
  }
  return found;
}

function files(): Map<string, string> {
  const directory = tmpdir();
  return new Map(
    readdirSync(directory)
      .filter((name) => name.startsWith("broodbox-") || name.startsWith("tmp-"))
      .map((name) => [name, `temporary file ${join(directory, name)}`]),
  );
}

export function snapshot(): Snapshot {
  const all = allProcesses();
  const { used, kept } = cgroups(all);
  return {
    processes: processes(all),
    cgroups: used,
    kept,
    mounts: mounts(),
    descriptors: descriptors(),
    files: files(),
  };
}

/** What is there now and was not before. */
function added(before: Snapshot): string[] {
  const now = snapshot();
  return KINDS.flatMap((kind) =>
    [...now[kind]].filter(([identity]) => !before[kind].has(identity)).map(([, name]) => name),
  );
}

/** Cgroups that are kept for the next sandbox beyond what a forkserver may keep. */
function keptTooMany(kept: Snapshot["kept"]): string[] {
  const count = new Map<string, number>();
  for (const path of kept.keys()) {
    count.set(dirname(path), (count.get(dirname(path)) ?? 0) + 1);
  }
  return [...count]
    .filter(([, size]) => size > KEPT_MOST)
    .map(([directory, size]) => `${size} empty cgroups in ${directory}`);
}

/**
 * What there is more of than before. Under a living pool sandboxes come and go, so that identities
 * differ and only numbers can be compared.
 */
function grown(before: Snapshot): string[] {
  const now = snapshot();
  const more = KINDS.filter((kind) => kind !== "kept" && now[kind].size > before[kind].size);
  const leaks = more.map((kind) => {
    const news = [...now[kind]].filter(([identity]) => !before[kind].has(identity));
    return `${before[kind].size} ${kind} have become ${now[kind].size}: ${news.map(([, name]) => name).join(", ")}`;
  });
  return [...leaks, ...keptTooMany(now.kept)];
}

async function settle(look: () => string[], limitMs: number): Promise<string[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const left = look();
    if (left.length === 0 || performance.now() > deadline) {
      return left;
    }
    await sleep(20);
  }
}

export interface LeakOptions {
  /** how long things may take to go away; the promise is one second */
  readonly limitMs?: number;
  /** true while a pool lives on: compare numbers, not identities */
  readonly poolLives?: boolean;
}

/** Fails, naming each leak, unless everything added since `before` is gone within a second. */
export async function expectNoLeaks(before: Snapshot, options: LeakOptions = {}): Promise<void> {
  const look = () => (options.poolLives === true ? grown(before) : added(before));
  const left = await settle(look, options.limitMs ?? 1000);
  if (left.length > 0) {
    throw new Error(`left behind after ${options.limitMs ?? 1000} ms:\n  ${left.join("\n  ")}`);
  }
}

/** Waits until two looks a little apart agree: a pool has made what it keeps ready. */
export async function settledSnapshot(): Promise<Snapshot> {
  const key = (one: Snapshot) => KINDS.map((kind) => [...one[kind].keys()].join("|")).join("\n");
  let last = snapshot();
  for (let same = 0, looks = 0; same < 3 && looks < 100; looks++) {
    await sleep(50);
    const next = snapshot();
    same = key(next) === key(last) ? same + 1 : 0;
    last = next;
  }
  return last;
}
