/**
 * What runs inside a thread: pure work on bytes, and the reading of files that the caller named.
 * A thread owns no process, no socket and no state between calls, so ending it at any moment is safe.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type JsonVerdict, parseStrictJson } from "../core/json.ts";

/** Which content a path had: any change of it changes one of these. */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  readonly bytes: number;
  readonly modifiedNs: string;
  readonly changedNs: string;
}

export interface FileDigest {
  /** lower-case hex */
  readonly sha256: string;
  readonly before: FileIdentity;
  readonly after: FileIdentity;
}

const BLOCK_BYTES = 256 * 1024;

export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    device: String(stats.dev),
    inode: String(stats.ino),
    bytes: Number(stats.size),
    modifiedNs: String(stats.mtimeNs),
    changedNs: String(stats.ctimeNs),
  };
}

/**
 * Digest of a regular file, with its identity before and after, so that a change in between shows.
 *
 * Synchronous calls: a thread that is ended closes the descriptors it has opened so, whereas an open that
 * is still under way in the thread pool then stays open in the whole process.
 */
export function hashFile(path: string): FileDigest {
  // O_NONBLOCK: opening a FIFO without it waits for a writer, for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = fstatSync(file, { bigint: true });
    if (!before.isFile()) {
      throw new Error(`${path} is not a regular file`);
    }
    const hash = createHash("sha256");
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (;;) {
      const bytesRead = readSync(file, block, 0, BLOCK_BYTES, null);
      if (bytesRead === 0) {
        break;
      }
      hash.update(block.subarray(0, bytesRead));
    }
    const after = fstatSync(file, { bigint: true });
    return { sha256: hash.digest("hex"), before: identityOf(before), after: identityOf(after) };
  } finally {
    closeSync(file);
  }
}

/** Digest of bytes, as lower-case hex. */
export function hashBytes(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A hostile result, read strictly. */
export function readJson(data: Uint8Array): JsonVerdict {
  return parseStrictJson(data);
}
