/** The benchmark from beginning to end, and the check of the budget. The system under test is a parameter. */
import { availableParallelism, cpus, release } from "node:os";
import { Scratch } from "../bundle/scratch.ts";
import { Bench, type BenchOptions, type OpenPool } from "./bench.ts";
import type { Budget } from "./budget.ts";
import { checkEffort, type Effort, fullEffort } from "./effort.ts";
import { busyShare } from "./processes.ts";
import { type Host, type JudgedRow, judgeRows, type Report } from "./report.ts";
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

const LOOK_MS = 500;

async function hostFacts(): Promise<Host> {
  return {
    busyBefore: await busyShare(LOOK_MS),
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

/**
 * Measures what the budget holds, and nothing else; good when no figure is worse than its bound by more than noise.
 * A figure that is worse is measured once more, and that answer counts: a neighbour that takes the processors away
 * for ten seconds hurts what needs many hand-overs more than it hurts a bare fork, and no interval tells that.
 */
export async function checkBudget(
  options: RunBenchOptions,
  effort: Effort = checkEffort(options.jobs),
): Promise<CheckReport> {
  const { budget, only } = options;
  const isWanted = (id: string): boolean =>
    only === undefined || only.some((name) => id === name || id.startsWith(`${name}.`));
  const wanted = Object.keys(budget.figures).filter(isWanted);
  const first = await measureRounds(options, effort, wanted);
  const worse = first.rows.filter(({ verdict }) => verdict === "worse").map(({ id }) => id);
  const second = worse.length === 0 ? undefined : await measureRounds(options, effort, worse);
  const rows = first.rows
    .filter(({ id }) => wanted.includes(id))
    .map((row) => (worse.includes(row.id) ? again(row, second) : row));
  const failed = [...first.failed, ...(second?.failed ?? [])];
  return {
    report: { ...first, rows, failed },
    unmeasured: wanted.filter((id) => !rows.some((row) => row.id === id)),
    // A check that has measured nothing has shown nothing.
    isGood:
      rows.length > 0 && failed.length === 0 && rows.every(({ verdict }) => verdict !== "worse"),
  };
}

function again(row: JudgedRow, second: Report | undefined): JudgedRow {
  return second?.rows.find(({ id }) => id === row.id) ?? row;
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
  const host = await hostFacts();
  const results: RoundResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const bench = new Bench({ openPool, effort, seed, scratch: scratch.path, env, runtime });
    const prefix = rounds === 1 ? "" : `round ${round} of ${rounds}: `;
    results.push(await measureAll(chosen, bench, (id) => tell(`${prefix}measuring ${id}`)));
  }
  const rows = overRounds(results.map((result) => result.rows));
  return {
    host,
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
