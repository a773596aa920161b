/** Sustained jobs per second in a closed loop, beside bare loops of fork, exit and wait on all cores. */
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../supervisor.ts";
import { type Bench, hello, type Measured, type Setup } from "./bench.ts";
import { hold, pooled, timesTheOther } from "./contest.ts";
import { ForkLoops } from "./floors.ts";
import type { SetName } from "./sets.ts";
import { median } from "./stats.ts";

/** The loop runs this long before it counts: the sandboxes that were parked before it began are used up. */
const RAMP_MS = 300;

/** Jobs in flight: a fixed number, or as many as the cores can be kept busy with. */
export type InFlight = number | "all";

function widthOf(inFlight: InFlight): number {
  return inFlight === "all" ? availableParallelism() * 2 : inFlight;
}

export function openForRate(bench: Bench, setup: Setup, width: number): Promise<Pool> {
  return bench.openPool({
    runtime: setup.interpreter,
    preload: setup.preload,
    warm: width * 2,
    maxConcurrent: width,
  });
}

/** Jobs per second with so many in flight, counted for `ms` after a ramp. */
async function rateOf(run: () => Promise<unknown>, width: number, ms: number) {
  const startMs = performance.now() + RAMP_MS;
  const endMs = startMs + ms;
  let jobs = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await run();
      const nowMs = performance.now();
      jobs += nowMs >= startMs && nowMs < endMs ? 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: width }, loop));
  return (jobs / ms) * 1000;
}

export async function measureThroughput(
  bench: Bench,
  set: SetName,
  inFlight: InFlight,
): Promise<Measured> {
  const setup = await bench.setup(set);
  const width = widthOf(inFlight);
  await using pool = await openForRate(bench, setup, width);
  await using loops = await ForkLoops.open(setup);
  const { blockMs } = bench.effort;
  await rateOf(() => hello(pool), width, blockMs / 4);
  const contest = {
    ours: async () => [await rateOf(() => hello(pool), width, blockMs)],
    against: async () => {
      await sleep(RAMP_MS); // what was ordered by our block is made, and what it used is gone
      return [await loops.perSecond("libc", blockMs)];
    },
  };
  // A block of a rate is many jobs already: a few pairs do.
  const most = Math.min(bench.effort.pairs.most, Math.max(5, bench.effort.pairs.least));
  const effort = { ...bench.effort, pairs: { least: Math.min(5, most), most: Math.max(5, most) } };
  const { pairs, figure } = await hold(contest, timesTheOther, effort, bench.seed);
  const samples = pooled(pairs);
  return {
    rows: [
      {
        id: `throughput.${set}.${inFlight}`,
        what: `hello, closed loop, ${set}, ${width} in flight`,
        unit: "jobs/s",
        ours: median(samples.ours),
        against: { what: "fork loops, all cores", value: median(samples.against) },
        ratio: figure,
      },
    ],
  };
}

/** The floor itself: one loop and all cores, and what the interpreter's own fork hooks add. */
export async function measureForks(bench: Bench, set: SetName): Promise<Measured> {
  const setup = await bench.setup(set);
  const cores = availableParallelism();
  await using loops = await ForkLoops.open(setup, cores);
  await using one = await ForkLoops.open(setup, 1);
  const { blockMs } = bench.effort;
  const rows = [];
  for (const [name, of, width] of [
    ["one", one, 1],
    ["all", loops, cores],
  ] as const) {
    rows.push({
      id: `fork.${set}.${name}`,
      what: `fork, exit, wait, ${set}, ${width} loop${width === 1 ? "" : "s"}`,
      unit: "forks/s" as const,
      ours: await of.perSecond("libc", blockMs),
      against: { what: "the same by os.fork", value: await of.perSecond("os", blockMs) },
    });
  }
  return { rows };
}
