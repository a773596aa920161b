import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble, encodeProgram } from "../../../src/profile/assemble.ts";
import { compileFilter } from "../../../src/profile/compile.ts";
import type { Condition } from "../../../src/profile/conditions.ts";
import { diagramOf } from "../../../src/profile/diagram.ts";
import { emulator } from "../../../src/profile/emulate.ts";
import {
  ALLOW,
  AUDIT_ARCH,
  answer,
  type FilterSource,
  interpret,
  KILL_PROCESS,
  NO_SUCH_CALL,
  NOTIFY,
  type NumberPolicy,
} from "../../../src/profile/resolve.ts";
import { argumentCorners, emulateCall } from "../../../src/profile/self-check.ts";
import { condition } from "./support.ts";

const verdict = fc.constantFrom(ALLOW, NOTIFY, answer(1), answer(38), answer(4000));

/** Values where halves, signs and neighbours meet, and any others. */
function valueOf(bits: number): fc.Arbitrary<bigint> {
  const small = fc.bigInt(0n, 20n);
  const edges = fc.constantFrom(0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n, ~0n);
  const any = fc.bigInt(0n, (1n << BigInt(bits)) - 1n);
  return fc.oneof(small, edges, any).map((value) => BigInt.asUintN(bits, value));
}

const anyCondition: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom<16 | 32 | 64>(16, 32, 64),
    fc.constantFrom("in", "flagsNone", "flagsAll", "flagsWithin", "low4In", "atMost" as const),
  )
  .chain(([index, bits, operator]) => {
    const value = operator === "low4In" ? fc.bigInt(0n, 15n) : valueOf(bits);
    const maxLength = operator === "atMost" ? 1 : 4;
    return fc
      .array(value, { minLength: 1, maxLength })
      .map((values): Condition => condition(index, bits, operator, ...values));
  });

const policy: fc.Arbitrary<NumberPolicy> = fc.record({
  rules: fc.array(fc.record({ conditions: fc.array(anyCondition, { maxLength: 3 }), verdict }), {
    maxLength: 4,
  }),
  otherwise: verdict,
});

const source: fc.Arbitrary<FilterSource> = fc.record({
  arch: fc.constantFrom("x86_64" as const, "aarch64" as const),
  calls: fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1023 }), policy), { maxLength: 6 })
    .map((entries) => new Map(entries)),
});

describe("compileFilter", () => {
  it("means what the source means, for random sources and random calls", () => {
    const call = fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 1023 }), fc.integer({ min: 0, max: 0xffffffff })),
      fc.array(valueOf(64), { minLength: 6, maxLength: 6 }),
    );
    fc.assert(
      fc.property(source, fc.array(call, { maxLength: 50 }), (tested, calls) => {
        // The self-check runs inside; the random calls ask what its corner values do not.
        const machine = emulator(compileFilter(tested));
        const audit = AUDIT_ARCH[tested.arch];
        const listed = [...tested.calls.keys()].map((number): [number, bigint[]] => [
          number,
          calls[0]?.[1] ?? [0n, 0n, 0n, 0n, 0n, 0n],
        ]);
        for (const [number, args] of [...calls, ...listed]) {
          expect(emulateCall(machine, audit, number, args)).toBe(
            interpret(tested, audit, number, args),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("reaches far targets with long jumps and copies of returns", () => {
    const calls = new Map<number, NumberPolicy>();
    for (let number = 0; number < 1000; number++) {
      calls.set(number, { rules: [], otherwise: answer(200 + ((number * 7) % 900)) });
    }
    for (const number of [3, 400, 997]) {
      const conditions = [
        condition(0, 64, "in", 1n, 1n << 33n, 77n),
        condition(5, 32, "flagsNone", 2n),
      ];
      calls.set(number, { rules: [{ conditions, verdict: ALLOW }], otherwise: answer(200) });
    }
    const program = compileFilter({ arch: "x86_64", calls });
    expect(program.length / 8).toBeGreaterThan(1500);
  });

  it("says in words when the kernel would take no filter of that length", () => {
    const calls = new Map<number, NumberPolicy>();
    for (let number = 0; number < 1000; number++) {
      const conditions = [condition(0, 64, "in", BigInt(number) * 3n, 5n + (1n << 40n))];
      calls.set(number, { rules: [{ conditions, verdict: ALLOW }], otherwise: answer(number + 1) });
    }
    expect(() => compileFilter({ arch: "x86_64", calls })).toThrow(
      "needs more than 4096 instructions, and the kernel takes no longer filter",
    );
  });

  it("refuses rules that combine into too many cases", () => {
    const many = Array.from({ length: 40 }, (_, i) => BigInt(i) << 32n);
    const conditions = [condition(0, 64, "in", ...many), condition(1, 64, "in", ...many)];
    const rules = [{ conditions, verdict: ALLOW }];
    const calls = new Map([[1, { rules, otherwise: NOTIFY }]]);
    expect(() => compileFilter({ arch: "x86_64", calls })).toThrow("combine into more cases");
  });

  it("shares the code of equal argument rules", () => {
    const rules = [{ conditions: [condition(0, 32, "in", 5n)], verdict: ALLOW }];
    const size = (numbers: number[]) =>
      assemble(
        diagramOf({
          arch: "x86_64",
          calls: new Map(numbers.map((number) => [number, { rules, otherwise: NOTIFY }])),
        }),
      ).length;
    expect(size([10, 500]) - size([10])).toBeLessThanOrEqual(2);
  });

  it("kills foreign architectures and x32, and nothing else by number", () => {
    const machine = emulator(compileFilter({ arch: "x86_64", calls: new Map() }));
    const run = (audit: number, number: number) => emulateCall(machine, audit, number, []);
    expect(run(AUDIT_ARCH.aarch64, 0)).toBe(KILL_PROCESS);
    expect(run(0x40000003, 0)).toBe(KILL_PROCESS);
    expect(run(AUDIT_ARCH.x86_64, 0x40000000)).toBe(KILL_PROCESS);
    expect(run(AUDIT_ARCH.x86_64, 0xffffffff)).toBe(KILL_PROCESS);
    expect(run(AUDIT_ARCH.x86_64, 0x80000000)).toBe(NO_SUCH_CALL);
    expect(run(AUDIT_ARCH.x86_64, 5000)).toBe(NO_SUCH_CALL);
    const arm = emulator(compileFilter({ arch: "aarch64", calls: new Map() }));
    expect(emulateCall(arm, AUDIT_ARCH.aarch64, 0x40000000, [])).toBe(NO_SUCH_CALL);
    expect(emulateCall(arm, AUDIT_ARCH.x86_64, 0, [])).toBe(KILL_PROCESS);
  });

  it("compares exactly the bits that the kernel reads", () => {
    const of = (bits: 16 | 32 | 64) => {
      const rules = [{ conditions: [condition(0, bits, "in", 40n)], verdict: ALLOW }];
      const calls = new Map([[41, { rules, otherwise: NOTIFY }]]);
      const machine = emulator(compileFilter({ arch: "x86_64", calls }));
      return (value: bigint) => emulateCall(machine, AUDIT_ARCH.x86_64, 41, [value]) === ALLOW;
    };
    expect([of(32)(0x1_0000_0028n), of(64)(0x1_0000_0028n)]).toEqual([true, false]);
    expect([of(16)(0x1_0028n), of(32)(0x1_0028n)]).toEqual([true, false]);
  });
});

describe("emulator", () => {
  const encode = (...rows: [code: number, jt: number, jf: number, k: number][]) =>
    encodeProgram(rows.map(([code, jt, jf, k]) => ({ code, jt, jf, k })));

  it.each([
    ["nothing", new Uint8Array(0)],
    ["half an instruction", new Uint8Array(12)],
    ["more than 4096 instructions", new Uint8Array(4097 * 8)],
    ["an unknown instruction", encode([0x16, 0, 0, 0])],
    ["no return at the end", encode([0x20, 0, 0, 0])],
    ["a jump out of the program", encode([0x15, 5, 0, 0], [0x06, 0, 0, 0])],
    ["a long jump out of the program", encode([0x05, 0, 0, 9], [0x06, 0, 0, 0])],
    ["a load that is not aligned", encode([0x20, 0, 0, 2], [0x06, 0, 0, 0])],
    ["a load behind the data", encode([0x20, 0, 0, 64], [0x06, 0, 0, 0])],
    ["offsets where none belong", encode([0x20, 1, 0, 0], [0x06, 0, 0, 0])],
  ])("refuses %s", (_what, program) => {
    expect(() => emulator(program)).toThrow();
  });

  it("executes every instruction as the kernel does", () => {
    const machine = emulator(
      encode(
        [0x20, 0, 0, 16], // low half of the first argument
        [0x25, 0, 1, 100],
        [0x06, 0, 0, 1],
        [0x45, 0, 1, 64],
        [0x06, 0, 0, 2],
        [0x54, 0, 0, 0xf],
        [0x15, 0, 1, 7],
        [0x05, 0, 0, 1],
        [0x06, 0, 0, 3],
        [0x06, 0, 0, 4],
      ),
    );
    const run = (value: bigint) => emulateCall(machine, 0, 0, [value]);
    expect([run(101n), run(64n), run(23n), run(5n)]).toEqual([1, 2, 4, 3]);
    expect(machine.steps()).toBe(6);
  });
});

describe("argumentCorners", () => {
  it("holds constants, neighbours, flipped bits and a filled upper half", () => {
    const seen = new Set<bigint>();
    for (const args of argumentCorners([condition(2, 32, "in", 40n)])) {
      seen.add(args[2] ?? 0n);
    }
    for (const value of [40n, 39n, 41n, 41n ^ 1n, 0xffff_ffff_0000_0028n, 40n ^ (1n << 63n)]) {
      expect(seen).toContain(value);
    }
  });
});
