/**
 * How figures with two sides are measured: ours, the other, ours, the other…, block by block in one run, so that a busy
 * machine is busy for both. A figure is the median over pairs of blocks, and its noise comes from those same pairs.
 */
import type { Effort } from "./effort.ts";
import { type Estimate, estimate, median, quantile } from "./stats.ts";

/** What one block gave: times of single jobs, or one rate. */
export type Block = readonly number[];

export interface Contest {
  ours(): Promise<Block>;
  against(): Promise<Block>;
}

export interface Pair {
  readonly ours: Block;
  readonly against: Block;
}

/** What is taken from each pair once, and what is made of all pairs, again and again, when the noise is found. */
export interface Statistic<T> {
  readonly of: (pair: Pair) => T;
  readonly over: (parts: readonly T[]) => number;
}

/** How many times the other side's median ours is. */
export const timesTheOther: Statistic<number> = {
  of: ({ ours, against }) => median(ours) / median(against),
  over: median,
};

/** How many times faster than the other side ours is. */
export const timesFaster: Statistic<number> = {
  of: ({ ours, against }) => median(against) / median(ours),
  over: median,
};

/** A quantile of all our jobs over one of all the other's, or over one of our own. */
export function quantileRatio(q: number, than: { own: number } | { other: number }) {
  return {
    of: (pair) => pair,
    over: (pairs) => {
      const { ours, against } = pooled(pairs);
      const below = "own" in than ? quantile(ours, than.own) : quantile(against, than.other);
      return quantile(ours, q) / below;
    },
  } satisfies Statistic<Pair>;
}

export interface Contested {
  readonly pairs: readonly Pair[];
  readonly figure: Estimate;
}

/** Pairs between two questions for the noise: to answer one takes as long as a few jobs. */
const ASK_EVERY = 2;

/**
 * Runs pairs until the noise is small enough, there are enough of them, or the time is up; never fewer than the
 * least. To stop by the noise, and not by the answer, is what keeps the answer unbiased.
 */
export async function hold<T>(
  contest: Contest,
  statistic: Statistic<T>,
  effort: Pick<Effort, "pairs" | "noise" | "maximumMs">,
  seed: number,
): Promise<Contested> {
  const pairs: Pair[] = [];
  const startedMs = performance.now();
  for (;;) {
    pairs.push({ ours: await contest.ours(), against: await contest.against() });
    const { least, most } = effort.pairs;
    const isAsked = (pairs.length - least) % ASK_EVERY === 0 || pairs.length >= most;
    if (pairs.length < least || !isAsked) {
      continue;
    }
    const figure = estimateOf(pairs, statistic, seed);
    const isDone =
      figure.noise <= effort.noise * figure.value ||
      pairs.length >= most ||
      performance.now() - startedMs >= effort.maximumMs;
    if (isDone) {
      return { pairs, figure };
    }
  }
}

export function estimateOf<T>(
  pairs: readonly Pair[],
  statistic: Statistic<T>,
  seed: number,
): Estimate {
  return estimate(pairs.map(statistic.of), statistic.over, seed);
}

/** Both sides of all pairs as one sample each. */
export function pooled(pairs: readonly Pair[]): { ours: number[]; against: number[] } {
  return {
    ours: pairs.flatMap(({ ours }) => ours),
    against: pairs.flatMap(({ against }) => against),
  };
}
