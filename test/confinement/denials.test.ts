import { describe, expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { Directory, denialOf, deniedCalls, resultOf, runJobFile } from "./support.ts";

/** What a result lists; more is counted and said. */
const KINDS_MAXIMUM = 64;
/** What a profile that says nothing allows a job. */
const DENIALS_MAXIMUM = 1000;

function profileIn(directory: Directory, name: string, narrowing: object): string {
  const profile = {
    profile: 1,
    name,
    why: "a test",
    extends: ["python-default"],
    ...narrowing,
  };
  return directory.file(`${name}.json`, JSON.stringify(profile));
}

describe("refused calls", () => {
  const pool = sharedPool({ warm: 2 });

  async function refuse(way: string, profile?: string): Promise<RunResult> {
    return await runJobFile(pool(), "denials", {
      args: [way],
      limits: { wallMs: 40_000, cpuMs: 40_000 },
      ...(profile === undefined ? {} : { profile }),
    });
  }

  keeps(
    "denials.are-named",
    "a refusal shows numbers as the kernel reads them, addresses as ptr, and equal ones as one",
    async () => {
      const run = await refuse("arguments");
      resultOf(run);
      // A long keeps all its bits, a pid is 32 bits wide.
      const requests = run.denied.filter((denial) => denial.syscall === "ptrace");
      expect(requests.map((denial) => denial.args)).toEqual([
        ["0x100000010", "0x1", "ptr", "ptr"],
        ["0x200000010", "0x1", "ptr", "ptr"],
      ]);
      // 32-bit arguments: what stands above them is not read, and does not make another kind.
      expect(denialOf(run, "setns")).toMatchObject({
        args: ["0x5", "0x20000"],
        errno: "EPERM",
        count: 2,
      });
      expect(denialOf(run, "mount")).toMatchObject({
        args: ["ptr", "ptr", "ptr", "0x1000", "ptr"],
      });
      // The monitor never reads the memory of a job.
      expect(JSON.stringify(run.denied)).not.toContain("secret");
      for (const { rule, hint } of run.denied) {
        expect(rule).toContain("python-default");
        expect(hint.length).toBeGreaterThan(10);
      }
    },
  );

  keeps("denials.are-named", "a call that is refused equally often is one entry", async () => {
    const run = await refuse("few");
    resultOf(run);
    expect(run.denied).toHaveLength(1);
    expect(run.denied[0]).toMatchObject({ syscall: "ptrace", count: 50 });
    expect(run.deniedTotal).toBe(50);
  });

  keeps("limits.everything-is-capped", "of many kinds of refusals 64 are listed", async () => {
    const run = await refuse("kinds");
    resultOf(run);
    expect(run.denied).toHaveLength(KINDS_MAXIMUM);
    expect(run.deniedTruncated).toBe(true);
    expect(run.deniedTotal).toBe(90);
  });

  keeps("denials.are-named", "what libraries probe makes no noise", async () => {
    const run = await refuse("quiet");
    resultOf(run);
    expect(run.denied).toEqual([]);
    expect(run.deniedTotal).toBe(0);
  });

  keeps("denials.flood", "10,000 refusals end as limited by denials, at the maximum", async () => {
    const flooded = refuse("flood");
    const beside = await runPython(pool(), `print("beside")`);
    expect(textOf(beside.stdout)).toBe("beside\n");
    const run = await flooded;
    expect(run.outcome).toEqual({ kind: "limited", limit: "denials" });
    expect(run.deniedTotal).toBe(DENIALS_MAXIMUM + 1);
    expect(run.denied).toEqual([expect.objectContaining({ syscall: "ptrace", errno: "EPERM" })]);
    expect(run.result).toBeNull();
    // Slowed down: what took microseconds each has taken seconds together.
    expect(run.usage.wallMs).toBeGreaterThan(1000);
    expect(run.usage.cpuMs).toBeLessThan(run.usage.wallMs);
  });

  keeps("denials.flood", "a flood from many threads ends as limited by denials too", async () => {
    const run = await refuse("floodOfThreads");
    expect(run.outcome).toEqual({ kind: "limited", limit: "denials" });
    const next = await runPython(pool(), `print("next")`);
    expect(textOf(next.stdout)).toBe("next\n");
    expect(next.denied).toEqual([]);
  });

  keeps("denials.flood", "a profile sets the maximum, and below it a job goes on", async () => {
    using directory = new Directory(0o755);
    const narrow = profileIn(directory, "narrow", { maxDenials: 20 });
    expect((await refuse("few", narrow)).outcome).toEqual({
      kind: "limited",
      limit: "denials",
    });
    const wide = profileIn(directory, "wide", { maxDenials: 50 });
    resultOf(await refuse("few", wide));
  });

  keeps("denials.flood", "a profile may end a job at its first tripwire", async () => {
    using directory = new Directory(0o755);
    const profile = profileIn(directory, "deadly", { tripwire: "kill" });
    const run = await refuse("tripwire", profile);
    expect(run.outcome).toEqual({ kind: "limited", limit: "denials" });
    expect(textOf(run.stdout)).toBe("before\n");
    expect(deniedCalls(run)).toEqual(new Set(["ptrace"]));
  });
});

describe("who answers for the filter", () => {
  for (const profile of ["python-default", "python-subprocess"]) {
    keeps(
      "denials.are-named",
      `no descriptor of a job under ${profile} answers for its filter, and none is to be had`,
      async () => {
        await using pool = await openPool({ profile });
        const run = await runJobFile(pool, "listener");
        const found = resultOf<Record<string, unknown>>(run);
        expect(found["listeners"]).toEqual([]);
        expect(found["kinds"]).toEqual(["pipe"]);
        // ENOTTY from the filter for every request, whatever the descriptor.
        expect(found["errnos"]).toEqual([25]);
        expect(found["taken"]).toEqual({
          listener: "ENOSYS",
          "by prctl": "EPERM",
          sizes: "ENOSYS",
          pidfd_getfd: "EPERM",
        });
        expect(found["stillReported"]).toBe("EPERM");
        expect(denialOf(run, "setns")?.args).toEqual(["0x4d", "0x0"]);
      },
    );
  }
});
