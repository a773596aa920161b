import type { Condition } from "./conditions.ts";
import { DATA_WORDS, type Emulator, emulator } from "./emulate.ts";
import { errnoName } from "./errno.ts";
import { ProfileError } from "./error.ts";
import {
  ALLOW,
  AUDIT_ARCH,
  type FilterSource,
  interpret,
  KILL_PROCESS,
  NOTIFY,
} from "./resolve.ts";

/** No number is assigned, or answered by a canary, at or above this. */
const CHECKED_NUMBERS = 1024;
/** Numbers whose bits sit where comparisons and masks go wrong. */
const STRANGE_NUMBERS = [
  1024, 4095, 4096, 0xffff, 0x10000, 0x0fffffff, 0x3fffffff, 0x40000000, 0x400003ff, 0x40000400,
  0x7fffffff, 0x80000000, 0x80000001, 0xbfffffff, 0xc0000000, 0xfffffffe, 0xffffffff,
];
/** Other AUDIT_ARCH values: i386, arm, mips64, ppc64le, riscv64, s390x, loongarch64, and nonsense. */
const FOREIGN = [
  0, 1, 0x40000003, 0x40000028, 0xc0000008, 0xc0000015, 0xc00000f3, 0x80000016, 0xc0000102,
  0xffffffff,
];
const FILLED = 0xffffffffn << 32n;

/** One input on which filter and source differ. */
export interface Disagreement {
  readonly audit: number;
  readonly number: number;
  readonly args: readonly bigint[];
  readonly expected: number;
  readonly actual: number;
}

/** A verdict in words, for messages and tests. */
export function verdictText(verdict: number): string {
  switch (verdict) {
    case ALLOW:
      return "allowed";
    case NOTIFY:
      return "reported";
    case KILL_PROCESS:
      return "killed";
    default:
      return verdict >>> 16 === 5 ? errnoName(verdict & 0xffff) : `0x${verdict.toString(16)}`;
  }
}

function cornersOf(condition: Condition): bigint[] {
  const flags = condition.values.reduce((union, value) => union | value, 0n);
  return [...condition.values, flags, ~flags].flatMap((value) => [
    value,
    value + 1n,
    value - 1n,
    value | FILLED,
    value ^ (1n << 32n),
    ...Array.from({ length: 64 }, (_, bit) => value ^ (1n << BigInt(bit))),
  ]);
}

function unique(values: readonly bigint[]): readonly bigint[] {
  return [...new Set(values.map((value) => BigInt.asUintN(64, value)))];
}

/** For each argument that some rule tests: all corner values, and the few that satisfy or fail it. */
interface Corners {
  readonly index: number;
  readonly all: readonly bigint[];
  readonly few: readonly bigint[];
}

function cornersByArgument(conditions: readonly Condition[]): readonly Corners[] {
  const indices = [...new Set(conditions.map((condition) => condition.index))];
  return indices.map((index) => {
    const own = conditions.filter((condition) => condition.index === index);
    const constants = own.flatMap((condition) => [
      ...condition.values,
      condition.values.reduce((union, value) => union | value, 0n),
    ]);
    return { index, all: unique(own.flatMap(cornersOf)), few: unique([0n, ...constants, ~0n]) };
  });
}

/** Beyond this many vectors for one argument the others stop varying; shipped profiles need 3,000. */
const MAX_COMBINATIONS = 8000;

function* product(corners: readonly Corners[], args: bigint[]): Generator<bigint[]> {
  const [first, ...rest] = corners;
  if (first === undefined) {
    yield args;
    return;
  }
  for (const value of first.few) {
    args[first.index] = value;
    yield* product(rest, args);
  }
}

/**
 * Argument vectors for one call: each tested argument through all of its corner values while the others
 * go through the constants they are compared with. The array yielded is reused.
 */
export function* argumentCorners(conditions: readonly Condition[]): Generator<readonly bigint[]> {
  const corners = cornersByArgument(conditions);
  yield [0n, 0n, 0n, 0n, 0n, 0n];
  yield Array.from({ length: 6 }, () => BigInt.asUintN(64, ~0n));
  for (const corner of corners) {
    const others = corners.filter((other) => other !== corner);
    let count = 0;
    for (const args of product(others, [0n, 0n, 0n, 0n, 0n, 0n])) {
      for (const value of corner.all) {
        args[corner.index] = value;
        yield args;
      }
      count += corner.all.length;
      if (count > MAX_COMBINATIONS) {
        break;
      }
    }
  }
}

/** Runs a filter for one call. `data` saves an allocation where the same arguments are set each time. */
export function emulateCall(
  machine: Emulator,
  audit: number,
  number: number,
  args: readonly bigint[],
  data: Uint32Array = new Uint32Array(DATA_WORDS),
): number {
  data[0] = number;
  data[1] = audit;
  for (const [index, value] of args.entries()) {
    data[4 + 2 * index] = Number(BigInt.asUintN(32, value));
    data[5 + 2 * index] = Number(BigInt.asUintN(32, value >> 32n));
  }
  return machine.run(data);
}

const NO_ARGUMENTS: readonly bigint[] = [0n, 0n, 0n, 0n, 0n, 0n];

function* inputs(source: FilterSource): Generator<readonly [number, number, readonly bigint[]]> {
  const audit = AUDIT_ARCH[source.arch];
  const numbers = [...Array(CHECKED_NUMBERS).keys()];
  for (const number of [...numbers, ...STRANGE_NUMBERS]) {
    const conditions = source.calls.get(number)?.rules.flatMap((rule) => rule.conditions) ?? [];
    for (const args of argumentCorners(conditions)) {
      yield [audit, number, args];
    }
  }
  for (const number of numbers) {
    yield [audit, number + 0x40000000, NO_ARGUMENTS];
    yield [audit, number + 0x80000000, NO_ARGUMENTS];
  }
  const flipped = Array.from({ length: 32 }, (_, bit) => (audit ^ (1 << bit)) >>> 0);
  for (const foreign of [...FOREIGN, audit - 1, audit + 1, ...flipped]) {
    for (const number of [0, 1, 59, 1008, 0x40000000]) {
      yield [foreign, number, NO_ARGUMENTS];
    }
  }
}

/** The first input on which the filter differs from its source, or undefined. Throws on no filter at all. */
export function findDisagreement(
  source: FilterSource,
  program: Uint8Array,
): Disagreement | undefined {
  const machine = emulator(program);
  const data = new Uint32Array(DATA_WORDS);
  for (const [audit, number, args] of inputs(source)) {
    const expected = interpret(source, audit, number, args);
    const actual = emulateCall(machine, audit, number, args, data);
    if (expected !== actual) {
      return { audit, number, args: [...args], expected, actual };
    }
  }
  return undefined;
}

/** No filter is used that disagrees with its source. */
export function selfCheck(source: FilterSource, program: Uint8Array): void {
  const found = findDisagreement(source, program);
  if (found !== undefined) {
    const args = found.args.map((value) => `0x${value.toString(16)}`).join(", ");
    throw new ProfileError(
      undefined,
      `the compiled filter says ${verdictText(found.actual)} where the profile says ` +
        `${verdictText(found.expected)}: call ${found.number}(${args}), ` +
        `architecture 0x${found.audit.toString(16)}`,
      "this is a fault of the compiler: report it with the profile",
    );
  }
}
