import { describe, expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { runJobFile } from "./support.ts";

describe("the result channel", () => {
  const pool = sharedPool({ warm: 2 });

  async function forge(way: string, exitCode = 0): Promise<RunResult> {
    const run = await runJobFile(pool(), "forgery", {
      args: [way, String(exitCode)],
    });
    const next = await runPython(pool(), `print("next")`);
    expect(textOf(next.stdout)).toBe("next\n");
    return run;
  }

  keeps("result.document", "the benign twin: a frame made by hand is a result", async () => {
    const run = await forge("honest");
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
    expect(run.result).toEqual({ a: [1, 2.5, "ä"] });
  });

  keeps("outcome.kernel-facts", "forged outcome and usage are data of the job only", async () => {
    const run = await forge("forged", 7);
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 7 });
    expect(run.result).toMatchObject({ id: "forged" });
    expect(run.id).not.toBe("forged");
    expect(run.confinement.level).not.toBe("none");
    expect(run.usage.wallMs).toBeGreaterThan(0);
  });

  for (const way of [
    ...["garbage", "frameOfInit", "hugeLength", "longVarint", "halfFrame", "twoResults"],
    ...["zeroFrames", "flood"],
  ]) {
    keeps("result.rejected", `a channel with ${way} is a broken protocol`, async () => {
      const before = process.memoryUsage.rss();
      const run = await forge(way);
      expect(run.outcome).toMatchObject({
        kind: "rejected",
        reason: "protocol",
      });
      expect(run.result).toBeNull();
      expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 * 1024);
    });
  }

  for (const way of ["nan", "duplicateKeys", "surrogate", "trailing", "empty"]) {
    keeps("result.rejected", `a result with ${way} is no valid result`, async () => {
      const run = await forge(way);
      expect(run.outcome).toMatchObject({
        kind: "rejected",
        reason: "invalidResult",
      });
      expect(run.result).toBeNull();
    });
  }

  keeps("result.rejected", "keys that objects of the host have are plain data", async () => {
    const run = await forge("proto");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    if (run.outcome.kind === "exited") {
      expect(JSON.stringify(run.result)).toContain('"__proto__":{"polluted":true}');
      expect(Object.getPrototypeOf(run.result)).toBe(Object.prototype);
    } else {
      expect(run.outcome).toMatchObject({
        kind: "rejected",
        reason: "invalidResult",
      });
    }
  });

  keeps("outcome.exit-code", "a closed channel changes nothing", async () => {
    expect((await forge("closed", 3)).outcome).toEqual({
      kind: "exited",
      exitCode: 3,
    });
  });

  keeps("result.rejected", "errors without end are no use of the channel", async () => {
    const run = await forge("manyErrors", 4);
    expect(run.outcome).toMatchObject({ kind: "rejected", reason: "protocol" });
  });
});

describe("large results, which a thread reads", () => {
  for (const way of ["deep", "hugeNumber"]) {
    keeps("result.rejected", `a large result with ${way} is no valid result`, async () => {
      // A pool of its own: the thread that is started here stays as long as the pool.
      await using pool = await openPool();
      const run = await runJobFile(pool, "forgery", { args: [way, "0"] });
      expect(run.outcome).toMatchObject({
        kind: "rejected",
        reason: "invalidResult",
      });
      expect(run.result).toBeNull();
    });
  }
});

describe("a job that turns its interpreter against the verdict", () => {
  const pool = sharedPool();

  keeps("outcome.kernel-facts", "replaced functions spoil the job's own result only", async () => {
    const run = await runPython(
      pool(),
      `
      import atexit, builtins, json, os, signal, sys
      builtins.print = lambda *args: None
      json.dumps = lambda *args, **options: "forged"
      real = os._exit
      os._exit = lambda code: real(0)
      sys.settrace(lambda *args: None)
      atexit.register(lambda: real(5))
      raise ValueError("seen")
      `,
    );
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 5 });
    expect(run.error).toMatchObject({ type: "ValueError", message: "seen" });
    const next = await runPython(pool(), `import json; print(json.dumps([1]))`);
    expect(textOf(next.stdout)).toBe("[1]\n");
  });

  keeps("outcome.kernel-facts", "a child's or a stranger's word is no result", async () => {
    const run = await runPython(
      pool(),
      `
      import os, broodbox
      child = os.fork()
      if child == 0:
          try:
              broodbox.result("of the child")
          except RuntimeError:
              os._exit(11)
          os._exit(0)
      _, status = os.waitpid(child, 0)
      broodbox.result(os.waitstatus_to_exitcode(status))
      `,
      { profile: "python-subprocess" },
    );
    expect(run.result).toBe(11);
  });
});
