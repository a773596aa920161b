/** What a job, its inputs or its caller can do to the supervisor's own process. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, runCli, runPython, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, firstOutput, Gate, temporaryDirectory } from "./support-jobs.ts";
import { theOne } from "./support-processes.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;

describe("the supervisor", () => {
  keeps(
    "limits.everything-is-capped",
    "a million empty messages on the result channel are refused without being read one by one",
    async () => {
      await using pool = await openPool();
      let latestMs = performance.now();
      let longestMs = 0;
      const beat = setInterval(() => {
        longestMs = Math.max(longestMs, performance.now() - latestMs);
        latestMs = performance.now();
      }, 5);
      const run = await runPython(
        pool,
        'import os\ndata = b"\\x02\\x12\\x00" * 1_000_000\nwhile data: data = data[os.write(3, data):]',
      );
      clearInterval(beat);
      expect(run.outcome).toMatchObject({ kind: "rejected", reason: "protocol" });
      expect(longestMs).toBeLessThan(250);
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "an input that changes while the job reads it is an error, not a digest of something else",
    async () => {
      using directory = temporaryDirectory();
      const path = join(directory.path, "big");
      writeFileSync(path, Buffer.alloc(2 * 1024 * 1024, "a"), { mode: 0o644 });
      await using pool = await openPool();
      for (const letter of ["b", "c"]) {
        using gate = new Gate();
        const speaks = firstOutput();
        const run = runPython(
          pool,
          "import sys\nprint('here', flush=True)\nsys.stdin.read()",
          { inputs: [{ name: "big", path }], stdin: { path: gate.path } },
          { onStdout: speaks.onStdout },
        );
        run.catch(() => undefined);
        await speaks.begun;
        writeFileSync(path, Buffer.alloc(2 * 1024 * 1024, letter));
        gate.open();
        await expect(run).rejects.toMatchObject({ code: "inputUnreadable" });
      }
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.cancelled",
    "a named pipe without a writer as stdin holds up neither a cancel nor another job",
    async () => {
      using directory = temporaryDirectory();
      const path = join(directory.path, "pipe");
      execFileSync("mkfifo", [path]);
      await using pool = await openPool({ maxConcurrent: 8 });
      const stop = new AbortController();
      const stuck = Array.from({ length: 5 }, () =>
        runPython(pool, "input()", { stdin: { path } }, { signal: stop.signal }).then(
          (run) => run.outcome.kind,
          (error: { code: string }) => error.code,
        ),
      );
      const other = await runPython(pool, "print(open('/in/self').read(2))", {
        inputs: [{ name: "self", data: "ok" }],
      });
      expect(textOf(other.stdout)).toBe("ok\n");
      stop.abort();
      expect(new Set(await Promise.all(stuck))).toEqual(new Set(["cancelled"]));
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.forkserver-dies",
    "jobs that wait for a sandbox of their own when the forkserver dies are placed again",
    async () => {
      await using pool = await openPool({ warm: 0, maxConcurrent: 8 });
      await runPython(pool, "pass");
      const runs = Array.from({ length: 6 }, () => runPython(pool, "print(1)"));
      process.kill(theOne("forkserver").pid, "SIGKILL");
      const ends = await Promise.allSettled(runs);
      for (const end of ends) {
        // A started one may have been lost with the forkserver, and says so; no other is.
        if (end.status === "rejected") {
          expect(end.reason).toMatchObject({ started: true });
        }
      }
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );

  keeps(
    "cli.exit-codes",
    "the job's exit code survives a standard error that takes nothing",
    async () => {
      const script = `exec "$0" "$1" run - 2>/dev/full`;
      const program = join(import.meta.dirname, "../../dist/front/cli/main.js");
      const run = () =>
        execFileSync("sh", ["-c", script, process.execPath, program], {
          input: "import sys; sys.exit(3)",
        });
      expect(run).toThrow(expect.objectContaining({ status: 3 }));
      expect((await runCli(["run", "-"], { stdin: "import sys; sys.exit(3)" })).exitCode).toBe(3);
    },
    ROOT_ONLY,
  );
});
