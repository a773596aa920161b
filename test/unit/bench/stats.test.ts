import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimate, median, quantile, quantiles, randomFrom } from "../../../src/bench/stats.ts";

describe("quantile", () => {
  // What R's quantile(c(1, 2, 3, 4), type = 7) and numpy.quantile([1, 2, 3, 4]) answer.
  test.each([
    [0, 1],
    [0.1, 1.3],
    [0.25, 1.75],
    [0.5, 2.5],
    [0.9, 3.7],
    [1, 4],
  ])("of 1 to 4 at %d is %d", (q, expected) => {
    expect(quantile([4, 2, 1, 3], q)).toBeCloseTo(expected, 12);
  });

  test("of one sample is that sample, wherever", () => {
    expect(quantiles([7], [0, 0.5, 0.999, 1])).toEqual([7, 7, 7, 7]);
  });

  test("of nothing is an error, and never a number", () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantiles([], [0.5])).toThrow(RangeError);
  });

  test("sorts by value and not by text", () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  test("lies between the least and the most, and grows with q", () => {
    const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, share, share, (all, a, b) => {
        const [low = 0, high = 0] = quantiles(all, [Math.min(a, b), Math.max(a, b)]);
        expect(low).toBeLessThanOrEqual(high + 1e-6);
        expect(low).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6);
        expect(high).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
      }),
    );
  });
});

describe("randomFrom", () => {
  test("gives the same numbers for the same seed, others for another, all in [0, 1)", () => {
    const draw = (seed: number) => Array.from({ length: 1000 }, randomFrom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = draw(4).reduce((sum, value) => sum + value, 0) / 1000;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
  });
});

describe("estimate", () => {
  const noisy = (count: number, width: number): number[] => {
    const random = randomFrom(7);
    return Array.from({ length: count }, () => 2 + width * (random() - 0.5));
  };

  test("has no noise when all pairs agree", () => {
    expect(estimate([3, 3, 3, 3], median, 1)).toEqual({
      value: 3,
      low: 3,
      high: 3,
      noise: 0,
      pairs: 4,
    });
  });

  test("has less noise with more pairs, and more with wilder ones", () => {
    const few = estimate(noisy(10, 1), median, 1).noise;
    const many = estimate(noisy(400, 1), median, 1).noise;
    const wild = estimate(noisy(400, 4), median, 1).noise;
    expect(many).toBeLessThan(few);
    expect(wild).toBeGreaterThan(many * 2);
  });

  test("is repeated exactly by the same seed", () => {
    expect(estimate(noisy(20, 1), median, 5)).toEqual(estimate(noisy(20, 1), median, 5));
    expect(estimate(noisy(20, 1), median, 5)).not.toEqual(estimate(noisy(20, 1), median, 6));
  });

  test("holds the true median in about 95 of 100 runs", () => {
    const random = randomFrom(11);
    let inside = 0;
    for (let run = 0; run < 200; run += 1) {
      const samples = Array.from({ length: 15 }, () => 2 + (random() - 0.5));
      const { low, high } = estimate(samples, median, run + 1);
      inside += low <= 2 && 2 <= high ? 1 : 0;
    }
    expect(inside / 200).toBeGreaterThan(0.85);
  });
});
