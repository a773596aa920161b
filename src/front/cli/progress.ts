/**
 * A line on standard error that says that something is still going on: only on a terminal, only after a
 * second, and erased before anything else is written. States: idle -> waiting -> (shown <-> waiting) -> idle.
 */
import type { Terminal } from "./io.ts";

const QUIET_BEFORE_MS = 1000;
const REDRAW_MS = 120;
const FRAMES = ["|", "/", "-", "\\"] as const;
const ERASE_LINE = "\r\u001b[K";

type State =
  | { readonly name: "idle" }
  | { readonly name: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly name: "shown"; readonly timer: NodeJS.Timeout };

export interface ProgressOptions {
  readonly enabled: boolean;
  readonly label: string;
  readonly nowMs: () => number;
}

export class Progress {
  readonly #stream: Terminal;
  readonly #options: ProgressOptions;
  #state: State = { name: "idle" };
  #startedMs = 0;
  #frame = 0;

  constructor(stream: Terminal, options: ProgressOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  start(): void {
    if (this.#options.enabled && this.#stream.isTTY === true) {
      this.#startedMs = this.#options.nowMs();
      this.#wait();
    }
  }

  /** Call before the job's bytes go to a terminal; `endsLine`: whether they leave the cursor at a line start. */
  interrupt(endsLine: boolean): void {
    if (this.#state.name === "idle") {
      return;
    }
    this.#erase();
    if (endsLine) {
      this.#wait();
    } else {
      // A half line of the job stands where ours would go, and erasing ours would erase it.
      this.stop();
    }
  }

  /** Erases the line; nothing is drawn afterwards. */
  stop(): void {
    if (this.#state.name !== "idle") {
      this.#erase();
      clearTimeout(this.#state.timer);
      this.#become({ name: "idle" });
    }
  }

  #wait(): void {
    this.#clearTimer();
    this.#become({ name: "waiting", timer: this.#later(QUIET_BEFORE_MS) });
  }

  #draw(): void {
    const elapsedS = Math.floor((this.#options.nowMs() - this.#startedMs) / 1000);
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? "";
    this.#stream.write(`${ERASE_LINE}${frame} ${this.#options.label} ${elapsedS} s`);
    this.#clearTimer();
    this.#become({ name: "shown", timer: this.#later(REDRAW_MS) });
  }

  #later(delayMs: number): NodeJS.Timeout {
    const timer = setTimeout(() => this.#draw(), delayMs);
    // A spinner must not be what keeps the program alive.
    timer.unref();
    return timer;
  }

  #erase(): void {
    if (this.#state.name === "shown") {
      this.#stream.write(ERASE_LINE);
    }
  }

  #clearTimer(): void {
    if (this.#state.name !== "idle") {
      clearTimeout(this.#state.timer);
    }
  }

  #become(state: State): void {
    this.#state = state;
  }
}
