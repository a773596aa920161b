/**
 * The warm sandboxes of one pool key: when to make more, when to retire.
 *
 * open -> closed   close(): what is parked is closed, who waits is refused, nothing more is opened
 *
 * A sandbox of an older generation is still handed out, until its replacement is parked.
 */
import { Backoff } from "../core/backoff.ts";
import { deferred } from "../core/deferred.ts";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Log } from "../core/ports.ts";
import { abortError } from "../forkserver/forkserver.ts";
import type { Sandbox } from "../forkserver/sandbox.ts";

/** A sandbox with the generation of the zygote it was forked from. */
export interface Opened {
  readonly sandbox: Sandbox;
  readonly generation: number;
}

export interface ShelfOptions {
  /** how many are kept parked; 0 opens only what is waited for */
  readonly warm: number;
  /** how many are opened at once */
  readonly parallelOpens: number;
  readonly open: (signal: AbortSignal) => Promise<Opened>;
  readonly log: Log;
  readonly backoff?: Backoff;
}

interface Waiter {
  readonly hand: (sandbox: Sandbox) => void;
  readonly refuse: (error: SandboxError) => void;
}

/** So many opens in a row must fail before those who wait are told; the first retry comes at once. */
const PATIENCE = 3;
/**
 * A sandbox taken from a well-stocked shelf is replaced when its lease ends, or after this: to open one
 * costs the forkserver a millisecond, and the job that has just been started needs it now.
 */
const REFILL_MS = 5;

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #backoff: Backoff;
  readonly #parked = new Set<Opened>();
  readonly #waiters = new Set<Waiter>();
  readonly #closing = new AbortController();
  #opening = 0;
  #failures = 0;
  #generation = 0;
  #isFillDue = false;
  #timer: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff({ firstMs: 50, maximumMs: 5_000 });
  }

  get parked(): number {
    return this.#parked.size;
  }

  get opening(): number {
    return this.#opening;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Starts to fill it, if it is not full: after the callback that is running and all its promises, so that
   * a job that has just ended is answered, and the caller's next one is on its way, before that.
   */
  fill(): void {
    if (!this.#isFillDue) {
      this.#isFillDue = true;
      process.nextTick(() => {
        this.#isFillDue = false;
        this.#pump();
      });
    }
  }

  /** Hands over a parked sandbox, or the next one that is opened. */
  take(signal: AbortSignal): Promise<Sandbox> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(abortError(this.#closing.signal));
    }
    if (signal.aborted) {
      return Promise.reject(abortError(signal));
    }
    const sandbox = this.#pick();
    if (sandbox === undefined) {
      return this.#wait(signal);
    }
    this.#refillLater();
    return Promise.resolve(sandbox);
  }

  /** From now on only sandboxes of this generation count as stock; older ones go as they are replaced. */
  renew(generation: number): void {
    this.#generation = Math.max(this.#generation, generation);
    this.#pump();
  }

  /** Closes what is parked and refuses who waits. */
  close(reason: SandboxError): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    this.#closing.abort(reason);
    clearTimeout(this.#timer);
    clearTimeout(this.#pause);
    for (const waiter of this.#waiters) {
      waiter.refuse(reason);
    }
    for (const { sandbox } of this.#parked) {
      sandbox.close();
    }
    this.#parked.clear();
  }

  #pick(): Sandbox | undefined {
    for (const opened of this.#parked) {
      this.#parked.delete(opened);
      if (opened.sandbox.isAlive()) {
        return opened.sandbox;
      }
      opened.sandbox.close();
    }
    return undefined;
  }

  #wait(signal: AbortSignal): Promise<Sandbox> {
    const handed = deferred<Sandbox>();
    const settle = (): void => {
      this.#waiters.delete(waiter);
      signal.removeEventListener("abort", onAbort);
    };
    const waiter: Waiter = {
      hand: (sandbox) => {
        settle();
        handed.resolve(sandbox);
      },
      refuse: (error) => {
        settle();
        handed.reject(error);
      },
    };
    const onAbort = (): void => waiter.refuse(abortError(signal));
    signal.addEventListener("abort", onAbort);
    this.#waiters.add(waiter);
    this.#pump();
    return handed.promise;
  }

  #refillLater(): void {
    if (this.#parked.size * 2 < this.#options.warm) {
      this.fill();
    } else if (this.#timer === undefined && this.#parked.size < this.#options.warm) {
      this.#timer = setTimeout(() => this.#pump(), REFILL_MS);
    }
  }

  /** Opens as many as are missing, as far as it may. */
  #pump(): void {
    const { warm, parallelOpens } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (
      !this.#closing.signal.aborted &&
      this.#pause === undefined &&
      this.#opening < parallelOpens &&
      this.#opening + this.#fresh() < warm + this.#waiters.size
    ) {
      void this.#openOne();
    }
  }

  #fresh(): number {
    let count = 0;
    for (const { generation } of this.#parked) {
      count += generation >= this.#generation ? 1 : 0;
    }
    return count;
  }

  async #openOne(): Promise<void> {
    this.#opening += 1;
    try {
      const opened = await this.#options.open(this.#closing.signal);
      this.#opening -= 1;
      this.#place(opened);
    } catch (error) {
      this.#opening -= 1;
      this.#fail(error);
    }
    this.#pump();
  }

  #place(opened: Opened): void {
    const { sandbox } = opened;
    if (this.#closing.signal.aborted) {
      sandbox.close();
      return;
    }
    // One that dies while it is parked is replaced as soon as that is known.
    void sandbox.closed.then(() => {
      if (this.#parked.delete(opened)) {
        this.#pump();
      }
    });
    if (!sandbox.isAlive()) {
      this.#fail(
        new SandboxError("stageFailed", "a sandbox died as soon as it was parked (step ready)", {
          step: "ready",
        }),
      );
      return;
    }
    this.#failures = 0;
    this.#backoff.reset();
    const [waiter] = this.#waiters;
    if (waiter !== undefined) {
      waiter.hand(sandbox);
      return;
    }
    this.#parked.add(opened);
    this.#trim();
  }

  /** Closes the oldest while there are more than are kept warm: the stale first, as they are the oldest. */
  #trim(): void {
    for (const opened of this.#parked) {
      if (this.#parked.size <= this.#options.warm) {
        return;
      }
      this.#parked.delete(opened);
      opened.sandbox.close();
    }
  }

  #fail(reason: unknown): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    const error = asSandboxError(reason);
    this.#failures += 1;
    this.#options.log.warn("cannot open a sandbox", {
      code: error.code,
      step: error.step,
      error: error.message,
      failures: this.#failures,
    });
    // What needs a human does not get better by trying, and a zygote that failed was tried for seconds.
    if (this.#failures >= PATIENCE || !error.retryable || error.code === "zygoteFailed") {
      for (const waiter of this.#waiters) {
        waiter.refuse(error);
      }
    }
    this.#holdOff();
  }

  #holdOff(): void {
    if (this.#failures > 1 && this.#pause === undefined) {
      this.#pause = setTimeout(() => {
        this.#pause = undefined;
        this.#pump();
      }, this.#backoff.nextMs());
    }
  }
}

function asSandboxError(reason: unknown): SandboxError {
  return reason instanceof SandboxError
    ? reason
    : new SandboxError("stageFailed", `cannot open a sandbox: ${messageOf(reason)} (step open)`, {
        cause: reason,
        step: "open",
      });
}
