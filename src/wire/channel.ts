/**
 * A typed duplex of frames over a pair of Node streams (or one socket).
 *
 * States and their transitions; each of the last three is final:
 *   open -> ended      the other side finished, at the end of a frame
 *   open -> failed     a stream failed or broke off, or something came that is no message
 *   open -> destroyed  destroy() was called; no handler is called any more
 *   ended -> failed    what was still being sent could not be
 */
import type { Readable, Writable } from "node:stream";
import { type Deferred, deferred } from "../core/deferred.ts";
import { FrameError, FrameReader } from "./frame.ts";

/** What may wait for a full socket before send() refuses: far above one message, far below a leak. */
export const SEND_QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** The channel cannot be used any more, or not like this. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
}

export interface ChannelOptions<Out, In> {
  /** How errors call this channel: `forkserver`, `sandbox 12`. */
  readonly name: string;
  readonly readable: Readable;
  readonly writable: Writable;
  readonly encode: (message: Out) => Uint8Array;
  readonly decode: (body: Uint8Array) => In;
  /** Called in order, within the event that brought the bytes: nothing is queued and nothing is lost. */
  readonly onMessage: (message: In) => void;
  /** Called at most once, with the first failure; the streams are destroyed already. */
  readonly onError: (error: Error) => void;
  /** Called at most once, when the other side has finished. */
  readonly onEnd: () => void;
}

type State = "open" | "ended" | "failed" | "destroyed";

/** Sends `Out`, receives `In`. Owns its streams from the constructor on. */
export class Channel<Out, In> {
  readonly #options: ChannelOptions<Out, In>;
  readonly #frames = new FrameReader();
  #state: State = "open";
  #drain: Deferred<void> | undefined;

  constructor(options: ChannelOptions<Out, In>) {
    this.#options = options;
    const { readable, writable } = options;
    readable.on("data", this.#receive);
    readable.on("end", this.#finish);
    readable.on("error", this.#fail);
    readable.on("close", this.#brokeOff);
    writable.on("drain", this.#drained);
    writable.on("close", this.#sendingStopped);
    if ((writable as unknown) !== readable) writable.on("error", this.#fail);
  }

  /** Whether messages can still arrive. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /**
   * Sends one message. Returns undefined when the socket took it, or a promise to wait for before sending
   * more. Throws CodecError for an invalid message and ChannelError when the channel is closed or when
   * nobody waited; the promise rejects when the channel fails first.
   */
  send(message: Out): Promise<void> | undefined {
    return this.sendFrames(this.#options.encode(message));
  }

  /** Sends frames that are encoded already, any number of them in one piece. */
  sendFrames(frames: Uint8Array): Promise<void> | undefined {
    const { name, writable } = this.#options;
    if (this.#state === "failed" || this.#state === "destroyed" || !writable.writable) {
      throw new ChannelError(`cannot send to ${name}: the channel is closed`);
    }
    if (writable.writableLength > SEND_QUEUE_BYTES_MAX) {
      throw new ChannelError(
        `cannot send to ${name}: more than ${SEND_QUEUE_BYTES_MAX} bytes wait to be sent`,
      );
    }
    if (writable.write(frames)) return undefined;
    this.#drain ??= deferred();
    return this.#drain.promise;
  }

  /** Sends no more; the other side sees the end of the stream once all is sent. */
  end(): void {
    if (this.#state === "open" || this.#state === "ended") this.#options.writable.end();
  }

  /** Drops the connection now, without calling a handler. Idempotent. */
  destroy(): void {
    if (this.#state === "failed" || this.#state === "destroyed") return;
    this.#state = "destroyed";
    this.#release(() => new ChannelError(`the channel to ${this.#options.name} was destroyed`));
  }

  readonly #receive = (chunk: Uint8Array): void => {
    let bodies: Uint8Array[];
    try {
      bodies = this.#frames.push(chunk);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    for (const body of bodies) {
      // A handler may destroy the channel: then the rest of this chunk is nobody's.
      if (this.#state !== "open") return;
      let message: In;
      try {
        message = this.#options.decode(body);
      } catch (error) {
        this.#fail(error as Error);
        return;
      }
      this.#options.onMessage(message);
    }
  };

  readonly #finish = (): void => {
    if (this.#state !== "open") return;
    if (this.#frames.pendingBytes > 0) {
      this.#fail(
        new FrameError(
          "frameTruncated",
          `the stream ended within a frame, after ${this.#frames.pendingBytes} bytes of it`,
        ),
      );
      return;
    }
    this.#state = "ended";
    this.#options.onEnd();
  };

  readonly #fail = (error: Error): void => {
    if (this.#state === "failed" || this.#state === "destroyed") return;
    this.#state = "failed";
    this.#release(() => error);
    this.#options.onError(error);
  };

  /** `close` without `end` before it: the other process is gone, or somebody destroyed the stream. */
  readonly #brokeOff = (): void => {
    if (this.#state !== "open") return;
    this.#fail(new ChannelError(`the connection to ${this.#options.name} broke off`));
  };

  readonly #drained = (): void => {
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.resolve();
  };

  /** No `drain` comes any more, so whoever waits for one must be told. */
  readonly #sendingStopped = (): void => {
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.reject(new ChannelError(`the connection to ${this.#options.name} is closed`));
  };

  /** `reason` is made only for somebody who waits: its stack trace costs 20 µs, once per job. */
  #release(reason: () => Error): void {
    const { readable, writable } = this.#options;
    readable.destroy();
    writable.destroy();
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.reject(reason());
  }
}
