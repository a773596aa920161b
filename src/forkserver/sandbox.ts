/**
 * Handle on one sandbox: a cell with its confined child, used for one job.
 *
 * opening -> parked     the child is attested and its init is introduced, in either order
 * parked  -> running    start()
 * any     -> gone       the forkserver reports it closed or faulty, init breaks the protocol, or close()
 *
 * A running job has two ends that come side by side and wait for nobody: `exited` from the forkserver, with
 * the kernel's facts, and `ended` from init, when its last frame has come.
 */
import { type Deferred, deferred } from "../core/deferred.ts";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Limits } from "../core/limits.ts";
import { type Layers, unreachable } from "../core/outcome.ts";
import {
  CodecError,
  type Event,
  type FromInit,
  type JobExited,
  type Request,
  type SandboxReady,
  type WireLimits,
} from "../wire/codec.ts";
import { FrameError } from "../wire/frame.ts";
import { faultError } from "./fault.ts";
import { layersOf } from "./layers.ts";
import type { InitChannel, Peer } from "./socket.ts";

/** What init sends once it is introduced. */
export type InitMessage = Exclude<FromInit, { kind: "introduction" }>;

/** What a job is run through. All callbacks are synchronous: a promise per message would cost more than it. */
export interface Sandbox {
  readonly id: number;
  /** as verified from outside */
  readonly layers: Layers;
  /** what it was opened with */
  readonly limits: Limits;
  /** Parked, connected, and not known to have died. */
  isAlive(): boolean;
  /** Starts the clocks; a promise when memory or pids change, which the kernel must confirm first. */
  start(limits: Limits, collectMs: number): Promise<void> | void;
  /** Frames for init; a promise when the caller should wait before sending more. */
  send(frames: Uint8Array): Promise<void> | void;
  /** Receives what init sends, in order. Set it before start(). */
  onMessage(handler: (message: InitMessage) => void): void;
  /** The kernel's facts on how the job ended; rejects with a SandboxError when our side failed. */
  readonly exited: Promise<JobExited>;
  /** Init has sent its last frame; rejects with a SandboxError when our side failed. */
  readonly ended: Promise<void>;
  /** Process, namespaces and cgroup are gone. Never rejects. */
  readonly closed: Promise<void>;
  /** Kills the job's processes now; `exited` then says so. */
  kill(): void;
  /** Destroys the sandbox now. */
  close(): void;
}

/** What the forkserver says about a sandbox while it exists. */
export type SandboxEvent = Extract<
  Event,
  { kind: "sandboxReady" | "limitsApplied" | "jobExited" | "fault" }
>;

/** How long each step of making a sandbox took, as the forkserver measured it. */
export type StepTimes = readonly { readonly step: string; readonly us: number }[];

type State =
  | { name: "opening"; ready: SandboxReady | undefined; channel: InitChannel | undefined }
  | { name: "parked" }
  | { name: "running" }
  | { name: "gone"; cause: SandboxError };

/** Why a sandbox whose job is over cannot be started: made once, because a stack trace costs more than a fork. */
const OVER = new SandboxError("usage", "the job of this sandbox is over: it is used once");

/** After init's connection broke off: how long the forkserver, which knows why, is given to say so first. */
const BROKEN_OFF_MS = 1_000;

export class SandboxHandle implements Sandbox {
  readonly id: number;
  readonly limits: Limits;
  readonly #control: (request: Request) => void;
  readonly #opened = deferred<void>();
  readonly #exited = deferred<JobExited>();
  readonly #ended = deferred<void>();
  readonly #closed = deferred<void>();
  #state: State = { name: "opening", ready: undefined, channel: undefined };
  #layers: Layers = {};
  #steps: StepTimes = [];
  #channel: InitChannel | undefined;
  #handler: ((message: InitMessage) => void) | undefined;
  #limitsApplied: Deferred<void> | undefined;
  #isExited = false;
  #isDone = false;
  #brokenOff: NodeJS.Timeout | undefined;
  /** why nothing more comes from the forkserver, while init's last frames are still awaited */
  #down: SandboxError | undefined;

  constructor(id: number, limits: Limits, control: (request: Request) => void) {
    this.id = id;
    this.limits = limits;
    this.#control = control;
    // Nobody may be listening when a parked sandbox dies: that is no unhandled rejection.
    for (const { promise } of [this.#opened, this.#exited, this.#ended]) {
      promise.catch(() => undefined);
    }
  }

  get layers(): Layers {
    return this.#layers;
  }

  get steps(): StepTimes {
    return this.#steps;
  }

  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get exited(): Promise<JobExited> {
    return this.#exited.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  isAlive(): boolean {
    return this.#state.name === "parked" && this.#channel?.isOpen === true;
  }

  start(limits: Limits, collectMs: number): Promise<void> | void {
    if (this.#state.name !== "parked") {
      throw this.#state.name === "gone"
        ? this.#state.cause
        : new SandboxError("usage", `sandbox ${this.id} was started before: it is used once`);
    }
    this.#become({ name: "running" });
    this.#control({
      kind: "startJob",
      sandboxId: this.id,
      limits: wireLimits(limits),
      collectMs,
    });
    if (limits.memoryBytes === this.limits.memoryBytes && limits.pids === this.limits.pids) {
      return undefined;
    }
    this.#limitsApplied = deferred();
    return this.#limitsApplied.promise;
  }

  send(frames: Uint8Array): Promise<void> | void {
    // A job may end without having read its stdin; how it ended is said by `exited` and `ended`.
    if (this.#channel?.isOpen !== true || this.#isDone) {
      return undefined;
    }
    try {
      return this.#channel.sendFrames(frames)?.catch(() => undefined);
    } catch (error) {
      this.#breakOff(error);
      return undefined;
    }
  }

  onMessage(handler: (message: InitMessage) => void): void {
    this.#handler = handler;
  }

  kill(): void {
    if (this.#state.name === "running" && !this.#isExited) {
      this.#control({ kind: "killJob", sandboxId: this.id });
    }
  }

  close(): void {
    if (this.#isOver()) {
      this.#leave();
    } else {
      this.fail(new SandboxError("poolClosed", `sandbox ${this.id} was closed`));
    }
  }

  /** What the forkserver says about this sandbox, but for its close. */
  handle(event: SandboxEvent): void {
    switch (event.kind) {
      case "sandboxReady":
        if (this.#state.name === "opening") {
          this.#state.ready = event;
          this.#park(this.#state);
        }
        break;
      case "limitsApplied":
        this.#limitsApplied?.resolve();
        break;
      case "jobExited":
        this.#noteExit(event);
        break;
      case "fault":
        this.fail(faultError(event));
        break;
      default:
        unreachable(event);
    }
  }

  /** Its init is introduced; from now on the connection speaks to this handle. */
  handleIntroduced(channel: InitChannel): Peer {
    if (this.#state.name === "opening") {
      this.#channel = channel;
      this.#state.channel = channel;
      this.#park(this.#state);
    } else {
      channel.destroy();
    }
    return {
      onMessage: (message) => this.#deliver(message),
      onError: (error) => this.#breakOff(error),
      onEnd: () => this.#breakOff(undefined),
    };
  }

  /** The forkserver has taken everything down; nothing more comes from it for this id. */
  handleClosed(): void {
    if (this.#isOver()) {
      this.#leave();
      this.#closed.resolve();
    } else {
      const why = `sandbox ${this.id} was taken down before its last frame (step collect)`;
      this.handleLost(new SandboxError("stageFailed", why, { step: "collect" }));
    }
  }

  /** The forkserver is gone, and with it, by parent-death signal, everything in the sandbox. */
  handleLost(cause: SandboxError): void {
    this.#closed.resolve();
    if (this.#isExited && !this.#isDone && this.#channel?.isOpen === true) {
      // Init is dead, but the two channels are read in no particular order: what it sent before, up to
      // the end of file that must follow, may still wait in its socket.
      this.#down = cause;
      this.#brokenOff ??= setTimeout(() => this.fail(cause, "isDown"), BROKEN_OFF_MS);
    } else {
      this.fail(cause, "isDown");
    }
  }

  /** Ends it here: what is still awaited rejects, and the forkserver is told unless it knows already. */
  fail(error: SandboxError, there: "isUp" | "isDown" = "isUp"): void {
    if (this.#state.name === "gone") {
      return;
    }
    const cause = this.#state.name === "running" ? error.asStarted() : error;
    this.#become({ name: "gone", cause });
    clearTimeout(this.#brokenOff);
    this.#channel?.destroy();
    this.#opened.reject(cause);
    this.#exited.reject(cause);
    this.#ended.reject(cause);
    this.#limitsApplied?.reject(cause);
    if (there === "isUp") {
      this.#control({ kind: "closeSandbox", sandboxId: this.id });
    }
  }

  /** Both ends have come: the forkserver is taking it down by itself. */
  #isOver(): boolean {
    return this.#isExited && this.#isDone;
  }

  #leave(): void {
    if (this.#state.name !== "gone") {
      this.#become({ name: "gone", cause: OVER });
    }
  }

  #become(next: State): void {
    this.#state = next;
  }

  #park(state: Extract<State, { name: "opening" }>): void {
    const { ready, channel } = state;
    if (ready === undefined || channel === undefined) {
      return;
    }
    this.#layers = layersOf(ready.layers);
    this.#steps = ready.steps;
    this.#become({ name: "parked" });
    this.#opened.resolve();
  }

  #noteExit(event: JobExited): void {
    // Killed from outside while start() was on its way: that end is not the job's. It is not placed again
    // either, because a forkserver that was held up may have read of the death before it read of the start.
    if (this.#state.name !== "running" || !event.started) {
      const why = "the parked job process died (step ready)";
      this.fail(new SandboxError("stageFailed", why, { step: "ready" }));
      return;
    }
    this.#isExited = true;
    this.#exited.resolve(event);
    this.#limitsApplied?.resolve();
  }

  #deliver(message: FromInit): void {
    if (this.#isDone) {
      return; // as good as destroyed
    }
    if (message.kind === "introduction") {
      this.#refuse(new Error("it was introduced twice"));
      return;
    }
    if (message.kind === "fault") {
      this.fail(faultError(message));
      return;
    }
    if (message.kind === "done" && this.#state.name !== "running") {
      // The child died before any job came and init saw it first; the forkserver is about to say why.
      this.#breakOff(undefined);
      return;
    }
    if (this.#state.name !== "running" || this.#handler === undefined) {
      this.#refuse(new Error(`${message.kind} came while nothing of it was due`));
      return;
    }
    try {
      this.#handler(message);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (message.kind === "done") {
      this.#isDone = true;
      clearTimeout(this.#brokenOff);
      this.#ended.resolve();
      // Nothing more is due in either direction, and an init that still discards input learns it by this.
      // Not before the job is answered: to close a socket takes 50 µs.
      setImmediate(() => this.#channel?.destroy());
    }
  }

  #refuse(reason: unknown): void {
    this.fail(
      reason instanceof SandboxError
        ? reason
        : new SandboxError(
            "protocolBroken",
            `the init of sandbox ${this.id} broke the protocol: ${messageOf(reason)}`,
            { cause: reason },
          ),
    );
  }

  /** Init's connection is over. Before its last frame that is a fault, which the forkserver may explain. */
  #breakOff(error: unknown): void {
    if (this.#isDone || this.#state.name === "gone") {
      return;
    }
    if (isProtocolError(error)) {
      this.#refuse(error);
      return;
    }
    if (this.#down !== undefined) {
      this.fail(this.#down, "isDown");
      return;
    }
    this.#brokenOff ??= setTimeout(() => {
      const why = `the init of sandbox ${this.id} was gone before its last frame (step collect)`;
      this.fail(new SandboxError("stageFailed", why, { step: "collect", cause: error }));
    }, BROKEN_OFF_MS);
  }
}

/** Whether a connection failed by what came over it, and not by breaking off. */
function isProtocolError(error: unknown): boolean {
  return error instanceof FrameError
    ? error.fault !== "frameTruncated"
    : error instanceof CodecError;
}

/** The part of a job's limits that the forkserver holds; init and the plan hold the others. */
export function wireLimits(limits: Limits): WireLimits {
  return {
    memoryBytes: limits.memoryBytes,
    pids: limits.pids,
    cpuMs: limits.cpuMs,
    wallMs: limits.wallMs,
    // Processor time is capped by cpuMs and shared evenly between sandboxes; a bandwidth cap would only
    // let an idle processor stand idle.
    coresPercent: 0,
  };
}
