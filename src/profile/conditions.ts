import { CONSTANTS } from "./constants.ts";
import { didYouMean, type Place, ProfileError } from "./error.ts";
import type { ConditionText, WhenText } from "./schema.ts";
import { type Argument, BITS, type Signature } from "./syscalls/table.ts";

export const OPERATORS = [
  "in",
  "flagsNone",
  "flagsAll",
  "flagsWithin",
  "low4In",
  "atMost",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One test of one argument, with names resolved. Values are unsigned and fit into `bits`. */
export interface Condition {
  readonly index: number;
  readonly argument: string;
  readonly bits: 16 | 32 | 64;
  readonly operator: Operator;
  readonly values: readonly bigint[];
}

/**
 * Whether a register value satisfies a condition, as the kernel would see it: only the bits that the
 * kernel reads count. This is the meaning of a rule; the compiled filter is checked against it.
 */
export function holds(condition: Condition, register: bigint): boolean {
  const seen = BigInt.asUintN(condition.bits, register);
  const flags = condition.values.reduce((union, value) => union | value, 0n);
  switch (condition.operator) {
    case "in":
      return condition.values.includes(seen);
    case "flagsNone":
      return (seen & flags) === 0n;
    case "flagsAll":
      return (seen & flags) === flags;
    case "flagsWithin":
      return (seen | flags) === flags;
    case "low4In":
      return condition.values.includes(seen & 0xfn);
    case "atMost":
      return seen <= flags;
  }
}

/** A canonical text, equal for equal conditions: part of the digest of a profile. */
export function conditionKey(condition: Condition): string {
  const values = [...condition.values].sort((a, b) => (a < b ? -1 : 1));
  const texts = values.map((value) => `0x${value.toString(16)}`);
  return `${condition.index} ${condition.operator} ${texts.join(" ")}`;
}

function constantOf(text: string, place: Place): bigint {
  if (/^0x[0-9a-fA-F]{1,16}$/.test(text)) {
    return BigInt(text);
  }
  const constant = Object.hasOwn(CONSTANTS, text) ? CONSTANTS[text] : undefined;
  if (constant === undefined) {
    throw new ProfileError(
      place,
      `no constant is named ${text}`,
      didYouMean(text, Object.keys(CONSTANTS)) ?? "write a number instead",
    );
  }
  return BigInt(constant);
}

/** A constant, number or hexadecimal text as the unsigned value of an argument. */
export function resolveValue(text: string | number, argument: Argument, place: Place): bigint {
  const bits = BITS[argument.width];
  const value = typeof text === "number" ? BigInt(text) : constantOf(text, place);
  if (value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1))) {
    throw new ProfileError(
      place,
      `${text} does not fit into ${argument.name}, of which the kernel reads ${bits} bits`,
    );
  }
  return BigInt.asUintN(bits, value);
}

/** The position of a named argument; an unknown name is an error with a suggestion. */
export function argumentIndex(signature: Signature, name: string, place: Place): number {
  const index = signature.args.findIndex((argument) => argument.name === name);
  if (index < 0) {
    const known = signature.args.map((argument) => argument.name);
    throw new ProfileError(
      place,
      `${signature.call} has no argument ${name}`,
      didYouMean(name, known) ?? `its arguments are ${known.join(", ") || "none"}`,
    );
  }
  return index;
}

function textsOf(
  operator: Operator,
  text: ConditionText,
): readonly (string | number)[] | undefined {
  if (operator === "atMost") {
    return text.atMost === undefined ? undefined : [text.atMost];
  }
  return text[operator];
}

function resolveArgument(
  signature: Signature,
  index: number,
  text: ConditionText,
  place: Place,
): Condition[] {
  const argument = signature.args[index];
  if (argument === undefined) {
    return [];
  }
  if (argument.width === "ptr") {
    throw new ProfileError(
      place,
      `${signature.call}.${argument.name} is a pointer, and a filter cannot read what it points to`,
      "use a network policy or leave the condition out",
    );
  }
  return OPERATORS.flatMap((operator) => {
    const texts = textsOf(operator, text);
    if (texts === undefined) {
      return [];
    }
    const values = [...new Set(texts.map((value) => resolveValue(value, argument, place)))];
    if (operator === "low4In" && values.some((value) => value > 0xfn)) {
      throw new ProfileError(place, `low4In compares 4 bits, so its values are 0 to 15`);
    }
    if ((operator === "flagsNone" || operator === "flagsAll") && values.includes(0n)) {
      throw new ProfileError(
        place,
        `${operator} with 0 tests nothing`,
        'write "in": [0] for equality',
      );
    }
    return [{ index, argument: argument.name, bits: BITS[argument.width], operator, values }];
  });
}

/** Resolves the `when` of one entry: all of its conditions hold together. */
export function resolveWhen(
  signature: Signature,
  when: WhenText | undefined,
  place: Place,
): Condition[] {
  return Object.entries(when ?? {}).flatMap(([name, text]) =>
    resolveArgument(signature, argumentIndex(signature, name, place), text, place),
  );
}
