import { describe, expect, test } from "vitest";
import type { ProbeRow } from "../../../src/host/advice.ts";
import { isOnDisk, prettyName } from "../../../src/host/facts.ts";
import { levelOf } from "../../../src/host/level.ts";
import { layersOf, parseRows, probeHost } from "../../../src/host/probes.ts";

const LINE = '{"probe":"seccomp","state":"on","errno":null,"us":12,"detail":""}\n';

/** Every probe that native/probe.c has on a host where everything works. */
const ALL_ON: readonly ProbeRow[] = [
  "userNamespace idRanges slotUid pidNamespace mountNamespace networkNamespace ipcNamespace",
  "utsNamespace cgroupNamespace joinNamespaces networkIsolation nestedUserNamespace mounts",
  "readOnlyMounts procMount pivotRoot memoryCgroup pidsCgroup cpuCgroup ioCgroup memoryKill",
  "capabilities groups noNewPrivileges dumpable keyring rlimits writeExecute speculation",
  "coreScheduling seccomp foreignArch nestedUserNamespaceFiltered denialReports landlock",
]
  .flatMap((names) => names.split(" "))
  .map((probe) => ({ probe, state: "on", errno: null, us: 1, detail: "" }));

const withStates = (states: Readonly<Record<string, ProbeRow["state"]>>): ProbeRow[] =>
  ALL_ON.map((row) => ({ ...row, state: states[row.probe] ?? row.state }));

describe("parseRows", () => {
  test("reads one row per line", () => {
    expect(parseRows(LINE)).toEqual([
      { probe: "seccomp", state: "on", errno: null, us: 12, detail: "" },
    ]);
  });

  test.each([
    "nonsense",
    "[]",
    '{"probe":"a"}',
    LINE.replace("on", "ON"),
    LINE.replace('"us":12', '"us":-1'),
    LINE.replace("}", ',"extra":1}'),
    LINE.replace("null", '"13"'),
  ])("refuses %j", (text) => {
    expect(() => parseRows(text)).toThrow(/cannot read the probe line/);
  });

  test("refuses a probe that answers twice, and more rows than there can be", () => {
    expect(() => parseRows(LINE + LINE)).toThrow(/twice/);
    const many = Array.from({ length: 200 }, (_x, at) =>
      LINE.replace("seccomp", `p${"abcdefghij"[at % 10]}${"x".repeat(Math.floor(at / 10))}`),
    );
    expect(() => parseRows(many.join(""))).toThrow(/more than 128/);
  });
});

describe("layersOf", () => {
  test("everything on is level full", () => {
    expect(levelOf(layersOf(ALL_ON))).toBe("full");
  });

  test.each([
    [{ slotUid: "off", idRanges: "off" }, "full-single-uid"],
    [{ memoryCgroup: "off", memoryKill: "off" }, "no-cgroup"],
    [{ memoryKill: "off" }, "no-cgroup"],
    [{ joinNamespaces: "off" }, "landlock"],
    [{ networkIsolation: "off" }, "landlock"],
    [{ pidNamespace: "off", landlock: "degraded" }, "seccomp-only"],
    [{ foreignArch: "off" }, "none"],
    [{ nestedUserNamespaceFiltered: "off" }, "none"],
    [{ readOnlyMounts: "degraded", procMount: "degraded", pivotRoot: "degraded" }, "full"],
    [{ readOnlyMounts: "off" }, "landlock"],
  ] as const)("%j is level %s", (states, level) => {
    expect(levelOf(layersOf(withStates(states)))).toBe(level);
  });

  test("nothing probed is nothing held", () => {
    expect(levelOf(layersOf([]))).toBe("none");
  });

  test("groups of the service user count only without a range of ids", () => {
    expect(layersOf(withStates({ groups: "off" }))["groups"]).toBe("on");
    const single = withStates({ groups: "off", idRanges: "off", slotUid: "off" });
    expect(layersOf(single)["groups"]).toBe("off");
  });
});

describe("probeHost", () => {
  const options = { program: "/p", runtimes: [], env: {} };

  test("turns the lines of the native program into a report", async () => {
    const report = await probeHost({
      ...options,
      runProbe: () =>
        Promise.resolve({ exitCode: 0, stdout: LINE, stderr: "", stopped: undefined }),
    });
    expect(report.layers["seccomp"]).toBe("off");
    expect(report.level).toBe("none");
    expect(report.probes).toHaveLength(1);
  });

  test("a program that fails is our failure at step probe", async () => {
    const failing = probeHost({
      ...options,
      runProbe: () =>
        Promise.resolve({ exitCode: 1, stdout: "", stderr: "why", stopped: undefined }),
    });
    await expect(failing).rejects.toMatchObject({
      code: "stageFailed",
      step: "probe",
      message: expect.stringContaining("(why)"),
    });
  });
});

describe("prettyName", () => {
  test.each([
    ['NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', "Debian GNU/Linux 12 (bookworm)"],
    ["PRETTY_NAME=Alpine\n", "Alpine"],
    ["", "unknown"],
  ])("%j", (text, name) => {
    expect(prettyName(text)).toBe(name);
  });
});

describe("isOnDisk", () => {
  test.each([
    ["27 1 254:0 / / rw,relatime - ext4 /dev/vda rw", true],
    ["612 593 0:52 / / rw,relatime - overlay overlay rw,lowerdir=/x", false],
    ["612 593 0:52 / / rw - overlay o rw\n613 612 8:1 /d /etc/hosts rw - ext4 /dev/sda1 rw", false],
  ])("%j: %s", (text, expected) => {
    expect(isOnDisk(text)).toBe(expected);
  });
});
