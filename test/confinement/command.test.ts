/** What goes where when the command runs a job, and what it does when a pool has no more room. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, runCli, runPython, spawnCli } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { temporaryDirectory } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;

describe("the streams of run", () => {
  keeps(
    "cli.streams",
    "every byte value arrives on stdout as it was written, and nothing else does",
    async () => {
      const code = `
import os, sys
data = bytes(range(256)) * 2000
os.write(2, b"only this\\n")
sys.stdout.buffer.write(data)
`;
      const run = await runCli(["run", "-"], { stdin: code });
      const expected = Buffer.concat(
        Array.from({ length: 2000 }, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
      );
      const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
      expect(run.exitCode).toBe(0);
      expect(digest(run.stdout)).toBe(digest(expected));
      expect(run.stderr).toBe("only this\n");
    },
    ROOT_ONLY,
  );

  keeps(
    "cli.streams",
    "output is passed on while the job still runs",
    async () => {
      using directory = temporaryDirectory();
      const job = join(directory.path, "job.py");
      writeFileSync(job, "import time\nprint('first')\ntime.sleep(30)\n");
      const child = spawnCli(["run", "--wall", "40s", job]);
      const first = await new Promise<string>((resolve) =>
        child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
      );
      expect(first).toBe("first\n");
      child.kill("SIGINT");
      const code = await new Promise((resolve) => child.once("close", resolve));
      expect(code).toBe(130);
    },
    ROOT_ONLY,
  );

  keeps(
    "cli.streams",
    "the verdict on a job that did not end well is one line on stderr",
    async () => {
      const run = await runCli(["run", "--wall", "200ms", "-"], {
        stdin: "print('x')\nwhile True: pass\n",
      });
      expect(run.exitCode).toBe(124);
      expect(run.stdout.toString()).toBe("x\n");
      expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(run.stderr).toContain("wall");
      const quiet = await runCli(["run", "--quiet", "--wall", "200ms", "-"], {
        stdin: "while True: pass\n",
      });
      expect(quiet.stderr).toBe("");
    },
    ROOT_ONLY,
  );

  keeps(
    "cli.streams",
    "errors of ours are JSON under --json, and text without it",
    async () => {
      const json = await runCli(["run", "--json", "--profile", "no-such-profile", "-"], {
        stdin: "pass",
      });
      expect(json.exitCode).toBe(125);
      expect(JSON.parse(json.stdout.toString())).toMatchObject({
        error: { code: "profileInvalid" },
      });
      const text = await runCli(["run", "--profile", "no-such-profile", "-"], { stdin: "pass" });
      expect(text.exitCode).toBe(125);
      expect(text.stdout.toString()).toBe("");
      expect(text.stderr).toContain("no-such-profile");
    },
    ROOT_ONLY,
  );
});

describe("a pool without room", () => {
  keeps(
    "lifecycle.overloaded",
    "one job more than the pool and its queue hold is refused as overloaded, the others run",
    async () => {
      await using pool = await openPool({ warm: 1, maxConcurrent: 1, maxQueue: 1 });
      const running = started();
      const first = runPython(
        pool,
        `
        import sys
        print("started")
        sys.stdin.read()
        `,
        { stdin: new Uint8Array(0), limits: { wallMs: 20_000 } },
        { onStdout: running.resolve },
      );
      const second = runPython(pool, "print('second')");
      await expect(runPython(pool, "print('third')")).rejects.toMatchObject({
        code: "overloaded",
      });
      await running.promise;
      expect((await first).outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect((await second).outcome).toEqual({ kind: "exited", exitCode: 0 });
    },
    ROOT_ONLY,
  );
});

function started(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
