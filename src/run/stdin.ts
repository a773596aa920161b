/** What the job reads on standard input: bytes, or a file, pipe or terminal of the caller's. */
import { close, constants, createReadStream, fstat, open } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";
import { promisify } from "node:util";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Job } from "../core/job.ts";
import { CHUNK_BYTES_MAX, encodeToInit, type ToInit } from "../wire/codec.ts";
import { chunksOf } from "./fill.ts";

export interface Stdin extends Disposable {
  /** All of it, when it is short enough to go together with the start of the job. */
  readonly small: ToInit | undefined;
  /** Frames, the last of them marked. */
  frames(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Opens what the job reads on stdin, before anything of it runs. */
export function openStdin({ stdin }: Job): Promise<Stdin> | Stdin {
  if (stdin.kind === "file") {
    return openFile(stdin.path);
  }
  const { data } = stdin;
  const isSmall = data.byteLength <= CHUNK_BYTES_MAX;
  return {
    small: isSmall ? { kind: "stdin", data, last: true } : undefined,
    frames: () => chunksOf(data).map((chunk) => encodeToInit({ kind: "stdin", ...chunk })),
    [Symbol.dispose]: () => undefined,
  };
}

async function openFile(path: string): Promise<Stdin> {
  const stream = await openStream(path);
  return {
    small: undefined,
    frames: () => streamFrames(stream, path),
    [Symbol.dispose]: () => void stream.destroy(),
  };
}

function unreadable(path: string, cause: unknown): SandboxError {
  return new SandboxError(
    "inputUnreadable",
    `cannot read stdin from ${path}: ${messageOf(cause)}`,
    {
      cause,
    },
  );
}

/**
 * A read of a pipe or terminal may never return. As a plain file it would hold one of libuv's few
 * threads and could not be closed; as a socket or terminal it is polled, and ends when it is destroyed.
 */
async function openStream(path: string): Promise<Readable> {
  // O_NONBLOCK: to open a FIFO without a writer would hold one of libuv's few threads until one comes.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const fd = await promisify(open)(path, flags).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const stats = await promisify(fstat)(fd);
  if (stats.isDirectory()) {
    await promisify(close)(fd);
    throw unreadable(path, "it is a directory");
  }
  const stream = stats.isFIFO()
    ? new Socket({ fd, readable: true, writable: false })
    : isatty(fd)
      ? new ReadStream(fd)
      : createReadStream(path, { fd, highWaterMark: CHUNK_BYTES_MAX });
  // Read by `frames`, if the job comes that far; an error before that shows when it is read.
  stream.on("error", () => undefined);
  return stream;
}

async function* streamFrames(stream: Readable, path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const block of stream) {
      for (const { data } of chunksOf(block as Buffer)) {
        yield encodeToInit({ kind: "stdin", data, last: false });
      }
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  yield encodeToInit({ kind: "stdin", data: new Uint8Array(), last: true });
}
