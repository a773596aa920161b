/**
 * A failure of ours at every step: nothing of the job runs, the error names the step, nothing is left,
 * and once the failure is over the next job succeeds. Needs the test build of the native part, which is
 * the only one that fails on demand.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import {
  openPool,
  type Pool,
  type PoolOptions,
  ROOT,
  runCli,
  runPython,
  textOf,
} from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { findTool } from "../support/tools.ts";
import {
  expectCleanNext,
  firstOutput,
  Gate,
  rejectionOf,
  runThenNext,
  temporaryDirectory,
} from "./support-jobs.ts";

const NEEDS = { needs: ["root", "python", "compiler"] } as const;
const RELEASE = join(ROOT, "native/build");
const TEST_BUILD = join(RELEASE, "faults");
const EIO = 5;

const SERVER_STEPS = [
  "zygoteSpawn",
  "cgroupCreate",
  "initClone",
  "mounts",
  "initDrop",
  "jobFork",
] as const;

/** The rows of the table that job processes go through, as the source has them. */
const CHILD_STEPS = Array.from(
  readFileSync(join(ROOT, "native/child.c"), "utf8").matchAll(/^ {4}\{"(\w+)", jail_\w+, /gm),
  (match) => match[1] ?? "",
);

const STEPS = [...SERVER_STEPS, ...CHILD_STEPS, "ready", "attest"];

const JOB = `
  open("/out/artifact.txt", "w").write("artifact")
  print("ran")
`;

function openFaulty(fault: string, options: PoolOptions = {}): Promise<Pool> {
  return openPool({
    warm: 0, // a job opens its own sandbox, and is placed again once: two failures are one rejection
    nativeDir: TEST_BUILD,
    nativeEnv: { BROODBOX_FAULT: fault },
    ...options,
  });
}

/** What a pool with a fault at `step` rejects a job with, after making sure that nothing of it ran. */
async function rejectionAt(pool: Pool): Promise<Record<string, unknown>> {
  const { onStdout, seen } = firstOutput();
  const artifacts: string[] = [];
  const error = await rejectionOf(
    runPython(pool, JOB, {}, { onStdout, onArtifact: ({ name }) => void artifacts.push(name) }),
  );
  expect(seen()).toBe("");
  expect(artifacts).toEqual([]);
  return error;
}

/** An interpreter that cannot be started has a code of its own: it may be the caller's preload list. */
function errorAt(step: string): Record<string, unknown> {
  const code = step === "zygoteSpawn" ? "zygoteFailed" : "stageFailed";
  return { name: "SandboxError", code, step, errno: EIO, started: false };
}

/** A directory of native parts that fail: the command gives its environment to nobody. */
function faultyParts(fault: string): ReturnType<typeof temporaryDirectory> {
  const directory = temporaryDirectory();
  const program = join(directory.path, "broodbox-native");
  const real = join(TEST_BUILD, "broodbox-native");
  writeFileSync(program, `#!/bin/sh\nBROODBOX_FAULT=${fault} exec ${real} "$@"\n`);
  chmodSync(program, 0o755);
  symlinkSync(join(TEST_BUILD, "_broodbox.so"), join(directory.path, "_broodbox.so"));
  return directory;
}

/** `said`: what may have come through of what the job had said. */
async function expectCommandFails(step: string, said: readonly string[] = [""]): Promise<void> {
  using parts = faultyParts(`${step}:${EIO}`);
  using job = temporaryDirectory();
  using out = temporaryDirectory();
  const path = join(job.path, "job.py");
  writeFileSync(path, `open("/out/artifact.txt", "w").write("artifact")\nprint("ran")\n`);
  const env = { BROODBOX_NATIVE_DIR: parts.path };
  const run = await runCli(["run", "--out", out.path, path], { env });
  expect(run.exitCode, run.stderr).toBe(125);
  expect(run.stderr).toMatch(new RegExp(`\\bstep ${step}\\b`));
  expect(said).toContain(run.stdout.toString());
  const json = await runCli(["run", "--json", path], { env });
  expect(json.exitCode).toBe(125);
  expect(JSON.parse(json.stdout.toString())).toMatchObject({ error: { step } });
}

beforeAll(() => {
  if (findTool("compiler") !== null) {
    execFileSync("make", ["--no-print-directory", "-s", "-C", join(ROOT, "native"), "faults"]);
  }
});

describe("a step that fails", () => {
  for (const step of STEPS) {
    keeps(
      "confinement.fail-closed",
      `${step}: nothing of the job runs, the error and the command name the step`,
      async () => {
        await using pool = await openFaulty(`${step}:${EIO}`);
        expect(await rejectionAt(pool)).toMatchObject(errorAt(step));
        // The pool lives on and says the same again.
        expect(await rejectionAt(pool)).toMatchObject(errorAt(step));
        await expectCommandFails(step);
      },
      NEEDS,
    );

    keeps(
      "separation.next-job-is-clean",
      `${step}: when it fails once the job, which has not begun, is placed again and runs once`,
      async () => {
        await using pool = await openFaulty(`${step}:${EIO}:1`);
        const run = await runPython(pool, JOB);
        expect(textOf(run.stdout)).toBe("ran\n");
        expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
        await expectCleanNext(pool);
      },
      NEEDS,
    );
  }

  keeps(
    "confinement.fail-closed",
    "forkserverStart: there is no pool, and the command names the step",
    async () => {
      const opened = openFaulty(`forkserverStart:${EIO}`).then(async (pool) => {
        await pool.destroy();
        throw new TypeError("a pool was opened");
      });
      const error = await opened.catch((reason: unknown) => reason as Record<string, unknown>);
      expect(error).toMatchObject({ code: "stageFailed", step: "forkserverStart", errno: EIO });
      await expectCommandFails("forkserverStart");
      await using pool = await openPool();
      await expectCleanNext(pool);
    },
    NEEDS,
  );

  keeps(
    "confinement.before-first-byte",
    "a job whose sandbox fails at the last steps, or when it is verified, has not read anything",
    async () => {
      for (const step of [CHILD_STEPS.at(-1) ?? "", "ready", "attest"]) {
        await using pool = await openFaulty(`${step}:${EIO}`);
        using gate = new Gate();
        const { onStdout, seen } = firstOutput();
        const error = await rejectionOf(
          runPython(
            pool,
            "import sys; print(sys.argv, sys.stdin.read(), open('/in/data').read())",
            {
              args: ["argument"],
              inputs: [{ name: "data", data: "data" }],
              stdin: { path: gate.path },
            },
            { onStdout },
          ),
        );
        expect(error).toMatchObject(errorAt(step));
        expect(seen()).toBe("");
      }
    },
    NEEDS,
  );

  keeps(
    "confinement.fail-closed",
    "the table of steps was found, and each of its rows is tested",
    () => {
      expect(CHILD_STEPS.length).toBeGreaterThan(15);
      expect(CHILD_STEPS).toEqual(expect.arrayContaining(["ids", "capabilities", "seccomp"]));
    },
  );

  keeps(
    "confinement.fail-closed",
    "the step is named each time, however init and the forkserver race to report the end",
    async () => {
      await using pool = await openFaulty(`speculation:${EIO}`);
      for (let count = 0; count < 200; count += 1) {
        expect(await rejectionAt(pool)).toMatchObject(errorAt("speculation"));
      }
    },
    NEEDS,
  );

  keeps(
    "confinement.fail-closed",
    "a parked sandbox that could not be made is made again, and no job notices",
    async () => {
      await using pool = await openFaulty(`attest:${EIO}:2`, { warm: 1 });
      await expectCleanNext(pool);
    },
    NEEDS,
  );
});

describe("collecting fails", () => {
  keeps(
    "confinement.fail-closed",
    "a job that had run ends in a fault that says so, without artifacts, and is not run again",
    async () => {
      await using pool = await openFaulty(`collect:${EIO}`);
      const { onStdout, seen } = firstOutput();
      const artifacts: string[] = [];
      const error = await rejectionOf(
        runPython(pool, JOB, {}, { onStdout, onArtifact: ({ name }) => void artifacts.push(name) }),
      );
      expect(error).toMatchObject({ code: "stageFailed", step: "collect", started: true });
      // Output and fault come over two channels: what is told after the fault is not waited for.
      expect(["", "ran\n"]).toContain(seen());
      expect(artifacts).toEqual([]);
      await expectCommandFails("collect", ["", "ran\n"]);
    },
    NEEDS,
  );

  keeps(
    "separation.next-job-is-clean",
    "when it failed once the next job on the pool succeeds",
    async () => {
      await using pool = await openFaulty(`collect:${EIO}:1`);
      const error = await rejectionOf(runPython(pool, JOB));
      expect(error).toMatchObject({ code: "stageFailed", step: "collect", started: true });
      await expectCleanNext(pool);
    },
    NEEDS,
  );
});

describe("release builds", () => {
  keeps(
    "confinement.fail-closed",
    "ignore BROODBOX_FAULT",
    async () => {
      for (const step of ["forkserverStart", "mounts", "seccomp", "collect"]) {
        await using pool = await openPool({ nativeEnv: { BROODBOX_FAULT: `${step}:${EIO}` } });
        const run = await runThenNext(pool, "print('ran')");
        expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      }
    },
    NEEDS,
  );

  keeps(
    "confinement.fail-closed",
    "do not even know its name, while the test build does",
    () => {
      for (const file of ["broodbox-native", "_broodbox.so"]) {
        expect(readFileSync(join(RELEASE, file)).includes("BROODBOX_FAULT"), file).toBe(false);
        expect(readFileSync(join(TEST_BUILD, file)).includes("BROODBOX_FAULT"), file).toBe(true);
      }
    },
    NEEDS,
  );
});
