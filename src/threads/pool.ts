/**
 * Work that would hold up the main loop, on a few threads. The only importer of piscina.
 *
 * Threads never own a process: a child's parent-death signal follows the thread that made it.
 */
import { Piscina } from "piscina";
import { SandboxError } from "../core/errors.ts";
import type { JsonVerdict } from "../core/json.ts";
import type { FileDigest } from "./thread.ts";

/** Below this a hand-over to a thread (some 50 µs each way) costs more than the work itself. */
const INLINE_BYTES = 64 * 1024;
const QUEUE_MAXIMUM = 1024;
const IDLE_MS = 30_000;
const HEAP_MAXIMUM_MIB = 1024;

export interface ThreadsOptions {
  /** file with the functions that run in a thread; tests pass a compiled copy */
  readonly filename?: string;
  readonly maximumThreads?: number;
}

interface Work {
  hashFile: { input: string; output: FileDigest };
  hashBytes: { input: Uint8Array; output: string };
  readJson: { input: Uint8Array; output: JsonVerdict };
}

/** True for work on so many bytes that a thread should do it. */
export function isThreadWork(bytes: number): boolean {
  return bytes > INLINE_BYTES;
}

export class Threads implements AsyncDisposable {
  readonly #options: ThreadsOptions;
  #piscina: Piscina | undefined;
  #isClosed = false;

  constructor(options: ThreadsOptions = {}) {
    this.#options = options;
  }

  hashFile(path: string, signal?: AbortSignal): Promise<FileDigest> {
    return this.#run("hashFile", path, [], signal);
  }

  /** The bytes are copied: the caller keeps them. */
  hashBytes(data: Uint8Array, signal?: AbortSignal): Promise<string> {
    return this.#run("hashBytes", data, [], signal);
  }

  /** The bytes are handed over: the caller's view is empty afterwards when it owned its buffer whole. */
  readJson(data: Uint8Array, signal?: AbortSignal): Promise<JsonVerdict> {
    const owned = data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer;
    return this.#run("readJson", data, owned ? [data.buffer] : [], signal);
  }

  /** Ends the threads; work that is still running fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#piscina?.destroy();
  }

  // Started by the first large piece of work: one small job, as from the command line, needs no thread.
  #start(): Piscina {
    const piscina = new Piscina({
      filename: this.#options.filename ?? new URL("./thread.js", import.meta.url).href,
      // The default blocks a thread's event loop between tasks: it would not notice that it is ended.
      atomics: "disabled",
      // A first task on a new thread costs about 100 ms: one is kept.
      minThreads: 1,
      maxThreads: this.#options.maximumThreads ?? 2,
      maxQueue: QUEUE_MAXIMUM,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAXIMUM_MIB },
    });
    // A thread that dies fails its tasks, which report it; the event alone would end the process.
    piscina.on("error", () => {});
    return piscina;
  }

  async #run<Name extends keyof Work>(
    name: Name,
    input: Work[Name]["input"],
    transferList: ArrayBuffer[],
    signal: AbortSignal | undefined,
  ): Promise<Work[Name]["output"]> {
    if (this.#isClosed) {
      throw new SandboxError("poolClosed", `cannot ${name}: the threads are closed`);
    }
    this.#piscina ??= this.#start();
    // maxQueue is checked here as well, because piscina's own refusal has no code of its own.
    if (this.#piscina.queueSize >= QUEUE_MAXIMUM) {
      throw new SandboxError(
        "overloaded",
        `cannot ${name}: ${QUEUE_MAXIMUM} others wait for a thread`,
      );
    }
    const output: unknown = await this.#piscina.run(input, {
      name,
      transferList,
      ...(signal === undefined ? {} : { signal }),
    });
    // thread.ts exports one function per name, with these types.
    return output as Work[Name]["output"];
  }
}
