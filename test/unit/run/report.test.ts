import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../src/core/outcome.ts";
import { denialsOf, type Facts, outcomeOf, usageOf } from "../../../src/run/report.ts";
import type { Done, JobExited, Trigger, WireUsage } from "../../../src/wire/codec.ts";

const noUsage: WireUsage = {
  wallUs: 0,
  cpuUs: 0,
  memoryPeakBytes: 0,
  processesPeak: 0,
  oomKills: 0,
  pidsRefused: 0,
};
const problem = { reason: "protocol", detail: "x" } as const;

interface Change {
  exited?: Partial<Omit<JobExited, "usage">> | undefined;
  usage?: Partial<WireUsage>;
  done?: Partial<Done>;
  isCancelled?: boolean;
  problem?: Facts["problem"];
}

function facts(change: Change): Facts {
  return {
    exited: {
      kind: "jobExited",
      sandboxId: 1,
      started: true,
      exitCode: 0,
      signal: 0,
      coreDumped: false,
      trigger: "none",
      usage: { ...noUsage, ...change.usage },
      denials: [],
      deniedTotal: 0,
      deniedTruncated: false,
      ...change.exited,
    },
    done: {
      kind: "done",
      stdoutBytes: 0,
      stderrBytes: 0,
      resultBytes: 0,
      outputExceeded: false,
      resultExceeded: false,
      artifactsExceeded: false,
      tmpFull: false,
      artifactsSkipped: 0,
      collectUs: 0,
      ...change.done,
    },
    isCancelled: change.isCancelled ?? false,
    problem: change.problem,
  };
}

const killed = (trigger: Trigger): Partial<JobExited> => ({ trigger, signal: 9 });
const limited = (limit: string): unknown => ({ kind: "limited", limit });
const exited = (exitCode: number): Outcome => ({ kind: "exited", exitCode });
const signaled = (signal: string, coreDumped = false): Outcome => ({
  kind: "signaled",
  signal,
  coreDumped,
});
const rejected = { kind: "rejected", ...problem };

describe("outcomeOf", () => {
  test.each<[string, Change, unknown]>([
    ["exit 0", {}, exited(0)],
    ["exit 3", { exited: { exitCode: 3 } }, exited(3)],
    ["exit 137 of its own", { exited: { exitCode: 137 } }, exited(137)],
    ["SIGSEGV", { exited: { signal: 11 } }, signaled("SIGSEGV")],
    ["SIGABRT with a core", { exited: { signal: 6, coreDumped: true } }, signaled("SIGABRT", true)],
    ["its own SIGKILL", { exited: { signal: 9 } }, signaled("SIGKILL")],
    ["wall", { exited: killed("wall") }, limited("wall")],
    ["cpu", { exited: killed("cpu") }, limited("cpu")],
    ["memory, from the forkserver", { exited: killed("memory") }, limited("memory")],
    ["denials", { exited: killed("denials") }, limited("denials")],
    ["output, from the forkserver", { exited: killed("output") }, limited("output")],
    ["cancelled", { exited: killed("requested"), isCancelled: true }, { kind: "cancelled" }],
    ["a cancel that came too late", { isCancelled: true }, exited(0)],
    ["wall before a cancel", { exited: killed("wall"), isCancelled: true }, limited("wall")],
    ["killed for another's reason", { exited: killed("requested") }, signaled("SIGKILL")],
    [
      "output, from init",
      { exited: { signal: 9 }, done: { outputExceeded: true } },
      limited("output"),
    ],
    ["an out-of-memory kill", { exited: { signal: 9 }, usage: { oomKills: 1 } }, limited("memory")],
    [
      "a child killed for memory",
      { exited: { exitCode: 1 }, usage: { oomKills: 1 } },
      limited("memory"),
    ],
    ["too many artifacts", { done: { artifactsExceeded: true } }, limited("artifacts")],
    [
      "a result flood, killed by init",
      { exited: { signal: 9 }, done: { resultExceeded: true }, problem },
      rejected,
    ],
    ["a broken result", { problem }, rejected],
    ["a broken result and exit 1", { exited: { exitCode: 1 }, problem }, rejected],
    [
      "a broken result of a job that died",
      { exited: { signal: 11 }, problem },
      signaled("SIGSEGV"),
    ],
    ["a broken result under a limit", { exited: killed("wall"), problem }, limited("wall")],
    [
      "forks refused, and it raised",
      { exited: { exitCode: 1 }, usage: { pidsRefused: 3 } },
      limited("pids"),
    ],
    [
      "forks refused, and it died",
      { exited: { signal: 6 }, usage: { pidsRefused: 3 } },
      limited("pids"),
    ],
    ["forks refused, and it went on well", { usage: { pidsRefused: 3 } }, exited(0)],
    [
      "/tmp full, and it raised",
      { exited: { exitCode: 1 }, done: { tmpFull: true } },
      limited("tmp"),
    ],
    ["/tmp full, and it went on well", { done: { tmpFull: true } }, exited(0)],
    [
      "both",
      { exited: { exitCode: 1 }, usage: { pidsRefused: 1 }, done: { tmpFull: true } },
      limited("pids"),
    ],
  ])("%s", (_what, change, outcome) => {
    expect(outcomeOf(facts(change))).toEqual(outcome);
  });
});

test("usageOf gives milliseconds", () => {
  const { exited: report } = facts({ usage: { wallUs: 12_100, cpuUs: 9800, processesPeak: 2 } });
  expect(usageOf(report)).toEqual({ wallMs: 12.1, cpuMs: 9.8, memoryPeakBytes: 0, processes: 2 });
});

test("denialsOf hands the profile six registers and uses its words", () => {
  const args = new Uint8Array(49).subarray(1); // not aligned, as views into a chunk are
  args[0] = 3;
  args[15] = 0x80;
  const seen: unknown[] = [];
  const denied = denialsOf([{ call: 42, error: 13, count: 3, args }], {
    describe(call, values) {
      seen.push(call, values);
      return { call: "connect", rule: "r", hint: "h", errno: "EACCES", args: ["0x3"] };
    },
  });
  expect(seen).toEqual([42, [3n, 0x8000_0000_0000_0000n, 0n, 0n, 0n, 0n]]);
  expect(denied).toEqual([
    { syscall: "connect", args: ["0x3"], errno: "EACCES", count: 3, rule: "r", hint: "h" },
  ]);
});
