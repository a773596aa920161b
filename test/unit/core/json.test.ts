import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../../src/core/json.ts";

function parse(text: string) {
  return parseStrictJson(Buffer.from(text));
}

function isOk(text: string): boolean {
  return parse(text).ok;
}

describe("parseStrictJson", () => {
  test("reads what JSON.parse reads, when it is small and unambiguous", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const verdict = parse(text);
        // fast-check may produce integers beyond 2^53 only as floats with an exponent
        if (verdict.ok) {
          expect(verdict.value).toEqual(JSON.parse(text));
        } else {
          expect(verdict.detail).toMatch(/does not survive/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("accepts nothing that JSON.parse refuses, and refuses with a cause what it accepts", () => {
    const fragment = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      '"a"',
      '"\\u0061"',
      "0",
      "-",
      "1",
      ".",
      "e",
      "E",
      "+",
      "\\",
      "true",
      "null",
      "fals",
      " ",
      "\n",
      "\u00a0",
      "\u0000",
      "\ufeff",
      "1e5",
      "0.5",
      "01",
      "NaN",
    );
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join("")),
        (text) => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            expect(isOk(text)).toBe(false);
            return;
          }
          const verdict = parse(text);
          if (verdict.ok) {
            expect(verdict.value).toEqual(parsed);
          } else {
            expect(verdict.detail).toMatch(/twice|does not survive/);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("keeps depth 64 and refuses 65", () => {
    expect(isOk("[".repeat(64) + "]".repeat(64))).toBe(true);
    expect(parse("[".repeat(65) + "]".repeat(65))).toEqual({
      ok: false,
      detail: "more than 64 levels of arrays and objects at character 65",
    });
    expect(isOk('{"a":'.repeat(64) + "1" + "}".repeat(64))).toBe(true);
    expect(isOk('{"a":'.repeat(65) + "1" + "}".repeat(65))).toBe(false);
    expect(isOk("[".repeat(1_000_000))).toBe(false);
  });

  test("refuses equal keys, also when one is escaped", () => {
    expect(isOk('{"a":1,"b":2}')).toBe(true);
    expect(isOk('{"a":1,"a":1}')).toBe(false);
    expect(isOk('{"a":1,"\\u0061":2}')).toBe(false);
    expect(isOk('{"__proto__":1,"__proto__":2}')).toBe(false);
  });

  test("refuses numbers that do not survive", () => {
    for (const text of [
      "9007199254740992",
      "-9007199254740993",
      "1e309",
      "-1e999",
      "1e-400",
      "123456789012345678901",
    ]) {
      expect(parse(text), text).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/does not survive/),
      });
    }
    for (const text of [
      "9007199254740991",
      "-9007199254740991",
      "1.5e300",
      "5e-324",
      "0.0",
      "0e10",
      "-0",
      "1e20",
    ]) {
      expect(isOk(text), text).toBe(true);
    }
    for (const text of ["NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x10"]) {
      expect(isOk(text), text).toBe(false);
    }
  });

  test("keeps __proto__ an own property and lone surrogates as they are", () => {
    const verdict = parse('{"__proto__":{"x":1},"s":"\\ud800"}');
    expect(verdict.ok).toBe(true);
    if (verdict.ok) {
      expect(Object.hasOwn(verdict.value as object, "__proto__")).toBe(true);
      expect(Object.getPrototypeOf(verdict.value)).toBe(Object.prototype);
      expect(JSON.stringify(verdict.value)).toBe('{"__proto__":{"x":1},"s":"\\ud800"}');
    }
  });

  test("refuses what is not exactly one document in UTF-8", () => {
    for (const text of [
      "",
      " ",
      "1 2",
      "[1,]",
      "{,}",
      '{"a":1,}',
      "\ufeff1",
      '"\n"',
      '"\\x41"',
      "'a'",
      "// a\n1",
    ]) {
      expect(isOk(text), text).toBe(false);
    }
    expect(parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22)).ok).toBe(false);
    expect(parseStrictJson(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)).ok).toBe(false);
  });

  test("stops at a million values", () => {
    expect(isOk(`[${"0,".repeat(999_998)}0]`)).toBe(true);
    expect(isOk(`[${"0,".repeat(1_000_000)}0]`)).toBe(false);
  });

  test("reads a string of several MiB", () => {
    expect(isOk(JSON.stringify("x".repeat(8 * 1024 * 1024)))).toBe(true);
    expect(isOk(JSON.stringify("\n".repeat(2 * 1024 * 1024)))).toBe(true);
  });
});
