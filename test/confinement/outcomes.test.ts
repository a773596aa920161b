/** How jobs end by their own doing, each told apart, and none of them felt by the next job. */
import { describe, expect } from "vitest";
import type { Outcome } from "../../src/core/outcome.ts";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import {
  expectCleanNext,
  firstOutput,
  GRACE_MS,
  rejectionOf,
  runThenNext,
} from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;

const exited = (exitCode: number): Outcome => ({ kind: "exited", exitCode });
const signaled = (signal: string): Outcome => ({ kind: "signaled", signal, coreDumped: false });

describe("outcomes", () => {
  const pool = sharedPool();

  keeps(
    "outcome.exit-code",
    "each exit code comes back as it is, also those that the command uses itself",
    async () => {
      for (const code of [0, 1, 2, 3, 122, 123, 124, 125, 126, 127, 128, 134, 137, 139, 255]) {
        const run = await runPython(pool(), `import os; os._exit(${code})`);
        expect(run.outcome).toEqual(exited(code));
        expect(run.error).toBeNull();
      }
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.exit-code",
    "sys.exit means what it means to the interpreter: a number, nothing, a text",
    async () => {
      const cases = [
        ["sys.exit()", 0, ""],
        ["sys.exit(None)", 0, ""],
        ["sys.exit(3)", 3, ""],
        ["sys.exit(137)", 137, ""],
        ["sys.exit(256 + 7)", 7, ""],
        ["sys.exit(-1)", 255, ""],
        ["sys.exit('no such file')", 1, "no such file\n"],
        ["raise SystemExit([1, 2])", 1, "[1, 2]\n"],
      ] as const;
      for (const [statement, code, stderr] of cases) {
        const run = await runPython(pool(), `import sys; ${statement}`);
        expect(run.outcome, statement).toEqual(exited(code));
        expect(textOf(run.stderr), statement).toBe(stderr);
        expect(run.error, statement).toBeNull();
      }
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.exception",
    "an uncaught exception is exit code 1, a traceback on stderr and the same as data",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        def inner():
            raise ValueError("no such column: 'größe'")
        inner()
        `,
      );
      expect(run.outcome).toEqual(exited(1));
      expect(run.error).toEqual({
        type: "ValueError",
        message: "no such column: 'größe'",
        traceback: textOf(run.stderr),
      });
      expect(run.error?.traceback).toMatch(
        /^Traceback[^]*main\.py", line 3, in <module>[^]*line 2, in inner[^]*ValueError: no such/,
      );
      expect(run.error?.traceback).not.toContain("runner.py");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.exception",
    "a source that does not compile is the job's own error",
    async () => {
      const run = await runThenNext(pool(), "def f(:\n  pass\n");
      expect(run.outcome).toEqual(exited(1));
      expect(run.error?.type).toBe("SyntaxError");
      expect(run.error?.traceback).toContain("main.py");
    },
    ROOT_ONLY,
  );

  const SIGNALS = [
    ["os.abort()", "SIGABRT", "import os; os.abort()"],
    ["a null pointer", "SIGSEGV", "import ctypes; ctypes.string_at(0)"],
    [
      "endless recursion in C",
      "SIGSEGV",
      `
      import sys
      sys.setrecursionlimit(1 << 30)
      def again(*_):
          return sorted([0], key=again)
      again()
      `,
    ],
    ["its own SIGKILL", "SIGKILL", "import os; os.kill(os.getpid(), 9)"],
    ["its own SIGTERM", "SIGTERM", "import os; os.kill(os.getpid(), 15)"],
    ["a real-time signal", "SIG34", "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN)"],
  ] as const;

  for (const [what, signal, code] of SIGNALS) {
    keeps(
      "outcome.signal",
      `${what} ends as ${signal}, without a core`,
      async () => {
        const run = await runThenNext(pool(), code);
        expect(run.outcome).toEqual(signaled(signal));
        expect(run.error).toBeNull();
        expect(run.result).toBeNull();
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.signal",
    "what a job has written before it is killed is there",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os, sys
        print("out", "x" * 70000)
        print("err", file=sys.stderr)
        open("/out/half.txt", "w").write("half")
        os.kill(os.getpid(), 9)
        `,
      );
      expect(run.outcome).toEqual(signaled("SIGKILL"));
      expect(textOf(run.stdout)).toBe(`out ${"x".repeat(70_000)}\n`);
      expect(textOf(run.stderr)).toBe("err\n");
      expect(run.artifacts.map((artifact) => artifact.name)).toEqual(["half.txt"]);
    },
    ROOT_ONLY,
  );
});

describe("cancelling", () => {
  const pool = sharedPool();
  const STUBBORN = `
    import os, signal, sys, time
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    open("/out/part.txt", "w").write("part")
    print("begun", flush=True)
    __WAIT__
    print("never")
  `;

  for (const [what, wait] of [
    ["sleeps and ignores signals", "time.sleep(60)"],
    ["has stopped itself", "os.kill(os.getpid(), signal.SIGSTOP)"],
    ["computes", "while True: pass"],
  ] as const) {
    keeps(
      "outcome.cancelled",
      `a job that ${what} is cancelled at once, with what it had written`,
      async () => {
        const caller = new AbortController();
        const { begun, onStdout } = firstOutput();
        const running = runPython(
          pool(),
          STUBBORN.replace("__WAIT__", wait),
          {},
          { signal: caller.signal, onStdout },
        );
        await begun;
        const abortedMs = performance.now();
        caller.abort();
        const run = await running;
        expect(performance.now() - abortedMs).toBeLessThan(GRACE_MS);
        expect(run.outcome).toEqual({ kind: "cancelled" });
        expect(textOf(run.stdout)).toBe("begun\n");
        expect(run.artifacts.map((artifact) => artifact.name)).toEqual(["part.txt"]);
        await expectCleanNext(pool());
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.cancelled",
    "a caller that gives up before the job has started gets a rejection, and nothing runs",
    async () => {
      const { onStdout, seen } = firstOutput();
      const error = await rejectionOf(
        runPython(pool(), "print('ran')", {}, { signal: AbortSignal.abort(), onStdout }),
      );
      expect(error).toMatchObject({ name: "SandboxError", code: "cancelled", started: false });
      await expectCleanNext(pool());
      expect(seen()).toBe("");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.cancelled",
    "a cancel that comes when the job is over changes nothing",
    async () => {
      const caller = new AbortController();
      const run = await runPython(pool(), "print('done')", {}, { signal: caller.signal });
      caller.abort();
      expect(run.outcome).toEqual(exited(0));
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});

describe("outcomes and what a job writes", () => {
  const pool = sharedPool();

  keeps(
    "outcome.kernel-facts",
    "a job that replaces os._exit, print, json and the result channel spoils only its own result",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import atexit, builtins, json, os, sys
        import broodbox, _broodbox_channel
        builtins.spoiled_mark = 1
        os.environ["SPOILED"] = "1"
        builtins.print = lambda *a, **k: sys.stdout.write("spoiled\\n")
        json.dumps = lambda *a, **k: '{"outcome": "exited 0"}'
        real = os._exit
        os._exit = lambda code: real(42)
        sys.settrace(lambda *a: None)
        atexit.register(lambda: sys.stdout.write("exit hook\\n"))
        broodbox.result({"honest": True})
        print("hello")
        raise RuntimeError("spoiled")
        `,
      );
      expect(run.outcome).toEqual(exited(42));
      expect(textOf(run.stdout)).toBe("spoiled\nexit hook\n");
      expect(run.result).toEqual({ outcome: "exited 0" });
      expect(run.error?.type).toBe("RuntimeError");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.kernel-facts",
    "forged frames and documents on stdout and stderr are text and nothing else",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        done = bytes([2, 0x22, 0])  # FromInit.done, with its length
        exited = bytes([4, 0x32, 2, 0x18, 0])  # Event.job_exited, exit code 0
        os.write(1, done + exited + b'{"outcome":{"kind":"exited","exitCode":0}}')
        os.write(2, exited + done)
        os._exit(9)
        `,
      );
      expect(run.outcome).toEqual(exited(9));
      expect(run.stdout.bytes).toBe(50);
      expect(textOf(run.stdout)).toContain('"exitCode":0');
      expect(run.stderr.bytes).toBe(8);
      expect(run.result).toBeNull();
    },
    ROOT_ONLY,
  );
});
