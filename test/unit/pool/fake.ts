/** Sandboxes, zygotes and a forkserver without processes, for tests of who gets what and when. */
import { type Deferred, deferred } from "../../../src/core/deferred.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/core/limits.ts";
import type { Clock } from "../../../src/core/ports.ts";
import type { SandboxOrder, ZygoteOrder } from "../../../src/forkserver/forkserver.ts";
import type { CellPlan } from "../../../src/forkserver/plans.ts";
import type { Sandbox } from "../../../src/forkserver/sandbox.ts";
import type { RecycleAfter, Zygote } from "../../../src/forkserver/zygote.ts";
import type { ForkserverPort } from "../../../src/pool/keeper.ts";
import type { JobExited } from "../../../src/wire/codec.ts";

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((fulfil) => setImmediate(fulfil));
  }
}

export class FakeSandbox implements Sandbox {
  readonly id: number;
  readonly layers = {};
  readonly limits: Limits;
  readonly generation: number;
  readonly exited = deferred<JobExited>().promise;
  readonly ended = deferred<void>().promise;
  readonly #closed = deferred<void>();
  #alive = true;

  constructor(id: number, generation = 1, limits: Limits = DEFAULT_LIMITS) {
    this.id = id;
    this.generation = generation;
    this.limits = limits;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  isAlive(): boolean {
    return this.#alive;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(): void {}

  onMessage(): void {}

  kill(): void {}

  close(): void {
    this.#alive = false;
    this.#closed.resolve();
  }
}

export class FakeZygote implements Zygote {
  readonly id: number;
  readonly generation: number;
  readonly preloadMs = 1;
  readonly #gone = deferred<SandboxError>();
  isUp = true;
  due = false;

  constructor(id: number, generation: number) {
    this.id = id;
    this.generation = generation;
  }

  get gone(): Promise<SandboxError> {
    return this.#gone.promise;
  }

  isReady(): boolean {
    return this.isUp;
  }

  isDue(_after: RecycleAfter, _nowMs: number): boolean {
    return this.due;
  }

  close(): void {
    this.isUp = false;
    this.#gone.resolve(new SandboxError("poolClosed", "closed"));
  }
}

export class FakeForkserver implements ForkserverPort {
  readonly hello = {
    kind: "hello",
    protocol: 1,
    idMode: "root",
    memoryCgroup: "v2",
    pidsCgroup: "v2",
    cpuCgroup: "v2",
    landlockAbi: 6,
  } as const;
  readonly zygotes: FakeZygote[] = [];
  readonly sandboxes: FakeSandbox[] = [];
  readonly plans = new Map<number, CellPlan>();
  readonly droppedPlans: number[] = [];
  /** set to make opens fail, or wait */
  failOpen: SandboxError | undefined;
  failZygote: SandboxError | undefined;
  hold: Deferred<void> | undefined;
  readonly #dead = deferred<SandboxError>();
  #isUp = true;
  #id = 0;

  get dead(): Promise<SandboxError> {
    return this.#dead.promise;
  }

  get alive(): FakeSandbox[] {
    return this.sandboxes.filter((sandbox) => sandbox.isAlive());
  }

  isReady(): boolean {
    return this.#isUp;
  }

  /** As if it had been killed. */
  die(): void {
    this.#isUp = false;
    for (const sandbox of this.sandboxes) sandbox.close();
    for (const zygote of this.zygotes) zygote.close();
    this.#dead.resolve(new SandboxError("forkserverLost", "killed"));
  }

  defineFilter(): number {
    return 1;
  }

  definePlan(plan: CellPlan): number {
    this.#id += 1;
    this.plans.set(this.#id, plan);
    return this.#id;
  }

  dropPlan(planId: number): void {
    this.droppedPlans.push(planId);
  }

  async openZygote(order: ZygoteOrder): Promise<Zygote> {
    await Promise.resolve();
    if (this.failZygote !== undefined) throw this.failZygote;
    this.#id += 1;
    const zygote = new FakeZygote(this.#id, order.generation);
    this.zygotes.push(zygote);
    return zygote;
  }

  async openSandbox(order: SandboxOrder): Promise<Sandbox> {
    await this.hold?.promise;
    if (!this.#isUp) throw new SandboxError("forkserverLost", "killed");
    if (this.failOpen !== undefined) throw this.failOpen;
    this.#id += 1;
    const sandbox = new FakeSandbox(this.#id, order.zygote.generation, order.limits);
    this.sandboxes.push(sandbox);
    return sandbox;
  }

  async close(): Promise<void> {
    await Promise.all(this.sandboxes.map((sandbox) => sandbox.closed));
    await this.destroy();
  }

  destroy(): Promise<void> {
    this.die();
    return Promise.resolve();
  }
}

export class FakeClock implements Clock {
  nowMs = 0;

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs;
  }
}
