import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { Shutdown } from "../../../src/core/shutdown.ts";
import { Guard } from "../../../src/run/guard.ts";
import { FakeSandbox } from "./fake-sandbox.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

describe("Guard", () => {
  test("ends a run whose sandbox does not answer, only after every other deadline", async () => {
    const sandbox = new FakeSandbox(() => undefined);
    using guard = new Guard(undefined, new Shutdown());
    guard.watch(sandbox, 1000, 2000);
    const waiting = guard.orFail(never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(7999);
    expect(sandbox.log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting).toMatchObject({ code: "stageFailed", step: "collect", started: true });
    expect(sandbox.log).toEqual(["close"]);
  });

  test("gives a cancelled job no longer than its collection", async () => {
    const abort = new AbortController();
    const sandbox = new FakeSandbox(() => undefined);
    sandbox.kill = () => void sandbox.log.push("kill");
    using guard = new Guard(abort.signal, new Shutdown());
    guard.watch(sandbox, 1_000_000, 2000);
    abort.abort();
    expect(guard.isCancelled).toBe(true);
    const waiting = guard.orFail(never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(7000);
    expect(await waiting).toMatchObject({ code: "stageFailed" });
    expect(sandbox.log).toEqual(["kill", "close"]);
  });

  test("aborts what waits, with a reason of ours, also when it waits again", () => {
    const abort = new AbortController();
    using guard = new Guard(abort.signal, new Shutdown());
    guard.watch(new FakeSandbox(() => undefined), 1, 1);
    guard.wait();
    expect(guard.signal.aborted).toBe(false);
    abort.abort(new Error("bye"));
    expect(guard.signal.reason).toBeInstanceOf(SandboxError);
    expect(() => guard.check()).toThrow("cancelled before it had started");
  });

  test("notices signals that were aborted before", () => {
    using cancelled = new Guard(AbortSignal.abort(), new Shutdown());
    expect(cancelled.signal.reason).toMatchObject({ code: "cancelled" });
    const shutdown = new Shutdown();
    shutdown.begin(new SandboxError("poolClosed", "closed"));
    using closed = new Guard(AbortSignal.abort(), shutdown);
    expect(closed.signal.reason).toMatchObject({ code: "poolClosed" });
  });

  test("says why it failed, also when the sandbox's own end is known already", async () => {
    using guard = new Guard(undefined, new Shutdown());
    const sandbox = new FakeSandbox(() => undefined);
    guard.watch(sandbox, 1000, 1000);
    guard.fail(new Error("the terminal is gone"));
    await expect(guard.orFail(sandbox.exited)).rejects.toThrow("the terminal is gone");
    expect(sandbox.log).toEqual(["close"]);
  });

  test("waits for nothing that is there already", () => {
    using guard = new Guard(undefined, new Shutdown());
    expect(guard.orFail(7)).toBe(7);
  });

  test("without a signal of the caller's, what waits ends with the pool and its reason", () => {
    const shutdown = new Shutdown();
    using guard = new Guard(undefined, shutdown);
    guard.check();
    shutdown.begin(new SandboxError("poolClosed", "the pool was destroyed"));
    expect(guard.signal.aborted).toBe(true);
    expect(() => guard.check()).toThrow("the pool was destroyed");
  });

  test("leaves nothing behind: no timer, no listener", () => {
    const shutdown = new Shutdown();
    const add = vi.spyOn(shutdown, "add");
    const remove = vi.spyOn(shutdown, "delete");
    {
      using guard = new Guard(undefined, shutdown);
      guard.watch(new FakeSandbox(() => undefined), 1, 1);
    }
    expect(vi.getTimerCount()).toBe(0);
    expect(remove.mock.calls).toEqual(add.mock.calls);
    expect(remove).toHaveBeenCalledOnce();
  });
});
