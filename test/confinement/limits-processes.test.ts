/** Processes and threads: refused above the limit, or at all, and all dead when the job is over. */
import { describe, expect } from "vitest";
import { sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectLimited, processesNamed, runThenNext } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const SUBPROCESS = { profile: "python-subprocess" } as const;

describe("processes", () => {
  const pool = sharedPool();

  keeps(
    "outcome.pids",
    "a profile without processes refuses each fork, and names it",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        for _ in range(5):
            try:
                os.fork()
            except PermissionError:
                print("refused")
        `,
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe("refused\n".repeat(5));
      expect(run.denied).toHaveLength(1);
      expect(run.denied[0]).toMatchObject({ count: 5, errno: "EPERM" });
      expect(run.denied[0]?.syscall).toMatch(/^(clone|clone3|fork|vfork)$/);
      expect(run.denied[0]?.hint).toContain("python-subprocess");
      expect(run.usage.processes).toBe(1);
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.everything-is-capped",
    "a job that tries to fork without end under a profile without processes is ended",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        `,
        { limits: { wallMs: 30_000 } },
      );
      expect(run.outcome).toEqual({ kind: "limited", limit: "denials" });
      expect(run.deniedTotal).toBe(run.denied[0]?.count);
      expect(run.usage.processes).toBe(1);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.pids",
    "a job that forks without end and fails by it is limited by pids",
    async () => {
      const run = await expectLimited(
        pool(),
        "pids",
        10_000,
        `
        import ctypes, os
        ctypes.CDLL(None).prctl(15, b"bb-bomb")  # PR_SET_NAME
        while True:
            os.fork()
        `,
        SUBPROCESS,
      );
      expect(run.usage.processes).toBeLessThanOrEqual(64);
      expect(processesNamed("bb-bomb")).toEqual([]);
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.whole-tree",
    "processes that fork faster than they are killed are all dead when the wall limit has come",
    async () => {
      await expectLimited(
        pool(),
        "wall",
        1_000,
        `
        import ctypes, os, signal
        ctypes.CDLL(None).prctl(15, b"bb-faster")
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            try:
                if os.fork() > 0 and os.getpid() != 2:
                    os._exit(0)  # its child goes on: who looks for this one finds nobody
            except OSError:
                pass
        `,
        { ...SUBPROCESS, limits: { wallMs: 1_000 } },
      );
      expect(processesNamed("bb-faster")).toEqual([]);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.pids",
    "1,000 threads are refused at the limit; a job that fails by it is limited by pids",
    async () => {
      const run = await expectLimited(
        pool(),
        "pids",
        10_000,
        `
        import threading
        gate = threading.Event()
        for _ in range(1000):
            threading.Thread(target=gate.wait, daemon=True).start()
        `,
      );
      expect(run.usage.processes).toBe(64);
      expect(run.error?.message).toContain("can't start new thread");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.pids",
    "a job that lives with the refusal of threads goes on",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import threading
        gate, started = threading.Event(), 0
        try:
            for _ in range(1000):
                threading.Thread(target=gate.wait, daemon=True).start()
                started += 1
        except RuntimeError:
            gate.set()
        print(started)
        `,
        { limits: { pids: 16 } },
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe("15\n");
      expect(run.usage.processes).toBe(16);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.daemon",
    "a daemon left behind by a double fork is dead when the result is there",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import ctypes, os, signal, time
        ready, tell = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, b"bb-daemon")  # PR_SET_NAME
                ctypes.CDLL(None).prctl(1, 0)  # PR_SET_PDEATHSIG
                for number in range(1, 32):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except OSError:
                        pass
                os.write(tell, b"x")
                time.sleep(60)
            os._exit(0)
        os.read(ready, 1)
        print("left")
        `,
        SUBPROCESS,
      );
      expect(processesNamed("bb-daemon")).toEqual([]);
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe("left\n");
      expect(run.timings.collectMs).toBeLessThan(1_000);
    },
    ROOT_ONLY,
  );
});
