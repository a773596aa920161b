import { describe, expect, test } from "vitest";
import { Backoff } from "../../../src/core/backoff.ts";
import { Cleanup } from "../../../src/core/cleanup.ts";
import { SANDBOX_ERROR_CODES, SandboxError } from "../../../src/core/errors.ts";
import { signalName, signalNumber } from "../../../src/core/signals.ts";
import { ulidSource } from "../../../src/core/ulid.ts";

describe("Cleanup", () => {
  test("releases in reverse order, each one, once", async () => {
    const order: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => order.push("first"));
    cleanup.use({ [Symbol.dispose]: () => void order.push("second") });
    cleanup.use({
      async [Symbol.asyncDispose]() {
        await Promise.resolve();
        order.push("third");
      },
    });
    await Promise.all([cleanup[Symbol.asyncDispose](), cleanup[Symbol.asyncDispose]()]);
    expect(order).toEqual(["third", "second", "first"]);
    expect(() => cleanup.defer(() => undefined)).toThrow(/disposed already/);
  });

  test("goes on when a release fails, and fails with all causes", async () => {
    const order: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => order.push("last"));
    for (const cause of ["a", "b"]) {
      cleanup.defer(() => {
        throw new Error(cause);
      });
    }
    await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow("2 releases failed");
    expect(order).toEqual(["last"]);
  });

  test("has nothing to do once it was moved", async () => {
    const order: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => order.push("x"));
    const moved = cleanup.move();
    await cleanup[Symbol.asyncDispose]();
    expect(order).toEqual([]);
    await moved[Symbol.asyncDispose]();
    expect(order).toEqual(["x"]);
  });
});

describe("Backoff", () => {
  test("doubles up to the maximum and starts again after a reset", () => {
    const backoff = new Backoff({ firstMs: 100, maximumMs: 1000, random: () => 0.9999999 });
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.nextMs())).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
    expect(backoff.failures).toBe(6);
    backoff.reset();
    expect(backoff.nextMs()).toBe(100);
  });
  test("waits at least half a step", () => {
    const backoff = new Backoff({ firstMs: 100, maximumMs: 1000, random: () => 0 });
    expect([backoff.nextMs(), backoff.nextMs()]).toEqual([50, 100]);
  });
});

describe("ulidSource", () => {
  test("sorts by time, also within a millisecond and when the clock steps back", () => {
    const times = [1000, 1000, 1000, 900, 1001, 5_000_000_000_000];
    const ulid = ulidSource(() => times.shift() ?? 0);
    const ids = [1, 2, 3, 4, 5, 6].map(() => ulid());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) {
      expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    }
  });
  test("moves to the next millisecond when the random part is used up", () => {
    const ulid = ulidSource(
      () => 1000,
      (bytes) => new Uint8Array(bytes).fill(0xff),
    );
    const ids = [ulid(), ulid()];
    expect(ids).toEqual(ids.toSorted());
  });
  test("writes the time of the specification's example", () => {
    expect(ulidSource(() => 1_469_918_176_385)()).toMatch(/^01ARYZ6S41/);
  });
});

describe("signals", () => {
  test("have names, and names have numbers", () => {
    expect([1, 6, 9, 11, 24, 31, 34, 64].map(signalName)).toEqual([
      "SIGHUP",
      "SIGABRT",
      "SIGKILL",
      "SIGSEGV",
      "SIGXCPU",
      "SIGSYS",
      "SIG34",
      "SIG64",
    ]);
    for (let signal = 1; signal <= 64; signal += 1) {
      expect(signalNumber(signalName(signal))).toBe(signal);
    }
    expect(signalNumber("SIGNONE")).toBeUndefined();
  });
});

describe("SandboxError", () => {
  test("says what to do, and whether a retry makes sense", () => {
    const error = new SandboxError("overloaded", "64 jobs wait", { remedy: "try again later" });
    expect(error.message).toBe("64 jobs wait; try again later");
    expect(error.retryable).toBe(true);
    expect(SANDBOX_ERROR_CODES).toContain(error.code);
  });
  test("is never retryable once the job had started", () => {
    const error = new SandboxError("stageFailed", "lost (step collect)", {
      step: "collect",
      errno: 5,
      remedy: "see the log",
    }).asStarted();
    expect(error).toMatchObject({ started: true, step: "collect", errno: 5, retryable: false });
    expect(error.message).toBe("lost (step collect); see the log");
    expect(error.asStarted()).toBe(error);
  });
});
