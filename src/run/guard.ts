/**
 * One job's cancel, shutdown and last deadline, folded into one signal and one promise.
 *
 * Limits of a job are enforced by the forkserver. The deadline here is only for the case that the
 * forkserver or init does not answer any more, which is our failure and not the job's.
 */
import { setMaxListeners } from "node:events";
import { type Deferred, deferred } from "../core/deferred.ts";
import { SandboxError } from "../core/errors.ts";
import type { Shutdown } from "../core/shutdown.ts";
import type { Sandbox } from "../forkserver/sandbox.ts";

/** Longer than the forkserver's own deadlines, so that its answer, which knows more, comes first. */
const GRACE_MS = 5_000;

type State =
  | { readonly name: "waiting" }
  | { readonly name: "running"; readonly sandbox: Sandbox; readonly collectMs: number }
  | { readonly name: "over" };

export class Guard implements Disposable {
  readonly #caller: AbortSignal | undefined;
  readonly #shutdown: Shutdown;
  /** Most jobs have no signal of their own: then the shutdown's is what ends the wait, and none is made. */
  readonly #waiting: AbortController | undefined;
  readonly #failed: Deferred<never> = deferred();
  #state: State = { name: "waiting" };
  #timer: NodeJS.Timeout | undefined;
  #isCancelled = false;

  // Not AbortSignal.any: on Node 20 each call leaves an entry in a long-lived signal, here the shutdown.
  constructor(caller: AbortSignal | undefined, shutdown: Shutdown) {
    this.#caller = caller;
    this.#shutdown = shutdown;
    this.#waiting = caller === undefined ? undefined : new AbortController();
    this.#failed.promise.catch(() => undefined);
    if (caller !== undefined) {
      // One signal for many jobs is what callers do; each job takes its listener away again.
      setMaxListeners(0, caller);
      caller.addEventListener("abort", this.#onCancel);
    }
    shutdown.add(this.#onShutdown);
    if (shutdown.hasBegun) {
      this.#onShutdown();
    } else if (caller?.aborted === true) {
      this.#onCancel();
    }
  }

  /** Aborts what waits for a sandbox. */
  get signal(): AbortSignal {
    return this.#waiting?.signal ?? this.#shutdown.signal;
  }

  /** True once the caller asked for the end of a job that was running. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Throws when the job is not wanted any more, before it has started. */
  check(): void {
    this.signal.throwIfAborted();
  }

  /** From now on the sandbox is what has to end. */
  watch(sandbox: Sandbox, wallMs: number, collectMs: number): void {
    this.#state = { name: "running", sandbox, collectMs };
    this.#arm(wallMs + collectMs + GRACE_MS);
  }

  /** Both reports of the end are there: what is still to do is the caller's own time, without a deadline. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** The sandbox is given up and another one is waited for. */
  wait(): void {
    clearTimeout(this.#timer);
    this.#state = { name: "waiting" };
    if (this.#caller?.aborted === true) {
      this.#onCancel();
    }
  }

  /** The value, or the promise's unless shutdown, the last deadline or `fail` come first. */
  orFail<T>(value: Promise<T> | T): Promise<T> | T {
    return value instanceof Promise ? Promise.race([this.#failed.promise, value]) : value;
  }

  /** Ends the run with an error of ours or of the caller's. */
  fail(error: unknown): void {
    // First, here and in the race above: the close makes the sandbox's own promises reject, with less to say.
    this.#failed.reject(error);
    if (this.#state.name === "running") {
      this.#state.sandbox.close();
    }
  }

  [Symbol.dispose](): void {
    this.#state = { name: "over" };
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#onCancel);
    this.#shutdown.delete(this.#onShutdown);
  }

  #arm(delayMs: number): void {
    clearTimeout(this.#timer);
    // A timer above 2^31 - 1 ms fires at once; the hard maximum of wallMs is a day.
    this.#timer = setTimeout(() => {
      this.fail(
        new SandboxError(
          "stageFailed",
          "the sandbox did not report its end in time (step collect)",
          {
            step: "collect",
            started: true,
          },
        ),
      );
    }, delayMs);
  }

  readonly #onCancel = (): void => {
    if (this.#state.name === "running") {
      this.#isCancelled = true;
      this.#state.sandbox.kill();
      this.#arm(this.#state.collectMs + GRACE_MS);
    } else if (this.#state.name === "waiting") {
      this.#waiting?.abort(
        new SandboxError("cancelled", "the job was cancelled before it had started", {
          cause: this.#caller?.reason,
        }),
      );
    }
  };

  readonly #onShutdown = (): void => {
    const isStarted = this.#state.name === "running";
    const error = new SandboxError("poolClosed", "the pool was destroyed", { started: isStarted });
    if (isStarted) {
      this.fail(error);
    } else {
      this.#waiting?.abort(error);
    }
  };
}
