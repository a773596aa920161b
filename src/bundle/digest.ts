/** Digests of code and inputs, computed while the job runs: off its path, and large ones off the main loop. */
import { hash } from "node:crypto";
import { messageOf, SandboxError } from "../core/errors.ts";
import { isThreadWork, type Threads } from "../threads/pool.ts";
import type { FileIdentity } from "../threads/thread.ts";

const CACHE_MAXIMUM = 1024;

/** "sha256:…" of bytes, at once; for small data only. */
function digestOf(data: Uint8Array): string {
  return `sha256:${hash("sha256", data)}`;
}

function keyOf(identity: FileIdentity): string {
  const { device, inode, bytes, modifiedNs, changedNs } = identity;
  return `${device}:${inode}:${bytes}:${modifiedNs}:${changedNs}`;
}

export class Digests {
  readonly #threads: Threads;
  /** least recently used first; a digest is true of an identity for ever, so nothing expires */
  readonly #cache = new Map<string, string>();

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  async ofBytes(data: Uint8Array): Promise<string> {
    if (!isThreadWork(data.byteLength)) {
      return digestOf(data);
    }
    return `sha256:${await this.#threads.hashBytes(data)}`;
  }

  /**
   * Digest of the content that a file had when it was given to a job. When the file has changed since,
   * no digest would be true, and that is an error.
   */
  async ofFile(path: string, given: FileIdentity): Promise<string> {
    const key = keyOf(given);
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      return cached;
    }
    const found = await this.#threads.hashFile(path).catch((error: unknown) => {
      throw new SandboxError("inputUnreadable", `cannot digest ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    });
    if (keyOf(found.before) !== key || keyOf(found.after) !== key) {
      throw new SandboxError("inputUnreadable", `${path} changed while the job was using it`, {
        remedy: "pass a copy that nobody writes to",
      });
    }
    const digest = `sha256:${found.sha256}`;
    this.#remember(key, digest);
    return digest;
  }

  #remember(key: string, digest: string): void {
    this.#cache.set(key, digest);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= CACHE_MAXIMUM) {
        break;
      }
      this.#cache.delete(oldest);
    }
  }
}
