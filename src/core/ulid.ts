/** Job ids: 48 bits of time and 80 random bits in Crockford's base 32, so that they sort by age. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A source of ULIDs; ids of one source are strictly increasing, also within a millisecond. */
export function ulidSource(
  nowMs: () => number,
  random: (bytes: Uint8Array) => Uint8Array = (bytes) => globalThis.crypto.getRandomValues(bytes),
): () => string {
  let lastMs = -1;
  let tail = 0n;
  return () => {
    const ms = Math.floor(nowMs());
    tail += 1n;
    // A clock that steps back must not break the order either: the old time is kept.
    if (ms > lastMs || tail >= 1n << 80n) {
      lastMs = Math.max(ms, lastMs + 1);
      tail = random(new Uint8Array(10)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
    let value = (BigInt(lastMs) << 80n) | tail;
    let text = "";
    for (let index = 0; index < 26; index += 1) {
      text = `${ALPHABET[Number(value & 31n)]}${text}`;
      value >>= 5n;
    }
    return text;
  };
}
