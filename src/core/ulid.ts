/** Job ids: 48 bits of time and 80 random bits in Crockford's base 32, so that they sort by age. */
import { randomBytes } from "./random.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_DIGITS = 10;
/** The random bits are counted in two halves of 40, because a number is exact only up to 2^53. */
const HALF_DIGITS = 8;
const HALF_BYTES = 5;
const HALF_RANGE = 2 ** 40;

/** A source of ULIDs; ids of one source are strictly increasing, also within a millisecond. */
export function ulidSource(
  nowMs: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): () => string {
  let lastMs = -1;
  let time = "";
  let high = 0;
  let low = 0;
  return () => {
    const ms = Math.floor(nowMs());
    low += 1;
    if (low === HALF_RANGE) {
      low = 0;
      high += 1;
    }
    // A clock that steps back must not break the order either: the old time is kept.
    if (ms > lastMs || high === HALF_RANGE) {
      lastMs = Math.max(ms, lastMs + 1);
      time = digits(lastMs, TIME_DIGITS);
      const bytes = random(2 * HALF_BYTES);
      high = numberOf(bytes.subarray(0, HALF_BYTES));
      low = numberOf(bytes.subarray(HALF_BYTES));
    }
    return time + digits(high, HALF_DIGITS) + digits(low, HALF_DIGITS);
  };
}

function numberOf(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value = value * 256 + byte;
  }
  return value;
}

/** The lowest digits of a whole number; divided and not shifted, because shifts see 32 bits. */
function digits(value: number, count: number): string {
  let text = "";
  let rest = value;
  for (let index = 0; index < count; index += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
