/**
 * The forkserver as a program: started, listened to, and mourned. Says nothing about what it holds.
 *
 * starting -> ready      it said Hello in our protocol; nothing is sent to it before
 * any      -> dead       it ended, fell silent or broke the protocol. Unless we closed its standard input
 *                        first, its leftovers are swept before `dead` settles
 */
import { deferred } from "../core/deferred.ts";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Log } from "../core/ports.ts";
import type { RunProbe } from "../runtime/locate.ts";
import { Channel } from "../wire/channel.ts";
import {
  CodecError,
  decodeEvent,
  type Event,
  encodeRequest,
  type Hello,
  type Request,
} from "../wire/codec.ts";
import { FrameError } from "../wire/frame.ts";
import { faultError } from "./fault.ts";
import { StderrLines } from "./lines.ts";
import type { NativeParts } from "./locate.ts";
import { MINIMAL_ENVIRONMENT, type Program, type ProgramEnd, type SpawnProgram } from "./spawn.ts";

export interface ForkserverProcessOptions {
  readonly native: NativeParts;
  readonly scratchDirectory: string;
  readonly log: Log;
  readonly spawn: SpawnProgram;
  readonly runProbe: RunProbe;
  /** added to the minimal environment; test builds of the native program read BROODBOX_FAULT */
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything after Hello; what is told there is told synchronously and in order. */
export type LaterEvent = Exclude<Event, { kind: "hello" }>;

export interface ForkserverListener {
  /** May throw: then the program broke the protocol. */
  onEvent(event: LaterEvent): void;
  /** It is lost: nothing will be answered any more. Called once. */
  onLost(cause: SandboxError): void;
}

type State =
  | { name: "starting" }
  | { name: "ready"; hello: Hello }
  | { name: "dead"; cause: SandboxError };

/** Both are about a sandbox that is parked or running, so none of them can overtake its own opening. */
const URGENT: ReadonlySet<Request["kind"]> = new Set(["startJob", "killJob"]);

const PROTOCOL = 1;
const HELLO_MS = 10_000;
/** After end of file on its standard input the forkserver kills everything and ends. */
const END_MS = 5_000;
/** What it wrote before it ended may still be on its way, and its end may lag behind its last byte. */
const LAST_WORDS_MS = 250;
const SWEEP_MS = 5_000;

export class ForkserverProcess {
  readonly #options: ForkserverProcessOptions;
  readonly #program: Program;
  readonly #listener: ForkserverListener;
  readonly #stderr: StderrLines;
  readonly #channel: Channel<Request, Event>;
  /** settles when nothing more can be read from it */
  readonly #quiet = deferred<void>();
  readonly #hello = deferred<Hello>();
  readonly #dead = deferred<SandboxError>();
  /** encoded requests that go out together when the current turn of the event loop is over */
  #queued: Uint8Array[] = [];
  #state: State = { name: "starting" };
  #isEnding = false;

  private constructor(
    options: ForkserverProcessOptions,
    program: Program,
    listener: ForkserverListener,
  ) {
    this.#options = options;
    this.#program = program;
    this.#listener = listener;
    this.#stderr = new StderrLines(program.stderr, options.log);
    this.#channel = new Channel({
      name: "forkserver",
      readable: program.stdout,
      writable: program.stdin,
      encode: encodeRequest,
      decode: decodeEvent,
      onMessage: (event) => this.#read(event),
      onError: (error) => this.#stumble(error),
      onEnd: () => this.#quiet.resolve(),
    });
    this.#hello.promise.catch(() => undefined);
  }

  /** Starts the program and waits for its Hello. */
  static async start(
    options: ForkserverProcessOptions,
    socketPath: string,
    listener: ForkserverListener,
  ): Promise<ForkserverProcess> {
    const { native, scratchDirectory, env, spawn } = options;
    let program: Program;
    try {
      program = await spawn(
        native.program,
        ["forkserver", "--socket", socketPath, "--scratch", scratchDirectory],
        { ...MINIMAL_ENVIRONMENT, ...env },
      );
    } catch (cause) {
      throw new SandboxError(
        "nativeMissing",
        `cannot execute ${native.program}: ${messageOf(cause)}`,
        { cause, remedy: "run `npm run build:native` on this machine" },
      );
    }
    const started = new ForkserverProcess(options, program, listener);
    started.#listen();
    await started.#awaitHello();
    return started;
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** What it said about this host. Throws the cause of its death when it is dead. */
  get hello(): Hello {
    if (this.#state.name === "ready") {
      return this.#state.hello;
    }
    throw this.#state.name === "dead" ? this.#state.cause : new Error("it has not said Hello yet");
  }

  isReady(): boolean {
    return this.#state.name === "ready";
  }

  /** Settles when it is dead and swept, with the reason. Never rejects. */
  get dead(): Promise<SandboxError> {
    return this.#dead.promise;
  }

  /**
   * Sends one request. What a running job waits for goes now; everything else goes in one write when the
   * callback that is running, with all its promises, is through: a write costs some 20 µs and wakes the
   * forkserver, and a sandbox ordered while a job is being started or answered would go before it.
   */
  send(request: Request): void {
    const frame = encodeRequest(request);
    if (URGENT.has(request.kind)) {
      this.#write(frame);
    } else {
      this.enqueue(frame);
    }
  }

  /** Sends one encoded request together with others, in order. */
  enqueue(frame: Uint8Array): void {
    this.#queued.push(frame);
    if (this.#queued.length === 1) {
      process.nextTick(this.#flush);
    }
  }

  readonly #flush = (): void => {
    const [first, ...more] = this.#queued.splice(0);
    if (first !== undefined) {
      this.#write(more.length === 0 ? first : Buffer.concat([first, ...more]));
    }
  };

  /** Sent to a dead one it is dropped: whoever waits was told by onLost. */
  #write(frames: Uint8Array): void {
    if (this.#state.name === "dead" || !this.#program.stdin.writable) {
      return;
    }
    try {
      // Nobody waits for the drain: requests are small, and a queue of them that grows is refused.
      this.#channel.sendFrames(frames)?.catch(() => undefined);
    } catch (error) {
      this.#break(messageOf(error));
    }
  }

  /** Closes its standard input, which ends it and everything in it; kills it when it does not obey. */
  end(): void {
    if (this.#isEnding) {
      return;
    }
    this.#isEnding = true;
    this.#flush();
    this.#channel.end();
    const timer = setTimeout(() => this.#program.kill("SIGKILL"), END_MS);
    void this.#program.ended.then(() => clearTimeout(timer));
  }

  /** It cannot be trusted with anything any more: it is lost now, and killed. */
  fail(cause: SandboxError): void {
    this.#lose(cause);
    this.#program.kill("SIGKILL");
  }

  #break(why: string): void {
    this.fail(new SandboxError("protocolBroken", `the forkserver broke the protocol: ${why}`));
  }

  #listen(): void {
    const { ended } = this.#program;
    void this.#quiet.promise.then(async () => {
      if (!(await settlesWithin(ended, this.#isEnding ? END_MS : LAST_WORDS_MS))) {
        this.#break("it closed its standard output");
      }
    });
    void ended.then(async (end) => {
      await settlesWithin(this.#quiet.promise, LAST_WORDS_MS);
      await this.#bury(this.#deathOf(end));
    });
  }

  async #awaitHello(): Promise<void> {
    const timer = setTimeout(() => this.#break(`no Hello within ${HELLO_MS} ms`), HELLO_MS);
    try {
      await this.#hello.promise;
    } catch (error) {
      // The reason is known at once, but the next start must wait until this one is swept.
      await this.#dead.promise;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #read(event: Event): void {
    if (this.#state.name === "dead") {
      return;
    }
    try {
      this.#take(event);
    } catch (error) {
      this.#break(messageOf(error));
    }
  }

  /** A broken pipe only says that it is gone: its end, which knows the signal, is to speak first. */
  #stumble(error: Error): void {
    if (error instanceof FrameError || error instanceof CodecError) {
      this.#break(messageOf(error));
    }
    this.#quiet.resolve();
  }

  #take(event: Event): void {
    if (event.kind === "hello") {
      this.#greet(event);
    } else if (event.kind === "fault" && event.sandboxId === 0 && event.zygoteId === 0) {
      // About the forkserver itself, at its start or later.
      this.fail(faultError(event));
    } else if (this.#state.name === "starting") {
      throw new Error(`it sent ${event.kind} before Hello`);
    } else {
      this.#listener.onEvent(event);
    }
  }

  #greet(hello: Hello): void {
    if (this.#state.name !== "starting") {
      throw new Error("it said Hello twice");
    }
    if (hello.protocol !== PROTOCOL) {
      throw new Error(
        `it speaks protocol ${hello.protocol}, not ${PROTOCOL}: rebuild it with \`npm run build:native\``,
      );
    }
    this.#become({ name: "ready", hello });
    this.#hello.resolve(hello);
  }

  #deathOf(end: ProgramEnd): SandboxError {
    if (this.#isEnding && end.exitCode === 0) {
      return new SandboxError("poolClosed", "the forkserver was ended");
    }
    const how = end.signal === null ? `code ${String(end.exitCode)}` : end.signal;
    const last = this.#stderr.last;
    return new SandboxError(
      "forkserverLost",
      `the forkserver ended with ${how}${last === "" ? "" : ` (${last})`}`,
    );
  }

  #lose(cause: SandboxError): void {
    if (this.#state.name === "dead") {
      return;
    }
    this.#become({ name: "dead", cause });
    this.#hello.reject(cause);
    this.#listener.onLost(cause);
  }

  async #bury(cause: SandboxError): Promise<void> {
    this.#lose(cause);
    if (cause.code !== "poolClosed") {
      await this.#sweep();
    }
    this.#dead.resolve(this.#state.name === "dead" ? this.#state.cause : cause);
  }

  /** Removes what a forkserver that died leaves behind: only what carries our marker. */
  async #sweep(): Promise<void> {
    const { native, log, runProbe, env } = this.#options;
    try {
      const answer = await runProbe(native.program, ["sweep"], {
        env: { ...MINIMAL_ENVIRONMENT, ...env },
        deadlineMs: SWEEP_MS,
        maxOutputBytes: 64 * 1024,
      });
      if (answer.exitCode !== 0) {
        log.warn("the sweep after a lost forkserver failed", {
          exitCode: answer.exitCode,
          stderr: answer.stderr.slice(0, 1000),
        });
      }
    } catch (error) {
      log.warn("cannot sweep after a lost forkserver", { error: messageOf(error) });
    }
  }

  #become(next: State): void {
    this.#state = next;
  }
}

/** Whether `promise` settles in time. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((fulfil) => {
    timer = setTimeout(fulfil, ms, false);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
