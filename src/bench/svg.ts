/** A plot of how latencies are distributed, one curve for each system. Pure: samples in, SVG text out. */
import type { Distribution } from "./row.ts";
import { quantiles } from "./stats.ts";

const WIDTH = 860;
const HEIGHT = 440;
const PLOT = { left: 64, right: 20, top: 36, bottom: 56 };
const ROW_HEIGHT = 18;
/** Grey that is read on white and on black, so that the file needs no themes. */
const INK = "#808080";
/** Okabe and Ito's colours that keep their distance for colour-blind readers, light enough and dark enough. */
const COLOURS = [
  "#d55e00",
  "#0072b2",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#8c6bb1",
  "#7f7f00",
] as const;
/** Curves beyond the colours are told apart by dashes. */
const DASHES = ["", "6 3", "2 3"] as const;
const POINTS = 200;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** 1, 2, 5, 10, 20 … from below the least to above the most. */
function ticks(least: number, most: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    all.push(...[1, 2, 5].map((step) => step * 10 ** power));
  }
  const first = all.findLastIndex((tick) => tick <= least);
  const last = all.findIndex((tick) => tick >= most);
  return all.slice(Math.max(0, first), last < 0 ? all.length : last + 1);
}

interface Axes {
  readonly marks: readonly number[];
  readonly x: (ms: number) => number;
  readonly y: (share: number) => number;
}

function axesFor(values: readonly number[], plotHeight: number): Axes {
  const marks = ticks(Math.min(...values), Math.max(...values));
  const [low, high] = [Math.log10(marks[0] ?? 1), Math.log10(marks.at(-1) ?? 10)];
  const wide = WIDTH - PLOT.left - PLOT.right;
  return {
    marks,
    x: (ms) => PLOT.left + (wide * (Math.log10(ms) - low)) / Math.max(high - low, 1e-9),
    y: (share) => PLOT.top + plotHeight * (1 - share),
  };
}

const fixed = (value: number): string => value.toFixed(1);

function text(x: number, y: number, content: string, more: string = ""): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${more}>${escaped(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, opacity: number): string {
  return `<path d="M${fixed(x1)} ${fixed(y1)}L${fixed(x2)} ${fixed(y2)}" stroke="${INK}" stroke-opacity="${opacity}"/>`;
}

function grid({ marks, x, y }: Axes): string[] {
  const [bottom, top] = [y(0), y(1)];
  const middle = 'text-anchor="middle"';
  return [
    ...marks.flatMap((mark) => [
      line(x(mark), top, x(mark), bottom, 0.25),
      text(x(mark), bottom + 16, String(Number(mark.toPrecision(1))), middle),
    ]),
    ...[0, 0.25, 0.5, 0.75, 0.9, 0.99].flatMap((share) => [
      line(PLOT.left, y(share), WIDTH - PLOT.right, y(share), share === 0 ? 0.8 : 0.25),
      ...(share === 0.99
        ? []
        : [text(PLOT.left - 6, y(share) + 4, `${share * 100} %`, 'text-anchor="end"')]),
    ]),
    text((PLOT.left + WIDTH - PLOT.right) / 2, bottom + 36, "milliseconds, logarithmic", middle),
    text(14, PLOT.top - 12, "share of jobs that are done within this time"),
  ];
}

function curve(samplesMs: readonly number[], axes: Axes, stroke: string): string {
  const shares = Array.from({ length: POINTS + 1 }, (_, at) => at / POINTS);
  const values = quantiles(samplesMs, shares);
  const d = values
    .map(
      (ms, at) => `${at === 0 ? "M" : "L"}${fixed(axes.x(ms))} ${fixed(axes.y(shares[at] ?? 0))}`,
    )
    .join("");
  return `<path d="${d}" fill="none" stroke-width="2" ${stroke}/>`;
}

function strokeOf(index: number): string {
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length] ?? "";
  const colour = COLOURS[index % COLOURS.length] ?? INK;
  return `stroke="${colour}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}`;
}

/** The plot; systems in the order of their medians, fastest first. Throws when there is nothing to draw. */
export function latencySvg(distributions: readonly Distribution[], caption: string): string {
  const systems = distributions
    .map(({ system, samplesMs }) => ({
      system,
      samplesMs,
      points: quantiles(samplesMs, [0, 0.5, 0.99, 1]),
    }))
    .sort((a, b) => (a.points[1] ?? 0) - (b.points[1] ?? 0));
  if (systems.length === 0) {
    throw new RangeError("cannot draw a plot of no systems");
  }
  const plotHeight = HEIGHT - PLOT.top - PLOT.bottom;
  const axes = axesFor(
    systems.flatMap(({ points }) => points),
    plotHeight,
  );
  const legendTop = HEIGHT + 14;
  const height = legendTop + systems.length * ROW_HEIGHT + 10;
  const body = systems.flatMap(({ system, samplesMs, points }, at) => {
    const y = legendTop + at * ROW_HEIGHT;
    const stroke = strokeOf(at);
    const [, p50 = 0, p99 = 0] = points;
    const facts = `${system}: p50 ${shown(p50)} ms, p99 ${shown(p99)} ms, ${samplesMs.length} jobs`;
    return [
      curve(samplesMs, axes, stroke),
      `<path d="M${PLOT.left} ${y - 4}h28" stroke-width="3" ${stroke}/>`,
      text(PLOT.left + 36, y, facts),
    ];
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(caption)}</title>`,
    ...grid(axes),
    ...body,
    "</svg>",
  ].join("\n")}\n`;
}

function shown(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}
