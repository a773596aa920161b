import { describe, expect, test } from "vitest";
import { Backoff } from "../../../src/core/backoff.ts";
import { Cleanup } from "../../../src/core/cleanup.ts";
import { SANDBOX_ERROR_CODES, SandboxError } from "../../../src/core/errors.ts";
import { randomSource } from "../../../src/core/random.ts";
import { Shutdown } from "../../../src/core/shutdown.ts";
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
    expect([ulid(), ulid()].map((id) => id.slice(8))).toEqual([
      `Z8${"Z".repeat(16)}`,
      `Z9${"Z".repeat(16)}`,
    ]);
  });
  test("carries from the low half of the random part into the high one", () => {
    const ulid = ulidSource(
      () => 0,
      (bytes) => new Uint8Array(bytes).fill(0xff, 5),
    );
    expect([ulid(), ulid()].map((id) => id.slice(10))).toEqual([
      "00000000ZZZZZZZZ",
      "0000000100000000",
    ]);
  });
  test("writes the time of the specification's example", () => {
    expect(ulidSource(() => 1_469_918_176_385)()).toMatch(/^01ARYZ6S41/);
  });
});

describe("randomSource", () => {
  /** Fills a pool with numbers that never come again, four bytes each. */
  function counting(): { fill: (pool: Uint8Array) => void; fills: () => number } {
    let next = 1;
    let fills = 0;
    return {
      fill: (pool) => {
        fills += 1;
        const view = new DataView(pool.buffer, pool.byteOffset, pool.byteLength);
        for (let at = 0; at < pool.byteLength; at += 4) view.setUint32(at, next++);
      },
      fills: () => fills,
    };
  }

  test("hands out each byte once, in one call of the generator for many", () => {
    const { fill, fills } = counting();
    const random = randomSource(fill);
    const seen = new Set<number>();
    for (let turn = 0; turn < 1000; turn += 1) {
      const taken = random(16);
      const view = new DataView(taken.buffer, taken.byteOffset, taken.byteLength);
      for (let at = 0; at < 16; at += 4) seen.add(view.getUint32(at));
    }
    expect(seen.size).toBe(4000);
    expect(seen.has(0)).toBe(false);
    expect(fills()).toBe(4);
  });

  test("drops a rest that is too short, and never crosses into used bytes", () => {
    const random = randomSource(counting().fill);
    const taken = [4000, 100, 96].map((bytes) => Buffer.from(random(bytes)));
    expect(taken.map(({ length }) => length)).toEqual([4000, 100, 96]);
    expect(taken.map((bytes) => bytes.readUInt32BE(0))).toEqual([1, 1025, 1050]);
    expect(() => random(4097)).toThrow(RangeError);
  });

  test("keeps nothing of what it handed out, and what was handed out is the taker's alone", () => {
    let pool: Uint8Array = new Uint8Array();
    const random = randomSource((bytes) => {
      pool = bytes.fill(7);
    });
    const first = random(16);
    expect(pool.subarray(0, 16).every((byte) => byte === 0)).toBe(true);
    first.fill(1);
    expect(random(16).every((byte) => byte === 7)).toBe(true);
    expect(first.buffer).not.toBe(pool.buffer);
  });

  test("is random by default", () => {
    const random = randomSource();
    expect(Buffer.from(random(16)).equals(random(16))).toBe(false);
  });
});

describe("Shutdown", () => {
  test("aborts its signal and makes its calls, once, but none that was taken away", () => {
    const shutdown = new Shutdown();
    const made: string[] = [];
    const gone = (): void => void made.push("gone");
    shutdown.add(() => made.push("call"));
    shutdown.add(gone);
    shutdown.delete(gone);
    const reason = new SandboxError("poolClosed", "the pool was destroyed");
    shutdown.begin(reason);
    shutdown.begin(new SandboxError("poolClosed", "again"));
    expect(made).toEqual(["call"]);
    expect([shutdown.hasBegun, shutdown.signal.aborted]).toEqual([true, true]);
    expect(shutdown.signal.reason).toBe(reason);
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
