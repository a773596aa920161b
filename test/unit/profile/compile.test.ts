import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { runCases } from "../../../src/profile/cases.ts";
import { compileProfile } from "../../../src/profile/compile.ts";
import { emulator } from "../../../src/profile/emulate.ts";
import { ERRNO } from "../../../src/profile/errno.ts";
import { flatten } from "../../../src/profile/flatten.ts";
import { listProfiles, loadProfile, SHIPPED_DIRECTORY } from "../../../src/profile/load.ts";
import { AUDIT_ARCH, answer, NOTIFY, resolveFor } from "../../../src/profile/resolve.ts";
import { emulateCall, findDisagreement, selfCheck } from "../../../src/profile/self-check.ts";
import { CALLS_OF } from "../../../src/profile/syscalls/table.ts";
import { minimal, profileDirectory } from "./support.ts";

const ARCHES = ["x86_64", "aarch64"] as const;
/** Promised to users: installing a filter is paid by every sandbox. */
const MOST_INSTRUCTIONS = 200;

describe("shipped profiles", async () => {
  const shipped = (await listProfiles()).flatMap((name) =>
    ARCHES.map((arch) => [name, arch] as const),
  );

  it.each(shipped)("%s compiles for %s and stays short", async (name, arch) => {
    const profile = await compileProfile(name, { arch });
    expect(profile.name).toBe(name);
    expect(profile.instructions).toBe(profile.program.length / 8);
    expect(profile.instructions).toBeLessThanOrEqual(MOST_INSTRUCTIONS);
  });

  it.each(shipped)("%s answers each line of its test file on %s", async (name, arch) => {
    const results = await runCases(`${SHIPPED_DIRECTORY}${name}.test.json`, { arch });
    expect(results.filter(({ outcome }) => outcome === "fail")).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "ok").length).toBeGreaterThan(60);
  });

  it("say why in every entry that has conditions", async () => {
    for (const name of await listProfiles()) {
      const { allow } = await loadProfile(name);
      const silent = allow.filter(({ when, why }) => when !== undefined && why === undefined);
      expect(silent).toEqual([]);
    }
  });

  it("differ in what only one of them allows", async () => {
    const [strict, usual] = await Promise.all(
      ["python-strict", "python-default"].map((name) => compileProfile(name, { arch: "x86_64" })),
    );
    expect(strict?.writeExecuteDeny).toBe(true);
    expect(usual?.writeExecuteDeny).toBe(false);
    expect(strict?.digest).not.toBe(usual?.digest);
  });
});

describe("compileProfile", () => {
  it("gives the same bytes and digests every time", async () => {
    const [one, two] = await Promise.all([
      compileProfile("base", { arch: "x86_64" }),
      compileProfile("base", { arch: "x86_64", directory: SHIPPED_DIRECTORY }),
    ]);
    expect(one.program).toEqual(two.program);
    const hash = createHash("sha256").update(one.program).digest("hex");
    expect(one.programDigest).toBe(`sha256:${hash}`);
    expect(one.digest).toBe(two.digest);
  });

  it("derives a canary that no kernel answers", async () => {
    const { program, canary } = await compileProfile("python-default", { arch: "x86_64" });
    expect(canary.call).toBeGreaterThanOrEqual(1008);
    expect(canary.call).toBeLessThanOrEqual(1023);
    expect(canary.errno).toBeGreaterThan(533);
    expect(canary.errno).toBeLessThanOrEqual(4095);
    expect(Object.values(ERRNO)).not.toContain(canary.errno);
    const verdict = emulateCall(emulator(program), AUDIT_ARCH.x86_64, canary.call, []);
    expect(verdict).toBe(answer(canary.errno));
  });

  it("lists exactly the calls that can notify, sorted, with errors and argument kinds", async () => {
    const profile = await compileProfile("python-default", { arch: "x86_64" });
    const view = new DataView(profile.refusals.buffer);
    const rows = new Map<number, readonly number[]>();
    let previous = -1;
    for (let offset = 0; offset < profile.refusals.length; offset += 8) {
      const call = view.getUint16(offset, true);
      expect(call).toBeGreaterThan(previous);
      previous = call;
      const bytes = [4, 5, 6, 7].map((at) => view.getUint8(offset + at));
      rows.set(call, [view.getUint16(offset + 2, true), ...bytes]);
    }
    const machine = emulator(profile.program);
    for (const { number } of CALLS_OF.x86_64.values()) {
      const plain = emulateCall(machine, AUDIT_ARCH.x86_64, number, Array<bigint>(6).fill(~0n));
      if (plain === NOTIFY) {
        expect(rows.has(number)).toBe(true);
      }
    }
    expect(rows.get(42)).toEqual([13, 0b010, 0b101, 3, 0]); // connect: EACCES; fd, pointer, int
    expect(rows.get(41)).toEqual([97, 0, 0b111, 3, 0]); // socket: EAFNOSUPPORT; three ints
    expect(rows.get(16)).toEqual([25, 0, 0b011, 3, 0]); // ioctl: ENOTTY; fd, u32, u64
    expect(rows.get(101)).toEqual([1, 0b1100, 0b0010, 4, 0]); // ptrace: long, pid, two addresses
    for (const number of [0, 1, 3, 39, 56 + 1000]) {
      expect(rows.has(number)).toBe(false);
    }
    expect(rows.has(57)).toBe(true); // fork, refused outright
    expect(rows.has(435)).toBe(false); // clone3, quiet
  });

  it("marks tripwires where they kill", async () => {
    await using directory = await profileDirectory({
      "p.json": minimal("p", { tripwire: "kill" }),
    });
    const { refusals } = await compileProfile("p", { arch: "x86_64", directory: directory.path });
    const flags = new Map<number, number>();
    const view = new DataView(refusals.buffer);
    for (let offset = 0; offset < refusals.length; offset += 8) {
      flags.set(view.getUint16(offset, true), view.getUint8(offset + 7));
    }
    expect(flags.get(101)).toBe(1); // ptrace
    expect(flags.get(42)).toBe(0); // connect
  });

  it("answers calls newer than knownUpTo with ENOSYS, even allowed ones", async () => {
    await using directory = await profileDirectory({
      "old.json": minimal("old", { knownUpTo: "6.7", allow: ["mseal", "futex_wait"] }),
      "new.json": minimal("new", { knownUpTo: "6.10", allow: ["mseal"] }),
    });
    const verdict = async (name: string, call: number) => {
      const { program } = await compileProfile(name, { arch: "x86_64", directory: directory.path });
      return emulateCall(emulator(program), AUDIT_ARCH.x86_64, call, []);
    };
    expect(await verdict("old", 462)).toBe(answer(38));
    expect(await verdict("new", 462)).toBe(0x7fff0000);
    expect(await verdict("old", 455)).toBe(0x7fff0000);
  });
});

describe("describe", () => {
  it("names call, rule, hint, error and arguments", async () => {
    const profile = await compileProfile("python-default", { arch: "x86_64" });
    expect(profile.describe(42, [3n, 0n, 16n, 0n, 0n, 0n])).toEqual({
      call: "connect",
      rule: "no rule of python-default allows it",
      hint: "a job has no network here; hand data in as inputs",
      errno: "EACCES",
      args: ["0x3", "ptr", "0x10"],
    });
    expect(profile.describe(101, [0n]).rule).toBe("tripwire; no rule of python-default allows it");
    const { rule, args } = profile.describe(16, [0xffff_ffff_0000_0001n, 0x5412n]);
    expect(rule).toMatch(/^only other arguments are allowed: @io \(groups\/io\.json:\d+\)$/);
    expect(args).toEqual(["0x1", "0x5412", "0x0"]);
  });

  it("points at the denial that decided", async () => {
    await using directory = await profileDirectory({
      "p.json": '{ "profile": 1, "name": "p", "extends": ["base"],\n "deny": [\n  "uname" ] }',
      "base.json": minimal("base", { allow: ["uname"] }),
    });
    const profile = await compileProfile("p", { arch: "aarch64", directory: directory.path });
    expect(profile.describe(160, []).rule).toBe("denied at p.json:3");
  });

  it("says that a number is unknown", async () => {
    const profile = await compileProfile("base", { arch: "x86_64" });
    expect(profile.describe(900, [])).toMatchObject({
      call: "call 900",
      errno: "ENOSYS",
      args: [],
    });
  });
});

describe("selfCheck", async () => {
  const source = resolveFor(flatten(await loadProfile("python-default")), "x86_64");
  const { program } = await compileProfile("python-default", { arch: "x86_64" });

  it("finds each changed bit that changes the meaning", () => {
    const sound = emulator(program);
    const equivalent: number[] = [];
    let count = 0;
    for (let bit = 0; bit < program.length * 8; bit += 31) {
      const mutant = program.slice();
      mutant[bit >> 3] = (mutant[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      count++;
      let isFound: boolean;
      try {
        isFound = findDisagreement(source, mutant) !== undefined;
      } catch {
        isFound = true;
      }
      if (!isFound) {
        // Left over: a jump to another copy of the same return, or the like. No call may tell.
        equivalent.push(bit);
        const changed = emulator(mutant);
        for (let number = 0; number < 1100; number++) {
          for (const value of [0n, 1n, 2n, 5n, 16n, 40n, 0x5401n, ~0n, 1n << 32n]) {
            const args = [value, value ^ BigInt(number), value, value, value, value];
            const [a, b] = [sound, changed].map((machine) =>
              emulateCall(machine, AUDIT_ARCH.x86_64, number, args),
            );
            expect(a).toBe(b);
          }
        }
      }
    }
    expect(count).toBeGreaterThan(300);
    expect(equivalent.length).toBeLessThan(count / 20);
  });

  it("refuses a filter that disagrees, and prints the input", () => {
    const lenient = program.slice();
    const view = new DataView(lenient.buffer);
    for (let offset = 0; offset < lenient.length; offset += 8) {
      if (view.getUint16(offset, true) === 0x06 && view.getUint32(offset + 4, true) === NOTIFY) {
        view.setUint32(offset + 4, 0x7fff0000, true);
      }
    }
    expect(() => selfCheck(source, lenient)).toThrow(
      /says allowed where the profile says reported: call \d+\(0x0.*architecture 0xc000003e/,
    );
  });
});

describe("runCases", () => {
  it("shows a line that fails, with its place", async () => {
    await using directory = await profileDirectory({
      "p.json": minimal("p"),
      "p.test.json":
        '{ "profile": "p", "cases": [\n { "call": "read", "verdict": "EPERM" },\n' +
        ' { "call": "connect", "verdict": "EACCES", "reported": false } ] }',
    });
    const path = `${directory.path}/p.test.json`;
    const results = await runCases(path, { arch: "x86_64", directory: directory.path });
    expect(results.map(({ outcome, expected, actual }) => [outcome, expected, actual])).toEqual([
      ["fail", "EPERM", "allowed"],
      ["fail", "EACCES, quiet", "EACCES, reported"],
    ]);
    expect(results[1]?.place.line).toBe(3);
  });

  it.each([
    [
      '{ "profile": "p", "cases": [{ "call": "raed", "verdict": "allowed" }] }',
      "did you mean read?",
    ],
    ['{ "profile": "p", "cases": [{ "call": "read", "verdict": "fine" }] }', "verdict"],
    ['{ "profile": "p", "cases": [] }', "cases"],
  ])("refuses %s", async (text, message) => {
    await using directory = await profileDirectory({ "p.json": minimal("p"), "t.json": text });
    const attempt = runCases(`${directory.path}/t.json`, {
      arch: "x86_64",
      directory: directory.path,
    });
    await expect(attempt).rejects.toThrow(message);
  });
});
