import { describe, expect, test } from "vitest";
import { judge } from "../../../src/bench/budget.ts";
import {
  estimateOf,
  hold,
  type Pair,
  quantileRatio,
  timesFaster,
  timesTheOther,
} from "../../../src/bench/contest.ts";
import { checkEffort, fullEffort } from "../../../src/bench/effort.ts";
import { randomFrom } from "../../../src/bench/stats.ts";

/** A machine that is slow now and then, for both sides alike. */
function machine(oursMs: number, othersMs: number) {
  const order: string[] = [];
  let block = 0;
  const side = (name: string, ms: number) => () => {
    order.push(name);
    const busy = 1 + (Math.floor(block++ / 2) % 3);
    return Promise.resolve([ms * busy, ms * busy, ms * busy]);
  };
  return { order, ours: side("ours", oursMs), against: side("other", othersMs) };
}

const pairs = (least: number, most: number) => ({
  pairs: { least, most },
  noise: 0.02,
  maximumMs: 60_000,
});

describe("hold", () => {
  test("takes the sides in turn, and a busy machine leaves the ratio alone", async () => {
    const contest = machine(3, 2);
    const { figure } = await hold(contest, timesTheOther, pairs(6, 20), 1);
    expect(contest.order).toEqual(Array.from({ length: 6 }, () => ["ours", "other"]).flat());
    expect(figure).toMatchObject({ value: 1.5, noise: 0, pairs: 6 });
  });

  test("goes on while there is noise, up to the most", async () => {
    let value = 1;
    const contest = {
      ours: () => Promise.resolve([(value = value === 1 ? 3 : 1)]),
      against: () => Promise.resolve([1]),
    };
    const { figure } = await hold(contest, timesTheOther, pairs(4, 15), 1);
    expect(figure.pairs).toBe(15);
  });

  test("ends when the time is up, but never before the least", async () => {
    const contest = machine(1, 1);
    const effort = { pairs: { least: 5, most: 1000 }, noise: -1, maximumMs: 0 };
    expect((await hold(contest, timesTheOther, effort, 1)).figure.pairs).toBe(5);
  });

  test("what a side throws is thrown", async () => {
    const contest = {
      ours: () => Promise.reject(new Error("broken")),
      against: () => Promise.resolve([1]),
    };
    await expect(hold(contest, timesTheOther, pairs(1, 1), 1)).rejects.toThrow("broken");
  });
});

describe("a check on a noisy machine", () => {
  const ALLOWANCE = { unit: "ratio", direction: "atMost", target: 1.5, bound: 2.16 } as const;

  /** Ours takes twice the other's time. Moments are up to 60 % slower, single jobs up to 30 %, one in 20 three times. */
  function simulated(seed: number, slowdown: number) {
    const random = randomFrom(seed);
    let moment = 1;
    const block = (ms: number): Promise<number[]> => {
      moment = 0.8 * moment + 0.2 * (1 + 0.6 * random());
      const job = () => ms * moment * (1 + 0.3 * random()) * (random() < 0.05 ? 3 : 1);
      return Promise.resolve(Array.from({ length: 20 }, job));
    };
    return { ours: () => block(2 * (1 + slowdown)), against: () => block(1) };
  }

  async function verdicts(slowdown: number): Promise<string[]> {
    const { noise } = checkEffort(undefined);
    const effort = { pairs: { least: 8, most: 40 }, noise, maximumMs: 60_000 };
    const all: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { figure } = await hold(simulated(seed, slowdown), timesTheOther, effort, seed);
      all.push(judge(ALLOWANCE, figure));
    }
    return all;
  }

  test("never fails as things are", async () => {
    expect(await verdicts(0)).not.toContain("worse");
  });

  test("finds each slowdown of a fifth", async () => {
    expect(new Set(await verdicts(0.2))).toEqual(new Set(["worse"]));
  });
});

describe("statistics", () => {
  const some: Pair[] = [
    { ours: [1, 2, 3], against: [4, 4, 4] },
    { ours: [2, 2, 2], against: [4, 8, 8] },
  ];

  test("timesTheOther and timesFaster are each other's inverse, pair by pair", () => {
    expect(some.map(timesTheOther.of)).toEqual([0.5, 0.25]);
    expect(some.map(timesFaster.of)).toEqual([2, 4]);
  });

  test("quantileRatio stands against the other side, or against our own", () => {
    expect(quantileRatio(1, { other: 1 }).over(some)).toBe(3 / 8);
    expect(quantileRatio(1, { own: 0.5 }).over(some)).toBe(1.5);
    expect(estimateOf(some, quantileRatio(1, { own: 0.5 }), 1).pairs).toBe(2);
  });
});

describe("effort", () => {
  test("a full run takes as many jobs as asked for, and stops for no noise", () => {
    for (const jobs of [1, 10, 100, 1000, 1234]) {
      const { blockJobs, pairs: wanted, noise } = fullEffort(jobs);
      expect(blockJobs * wanted.least).toBeGreaterThanOrEqual(jobs);
      expect(blockJobs * wanted.least).toBeLessThan(jobs + blockJobs);
      expect(noise).toBe(0);
    }
  });

  test("a check goes on for as long as one figure may take, and no longer", () => {
    expect(checkEffort(undefined).maximumMs).toBeLessThanOrEqual(15_000);
    expect(checkEffort(100).maximumMs).toBeLessThan(2_000);
  });
});
