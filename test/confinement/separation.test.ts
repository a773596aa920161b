import { randomBytes } from "node:crypto";
import { describe, expect } from "vitest";
import type { JobRequest } from "../../src/core/job.ts";
import type { RunResult } from "../../src/core/outcome.ts";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { settledSnapshot } from "../support/leaks.ts";
import { keeps } from "../support/promises.ts";
import { scanMemory } from "./memory.ts";
import { Held, resultOf, runJobFile } from "./support.ts";
import { processesOf } from "./support-processes.ts";

interface Drawn {
  readonly differ: Readonly<Record<string, string>>;
  readonly equal: Readonly<Record<string, unknown>>;
}

for (const [what, preload] of [
  ["modules loaded beforehand", ["random", "uuid", "tempfile", "ssl", "secrets", "numpy"]],
  ["nothing loaded beforehand", []],
] as const) {
  describe(`random numbers, with ${what}`, () => {
    const pool = sharedPool({
      runtime: "/usr/bin/python3",
      preload: [...preload],
      warm: 3,
    });

    function expectDifferent(runs: readonly RunResult[]): void {
      const drawn = runs.map((run) => resultOf<Drawn>(run));
      const names = Object.keys(drawn[0]?.differ ?? {});
      expect(names.length).toBeGreaterThan(15);
      const repeated = names.filter((name) => {
        const values = drawn.map(({ differ }) => differ[name]);
        return new Set(values).size < values.length;
      });
      expect(repeated).toEqual([]);
      // Siblings of one zygote share these, and nothing may depend on their being secret.
      expect(new Set(drawn.map(({ equal }) => JSON.stringify(equal))).size).toBe(1);
    }

    keeps(
      "separation.randomness",
      "jobs one after the other draw different numbers from every source",
      async () => {
        const runs: RunResult[] = [];
        for (let count = 0; count < 4; count += 1) {
          runs.push(await runJobFile(pool(), "randomness"));
        }
        expectDifferent(runs);
      },
      { needs: ["debianPython", "numpy"] },
    );

    keeps(
      "separation.randomness",
      "jobs beside each other draw different numbers from every source",
      async () => {
        expectDifferent(await Promise.all([1, 2, 3].map(() => runJobFile(pool(), "randomness"))));
      },
      { needs: ["debianPython", "numpy"] },
    );
  });
}

describe("traces of other jobs", () => {
  const pool = sharedPool({ warm: 2 });
  const NONE = {
    files: [],
    environment: [false, false],
    modules: [false, false, false, false, false],
    path: false,
    recursionLimit: 1000,
    umask: 0o022,
    cwd: "/job",
    shared: -1,
    processes: ["2"],
    scratch: {
      "/tmp": [],
      "/job": ["find-traces.py"],
      "/out": [],
      "/dev/shm": [],
      "/in": ["attempts.py", "calls.json"],
    },
  };

  async function expectNone(): Promise<void> {
    expect(resultOf(await runJobFile(pool(), "find-traces"))).toEqual(NONE);
  }

  keeps(
    "separation.files",
    "the next jobs find nothing of one that left all it could",
    async () => {
      const run = await runJobFile(pool(), "leave-traces");
      expect(textOf(run.stdout)).toBe("left\n");
      const { written, shared } = run.result as {
        written: string[];
        shared: object;
      };
      const places = ["/tmp", "/job", "/out", "/dev/shm"];
      expect(written).toEqual(
        places.flatMap((place) => [`${place}/trace`, `${place}/.trace`]).sort(),
      );
      expect(Object.values(shared).filter((answer) => answer !== "EPERM")).toEqual([]);
      await expectNone();
      await expectNone();
      await expectNone();
    },
  );

  keeps("separation.files", "a job finds nothing of one that runs beside it", async () => {
    const held = new Held(pool(), "leave-traces", { args: ["wait"] });
    await held.spoken;
    await expectNone();
    expect((await held.end()).outcome).toEqual({ kind: "cancelled" });
  });

  for (const [how, code] of [
    ["that was killed", "import os; os.kill(os.getpid(), 9)"],
    ["that crashed", "import ctypes; ctypes.string_at(8)"],
    ["that took all memory", "hold = [bytearray(1 << 20) for _ in range(1 << 12)]"],
    ["that closed everything", "import os; os.closerange(0, 100); os.abort()"],
  ] as const) {
    keeps("separation.next-job-is-clean", `the job after one ${how} is a clean one`, async () => {
      const run = await runPython(pool(), code);
      expect(run.outcome.kind).not.toBe("exited");
      await expectNone();
    });
  }
});

describe("the text of a job", () => {
  const pool = sharedPool({ warm: 2 });

  function newMarker(): string {
    return `marker-${randomBytes(24).toString("hex")}`;
  }

  /** A job that has the marker everywhere. */
  function marked(marker: string): { code: string } & Omit<JobRequest, "code" | "path"> {
    return {
      code: `
        import os, sys, broodbox
        text = sys.stdin.read() + open("/in/input").read() + os.environ["MARKER"] + sys.argv[1]
        copies = [text * 10, "${marker}" * 10]
        broodbox.result(text)
        print(text)
        print("ready", flush=True)
        if sys.argv[2] == "wait":
            __import__("threading").Event().wait()
        raise ValueError(text)
      `,
      args: [marker, "end"],
      env: { MARKER: marker },
      stdin: marker,
      inputs: [{ name: "input", data: marker }],
    };
  }

  async function findInLaterJob(marker: string, how: "hold" | "only look"): Promise<number> {
    const [half, other] = [marker.slice(0, 30), marker.slice(30)];
    const backwards = (text: string) => Buffer.from(text).reverse().toString();
    const run = await runJobFile(pool(), "scan-memory", {
      args: [backwards(half), backwards(other), how],
    });
    const { hits, bytes } = resultOf<{ hits: number; bytes: number }>(run);
    expect(bytes).toBeGreaterThan(1 << 20);
    return hits;
  }

  keeps("separation.memory", "is not found by later jobs in their memory", async () => {
    const marker = newMarker();
    const { code, ...request } = marked(marker);
    const run = await runPython(pool(), code, request);
    expect(textOf(run.stdout)).toContain(marker);
    for (let count = 0; count < 3; count += 1) {
      expect(await findInLaterJob(marker, "only look")).toBe(0);
    }
    // The benign twin: a text that is there is found.
    expect(await findInLaterJob(marker, "hold")).toBeGreaterThan(0);
  });

  keeps(
    "separation.trusted-memory",
    "is not in forkserver, zygote or parked sandboxes, while it runs and afterwards",
    async () => {
      const marker = newMarker();
      const { code, ...request } = marked(marker);
      const controller = new AbortController();
      let during: ReturnType<typeof scanAll> = [];
      const run = await runPython(
        pool(),
        code,
        { ...request, args: [marker, "wait"] },
        {
          signal: controller.signal,
          onStdout: (chunk) => {
            if (Buffer.from(chunk).includes("ready")) {
              during = scanAll(marker);
              controller.abort();
            }
          },
        },
      );
      expect(run.outcome).toEqual({ kind: "cancelled" });
      const trusted = during.filter(({ kind }) => kind === "forkserver" || kind === "zygote");
      expect(trusted.map(({ kind, hits }) => `${kind}: ${hits}`).sort()).toEqual([
        "forkserver: 0",
        "zygote: 0",
      ]);
      // The benign twin: in the memory of the job itself it is found.
      const jobs = during.filter(({ kind }) => kind === "job");
      expect(Math.max(...jobs.map(({ hits }) => hits))).toBeGreaterThan(0);
      // A job that runs makes sure that the pool has parked sandboxes after the one with the text.
      await runPython(pool(), "pass");
      await settledSnapshot();
      const after = scanAll(marker);
      expect(new Set(after.map(({ kind }) => kind))).toContain("init");
      expect(after.filter(({ hits }) => hits > 0)).toEqual([]);
    },
    { needs: ["root"] },
  );

  function scanAll(marker: string) {
    return processesOf().map(({ pid, kind }) => ({
      kind,
      ...scanMemory(pid, marker),
    }));
  }
});
