/**
 * Rules become a decision diagram: every node looks at one 32-bit word, once, and says which node follows
 * for each range of its values. Equal nodes exist once, so calls with equal rules share their code.
 */
import type { Condition } from "./conditions.ts";
import { ProfileError } from "./error.ts";
import { AUDIT_ARCH, type FilterSource, KILL_PROCESS, NO_SUCH_CALL, X32_BIT } from "./resolve.ts";

export const WORD_MAX = 0xffffffff;

/** Offsets into struct seccomp_data; both architectures are little endian, so the low half comes first. */
export const NUMBER_OFFSET = 0;
const ARCH_OFFSET = 4;
const ARGS_OFFSET = 16;

export type Node =
  | { readonly kind: "verdict"; readonly id: number; readonly value: number }
  | {
      readonly kind: "test";
      readonly id: number;
      readonly offset: number;
      readonly mask: number;
      /** ascending and without gaps from 0; each reaches up to the next one */
      readonly ranges: readonly NodeRange[];
    };

export interface NodeRange {
  readonly from: number;
  readonly node: Node;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The masked word at an offset lies in one of the spans. */
interface WordTest {
  readonly offset: number;
  readonly mask: number;
  readonly spans: readonly Span[];
}

/** All tests hold, then the verdict. */
interface WordRule {
  readonly tests: readonly WordTest[];
  readonly verdict: number;
}

const MAX_ALTERNATIVES = 512;
const MAX_NODES = 8192;

function tooComplex(): ProfileError {
  return new ProfileError(
    undefined,
    "the argument rules of one call combine into more cases than a filter can hold",
    "use fewer values or fewer conditions for one call",
  );
}

/** Sorted, with neighbouring values joined. */
function spansOf(values: readonly number[]): readonly Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const value of [...new Set(values)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && last.to + 1 === value) {
      last.to = value;
    } else {
      spans.push({ from: value, to: value });
    }
  }
  return spans;
}

function lowHalf(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

function highHalf(value: bigint): number {
  return Number(BigInt.asUintN(32, value >> 32n));
}

/** `(argument & mask)` is one of the values, as alternatives of tests of its two halves. */
function maskedIn(offset: number, mask: bigint, values: readonly bigint[]): WordTest[][] {
  const byHigh = new Map<number, number[]>();
  for (const value of values) {
    const lows = byHigh.get(highHalf(value)) ?? [];
    lows.push(lowHalf(value));
    byHigh.set(highHalf(value), lows);
  }
  return [...byHigh].map(([high, lows]) => [
    { offset, mask: lowHalf(mask), spans: spansOf(lows) },
    { offset: offset + 4, mask: highHalf(mask), spans: spansOf([high]) },
  ]);
}

function atMost(offset: number, bits: number, limit: bigint): WordTest[][] {
  const high = highHalf(limit);
  const highMask = bits === 64 ? WORD_MAX : 0;
  const lowMask = bits === 16 ? 0xffff : WORD_MAX;
  const alternatives: WordTest[][] = [
    [
      { offset, mask: lowMask, spans: [{ from: 0, to: lowHalf(limit) }] },
      { offset: offset + 4, mask: highMask, spans: [{ from: high, to: high }] },
    ],
  ];
  if (high > 0) {
    alternatives.push([{ offset: offset + 4, mask: highMask, spans: [{ from: 0, to: high - 1 }] }]);
  }
  return alternatives;
}

/** A condition as alternatives, each a list of tests of 32-bit words. */
function alternativesOf(condition: Condition): WordTest[][] {
  const { bits, values } = condition;
  const offset = ARGS_OFFSET + 8 * condition.index;
  const whole = (1n << BigInt(bits)) - 1n;
  const flags = values.reduce((union, value) => union | value, 0n);
  switch (condition.operator) {
    case "in":
      return maskedIn(offset, whole, values);
    case "flagsNone":
      return maskedIn(offset, flags, [0n]);
    case "flagsAll":
      return maskedIn(offset, flags, [flags]);
    case "flagsWithin":
      return maskedIn(offset, whole & ~flags, [0n]);
    case "low4In":
      return maskedIn(offset, 0xfn, values);
    case "atMost":
      return atMost(offset, bits, flags);
  }
}

function intersect(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const from = Math.max(left.from, right.from);
      const to = Math.min(left.to, right.to);
      return from <= to ? [{ from, to }] : [];
    }),
  );
}

function singleValue(test: WordTest): number | undefined {
  const [span, ...rest] = test.spans;
  return span !== undefined && rest.length === 0 && span.from === span.to ? span.from : undefined;
}

/** Two tests of one word as one, where that is possible; a test without spans can never hold. */
function joinTests(a: WordTest, b: WordTest): WordTest | undefined {
  if (a.offset !== b.offset) {
    return undefined;
  }
  if (a.mask === b.mask) {
    return { ...a, spans: intersect(a.spans, b.spans) };
  }
  const left = singleValue(a);
  const right = singleValue(b);
  if (left === undefined || right === undefined) {
    return undefined;
  }
  const agree = ((left & b.mask) ^ (right & a.mask)) === 0;
  const value = (left | right) >>> 0;
  const spans = agree ? [{ from: value, to: value }] : [];
  return { offset: a.offset, mask: (a.mask | b.mask) >>> 0, spans };
}

/** Joins what can be joined; undefined when the tests can never hold together. */
function normalise(tests: readonly WordTest[]): readonly WordTest[] | undefined {
  const joined: WordTest[] = [];
  for (const test of tests) {
    const index = joined.findIndex((earlier) => joinTests(earlier, test) !== undefined);
    const earlier = joined[index];
    if (earlier === undefined) {
      joined.push(test);
    } else {
      joined[index] = joinTests(earlier, test) ?? test;
    }
  }
  if (joined.some((test) => test.spans.length === 0)) {
    return undefined;
  }
  return joined.filter((test) => test.mask !== 0);
}

/** A rule with `in` over different upper halves, or `atMost`, becomes several rules. */
function wordRules(conditions: readonly Condition[], verdict: number): readonly WordRule[] {
  let alternatives: WordTest[][] = [[]];
  for (const condition of conditions) {
    const added = alternativesOf(condition);
    alternatives = alternatives.flatMap((tests) => added.map((more) => [...tests, ...more]));
    if (alternatives.length > MAX_ALTERNATIVES) {
      throw tooComplex();
    }
  }
  return alternatives.flatMap((alternative) => {
    const tests = normalise(alternative);
    return tests === undefined ? [] : [{ tests, verdict }];
  });
}

function sameWord(a: WordTest, b: WordTest): boolean {
  return a.offset === b.offset && a.mask === b.mask;
}

function contains(test: WordTest, value: number): boolean {
  return test.spans.some((span) => span.from <= value && value <= span.to);
}

/** Makes nodes, each once. */
class Diagram {
  readonly #nodes = new Map<string, Node>();
  readonly #decided = new Map<string, Node>();

  verdict(value: number): Node {
    return this.#intern(`v${value}`, (id) => ({ kind: "verdict", id, value }));
  }

  test(offset: number, mask: number, ranges: readonly NodeRange[]): Node {
    const merged = ranges.filter((range, index) => range.node !== ranges[index - 1]?.node);
    const [first] = merged;
    if (first !== undefined && merged.length === 1) {
      return first.node;
    }
    const key = `${offset} ${mask} ${merged.map(({ from, node }) => `${from}:${node.id}`).join(" ")}`;
    return this.#intern(key, (id) => ({ kind: "test", id, offset, mask, ranges: merged }));
  }

  #intern(key: string, make: (id: number) => Node): Node {
    const existing = this.#nodes.get(key);
    if (existing !== undefined) {
      return existing;
    }
    if (this.#nodes.size >= MAX_NODES) {
      throw tooComplex();
    }
    const node = make(this.#nodes.size);
    this.#nodes.set(key, node);
    return node;
  }

  /** The first rule whose tests hold decides. */
  decide(rules: readonly WordRule[], otherwise: number): Node {
    const [first] = rules;
    const word = first?.tests[0];
    if (first === undefined || word === undefined) {
      return this.verdict(first?.verdict ?? otherwise);
    }
    const key = JSON.stringify([rules, otherwise]);
    const known = this.#decided.get(key);
    if (known !== undefined) {
      return known;
    }
    const starts = new Set([0]);
    for (const test of rules.flatMap((rule) => rule.tests).filter((t) => sameWord(t, word))) {
      for (const { from, to } of test.spans) {
        starts.add(from);
        if (to < WORD_MAX) {
          starts.add(to + 1);
        }
      }
    }
    const ranges = [...starts]
      .sort((a, b) => a - b)
      .map((from) => ({
        from,
        node: this.decide(remaining(rules, word, from, otherwise), otherwise),
      }));
    const node = this.test(word.offset, word.mask, ranges);
    this.#decided.set(key, node);
    return node;
  }
}

/** What is left to ask once the word is known to have this value. */
function remaining(
  rules: readonly WordRule[],
  word: WordTest,
  value: number,
  otherwise: number,
): readonly WordRule[] {
  const left: WordRule[] = [];
  for (const rule of rules) {
    const asked = rule.tests.filter((test) => sameWord(test, word));
    if (!asked.every((test) => contains(test, value))) {
      continue;
    }
    const tests = rule.tests.filter((test) => !sameWord(test, word));
    left.push({ tests, verdict: rule.verdict });
    if (tests.length === 0) {
      break;
    }
  }
  while (left.at(-1)?.verdict === otherwise) {
    left.pop();
  }
  return left;
}

/** The whole decision of a filter: architecture, then number, then arguments. */
export function diagramOf(source: FilterSource): Node {
  const diagram = new Diagram();
  const unknown = diagram.verdict(NO_SUCH_CALL);
  const kill = diagram.verdict(KILL_PROCESS);
  const ranges: NodeRange[] = [{ from: 0, node: unknown }];
  for (const number of [...source.calls.keys()].sort((a, b) => a - b)) {
    const policy = source.calls.get(number);
    if (policy !== undefined) {
      const rules = policy.rules.flatMap(({ conditions, verdict }) =>
        wordRules(conditions, verdict),
      );
      const node = diagram.decide(rules, policy.otherwise);
      if (ranges.at(-1)?.from === number) {
        ranges.pop();
      }
      ranges.push({ from: number, node }, { from: number + 1, node: unknown });
    }
  }
  if (source.arch === "x86_64") {
    // Every number with bit 30 set enters the x32 ABI, whatever its other bits.
    ranges.push(
      { from: X32_BIT, node: kill },
      { from: 2 * X32_BIT, node: unknown },
      { from: 3 * X32_BIT, node: kill },
    );
  }
  const byNumber = diagram.test(NUMBER_OFFSET, WORD_MAX, ranges);
  const arch = AUDIT_ARCH[source.arch];
  return diagram.test(ARCH_OFFSET, WORD_MAX, [
    { from: 0, node: kill },
    { from: arch, node: byNumber },
    { from: arch + 1, node: kill },
  ]);
}
