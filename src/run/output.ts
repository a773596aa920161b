/** The job's streams: stdout and stderr under caps, and what it handed back, read as hostile data. */
import { parseStrictJson } from "../core/json.ts";
import type { CapturedStream, JobError, JsonValue } from "../core/outcome.ts";
import { isThreadWork, type Threads } from "../threads/pool.ts";
import { CodecError, decodeJobMessage, type JobMessage, type Output } from "../wire/codec.ts";
import { FrameError, FrameReader } from "../wire/frame.ts";
import { RESULT_OVERHEAD_BYTES } from "./fill.ts";

/** a result, and an error from the job and from each of some exit handlers */
const MESSAGES_MAXIMUM = 64;
const SLICE_BYTES = 4096;
const ERROR_TYPE_CHARACTERS = 256;
const ERROR_MESSAGE_CHARACTERS = 8 * 1024;
const ERROR_TRACEBACK_CHARACTERS = 64 * 1024;

/** Bytes up to a cap; what comes after it is dropped. */
class Kept {
  readonly #capBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  /** Keeps what there is room for, and gives that back. */
  push(data: Uint8Array): Uint8Array {
    const kept = data.subarray(0, this.#capBytes - this.#bytes);
    this.#bytes += kept.byteLength;
    // Copied: the message is a view into a chunk of the socket, which may be far larger.
    this.#chunks.push(Buffer.from(kept));
    return kept;
  }

  all(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

export interface OutputListeners {
  readonly onStdout?: ((chunk: Uint8Array) => void) | undefined;
  readonly onStderr?: ((chunk: Uint8Array) => void) | undefined;
}

export class OutputCollector {
  readonly #kept: { readonly stdout: Kept; readonly stderr: Kept; readonly result: Kept };
  readonly #listeners: OutputListeners;

  constructor(outputBytes: number, resultBytes: number, listeners: OutputListeners = {}) {
    this.#listeners = listeners;
    this.#kept = {
      stdout: new Kept(outputBytes),
      stderr: new Kept(outputBytes),
      result: new Kept(resultBytes + RESULT_OVERHEAD_BYTES),
    };
  }

  /** Takes one message of init and passes it on. What a listener throws is the caller's, and comes out. */
  take(message: Output): void {
    const kept = this.#kept[message.stream].push(message.data);
    if (kept.byteLength === 0) {
      return;
    }
    if (message.stream === "stdout") {
      this.#listeners.onStdout?.(kept);
    } else if (message.stream === "stderr") {
      this.#listeners.onStderr?.(kept);
    }
  }

  /** One stream of the result document; `writtenBytes` is what init counted. */
  captured(stream: "stdout" | "stderr", writtenBytes: number): CapturedStream {
    return captured(this.#kept[stream].all(), writtenBytes);
  }

  /** Everything that came through the result channel. */
  resultBytes(): Uint8Array {
    return this.#kept.result.all();
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(data: Uint8Array): string | undefined {
  try {
    return utf8.decode(data);
  } catch {
    return undefined;
  }
}

/** Bytes at the end that only begin a character: at most 3. */
function cutCharacterBytes(data: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, data.byteLength); back += 1) {
    const byte = data[data.byteLength - back] ?? 0;
    if (byte >= 0xc2 && byte <= 0xf4) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
    if (byte < 0x80 || byte >= 0xc0) {
      return 0;
    }
  }
  return 0;
}

/** Text when the bytes are UTF-8, else base64. */
export function captured(data: Uint8Array, writtenBytes: number): CapturedStream {
  const bytes = Math.max(writtenBytes, data.byteLength);
  const truncated = bytes > data.byteLength;
  // A cap that falls into a character must not turn a whole text into base64.
  const whole = truncated ? data.subarray(0, data.byteLength - cutCharacterBytes(data)) : data;
  const text = decodeUtf8(whole);
  return text === undefined
    ? { base64: Buffer.from(data).toString("base64"), bytes, truncated }
    : { text, bytes, truncated };
}

/** Why what came through the result channel is not taken. */
export interface ResultProblem {
  readonly reason: "invalidResult" | "protocol";
  readonly detail: string;
}

export interface HandedBack {
  readonly result: JsonValue;
  readonly error: JobError | null;
  readonly problem: ResultProblem | undefined;
}

const NOTHING: HandedBack = Object.freeze({ result: null, error: null, problem: undefined });

function cut(text: string, maximumCharacters: number): string {
  return text.length <= maximumCharacters
    ? text
    : `${text.slice(0, maximumCharacters)}… (${text.length - maximumCharacters} more characters)`;
}

function cutError(message: Extract<JobMessage, { kind: "error" }>): JobError {
  return {
    type: cut(message.type, ERROR_TYPE_CHARACTERS),
    message: cut(message.message, ERROR_MESSAGE_CHARACTERS),
    traceback: cut(message.traceback, ERROR_TRACEBACK_CHARACTERS),
  };
}

interface Parts {
  json?: Uint8Array;
  error?: JobError;
  problem?: ResultProblem;
}

/** Slice by slice: one push would make an object of every three bytes before the first is looked at. */
function* framesOf(reader: FrameReader, data: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += SLICE_BYTES) {
    yield* reader.push(data.subarray(at, at + SLICE_BYTES));
  }
}

/** At most one result, and the first error, each in a frame of its own. */
function readMessages(data: Uint8Array, resultBytes: number): Parts {
  const parts: Parts = {};
  const protocol = (detail: string): Parts => ({
    ...parts,
    problem: { reason: "protocol", detail },
  });
  try {
    const reader = new FrameReader(resultBytes + RESULT_OVERHEAD_BYTES);
    let messages = 0;
    for (const frame of framesOf(reader, data)) {
      messages += 1;
      if (messages > MESSAGES_MAXIMUM) {
        return protocol(`the job sent more than ${MESSAGES_MAXIMUM} messages`);
      }
      const message = decodeJobMessage(frame);
      if (message.kind === "error") {
        // An exit handler may raise after the job itself did: the first one is the cause.
        parts.error ??= cutError(message);
      } else {
        if (parts.json !== undefined) {
          return protocol("the job handed back more than one result");
        }
        parts.json = message.json;
      }
    }
    if (reader.pendingBytes > 0) {
      return protocol("the result channel ends within a message");
    }
  } catch (error) {
    if (error instanceof FrameError || error instanceof CodecError) {
      return protocol(`the result channel holds no message: ${error.message}`);
    }
    throw error;
  }
  return parts;
}

/** Reads what came through the result channel; large results in a thread. */
export async function readHandedBack(
  data: Uint8Array,
  resultBytes: number,
  isExceeded: boolean,
  threads: Pick<Threads, "readJson">,
): Promise<HandedBack> {
  if (isExceeded) {
    const detail = `the result is longer than the ${resultBytes} bytes allowed`;
    return { result: null, error: null, problem: { reason: "protocol", detail } };
  }
  if (data.byteLength === 0) {
    return NOTHING;
  }
  const { json, error = null, problem } = readMessages(data, resultBytes);
  if (json === undefined || problem !== undefined) {
    return { result: null, error, problem };
  }
  if (json.byteLength > resultBytes) {
    const detail = `the result has ${json.byteLength} bytes, more than the ${resultBytes} allowed`;
    return { result: null, error, problem: { reason: "protocol", detail } };
  }
  const verdict = isThreadWork(json.byteLength)
    ? await threads.readJson(Uint8Array.from(json))
    : parseStrictJson(json);
  return verdict.ok
    ? { result: verdict.value, error, problem: undefined }
    : { result: null, error, problem: { reason: "invalidResult", detail: verdict.detail } };
}
