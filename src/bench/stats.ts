/** What is made of samples: quantiles, and how much of a median is noise. Pure; the same seed gives the same answer. */

/**
 * Quantile by linear interpolation between order statistics: type 7 of Hyndman and Fan, "Sample quantiles in
 * statistical packages" (The American Statistician 50, 1996), which R and NumPy have as their default.
 */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) {
    throw new RangeError("cannot take a quantile of nothing");
  }
  return quantileOfSorted(Float64Array.from(samples).sort(), q);
}

function quantileOfSorted(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Several quantiles of the same samples, sorted once. */
export function quantiles(samples: readonly number[], qs: readonly number[]): number[] {
  if (samples.length === 0) {
    throw new RangeError("cannot take quantiles of nothing");
  }
  const sorted = Float64Array.from(samples).sort();
  return qs.map((q) => quantileOfSorted(sorted, q));
}

/** Numbers in [0, 1), the same for the same seed: mulberry32 (T. Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A figure with what is known about its noise. */
export interface Estimate {
  readonly value: number;
  /** the interval that holds the figure of a longer run in 95 of 100 cases; ratios are skewed, so it is too */
  readonly low: number;
  readonly high: number;
  /** half its width */
  readonly noise: number;
  /** how many pairs of blocks it was made from */
  readonly pairs: number;
}

const RESAMPLES = 1_000;
const CONFIDENCE = 0.95;

/**
 * A statistic of blocks and its noise by the percentile bootstrap: Efron and Tibshirani, "An Introduction to
 * the Bootstrap" (1993), chapter 13. What is drawn again are whole blocks and not single jobs, because a busy
 * moment of the machine slows all jobs of a block.
 */
export function estimate<T>(
  blocks: readonly T[],
  statistic: (blocks: readonly T[]) => number,
  seed: number,
): Estimate {
  const random = randomFrom(seed);
  const draw = (): T => blocks[Math.floor(random() * blocks.length)] as T;
  const again = Array.from({ length: RESAMPLES }, () => statistic(blocks.map(draw)));
  const [low = 0, high = 0] = quantiles(again, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]);
  const noise = (high - low) / 2;
  return { value: statistic(blocks), low, high, noise, pairs: blocks.length };
}
