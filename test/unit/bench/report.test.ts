import { describe, expect, test } from "vitest";
import { Bench, Missing } from "../../../src/bench/bench.ts";
import type { Budget } from "../../../src/bench/budget.ts";
import { fullEffort } from "../../../src/bench/effort.ts";
import { documentOf, judgeRows, type Report } from "../../../src/bench/report.ts";
import { overRounds, type Row } from "../../../src/bench/row.ts";
import { measureAll, measurements, select } from "../../../src/bench/suite.ts";
import { latencySvg } from "../../../src/bench/svg.ts";
import { bar, formatCheck, formatReport, isUnicode } from "../../../src/front/cli/bench-table.ts";

const latency = (ours: number, ratio: number): Row => ({
  id: "latency.bare.p50",
  what: "hello, p50",
  unit: "ms",
  ours,
  against: { what: "parked fork", value: ours / ratio },
  ratio: { value: ratio, low: ratio - 0.05, high: ratio + 0.05, noise: 0.05, pairs: 10 },
});
const step: Row = { id: "steps.ids.p50", what: "step ids", unit: "µs", ours: 7 };
const steps: Row = { id: "steps.seccomp.p50", what: "step seccomp", unit: "µs", ours: 70 };

const budget: Budget = {
  figures: {
    "latency.bare.p50": { unit: "ratio", direction: "atMost", target: 1.5, bound: 2 },
  },
};

function reportOf(...rounds: Row[][]): Report {
  return {
    host: {
      kernel: "6.1",
      arch: "x64",
      processor: "a processor",
      processors: 2,
      node: "20",
      busyBefore: 0.25,
    },
    seed: 1,
    rounds: rounds.length,
    rows: judgeRows(overRounds(rounds), budget),
    distributions: [{ system: "ours & <theirs>", samplesMs: [1, 2, 3, 4, 100] }],
    skipped: [{ what: "peers.bare.runsc", why: "not found", install: "apt-get install x" }],
    failed: [{ what: "peers.bare.bwrap", why: "said\u001b[31m no" }],
  };
}

const plain = { paint: (_colour: string, text: string) => text, isUnicode: false };
const blocks = { ...plain, isUnicode: true };

describe("overRounds", () => {
  test("takes medians, keeps the order, and says how far rounds lie apart", () => {
    const rows = overRounds([[latency(2, 1.4), step], [latency(4, 1.8), step], [latency(3, 1.5)]]);
    expect(rows.map(({ id }) => id)).toEqual(["latency.bare.p50", "steps.ids.p50"]);
    expect(rows[0]).toMatchObject({
      ours: 3,
      ratio: { value: 1.5, pairs: 30 },
      spread: { low: 1.4, high: 1.8 },
      rounds: 3,
    });
    expect(rows[1]).toMatchObject({ ours: 7, rounds: 2 });
  });
});

describe("formatReport", () => {
  test("a figure shows both sides, ratio, target, bound and verdict", () => {
    const text = formatReport(reportOf([latency(3, 1.8), step, steps]), plain);
    const line = text.split("\n").find((one) => one.startsWith("latency.bare.p50")) ?? "";
    expect(text.split("\n")[0]).toContain("25 % busy with other things");
    for (const part of [
      "3.00 ms",
      "1.67 ms parked fork",
      "1.80",
      "<= 1.5",
      "<= 2",
      "missed, within bound",
    ]) {
      expect(line).toContain(part);
    }
  });

  test("a bar has its tick where the target is", () => {
    const drawn = formatReport(reportOf([latency(3, 1.5)]), blocks);
    expect(drawn).toMatch(/█{10}│ /);
    const over = formatReport(reportOf([latency(3, 15)]), plain);
    expect(over).toMatch(/#{10}\|#{4}>/);
  });

  test("figures without a target are drawn beside the largest of their group", () => {
    const text = formatReport(reportOf([step, steps]), plain);
    expect(text).toMatch(/steps\.ids.* ## +step ids/);
    expect(text).toMatch(/steps\.seccomp.* #{16} +step seccomp/);
  });

  test("what was left out and what broke is said, with the line that installs it, and draws nothing", () => {
    const text = formatReport(reportOf([step]), plain);
    expect(text).toContain("skipped peers.bare.runsc: not found; to have it: apt-get install x");
    expect(text).toContain("FAILED peers.bare.bwrap: said\\u001b[31m no");
    expect(text).not.toContain("\u001b");
  });

  test.each([
    [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, false],
    [{ LC_ALL: "", LC_CTYPE: "C.UTF-8" }, true],
    [{ LANG: "de_DE.utf8" }, true],
    [{}, false],
  ])("%j writes UTF-8: %s", (env, expected) => {
    expect(isUnicode(env)).toBe(expected);
  });

  test.each([
    [0, "", ""],
    [1.5, "█▌", "##"],
    [16, "█".repeat(16), "#".repeat(16)],
    [99, `${"█".repeat(15)}▶`, `${"#".repeat(15)}>`],
  ])("a bar of %d cells", (cells, unicode, ascii) => {
    expect(bar(cells, true)).toBe(unicode);
    expect(bar(cells, false)).toBe(ascii);
  });
});

describe("formatCheck", () => {
  test("names each figure that is worse, and counts", () => {
    const report = { ...reportOf([latency(3, 2.5)]), failed: [] };
    const text = formatCheck(report, ["peers.bare.runsc"]);
    expect(text).toContain("worse than the budget: latency.bare.p50");
    expect(text.endsWith("0 passed, 1 failed, 1 skipped\n")).toBe(true);
  });

  test("is one line for each figure when all is well", () => {
    const text = formatCheck({ ...reportOf([latency(3, 1.9)]), failed: [] }, []);
    expect(text).toContain("within bound");
    expect(text.endsWith("\n1 passed, 0 failed, 0 skipped\n")).toBe(true);
  });
});

describe("documentOf", () => {
  test("is JSON with percentiles instead of samples", () => {
    const document = JSON.parse(JSON.stringify(documentOf(reportOf([latency(3, 1.9), step])))) as {
      rows: Record<string, unknown>[];
      distributions: { jobs: number; percentilesMs: Record<string, number> }[];
    };
    expect(document.rows[0]).toMatchObject({
      id: "latency.bare.p50",
      ratio: 1.9,
      interval: { low: 1.85, high: 1.95 },
      verdict: "within",
      meetsTarget: false,
      budget: { target: 1.5, bound: 2 },
    });
    expect(document.rows[1]).toMatchObject({ ratio: null, budget: null, against: null });
    expect(document.distributions[0]).toMatchObject({
      jobs: 5,
      percentilesMs: { p0: 1, p50: 3, p100: 100 },
    });
  });
});

describe("latencySvg", () => {
  const svg = latencySvg(
    [
      { system: "slow", samplesMs: [50, 60, 70] },
      { system: "fast & <small>", samplesMs: [0.7, 0.8, 3] },
    ],
    'a "caption"',
  );

  test("has a curve and a legend line for each system, fastest first, and says what the axes are", () => {
    expect(svg.match(/fill="none" stroke-width="2"/g)).toHaveLength(2);
    expect(svg.indexOf("fast &#38; &#60;small&#62;")).toBeLessThan(
      svg.indexOf("slow: p50 60.0 ms"),
    );
    expect(svg).toContain("milliseconds, logarithmic");
    expect(svg).toContain("share of jobs");
  });

  test("holds no script, nothing from elsewhere, and no number that is none", () => {
    expect(svg).not.toMatch(/<script|href|url\(|NaN|Infinity/i);
    expect(svg).toContain("<title>a &#34;caption&#34;</title>");
  });

  test("curves rise from left to right inside the plot", () => {
    for (const [, d = ""] of svg.matchAll(/<path d="(M[^"]+)" fill="none"/g)) {
      const points = [...d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]);
      expect(points.length).toBeGreaterThan(100);
      for (const [at, [x = 0, y = 0]] of points.entries()) {
        const [before = [0, 999]] = at === 0 ? [] : [points[at - 1] ?? []];
        expect(x).toBeGreaterThanOrEqual((before[0] ?? 0) - 0.11);
        expect(y).toBeLessThanOrEqual((before[1] ?? 999) + 0.11);
        expect(x).toBeLessThanOrEqual(860);
      }
    }
  });

  test("one system whose jobs all took the same is drawn as well, none is refused", () => {
    expect(latencySvg([{ system: "still", samplesMs: [2, 2] }], "c")).not.toContain("NaN");
    expect(() => latencySvg([], "c")).toThrow(RangeError);
  });
});

describe("the suite", () => {
  const all = measurements(fullEffort());
  const ids = (names: string[]) => select(all, names).map(({ id }) => id);

  test("no name is given twice", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test("a name picks a group, a measurement, or the measurement of a row", () => {
    expect(ids(["memory"])).toEqual([
      "memory.bare",
      "memory.stdlib",
      "memory.numpy",
      "memory.pandas",
    ]);
    expect(ids(["latency.bare"])).toEqual(["latency.bare"]);
    expect(ids(["latency.bare.p99", "latency.bare.p50"])).toEqual(["latency.bare"]);
    expect(() => ids(["laten"])).toThrow(/there is no figure "laten"/);
  });

  test("what is missing is skipped, what breaks is named, and the rest is measured", async () => {
    const told: string[] = [];
    const result = await measureAll(
      [
        { id: "a", measure: () => Promise.reject(new Missing("no tool", "apt-get install tool")) },
        { id: "b", measure: () => Promise.reject(new Error("broken")) },
        { id: "c", measure: () => Promise.resolve({ rows: [step] }) },
      ],
      new Bench({
        openPool: () => Promise.reject(new Error("not asked for")),
        effort: fullEffort(),
        seed: 1,
        scratch: "/nowhere",
        env: {},
        runtime: "python",
      }),
      (id) => told.push(id),
    );
    expect(told).toEqual(["a", "b", "c"]);
    expect(result).toEqual({
      rows: [step],
      distributions: [],
      skipped: [{ what: "a", why: "no tool", install: "apt-get install tool" }],
      failed: [{ what: "b", why: "broken" }],
    });
  });
});
