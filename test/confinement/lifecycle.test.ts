/** A pool from its start to its end: closing, destroying, queueing, and hundreds of jobs in a row. */
import { readdirSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect } from "vitest";
import { openPool, type Pool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { type Snapshot, settledSnapshot } from "../support/leaks.ts";
import { keeps } from "../support/promises.ts";
import {
  expectCleanNext,
  firstOutput,
  Gate,
  GRACE_MS,
  processesNamed,
  readText,
  rejectionOf,
} from "./support-jobs.ts";
import { expectGone, processesOf, theOne } from "./support-processes.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const WAITS = "import sys; print('begun'); print(sys.stdin.read())";

async function expectRefuses(pool: Pool): Promise<void> {
  const error = await rejectionOf(runPython(pool, "print(1)"));
  expect(error).toMatchObject({ code: "poolClosed", started: false });
}

describe("closing a pool", () => {
  keeps(
    "lifecycle.close",
    "close() finishes what runs and what waits, refuses what is new, and may be called again",
    async () => {
      await using pool = await openPool({ maxConcurrent: 1 });
      using gate = new Gate();
      const { begun, onStdout } = firstOutput();
      const running = runPython(pool, WAITS, { stdin: { path: gate.path } }, { onStdout });
      await begun;
      const waiting = runPython(pool, "print('waited')");
      const closing = pool.close();
      await expectRefuses(pool);
      expect(pool.close()).toBe(closing);
      gate.open("finished");
      expect(textOf((await running).stdout)).toBe("begun\nfinished\n");
      expect(textOf((await waiting).stdout)).toBe("waited\n");
      await closing;
      expect(processesOf()).toEqual([]);
      await pool.close();
      await pool.destroy();
      await expectRefuses(pool);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.close",
    "destroy() ends what runs and what waits now, and may be called again",
    async () => {
      const pool = await openPool({ maxConcurrent: 1, profile: "python-subprocess" });
      const { begun, onStdout } = firstOutput();
      const running = rejectionOf(
        runPython(
          pool,
          `
          import ctypes, os, signal, time
          ctypes.CDLL(None).prctl(15, b"bb-destroy")
          os.fork()
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          print("begun")
          time.sleep(60)
          `,
          {},
          { onStdout },
        ),
      );
      await begun;
      const waiting = rejectionOf(runPython(pool, "print('waited')"));
      const startedMs = performance.now();
      const destroying = pool.destroy();
      expect(pool.destroy()).toBe(destroying);
      expect(await running).toMatchObject({ code: "poolClosed", started: true });
      expect(await waiting).toMatchObject({ code: "poolClosed", started: false });
      await destroying;
      expect(performance.now() - startedMs).toBeLessThan(GRACE_MS);
      expect(processesNamed("bb-destroy")).toEqual([]);
      expect(processesOf()).toEqual([]);
      await pool.close();
      await pool.destroy();
      await expectRefuses(pool);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.close",
    "destroy() cuts a close() short that waits for a job",
    async () => {
      const pool = await openPool();
      const { begun, onStdout } = firstOutput();
      const running = rejectionOf(
        runPython(pool, "import time; print('begun'); time.sleep(60)", {}, { onStdout }),
      );
      await begun;
      const closing = pool.close();
      await pool.destroy();
      await closing;
      expect(await running).toMatchObject({ code: "poolClosed", started: true });
      expect(processesOf()).toEqual([]);
    },
    ROOT_ONLY,
  );

  keeps(
    "lifecycle.close",
    "a pool that is closed while it still makes its first sandboxes leaves nothing",
    async () => {
      for (const end of ["close", "destroy"] as const) {
        const pool = await openPool({ warm: 4 });
        await pool[end]();
        expect(processesOf()).toEqual([]);
      }
    },
    ROOT_ONLY,
  );
});

describe("the queue", () => {
  keeps(
    "lifecycle.overloaded",
    "one job more than may wait is refused at once, and those that wait run in order",
    async () => {
      await using pool = await openPool({ maxConcurrent: 1, maxQueue: 2 });
      using gate = new Gate();
      const { begun, onStdout } = firstOutput();
      const running = runPython(pool, WAITS, { stdin: { path: gate.path } }, { onStdout });
      await begun;
      const order: string[] = [];
      const waiting = ["first", "second"].map((name) =>
        runPython(pool, "pass").then(() => order.push(name)),
      );
      const error = await rejectionOf(runPython(pool, "print('never')"));
      expect(error).toMatchObject({ code: "overloaded", started: false });
      gate.open();
      await running;
      await Promise.all(waiting);
      expect(order).toEqual(["first", "second"]);
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );
});

describe("many jobs", () => {
  const pool = sharedPool({ warm: 2 });

  /** Without cgroups that wait for the next sandbox, which vary and are bounded: cgroup-reuse.test.ts. */
  const sizes = (now: Snapshot): Record<string, number> =>
    Object.fromEntries(
      Object.entries(now)
        .filter(([kind]) => kind !== "kept")
        .map(([kind, all]) => [kind, all.size]),
    );

  /** Where the descriptors of a process lead; one that was closed while we looked leads nowhere. */
  const open = (pid: number): string[] =>
    readdirSync(`/proc/${pid}/fd`).map((number) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${number}`);
      } catch {
        return "";
      }
    });
  const isNetwork = (target: string): boolean => target.startsWith("net:[");

  /** Of the two processes that live as long as the pool, without what is kept for the next sandboxes. */
  const held = ({ kept }: Snapshot): Record<string, number> =>
    Object.fromEntries(
      (["forkserver", "zygote"] as const).flatMap((kind) => {
        const { pid } = theOne(kind);
        const files = open(pid).filter((path) => !isNetwork(path) && !kept.has(dirname(path)));
        const kib = Number(/^RssAnon:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1]);
        return [
          [`${kind} descriptors`, files.length],
          [`${kind} MiB`, Math.round(kib / 1024)],
        ];
      }),
    );

  keeps(
    "lifecycle.nothing-is-left",
    "200 jobs in a row, good and bad, leave processes, cgroups, mounts and descriptors as they were",
    async () => {
      const codes = [
        "print('x')",
        "1 / 0",
        "import os; os.abort()",
        "open('/out/a', 'w').write('a')",
      ];
      for (let count = 0; count < 10; count += 1) {
        await runPython(pool(), codes[count % codes.length] ?? "");
      }
      const start = await settledSnapshot();
      const before = { ...sizes(start), ...held(start) };
      const scratch = processesOf();
      for (let count = 0; count < 200; count += 1) {
        await runPython(pool(), codes[count % codes.length] ?? "");
      }
      const end = await settledSnapshot();
      expect({ ...sizes(end), ...held(end) }).toEqual(before);
      // As many as sandboxes were there at once: two parked, one that ran, some that were on their way out.
      const networks = open(theOne("forkserver").pid).filter(isNetwork);
      expect(networks.length).toBeLessThanOrEqual(8);
      expect(new Set(networks).size).toBe(networks.length);
      // The sandboxes are other ones; the forkserver and the zygote are not.
      const stays = scratch.filter(({ kind }) => kind === "forkserver" || kind === "zygote");
      expect(processesOf()).toEqual(expect.arrayContaining(stays));
      await expectGone(scratch.filter((one) => !stays.includes(one)));
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "separation.single-use",
    "no job sees what another one made of the interpreter",
    async () => {
      const code = `
        import broodbox, builtins, os
        broodbox.result([hasattr(builtins, "spoiled"), "SPOILED" in os.environ, os.getpid()])
        builtins.spoiled = 1
        os.environ["SPOILED"] = "1"
      `;
      for (let count = 0; count < 20; count += 1) {
        const run = await runPython(pool(), code);
        expect(run.result).toEqual([false, false, 2]);
      }
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});
