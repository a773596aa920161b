/** The rows that measuring gives, and their median over rounds. Pure. */
import { type Estimate, median } from "./stats.ts";

export type Unit = "ms" | "µs" | "jobs/s" | "forks/s" | "MiB" | "%";

/** One figure: what is ours, beside what it stands against in the same run. */
export interface Row {
  /** GROUP.NAME[.PART]; what --only and the budget call it */
  readonly id: string;
  readonly what: string;
  readonly unit: Unit;
  readonly ours: number;
  readonly against?: { readonly what: string; readonly value: number };
  /** the two as one number: how many times the other side, or how many times faster; else absent */
  readonly ratio?: Estimate;
  /** the noise of `ours` where the budget holds it by itself */
  readonly own?: Estimate;
}

/** The times of single jobs of one system, for the plot. */
export interface Distribution {
  readonly system: string;
  readonly samplesMs: readonly number[];
}

/** What is not here and was left out; said aloud. */
export interface Skipped {
  readonly what: string;
  readonly why: string;
  /** the line that would install it, where there is one */
  readonly install?: string;
}

/** Least and most over the rounds. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** A row over all rounds: medians, and how far the rounds lie apart. */
export interface RoundedRow extends Row {
  readonly rounds: number;
  /** of the ratio where there is one, else of `ours` */
  readonly spread: Spread;
}

/** What the budget speaks of: the ratio where there is one, else our own value. */
export function figureOf(row: Row): Estimate | undefined {
  return row.ratio ?? row.own;
}

function middle(estimates: readonly Estimate[]): Estimate {
  const middleOf = (key: "value" | "low" | "high" | "noise"): number =>
    median(estimates.map((one) => one[key]));
  return {
    value: middleOf("value"),
    low: middleOf("low"),
    high: middleOf("high"),
    noise: middleOf("noise"),
    pairs: estimates.reduce((sum, { pairs }) => sum + pairs, 0),
  };
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

/** Joins the rows of several rounds by id, in the order of the first round that has them. */
export function overRounds(rounds: readonly (readonly Row[])[]): RoundedRow[] {
  const byId = new Map<string, Row[]>();
  for (const row of rounds.flat()) {
    const rows = byId.get(row.id);
    if (rows === undefined) {
      byId.set(row.id, [row]);
    } else {
      rows.push(row);
    }
  }
  return [...byId.values()].map(joined);
}

function joined(rows: readonly Row[]): RoundedRow {
  const [first] = rows as [Row];
  const against = rows.map((row) => row.against?.value).filter(isThere);
  const ratios = rows.map((row) => row.ratio).filter(isThere);
  const own = rows.map((row) => row.own).filter(isThere);
  const spreadOf = rows.map((row) => row.ratio?.value ?? row.ours);
  return {
    ...first,
    ours: median(rows.map((row) => row.ours)),
    ...(first.against === undefined
      ? {}
      : { against: { what: first.against.what, value: median(against) } }),
    ...(ratios.length === 0 ? {} : { ratio: middle(ratios) }),
    ...(own.length === 0 ? {} : { own: middle(own) }),
    rounds: rows.length,
    spread: { low: Math.min(...spreadOf), high: Math.max(...spreadOf) },
  };
}
