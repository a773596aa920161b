import { afterEach, describe, expect, test } from "vitest";
import { Backoff } from "../../../src/core/backoff.ts";
import { deferred } from "../../../src/core/deferred.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { type Opened, Shelf } from "../../../src/pool/shelf.ts";
import { FakeSandbox, settle } from "./fake.ts";

const closed = new SandboxError("poolClosed", "closed");
const never = new AbortController().signal;
const shelves: Shelf[] = [];
afterEach(() => {
  for (const shelf of shelves.splice(0)) shelf.close(closed);
});

function build(warm: number, open?: () => Promise<Opened>, parallelOpens = 2) {
  const made: FakeSandbox[] = [];
  let generation = 1;
  const shelf = new Shelf({
    warm,
    parallelOpens,
    log: silentLog,
    backoff: new Backoff({ firstMs: 1, maximumMs: 2 }),
    open:
      open ??
      (async () => {
        await Promise.resolve();
        const sandbox = new FakeSandbox(made.length + 1, generation);
        made.push(sandbox);
        return { sandbox, generation };
      }),
  });
  shelves.push(shelf);
  return {
    shelf,
    made,
    renew: (next: number): void => {
      generation = next;
      shelf.renew(next);
    },
  };
}

describe("Shelf", () => {
  test("keeps warm sandboxes parked, and hands out the oldest", async () => {
    const { shelf, made } = build(3);
    shelf.fill();
    await settle();
    expect(shelf.parked).toBe(3);
    expect(await shelf.take(never)).toBe(made[0]);
    shelf.fill();
    await settle();
    expect([shelf.parked, made.length]).toEqual([3, 4]);
  });

  test("fills itself once, and only after the callback that asked and its promises", async () => {
    const order: string[] = [];
    const { shelf } = build(1, () => {
      order.push("open");
      return Promise.resolve({ sandbox: new FakeSandbox(1), generation: 1 });
    });
    await settle();
    shelf.fill();
    shelf.fill();
    // What a job's answer goes through: promises that follow one another.
    await Promise.resolve()
      .then(() => order.push("answered"))
      .then(() => order.push("next job sent"));
    await settle();
    expect(order).toEqual(["answered", "next job sent", "open"]);
  });

  test("opens no more at once than it may", async () => {
    let running = 0;
    let most = 0;
    const { shelf } = build(
      8,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await settle();
        running -= 1;
        return { sandbox: new FakeSandbox(1), generation: 1 };
      },
      3,
    );
    shelf.fill();
    await expect.poll(() => shelf.parked).toBe(8);
    expect(most).toBe(3);
  });

  test("opens what is waited for when nothing is kept warm, and keeps nothing", async () => {
    const { shelf, made } = build(0);
    const [a, b] = await Promise.all([shelf.take(never), shelf.take(never)]);
    expect([a, b]).toEqual([made[0], made[1]]);
    await settle();
    expect([shelf.parked, made.length]).toEqual([0, 2]);
  });

  test("never hands out a sandbox that died while it was parked, and replaces it", async () => {
    const { shelf, made } = build(2);
    shelf.fill();
    await settle();
    made[0]?.close();
    await settle();
    expect([shelf.parked, made.length]).toEqual([2, 3]);
    expect(await shelf.take(never)).toBe(made[1]);
  });

  test("retires an older generation only as its replacements are parked", async () => {
    const { shelf, made, renew } = build(2);
    shelf.fill();
    await settle();
    renew(2);
    expect(made.slice(0, 2).every((sandbox) => sandbox.isAlive())).toBe(true);
    await settle();
    expect(shelf.parked).toBe(2);
    expect(made.map((sandbox) => sandbox.isAlive())).toEqual([false, false, true, true]);
  });

  test("tells who waits only after repeated failure, with the last fault", async () => {
    let attempts = 0;
    const { shelf } = build(0, () => {
      attempts += 1;
      return Promise.reject(
        new SandboxError("stageFailed", `attempt ${attempts} (step mounts)`, { step: "mounts" }),
      );
    });
    await expect(shelf.take(never)).rejects.toMatchObject({ code: "stageFailed", step: "mounts" });
    expect(attempts).toBeGreaterThanOrEqual(3);
  });

  test("forgives a failure that does not come again", async () => {
    let attempts = 0;
    const { shelf } = build(0, () => {
      attempts += 1;
      return attempts === 1
        ? Promise.reject(new SandboxError("stageFailed", "once", { step: "mounts" }))
        : Promise.resolve({ sandbox: new FakeSandbox(attempts), generation: 1 });
    });
    expect((await shelf.take(never)).id).toBe(2);
  });

  test("tells who waits at once what no retry can mend", async () => {
    let attempts = 0;
    const { shelf } = build(0, () => {
      attempts += 1;
      return Promise.reject(new SandboxError("nativeMissing", "not built"));
    });
    await expect(shelf.take(never)).rejects.toMatchObject({ code: "nativeMissing" });
    expect(attempts).toBe(1);
  });

  test("parks what was opened for somebody who gave up, up to what it keeps warm", async () => {
    const { shelf, made } = build(1);
    const abort = new AbortController();
    const first = shelf.take(abort.signal);
    const second = shelf.take(abort.signal);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    await settle();
    expect(shelf.parked).toBe(1);
    expect(made.filter((sandbox) => sandbox.isAlive()).length).toBe(1);
  });

  test("close closes what is parked, refuses who waits, and keeps nothing that comes late", async () => {
    const opened: FakeSandbox[] = [];
    const go = deferred<void>();
    const { shelf } = build(1, async () => {
      if (opened.length > 0) await go.promise;
      const sandbox = new FakeSandbox(opened.length + 1);
      opened.push(sandbox);
      return { sandbox, generation: 1 };
    });
    const [first, second] = [shelf.take(never), shelf.take(never)];
    expect((await first).id).toBe(1);
    shelf.close(closed);
    await expect(second).rejects.toBe(closed);
    await expect(shelf.take(never)).rejects.toBe(closed);
    go.resolve();
    await settle();
    expect(opened.slice(1).map((sandbox) => sandbox.isAlive())).toEqual(
      opened.slice(1).map(() => false),
    );
    expect(shelf.parked).toBe(0);
  });
});
