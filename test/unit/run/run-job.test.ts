import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Digests } from "../../../src/bundle/digest.ts";
import { Scratch } from "../../../src/bundle/scratch.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { type JobRequest, parseJob } from "../../../src/core/job.ts";
import { DEFAULT_LIMITS, MAXIMUM_LIMITS } from "../../../src/core/limits.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { Shutdown } from "../../../src/core/shutdown.ts";
import type { InputBind } from "../../../src/run/fill.ts";
import type { RunOptions } from "../../../src/run/options.ts";
import { type Placement, runJob } from "../../../src/run/run-job.ts";
import type { Threads } from "../../../src/threads/pool.ts";
import { hashBytes, hashFile, readJson } from "../../../src/threads/thread.ts";
import { FakeSandbox, FULL } from "./fake-sandbox.ts";

// The functions that threads run, on this thread.
const threads = {
  hashBytes: (data: Uint8Array) => Promise.resolve(hashBytes(data)),
  hashFile: (path: string) => Promise.resolve(hashFile(path)),
  readJson: (data: Uint8Array) => Promise.resolve(readJson(data)),
} as unknown as Threads;

let base: string;
let scratch: Scratch;
let shutdown: Shutdown;
let released: number;
let bound: (readonly InputBind[])[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "run-test-"));
  scratch = await Scratch.create({ parent: base });
  shutdown = new Shutdown();
  released = 0;
  bound = [];
});
afterEach(async () => {
  await scratch[Symbol.asyncDispose]();
  await rm(base, { recursive: true });
});

/** Gives out these sandboxes, one per acquire. */
function placement(...sandboxes: (FakeSandbox | SandboxError)[]): Placement {
  return {
    profile: {
      digest: "sha256:profile",
      describe: (call) => ({ call: String(call), rule: "", hint: "", errno: "EPERM", args: [] }),
    },
    runtimeId: "python-3.11.2+abc",
    acquire(_limits, binds, signal) {
      bound.push(binds);
      const next = sandboxes.shift();
      if (signal.aborted || next === undefined || next instanceof SandboxError) {
        return Promise.reject((signal.reason ?? next ?? new Error("no sandbox left")) as Error);
      }
      return Promise.resolve({
        sandbox: next,
        [Symbol.asyncDispose]: () => {
          released += 1;
          return Promise.resolve();
        },
      });
    },
  };
}

function run(request: JobRequest, where: Placement, options: RunOptions = {}) {
  const job = parseJob("ID", request, {
    limits: DEFAULT_LIMITS,
    ceiling: MAXIMUM_LIMITS,
    minimumLevel: "full",
  });
  const tools = {
    threads,
    digests: new Digests(threads),
    scratch,
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    log: silentLog,
    shutdown,
  };
  return runJob(job, where, tools, options);
}

const sha256 = (text: string): string =>
  `sha256:${createHash("sha256").update(text).digest("hex")}`;
const output = (stream: "stdout" | "stderr" | "result", text: string) =>
  ({ kind: "output", stream, data: Buffer.from(text) }) as const;
const ends = (sandbox: FakeSandbox): void => {
  sandbox.done();
  sandbox.exit();
};

describe("runJob", () => {
  test("gives the whole document of a small job, with one write for all of it", async () => {
    const sandbox = new FakeSandbox((job) => {
      job.say(output("stdout", "hello\n"));
      job.say(output("result", "\u0005\n\u0003[1]"));
      job.say({
        kind: "artifact",
        name: Buffer.from("a.csv"),
        data: Buffer.from("1"),
        last: true,
        skipped: "",
      });
      job.exit({ deniedTotal: 2, deniedTruncated: true });
      job.done({ stdoutBytes: 6, artifactsSkipped: 1 });
    });
    const seen: string[] = [];
    const result = await run(
      { code: "x", inputs: [{ name: "raw", data: "in" }] },
      placement(sandbox),
      {
        onStdout: (chunk) => seen.push(Buffer.from(chunk).toString()),
      },
    );
    expect(sandbox.log).toEqual(["file", "start", "run+spec+stdin"]);
    expect(seen).toEqual(["hello\n"]);
    expect(released).toBe(1);
    expect(result).toEqual({
      id: "ID",
      outcome: { kind: "exited", exitCode: 0 },
      stdout: { text: "hello\n", bytes: 6, truncated: false },
      stderr: { text: "", bytes: 0, truncated: false },
      result: [1],
      error: null,
      artifacts: [{ name: "a.csv", bytes: 1, sha256: sha256("1").slice(7), mediaType: "text/csv" }],
      artifactsSkipped: [],
      artifactsSkippedTotal: 1,
      denied: [],
      deniedTotal: 2,
      deniedTruncated: true,
      usage: { wallMs: 1, cpuMs: 0.5, memoryPeakBytes: 1, processes: 1 },
      timings: {
        queueMs: expect.any(Number),
        leaseMs: expect.any(Number),
        runMs: expect.any(Number),
        collectMs: expect.any(Number),
      },
      confinement: { level: "full", layers: FULL },
      provenance: {
        code: sha256("x"),
        inputs: { raw: sha256("in") },
        profile: "sha256:profile",
        runtime: "python-3.11.2+abc",
      },
    });
  });

  test("sends stdin from a file beside the running job, and binds a large input", async () => {
    await writeFile(join(base, "in"), "x".repeat(200_000));
    await writeFile(join(base, "big"), "y".repeat(2_000_000), { mode: 0o644 });
    await writeFile(join(base, "secret"), "z".repeat(2_000_000), { mode: 0o600 });
    const sandbox = new FakeSandbox((job) => {
      const poll = (): void => {
        if (job.log.filter((what) => what === "stdin").length === 5) {
          ends(job);
        } else {
          setImmediate(poll);
        }
      };
      poll();
    });
    const result = await run(
      {
        code: "x",
        stdin: { path: join(base, "in") },
        inputs: [
          { path: join(base, "big") },
          { path: join(base, "secret") },
          { name: "b", data: "q".repeat(1_500_000) },
        ],
      },
      placement(sandbox),
    );
    expect(sandbox.log.slice(0, 2)).toEqual(["start", "run+spec"]);
    expect(bound[0]?.map(({ name }) => name)).toEqual(["big", "secret", "b"]);
    expect(bound[0]?.[0]?.path).toBe(join(base, "big"));
    expect(bound[0]?.[1]?.path.startsWith(scratch.path)).toBe(true);
    expect(result.provenance.inputs).toEqual({
      big: sha256("y".repeat(2_000_000)),
      secret: sha256("z".repeat(2_000_000)),
      b: sha256("q".repeat(1_500_000)),
    });
    expect(await readdir(scratch.path)).toEqual([]);
  });

  test("writes artifacts below the directory and hands them to the caller", async () => {
    const sandbox = new FakeSandbox((job) => {
      job.say({
        kind: "artifact",
        name: Buffer.from("d/a"),
        data: Buffer.from("1"),
        last: true,
        skipped: "",
      });
      ends(job);
    });
    const seen: unknown[] = [];
    await run({ code: "x" }, placement(sandbox), {
      outDir: join(base, "out"),
      onArtifact: ({ name }, data) => void seen.push([name, Buffer.from(data).toString()]),
    });
    expect(await readFile(join(base, "out/d/a"), "utf8")).toBe("1");
    expect(seen).toEqual([["d/a", "1"]]);
  });

  test("kills a running job that is cancelled, and rejects a waiting one", async () => {
    const abort = new AbortController();
    const sandbox = new FakeSandbox(() => abort.abort());
    const result = await run({ code: "x" }, placement(sandbox), { signal: abort.signal });
    expect(result.outcome).toEqual({ kind: "cancelled" });
    expect(sandbox.log.at(-1)).toBe("kill");
    await expect(run({ code: "x" }, placement(), { signal: abort.signal })).rejects.toMatchObject({
      code: "cancelled",
      started: false,
    });
  });

  test("ends with poolClosed when the pool is destroyed, waiting or running", async () => {
    const sandbox = new FakeSandbox(() =>
      shutdown.begin(new SandboxError("poolClosed", "the pool was destroyed")),
    );
    await expect(run({ code: "x" }, placement(sandbox))).rejects.toMatchObject({
      code: "poolClosed",
      started: true,
    });
    expect(sandbox.log.at(-1)).toBe("close");
    expect(released).toBe(1);
    await expect(run({ code: "x" }, placement())).rejects.toMatchObject({
      code: "poolClosed",
      started: false,
    });
  });

  test("places a job again, once, when the sandbox fails before it has the code", async () => {
    const fault = new SandboxError("stageFailed", "gone (step ready)", { step: "ready" });
    const failing = (): FakeSandbox => {
      const sandbox = new FakeSandbox(ends);
      sandbox.start = () => Promise.reject(fault);
      return sandbox;
    };
    const second = new FakeSandbox(ends);
    const result = await run({ code: "x" }, placement(failing(), second));
    expect(result.outcome).toEqual({ kind: "exited", exitCode: 0 });
    expect(released).toBe(2);
    await expect(run({ code: "x" }, placement(failing(), failing(), second))).rejects.toBe(fault);
    expect(released).toBe(4);
  });

  test("never runs a job again that had its code", async () => {
    const sandbox = new FakeSandbox((job) =>
      job.lose(new SandboxError("stageFailed", "gone (step collect)", { step: "collect" })),
    );
    await expect(
      run({ code: "x" }, placement(sandbox, new FakeSandbox(ends))),
    ).rejects.toMatchObject({
      code: "stageFailed",
      step: "collect",
      started: true,
      retryable: false,
    });
  });

  test("does not try again when no sandbox can be had", async () => {
    const overloaded = new SandboxError("overloaded", "full");
    await expect(run({ code: "x" }, placement(overloaded, new FakeSandbox(ends)))).rejects.toBe(
      overloaded,
    );
  });

  test("runs nothing below the minimum level, and says what is missing", async () => {
    const weak = (): FakeSandbox => new FakeSandbox(ends, { ...FULL, slotUid: "off" });
    const sandbox = weak();
    await expect(run({ code: "x" }, placement(sandbox))).rejects.toMatchObject({
      code: "levelTooLow",
      message: expect.stringContaining("missing slotUid"),
    });
    expect(sandbox.log).toEqual([]);
    const low = await run({ code: "x", minimumLevel: "full-single-uid" }, placement(weak()));
    expect(low.confinement.level).toBe("full-single-uid");
    await expect(
      run({ code: "x", minimumLevel: "seccomp-only" }, placement(new FakeSandbox(ends, {}))),
    ).rejects.toMatchObject({ code: "levelTooLow" });
  });

  test("ends with the listener's own error when it throws", async () => {
    const sandbox = new FakeSandbox((job) => job.say(output("stdout", "x")));
    const broken = new Error("the terminal is gone");
    await expect(
      run({ code: "x" }, placement(sandbox), {
        onStdout: () => {
          throw broken;
        },
      }),
    ).rejects.toBe(broken);
    expect(sandbox.log.at(-1)).toBe("close");
  });

  test("fails when init ends without its report", async () => {
    const sandbox = new FakeSandbox((job) => job.exit());
    Object.defineProperty(sandbox, "ended", { value: Promise.resolve() });
    await expect(run({ code: "x" }, placement(sandbox))).rejects.toMatchObject({
      code: "protocolBroken",
      started: true,
    });
  });

  test("does not blame a job whose input changed under it", async () => {
    const path = join(base, "log");
    await writeFile(path, "y".repeat(2_000_000), { mode: 0o644 });
    const where = placement(new FakeSandbox(ends));
    const acquire = where.acquire.bind(where);
    const changing: Placement = {
      ...where,
      async acquire(...args) {
        await writeFile(path, "more", { flag: "a" });
        return await acquire(...args);
      },
    };
    await expect(run({ code: "x", inputs: [{ path }] }, changing)).rejects.toMatchObject({
      code: "inputUnreadable",
      started: true,
    });
  });

  test.each<[string, (base: string) => JobRequest]>([
    ["code", (dir) => ({ path: join(dir, "missing.py") })],
    ["an input", (dir) => ({ code: "", inputs: [{ path: join(dir, "missing") }] })],
    ["an input that is a directory", (dir) => ({ code: "", inputs: [{ path: dir }] })],
    ["a device", () => ({ code: "", inputs: [{ path: "/dev/zero" }] })],
    ["stdin", (dir) => ({ code: "", stdin: { path: join(dir, "missing") } })],
    ["stdin that is a directory", (dir) => ({ code: "", stdin: { path: dir } })],
  ])("cannot read %s: nothing is leased", async (_what, request) => {
    await expect(run(request(base), placement(new FakeSandbox(ends)))).rejects.toMatchObject({
      code: "inputUnreadable",
      started: false,
    });
    expect(released).toBe(0);
  });

  test("reads a file of /proc, whose size says 0", async () => {
    const sandbox = new FakeSandbox(ends);
    const result = await run({ code: "", inputs: [{ path: "/proc/version" }] }, placement(sandbox));
    expect(result.provenance.inputs["version"]).toBe(
      sha256(await readFile("/proc/version", "utf8")),
    );
  });
});
