/**
 * The whole program on cgroup v2, Debian's kernel 6.1 and an initramfs as root, in a machine that QEMU
 * emulates. The machine runs once and reports facts (guest.mjs); every test here judges some of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext } from "vitest";
import type { Outcome, RunResult } from "../../src/core/outcome.ts";
import { keeps } from "../support/promises.ts";
import { skipAloud } from "../support/tools.ts";
import { findMachine, type MachineRun, runMachine } from "./machine.ts";
import type {
  CommandEnd,
  Doctor,
  End,
  Failure,
  Hello,
  Killed,
  Left,
  Limits,
  Report,
} from "./reports.ts";

const DEADLINE_MS = 400_000;
const MIB = 1024 * 1024;

let run: MachineRun | null = null;
let missing: string | null = null;
const scratch = mkdtempSync(join(tmpdir(), "bbv-"));

beforeAll(async () => {
  const found = findMachine();
  if ("missing" in found) {
    missing = found.missing;
    return;
  }
  run = await runMachine(found, scratch, DEADLINE_MS);
}, DEADLINE_MS + 20_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Skips aloud what has no machine, or fails where it was required. */
function requireMachine(context: TestContext): void {
  const required = (process.env["BROODBOX_TEST_REQUIRE"] ?? "").split(",");
  if (missing !== null && (required.includes("all") || required.includes("vm"))) {
    throw new Error(`${missing} (BROODBOX_TEST_REQUIRE does not let this test be skipped)`);
  }
  if (missing !== null) {
    skipAloud(context, missing);
  }
}

/** What the machine reported under this name; fails with its last words when it did not. */
function reportOf<Facts>(context: TestContext, name: string): Facts {
  requireMachine(context);
  if (run === null) {
    throw new Error("the machine did not run");
  }
  const reports = run.reports as readonly (Report & Facts)[];
  const report = reports.find((one) => one.name === name);
  if (report === undefined || report.error !== undefined) {
    const seen = reports.map((one) => `${one.name} ${one.ms} ms`).join(", ");
    const why = report?.error ?? (run.timedOut ? "it ran out of time" : "it never came");
    throw new Error(`no report ${name}: ${why}\nreports: ${seen}\n${run.console.slice(-3000)}`);
  }
  return report;
}

const SERVICE_GROUP = { "/service": 0 };
const NOBODY = { processes: [], serviceControl: "" };
const exited: Outcome = { kind: "exited", exitCode: 0 };
const limited = (limit: "memory" | "cpu" | "pids"): Outcome => ({ kind: "limited", limit });

function expectHello({ run: end }: Hello, level: string): RunResult {
  expect(end).toMatchObject({ exitCode: 0, signal: null, stderr: "", stdout: "" });
  expect(end.document).toMatchObject({
    outcome: exited,
    stdout: { text: "hello\n" },
    confinement: {
      level,
      layers: { memoryCgroup: "on", pidsCgroup: "on", cpuCgroup: "on", seccomp: "on" },
    },
  });
  return end.document as RunResult;
}

function expectLimits({ runs }: Limits): void {
  expect(
    Object.fromEntries(Object.entries(runs).map(([name, { outcome }]) => [name, outcome])),
  ).toEqual({
    other: exited,
    memory: limited("memory"),
    memoryOfChild: limited("memory"),
    cpu: limited("cpu"),
    pids: limited("pids"),
    denied: exited,
    next: exited,
  });
  expect(runs["memory"]?.usage.memoryPeakBytes).toBeGreaterThan(120 * MIB);
  expect(runs["memory"]?.usage.memoryPeakBytes).toBeLessThanOrEqual(128 * MIB);
  expect(runs["cpu"]?.usage.cpuMs).toBeGreaterThanOrEqual(2_000);
  expect(runs["cpu"]?.usage.cpuMs).toBeLessThan(2_500);
}

function expectKilled(killed: Killed, group: string): void {
  const job = Object.keys(killed.during).filter((path) => /\/s\d+$/.test(path));
  expect(job, "the job ran").not.toEqual([]);
  expect(job.every((path) => path.startsWith(`${group}/broodbox-`))).toBe(true);
}

describe("the initramfs as root", () => {
  keeps(
    "confinement.layers-are-reported",
    "a root that pivot_root refuses is left by moving the mount, and nothing is missing",
    (context) => {
      const report = reportOf<Hello & { root: readonly string[] }>(context, "initramfs");
      expect(report.root).toEqual(["rootfs"]);
      expectHello(report, "full");
      expect(report.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );
});

describe("the root of the hierarchy", () => {
  keeps(
    "confinement.layers-are-reported",
    "on cgroup v2 alone all three limits are cgroups and the level is full",
    (context) => {
      const host = reportOf<{ kernel: string; mounts: readonly string[] }>(context, "host");
      expect(host.kernel).toMatch(/^6\.1\./);
      expect(host.mounts.map((line) => line.split(" ")[2])).toEqual(["cgroup2"]);
      const report = reportOf<Hello>(context, "root/hello");
      expectHello(report, "full");
      expect(report.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );

  keeps(
    "confinement.layers-are-reported",
    "what kernel 6.1 lacks is a layer that is off or degraded, and named by doctor",
    (context) => {
      const { confinement } = expectHello(reportOf<Hello>(context, "root/hello"), "full");
      expect(confinement.layers).toMatchObject({
        landlock: "degraded",
        writeExecute: "off",
        denialReports: "on",
      });
      const doctor = reportOf<{ run: CommandEnd<Doctor>; left: Left }>(context, "root/doctor");
      expect(doctor.run).toMatchObject({ exitCode: 0, document: { level: "full" } });
      const stateOf = new Map(doctor.run.document?.probes.map((probe) => [probe.probe, probe]));
      expect(stateOf.get("landlock")).toMatchObject({
        state: "degraded",
        detail: expect.stringContaining("ABI 2") as string,
      });
      expect(stateOf.get("listenerSyncWakeUp")).toMatchObject({ state: "off", errno: "EINVAL" });
      for (const probe of ["memoryCgroup", "pidsCgroup", "cpuCgroup"]) {
        expect(stateOf.get(probe)).toMatchObject({ state: "on", detail: "cgroup v2" });
      }
      expect(stateOf.get("memoryKill")).toMatchObject({
        state: "on",
        detail: "killed and counted",
      });
      expect(doctor.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );

  keeps(
    "outcome.memory",
    "memory, processor time and processes end a job on cgroup v2, each as itself",
    (context) => {
      const limits = reportOf<Limits>(context, "root/limits");
      expectLimits(limits);
      expect(limits.during.self).toBe("0::/");
      expect(limits.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );

  keeps(
    "denials.are-named",
    "a refused call is named on a kernel without the cheap wake-up",
    (context) => {
      const { runs } = reportOf<Limits>(context, "root/limits");
      expect(runs["denied"]?.denied).toMatchObject([
        { syscall: "unshare", errno: "EPERM", count: 1 },
      ]);
      expect(runs["denied"]?.stdout).toMatchObject({ text: "-1 1\n" });
    },
  );

  keeps(
    "lifecycle.supervisor-dies",
    "a killed supervisor leaves no process and no cgroup v2 group",
    (context) => {
      const killed = reportOf<Killed>(context, "root/supervisor-killed");
      expectKilled(killed, "");
      expect(killed.end.signal).toBe("SIGKILL");
      expect(killed.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );

  keeps(
    "lifecycle.forkserver-dies",
    "a killed forkserver leaves no process and no cgroup v2 group",
    (context) => {
      const killed = reportOf<Killed>(context, "root/forkserver-killed");
      expectKilled(killed, "");
      expect(killed.end).toMatchObject({
        exitCode: 125,
        document: { error: { code: "forkserverLost", started: true } },
      });
      expect(killed.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );

  keeps(
    "lifecycle.nothing-is-left",
    "what both leave when they are killed together is swept by the next start",
    (context) => {
      const killed = reportOf<Killed & { next: Hello }>(context, "root/both-killed");
      expectKilled(killed, "");
      expect(killed.left.processes).toEqual([]);
      expect(
        Object.keys(killed.left.groups),
        "groups without a process wait for the sweep",
      ).not.toEqual([]);
      expectHello(killed.next, "full");
      expect(killed.next.left).toMatchObject({ groups: {}, ...NOBODY });
    },
  );
});

describe("a group of its own, below the root", () => {
  keeps(
    "confinement.layers-are-reported",
    "a supervisor that is alone in its group stands aside and is full",
    (context) => {
      const report = reportOf<Hello>(context, "service/hello");
      expectHello(report, "full");
      expect(report.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
      const doctor = reportOf<{ run: CommandEnd<Doctor>; left: Left }>(context, "service/doctor");
      expect(doctor.run).toMatchObject({ exitCode: 0, document: { level: "full" } });
      expect(doctor.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
    },
  );

  keeps(
    "outcome.memory",
    "limits hold below a group of its own, and who stood aside is back at the end",
    (context) => {
      const limits = reportOf<Limits & End>(context, "service/limits");
      expect(limits).toMatchObject({ exitCode: 0, stderr: "" });
      expectLimits(limits);
      const aside = "0::/service/broodbox-supervisor";
      expect(limits.during).toMatchObject({ self: aside, helper: aside });
      expect(limits.after).toEqual({ self: "0::/service", helper: "0::/service" });
      expect(limits.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
    },
  );

  keeps(
    "confinement.layers-are-reported",
    "beside a stranger's process, as in a login session, an empty group above is used",
    (context) => {
      const report = reportOf<Hello>(context, "service/stranger");
      expectHello(report, "full");
      expect(report.shell).toBe("0::/service");
      expect(report.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
      const doctor = reportOf<{ run: CommandEnd<Doctor>; left: Left }>(
        context,
        "service/stranger-doctor",
      );
      expect(doctor.run).toMatchObject({ exitCode: 0, document: { level: "full" } });
      expect(doctor.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
    },
  );

  keeps(
    "confinement.level-too-low",
    "where a stranger's process is at the top of what can be seen: refused, and doctor says why",
    (context) => {
      const report = reportOf<{ run: CommandEnd<Failure>; left: Left }>(
        context,
        "service/namespace",
      );
      expect(report.run).toMatchObject({
        exitCode: 125,
        document: {
          error: {
            code: "levelTooLow",
            started: false,
            message: expect.stringContaining("memoryCgroup, pidsCgroup, cpuCgroup") as string,
          },
        },
      });
      expect(report.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
      const doctor = reportOf<{ run: CommandEnd<Doctor>; left: Left }>(
        context,
        "service/namespace-doctor",
      );
      expect(doctor.run).toMatchObject({ exitCode: 1, document: { level: "no-cgroup" } });
      const memory = doctor.run.document?.probes.find(({ probe }) => probe === "memoryCgroup");
      expect(memory).toMatchObject({
        state: "off",
        errno: "EBUSY",
        detail: "our cgroup holds processes that are not ours to move",
      });
      expect(doctor.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
    },
  );

  for (const whom of ["supervisor", "forkserver"] as const) {
    keeps(
      "lifecycle.nothing-is-left",
      `a killed ${whom} leaves the group as it was, without controllers below it`,
      (context) => {
        const killed = reportOf<Killed>(context, `service/${whom}-killed`);
        expectKilled(killed, "/service");
        expect(killed.during["/service/broodbox-supervisor"]).toBe(1);
        expect(killed.left).toMatchObject({ groups: SERVICE_GROUP, ...NOBODY });
      },
    );
  }
});

describe("a session: a group with a shell, below one that has no process", () => {
  const session = {
    groups: { "/service": 0, "/service/session": 0 },
    processes: [],
    serviceControl: expect.stringMatching(/memory.*pids/) as string,
  };

  keeps(
    "confinement.layers-are-reported",
    "the nearest empty group is used, and neither it nor the shell's is changed",
    (context) => {
      const report = reportOf<Hello>(context, "session/stranger");
      expectHello(report, "full");
      expect(report.shell).toBe("0::/service/session");
      expect(report.left).toEqual({ ...session, goneMs: expect.any(Number) as number });
    },
  );

  keeps(
    "lifecycle.nothing-is-left",
    "what was left above the session is swept by a start that is alone in it",
    (context) => {
      const killed = reportOf<Killed & { next: Hello }>(context, "session/both-killed");
      expectKilled(killed, "/service");
      // The shell and the supervisor, in the group where they were started.
      expect(killed.during["/service/session"]).toBe(2);
      expect(Object.keys(killed.during)).not.toContain("/service/broodbox-supervisor");
      expect(killed.left.groups, "groups without a process wait for the sweep").not.toEqual(
        session.groups,
      );
      expectHello(killed.next, "full");
      expect(killed.next.left).toEqual({ ...session, goneMs: expect.any(Number) as number });
    },
  );
});

describe("a group that an unprivileged user owns", () => {
  keeps(
    "confinement.layers-are-reported",
    "delegated cgroup v2 limits the jobs of a user without privileges",
    (context) => {
      const report = reportOf<Hello & { memory: CommandEnd<RunResult> }>(context, "user/delegated");
      expectHello(report, "full-single-uid");
      expect(report.memory).toMatchObject({
        exitCode: 137,
        document: { outcome: limited("memory") },
      });
      expect(report.left).toMatchObject({ groups: { "/user": 0 }, processes: [] });
    },
  );
});
