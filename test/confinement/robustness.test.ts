/** What a strict reviewer thought of: forgotten children, stuck zygotes, busy supervisors, full tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import {
  expectCleanNext,
  firstOutput,
  processesNamed,
  temporaryDirectory,
} from "./support-jobs.ts";
import { processesOf, theOne } from "./support-processes.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
/** A name that only this file's jobs have, so that they are found from outside. */
const MARK = "broodbox-burner";

function profileFile(directory: string, name: string, allow: readonly unknown[]): string {
  const path = join(directory, `${name}.json`);
  writeFileSync(
    path,
    JSON.stringify({
      profile: 1,
      name,
      knownUpTo: "6.18",
      why: "A test of what a caller's own profile may do.",
      extends: ["python-default"],
      allow,
    }),
  );
  return path;
}

describe("what a job may leave to others", () => {
  const pool = sharedPool();

  keeps(
    "inside.descriptors",
    "the standard streams open by their names in /dev too",
    async () => {
      const run = await runPython(
        pool(),
        `
        open("/dev/stdout", "w").write("out")
        open("/dev/stderr", "w").write("err")
        print(open("/dev/stdin").read())
        `,
        { stdin: new TextEncoder().encode("in") },
      );
      expect([textOf(run.stdout), textOf(run.stderr)]).toEqual(["outin\n", "err"]);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.pids",
    "orphans that have ended do not count against the limit",
    async () => {
      const run = await runPython(
        pool(),
        `
        import os
        for _ in range(300):
            child = os.fork()
            if child == 0:
                if os.fork() == 0:
                    os._exit(0)
                os._exit(0)
            os.waitpid(child, 0)
        print("made 300")
        `,
        { profile: "python-subprocess" },
      );
      expect(textOf(run.stdout)).toBe("made 300\n");
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.whole-tree",
    "a busy supervisor does not keep a job's other processes alive beyond its wall limit",
    async () => {
      const speaks = firstOutput();
      const run = runPython(
        pool(),
        `
        import ctypes, os
        for _ in range(3):
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, b"${MARK}", 0, 0, 0)
                while True:
                    pass
        print("started", flush=True)
        while True:
            os.write(1, b"x" * 4096)
        `,
        {
          profile: "python-subprocess",
          limits: { wallMs: 500, outputBytes: 64 * 1024 * 1024 },
        },
        { onStdout: speaks.onStdout },
      );
      await speaks.begun;
      // Two seconds in which this process reads nothing: init cannot send, and must act all the same.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
      expect(processesNamed(MARK)).toEqual([]);
      expect((await run).outcome).toMatchObject({ kind: "limited" });
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});

describe("a forkserver that goes on", () => {
  keeps(
    "lifecycle.nothing-is-left",
    "a child that a job gave to the forkserver is reaped, and its sandbox closes",
    async () => {
      using directory = temporaryDirectory();
      const profile = profileFile(directory.path, "any-clone", [
        { call: "clone", why: "Also with CLONE_PARENT, which no shipped profile allows." },
      ]);
      const pool = await openPool();
      for (let i = 0; i < 3; i++) {
        const run = await runPython(
          pool,
          `
          import ctypes, os
          CLONE_PARENT = 0x8000
          pid = ctypes.CDLL(None).syscall(56, CLONE_PARENT | 17, 0, 0, 0, 0)
          if pid == 0:
              os._exit(0)
          print(pid > 0)
          `,
          { profile },
        );
        expect(textOf(run.stdout)).toBe("True\n");
      }
      await expectCleanNext(pool);
      const startedMs = performance.now();
      await pool.close();
      expect(performance.now() - startedMs).toBeLessThan(1_500);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.nothing-is-left",
    "a hundred profiles on one pool do not disturb a job that runs",
    async () => {
      using directory = temporaryDirectory();
      await using pool = await openPool();
      const speaks = firstOutput();
      const stop = new AbortController();
      const bystander = runPython(
        pool,
        "print('here', flush=True)\nimport time\ntime.sleep(60)",
        { limits: { wallMs: 60_000 } },
        { onStdout: speaks.onStdout, signal: stop.signal },
      );
      await speaks.begun;
      for (let i = 0; i < 100; i++) {
        const profile = profileFile(directory.path, `own-${i}`, [
          { call: "ioprio_get", when: { who: { in: [i + 1] } }, why: `Number ${i}.` },
        ]);
        const run = await runPython(pool, "print(1)", { profile });
        expect(textOf(run.stdout)).toBe("1\n");
      }
      stop.abort();
      expect((await bystander).outcome).toEqual({ kind: "cancelled" });
    },
    { ...ROOT_ONLY, timeoutMs: 120_000 },
  );

  keeps(
    "lifecycle.zygote-dies",
    "a zygote that does not answer holds up neither the clocks nor the jobs of others",
    async () => {
      await using pool = await openPool({ warm: 1 });
      await runPython(pool, "pass");
      const zygote = theOne("zygote");
      const speaks = firstOutput();
      const running = runPython(
        pool,
        "print('here', flush=True)\nimport time\ntime.sleep(60)",
        { limits: { wallMs: 1_500 } },
        { onStdout: speaks.onStdout },
      );
      await speaks.begun;
      process.kill(zygote.pid, "SIGSTOP");
      const startedMs = performance.now();
      const others = Array.from({ length: 8 }, () =>
        runPython(pool, "print(1)").then(
          () => "ran",
          () => "failed",
        ),
      );
      expect((await running).outcome).toEqual({ kind: "limited", limit: "wall" });
      expect(performance.now() - startedMs).toBeLessThan(2_500);
      // The set-up deadline ends the stuck zygote; another one takes its place.
      await Promise.all(others);
      expect(processesOf().map(({ pid }) => pid)).not.toContain(zygote.pid);
      await expectCleanNext(pool);
    },
    { ...ROOT_ONLY, timeoutMs: 120_000 },
  );

  keeps(
    "separation.single-use",
    "two pools of one host use different uids",
    async () => {
      await using one = await openPool();
      await using other = await openPool();
      const uid = async (pool: typeof one) =>
        textOf((await runPython(pool, "import os; print(os.getuid())")).stdout);
      expect(await uid(one)).not.toBe(await uid(other));
    },
    ROOT_ONLY,
  );
});
