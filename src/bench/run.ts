/** The benchmark from beginning to end, and the check of the budget. The system under test is a parameter. */
import { availableParallelism, cpus, release } from "node:os";
import { Scratch } from "../bundle/scratch.ts";
import { Bench, type BenchOptions, type OpenPool } from "./bench.ts";
import type { Budget } from "./budget.ts";
import { checkEffort, type Effort, fullEffort } from "./effort.ts";
import { type Host, judgeRows, type Report } from "./report.ts";
import { type Distribution, overRounds } from "./row.ts";
import { measureAll, measurements, type RoundResult, select } from "./suite.ts";

export interface RunBenchOptions {
  readonly openPool: OpenPool;
  readonly budget: Budget;
  readonly env: BenchOptions["env"];
  readonly runtime: string;
  readonly seed: number;
  /** names of figures or groups; undefined: all */
  readonly only?: readonly string[] | undefined;
  /** jobs of each latency figure, on each side */
  readonly jobs?: number | undefined;
  readonly rounds: number;
  readonly tell: (line: string) => void;
}

function hostFacts(): Host {
  return {
    kernel: release(),
    arch: process.arch,
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    processors: availableParallelism(),
    node: process.versions.node,
  };
}

export async function runBench(options: RunBenchOptions): Promise<Report> {
  return await measureRounds(options, fullEffort(options.jobs), options.only);
}

export interface CheckReport {
  readonly report: Report;
  /** figures of the budget that could not be measured here; `report.skipped` says why */
  readonly unmeasured: readonly string[];
  readonly isGood: boolean;
}

/** Measures what the budget holds, and nothing else; good when no figure is worse than its bound by more than noise. */
export async function checkBudget(
  options: RunBenchOptions,
  effort: Effort = checkEffort(options.jobs),
): Promise<CheckReport> {
  const { budget, only } = options;
  const all = Object.keys(budget.figures);
  const isWanted = (id: string): boolean =>
    only === undefined || only.some((name) => id === name || id.startsWith(`${name}.`));
  const wanted = all.filter(isWanted);
  const report = await measureRounds(options, effort, wanted);
  const judged = report.rows.filter(({ id }) => wanted.includes(id));
  const measured = new Set(judged.map(({ id }) => id));
  return {
    report: { ...report, rows: judged },
    unmeasured: wanted.filter((id) => !measured.has(id)),
    // A check that has measured nothing has shown nothing.
    isGood:
      judged.length > 0 &&
      report.failed.length === 0 &&
      judged.every(({ verdict }) => verdict !== "worse"),
  };
}

async function measureRounds(
  options: RunBenchOptions,
  effort: Effort,
  only: readonly string[] | undefined,
): Promise<Report> {
  const { budget, openPool, env, runtime, seed, rounds, tell } = options;
  const all = measurements(effort);
  const chosen = only === undefined ? all : select(all, only);
  await using scratch = await Scratch.create();
  const results: RoundResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const bench = new Bench({ openPool, effort, seed, scratch: scratch.path, env, runtime });
    const prefix = rounds === 1 ? "" : `round ${round} of ${rounds}: `;
    results.push(await measureAll(chosen, bench, (id) => tell(`${prefix}measuring ${id}`)));
  }
  const rows = overRounds(results.map((result) => result.rows));
  return {
    host: hostFacts(),
    seed,
    rounds,
    rows: judgeRows(rows, budget),
    distributions: joined(results.flatMap((result) => result.distributions)),
    skipped: once(results.flatMap((result) => result.skipped)),
    failed: once(results.flatMap((result) => result.failed)),
  };
}

/** The samples of one system from all rounds together. */
function joined(distributions: readonly Distribution[]): Distribution[] {
  const bySystem = new Map<string, number[]>();
  for (const { system, samplesMs } of distributions) {
    bySystem.set(system, [...(bySystem.get(system) ?? []), ...samplesMs]);
  }
  return [...bySystem].map(([system, samplesMs]) => ({ system, samplesMs }));
}

/** Said once, however many rounds say it. */
function once<T extends { readonly what: string; readonly why: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.what} ${one.why}`, one])).values()];
}
