/**
 * A bounded wait, first in, first out: so many may be inside at once, so many may wait, the next is refused
 * with `overloaded`.
 */
import { deferred } from "../core/deferred.ts";
import { SandboxError } from "../core/errors.ts";
import { abortError } from "../forkserver/forkserver.ts";

export interface AdmissionOptions {
  /** how many may be inside at once */
  readonly places: number;
  /** how many may wait for a place */
  readonly maxWaiting: number;
}

/** Leaves the place; a second call does nothing. */
export type Leave = () => void;

interface Waiter {
  readonly admit: (leave: Leave) => void;
  readonly refuse: (error: SandboxError) => void;
}

export class Admission {
  readonly #maxWaiting: number;
  readonly #waiters = new Set<Waiter>();
  readonly #idle = deferred<void>();
  #places: number;
  #inside = 0;
  #closedBy: SandboxError | undefined;

  constructor(options: AdmissionOptions) {
    this.#places = options.places;
    this.#maxWaiting = options.maxWaiting;
  }

  get capacity(): number {
    return this.#places + this.#maxWaiting;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Waits for a place. Rejects with `overloaded`, with the reason of `signal`, or with that of the close. */
  enter(signal?: AbortSignal): Promise<Leave> {
    if (this.#closedBy !== undefined) {
      return Promise.reject(this.#closedBy);
    }
    if (signal?.aborted === true) {
      return Promise.reject(abortError(signal));
    }
    if (this.#inside < this.#places && this.#waiters.size === 0) {
      return Promise.resolve(this.#admit());
    }
    if (this.#waiters.size >= this.#maxWaiting) {
      return Promise.reject(
        new SandboxError(
          "overloaded",
          `${this.#inside} jobs are running and ${this.#waiters.size} are waiting`,
          { remedy: "try again later, or raise the limit of waiting jobs" },
        ),
      );
    }
    return this.#wait(signal);
  }

  /** Adds places. */
  widen(by: number): void {
    this.#places += by;
    while (this.#waiters.size > 0 && this.#inside < this.#places) {
      this.#admitNext();
    }
  }

  /** Refuses whoever comes from now on; those who wait are still admitted. */
  close(reason: SandboxError): void {
    this.#closedBy ??= reason;
    this.#noteIdle();
  }

  /** Refuses also those who wait. */
  refuseAll(reason: SandboxError): void {
    this.close(reason);
    for (const waiter of this.#waiters) {
      waiter.refuse(reason);
    }
    this.#noteIdle();
  }

  /** After a close: settles when nobody is inside or waiting. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  #wait(signal: AbortSignal | undefined): Promise<Leave> {
    const admitted = deferred<Leave>();
    const settle = (): void => {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", onAbort);
    };
    const waiter: Waiter = {
      admit: (leave) => {
        settle();
        admitted.resolve(leave);
      },
      refuse: (error) => {
        settle();
        admitted.reject(error);
        this.#noteIdle();
      },
    };
    const onAbort = (): void => {
      if (signal !== undefined) {
        waiter.refuse(abortError(signal));
      }
    };
    signal?.addEventListener("abort", onAbort);
    this.#waiters.add(waiter);
    return admitted.promise;
  }

  #admit(): Leave {
    this.#inside += 1;
    let hasLeft = false;
    return () => {
      if (hasLeft) {
        return;
      }
      hasLeft = true;
      this.#inside -= 1;
      this.#admitNext();
      this.#noteIdle();
    };
  }

  #admitNext(): void {
    const [next] = this.#waiters;
    if (next !== undefined && this.#inside < this.#places) {
      next.admit(this.#admit());
    }
  }

  #noteIdle(): void {
    if (this.#closedBy !== undefined && this.#inside === 0 && this.#waiters.size === 0) {
      this.#idle.resolve();
    }
  }
}
