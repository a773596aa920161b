/** A program of `bench/` that talks in lines; whatever it does not say in time is an error. */
import { createInterface } from "node:readline";
import { MINIMAL_ENVIRONMENT, type Program, spawnProgram } from "../forkserver/spawn.ts";

const STDERR_CHARACTERS = 2_000;
const DEADLINE_MS = 30_000;

interface Taker {
  readonly hand: (line: string) => void;
  readonly refuse: (error: Error) => void;
}

export class Helper implements AsyncDisposable {
  readonly #name: string;
  readonly #program: Program;
  readonly #lines: string[] = [];
  readonly #takers: Taker[] = [];
  #stderr = "";
  #death: Error | undefined;

  private constructor(name: string, program: Program) {
    this.#name = name;
    this.#program = program;
    createInterface({ input: program.stdout }).on("line", (line) => this.#put(line));
    program.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-STDERR_CHARACTERS);
    });
    // It may be gone while we write; `ended` says why.
    program.stdin.on("error", () => undefined);
    void program.ended.then(({ exitCode, signal }) => {
      const how = signal ?? `code ${exitCode}`;
      this.#die(new Error(`${name} ended with ${how}: ${this.#stderr.trim()}`));
    });
  }

  static async start(name: string, file: string, args: readonly string[]): Promise<Helper> {
    return new Helper(name, await spawnProgram(file, args, MINIMAL_ENVIRONMENT));
  }

  get pid(): number {
    return this.#program.pid;
  }

  send(line: string): void {
    this.#program.stdin.write(`${line}\n`);
  }

  /** The next line it says; rejects when it ends or is silent for too long. */
  take(deadlineMs: number = DEADLINE_MS): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) {
      return Promise.resolve(line);
    }
    if (this.#death !== undefined) {
      return Promise.reject(this.#death);
    }
    return new Promise((fulfil, refuse) => {
      const timer = setTimeout(() => {
        this.#takers.splice(this.#takers.indexOf(taker), 1);
        refuse(new Error(`${this.#name} said nothing for ${deadlineMs} ms`));
      }, deadlineMs);
      const taker: Taker = {
        hand: (text) => {
          clearTimeout(timer);
          fulfil(text);
        },
        refuse: (error) => {
          clearTimeout(timer);
          refuse(error);
        },
      };
      this.#takers.push(taker);
    });
  }

  /** One question, one answer. */
  ask(line: string, deadlineMs?: number): Promise<string> {
    this.send(line);
    return this.take(deadlineMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.kill("SIGKILL");
    await this.#program.ended;
  }

  #put(line: string): void {
    const taker = this.#takers.shift();
    if (taker === undefined) {
      this.#lines.push(line);
    } else {
      taker.hand(line);
    }
  }

  #die(error: Error): void {
    this.#death = error;
    for (const taker of this.#takers.splice(0)) {
      taker.refuse(error);
    }
  }
}
