/** The floors: what the machine takes for the least that could do the same. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runProbe } from "../forkserver/spawn.ts";
import { assetPath, type Bench, HELLO_SAYS, Missing, type Setup } from "./bench.ts";
import { Helper } from "./helper.ts";

const DEADLINE_MS = 30_000;
const COMPILER_LINE = "apt-get install --no-install-recommends gcc libc6-dev";

let socketsMade = 0;

/** A listening socket in our directory, and the connections that come to it, in order. */
async function listen(bench: Bench): Promise<{ server: Server; path: string }> {
  socketsMade += 1;
  const path = join(bench.scratch, `f${socketsMade}`);
  const server = createServer();
  server.listen(path);
  await once(server, "listening");
  return { server, path };
}

function deadline(what: string): { reached: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<never>((_fulfil, refuse) => {
    timer = setTimeout(() => refuse(new Error(`${what} hangs`)), DEADLINE_MS);
  });
  return { reached, clear: () => clearTimeout(timer) };
}

/** Forks of the same interpreter with the same modules, parked, unconfined, reached over the same kind of socket. */
export class ParkedForks implements AsyncDisposable {
  readonly #helper: Helper;
  readonly #server: Server;
  readonly #parked: Socket[] = [];
  #wake: (() => void) | undefined;

  private constructor(helper: Helper, server: Server) {
    this.#helper = helper;
    this.#server = server;
    server.on("connection", (socket) => {
      this.#parked.push(socket);
      this.#wake?.();
    });
  }

  static async open(bench: Bench, setup: Setup, parked: number): Promise<ParkedForks> {
    const { server, path } = await listen(bench);
    const helper = await Helper.start("bench/parked_fork.py", setup.interpreter, [
      ...["-I", "-B", "-X", "utf8", assetPath("parked_fork.py")],
      ...[path, ...setup.preload],
    ]);
    const forks = new ParkedForks(helper, server);
    for (let i = 0; i < parked; i += 1) {
      helper.send("");
    }
    return forks;
  }

  /** One job to the same end as ours: its output is complete, and its process is gone. */
  async run(code: string): Promise<void> {
    const { reached, clear } = deadline("the parked fork");
    try {
      const socket = await Promise.race([this.#take(), reached]);
      const text = await Promise.race([this.#exchange(socket, code), reached]);
      if (text !== HELLO_SAYS) {
        throw new Error(`the parked fork said ${JSON.stringify(text)}`);
      }
    } finally {
      clear();
    }
    this.#helper.send("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#helper[Symbol.asyncDispose]();
    for (const socket of this.#parked) {
      socket.destroy();
    }
    this.#server.close();
  }

  async #take(): Promise<Socket> {
    for (;;) {
      const socket = this.#parked.shift();
      if (socket !== undefined) {
        return socket;
      }
      await new Promise<void>((fulfil) => {
        this.#wake = fulfil;
      });
    }
  }

  async #exchange(socket: Socket, code: string): Promise<string> {
    const chunks: Buffer[] = [];
    const ended = new Promise<void>((fulfil, refuse) => {
      socket.once("end", fulfil);
      socket.once("error", refuse);
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    const source = Buffer.from(code);
    const frame = Buffer.alloc(4 + source.length);
    frame.writeUInt32LE(source.length);
    source.copy(frame, 4);
    socket.write(frame);
    await Promise.all([ended, this.#helper.take(DEADLINE_MS)]);
    socket.destroy();
    return Buffer.concat(chunks).toString();
  }
}

export type Fork = "libc" | "os";

/** Loops of fork, exit and wait of a loaded interpreter, one on each of some cores. */
export class ForkLoops implements AsyncDisposable {
  readonly #helpers: readonly Helper[];

  private constructor(helpers: readonly Helper[]) {
    this.#helpers = helpers;
  }

  static async open(setup: Setup, loops: number = availableParallelism()): Promise<ForkLoops> {
    const start = (): Promise<Helper> =>
      Helper.start("bench/fork_loop.py", setup.interpreter, [
        ...["-I", "-B", "-X", "utf8", assetPath("fork_loop.py"), ...setup.preload],
      ]);
    const helpers = await Promise.all(Array.from({ length: loops }, start));
    const opened = new ForkLoops(helpers);
    try {
      await Promise.all(helpers.map((helper) => helper.take(DEADLINE_MS)));
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    return opened;
  }

  /** Forks per second of all loops together. */
  async perSecond(fork: Fork, ms: number): Promise<number> {
    const answers = await Promise.all(
      this.#helpers.map((helper) => helper.ask(`${fork} ${Math.ceil(ms)}`, ms + DEADLINE_MS)),
    );
    return answers
      .map((answer) => {
        const [forks = 0, us = 1] = answer.split(" ").map(Number);
        return (forks / us) * 1e6;
      })
      .reduce((sum, rate) => sum + rate, 0);
  }

  /** Microseconds of each of so many forks in the first loop. */
  async each(way: "libc" | "filter", count: number): Promise<number[]> {
    const answer = await this.#ask(`${way} ${count} times`);
    return answer.split(" ").map(Number);
  }

  /** The filter that `filter` installs. */
  async loadFilter(path: string): Promise<void> {
    await this.#ask(`filter ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper[Symbol.asyncDispose]()));
  }

  #ask(line: string): Promise<string> {
    const [first] = this.#helpers;
    return first === undefined
      ? Promise.reject(new Error("there is no fork loop"))
      : first.ask(line, DEADLINE_MS);
  }
}

/** Microseconds of single round trips between Node and a C program over a Unix stream socket. */
export async function echoRoundTrips(bench: Bench, count: number): Promise<number[]> {
  const program = await compile(bench, "echo.c");
  const { server, path } = await listen(bench);
  const connected = once(server, "connection") as Promise<[Socket]>;
  await using _helper = await Helper.start("bench/echo.c", program, [path]);
  const { reached, clear } = deadline("the echo program");
  try {
    const [socket] = await Promise.race([connected, reached]);
    const message = Buffer.alloc(64, 1);
    const each: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const startedMs = performance.now();
      const back = once(socket, "data");
      socket.write(message);
      await Promise.race([back, reached]);
      each.push((performance.now() - startedMs) * 1000);
    }
    socket.destroy();
    return each;
  } finally {
    clear();
    server.close();
  }
}

/** Compiles a C file of `bench/`; throws Missing where there is no compiler. */
async function compile(bench: Bench, name: string): Promise<string> {
  const program = join(bench.scratch, name.replace(/\.c$/, ""));
  const compiler = bench.env["CC"] ?? "cc";
  const answer = await runProbe(compiler, ["-O2", "-o", program, assetPath(name)], {
    env: { PATH: bench.env["PATH"] ?? "" },
    deadlineMs: DEADLINE_MS,
    maxOutputBytes: 64 * 1024,
  }).catch((cause: unknown) => {
    throw new Missing(`there is no C compiler ${compiler} (${String(cause)})`, COMPILER_LINE);
  });
  if (answer.exitCode !== 0) {
    throw new Missing(`${compiler} cannot compile ${name}: ${answer.stderr.trim()}`, COMPILER_LINE);
  }
  return program;
}
