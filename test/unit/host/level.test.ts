import { describe, expect, test } from "vitest";
import { type Layers, LEVELS } from "../../../src/core/outcome.ts";
import {
  compareLevels,
  levelOf,
  meetsMinimum,
  missingLayers,
  type ReachedLevel,
} from "../../../src/host/level.ts";

const FULL: Layers = Object.fromEntries(
  [
    "pidNamespace",
    "mountNamespace",
    "networkNamespace",
    "ipcNamespace",
    "utsNamespace",
    "cgroupNamespace",
    "slotUid",
    "groups",
    "capabilities",
    "noNewPrivileges",
    "memoryCgroup",
    "pidsCgroup",
    "cpuCgroup",
    "rlimits",
    "landlock",
    "seccomp",
  ].map((name) => [name, "on" as const]),
);

describe("levelOf", () => {
  test("is full when every required layer is on", () => {
    expect(levelOf(FULL)).toBe("full");
  });

  test.each([
    [{ slotUid: "off" }, "full-single-uid"],
    [{ slotUid: "degraded" }, "full-single-uid"],
    [{ memoryCgroup: "off" }, "no-cgroup"],
    [{ cpuCgroup: "degraded" }, "no-cgroup"],
    [{ pidNamespace: "off" }, "landlock"],
    [{ networkNamespace: "off", landlock: "degraded" }, "seccomp-only"],
    [{ capabilities: "off" }, "landlock"],
    [{ landlock: "off" }, "full"],
    [{ seccomp: "off" }, "none"],
    [{ seccomp: "degraded" }, "none"],
    [{ noNewPrivileges: "off" }, "none"],
    [{ rlimits: "off" }, "full"],
    [{ rlimits: "off", memoryCgroup: "off" }, "none"],
  ] as const)("with %j it is %s", (change, level) => {
    expect(levelOf({ ...FULL, ...change })).toBe(level);
  });

  test("is none when no layer is reported, and never reads inherited properties", () => {
    expect(levelOf({})).toBe("none");
    expect(levelOf(Object.create(FULL) as Layers)).toBe("none");
  });

  test("never rises when a layer gets weaker", () => {
    for (const name of Object.keys(FULL)) {
      for (const state of ["degraded", "off"] as const) {
        const weaker = levelOf({ ...FULL, [name]: state });
        expect(compareLevels(weaker, levelOf(FULL))).toBeLessThanOrEqual(0);
      }
    }
  });
});

describe("compareLevels", () => {
  test("orders the table from strong to weak, none last", () => {
    const shuffled: ReachedLevel[] = ["landlock", "none", "full", "seccomp-only", "no-cgroup"];
    expect(shuffled.sort((a, b) => compareLevels(b, a))).toEqual([
      "full",
      "no-cgroup",
      "landlock",
      "seccomp-only",
      "none",
    ]);
  });
});

describe("meetsMinimum", () => {
  test("holds at and above the minimum only", () => {
    expect(meetsMinimum("full", "full")).toBe(true);
    expect(meetsMinimum("full-single-uid", "full")).toBe(false);
    expect(meetsMinimum("full", "seccomp-only")).toBe(true);
  });

  test("is never satisfied by none", () => {
    for (const minimum of LEVELS) expect(meetsMinimum("none", minimum)).toBe(false);
  });
});

test("missingLayers names what keeps a host from a level", () => {
  expect(missingLayers("full", { ...FULL, slotUid: "off", memoryCgroup: "degraded" })).toEqual([
    "slotUid",
    "memoryCgroup",
  ]);
});
