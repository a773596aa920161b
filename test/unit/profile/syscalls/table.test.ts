import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  CALLS,
  CALLS_OF,
  compareKernelVersions,
  parseKernelVersion,
} from "../../../../src/profile/syscalls/table.ts";

const HEADER = [
  "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
  "/usr/include/asm/unistd_64.h",
].find((path) => existsSync(path));

describe("call tables", () => {
  it.skipIf(HEADER === undefined)("agree with the headers of this machine on x86-64", () => {
    const text = readFileSync(HEADER ?? "", "utf8");
    const defined = [...text.matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
    expect(defined.length).toBeGreaterThan(350);
    for (const [, name = "", number] of defined) {
      expect([name, CALLS_OF.x86_64.get(name)?.number]).toEqual([name, Number(number)]);
    }
  });

  it.each(["x86_64", "aarch64"] as const)("%s has every number once, up to 471", (arch) => {
    const numbers = [...CALLS_OF[arch].values()].map((call) => call.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBe(471);
    // 424 is where all architectures began to share numbers.
    for (let number = 424; number <= 471; number++) {
      expect(numbers).toContain(number);
    }
  });

  it("give both architectures the same numbers from 424 on", () => {
    for (const call of CALLS_OF.x86_64.values()) {
      if (call.number >= 424) {
        expect(CALLS_OF.aarch64.get(call.call)?.number).toBe(call.number);
      }
    }
  });

  it("hold no signature that no architecture has, and no more than six arguments", () => {
    for (const { call, args } of CALLS.values()) {
      expect(CALLS_OF.x86_64.has(call) || CALLS_OF.aarch64.has(call)).toBe(true);
      expect(args.length).toBeLessThanOrEqual(6);
      expect(new Set(args.map((argument) => argument.name)).size).toBe(args.length);
    }
  });

  it.each([
    ["rseq", 334, "4.18"],
    ["uretprobe", 335, "6.11"],
    ["uprobe", 336, "6.18"],
    ["fchmodat2", 452, "6.6"],
    ["mseal", 462, "6.10"],
    ["listns", 470, "6.19"],
  ])("know %s as %i since Linux %s", (call, number, version) => {
    const found = CALLS_OF.x86_64.get(call);
    expect(found?.number).toBe(number);
    expect(found?.since).toEqual(parseKernelVersion(version));
  });
});

describe("kernel versions", () => {
  it("compare by number, not by letter", () => {
    expect(compareKernelVersions([6, 9, 0], [6, 10, 0])).toBeLessThan(0);
    expect(compareKernelVersions([6, 18, 0], [6, 18, 0])).toBe(0);
    expect(compareKernelVersions([2, 6, 39], [2, 6, 4])).toBeGreaterThan(0);
  });

  it("are refused when malformed", () => {
    expect(parseKernelVersion("6")).toBeUndefined();
    expect(parseKernelVersion("6.x")).toBeUndefined();
  });
});
