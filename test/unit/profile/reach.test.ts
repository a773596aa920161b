import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble, encodeProgram } from "../../../src/profile/assemble.ts";
import { diagramOf } from "../../../src/profile/diagram.ts";
import { DATA_WORDS, decode, emulator } from "../../../src/profile/emulate.ts";
import { mayAllow, type Range } from "../../../src/profile/reach.ts";
import { ALLOW, answer, NOTIFY } from "../../../src/profile/resolve.ts";
import { condition } from "./support.ts";

const word = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.constantFrom(0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0xc000003e),
  fc.integer({ min: 0, max: 0xffffffff }),
);
const anyCondition = fc
  .tuple(
    fc.integer({ min: 0, max: 1 }),
    fc.constantFrom<16 | 32 | 64>(16, 32, 64),
    fc.constantFrom("in", "flagsNone", "flagsAll", "flagsWithin", "low4In", "atMost" as const),
    fc.array(word, { minLength: 1, maxLength: 3 }),
  )
  .map(([index, bits, operator, values]) => {
    const fit = (value: number) =>
      BigInt.asUintN(operator === "low4In" ? 4 : Math.min(bits, 32), BigInt(value)) | 1n;
    const list = values.map(fit);
    return condition(index, bits, operator, ...(operator === "atMost" ? list.slice(0, 1) : list));
  });
/** A filter for calls 0 to 7, each with a few rules. */
const anyFilter = fc
  .array(
    fc.record({
      rules: fc.array(
        fc.record({
          conditions: fc.array(anyCondition, { maxLength: 2 }),
          verdict: fc.constantFrom(ALLOW, NOTIFY, answer(1)),
        }),
        { maxLength: 3 },
      ),
      otherwise: fc.constantFrom(ALLOW, NOTIFY, answer(38)),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((policies) => {
    // Without the self-check, which takes much longer than what is tested here.
    const source = { arch: "x86_64", calls: new Map(policies.entries()) } as const;
    return encodeProgram(assemble(diagramOf(source)));
  });
/** seccomp_data that mostly gets as far as the rules. */
const anyData = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 8 }), word),
  fc.oneof(fc.constant(0xc000003e), word),
  fc.array(word, { minLength: DATA_WORDS - 2, maxLength: DATA_WORDS - 2 }),
);

function allows(program: Uint8Array, data: readonly number[]): boolean {
  return emulator(program).run(Uint32Array.from(data)) === ALLOW;
}

describe("mayAllow", () => {
  it("is what the emulator says where nothing is left open", () => {
    fc.assert(
      fc.property(anyFilter, anyData, (program, [number, audit, rest]) => {
        const data = [number, audit, ...rest];
        const exact = new Map(data.map((value, index) => [index, { from: value, to: value }]));
        expect(mayAllow(decode(program), exact)).toBe(allows(program, data));
      }),
      { numRuns: 500 },
    );
  });

  it("never misses a call that the emulator lets through", () => {
    const spread = fc.array(fc.tuple(fc.boolean(), word, word), {
      minLength: DATA_WORDS,
      maxLength: DATA_WORDS,
    });
    fc.assert(
      fc.property(anyFilter, anyData, spread, (program, [number, audit, rest], ranges) => {
        const data = [number, audit, ...rest];
        const calls = new Map<number, Range>();
        for (const [index, value] of data.entries()) {
          const [isOpen, below, above] = ranges[index] ?? [true, 0, 0];
          if (!isOpen) {
            const to = Math.min(0xffffffff, value + above);
            calls.set(index, { from: Math.max(0, value - below), to });
          }
        }
        fc.pre(allows(program, data));
        expect(mayAllow(decode(program), calls)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("follows the instructions that our compiler does not use", () => {
    const code = encodeProgram([
      { code: 0x20, jt: 0, jf: 0, k: 16 },
      { code: 0x25, jt: 0, jf: 2, k: 100 }, // JGT
      { code: 0x45, jt: 0, jf: 1, k: 0x40 }, // JSET
      { code: 0x06, jt: 0, jf: 0, k: ALLOW },
      { code: 0x06, jt: 0, jf: 0, k: NOTIFY },
    ]);
    const of = (from: number, to: number) => mayAllow(decode(code), new Map([[4, { from, to }]]));
    expect([of(0, 100), of(0, 101), of(0x80, 0xbf), of(0x80, 0xc0)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
