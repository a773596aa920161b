/** Random bytes in small portions. */
import { randomFillSync } from "node:crypto";

/** A call of the generator costs some 10 µs, and no more for a page than for the 16 bytes of a nonce. */
const POOL_BYTES = 4096;

/**
 * A source of random bytes that fills its pool ahead. Each byte is handed out once, as a copy, and is not
 * kept: what one caller got can be found neither by the next one nor in the pool.
 */
export function randomSource(
  fill: (pool: Uint8Array) => unknown = randomFillSync,
): (bytes: number) => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (bytes) => {
    if (bytes > POOL_BYTES) {
      throw new RangeError(`cannot take ${bytes} random bytes at once: the pool has ${POOL_BYTES}`);
    }
    if (used + bytes > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const end = used + bytes;
    const taken = pool.slice(used, end);
    pool.fill(0, used, end);
    used = end;
    return taken;
  };
}

/** Random bytes for this process: nonces and ids. */
export const randomBytes = randomSource();
