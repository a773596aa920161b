/**
 * SIGINT and SIGTERM while a job runs: the first one cancels the job, and the result still comes; the second
 * ends this program at once, and the forkserver, seeing its standard input end, kills what is left.
 */
import { SandboxError } from "../../core/errors.ts";
import { type CancelSignal, exitCodeOfSignal } from "./exit-code.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export class Cancellation implements Disposable {
  readonly #controller = new AbortController();
  #signalName: CancelSignal | undefined;
  readonly #onSignal = (name: NodeJS.Signals): void => this.#cancel(name as CancelSignal);
  // A reader that has gone away (`broodbox run … | head`): nobody wants the rest of the job.
  readonly #onBrokenPipe = (): void => {
    if (this.#signalName === undefined) {
      this.#cancel("SIGPIPE");
    }
  };

  constructor() {
    for (const name of SIGNALS) {
      process.on(name, this.#onSignal);
    }
    process.stdout.on("error", this.#onBrokenPipe);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The signal that cancelled, if one did. */
  get signalName(): CancelSignal | undefined {
    return this.#signalName;
  }

  /** Throws SandboxError `cancelled` when it has happened already. */
  check(): void {
    if (this.#signalName !== undefined) {
      throw new SandboxError(
        "cancelled",
        `cancelled by ${this.#signalName} before the job started`,
      );
    }
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) {
      process.off(name, this.#onSignal);
    }
    process.stdout.off("error", this.#onBrokenPipe);
  }

  #cancel(name: CancelSignal): void {
    if (this.#signalName !== undefined) {
      process.exit(exitCodeOfSignal(name));
    }
    this.#signalName = name;
    this.#controller.abort();
  }
}
