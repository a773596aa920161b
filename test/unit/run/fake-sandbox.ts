import { deferred } from "../../../src/core/deferred.ts";
import { SandboxError } from "../../../src/core/errors.ts";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import type { Layers } from "../../../src/core/outcome.ts";
import type { InitMessage, Sandbox } from "../../../src/forkserver/sandbox.ts";
import type { Done, JobExited } from "../../../src/wire/codec.ts";
import { FrameReader } from "../../../src/wire/frame.ts";

export const FULL: Layers = Object.fromEntries(
  [
    "pidNamespace",
    "mountNamespace",
    "networkNamespace",
    "ipcNamespace",
    "utsNamespace",
    "cgroupNamespace",
    "slotUid",
    "groups",
    "capabilities",
    "noNewPrivileges",
    "memoryCgroup",
    "pidsCgroup",
    "cpuCgroup",
    "rlimits",
    "seccomp",
  ].map((name) => [name, "on"] as const),
);

/** A sandbox whose job does what a test says. Records what it was given, by message field number. */
export class FakeSandbox implements Sandbox {
  readonly id = 1;
  readonly limits = DEFAULT_LIMITS;
  readonly layers: Layers;
  readonly log: string[] = [];
  readonly #exited = deferred<JobExited>();
  readonly #ended = deferred<void>();
  readonly #reader = new FrameReader();
  readonly #job: (sandbox: FakeSandbox) => void;
  #handler: (message: InitMessage) => void = () => undefined;
  #isRunning = false;

  constructor(job: (sandbox: FakeSandbox) => void, layers: Layers = FULL) {
    this.#job = job;
    this.layers = layers;
    for (const { promise } of [this.#exited, this.#ended]) {
      promise.catch(() => undefined);
    }
  }

  get exited(): Promise<JobExited> {
    return this.#exited.promise;
  }
  get ended(): Promise<void> {
    return this.#ended.promise;
  }
  get closed(): Promise<void> {
    return Promise.resolve();
  }
  isAlive(): boolean {
    return true;
  }
  onMessage(handler: (message: InitMessage) => void): void {
    this.#handler = handler;
  }
  start(): Promise<void> {
    this.log.push("start");
    return Promise.resolve();
  }
  send(frames: Uint8Array): void {
    const names = ["", "file", "run", "spec", "stdin"];
    this.log.push(
      this.#reader
        .push(frames)
        .map((body) => names[(body[0] ?? 0) >> 3])
        .join("+"),
    );
    if (!this.#isRunning && this.log.at(-1)?.includes("spec") === true) {
      this.#isRunning = true;
      queueMicrotask(() => this.#job(this));
    }
  }
  kill(): void {
    this.log.push("kill");
    this.done();
    this.exit({ trigger: "requested", signal: 9 });
  }
  close(): void {
    this.log.push("close");
    this.lose(new SandboxError("poolClosed", "closed"));
  }

  say(message: InitMessage): void {
    this.#handler(message);
  }
  done(change: Partial<Done> = {}): void {
    this.say({
      kind: "done",
      stdoutBytes: 0,
      stderrBytes: 0,
      resultBytes: 0,
      outputExceeded: false,
      resultExceeded: false,
      artifactsExceeded: false,
      tmpFull: false,
      artifactsSkipped: 0,
      collectUs: 0,
      ...change,
    });
    this.#ended.resolve();
  }
  exit(change: Partial<JobExited> = {}): void {
    this.#exited.resolve({
      kind: "jobExited",
      sandboxId: 1,
      started: true,
      exitCode: 0,
      signal: 0,
      coreDumped: false,
      trigger: "none",
      usage: {
        wallUs: 1000,
        cpuUs: 500,
        memoryPeakBytes: 1,
        processesPeak: 1,
        oomKills: 0,
        pidsRefused: 0,
      },
      denials: [],
      deniedTotal: 0,
      deniedTruncated: false,
      ...change,
    });
  }
  lose(error: SandboxError): void {
    this.#exited.reject(error);
    this.#ended.reject(error);
  }
}
