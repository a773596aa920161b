/**
 * Handle on one zygote: a running interpreter with its modules loaded that only forks children.
 *
 * starting -> ready     the preload is done and the forkserver checked it
 * any      -> gone      it ended, its start failed, close(), or the forkserver is gone
 */
import { deferred } from "../core/deferred.ts";
import { SandboxError } from "../core/errors.ts";
import type { Fault, Request, ZygoteGone, ZygoteReady } from "../wire/codec.ts";
import { faultError } from "./fault.ts";

/** When a zygote is replaced: its children share its address layout, so a leak ages with it. */
export interface RecycleAfter {
  readonly forks: number;
  readonly ageMs: number;
}

export const RECYCLE_AFTER: RecycleAfter = { forks: 5_000, ageMs: 60 * 60_000 };

export interface Zygote {
  readonly id: number;
  /** Counts the zygotes of one runtime and preload set, from 1. */
  readonly generation: number;
  readonly preloadMs: number;
  isReady(): boolean;
  /** Has it forked so often, or lived so long, that the next generation should take over? */
  isDue(after: RecycleAfter, nowMs: number): boolean;
  /** Settles when it is gone, with the reason. */
  readonly gone: Promise<SandboxError>;
  /** Ends it. Sandboxes it forked live on. */
  close(): void;
}

type State =
  | { name: "starting" }
  | { name: "ready"; sinceMs: number; preloadMs: number }
  | { name: "gone" };

export class ZygoteHandle implements Zygote {
  readonly id: number;
  readonly generation: number;
  readonly #control: (request: Request) => void;
  readonly #monotonicMs: () => number;
  readonly #ready = deferred<void>();
  readonly #gone = deferred<SandboxError>();
  #state: State = { name: "starting" };
  #forks = 0;

  constructor(
    id: number,
    generation: number,
    control: (request: Request) => void,
    monotonicMs: () => number,
  ) {
    this.id = id;
    this.generation = generation;
    this.#control = control;
    this.#monotonicMs = monotonicMs;
    this.#ready.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get gone(): Promise<SandboxError> {
    return this.#gone.promise;
  }

  get preloadMs(): number {
    return this.#state.name === "ready" ? this.#state.preloadMs : 0;
  }

  isReady(): boolean {
    return this.#state.name === "ready";
  }

  isDue(after: RecycleAfter, nowMs: number): boolean {
    return (
      this.#state.name === "ready" &&
      (this.#forks >= after.forks || nowMs - this.#state.sinceMs >= after.ageMs)
    );
  }

  countFork(): void {
    this.#forks += 1;
  }

  close(): void {
    this.fail(new SandboxError("poolClosed", `zygote ${this.id} was closed`), "isUp");
  }

  handleReady(event: ZygoteReady): void {
    if (this.#state.name === "starting") {
      this.#become({
        name: "ready",
        sinceMs: this.#monotonicMs(),
        preloadMs: event.preloadUs / 1000,
      });
      this.#ready.resolve();
    }
  }

  handleGone(event: ZygoteGone): void {
    // The forkserver's reason already says which module, or that the interpreter could not be executed.
    const reason = Buffer.from(event.reason).toString("utf8").trim();
    const end = event.signal === 0 ? `code ${event.exitCode}` : `signal ${event.signal}`;
    this.fail(
      new SandboxError(
        "zygoteFailed",
        `the zygote ended with ${end}${reason === "" ? "" : `: ${reason}`}`,
      ),
      "isDown",
    );
  }

  handleFault(fault: Fault): void {
    const cause = faultError(fault);
    this.fail(
      new SandboxError("zygoteFailed", `the zygote cannot be used: ${cause.message}`, {
        cause,
        step: fault.step,
        ...(cause.errno === undefined ? {} : { errno: cause.errno }),
      }),
      "isUp",
    );
  }

  fail(cause: SandboxError, there: "isUp" | "isDown"): void {
    if (this.#state.name === "gone") {
      return;
    }
    this.#become({ name: "gone" });
    this.#ready.reject(cause);
    this.#gone.resolve(cause);
    if (there === "isUp") {
      this.#control({ kind: "closeZygote", zygoteId: this.id });
    }
  }

  #become(next: State): void {
    this.#state = next;
  }
}
