/**
 * Frames of the wire: the length of a message as a minimal varint, then the message.
 *
 * The length is checked before anything is allocated or waited for. A prefix of more than five bytes, or
 * with needless zero groups, is refused on both sides (native/frame.c), so that one sequence of frames has
 * one encoding and nothing can hide in the difference.
 */

/** The largest message that any channel carries; the job's result has a cap of its own. */
export const FRAME_BYTES_MAX = 131_072;

const PREFIX_BYTES_MAX = 5;
const FIRST_ALLOCATION_BYTES = 4096;

export type FrameFault = "frameTooLong" | "prefixInvalid" | "frameTruncated";

/** The byte stream holds no valid frame any more; nothing after it can be understood. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly fault: FrameFault;

  constructor(fault: FrameFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Cuts a byte stream into frames, however it was split on its way.
 *
 * A frame that lies within one chunk is returned as a view of it, without a copy. Memory for one that does
 * not grows with the bytes that came, never with the length that was announced.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #prefixBytes = 0;
  #prefixValue = 0;
  /** The frame that is being gathered: its length and the bytes that came; undefined between frames. */
  #gathering: { readonly length: number; buffer: Buffer; filled: number } | undefined;
  #failure: FrameError | undefined;

  constructor(maxBytes: number = FRAME_BYTES_MAX) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of an unfinished frame; when the stream ends and this is not 0, its end was cut off. */
  get pendingBytes(): number {
    return this.#prefixBytes + (this.#gathering?.filled ?? 0);
  }

  /** The messages that `chunk` completes. Throws FrameError, and from then on always the same one. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure;
    const frames: Uint8Array[] = [];
    let position = 0;
    while (position < chunk.length) {
      if (this.#gathering !== undefined) {
        position = this.#gather(this.#gathering, chunk, position, frames);
        continue;
      }
      const length = this.#readPrefixByte(chunk[position] as number);
      position += 1;
      if (length === undefined) continue;
      if (length <= chunk.length - position) {
        frames.push(chunk.subarray(position, position + length));
        position += length;
        this.#prefixBytes = 0;
      } else {
        this.#gathering = { length, buffer: Buffer.alloc(0), filled: 0 };
      }
    }
    return frames;
  }

  /** The length, once the last byte of its prefix has come. */
  #readPrefixByte(byte: number): number | undefined {
    if (this.#prefixBytes === 0) this.#prefixValue = 0;
    // Multiplied, not shifted: the fifth group passes 2^32.
    this.#prefixValue += (byte & 0x7f) * 2 ** (7 * this.#prefixBytes);
    this.#prefixBytes += 1;
    if (this.#prefixValue > this.#maxBytes) {
      throw this.#fail(
        "frameTooLong",
        `cannot read a frame of ${this.#prefixValue} bytes or more: the limit is ${this.#maxBytes}`,
      );
    }
    if (byte >= 0x80) {
      if (this.#prefixBytes < PREFIX_BYTES_MAX) return undefined;
      throw this.#fail("prefixInvalid", "cannot read a frame: its length takes more than 5 bytes");
    }
    if (byte === 0 && this.#prefixBytes > 1) {
      throw this.#fail("prefixInvalid", "cannot read a frame: its length is not minimally encoded");
    }
    return this.#prefixValue;
  }

  #gather(
    frame: { readonly length: number; buffer: Buffer; filled: number },
    chunk: Uint8Array,
    position: number,
    frames: Uint8Array[],
  ): number {
    const count = Math.min(frame.length - frame.filled, chunk.length - position);
    const needed = frame.filled + count;
    if (needed > frame.buffer.length) {
      const size = Math.min(frame.length, Math.max(needed, FIRST_ALLOCATION_BYTES, 2 * needed));
      const grown = Buffer.allocUnsafeSlow(size);
      grown.set(frame.buffer.subarray(0, frame.filled), 0);
      frame.buffer = grown;
    }
    frame.buffer.set(chunk.subarray(position, position + count), frame.filled);
    frame.filled = needed;
    if (frame.filled === frame.length) {
      frames.push(frame.buffer.subarray(0, frame.length));
      this.#gathering = undefined;
      this.#prefixBytes = 0;
    }
    return position + count;
  }

  #fail(fault: FrameFault, message: string): FrameError {
    this.#failure = new FrameError(fault, message);
    return this.#failure;
  }
}
