import { afterEach, describe, expect, test } from "vitest";
import { deferred } from "../../../src/core/deferred.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { type PoolOptions, type SandboxKind, SandboxPool } from "../../../src/pool/pool.ts";
import { FakeClock, FakeForkserver, settle } from "./fake.ts";

const KIND: SandboxKind = {
  runtime: {
    id: "python-3.11.2+0123456789ab",
    interpreter: "/usr/bin/python3.11",
    visible: { binds: [], links: [], hidden: [] },
  },
  preload: ["json"],
  filter: {
    digest: "sha256:0",
    program: new Uint8Array(8),
    refusals: new Uint8Array(0),
    canary: { call: 1023, errno: 99 },
    writeExecuteDeny: true,
    refusesNetwork: true,
    maxDenials: 64,
  },
  limits: DEFAULT_LIMITS,
};
const never = new AbortController().signal;

const pools: SandboxPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
});

function build(options: Partial<PoolOptions> = {}) {
  const forkservers: FakeForkserver[] = [];
  const prepare = { hold: undefined as FakeForkserver["hold"] };
  const pool = new SandboxPool({
    clock: new FakeClock(),
    log: silentLog,
    start: () => {
      const forkserver = new FakeForkserver();
      forkserver.hold = prepare.hold;
      forkservers.push(forkserver);
      return Promise.resolve(forkserver);
    },
    ...options,
  });
  pools.push(pool);
  return { pool, forkservers, prepare };
}

describe("SandboxPool", () => {
  test("leases parked sandboxes, each once, and refills when a lease ends", async () => {
    const { pool, forkservers } = build();
    pool.stock(KIND, 2);
    await settle();
    expect(pool.parked(KIND)).toBe(2);
    const used = new Set<number>();
    for (let job = 0; job < 5; job += 1) {
      await using lease = await pool.acquire(KIND, DEFAULT_LIMITS, [], never);
      expect(used.has(lease.sandbox.id)).toBe(false);
      used.add(lease.sandbox.id);
    }
    await settle();
    expect(pool.parked(KIND)).toBe(2);
    expect(forkservers[0]?.alive.length).toBe(2);
    expect(forkservers[0]?.plans.size).toBe(1);
  });

  test("opens on demand what no shelf fits: other sizes of /tmp, larger /out, bound inputs", async () => {
    const { pool, forkservers } = build();
    pool.stock(KIND, 1);
    await settle();
    const other = { ...DEFAULT_LIMITS, tmpBytes: DEFAULT_LIMITS.tmpBytes * 2 };
    const larger = { ...DEFAULT_LIMITS, artifactBytes: DEFAULT_LIMITS.artifactBytes * 2 };
    const input = { name: "data.bin", path: "/srv/data.bin" };
    for (const [limits, binds] of [
      [other, []],
      [larger, []],
      [DEFAULT_LIMITS, [input]],
    ] as const) {
      await using lease = await pool.acquire(KIND, limits, binds, never);
      expect(lease.sandbox.limits).toEqual(limits);
      expect(pool.parked(KIND)).toBe(1);
    }
    const [forkserver] = forkservers;
    expect([...(forkserver?.plans.values() ?? [])].at(-1)?.inputs).toEqual([input]);
    expect(forkserver?.droppedPlans.length).toBe(3);
  });

  test("serves smaller /out and other memory from the shelf", async () => {
    const { pool } = build();
    pool.stock(KIND, 1);
    await settle();
    const limits = { ...DEFAULT_LIMITS, artifactBytes: 1, memoryBytes: 8 * 1024 * 1024 };
    await using lease = await pool.acquire(KIND, limits, [], never);
    expect(lease.sandbox.limits).toEqual(DEFAULT_LIMITS);
  });

  test("runs no more at once than it may, and refuses when enough wait", async () => {
    const { pool } = build({ maxConcurrent: 1, maxWaiting: 1 });
    const first = await pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    const second = pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    await settle();
    expect(pool.load).toEqual({ running: 1, waiting: 1 });
    await expect(pool.acquire(KIND, DEFAULT_LIMITS, [], never)).rejects.toMatchObject({
      code: "overloaded",
    });
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(pool.load).toEqual({ running: 0, waiting: 0 });
  });

  test("gives its place back when no sandbox can be opened", async () => {
    const { pool, forkservers } = build({ maxConcurrent: 1 });
    await pool.hello();
    const [forkserver] = forkservers;
    if (forkserver === undefined) throw new Error("no forkserver");
    forkserver.failOpen = new SandboxError("stageFailed", "no (step mounts)", { step: "mounts" });
    await expect(pool.acquire(KIND, DEFAULT_LIMITS, [], never)).rejects.toMatchObject({
      code: "stageFailed",
    });
    forkserver.failOpen = undefined;
    await using lease = await pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    expect(lease.sandbox.isAlive()).toBe(true);
  });

  test("heals when its forkserver dies, and warms again by itself", async () => {
    const { pool, forkservers } = build();
    pool.stock(KIND, 2);
    await settle();
    forkservers[0]?.die();
    await expect.poll(() => pool.parked(KIND)).toBe(2);
    expect(forkservers.length).toBe(2);
    await using lease = await pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    expect(forkservers[1]?.sandboxes).toContain(lease.sandbox);
  });

  test("close finishes who runs and waits, and may be awaited by many", async () => {
    const { pool, forkservers } = build({ maxConcurrent: 1 });
    pool.stock(KIND, 1);
    const first = await pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    const second = pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    const closings = [pool.close(), pool.close()];
    await expect(pool.acquire(KIND, DEFAULT_LIMITS, [], never)).rejects.toMatchObject({
      code: "poolClosed",
    });
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    await Promise.all(closings);
    expect(forkservers[0]?.alive.length).toBe(0);
    expect(forkservers[0]?.isReady()).toBe(false);
  });

  test("destroy refuses who waits and ends everything, also during a close", async () => {
    const { pool, forkservers, prepare } = build({ maxConcurrent: 2 });
    prepare.hold = deferred<void>();
    const waiting = pool.acquire(KIND, DEFAULT_LIMITS, [], never);
    await settle();
    const closing = pool.close();
    const destroying = [pool.destroy(), pool.destroy()];
    prepare.hold.resolve();
    await expect(waiting).rejects.toMatchObject({ code: "poolClosed" });
    await Promise.all([...destroying, closing]);
    expect(forkservers.every((forkserver) => !forkserver.isReady())).toBe(true);
  });
});
