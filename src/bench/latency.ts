/** Latency of the hello job, beside the same code in a parked, unconfined fork, to the same end. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, HELLO, hello, type Measured, timed } from "./bench.ts";
import {
  type Block,
  type Contest,
  estimateOf,
  hold,
  pooled,
  quantileRatio,
  timesTheOther,
} from "./contest.ts";
import type { Effort } from "./effort.ts";
import { ParkedForks } from "./floors.ts";
import type { Row } from "./row.ts";
import type { SetName } from "./sets.ts";
import { quantile } from "./stats.ts";

const PARKED = 4;
/** Between jobs: the replacement of the sandbox is made then, and is not what is measured here. */
const PAUSE_MS = 5;
/** Between blocks: what was ordered for the next one has been made. */
const SETTLE_MS = 60;

/** Milliseconds of so many jobs, one after the other, with pauses; `after` each one, off its clock. */
export async function spaced(
  run: () => Promise<unknown>,
  jobs: number,
  after?: () => Promise<void>,
): Promise<number[]> {
  const each: number[] = [];
  await sleep(SETTLE_MS);
  for (let i = 0; i < jobs; i += 1) {
    each.push(await timed(run));
    await after?.();
    await sleep(PAUSE_MS);
  }
  return each;
}

/** Two ways to run a job, as blocks of spaced jobs. */
export function contestOf(
  effort: Pick<Effort, "blockJobs">,
  ours: () => Promise<unknown>,
  against: () => Promise<unknown>,
  afterOurs?: () => Promise<void>,
): Contest {
  const { blockJobs } = effort;
  return {
    ours: (): Promise<Block> => spaced(ours, blockJobs, afterOurs),
    against: (): Promise<Block> => spaced(against, blockJobs),
  };
}

/** p99 stands against our own p50: a tail is a matter of its own, however fast the machine is. */
const PERCENTILES = [
  ["p50", 0.5, { other: 0.5 }],
  ["p90", 0.9, { other: 0.9 }],
  ["p99", 0.99, { own: 0.5 }],
  ["p999", 0.999, { other: 0.999 }],
] as const;

export async function measureLatency(bench: Bench, set: SetName): Promise<Measured> {
  const setup = await bench.setup(set);
  await using pool = await bench.openPool({
    runtime: setup.interpreter,
    preload: setup.preload,
    warm: PARKED,
  });
  await using forks = await ParkedForks.open(bench, setup, PARKED);
  const contest = contestOf(
    bench.effort,
    () => hello(pool),
    () => forks.run(HELLO),
  );
  await contest.ours();
  await contest.against();
  const { pairs, figure } = await hold(contest, timesTheOther, bench.effort, bench.seed);
  const samples = pooled(pairs);
  const rows = PERCENTILES.map(([name, q, than]): Row => {
    const other =
      "own" in than
        ? { what: "its own p50", value: quantile(samples.ours, than.own) }
        : { what: "parked fork, unconfined", value: quantile(samples.against, than.other) };
    const ratio = name === "p50" ? figure : estimateOf(pairs, quantileRatio(q, than), bench.seed);
    return {
      id: `latency.${set}.${name}`,
      what: `hello, warm, library, ${set}: ${name}`,
      unit: "ms",
      ours: quantile(samples.ours, q),
      against: other,
      ratio,
    };
  });
  return {
    rows,
    distributions: [
      { system: `broodbox, ${set}`, samplesMs: samples.ours },
      { system: `parked fork, unconfined, ${set}`, samplesMs: samples.against },
    ],
  };
}
