/** What a command may touch of the outside: passed in, so that a test can hand it something else. */
import type { Readable, Writable } from "node:stream";

export interface Terminal extends Writable {
  readonly isTTY?: boolean;
}

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Writes and waits until the other side took it: a slow reader slows the job and not our memory. */
export function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((fulfil, refuse) => {
    if (stream.destroyed) {
      fulfil();
      return;
    }
    stream.write(data, (error) => {
      // A reader that has gone away is no failure of ours; main.ts decides what it means.
      if (error === null || error === undefined || isBrokenPipe(error)) {
        fulfil();
      } else {
        refuse(error);
      }
    });
  });
}

export function isBrokenPipe(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}
