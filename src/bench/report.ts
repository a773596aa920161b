/** What was measured, as one document: rows with target, bound and verdict. Pure. */
import { type Allowance, type Budget, judge, meetsTarget, type Verdict } from "./budget.ts";
import { type Distribution, figureOf, type RoundedRow, type Skipped } from "./row.ts";
import { quantiles } from "./stats.ts";
import type { Failed } from "./suite.ts";

export interface Host {
  readonly kernel: string;
  readonly arch: string;
  readonly processor: string;
  readonly processors: number;
  readonly node: string;
  /** how busy the processors were with other things before it began, from 0 to 1 */
  readonly busyBefore: number;
}

export interface JudgedRow extends RoundedRow {
  readonly allowance?: Allowance;
  readonly verdict?: Verdict;
  /** whether the target of the design is met */
  readonly meetsTarget?: boolean;
}

export interface Report {
  readonly host: Host;
  readonly seed: number;
  readonly rounds: number;
  readonly rows: readonly JudgedRow[];
  readonly distributions: readonly Distribution[];
  readonly skipped: readonly Skipped[];
  readonly failed: readonly Failed[];
}

export function judgeRows(rows: readonly RoundedRow[], budget: Budget): JudgedRow[] {
  return rows.map((row) => {
    const allowance = Object.hasOwn(budget.figures, row.id) ? budget.figures[row.id] : undefined;
    const figure = figureOf(row);
    return allowance === undefined || figure === undefined
      ? row
      : {
          ...row,
          allowance,
          verdict: judge(allowance, figure),
          meetsTarget: meetsTarget(allowance, figure.value),
        };
  });
}

/** Of each system, the percentiles 0 to 100 and the far tail; single samples would be a megabyte. */
const PERCENTS = [...Array.from({ length: 101 }, (_, percent) => percent), 99.9];

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** The document under --json; docs/performance.md says what each field is. */
export function documentOf(report: Report): unknown {
  const { distributions, rows, ...rest } = report;
  return {
    ...rest,
    rows: rows.map(({ own, ratio, allowance, ours, spread, against, ...row }) => {
      const figure = ratio ?? own;
      return {
        ...row,
        ours: rounded(ours),
        against:
          against === undefined ? null : { what: against.what, value: rounded(against.value) },
        ratio: ratio === undefined ? null : rounded(ratio.value),
        interval:
          figure === undefined ? null : { low: rounded(figure.low), high: rounded(figure.high) },
        pairs: figure?.pairs ?? null,
        spread: { low: rounded(spread.low), high: rounded(spread.high) },
        budget: allowance ?? null,
      };
    }),
    distributions: distributions.map(({ system, samplesMs }) => ({
      system,
      jobs: samplesMs.length,
      percentilesMs: Object.fromEntries(
        quantiles(
          samplesMs,
          PERCENTS.map((percent) => percent / 100),
        ).map((value, at) => [`p${PERCENTS[at]}`, rounded(value)]),
      ),
    })),
  };
}
