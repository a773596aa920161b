import { describe, expect, it } from "vitest";
import { conditionKey, holds, resolveValue, resolveWhen } from "../../../src/profile/conditions.ts";
import { CALLS, type Signature } from "../../../src/profile/syscalls/table.ts";
import { condition } from "./support.ts";

const PLACE = { file: "p.json", line: 3 };

function signature(call: string): Signature {
  const found = CALLS.get(call);
  if (found === undefined) {
    throw new Error(`no call ${call}`);
  }
  return found;
}

describe("holds", () => {
  it.each([
    ["in", condition(0, 32, "in", 1n, 40n), 40n, true],
    ["in", condition(0, 32, "in", 1n), 40n, false],
    ["in, upper half ignored at 32 bits", condition(0, 32, "in", 40n), 0x1_0000_0028n, true],
    ["in, upper half counts at 64 bits", condition(0, 64, "in", 40n), 0x1_0000_0028n, false],
    ["in, 16 bits", condition(0, 16, "in", 5n), 0xabcd_0005n, true],
    ["flagsNone", condition(0, 32, "flagsNone", 1n, 4n), 2n, true],
    ["flagsNone", condition(0, 32, "flagsNone", 1n, 4n), 6n, false],
    ["flagsAll", condition(0, 32, "flagsAll", 1n, 4n), 7n, true],
    ["flagsAll", condition(0, 32, "flagsAll", 1n, 4n), 3n, false],
    ["flagsWithin", condition(0, 32, "flagsWithin", 1n, 4n), 5n, true],
    ["flagsWithin", condition(0, 32, "flagsWithin", 1n, 4n), 2n, false],
    ["flagsWithin, 64 bits", condition(0, 64, "flagsWithin", 1n), 1n << 40n, false],
    ["low4In", condition(0, 32, "low4In", 1n), 0x80001n, true],
    ["low4In", condition(0, 32, "low4In", 1n), 0x80002n, false],
    ["atMost", condition(0, 64, "atMost", 9n), 9n, true],
    ["atMost", condition(0, 64, "atMost", 9n), 10n, false],
    ["atMost, -1 is large", condition(0, 32, "atMost", 9n), 0xffff_ffffn, false],
  ] as const)("%s", (_name, tested, register, expected) => {
    expect(holds(tested, register)).toBe(expected);
  });
});

describe("resolveWhen", () => {
  it("finds arguments by name and constants by name, number or hexadecimal text", () => {
    const when = { domain: { in: ["AF_INET", 10, "0x1"] } };
    expect(resolveWhen(signature("socket"), when, PLACE)).toEqual([
      { index: 0, argument: "domain", bits: 32, operator: "in", values: [2n, 10n, 1n] },
    ]);
  });

  it("takes negative numbers as the bits of the argument", () => {
    const [dfd] = resolveWhen(signature("openat"), { dfd: { in: ["AT_FDCWD"] } }, PLACE);
    expect(dfd?.values).toEqual([0xffff_ff9cn]);
  });

  it.each([
    ["connect", { addr: { in: [0] } }, "connect.addr is a pointer"],
    ["socket", { famly: { in: [0] } }, "socket has no argument famly; its arguments are domain"],
    ["socket", { domian: { in: [0] } }, "did you mean domain?"],
    [
      "socket",
      { domain: { in: ["AF_INTE"] } },
      "no constant is named AF_INTE; did you mean AF_INET",
    ],
    ["socket", { domain: { in: ["toString"] } }, "no constant is named toString"],
    ["socket", { domain: { in: ["0x100000028"] } }, "0x100000028 does not fit into domain"],
    [
      "mkdir",
      { mode: { in: [65_536] } },
      "does not fit into mode, of which the kernel reads 16 bits",
    ],
    ["socket", { type: { low4In: [16] } }, "low4In compares 4 bits"],
    ["socket", { type: { flagsAll: [0] } }, "flagsAll with 0 tests nothing"],
  ])("refuses a bad condition on %s: %j", (call, when, message) => {
    expect(() => resolveWhen(signature(call), when, PLACE)).toThrow(message);
  });
});

describe("resolveValue", () => {
  it("knows the full range of 64 bits", () => {
    const argument = { name: "arg2", width: "u64" as const };
    expect(resolveValue("0xffffffffffffffff", argument, PLACE)).toBe((1n << 64n) - 1n);
    expect(resolveValue(-1, argument, PLACE)).toBe((1n << 64n) - 1n);
  });
});

describe("conditionKey", () => {
  it("is equal for conditions that mean the same", () => {
    expect(conditionKey(condition(1, 32, "in", 3n, 1n))).toBe(
      conditionKey(condition(1, 32, "in", 1n, 3n)),
    );
  });
});
