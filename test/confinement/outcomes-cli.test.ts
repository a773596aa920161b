/** The command tells by its exit code how the job ended, and by 125 that it was not the job's doing. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Outcome } from "../../src/core/outcome.ts";
import { type CliRun, documentOf, runCli, spawnCli } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { GRACE_MS, temporaryDirectory } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;

/** Runs source text through the command, which reads it on standard input. */
function runSource(code: string, flags: readonly string[] = []): Promise<CliRun> {
  return runCli(["run", ...flags, "-"], { stdin: code });
}

interface Case {
  readonly what: string;
  readonly code: string;
  readonly flags?: readonly string[];
  readonly exitCode: number;
  readonly outcome: Outcome;
}

const CASES: readonly Case[] = [
  {
    what: "exits 3",
    code: "import sys; sys.exit(3)",
    exitCode: 3,
    outcome: { kind: "exited", exitCode: 3 },
  },
  {
    what: "exits 137 by itself",
    code: "import sys; sys.exit(137)",
    exitCode: 137,
    outcome: { kind: "exited", exitCode: 137 },
  },
  {
    what: "raises",
    code: "1 / 0",
    exitCode: 1,
    outcome: { kind: "exited", exitCode: 1 },
  },
  {
    what: "aborts",
    code: "import os; os.abort()",
    exitCode: 134,
    outcome: { kind: "signaled", signal: "SIGABRT", coreDumped: false },
  },
  {
    what: "kills itself",
    code: "import os; os.kill(os.getpid(), 9)",
    exitCode: 137,
    outcome: { kind: "signaled", signal: "SIGKILL", coreDumped: false },
  },
  {
    what: "sleeps too long",
    code: "import time; time.sleep(60)",
    flags: ["--wall", "300ms"],
    exitCode: 124,
    outcome: { kind: "limited", limit: "wall" },
  },
  {
    what: "computes too long on 8 threads",
    code: [
      "import hashlib, threading",
      "def work():",
      "    while True: hashlib.sha256(bytes(1 << 20))",
      "for _ in range(8): threading.Thread(target=work).start()",
    ].join("\n"),
    flags: ["--cpu", "1s"],
    exitCode: 124,
    outcome: { kind: "limited", limit: "cpu" },
  },
  {
    what: "takes too much memory",
    code: "x = b'x' * (1 << 30)",
    flags: ["--memory", "256M"],
    exitCode: 137,
    outcome: { kind: "limited", limit: "memory" },
  },
  {
    what: "prints too much",
    code: "print('x' * 100_000_000)",
    flags: ["--max-output", "64K"],
    exitCode: 122,
    outcome: { kind: "limited", limit: "output" },
  },
  {
    what: "leaves too much in /out",
    code: "open('/out/x', 'wb').write(bytes(2 << 20))",
    flags: ["--max-artifacts", "1M"],
    exitCode: 122,
    outcome: { kind: "limited", limit: "artifacts" },
  },
  {
    what: "fills /tmp",
    code: "open('/tmp/x', 'wb').write(bytes(2 << 20))",
    flags: ["--tmp", "1M"],
    exitCode: 122,
    outcome: { kind: "limited", limit: "tmp" },
  },
  {
    what: "starts too many threads",
    code: [
      "import threading",
      "for _ in range(1000):",
      "    threading.Thread(target=threading.Event().wait, daemon=True).start()",
    ].join("\n"),
    flags: ["--pids", "8"],
    exitCode: 122,
    outcome: { kind: "limited", limit: "pids" },
  },
  {
    what: "hands back what is no JSON",
    code: `import os; os.write(3, bytes([5, 10, 3]) + b"NaN")`,
    exitCode: 123,
    outcome: {
      kind: "rejected",
      reason: "invalidResult",
      detail: expect.any(String) as string,
    },
  },
  {
    what: "writes garbage to the result channel",
    code: `import os; os.write(3, b"garbage")`,
    exitCode: 123,
    outcome: { kind: "rejected", reason: "protocol", detail: expect.any(String) as string },
  },
];

describe("exit codes of broodbox run", () => {
  for (const { what, code, flags = [], exitCode, outcome } of CASES) {
    keeps(
      "cli.exit-codes",
      `a job that ${what} makes it ${exitCode}, and --json tells it apart`,
      async () => {
        const [plain, json] = await Promise.all([
          runSource(code, flags),
          runSource(code, ["--json", ...flags]),
        ]);
        expect(json.exitCode, json.stderr).toBe(exitCode);
        expect(plain.exitCode, plain.stderr).toBe(exitCode);
        expect(documentOf(json).outcome).toEqual(outcome);
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "cli.exit-codes",
    "usage makes it 2, and failures of ours 125, with nothing on stdout",
    async () => {
      using directory = temporaryDirectory();
      const job = join(directory.path, "job.py");
      writeFileSync(job, "print('ran')\n");
      const cases = [
        [["--no-such-option", job], 2, "no-such-option"],
        [["--wall", "soon", job], 2, "soon"],
        [["--pids", "0", job], 2, "pids"],
        [["--input", join(directory.path, "absent"), job], 125, "absent"],
        [[join(directory.path, "absent.py")], 125, "absent.py"],
        [["--profile", "no-such-profile", job], 125, "no-such-profile"],
        [["--runtime", "/no/such/python3", job], 125, "/no/such/python3"],
      ] as const;
      for (const [args, exitCode, named] of cases) {
        const run = await runCli(["run", ...args]);
        expect(run.exitCode, run.stderr).toBe(exitCode);
        expect(run.stderr, args.join(" ")).toContain(named);
        expect(run.stdout.toString(), args.join(" ")).toBe("");
      }
      const lost = await runCli(["run", "--json", job], {
        env: { BROODBOX_NATIVE_DIR: directory.path },
      });
      expect(lost.exitCode).toBe(125);
      expect(JSON.parse(lost.stdout.toString())).toMatchObject({
        error: { code: "nativeMissing" },
      });
    },
    ROOT_ONLY,
  );

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    keeps(
      "outcome.cancelled",
      `${signal} to the command cancels the job and makes it ${exitCode}`,
      async () => {
        using directory = temporaryDirectory();
        const job = join(directory.path, "job.py");
        writeFileSync(job, "import time; print('begun'); time.sleep(60); print('never')\n");
        const child = spawnCli(["run", job]);
        let stdout = "";
        child.stdin.end();
        child.stderr.resume();
        await new Promise<void>((resolve) => {
          child.stdout.on("data", (chunk: Buffer) => {
            stdout += chunk.toString();
            resolve();
          });
        });
        const startedMs = performance.now();
        const ended = new Promise<unknown>((resolve) => child.once("close", resolve));
        child.kill(signal);
        expect(await ended).toBe(exitCode);
        expect(performance.now() - startedMs).toBeLessThan(2 * GRACE_MS);
        expect(stdout).toBe("begun\n");
      },
      ROOT_ONLY,
    );
  }
});
