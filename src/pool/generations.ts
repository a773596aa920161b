/**
 * The current zygote of each runtime and preload set, and its replacement by the next generation.
 *
 * A zygote that is due goes on forking until its successor is ready, and is closed when the last open that
 * uses it is through: nobody ever waits for a recycling.
 */
import type { Clock, Log } from "../core/ports.ts";
import type { RecycleAfter, Zygote } from "../forkserver/zygote.ts";
import type { ForkserverPort } from "./keeper.ts";

/** What a zygote is started from. */
export interface ZygoteKind {
  readonly interpreter: string;
  readonly preload: readonly string[];
}

/** A zygote in use for one open; give it back with `done`. */
export interface Borrowed {
  readonly zygote: Zygote;
  done(): void;
}

export interface GenerationsOptions {
  readonly recycleAfter: RecycleAfter;
  readonly clock: Clock;
  readonly log: Log;
  /** called when a successor has taken over */
  readonly onRenewed: (kind: ZygoteKind, generation: number) => void;
}

/** One zygote, from its start to its close. */
interface Life {
  readonly forkserver: ForkserverPort;
  readonly zygote: Promise<Zygote>;
  /** set when it has started */
  ready: Zygote | undefined;
  users: number;
  isRetired: boolean;
}

interface Line {
  readonly kind: ZygoteKind;
  generation: number;
  current: Life | undefined;
  isRenewing: boolean;
  /** a successor that could not be started is not tried again before this */
  renewNotBeforeMs: number;
}

const RENEW_AGAIN_MS = 30_000;

export class Generations {
  readonly #options: GenerationsOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: GenerationsOptions) {
    this.#options = options;
  }

  /** The zygote to fork from now; started first when there is none. */
  async borrow(forkserver: ForkserverPort, kind: ZygoteKind): Promise<Borrowed> {
    const line = this.#lineOf(kind);
    let life = line.current;
    if (life === undefined || !isUsable(life, forkserver)) {
      life = this.#begin(line, forkserver);
      line.current = life;
    }
    life.users += 1;
    const done = (): void => {
      life.users -= 1;
      closeIfUnused(life);
    };
    try {
      const zygote = await life.zygote;
      this.#renewIfDue(line, life, zygote);
      return { zygote, done };
    } catch (error) {
      done();
      if (line.current === life) {
        line.current = undefined;
      }
      throw error;
    }
  }

  /** Replaces what is due by age; to be called now and then, because a full shelf forks nothing. */
  renewDue(): void {
    for (const line of this.#lines.values()) {
      const { current } = line;
      if (current?.ready !== undefined && isUsable(current, current.forkserver)) {
        this.#renewIfDue(line, current, current.ready);
      }
    }
  }

  #lineOf(kind: ZygoteKind): Line {
    const key = [kind.interpreter, ...kind.preload].join("\0");
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = {
        kind,
        generation: 0,
        current: undefined,
        isRenewing: false,
        renewNotBeforeMs: 0,
      };
      this.#lines.set(key, line);
    }
    return line;
  }

  #begin(line: Line, forkserver: ForkserverPort): Life {
    line.generation += 1;
    const life: Life = {
      forkserver,
      zygote: forkserver.openZygote({ ...line.kind, generation: line.generation }),
      ready: undefined,
      users: 0,
      isRetired: false,
    };
    life.zygote.then(
      (zygote) => {
        life.ready = zygote;
      },
      () => undefined, // told to whoever borrows it
    );
    return life;
  }

  #renewIfDue(line: Line, life: Life, zygote: Zygote): void {
    const { clock, recycleAfter } = this.#options;
    const nowMs = clock.monotonicMs();
    if (
      !line.isRenewing &&
      line.current === life &&
      nowMs >= line.renewNotBeforeMs &&
      zygote.isDue(recycleAfter, nowMs)
    ) {
      line.isRenewing = true;
      void this.#renew(line, life);
    }
  }

  async #renew(line: Line, old: Life): Promise<void> {
    const next = this.#begin(line, old.forkserver);
    try {
      const zygote = await next.zygote;
      if (line.current !== old) {
        zygote.close(); // the old one died meanwhile and was replaced already
        return;
      }
      line.current = next;
      old.isRetired = true;
      closeIfUnused(old);
      this.#options.onRenewed(line.kind, zygote.generation);
    } catch (error) {
      line.renewNotBeforeMs = this.#options.clock.monotonicMs() + RENEW_AGAIN_MS;
      this.#options.log.warn("cannot recycle a zygote: the old one goes on", { error });
    } finally {
      line.isRenewing = false;
    }
  }
}

function isUsable(life: Life, forkserver: ForkserverPort): boolean {
  const isStarting = life.ready === undefined;
  return life.forkserver === forkserver && (isStarting || life.ready?.isReady() === true);
}

function closeIfUnused(life: Life): void {
  if (life.isRetired && life.users === 0) {
    life.ready?.close();
  }
}
