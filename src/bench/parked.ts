/** What sandboxes cost while they are parked: memory, and the time of jobs beside them. */
import { freemem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../supervisor.ts";
import { type Bench, hello, type Measured, Missing, type Setup } from "./bench.ts";
import { hold, timesTheOther } from "./contest.ts";
import { childrenOf, descendantsOf, innerPid, pssMib } from "./processes.ts";
import type { Row } from "./row.ts";
import type { SetName } from "./sets.ts";
import { estimate, median } from "./stats.ts";

const PARK_MS = 120_000;
const LOOK_MS = 25;

const isInit = (pid: number): boolean => innerPid(pid) === 1;

/** How many of them are inits of sandboxes, and how many job processes. */
function census(pids: readonly number[]): { inits: number; jobs: number } {
  const inner = pids.map(innerPid);
  const count = (wanted: number): number => inner.filter((pid) => pid === wanted).length;
  return { inits: count(1), jobs: count(2) };
}

/** Everything of ours below this process. */
function below(before: ReadonlySet<number>): number[] {
  return descendantsOf(process.pid).filter((pid) => !before.has(pid));
}

/** Opens a pool and waits until all its sandboxes are parked; gives its processes too. */
async function openParked(
  bench: Bench,
  setup: Setup,
  warm: number,
): Promise<{ pool: Pool; forkserver: number; processes: () => number[] }> {
  const before = new Set(descendantsOf(process.pid));
  const pool = await bench.openPool({
    runtime: setup.interpreter,
    preload: setup.preload,
    warm,
    maxConcurrent: 2,
  });
  const processes = (): number[] => below(before);
  const startedMs = performance.now();
  // Looking costs as much as a few jobs for each hundred processes, on the thread that opens them.
  const lookMs = Math.max(LOOK_MS, warm);
  try {
    await hello(pool);
    for (;;) {
      const { inits, jobs } = census(processes());
      if (inits === warm && jobs === warm) {
        await sleep(4 * LOOK_MS); // the youngest is still being compared with /proc
        const forkserver = childrenOf(process.pid).find((pid) => !before.has(pid)) ?? 0;
        return { pool, forkserver, processes };
      }
      if (performance.now() - startedMs > PARK_MS) {
        throw new Missing(
          `this host has parked ${jobs} of ${warm} sandboxes in ${PARK_MS / 1000} s`,
        );
      }
      await sleep(lookMs);
    }
  } catch (error) {
    await pool.destroy();
    throw error;
  }
}

interface Footprint {
  readonly allMib: number;
  readonly initsMib: number;
}

async function footprint(bench: Bench, setup: Setup, warm: number): Promise<Footprint> {
  const { pool, processes } = await openParked(bench, setup, warm);
  await using _pool = pool;
  let allMib = 0;
  let initsMib = 0;
  for (const pid of processes()) {
    const mib = pssMib(pid);
    if (mib === undefined) {
      throw new Missing("/proc/PID/smaps_rollup of a sandbox cannot be read here; it takes root");
    }
    allMib += mib;
    initsMib += isInit(pid) ? mib : 0;
  }
  return { allMib, initsMib };
}

const FEW = 2;
const MANY = 18;

/**
 * Memory of one more parked sandbox: what all processes together take with 18 of them, less what they take with
 * 2, over 16. The share of pages that all have in common then counts once, and not in each.
 */
export async function measureMemory(bench: Bench, set: SetName): Promise<Measured> {
  const setup = await bench.setup(set);
  const all: number[] = [];
  const inits: number[] = [];
  const times = Math.min(3, bench.effort.pairs.least);
  for (let i = 0; i < times; i += 1) {
    const few = await footprint(bench, setup, FEW);
    const many = await footprint(bench, setup, MANY);
    all.push((many.allMib - few.allMib) / (MANY - FEW));
    inits.push((many.initsMib - few.initsMib) / (MANY - FEW));
  }
  const own = estimate(all, median, bench.seed);
  return {
    rows: [
      {
        id: `memory.${set}.sandbox`,
        what: `one more parked sandbox, ${set}, PSS`,
        unit: "MiB",
        ours: own.value,
        own,
      },
      {
        id: `memory.${set}.init`,
        what: `of that, its init, ${set}`,
        unit: "MiB",
        ours: median(inits),
      },
    ],
  };
}

const WIDTH = 2;
const JOBS_LEAST = 100;
const REFILL_LOOK_MS = 10;
/** A sandbox with pages of its own, its kernel memory and its page tables; only to refuse in time. */
const ROOM_MIB = 4;

/**
 * Milliseconds per job while so many others are parked, from the first job to the moment when all that were used are
 * replaced: out of a stock of a thousand, a hundred jobs could be run without any replacement at all.
 */
async function costWith(bench: Bench, setup: Setup, parked: number): Promise<number> {
  if (parked * ROOM_MIB > freemem() / 1024 ** 2) {
    throw new Missing(`${parked} parked sandboxes do not fit into this host's free memory`);
  }
  const { pool, forkserver } = await openParked(bench, setup, parked);
  await using _pool = pool;
  const full = childrenOf(forkserver).length;
  const jobs = Math.max(JOBS_LEAST, bench.effort.jobs);
  let left = jobs;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await hello(pool);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: WIDTH }, worker));
  while (childrenOf(forkserver).length !== full) {
    if (performance.now() - startedMs > PARK_MS) {
      throw new Error(`the ${jobs} sandboxes that were used are not replaced`);
    }
    await sleep(REFILL_LOOK_MS);
  }
  return (performance.now() - startedMs) / jobs;
}

/** The cost of a job beside so many parked sandboxes, against the same beside the fewest. */
export async function measureParked(bench: Bench, parked: number): Promise<Measured> {
  const setup = await bench.setup("bare");
  const [least = parked] = bench.effort.parked;
  const contest = {
    ours: async () => [await costWith(bench, setup, parked)],
    against: async () => [await costWith(bench, setup, least)],
  };
  const effort = { ...bench.effort, pairs: { least: 3, most: 3 } };
  const { pairs, figure } = await hold(contest, timesTheOther, effort, bench.seed);
  const row: Row = {
    id: `parked.${parked}.cost`,
    what: `one job and the next sandbox, ${parked} parked`,
    unit: "ms",
    ours: median(pairs.flatMap(({ ours }) => ours)),
    against: {
      what: `the same, ${least} parked`,
      value: median(pairs.flatMap(({ against }) => against)),
    },
    ratio: figure,
  };
  return { rows: [row] };
}
