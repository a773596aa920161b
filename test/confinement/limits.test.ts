/** Time and memory: each limit ends the whole job in time, and only that job. */
import { availableParallelism } from "node:os";
import { describe, expect } from "vitest";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, expectLimited, firstOutput, Gate } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;
const SUBPROCESS = { profile: "python-subprocess" } as const;

describe("memory", () => {
  const pool = sharedPool({ limits: { memoryBytes: 256 * MIB } });

  keeps(
    "outcome.memory",
    "allocating 1 GiB with 256 MiB allowed is limited by memory",
    async () => {
      const run = await expectLimited(
        pool(),
        "memory",
        10_000,
        "print('begun'); x = b'x' * (1 << 30); print('got it')",
      );
      expect(textOf(run.stdout)).toBe("begun\n");
      expect(run.usage.memoryPeakBytes).toBeGreaterThan(200 * MIB);
      expect(run.usage.memoryPeakBytes).toBeLessThanOrEqual(256 * MIB);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.memory",
    "files in the scratch directories count as memory",
    async () => {
      await expectLimited(
        pool(),
        "memory",
        10_000,
        `
        for name in ("/tmp/a", "/job/b", "/dev/shm/c"):
            with open(name, "wb") as file:
                for _ in range(60):
                    file.write(bytes(1 << 20))
        x = b"x" * (100 << 20)
        `,
      );
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.memory",
    "a child process that takes the memory ends the job, whatever the main process makes of it",
    async () => {
      const run = await expectLimited(
        pool(),
        "memory",
        10_000,
        `
        import os
        child = os.fork()
        if child == 0:
            x = b"x" * (1 << 30)
            os._exit(0)
        os.waitpid(child, 0)
        os._exit(0)
        `,
        SUBPROCESS,
      );
      expect(run.usage.processes).toBe(2);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.memory",
    "a job beside one that takes all its memory is unharmed",
    async () => {
      using gate = new Gate();
      const { begun, onStdout } = firstOutput();
      const beside = runPython(
        pool(),
        "import sys; print('begun'); x = b'x' * (64 << 20); print(len(sys.stdin.read()), len(x))",
        { stdin: { path: gate.path } },
        { onStdout },
      );
      await begun;
      const greedy = await runPython(pool(), "x = b'x' * (1 << 30)");
      expect(greedy.outcome).toEqual({ kind: "limited", limit: "memory" });
      gate.open("go");
      const run = await beside;
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe(`begun\n2 ${64 * MIB}\n`);
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});

describe("time", () => {
  const pool = sharedPool();
  const WALL = { limits: { wallMs: 500 } } as const;

  for (const [what, code] of [
    ["sleeps", "time.sleep(60)"],
    ["ignores every signal", "signal.pthread_sigmask(0, range(1, 65)); time.sleep(60)"],
    ["computes in C without looking at signals", "re.match('(a+)+$', 'a' * 60 + 'b')"],
    ["reads a stream that never ends", "os.read(os.pipe()[0], 1)"],
  ] as const) {
    keeps(
      "outcome.wall",
      `a job that ${what} is ended by its wall limit`,
      async () => {
        const job = `import os, re, signal, time\nprint('begun')\n${code}`;
        const run = await expectLimited(pool(), "wall", WALL.limits.wallMs, job, WALL);
        expect(textOf(run.stdout)).toBe("begun\n");
        expect(run.usage.wallMs).toBeGreaterThanOrEqual(500);
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.stopped",
    "a job that stops itself is ended by its wall limit",
    async () => {
      await expectLimited(
        pool(),
        "wall",
        500,
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        WALL,
      );
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.stopped",
    "a job whose processes stop each other is ended by its wall limit, all of them",
    async () => {
      await expectLimited(
        pool(),
        "wall",
        500,
        `
        import os, signal
        for _ in range(5):
            if os.fork() == 0:
                os.setsid()
                os.kill(os.getpid(), signal.SIGSTOP)
                os._exit(0)
        os.kill(os.getpid(), signal.SIGSTOP)
        `,
        { ...WALL, ...SUBPROCESS },
      );
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.cpu",
    "8 threads that hash use up one second of processor time together",
    async () => {
      const run = await expectLimited(
        pool(),
        "cpu",
        1_000,
        `
        import hashlib, threading
        data = bytes(1 << 20)
        def work():
            while True:
                hashlib.sha256(data)
        for _ in range(8):
            threading.Thread(target=work).start()
        `,
        { limits: { cpuMs: 1_000, wallMs: 30_000 } },
      );
      expect(run.usage.cpuMs).toBeGreaterThanOrEqual(1_000);
      // All processors run on between two looks at the counter.
      expect(run.usage.cpuMs).toBeLessThan(1_000 + 200 * availableParallelism());
      expect(run.usage.processes).toBe(9);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.cpu",
    "processor time of child processes counts, also of those that are gone",
    async () => {
      await expectLimited(
        pool(),
        "cpu",
        1_000,
        `
        import os, time
        while True:
            child = os.fork()
            if child == 0:
                end = time.process_time() + 0.05
                while time.process_time() < end:
                    pass
                os._exit(0)
            os.waitpid(child, 0)
        `,
        { ...SUBPROCESS, limits: { cpuMs: 500, wallMs: 30_000 } },
      );
    },
    ROOT_ONLY,
  );
});
