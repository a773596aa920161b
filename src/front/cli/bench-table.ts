/** The report of the benchmark for people. Pure. */
import { meetsTarget, type Verdict } from "../../bench/budget.ts";
import type { JudgedRow, Report } from "../../bench/report.ts";
import { figureOf, type Unit } from "../../bench/row.ts";
import type { Colour, Paint } from "./colour.ts";
import { printable } from "./failure.ts";
import { formatTable } from "./table.ts";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const BAR_CELLS = 16;
/** Where the target stands in the bar of a figure that has one. */
const TARGET_CELL = 10;

export interface TableStyle {
  readonly paint: Paint;
  /** block characters; without it plain ones */
  readonly isUnicode: boolean;
}

/** Whether a locale writes UTF-8: LC_ALL, then LC_CTYPE, then LANG, as setlocale(3) has it. */
export function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  return /utf-?8/i.test(locale ?? "");
}

/** A bar of so many cells; what does not fit ends in an arrow. */
export function bar(cells: number, isUnicodeBar: boolean): string {
  const whole = Math.min(BAR_CELLS, Math.floor(cells));
  if (cells > BAR_CELLS) {
    return `${(isUnicodeBar ? "█" : "#").repeat(BAR_CELLS - 1)}${isUnicodeBar ? "▶" : ">"}`;
  }
  return isUnicodeBar
    ? "█".repeat(whole) + (EIGHTHS[Math.floor((cells - whole) * 8)] ?? "")
    : "#".repeat(Math.round(cells));
}

/** A figure with a target: its bar, and a tick where the target is. */
function targetBar(row: JudgedRow, style: TableStyle): string {
  const value = figureOf(row)?.value ?? 0;
  const target = row.allowance?.target ?? 1;
  const drawn = bar((value / target) * TARGET_CELL, style.isUnicode).padEnd(BAR_CELLS);
  const tick = style.isUnicode ? "│" : "|";
  const ticked = drawn.slice(0, TARGET_CELL) + tick + drawn.slice(TARGET_CELL + 1);
  return style.paint(row.meetsTarget === true ? "green" : "red", ticked);
}

/** The others are drawn beside the largest of their group and unit. */
function groupBar(row: JudgedRow, rows: readonly JudgedRow[], style: TableStyle): string {
  const isKin = (other: JudgedRow): boolean =>
    other.unit === row.unit && other.id.split(".")[0] === row.id.split(".")[0];
  const largest = Math.max(...rows.filter(isKin).map(({ ours }) => ours));
  return largest > 0 ? bar((row.ours / largest) * BAR_CELLS, style.isUnicode) : "";
}

function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function amount(value: number, unit: Unit): string {
  return `${number(value)} ${unit}`;
}

const VERDICT_COLOURS: Readonly<Record<Verdict, Colour>> = {
  within: "green",
  worse: "red",
  noisy: "yellow",
};

function verdictOf(row: JudgedRow, paint: Paint): string {
  if (row.verdict === undefined || row.allowance === undefined) {
    return "";
  }
  const target = row.meetsTarget === true ? paint("green", "met") : paint("red", "missed");
  return `${target}, ${paint(VERDICT_COLOURS[row.verdict], BOUND_WORDS[row.verdict])}`;
}

const BOUND_WORDS: Readonly<Record<Verdict, string>> = {
  within: "within bound",
  worse: "WORSE than bound",
  noisy: "too noisy to tell",
};

const SIGN = { atMost: "<=", atLeast: ">=" } as const;

function cells(row: JudgedRow, rows: readonly JudgedRow[], style: TableStyle): string[] {
  const { allowance, against } = row;
  const figure = figureOf(row);
  const plusMinus = style.isUnicode ? "±" : "+-";
  const sign = allowance === undefined ? "" : SIGN[allowance.direction];
  return [
    row.id,
    amount(row.ours, row.unit),
    against === undefined ? "" : `${amount(against.value, row.unit)} ${printable(against.what)}`,
    row.ratio === undefined ? "" : number(row.ratio.value),
    figure === undefined ? "" : `${plusMinus}${number(figure.noise)}`,
    row.rounds === 1 ? "" : `${number(row.spread.low)}..${number(row.spread.high)}`,
    allowance === undefined ? "" : `${sign} ${allowance.target}`,
    allowance === undefined ? "" : `${sign} ${allowance.bound}`,
    verdictOf(row, style.paint),
    allowance === undefined ? groupBar(row, rows, style) : targetBar(row, style),
    printable(row.what),
  ];
}

const HEADER = [
  "figure",
  "ours",
  "against",
  "ratio",
  "noise",
  "rounds",
  "target",
  "bound",
  "verdict",
  "",
  "what",
];

/** Rows, then what was left out and what broke, each with its reason. */
export function formatReport(report: Report, style: TableStyle): string {
  const { host, rows, skipped, failed } = report;
  const head = `${host.processor}, ${host.processors} processors, Linux ${host.kernel} ${host.arch}, Node ${host.node}; ${Math.round(host.busyBefore * 100)} % busy with other things; seed ${report.seed}, rounds ${report.rounds}\n`;
  const table = formatTable(
    HEADER,
    rows.map((row) => cells(row, rows, style)),
  );
  const left = skipped.map(({ what, why, install }) => {
    const remedy = install === undefined ? "" : `; to have it: ${install}`;
    return `skipped ${what}: ${printable(why)}${remedy}\n`;
  });
  const broken = failed.map(({ what, why }) => `FAILED ${what}: ${printable(why)}\n`);
  return [head, table, ...left, ...broken].join("");
}

/** The lines of a check: one for each figure of the budget, and the sum. */
export function formatCheck(report: Report, unmeasured: readonly string[]): string {
  const lines = report.rows.map((row) => checkLine(row)).filter((text) => text !== "");
  const missing = unmeasured.map((id) => `not measured  ${id}\n`);
  const worse = report.rows.filter(({ verdict }) => verdict === "worse").map(({ id }) => id);
  const broken = report.failed.map(({ what }) => what);
  const passed = report.rows.filter(({ verdict }) => verdict !== undefined).length - worse.length;
  const bad = [...worse, ...broken];
  const names = bad.length === 0 ? "" : `: ${bad.join(", ")}`;
  const counts = `${passed} passed, ${bad.length} failed, ${missing.length} skipped`;
  return [
    ...lines,
    ...missing,
    names === "" ? "" : `worse than the budget${names}\n`,
    `${counts}\n`,
  ].join("");
}

function checkLine({ id, verdict, allowance, ...row }: JudgedRow): string {
  const figure = figureOf({ id, ...row });
  if (verdict === undefined || allowance === undefined || figure === undefined) {
    return "";
  }
  const { value, noise, pairs } = figure;
  const sign = SIGN[allowance.direction];
  const target = meetsTarget(allowance, value) ? "met" : "missed";
  return `${BOUND_WORDS[verdict].padEnd(18)} ${id}: ${number(value)} (noise ${number(noise)}, ${pairs} pairs), bound ${sign} ${allowance.bound}, target ${sign} ${allowance.target} ${target}\n`;
}
