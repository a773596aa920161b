/** Exclusive hold on a sandbox, for one job. Disposing it retires the sandbox, whatever happened. */
import type { Sandbox } from "../forkserver/sandbox.ts";

export class Lease implements AsyncDisposable {
  readonly sandbox: Sandbox;
  #release: (() => void) | undefined;

  constructor(sandbox: Sandbox, release: () => void) {
    this.sandbox = sandbox;
    this.#release = release;
  }

  /** Does not wait for the kernel to take the sandbox down: the next job needs nothing of it. */
  [Symbol.asyncDispose](): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    if (release !== undefined) {
      this.sandbox.close();
      release();
    }
    return Promise.resolve();
  }
}
