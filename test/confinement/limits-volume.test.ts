/** What a job writes: output, scratch files and artifacts have caps that cut off or refuse, and say so. */
import { describe, expect } from "vitest";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, expectLimited, runThenNext } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;
const WALL_MS = 10_000;

describe("output", () => {
  const pool = sharedPool();

  for (const stream of ["stdout", "stderr"] as const) {
    keeps(
      "outcome.output",
      `100 MB on ${stream} are cut off at the cap and end the job`,
      async () => {
        let seen = 0;
        const rssBytes = process.memoryUsage().rss;
        const count = (chunk: Uint8Array): void => {
          seen += chunk.byteLength;
        };
        const run = await runThenNext(
          pool(),
          `
          import sys
          for _ in range(100):
              sys.${stream}.write("x" * 1_000_000)
          sys.exit(0)
          `,
          {},
          stream === "stdout" ? { onStdout: count } : { onStderr: count },
        );
        expect(run.outcome).toEqual({ kind: "limited", limit: "output" });
        expect(textOf(run[stream])).toBe("x".repeat(MIB));
        expect(run[stream].truncated).toBe(true);
        expect(run[stream].bytes).toBeGreaterThan(MIB);
        expect(run[stream].bytes).toBeLessThan(100_000_000);
        expect(seen).toBe(MIB);
        expect(process.memoryUsage().rss - rssBytes).toBeLessThan(64 * MIB);
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.output",
    "output of exactly the cap is whole, and one byte more is not",
    async () => {
      const limits = { outputBytes: 1000 };
      const exact = await runPython(pool(), "print('x' * 999)", { limits });
      expect(exact.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(exact.stdout).toEqual({ text: `${"x".repeat(999)}\n`, bytes: 1000, truncated: false });
      const above = await runThenNext(pool(), "print('x' * 1000)", { limits });
      expect(above.outcome).toEqual({ kind: "limited", limit: "output" });
      expect(above.stdout).toEqual({ text: "x".repeat(1000), bytes: 1001, truncated: true });
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.everything-is-capped",
    "a flood on the result channel is ended, in bounded memory",
    async () => {
      const rssBytes = process.memoryUsage().rss;
      const run = await runThenNext(
        pool(),
        `
        import os
        os.write(3, b"\\xff\\xff\\xff\\xff\\x0f")
        while True:
            os.write(3, bytes(1 << 20))
        `,
      );
      expect(run.outcome).toMatchObject({ kind: "rejected", reason: "protocol" });
      expect(run.result).toBeNull();
      expect(run.usage.wallMs).toBeLessThan(WALL_MS);
      expect(process.memoryUsage().rss - rssBytes).toBeLessThan(64 * MIB);
    },
    ROOT_ONLY,
  );
});

describe("scratch space", () => {
  const pool = sharedPool();
  const FILL = `
    with open("__DIRECTORY__/fill", "wb", buffering=0) as file:
        while True:
            file.write(bytes(65536))
  `;

  for (const directory of ["/tmp", "/dev/shm", "/job"]) {
    keeps(
      "outcome.tmp",
      `a job that fills ${directory} and fails by it is limited by tmp`,
      async () => {
        const run = await expectLimited(
          pool(),
          "tmp",
          WALL_MS,
          FILL.replace("__DIRECTORY__", directory),
        );
        expect(run.error?.type).toBe("OSError");
        expect(run.error?.message).toContain("No space left");
      },
      ROOT_ONLY,
    );
  }

  keeps(
    "outcome.tmp",
    "a job that lives with a full /tmp goes on",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        written = 0
        try:
            with open("/tmp/fill", "wb", buffering=0) as file:
                while True:
                    written += file.write(bytes(65536))
        except OSError as error:
            print(error.errno, written)
        `,
        { limits: { tmpBytes: 4 * MIB } },
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(run.stdout)).toBe(`28 ${4 * MIB}\n`);
    },
    ROOT_ONLY,
  );

  for (const directory of ["/tmp", "/dev/shm"]) {
    keeps(
      "outcome.tmp",
      `endless empty files in ${directory} are refused at a cap`,
      async () => {
        const run = await expectLimited(
          pool(),
          "tmp",
          WALL_MS,
          `
          for number in range(10_000_000):
              open(f"${directory}/{number}", "w").close()
          `,
        );
        expect(run.error?.message).toContain("No space left");
      },
      ROOT_ONLY,
    );
  }
});

describe("artifacts", () => {
  const pool = sharedPool();

  keeps(
    "outcome.artifacts",
    "of 10,000 artifacts the allowed ones come back, and the outcome says that there were more",
    async () => {
      const run = await expectLimited(
        pool(),
        "artifacts",
        WALL_MS,
        `
        for number in range(10_000):
            with open(f"/out/{number}.txt", "w") as file:
                file.write(str(number))
        `,
      );
      expect(run.artifacts).toHaveLength(1000);
      expect(run.artifacts.every((artifact) => /^\d+\.txt$/.test(artifact.name))).toBe(true);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.artifacts",
    "one file too many is listed as skipped, also when the job ended well",
    async () => {
      const run = await expectLimited(
        pool(),
        "artifacts",
        WALL_MS,
        `
        for number in range(6):
            open(f"/out/{number}", "w").close()
        `,
        { limits: { artifactFiles: 5 } },
      );
      expect(run.artifacts).toHaveLength(5);
      expect(run.artifactsSkipped).toEqual([
        { name: expect.stringMatching(/^[0-5]$/) as string, reason: "too many files" },
      ]);
      expect(run.artifactsSkippedTotal).toBe(1);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.artifacts",
    "a full /out ends as limited by artifacts",
    async () => {
      const code = `
        with open("/out/fill", "wb", buffering=0) as file:
            while True:
                file.write(bytes(65536))
      `;
      const limits = { artifactBytes: 2 * MIB };
      const run = await expectLimited(pool(), "artifacts", WALL_MS, code, { limits });
      expect(run.artifacts.reduce((sum, artifact) => sum + artifact.bytes, 0)).toBeLessThanOrEqual(
        2 * MIB,
      );
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.everything-is-capped",
    "sparse files count by their size: 1 TiB cannot be made, and what is too large is skipped",
    async () => {
      const run = await expectLimited(
        pool(),
        "artifacts",
        WALL_MS,
        `
        import os
        with open("/out/sparse", "wb") as file:
            for size in (1 << 40, 100 << 20):
                try:
                    os.ftruncate(file.fileno(), size)
                    print("made", size)
                except OSError as error:
                    print("refused", size, error.errno)
        `,
      );
      expect(textOf(run.stdout)).toBe(`refused ${2 ** 40} 27\nmade ${100 * MIB}\n`);
      expect(run.artifacts).toEqual([]);
      expect(run.artifactsSkipped).toEqual([{ name: "sparse", reason: "too large" }]);
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});
