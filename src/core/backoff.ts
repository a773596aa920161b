/** Waits between attempts: doubling up to a maximum, with jitter so that many do not retry in step. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maximumMs: number;
  /** a number in [0, 1); passed in by tests */
  readonly random?: () => number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts one failure and says how long to wait: between half and all of the current step. */
  nextMs(): number {
    const { firstMs, maximumMs, random = Math.random } = this.#options;
    // 2 ** 1024 is Infinity; the exponent is capped long before.
    const stepMs = Math.min(maximumMs, firstMs * 2 ** Math.min(this.#failures, 40));
    this.#failures += 1;
    return Math.round(stepMs / 2 + (random() * stepMs) / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
