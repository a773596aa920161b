/**
 * What AsyncDisposableStack is where Node has it (Node 20 has not): releases run in reverse order,
 * each one runs even when another failed, and a second dispose does nothing.
 */
export class Cleanup implements AsyncDisposable {
  #releases: (() => unknown)[] = [];
  #disposal: Promise<void> | undefined;

  /** Registers a release; may be asynchronous. */
  defer(release: () => unknown): void {
    if (this.#disposal !== undefined) {
      throw new Error("cannot defer a release: the cleanup is disposed already");
    }
    this.#releases.push(release);
  }

  /** Registers a resource and gives it back. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.defer(() =>
      Symbol.asyncDispose in resource
        ? resource[Symbol.asyncDispose]()
        : resource[Symbol.dispose](),
    );
    return resource;
  }

  /** Hands all releases over to a new owner: this cleanup then has nothing to do. */
  move(): Cleanup {
    const moved = new Cleanup();
    moved.#releases = this.#releases;
    this.#releases = [];
    return moved;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#disposeAll();
    return this.#disposal;
  }

  async #disposeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (
      let release = this.#releases.pop();
      release !== undefined;
      release = this.#releases.pop()
    ) {
      try {
        await release();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) {
      throw errors[0];
    }
    if (errors.length > 1) {
      throw new AggregateError(errors, `${errors.length} releases failed`);
    }
  }
}
