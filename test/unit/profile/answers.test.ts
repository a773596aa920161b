import { describe, expect, it } from "vitest";
import {
  defaultAnswer,
  FALLBACK,
  familyOf,
  QUIET,
  QUIET_CASES,
  TRIPWIRES,
  VITAL,
} from "../../../src/profile/answers.ts";
import { ERRNO } from "../../../src/profile/errno.ts";
import { hintFor } from "../../../src/profile/hints.ts";
import { CALLS } from "../../../src/profile/syscalls/table.ts";

describe("answers", () => {
  it("name only calls that exist, each in one list", () => {
    const listed = [...TRIPWIRES, ...QUIET, ...FALLBACK, ...VITAL];
    expect(listed.filter((call) => !CALLS.has(call))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
    expect([...QUIET_CASES.keys()].filter((call) => !CALLS.has(call))).toEqual([]);
  });

  it("use errors that exist, and a hint for every call", () => {
    for (const call of CALLS.keys()) {
      expect(Object.hasOwn(ERRNO, defaultAnswer(call).errno)).toBe(true);
      expect(hintFor(call)).not.toBe("");
    }
  });

  it.each([
    ["clone3", "ENOSYS", true],
    ["io_uring_setup", "ENOSYS", true],
    ["mbind", "EPERM", true],
    ["ptrace", "EPERM", false],
    ["connect", "EACCES", false],
    ["execve", "EACCES", false],
    ["socket", "EAFNOSUPPORT", false],
    ["ioctl", "ENOTTY", false],
    ["sync", "EPERM", false],
  ])("answer %s with %s", (call, errno, quiet) => {
    expect(defaultAnswer(call)).toEqual({ errno, quiet });
  });

  it("know families, whose members all exist", () => {
    expect(familyOf("chmod")).toEqual(["chmod", "fchmod", "fchmodat", "fchmodat2"]);
    expect(familyOf("getpid")).toEqual(["getpid"]);
    for (const call of CALLS.keys()) {
      expect(familyOf(call).every((member) => CALLS.has(member))).toBe(true);
      expect(familyOf(call)).toContain(call);
    }
  });
});
