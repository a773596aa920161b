import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Allowance, judge, meetsTarget, parseBudget } from "../../../src/bench/budget.ts";
import { fullEffort } from "../../../src/bench/effort.ts";
import { measurements, select } from "../../../src/bench/suite.ts";

const atMost: Allowance = { unit: "ratio", direction: "atMost", target: 1.5, bound: 2 };
const atLeast: Allowance = { unit: "ratio", direction: "atLeast", target: 20, bound: 10 };
const textOf = (allowance: unknown, id = "latency.bare.p50") =>
  JSON.stringify({ figures: { [id]: allowance } });

describe("parseBudget", () => {
  test("takes what is complete", () => {
    expect(parseBudget(textOf(atMost), "b").figures["latency.bare.p50"]).toEqual(atMost);
  });

  test.each([
    ["no JSON", "{"],
    ["an unknown key", textOf({ ...atMost, tolerance: 1 })],
    ["an unknown key at the top", JSON.stringify({ figures: {}, version: 1 })],
    ["a bound that is missing", textOf({ unit: "ratio", direction: "atMost", target: 1 })],
    ["a bound of nought", textOf({ ...atMost, bound: 0 })],
    ["a bound that is text", textOf({ ...atMost, bound: "2" })],
    ["an unknown direction", textOf({ ...atMost, direction: "about" })],
    ["a name that is no figure", textOf(atMost, "latency p50")],
  ])("refuses %s, naming the file", (_what, text) => {
    expect(() => parseBudget(text, "some/budget.json")).toThrow(/some\/budget\.json/);
    expect(() => parseBudget(text, "b")).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test("the committed budget is valid, and each figure of it is measured", () => {
    const path = join(import.meta.dirname, "../../../bench/budget.json");
    const { figures } = parseBudget(readFileSync(path, "utf8"), path);
    const names = Object.keys(figures);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      expect(select(measurements(fullEffort()), [name]), name).toHaveLength(1);
    }
  });
});

describe("judge", () => {
  const estimate = (value: number, noise: number) => ({
    value,
    low: value - noise,
    high: value + noise,
    noise,
    pairs: 10,
  });

  test("a skewed interval counts from its own end", () => {
    const skewed = { value: 3, low: 2.5, high: 30, noise: 13.75, pairs: 10 };
    expect(judge(atMost, skewed)).toBe("worse");
    expect(judge({ ...atMost, bound: 2.6 }, skewed)).toBe("noisy");
  });

  test.each([
    [atMost, 1.9, 0.05, "within"],
    [atMost, 2.04, 0.05, "within"], // beyond, but not by more than the noise
    [atMost, 2.06, 0.05, "worse"],
    [atMost, 2.0, 0.3, "noisy"],
    [atMost, 4.0, 1.0, "worse"], // noisy, and beyond all the same
    [atLeast, 12, 0.5, "within"],
    [atLeast, 9.6, 0.5, "within"],
    [atLeast, 9.4, 0.5, "worse"],
    [atLeast, 9.4, 2, "noisy"],
  ])("%j with %d and noise %d is %s", (allowance, value, noise, verdict) => {
    expect(judge(allowance, estimate(value, noise))).toBe(verdict);
  });

  test("a slowdown of a fifth is seen when the bound is near and the run is quiet", () => {
    const allowance: Allowance = { ...atMost, bound: 2.1 };
    expect(judge(allowance, estimate(2, 0.04))).toBe("within");
    expect(judge(allowance, estimate(2 * 1.2, 0.04))).toBe("worse");
  });

  test("a target is met at its very value, on either side", () => {
    expect(meetsTarget(atMost, 1.5)).toBe(true);
    expect(meetsTarget(atMost, 1.51)).toBe(false);
    expect(meetsTarget(atLeast, 20)).toBe(true);
    expect(meetsTarget(atLeast, 19.9)).toBe(false);
  });
});
