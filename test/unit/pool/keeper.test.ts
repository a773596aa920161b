import { describe, expect, test } from "vitest";
import { Backoff } from "../../../src/core/backoff.ts";
import { deferred } from "../../../src/core/deferred.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { Keeper } from "../../../src/pool/keeper.ts";
import { FakeClock, FakeForkserver } from "./fake.ts";

function build() {
  const clock = new FakeClock();
  const started: FakeForkserver[] = [];
  const script = { fail: 0 };
  const keeper = new Keeper({
    clock,
    log: silentLog,
    backoff: new Backoff({ firstMs: 1, maximumMs: 2 }),
    start: async () => {
      await Promise.resolve();
      if (script.fail > 0) {
        script.fail -= 1;
        throw new SandboxError("forkserverLost", "died at once");
      }
      const forkserver = new FakeForkserver();
      started.push(forkserver);
      return forkserver;
    },
  });
  return { keeper, clock, started, script };
}

describe("Keeper", () => {
  test("starts one forkserver for all who ask at once", async () => {
    const { keeper, started } = build();
    const [a, b] = await Promise.all([keeper.current(), keeper.current()]);
    expect(a).toBe(b);
    expect(started.length).toBe(1);
    await keeper.destroy();
  });

  test("starts the next one after a death", async () => {
    const { keeper, started } = build();
    await keeper.current();
    started[0]?.die();
    expect(await keeper.current()).toBe(started[1]);
    await keeper.destroy();
  });

  test("reports a failed start and tries again when asked again", async () => {
    const { keeper, script, started } = build();
    script.fail = 3;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(keeper.current()).rejects.toMatchObject({ code: "forkserverLost" });
    }
    expect(await keeper.current()).toBe(started[0]);
    await keeper.destroy();
  });

  test("ends a forkserver that is still starting when it is destroyed", async () => {
    const { keeper, started } = build();
    const asked = keeper.current();
    await keeper.destroy();
    await expect(asked).rejects.toMatchObject({ code: "poolClosed" });
    expect(started[0]?.isReady() ?? false).toBe(false);
    await expect(keeper.current()).rejects.toMatchObject({ code: "poolClosed" });
  });

  test("does not start the next one before the last is swept", async () => {
    const { keeper, started } = build();
    await keeper.current();
    const swept = deferred<SandboxError>();
    const first = started[0] as FakeForkserver;
    Object.defineProperty(first, "dead", { get: () => swept.promise });
    first.die();
    const next = keeper.current();
    await new Promise((fulfil) => setImmediate(fulfil));
    expect(started.length).toBe(1);
    swept.resolve(new SandboxError("forkserverLost", "killed"));
    await next;
    expect(started.length).toBe(2);
    await keeper.destroy();
  });
});
