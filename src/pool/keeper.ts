/**
 * Keeps one forkserver alive: starts it when it is needed, and again, with back-off, after it was lost.
 *
 * idle -> starting -> running -> idle ...      any -> closed
 *
 * The next one is started only when the leftovers of the last one are swept: the sweep tells ours from
 * another's by a marker that both would carry.
 */
import { Backoff } from "../core/backoff.ts";
import { SandboxError } from "../core/errors.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Forkserver } from "../forkserver/forkserver.ts";

/** What the pool asks of a forkserver; tests pass in another one. */
export type ForkserverPort = Pick<
  Forkserver,
  | "hello"
  | "isReady"
  | "dead"
  | "defineFilter"
  | "definePlan"
  | "dropPlan"
  | "openZygote"
  | "openSandbox"
  | "close"
  | "destroy"
>;

export interface KeeperOptions {
  readonly start: () => Promise<ForkserverPort>;
  readonly clock: Clock;
  readonly log: Log;
  readonly backoff?: Backoff;
}

type State =
  | { name: "idle" }
  | { name: "starting"; started: Promise<ForkserverPort> }
  | { name: "running"; forkserver: ForkserverPort; sinceMs: number }
  | { name: "closed" };

/** One that lived this long did not die of what it was born with: the next start comes at once. */
const HEALTHY_MS = 10_000;
/** The pool closes when no job runs any more: what is left then is only being taken down. */
const DRAIN_MS = 5_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #backoff: Backoff;
  #state: State = { name: "idle" };
  #deaths = 0;
  #last: ForkserverPort | undefined;
  #wake: (() => void) | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff({ firstMs: 100, maximumMs: 10_000 });
  }

  /** The forkserver that is ready now, or the next one. */
  current(): Promise<ForkserverPort> {
    const state = this.#state;
    switch (state.name) {
      case "running":
        if (state.forkserver.isReady()) {
          return Promise.resolve(state.forkserver);
        }
        this.#noteDeath(state.sinceMs);
        return this.#start();
      case "idle":
        return this.#start();
      case "starting":
        return state.started;
      case "closed":
        return Promise.reject(new SandboxError("poolClosed", "the pool was closed"));
    }
  }

  /** Ends the forkserver once its last sandbox is gone, or after a while all the same. */
  async close(): Promise<void> {
    const last = await this.#stop();
    if (last !== undefined) {
      const timer = setTimeout(() => void last.destroy(), DRAIN_MS);
      await last.close();
      clearTimeout(timer);
    }
  }

  /** Ends the forkserver, and all it holds, now. */
  async destroy(): Promise<void> {
    await (await this.#stop())?.destroy();
  }

  /** Starts no more, and gives the last one that was started. */
  async #stop(): Promise<ForkserverPort | undefined> {
    const state = this.#state;
    this.#become({ name: "closed" });
    this.#wake?.();
    if (state.name === "starting") {
      // It ends the one it is starting by itself; that is told to whoever waits for it.
      await state.started.catch(() => undefined);
    }
    return this.#last;
  }

  #start(): Promise<ForkserverPort> {
    const started = this.#startOne();
    this.#become({ name: "starting", started });
    return started;
  }

  async #startOne(): Promise<ForkserverPort> {
    await this.#last?.dead;
    await this.#holdOff();
    let forkserver: ForkserverPort;
    try {
      forkserver = await this.#options.start();
    } catch (error) {
      this.#deaths += 1;
      if (this.#state.name === "starting") {
        this.#become({ name: "idle" });
      }
      throw error;
    }
    this.#last = forkserver;
    if (this.#state.name === "closed") {
      await forkserver.destroy();
      throw new SandboxError("poolClosed", "the pool was closed");
    }
    this.#become({
      name: "running",
      forkserver,
      sinceMs: this.#options.clock.monotonicMs(),
    });
    return forkserver;
  }

  /** The first retry comes at once; a close ends the wait. */
  async #holdOff(): Promise<void> {
    if (this.#deaths > 1) {
      const waitMs = this.#backoff.nextMs();
      this.#options.log.warn("the forkserver keeps dying: waiting before the next start", {
        deaths: this.#deaths,
        waitMs,
      });
      await new Promise<void>((fulfil) => {
        const timer = setTimeout(fulfil, waitMs);
        this.#wake = () => {
          clearTimeout(timer);
          fulfil();
        };
      });
      this.#wake = undefined;
    }
    if (this.#state.name === "closed") {
      throw new SandboxError("poolClosed", "the pool was closed");
    }
  }

  #noteDeath(sinceMs: number): void {
    if (this.#options.clock.monotonicMs() - sinceMs >= HEALTHY_MS) {
      this.#deaths = 0;
      this.#backoff.reset();
    }
    this.#deaths += 1;
  }

  #become(next: State): void {
    this.#state = next;
  }
}
