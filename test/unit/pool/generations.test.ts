import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { silentLog } from "../../../src/core/ports.ts";
import { RECYCLE_AFTER } from "../../../src/forkserver/zygote.ts";
import { Generations } from "../../../src/pool/generations.ts";
import { FakeClock, FakeForkserver, settle } from "./fake.ts";

const KIND = { interpreter: "/usr/bin/python3", preload: ["json"] };

function build() {
  const clock = new FakeClock();
  const renewed: number[] = [];
  const generations = new Generations({
    clock,
    log: silentLog,
    recycleAfter: RECYCLE_AFTER,
    onRenewed: (_kind, generation) => renewed.push(generation),
  });
  return { generations, clock, renewed, forkserver: new FakeForkserver() };
}

describe("Generations", () => {
  test("starts one zygote for each runtime and preload set", async () => {
    const { generations, forkserver } = build();
    const [a, b] = await Promise.all([
      generations.borrow(forkserver, KIND),
      generations.borrow(forkserver, { ...KIND }),
    ]);
    expect(a.zygote).toBe(b.zygote);
    await generations.borrow(forkserver, { ...KIND, preload: [] });
    expect(forkserver.zygotes.length).toBe(2);
  });

  test("lets a zygote that is due go on until its successor is ready and its users are through", async () => {
    const { generations, forkserver, renewed } = build();
    const user = await generations.borrow(forkserver, KIND);
    const old = forkserver.zygotes[0];
    if (old !== undefined) old.due = true;
    const trigger = await generations.borrow(forkserver, KIND);
    expect(trigger.zygote).toBe(old);
    trigger.done();
    await settle();
    expect(renewed).toEqual([2]);
    expect(old?.isReady()).toBe(true);
    user.done();
    expect(old?.isReady()).toBe(false);
    expect((await generations.borrow(forkserver, KIND)).zygote).toBe(forkserver.zygotes[1]);
  });

  test("replaces by age what nobody asks for", async () => {
    const { generations, forkserver, renewed } = build();
    (await generations.borrow(forkserver, KIND)).done();
    generations.renewDue();
    expect(forkserver.zygotes.length).toBe(1);
    const old = forkserver.zygotes[0];
    if (old !== undefined) old.due = true;
    generations.renewDue();
    await settle();
    expect(renewed).toEqual([2]);
    expect(old?.isReady()).toBe(false);
  });

  test("keeps the old one when the successor fails, and does not try again at once", async () => {
    const { generations, forkserver, clock, renewed } = build();
    (await generations.borrow(forkserver, KIND)).done();
    const old = forkserver.zygotes[0];
    if (old !== undefined) old.due = true;
    forkserver.failZygote = new SandboxError("zygoteFailed", "no memory");
    generations.renewDue();
    await settle();
    forkserver.failZygote = undefined;
    generations.renewDue();
    await settle();
    expect([old?.isReady(), renewed.length]).toEqual([true, 0]);
    clock.nowMs += 60_000;
    generations.renewDue();
    await settle();
    expect(renewed).toEqual([3]);
  });

  test("starts another after a death, of the zygote or of the forkserver", async () => {
    const { generations, forkserver } = build();
    await generations.borrow(forkserver, KIND);
    forkserver.zygotes[0]?.close();
    expect((await generations.borrow(forkserver, KIND)).zygote.generation).toBe(2);
    const next = new FakeForkserver();
    await generations.borrow(next, KIND);
    expect(next.zygotes.length).toBe(1);
  });

  test("tells a failed start to whoever borrows, and starts anew for the next", async () => {
    const { generations, forkserver } = build();
    forkserver.failZygote = new SandboxError("zygoteFailed", "module x started threads");
    await expect(generations.borrow(forkserver, KIND)).rejects.toThrow("module x started threads");
    forkserver.failZygote = undefined;
    await generations.borrow(forkserver, KIND);
  });
});
