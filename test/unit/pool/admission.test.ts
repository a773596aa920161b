import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { Admission } from "../../../src/pool/admission.ts";

const closed = new SandboxError("poolClosed", "the pool was closed");

describe("Admission", () => {
  test("admits as many as there are places, and then in the order of arrival", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 2 });
    const order: string[] = [];
    const leave = await admission.enter();
    const second = admission.enter().then((leaveSecond) => {
      order.push("second");
      leaveSecond();
    });
    const third = admission.enter().then(() => order.push("third"));
    expect([admission.inside, admission.waiting]).toEqual([1, 2]);
    leave();
    await Promise.all([second, third]);
    expect(order).toEqual(["second", "third"]);
  });

  test("refuses with overloaded when enough wait", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 0 });
    await admission.enter();
    await expect(admission.enter()).rejects.toMatchObject({ code: "overloaded", retryable: true });
  });

  test("does not let a newcomer overtake who waits", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 5 });
    const leave = await admission.enter();
    const first = admission.enter();
    leave();
    const late = admission.enter();
    await first;
    expect(admission.waiting).toBe(1);
    (await first)();
    await late;
  });

  test("counts a place once, however often it is left", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 5 });
    const leave = await admission.enter();
    leave();
    leave();
    await admission.enter();
    expect(admission.inside).toBe(1);
  });

  test("gives up a wait with the reason of the signal, and frees its turn", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 1 });
    const leave = await admission.enter();
    const abort = new AbortController();
    const given = admission.enter(abort.signal);
    const reason = new SandboxError("cancelled", "enough");
    abort.abort(reason);
    await expect(given).rejects.toBe(reason);
    expect(admission.waiting).toBe(0);
    const next = admission.enter();
    leave();
    await next;
    await expect(admission.enter(AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  });

  test("close finishes who waits and refuses who comes", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 5 });
    const leave = await admission.enter();
    const waiting = admission.enter();
    admission.close(closed);
    await expect(admission.enter()).rejects.toBe(closed);
    leave();
    (await waiting)();
    await admission.idle;
  });

  test("refuseAll also refuses who waits", async () => {
    const admission = new Admission({ places: 1, maxWaiting: 5 });
    const leave = await admission.enter();
    const waiting = admission.enter();
    admission.refuseAll(closed);
    await expect(waiting).rejects.toBe(closed);
    leave();
    await admission.idle;
  });

  test("widen admits who waits", async () => {
    const admission = new Admission({ places: 0, maxWaiting: 5 });
    const waiting = [admission.enter(), admission.enter()];
    admission.widen(2);
    await Promise.all(waiting);
    expect(admission.inside).toBe(2);
  });
});
