/**
 * The cgroups of a sandbox that has ended may be another's next: what the next job is told of itself must then be its
 * own. One slot, so that it is the same leaf; whether it is, is seen from outside by its name.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import { openPool, type Pool, runPython, textOf } from "../support/harness.ts";
import { snapshot } from "../support/leaks.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, expectLimited, readText, temporaryDirectory } from "./support-jobs.ts";
import { eventually, expectGone, processesOf, theOne } from "./support-processes.ts";

const NEEDS = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;
const SUBPROCESS = { profile: "python-subprocess" } as const;

/** On v2 the peak cannot be set back, so each sandbox has new ones. */
const REUSES = existsSync("/sys/fs/cgroup/memory/memory.limit_in_bytes");

/** A job opens its own sandbox when nothing is kept warm, and gets the leaf that has waited longest. */
const oneSlot = (): Promise<Pool> => openPool({ warm: 0, maxConcurrent: 1 });

/** Every directory of ours for sandboxes, used or kept, in all hierarchies. */
function leaves(): string[] {
  const { pid } = theOne("forkserver");
  const { cgroups, kept } = snapshot();
  return [...cgroups.keys(), ...kept.keys()].filter((path) =>
    new RegExp(`/broodbox-\\d+-${pid}-\\d+/s\\d+$`).test(path),
  );
}

const names = (): string[] => [...new Set(leaves().map((path) => basename(path)))].sort();

/** The sandbox has ended, and the kernel has given back what can be given back by itself. */
async function settled(usageMost = MIB): Promise<void> {
  const { pid } = theOne("forkserver");
  await eventually(() => {
    // Zombies too: until it has been reaped, a sandbox has its leaf.
    const children = readText(`/proc/${pid}/task/${pid}/children`).trim().split(" ");
    const used = leaves().some(
      (path) =>
        readText(join(path, "cgroup.procs")) !== "" ||
        Number(readText(join(path, "memory.usage_in_bytes"))) > usageMost,
    );
    return children.length > 1 || used ? undefined : true;
  });
}

/** What a job that does next to nothing must be told of itself. */
function expectOwnUsage({ outcome, usage }: RunResult, exitCode = 0): void {
  expect(outcome).toEqual({ kind: "exited", exitCode });
  expect(usage.memoryPeakBytes).toBeLessThan(16 * MIB);
  expect(usage.cpuMs).toBeLessThan(250);
  expect(usage.processes).toBe(1);
}

/** After `first`, in the only slot: the next job's usage is its own. `same`: it is in the same leaf. */
async function expectNextUnmoved(pool: Pool, first: RunResult, same: boolean): Promise<void> {
  expect(first.confinement.level).toBe("full");
  await settled(same ? MIB : Number.POSITIVE_INFINITY);
  const before = names();
  expectOwnUsage(await expectCleanNext(pool));
  const news = names().filter((name) => !before.includes(name));
  expect(news, "leaves made for the next job").toHaveLength(same && REUSES ? 0 : 1);
}

describe("the next job in a leaf", () => {
  keeps(
    "separation.own-usage",
    "twenty jobs in a row share a leaf, and each is told of itself only",
    async () => {
      await using pool = await oneSlot();
      for (let count = 0; count < 20; count += 1) {
        expectOwnUsage(await runPython(pool, "print('hello')"));
        await settled();
      }
      if (REUSES) {
        expect(names()).toEqual(["s0"]);
      } else {
        expect(names()).toEqual([]);
      }
    },
    NEEDS,
  );

  for (const [what, code] of [
    ["memory", "x = b'x' * (150 << 20)"],
    ["files in its scratch directories", "open('/tmp/x', 'wb').write(bytes(40 << 20))"],
    [
      "processor time",
      "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass",
    ],
  ] as const) {
    keeps(
      "separation.own-usage",
      `is told nothing of the ${what} that the one before it used`,
      async () => {
        await using pool = await oneSlot();
        const first = await runPython(pool, code);
        expect(first.outcome).toEqual({ kind: "exited", exitCode: 0 });
        expect(first.usage.memoryPeakBytes > 40 * MIB || first.usage.cpuMs > 500).toBe(true);
        await expectNextUnmoved(pool, first, true);
      },
      NEEDS,
    );
  }

  keeps(
    "separation.own-usage",
    "has its own limits, whatever those of the one before it were",
    async () => {
      await using pool = await oneSlot();
      const take = (mib: number, threads: number) => `
        import threading
        gate = threading.Event()
        for _ in range(${threads}):
            threading.Thread(target=gate.wait, daemon=True).start()
        x = b"x" * (${mib} << 20)
        print("got it")
      `;
      const small = { limits: { memoryBytes: 64 * MIB, pids: 8 } };
      for (let round = 0; round < 2; round += 1) {
        const large = await runPython(pool, take(200, 0));
        expect(textOf(large.stdout)).toBe("got it\n");
        await settled();
        const fits = await runPython(pool, take(40, 0), small);
        expect(textOf(fits.stdout)).toBe("got it\n");
        await settled();
        await expectLimited(pool, "memory", 10_000, take(100, 0), small);
        await expectLimited(pool, "pids", 10_000, take(0, 20), small);
        const threads = await runPython(pool, take(0, 40));
        expect(threads.usage.processes).toBe(41);
      }
    },
    NEEDS,
  );
});

describe("a leaf that has seen more than can be set back", () => {
  for (const [what, limit, code, request] of [
    ["an out-of-memory kill", "memory", "x = b'x' * (1 << 30)", {}],
    [
      "an out-of-memory kill of a child process",
      "memory",
      "import os\nif os.fork() == 0: x = b'x' * (1 << 30)\nos.wait()",
      SUBPROCESS,
    ],
    ["refused processes", "pids", "import os\nwhile True: os.fork()", SUBPROCESS],
    [
      "one refused process, and no second ever",
      "pids",
      "import os; os.fork()",
      { ...SUBPROCESS, limits: { pids: 1 } },
    ],
  ] as const) {
    keeps(
      "separation.own-usage",
      `is nobody's after ${what}: the next job, which fails, fails by itself`,
      async () => {
        await using pool = await oneSlot();
        const first = await runPython(pool, code, request);
        expect(first.outcome).toEqual({ kind: "limited", limit });
        await settled(Number.POSITIVE_INFINITY);
        const spoiled = names();
        // Its failure is its own, and no limit's.
        const failing = await runPython(pool, "raise SystemExit(1)");
        expectOwnUsage(failing, 1);
        await settled();
        expect(names().filter((name) => spoiled.includes(name))).toEqual([]);
      },
      NEEDS,
    );
  }

  keeps(
    "separation.own-usage",
    "is nobody's after two threads at once: the next job is told of one",
    async () => {
      await using pool = await oneSlot();
      const first = await runPython(
        pool,
        "import threading; threading.Thread(target=print).start()",
      );
      expect(first.usage.processes).toBe(2);
      await expectNextUnmoved(pool, first, false);
    },
    NEEDS,
  );

  keeps(
    "separation.own-usage",
    "is not given on while file pages that the last job was the first to read are charged to it",
    async () => {
      await using pool = await oneSlot();
      using directory = temporaryDirectory();
      const path = join(directory.path, "large");
      // Written past the page cache, so that the job is the first to bring it there.
      const dd = ["if=/dev/zero", `of=${path}`, "bs=1M", "count=64", "oflag=direct"];
      execFileSync("dd", dd, { stdio: "ignore" });
      const inputs = [{ name: "large", path }];
      const first = await runPython(pool, "print(len(open('/in/large', 'rb').read()))", { inputs });
      expect(textOf(first.stdout)).toBe(`${64 * MIB}\n`);
      if (REUSES) {
        const usage = leaves().map((leaf) => Number(readText(join(leaf, "memory.usage_in_bytes"))));
        expect(Math.max(...usage), "what is still charged to it").toBeGreaterThan(8 * MIB);
      }
      await expectNextUnmoved(pool, first, false);
    },
    NEEDS,
  );
});

describe("leaves that wait for the next sandbox", () => {
  keeps(
    "lifecycle.nothing-is-left",
    "are bounded, and gone with the forkserver, however it ends",
    async () => {
      const pool = await openPool({ warm: 0, maxConcurrent: 48 });
      const before = snapshot();
      await Promise.all(
        Array.from({ length: 48 }, () => runPython(pool, "import time; time.sleep(0.5)")),
      );
      await settled(Number.POSITIVE_INFINITY);
      await eventually(() => (names().length <= 32 ? true : undefined));
      expect(names().length).toBe(REUSES ? 32 : 0);
      expect(before.kept.size).toBe(0);
      const parts = processesOf();
      const held = leaves();
      process.kill(theOne("forkserver").pid, "SIGKILL");
      await expectGone(parts);
      await pool.close();
      expect(held.filter((path) => existsSync(path))).toEqual([]);
    },
    NEEDS,
  );
});
