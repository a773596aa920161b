/** The check of the speed budget from end to end: it passes as things are, and finds a slowdown put in on purpose. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Budget } from "../../src/bench/budget.ts";
import { checkEffort } from "../../src/bench/effort.ts";
import { type CheckReport, checkBudget, type RunBenchOptions } from "../../src/bench/run.ts";
import { openPool, type Pool, runCli } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { type SkippableTest, skipAloud } from "../support/tools.ts";
import { temporaryDirectory } from "./support-jobs.ts";

const FIGURE = "latency.bare.p50";
const ROOT_ONLY = { needs: ["root", "python"], timeoutMs: 120_000 } as const;

/** Enough pairs to see a twelfth, if the machine lets anybody see it. */
const EFFORT = {
  ...checkEffort(undefined),
  blockJobs: 10,
  pairs: { least: 10, most: 120 },
  noise: 0.03,
  maximumMs: 15_000,
};
/** Bound over what was measured: above what two runs differ by, below a fifth. */
const ROOM = 1.08;
const NOISE_MAXIMUM = 0.08;
const ATTEMPTS = 3;

function budgetWith(bound: number): Budget {
  return { figures: { [FIGURE]: { unit: "ratio", direction: "atMost", target: 1.5, bound } } };
}

/** A pool whose jobs all take longer by this share of their time: spent on the supervisor's thread. */
function slowed(pool: Pool, share: number): Pool {
  return {
    run: async (request, options) => {
      const startedMs = performance.now();
      const result = await pool.run(request, options);
      const endMs = performance.now() + (performance.now() - startedMs) * share;
      while (performance.now() < endMs); // burnt, and not slept: a slower hot path is busy
      return result;
    },
    close: () => pool.close(),
    destroy: () => pool.destroy(),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

function check(bound: number, slowdown: number, effort = EFFORT): Promise<CheckReport> {
  const options: RunBenchOptions = {
    openPool: async (poolOptions) => {
      const pool = await openPool(poolOptions);
      return slowdown === 0 ? pool : slowed(pool, slowdown);
    },
    budget: budgetWith(bound),
    env: process.env,
    runtime: "python",
    seed: 1,
    rounds: 1,
    tell: () => undefined,
  };
  return checkBudget(options, effort);
}

function figureOf(context: SkippableTest, { report }: CheckReport): number {
  expect(report.failed).toEqual([]);
  const ratio = report.rows.find(({ id }) => id === FIGURE)?.ratio;
  expect(ratio).toBeDefined();
  const { value, noise } = ratio ?? { value: 0, noise: 0 };
  if (noise > NOISE_MAXIMUM * value) {
    skipAloud(context, "this machine is too busy to measure a tenth of a job");
  }
  return value;
}

describe("the check of the speed budget", () => {
  keeps(
    "speed.check",
    "the check passes as things are, and fails when each job takes a fifth longer",
    async (context) => {
      // A neighbour that comes or goes between two measurements moves the one against the other: hence attempts.
      for (let attempt = 1; ; attempt += 1) {
        const first = figureOf(context, await check(100, 0));
        const bound = ROOM * Math.min(first, figureOf(context, await check(100, 0)));
        const same = await check(bound, 0);
        const slower = await check(bound, 0.2);
        const isTold = same.isGood && !slower.isGood;
        if (isTold || attempt === ATTEMPTS) {
          figureOf(context, slower);
          expect(same.isGood).toBe(true);
          expect(slower.report.rows).toMatchObject([{ id: FIGURE, verdict: "worse" }]);
          expect(slower.isGood).toBe(false);
          return;
        }
      }
    },
    { ...ROOT_ONLY, timeoutMs: 400_000 },
  );

  keeps(
    "speed.check",
    "jobs that take ten times as long fail the check, however busy the machine is",
    async () => {
      const effort = {
        ...EFFORT,
        blockJobs: 5,
        pairs: { least: 8, most: 40 },
        maximumMs: 4_000,
      };
      const asIs = await check(100, 0, effort);
      expect(asIs.report.failed).toEqual([]);
      expect(asIs.isGood).toBe(true);
      const bound = 3 * (asIs.report.rows[0]?.ratio?.value ?? 0);
      const slower = await check(bound, 9, effort);
      expect(slower.report.rows).toMatchObject([{ id: FIGURE, verdict: "worse" }]);
      expect(slower.isGood).toBe(false);
    },
    ROOT_ONLY,
  );

  keeps(
    "speed.check",
    "the command ends with 0 within the budget, and with 1 and the name of the figure beyond it",
    async () => {
      using directory = temporaryDirectory();
      const checkWith = async (bound: number) => {
        const path = join(directory.path, "budget.json");
        writeFileSync(path, JSON.stringify(budgetWith(bound)));
        return await runCli(["bench", "--quiet", "--jobs", "20", "--check", path]);
      };
      const good = await checkWith(1_000);
      expect(good.stderr).toBe("");
      expect(good.stdout.toString()).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/);
      expect(good.exitCode).toBe(0);
      const bad = await checkWith(0.001);
      expect(bad.stdout.toString()).toContain(`worse than the budget: ${FIGURE}`);
      expect(bad.exitCode).toBe(1);
    },
    ROOT_ONLY,
  );

  keeps(
    "speed.check",
    "a budget that cannot be read, or names no figure, is a usage error",
    async () => {
      using directory = temporaryDirectory();
      const path = join(directory.path, "budget.json");
      writeFileSync(path, JSON.stringify(budgetWith(0)));
      expect((await runCli(["bench", "--check", path])).exitCode).toBe(2);
      expect((await runCli(["bench", "--check", `${path}.none`])).exitCode).toBe(2);
      expect((await runCli(["bench", "--only", "nothing"])).exitCode).toBe(2);
      expect((await runCli(["bench", "--jobs", "many"])).exitCode).toBe(2);
    },
    ROOT_ONLY,
  );
});

describe("the benchmark", () => {
  keeps(
    "speed.bench",
    "floors and ours are measured in one run, as JSON, with a plot",
    async () => {
      using directory = temporaryDirectory();
      const plot = join(directory.path, "plot.svg");
      const only = "echo,fork.bare,filter,latency.bare,supervisor,steps,denied";
      const run = await runCli(["bench", "--json", "--jobs", "8", "--only", only, "--svg", plot]);
      const document = JSON.parse(run.stdout.toString()) as {
        rows: { id: string; ours: number }[];
        skipped: { what: string }[];
        failed: unknown[];
      };
      expect(document.failed).toEqual([]);
      expect(run.exitCode).toBe(0);
      const groups = new Set(document.rows.map(({ id }) => id.split(".")[0]));
      for (const { what } of document.skipped) {
        groups.add(what); // no compiler: said aloud, and no failure
      }
      expect(groups).toEqual(
        new Set(["denied", "echo", "filter", "fork", "latency", "steps", "supervisor"]),
      );
      expect(document.rows.every(({ ours }) => Number.isFinite(ours))).toBe(true);
      expect(run.stderr).toContain("measuring latency.bare");
      expect(readFileSync(plot, "utf8")).toContain("</svg>");
    },
    ROOT_ONLY,
  );
});
