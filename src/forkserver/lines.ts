/** The forkserver's standard error as log lines; long ones are cut, and say so. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Log } from "../core/ports.ts";

const MAX_LINE_CHARACTERS = 2_000;

export class StderrLines {
  readonly #log: Log;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #dropped = 0;
  #last = "";

  constructor(stream: Readable, log: Log) {
    this.#log = log;
    stream.on("data", (chunk: Buffer) => this.#take(this.#decoder.write(chunk)));
    stream.on("error", () => undefined);
    stream.on("close", () => this.#flush());
  }

  /** The last line it wrote, or "". */
  get last(): string {
    return this.#rest === "" ? this.#last : this.#rest;
  }

  #take(text: string): void {
    const lines = text.split("\n");
    const unfinished = lines.pop() ?? "";
    for (const line of lines) {
      this.#append(line);
      this.#flush();
    }
    this.#append(unfinished);
  }

  #append(text: string): void {
    const room = MAX_LINE_CHARACTERS - this.#rest.length;
    this.#rest += text.slice(0, room);
    this.#dropped += Math.max(0, text.length - room);
  }

  #flush(): void {
    if (this.#rest === "") {
      return;
    }
    this.#last = this.#dropped === 0 ? this.#rest : `${this.#rest}… (${this.#dropped} more)`;
    this.#rest = "";
    this.#dropped = 0;
    this.#log.warn(this.#last, { from: "forkserver" });
  }
}
