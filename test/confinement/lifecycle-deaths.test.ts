/** Parts of broodbox are killed in the middle of a job: nothing is left, nothing runs twice, the pool heals. */
import { readdirSync } from "node:fs";
import { describe, expect } from "vitest";
import { openPool, runPython, textOf } from "../support/harness.ts";
import { settledSnapshot } from "../support/leaks.ts";
import { keeps } from "../support/promises.ts";
import {
  expectCleanNext,
  firstOutput,
  Gate,
  processesNamed,
  rejectionOf,
  temporaryDirectory,
} from "./support-jobs.ts";
import {
  blockUntilZombie,
  closed,
  eventually,
  expectGone,
  expectNothingLeft,
  heldByKernel,
  processesOf,
  spawnSupervisor,
  theOne,
  until,
} from "./support-processes.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const SUBPROCESS = { profile: "python-subprocess" } as const;

/** A job with a stubborn child process of its own. Says that it has begun when both are there. */
const FAMILY = `
import ctypes, os, signal, sys, time
ctypes.CDLL(None).prctl(15, b"bb-family")  # PR_SET_NAME
ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    os.write(tell, b"x")
    time.sleep(60)
os.read(ready, 1)
print("begun", flush=True)
__END__
`;
const SLEEPS = FAMILY.replace("__END__", "time.sleep(60)");
const STOPS = FAMILY.replace("__END__", "os.kill(os.getpid(), signal.SIGSTOP)");

describe("the supervisor dies", () => {
  for (const [what, code] of [
    ["sleeps with a child process", SLEEPS],
    ["has stopped itself", STOPS],
    [
      "forks without end",
      FAMILY.replace("__END__", "while True:\n  try: os.fork()\n  except OSError: pass"),
    ],
  ] as const) {
    keeps(
      "lifecycle.supervisor-dies",
      `kill -9 while a job ${what}: within a second all is gone but files, and those at the next start`,
      async () => {
        using directory = temporaryDirectory();
        const before = heldByKernel();
        const child = spawnSupervisor(code, directory.path, SUBPROCESS);
        await until(child, "begun");
        const old = processesOf(child.pid);
        const kinds = new Set(old.map(({ kind }) => kind));
        expect(kinds).toEqual(new Set(["forkserver", "zygote", "init", "job", "jobChild"]));
        child.kill("SIGKILL");
        await closed(child);
        await expectNothingLeft(old, before);
        expect(processesNamed("bb-family")).toEqual([]);
        expect(readdirSync(directory.path)).not.toEqual([]);
        const next = spawnSupervisor("print('begun')", directory.path);
        await until(next, '{"kind":"exited","exitCode":0}');
        await closed(next);
        expect(readdirSync(directory.path)).toEqual([]);
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "lifecycle.supervisor-dies",
    "an end without close() leaves nothing either",
    async () => {
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
        using directory = temporaryDirectory();
        const before = heldByKernel();
        const child = spawnSupervisor(SLEEPS, directory.path, SUBPROCESS);
        await until(child, "begun");
        const old = processesOf(child.pid);
        child.kill(signal);
        await closed(child);
        await expectNothingLeft(old, before);
      }
    },
    ROOT_ONLY,
  );
});

describe("the forkserver dies", () => {
  keeps(
    "lifecycle.forkserver-dies",
    "kill -9 in the middle of a job: it ends in a fault, nothing of it is left, the pool heals",
    async () => {
      await using pool = await openPool(SUBPROCESS);
      const { begun, onStdout, seen } = firstOutput();
      const error = rejectionOf(runPython(pool, SLEEPS, {}, { onStdout }));
      await begun;
      const old = processesOf();
      expect(old.map(({ kind }) => kind)).toContain("jobChild");
      process.kill(theOne("forkserver").pid, "SIGKILL");
      await expectGone(old);
      expect(await error).toMatchObject({
        name: "SandboxError",
        code: "forkserverLost",
        started: true,
      });
      await expectCleanNext(pool);
      expect(processesNamed("bb-family")).toEqual([]);
      expect(seen()).toBe("begun\n");
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.never-twice",
    "a job that had started ends in a fault and one that waited runs, each once",
    async () => {
      await using pool = await openPool({ maxConcurrent: 1 });
      using gate = new Gate();
      const first = firstOutput();
      const second = firstOutput();
      const code = "import sys; print('begun'); sys.stdin.read(); print('done')";
      const started = rejectionOf(
        runPython(pool, code, { stdin: { path: gate.path } }, { onStdout: first.onStdout }),
      );
      await first.begun;
      const waiting = runPython(pool, code, {}, { onStdout: second.onStdout });
      const old = processesOf();
      process.kill(theOne("forkserver").pid, "SIGKILL");
      expect(await started).toMatchObject({ code: "forkserverLost", started: true });
      expect((await waiting).outcome).toEqual({ kind: "exited", exitCode: 0 });
      gate.open();
      await expectCleanNext(pool);
      expect(first.seen()).toBe("begun\n");
      expect(second.seen()).toBe("begun\ndone\n");
      await expectGone(old);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.forkserver-dies",
    "again and again, also while nothing runs: each next job succeeds",
    async () => {
      await using pool = await openPool();
      await expectCleanNext(pool);
      for (let count = 0; count < 3; count += 1) {
        const old = processesOf();
        process.kill(theOne("forkserver").pid, "SIGKILL");
        await expectGone(old);
        await expectCleanNext(pool);
      }
    },
    ROOT_ONLY,
  );
});

describe("a zygote dies", () => {
  keeps(
    "lifecycle.zygote-dies",
    "kill -9 in the middle of a job: the job goes on, and the next one succeeds",
    async () => {
      await using pool = await openPool(SUBPROCESS);
      using gate = new Gate();
      const { begun, onStdout } = firstOutput();
      const running = runPython(
        pool,
        FAMILY.replace("__END__", "print(sys.stdin.read())"),
        { stdin: { path: gate.path } },
        { onStdout },
      );
      await begun;
      const zygote = theOne("zygote");
      process.kill(zygote.pid, "SIGKILL");
      await expectGone([zygote]);
      await expectCleanNext(pool);
      gate.open("goes on");
      const run = await running;
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe("begun\ngoes on\n");
      expect(theOne("zygote").pid).not.toBe(zygote.pid);
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );
});

describe("parts of a sandbox die", () => {
  for (const kind of ["job", "init"] as const) {
    keeps(
      "lifecycle.nothing-is-left",
      `a parked ${kind} process is killed: the sandbox is given to nobody`,
      async () => {
        await using pool = await openPool();
        await expectCleanNext(pool);
        await settledSnapshot();
        const parked = theOne(kind);
        process.kill(parked.pid, "SIGKILL");
        // That the pool has noticed shows by the replacement.
        await eventually(() =>
          processesOf().find((one) => one.kind === kind && one.pid !== parked.pid),
        );
        await expectCleanNext(pool);
        await expectCleanNext(pool);
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.kernel-facts",
    "a parked job process is killed just when a job is given to it: nothing is blamed on the job",
    async () => {
      await using pool = await openPool();
      await expectCleanNext(pool);
      await settledSnapshot();
      const parked = theOne("job");
      const forkserver = theOne("forkserver");
      // Stopped, it learns of the death and of the job's start in this order, whatever the machine does.
      process.kill(forkserver.pid, "SIGSTOP");
      const { onStdout, seen } = firstOutput();
      process.kill(parked.pid, "SIGKILL");
      // Without a turn of the loop: else this process hears of it from init.
      blockUntilZombie(parked);
      const running = runPython(pool, "print('ran')", {}, { onStdout }).catch(
        (error: unknown) => error as { code: string; step: string },
      );
      process.kill(forkserver.pid, "SIGCONT");
      const ended = await running;
      if ("outcome" in ended) {
        // It was heard of all the same: the pool took another sandbox.
        expect(ended.outcome).toEqual({ kind: "exited", exitCode: 0 });
        expect(seen()).toBe("ran\n");
      } else {
        expect(ended).toMatchObject({ code: "stageFailed", step: "ready" });
        expect(seen()).toBe("");
      }
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.nothing-is-left",
    "the init of a running job is killed: the job dies with it and ends in a fault",
    async () => {
      await using pool = await openPool({ ...SUBPROCESS, warm: 0 });
      const { begun, onStdout, seen } = firstOutput();
      const error = rejectionOf(runPython(pool, SLEEPS, {}, { onStdout }));
      await begun;
      const cell = processesOf().filter(({ kind }) => ["init", "job", "jobChild"].includes(kind));
      process.kill(theOne("init").pid, "SIGKILL");
      await expectGone(cell);
      expect(await error).toMatchObject({ code: "stageFailed", started: true });
      await expectCleanNext(pool);
      expect(seen()).toBe("begun\n");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.signal",
    "a running job that somebody kills from outside is signaled, with what it had written",
    async () => {
      await using pool = await openPool({ ...SUBPROCESS, warm: 0 });
      const { begun, onStdout } = firstOutput();
      const running = runPython(pool, SLEEPS, {}, { onStdout });
      await begun;
      process.kill(theOne("job").pid, "SIGKILL");
      const run = await running;
      expect(run.outcome).toEqual({ kind: "signaled", signal: "SIGKILL", coreDumped: false });
      expect(textOf(run.stdout)).toBe("begun\n");
      expect(processesNamed("bb-family")).toEqual([]);
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );
});
