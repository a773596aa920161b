/**
 * All sandboxes: shelves of warm ones, zygotes, and who may use how many.
 *
 * open -> closing     close(): nobody new is admitted, who is inside or waits is finished
 * any  -> destroyed   destroy(): everything ends now
 */
import { availableParallelism } from "node:os";
import { SandboxError } from "../core/errors.ts";
import type { Limits } from "../core/limits.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { CellPlan, Filter, InputBind } from "../forkserver/plans.ts";
import type { Sandbox } from "../forkserver/sandbox.ts";
import { RECYCLE_AFTER, type RecycleAfter } from "../forkserver/zygote.ts";
import type { VisibleFiles } from "../runtime/visible.ts";
import type { Hello } from "../wire/codec.ts";
import { Admission } from "./admission.ts";
import { Generations, type ZygoteKind } from "./generations.ts";
import { type ForkserverPort, Keeper } from "./keeper.ts";
import { Lease } from "./lease.ts";
import { type Opened, Shelf } from "./shelf.ts";

/** Everything about a sandbox that is decided before a job is known. */
export interface SandboxKind {
  readonly runtime: {
    readonly id: string;
    readonly interpreter: string;
    readonly visible: VisibleFiles;
  };
  readonly preload: readonly string[];
  readonly filter: Filter;
  /** what parked sandboxes are opened with; a job's own are applied when it starts */
  readonly limits: Limits;
}

export interface PoolOptions {
  readonly start: () => Promise<ForkserverPort>;
  readonly log: Log;
  readonly clock: Clock;
  /** jobs that run at once; default: two for each processor */
  readonly maxConcurrent?: number;
  /** jobs that wait for a sandbox; the next is refused as `overloaded` */
  readonly maxWaiting?: number;
  /** sandboxes of one kind that are opened at once */
  readonly parallelOpens?: number;
  readonly recycleAfter?: RecycleAfter;
}

interface Stock {
  readonly kind: SandboxKind;
  readonly shelf: Shelf;
}

type State =
  | { name: "open" }
  | { name: "closing"; closed: Promise<void> }
  | { name: "destroyed"; destroyed: Promise<void> };

const MAX_WAITING = 1_000;
const PARALLEL_OPENS = 2;
const AGE_CHECK_MS = 30_000;

export class SandboxPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #keeper: Keeper;
  readonly #generations: Generations;
  readonly #admission: Admission;
  /** One place for each sandbox that exists, from its order until the kernel has let go of it. */
  readonly #alive: Admission;
  readonly #stocks = new Map<string, Stock>();
  /** The plans of shelves, each defined once for one forkserver. */
  readonly #plans = new WeakMap<ForkserverPort, Map<string, number>>();
  readonly #ageCheck: NodeJS.Timeout;
  #state: State = { name: "open" };

  constructor(options: PoolOptions) {
    const maxConcurrent = options.maxConcurrent ?? Math.max(2, availableParallelism() * 2);
    this.#options = options;
    this.#keeper = new Keeper(options);
    this.#generations = new Generations({
      clock: options.clock,
      log: options.log,
      recycleAfter: options.recycleAfter ?? RECYCLE_AFTER,
      onRenewed: (zygote, generation) => this.#renew(zygote, generation),
    });
    this.#admission = new Admission({
      places: maxConcurrent,
      maxWaiting: options.maxWaiting ?? MAX_WAITING,
    });
    // Twice as many as may run, for those on their way out while the next come in; warm ones add theirs.
    this.#alive = new Admission({
      places: maxConcurrent * 2,
      maxWaiting: Number.POSITIVE_INFINITY,
    });
    this.#ageCheck = setInterval(() => this.#generations.renewDue(), AGE_CHECK_MS);
    this.#ageCheck.unref();
  }

  /** What the forkserver said about this host; starts it when it is not there. */
  async hello(): Promise<Hello> {
    return (await this.#keeper.current()).hello;
  }

  /** Jobs that may be inside or wait. */
  get runsMaximum(): number {
    return this.#admission.capacity;
  }

  /** How many jobs hold a sandbox, and how many wait for one. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#admission.inside, waiting: this.#admission.waiting };
  }

  /** How many sandboxes of this kind are parked. */
  parked(kind: SandboxKind): number {
    return this.#stocks.get(keyOf(kind, planOf(kind, kind.limits, [])))?.shelf.parked ?? 0;
  }

  /** Keeps `warm` sandboxes of this kind parked from now on; does not wait for them. */
  stock(kind: SandboxKind, warm: number): void {
    this.#checkOpen();
    const plan = planOf(kind, kind.limits, []);
    const key = keyOf(kind, plan);
    if (this.#stocks.has(key)) {
      throw new SandboxError("usage", "sandboxes of this kind are kept already");
    }
    this.#alive.widen(warm);
    const shelf = new Shelf({
      warm,
      parallelOpens: this.#options.parallelOpens ?? PARALLEL_OPENS,
      log: this.#options.log,
      open: (signal) => this.#openFor(key, kind, plan, signal),
    });
    this.#stocks.set(key, { kind, shelf });
    shelf.fill();
  }

  /**
   * Leases a sandbox of this kind: a parked one where its file systems fit the limits, else one that is
   * opened now. Rejects with `overloaded`, `poolClosed`, the reason of `signal`, or why none can be opened.
   */
  async acquire(
    kind: SandboxKind,
    limits: Limits,
    binds: readonly InputBind[],
    signal: AbortSignal,
  ): Promise<Lease> {
    this.#checkOpen();
    const leave = await this.#admission.enter(signal);
    try {
      const shelf = binds.length === 0 ? this.#shelfFor(kind, limits) : undefined;
      const sandbox = await (shelf === undefined
        ? this.#openCold(kind, planOf(kind, limits, binds), limits, signal)
        : shelf.take(signal));
      const lease = new Lease(sandbox, () => {
        leave();
        shelf?.fill();
      });
      if (this.#state.name === "destroyed") {
        await lease[Symbol.asyncDispose]();
        throw new SandboxError("poolClosed", "the pool was destroyed");
      }
      return lease;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Admits nobody new, and ends when the last job has. */
  close(): Promise<void> {
    if (this.#state.name === "open") {
      this.#become({ name: "closing", closed: this.#finish() });
    }
    return this.#state.name === "closing" ? this.#state.closed : this.destroy();
  }

  /** Ends everything now; jobs that run reject with `poolClosed`. */
  destroy(): Promise<void> {
    if (this.#state.name !== "destroyed") {
      // The state first: what is refused below must find it.
      const ended = Promise.resolve().then(() => this.#keeper.destroy());
      this.#become({ name: "destroyed", destroyed: ended });
      const reason = new SandboxError("poolClosed", "the pool was destroyed");
      clearInterval(this.#ageCheck);
      this.#admission.refuseAll(reason);
      this.#closeShelves(reason);
      this.#alive.refuseAll(reason);
    }
    return this.#state.name === "destroyed" ? this.#state.destroyed : Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    const reason = new SandboxError("poolClosed", "the pool was closed");
    this.#admission.close(reason);
    await this.#admission.idle;
    clearInterval(this.#ageCheck);
    this.#closeShelves(reason);
    this.#alive.refuseAll(reason);
    await this.#keeper.close();
  }

  #closeShelves(reason: SandboxError): void {
    for (const { shelf } of this.#stocks.values()) {
      shelf.close(reason);
    }
  }

  /**
   * The shelf whose sandboxes do for these limits. /tmp has the size it was made with, so it must be the
   * same; /out may be larger, because init counts what it sends.
   */
  #shelfFor(kind: SandboxKind, limits: Limits): Shelf | undefined {
    for (const stock of this.#stocks.values()) {
      const made = stock.kind.limits;
      if (
        isSameKind(stock.kind, kind) &&
        made.tmpBytes === limits.tmpBytes &&
        made.artifactBytes >= limits.artifactBytes &&
        made.artifactFiles >= limits.artifactFiles
      ) {
        return stock.shelf;
      }
    }
    return undefined;
  }

  #openFor(key: string, kind: SandboxKind, plan: CellPlan, signal: AbortSignal): Promise<Opened> {
    return this.#open(kind, kind.limits, signal, (forkserver) => {
      let plans = this.#plans.get(forkserver);
      if (plans === undefined) {
        plans = new Map();
        this.#plans.set(forkserver, plans);
      }
      let planId = plans.get(key);
      if (planId === undefined) {
        planId = forkserver.definePlan(plan);
        plans.set(key, planId);
      }
      return planId;
    });
  }

  async #openCold(
    kind: SandboxKind,
    plan: CellPlan,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<Sandbox> {
    let dropPlan = (): void => undefined;
    try {
      const { sandbox } = await this.#open(kind, limits, signal, (forkserver) => {
        const planId = forkserver.definePlan(plan);
        dropPlan = () => forkserver.dropPlan(planId);
        return planId;
      });
      return sandbox;
    } finally {
      dropPlan();
    }
  }

  async #open(
    kind: SandboxKind,
    limits: Limits,
    signal: AbortSignal,
    planIn: (forkserver: ForkserverPort) => number,
  ): Promise<Opened> {
    const leave = await this.#alive.enter(signal);
    try {
      const forkserver = await this.#keeper.current();
      const borrowed = await this.#generations.borrow(forkserver, zygoteKindOf(kind));
      try {
        const { zygote } = borrowed;
        const filterId = forkserver.defineFilter(kind.filter);
        const planId = planIn(forkserver);
        const sandbox = await forkserver.openSandbox({ zygote, filterId, planId, limits }, signal);
        void sandbox.closed.then(leave);
        return { sandbox, generation: zygote.generation };
      } finally {
        borrowed.done();
      }
    } catch (error) {
      leave();
      throw error;
    }
  }

  #renew(zygote: ZygoteKind, generation: number): void {
    for (const { kind, shelf } of this.#stocks.values()) {
      const own = zygoteKindOf(kind);
      if (own.interpreter === zygote.interpreter && isSameList(own.preload, zygote.preload)) {
        shelf.renew(generation);
      }
    }
  }

  #checkOpen(): void {
    if (this.#state.name !== "open") {
      throw new SandboxError("poolClosed", `the pool is ${this.#state.name}`);
    }
  }

  #become(next: State): void {
    this.#state = next;
  }
}

function planOf(kind: SandboxKind, limits: Limits, inputs: readonly InputBind[]): CellPlan {
  return {
    visible: kind.runtime.visible,
    tmpBytes: limits.tmpBytes,
    outBytes: limits.artifactBytes,
    outFiles: limits.artifactFiles,
    inputs,
  };
}

/** Runtime, preload, profile and the shape of the cell: what must be equal for one to stand for another. */
function keyOf(kind: SandboxKind, plan: CellPlan): string {
  return JSON.stringify([
    kind.runtime.id,
    kind.runtime.interpreter,
    kind.preload,
    kind.filter.digest,
    plan.tmpBytes,
    plan.outBytes,
    plan.outFiles,
  ]);
}

function isSameKind(a: SandboxKind, b: SandboxKind): boolean {
  return (
    a === b ||
    (a.runtime.id === b.runtime.id &&
      a.runtime.interpreter === b.runtime.interpreter &&
      a.filter.digest === b.filter.digest &&
      isSameList(a.preload, b.preload))
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

function zygoteKindOf(kind: SandboxKind): ZygoteKind {
  return { interpreter: kind.runtime.interpreter, preload: kind.preload };
}
