/**
 * The end of a pool, as its jobs await it: a signal for those that wait for something, and a call for each
 * that must do something. The calls are no listeners of the signal, which take 8 µs of each job.
 */
import type { SandboxError } from "./errors.ts";

export class Shutdown {
  readonly #controller = new AbortController();
  readonly #calls = new Set<() => void>();

  /** Aborted with the reason, a SandboxError. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasBegun(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Ends all that waits, and makes all calls, once. */
  begin(reason: SandboxError): void {
    if (!this.hasBegun) {
      this.#controller.abort(reason);
      for (const call of this.#calls) {
        call();
      }
    }
  }

  /** To be called when it begins. */
  add(call: () => void): void {
    this.#calls.add(call);
  }

  delete(call: () => void): void {
    this.#calls.delete(call);
  }
}
