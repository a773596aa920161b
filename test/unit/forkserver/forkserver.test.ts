import { chmodSync } from "node:fs";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { Forkserver } from "../../../src/forkserver/forkserver.ts";
import { layersOf } from "../../../src/forkserver/layers.ts";
import type { InitMessage, Sandbox } from "../../../src/forkserver/sandbox.ts";
import {
  connectInit,
  HELLO,
  initFrame,
  removeScratch,
  requestOf,
  type Stage,
  scratchDirectory,
  stage,
} from "./fake.ts";

afterEach(removeScratch);

const EXITED = { started: true, exitCode: 0, trigger: 0 };
const DONE = initFrame({ done: { stdoutBytes: 2 } });

async function ready(): Promise<{ set: Stage; forkserver: Forkserver }> {
  const set = stage();
  await expect.poll(() => set.socketPath()).not.toBe("");
  set.program.say(HELLO);
  return { set, forkserver: await set.started };
}

async function openZygote({ program }: Stage, forkserver: Forkserver) {
  const opening = forkserver.openZygote({
    interpreter: "/usr/bin/python3",
    preload: ["json"],
    generation: 1,
  });
  const { zygoteId } = await requestOf(program, "openZygote");
  program.say({ zygoteReady: { zygoteId, pid: 7, preloadUs: 1500 } });
  return await opening;
}

interface Open {
  readonly sandbox: Sandbox;
  readonly init: Socket;
  readonly messages: InitMessage[];
}

async function openSandbox(set: Stage, forkserver: Forkserver): Promise<Open> {
  const zygote = await openZygote(set, forkserver);
  const opening = forkserver.openSandbox({
    zygote,
    filterId: 1,
    planId: 1,
    limits: DEFAULT_LIMITS,
  });
  const { sandboxId, nonce } = await requestOf(set.program, "openSandbox");
  const init = await connectInit(set.socketPath(), { sandboxId, nonce });
  set.program.say({
    sandboxReady: { sandboxId, layers: [{ name: "seccomp", state: 2 }], steps: [], attested: true },
  });
  const sandbox = await opening;
  const messages: InitMessage[] = [];
  sandbox.onMessage((message) => messages.push(message));
  return { sandbox, init, messages };
}

describe("Forkserver", () => {
  test("is used only after a Hello in our protocol", async () => {
    const set = stage();
    await expect.poll(() => set.socketPath()).not.toBe("");
    set.program.say({ hello: { ...HELLO.hello, protocol: 2 } });
    await expect(set.started).rejects.toMatchObject({ code: "protocolBroken" });
    expect(set.program.signals).toEqual(["SIGKILL"]);
    expect(set.sweeps.length).toBe(1);
  });

  test("reports a failed start with its step", async () => {
    const set = stage();
    await expect.poll(() => set.socketPath()).not.toBe("");
    set.program.say({
      fault: { step: "forkserverStart", error: 1, detail: Buffer.from("cannot go on") },
    });
    await expect(set.started).rejects.toMatchObject({
      code: "stageFailed",
      step: "forkserverStart",
      errno: 1,
      message: "cannot go on: EPERM (step forkserverStart)",
    });
  });

  test("refuses a scratch directory that others may enter", async () => {
    const directory = scratchDirectory();
    chmodSync(directory, 0o755);
    const start = Forkserver.start({
      native: { program: "/n", module: "/m", script: "/s" },
      scratchDirectory: directory,
      log: silentLog,
      clock: { monotonicMs: () => 0, wallMs: () => 0 },
      spawn: () => Promise.reject(new Error("not reached")),
      runProbe: () => Promise.reject(new Error("not reached")),
    });
    await expect(start).rejects.toMatchObject({ code: "stageFailed", step: "introduce" });
  });

  test("opens a sandbox when it is both attested and introduced", async () => {
    const { set, forkserver } = await ready();
    const { sandbox, init } = await openSandbox(set, forkserver);
    expect(sandbox.isAlive()).toBe(true);
    expect(sandbox.layers).toEqual({ seccomp: "on" });
    init.destroy();
    await forkserver.destroy();
    expect(set.sweeps.length).toBe(0);
  });

  test("sends what is asked in one turn as one write and in order, and what a job waits for before it", async () => {
    const { set, forkserver } = await ready();
    const { sandbox } = await openSandbox(set, forkserver);
    const before = set.program.writes.length;
    forkserver.dropPlan(91);
    void sandbox.start(DEFAULT_LIMITS, 1000);
    sandbox.kill();
    sandbox.close();
    forkserver.dropPlan(92);
    await requestOf(set.program, "closeSandbox");
    expect(set.program.writes.slice(before)).toEqual([
      ["startJob"],
      ["killJob"],
      ["dropPlan", "closeSandbox", "dropPlan"],
    ]);
    expect((await requestOf(set.program, "dropPlan")).planId).toBe(91);
    await forkserver.destroy();
    expect(set.program.stdin.writableEnded).toBe(true);
  });

  test("sends what was asked before it ends the program", async () => {
    const { set, forkserver } = await ready();
    forkserver.dropPlan(91);
    await forkserver.destroy();
    expect(set.program.writes.at(-1)).toEqual(["dropPlan"]);
  });

  test("answers before it closes init's connection, and takes nothing after the last frame", async () => {
    const { set, forkserver } = await ready();
    const { sandbox, init, messages } = await openSandbox(set, forkserver);
    void sandbox.start(DEFAULT_LIMITS, 1000);
    const order: string[] = [];
    const closed = new Promise<void>((fulfil) => {
      init.once("close", () => {
        order.push("closed");
        fulfil();
      });
    });
    const late = initFrame({ output: { stream: 0, data: Buffer.from("late") } });
    init.write(Buffer.concat([DONE, late]));
    init.resume();
    set.program.say({ jobExited: { sandboxId: sandbox.id, ...EXITED } });
    await Promise.all([sandbox.ended, sandbox.exited]);
    order.push("answered");
    await closed;
    expect(order).toEqual(["answered", "closed"]);
    expect(messages.map(({ kind }) => kind)).toEqual(["done"]);
    await forkserver.destroy();
  });

  test("gives the same frozen layers to sandboxes that reach the same, and others to others", () => {
    const said = (state: "on" | "off") => [
      { name: "seccomp", state },
      { name: "landlock", state: "on" as const },
    ];
    const first = layersOf(said("on"));
    expect(layersOf(said("on"))).toBe(first);
    expect(first).toEqual({ seccomp: "on", landlock: "on" });
    expect(Object.isFrozen(first)).toBe(true);
    expect(layersOf(said("off"))).toEqual({ seccomp: "off", landlock: "on" });
    expect(layersOf(said("off").slice(1))).toEqual({ landlock: "on" });
    expect(layersOf([])).toEqual({});
    expect(first).toEqual({ seccomp: "on", landlock: "on" });
  });

  test("joins the two ends of a job whatever comes first", async () => {
    for (const order of ["exited", "done", "closed"] as const) {
      const { set, forkserver } = await ready();
      const { sandbox, init, messages } = await openSandbox(set, forkserver);
      await sandbox.start(DEFAULT_LIMITS, 1000);
      await requestOf(set.program, "startJob");
      init.write(initFrame({ output: { stream: 0, data: Buffer.from("hi") } }));
      if (order === "done") {
        init.end(DONE);
        await sandbox.ended;
        set.program.say({ jobExited: { sandboxId: sandbox.id, ...EXITED } });
      } else {
        set.program.say({ jobExited: { sandboxId: sandbox.id, ...EXITED } });
        await sandbox.exited;
        // The close may be read before what init had sent: nothing of it may be lost.
        if (order === "closed") set.program.say({ sandboxClosed: { sandboxId: sandbox.id } });
        await new Promise((fulfil) => setTimeout(fulfil, 20));
        init.end(DONE);
      }
      expect((await sandbox.exited).exitCode).toBe(0);
      await sandbox.ended;
      expect(messages.map(({ kind }) => kind)).toEqual(["output", "done"]);
      sandbox.close();
      expect(set.program.requests).toEqual([]);
      await forkserver.destroy();
    }
  });

  test("waits for LimitsApplied only when memory or pids change", async () => {
    const { set, forkserver } = await ready();
    const { sandbox } = await openSandbox(set, forkserver);
    let isApplied = false;
    const starting = Promise.resolve(sandbox.start({ ...DEFAULT_LIMITS, pids: 1 }, 1000)).then(
      () => {
        isApplied = true;
      },
    );
    await requestOf(set.program, "startJob");
    expect(isApplied).toBe(false);
    set.program.say({ limitsApplied: { sandboxId: sandbox.id } });
    await starting;
    expect(() => sandbox.start(DEFAULT_LIMITS, 1)).toThrow("it is used once");
    await forkserver.destroy();
  });

  test("turns a fault into a SandboxError with its step, marked as started when it was", async () => {
    const { set, forkserver } = await ready();
    const { sandbox } = await openSandbox(set, forkserver);
    await sandbox.start(DEFAULT_LIMITS, 1000);
    set.program.say({
      fault: {
        sandboxId: sandbox.id,
        step: "collect",
        error: 74,
        detail: Buffer.from("init is stuck"),
      },
    });
    const failure = {
      code: "stageFailed",
      step: "collect",
      started: true,
      message: "init is stuck: EBADMSG (step collect)",
    };
    await expect(sandbox.exited).rejects.toMatchObject(failure);
    await expect(sandbox.ended).rejects.toMatchObject(failure);
    await forkserver.destroy();
  });

  test("fails a sandbox whose init breaks off before its last frame", async () => {
    const { set, forkserver } = await ready();
    const { sandbox, init } = await openSandbox(set, forkserver);
    await sandbox.start(DEFAULT_LIMITS, 1000);
    init.destroy();
    await expect(sandbox.ended).rejects.toMatchObject({ code: "stageFailed", step: "collect" });
    await requestOf(set.program, "closeSandbox");
    await forkserver.destroy();
  });

  test("fails a sandbox whose init breaks the protocol", async () => {
    const cases: Uint8Array[] = [
      initFrame({ introduction: { sandboxId: 1, nonce: Buffer.alloc(16) } }),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
      Buffer.from([1, 0]),
      Buffer.concat([DONE, DONE]),
    ];
    for (const [at, bytes] of cases.entries()) {
      const { set, forkserver } = await ready();
      const { sandbox, init } = await openSandbox(set, forkserver);
      await sandbox.start(DEFAULT_LIMITS, 1000);
      init.write(bytes);
      if (at === 3)
        await sandbox.ended; // what follows the last frame is nobody's
      else
        await expect(sandbox.ended).rejects.toMatchObject({
          code: "protocolBroken",
          started: true,
        });
      await forkserver.destroy();
    }
  });

  test("refuses output of a parked sandbox", async () => {
    const { set, forkserver } = await ready();
    const { sandbox, init } = await openSandbox(set, forkserver);
    init.write(initFrame({ output: { stream: 0, data: Buffer.from("early") } }));
    await expect(sandbox.ended).rejects.toMatchObject({ code: "protocolBroken", started: false });
    expect(sandbox.isAlive()).toBe(false);
    await forkserver.destroy();
  });

  test("destroys connections that are not introduced as they should be", async () => {
    const { set, forkserver } = await ready();
    const zygote = await openZygote(set, forkserver);
    const opening = forkserver.openSandbox({
      zygote,
      filterId: 1,
      planId: 1,
      limits: DEFAULT_LIMITS,
    });
    const { sandboxId, nonce } = await requestOf(set.program, "openSandbox");
    const wrong = [
      { sandboxId, nonce: Buffer.alloc(16) },
      { sandboxId: sandboxId + 100, nonce },
    ];
    for (const introduction of wrong) {
      const socket = await connectInit(set.socketPath(), introduction);
      socket.on("error", () => undefined);
      await new Promise((fulfil) => socket.once("close", fulfil));
    }
    const honest = await connectInit(set.socketPath(), { sandboxId, nonce });
    const twice = await connectInit(set.socketPath(), { sandboxId, nonce });
    twice.on("error", () => undefined);
    await new Promise((fulfil) => twice.once("close", fulfil));
    set.program.say({ sandboxReady: { sandboxId, layers: [], steps: [], attested: true } });
    expect((await opening).isAlive()).toBe(true);
    honest.destroy();
    await forkserver.destroy();
  });

  test("gives up an open with the reason of its signal, and has it taken down", async () => {
    const { set, forkserver } = await ready();
    const zygote = await openZygote(set, forkserver);
    const abort = new AbortController();
    const opening = forkserver.openSandbox(
      { zygote, filterId: 1, planId: 1, limits: DEFAULT_LIMITS },
      abort.signal,
    );
    const { sandboxId } = await requestOf(set.program, "openSandbox");
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    expect((await requestOf(set.program, "closeSandbox")).sandboxId).toBe(sandboxId);
    await forkserver.destroy();
  });

  test("rejects everything pending when it dies, says how, and sweeps once", async () => {
    const { set, forkserver } = await ready();
    const { sandbox } = await openSandbox(set, forkserver);
    await sandbox.start(DEFAULT_LIMITS, 1000);
    set.program.stderr.write("forkserver: out of luck\n");
    await expect.poll(() => set.lines).toContain("forkserver: out of luck");
    set.program.exit({ exitCode: null, signal: "SIGKILL" });
    await expect(sandbox.exited).rejects.toMatchObject({
      code: "forkserverLost",
      started: true,
      message: "the forkserver ended with SIGKILL (forkserver: out of luck)",
    });
    await sandbox.closed;
    expect((await forkserver.dead).code).toBe("forkserverLost");
    expect(set.sweeps.length).toBe(1);
    expect(() =>
      forkserver.definePlan({
        visible: { binds: [], links: [], hidden: [] },
        tmpBytes: 1,
        outBytes: 1,
        outFiles: 1,
        inputs: [],
      }),
    ).toThrow("SIGKILL");
  });

  test("is killed when it sends what is no event", async () => {
    const { set, forkserver } = await ready();
    set.program.stdout.write(Buffer.from([2, 0xff, 0xff]));
    expect((await forkserver.dead).code).toBe("protocolBroken");
    expect(set.program.signals).toEqual(["SIGKILL"]);
  });

  test("fails a zygote that ends or cannot start, with the reason it gave", async () => {
    const { set, forkserver } = await ready();
    const opening = forkserver.openZygote({
      interpreter: "/usr/bin/python3",
      preload: ["torch"],
      generation: 1,
    });
    const { zygoteId } = await requestOf(set.program, "openZygote");
    set.program.say({
      zygoteGone: { zygoteId, exitCode: 1, reason: Buffer.from("torch started 4 threads") },
    });
    await expect(opening).rejects.toMatchObject({
      code: "zygoteFailed",
      message: "the zygote ended with code 1: torch started 4 threads",
    });
    await forkserver.destroy();
  });

  test("close opens nothing new and ends when the last sandbox is gone", async () => {
    const { set, forkserver } = await ready();
    const { sandbox } = await openSandbox(set, forkserver);
    const closing = forkserver.close();
    const zygote = { interpreter: "/usr/bin/python3", preload: [], generation: 2 };
    await expect(forkserver.openZygote(zygote)).rejects.toMatchObject({ code: "poolClosed" });
    sandbox.close();
    await requestOf(set.program, "closeSandbox");
    set.program.say({ sandboxClosed: { sandboxId: sandbox.id } });
    await Promise.all([closing, forkserver.close(), forkserver.destroy()]);
    expect(set.sweeps.length).toBe(0);
  });
});
