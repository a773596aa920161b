/**
 * One forkserver and every handle on what it holds: filters, plans, zygotes, sandboxes.
 *
 * open     -> draining   close(): nothing new is opened, what is open ends by itself
 * any      -> dead       see process.ts; everything pending rejects with the cause
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { deferred } from "../core/deferred.ts";
import { SandboxError } from "../core/errors.ts";
import type { Limits } from "../core/limits.ts";
import { unreachable } from "../core/outcome.ts";
import type { Clock } from "../core/ports.ts";
import { randomBytes } from "../core/random.ts";
import type { Hello } from "../wire/codec.ts";
import { type CellPlan, type Filter, planFrame } from "./plans.ts";
import { ForkserverProcess, type ForkserverProcessOptions, type LaterEvent } from "./process.ts";
import { type Sandbox, SandboxHandle, wireLimits } from "./sandbox.ts";
import { IntroductionSocket } from "./socket.ts";
import { type Zygote, ZygoteHandle } from "./zygote.ts";

export interface ForkserverOptions extends ForkserverProcessOptions {
  /** of mode 0700, ours alone, with a short path: the socket lies in it */
  readonly scratchDirectory: string;
  readonly clock: Clock;
}

export interface ZygoteOrder {
  /** absolute path of the real interpreter */
  readonly interpreter: string;
  /** modules it imports before it forks anything; trusted code */
  readonly preload: readonly string[];
  readonly generation: number;
}

export interface SandboxOrder {
  readonly zygote: Zygote;
  readonly filterId: number;
  readonly planId: number;
  readonly limits: Limits;
}

type State = { name: "open" } | { name: "draining" } | { name: "dead"; cause: SandboxError };

/** Importing pandas from a cold disk takes seconds, and the first attach to a memory cgroup some more. */
const ZYGOTE_MS = 60_000;
const SANDBOX_MS = 15_000;
const MAX_ID = 2 ** 32 - 1;

const utf8 = new TextEncoder();
let socketsMade = 0;

export class Forkserver {
  readonly #clock: Clock;
  readonly #native: ForkserverOptions["native"];
  readonly #socket: IntroductionSocket;
  readonly #sandboxes = new Map<number, SandboxHandle>();
  readonly #zygotes = new Map<number, ZygoteHandle>();
  readonly #filters = new Map<string, number>();
  /** the same by object: every open asks, and a digest of the program costs 15 µs */
  readonly #filterIds = new WeakMap<Filter, number>();
  readonly #empty = deferred<void>();
  readonly #send: ForkserverProcess["send"] = (request) => this.#process.send(request);
  #process!: ForkserverProcess;
  #state: State = { name: "open" };
  #lastId = 0;

  private constructor(options: ForkserverOptions, socket: IntroductionSocket) {
    this.#clock = options.clock;
    this.#native = options.native;
    this.#socket = socket;
  }

  /** Starts the program and waits until it is ready. */
  static async start(options: ForkserverOptions): Promise<Forkserver> {
    await checkPrivate(options.scratchDirectory);
    socketsMade += 1;
    const path = join(options.scratchDirectory, `s${socketsMade}`);
    const socket = await IntroductionSocket.listen(path, options.log);
    const started = new Forkserver(options, socket);
    try {
      started.#process = await ForkserverProcess.start(options, path, {
        onEvent: (event) => started.#dispatch(event),
        onLost: (cause) => started.#lose(cause),
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    return started;
  }

  /** What it said about this host. */
  get hello(): Hello {
    return this.#process.hello;
  }

  get pid(): number {
    return this.#process.pid;
  }

  isReady(): boolean {
    return this.#state.name === "open";
  }

  /** Settles when it is dead and swept, with the reason. Never rejects. */
  get dead(): Promise<SandboxError> {
    return this.#process.dead;
  }

  /** Defines a compiled profile, once for each content; gives its id. */
  defineFilter(filter: Filter): number {
    this.#checkOpen();
    const defined = this.#filterIds.get(filter);
    if (defined !== undefined) {
      return defined;
    }
    const { canary, writeExecuteDeny, refusesNetwork, maxDenials, program, refusals } = filter;
    const facts = [program.length, canary, writeExecuteDeny, refusesNetwork, maxDenials];
    const key = createHash("sha256")
      .update(JSON.stringify(facts))
      .update(program)
      .update(refusals)
      .digest("hex");
    const known = this.#filters.get(key);
    if (known !== undefined) {
      this.#filterIds.set(filter, known);
      return known;
    }
    const filterId = this.#nextId();
    this.#send({
      kind: "defineFilter",
      filterId,
      program,
      refusals,
      canaryCall: canary.call,
      canaryErrno: canary.errno,
      writeExecuteDeny,
      maxDenials,
      refusesNetwork,
    });
    this.#filters.set(key, filterId);
    this.#filterIds.set(filter, filterId);
    return filterId;
  }

  /** Defines what cells of one kind look like. Throws SandboxError `usage` when files cannot be shown so. */
  definePlan(plan: CellPlan): number {
    this.#checkOpen();
    const planId = this.#nextId();
    this.#process.enqueue(planFrame(planId, plan));
    return planId;
  }

  /** Forgets a plan; sandboxes made with it are not affected. */
  dropPlan(planId: number): void {
    this.#send({ kind: "dropPlan", planId });
  }

  /** Starts an interpreter and waits until it has imported its preload list. */
  async openZygote(order: ZygoteOrder): Promise<Zygote> {
    this.#checkOpen();
    const id = this.#nextId();
    const zygote = new ZygoteHandle(id, order.generation, this.#send, () =>
      this.#clock.monotonicMs(),
    );
    this.#zygotes.set(id, zygote);
    void zygote.gone.then(() => this.#zygotes.delete(id));
    this.#send({
      kind: "openZygote",
      zygoteId: id,
      interpreter: utf8.encode(order.interpreter),
      module: utf8.encode(this.#native.module),
      script: utf8.encode(this.#native.script),
      preload: order.preload.map((name) => utf8.encode(name)),
    });
    const timer = setTimeout(() => {
      const why = `the zygote was not ready within ${ZYGOTE_MS} ms`;
      zygote.fail(new SandboxError("zygoteFailed", why), "isUp");
    }, ZYGOTE_MS);
    try {
      await zygote.ready;
    } finally {
      clearTimeout(timer);
    }
    return zygote;
  }

  /** Opens a cell, forks a child into it, and waits until it is confined, attested and introduced. */
  async openSandbox(order: SandboxOrder, signal?: AbortSignal): Promise<Sandbox> {
    this.#checkOpen();
    if (signal?.aborted === true) {
      throw abortError(signal);
    }
    const sandbox = this.#order(order);
    const timer = setTimeout(() => {
      const why = `the sandbox was not ready within ${SANDBOX_MS} ms (step ready)`;
      sandbox.fail(new SandboxError("stageFailed", why, { step: "ready" }));
    }, SANDBOX_MS);
    const onAbort = (): void => {
      if (signal !== undefined) {
        sandbox.fail(abortError(signal));
      }
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await sandbox.opened;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#socket.forget(sandbox.id);
    }
    return sandbox;
  }

  /** Opens nothing new, waits until every sandbox is gone, then ends the program. */
  async close(): Promise<void> {
    if (this.#state.name === "open") {
      this.#become({ name: "draining" });
      this.#noteEmpty();
    }
    await Promise.race([this.#empty.promise, this.dead]);
    await this.destroy();
  }

  /** Ends the program and everything in it now. */
  async destroy(): Promise<void> {
    this.#process.end();
    await this.dead;
  }

  #order(order: SandboxOrder): SandboxHandle {
    const zygote = this.#zygotes.get(order.zygote.id);
    if (zygote === undefined) {
      // Not zygoteFailed: another zygote may well start, this one only died in the meantime.
      throw new SandboxError("stageFailed", `zygote ${order.zygote.id} is gone (step jobFork)`, {
        step: "jobFork",
      });
    }
    zygote.countFork();
    const id = this.#nextId();
    const nonce = randomBytes(16);
    const sandbox = new SandboxHandle(id, order.limits, this.#send);
    this.#sandboxes.set(id, sandbox);
    this.#socket.expect(id, nonce, (channel) => sandbox.handleIntroduced(channel));
    this.#send({
      kind: "openSandbox",
      sandboxId: id,
      zygoteId: zygote.id,
      filterId: order.filterId,
      planId: order.planId,
      nonce,
      limits: wireLimits(order.limits),
    });
    return sandbox;
  }

  /** An event about something we have forgotten changes nothing: a close of ours may cross it on its way. */
  #dispatch(event: LaterEvent): void {
    switch (event.kind) {
      case "zygoteReady":
        this.#zygotes.get(event.zygoteId)?.handleReady(event);
        break;
      case "zygoteGone":
        this.#zygotes.get(event.zygoteId)?.handleGone(event);
        break;
      case "sandboxReady":
      case "limitsApplied":
      case "jobExited":
        this.#sandboxes.get(event.sandboxId)?.handle(event);
        break;
      case "sandboxClosed":
        this.#sandboxes.get(event.sandboxId)?.handleClosed();
        this.#sandboxes.delete(event.sandboxId);
        this.#noteEmpty();
        break;
      case "fault":
        this.#blame(event);
        break;
      default:
        unreachable(event);
    }
  }

  #blame(fault: Extract<LaterEvent, { kind: "fault" }>): void {
    if (fault.sandboxId === 0) {
      this.#zygotes.get(fault.zygoteId)?.handleFault(fault);
    } else {
      this.#sandboxes.get(fault.sandboxId)?.handle(fault);
    }
  }

  #lose(cause: SandboxError): void {
    this.#become({ name: "dead", cause });
    this.#socket.close();
    for (const sandbox of this.#sandboxes.values()) {
      sandbox.handleLost(cause);
    }
    for (const zygote of this.#zygotes.values()) {
      zygote.fail(cause, "isDown");
    }
    this.#sandboxes.clear();
  }

  #noteEmpty(): void {
    if (this.#state.name === "draining" && this.#sandboxes.size === 0) {
      this.#empty.resolve();
    }
  }

  #checkOpen(): void {
    switch (this.#state.name) {
      case "open":
        return;
      case "dead":
        throw this.#state.cause;
      case "draining":
        throw new SandboxError("poolClosed", "the forkserver opens nothing new: it was closed");
      default:
        unreachable(this.#state);
    }
  }

  /** Ids are never 0, and come again only after four thousand million others. */
  #nextId(): number {
    do {
      this.#lastId = this.#lastId === MAX_ID ? 1 : this.#lastId + 1;
    } while (this.#sandboxes.has(this.#lastId) || this.#zygotes.has(this.#lastId));
    return this.#lastId;
  }

  #become(next: State): void {
    this.#state = next;
  }
}

/** Why the caller gave up, in its own words where it has some. */
export function abortError(signal: AbortSignal): SandboxError {
  return signal.reason instanceof SandboxError
    ? signal.reason
    : new SandboxError("cancelled", "the caller gave up before a sandbox was ready", {
        cause: signal.reason,
      });
}

async function checkPrivate(directory: string): Promise<void> {
  const facts = await stat(directory);
  if (!facts.isDirectory() || (facts.mode & 0o077) !== 0 || facts.uid !== process.getuid?.()) {
    throw new SandboxError(
      "stageFailed",
      `cannot use ${directory} as scratch: it must be a directory of mode 0700 of this user (step introduce)`,
      { step: "introduce" },
    );
  }
}
