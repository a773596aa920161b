/** Receives what the init of one sandbox says about its job, and makes findings of it. */
import { SandboxError } from "../core/errors.ts";
import type { Limits } from "../core/limits.ts";
import type { RunResult } from "../core/outcome.ts";
import type { InitMessage } from "../forkserver/sandbox.ts";
import { isThreadWork, type Threads } from "../threads/pool.ts";
import { hashBytes } from "../threads/thread.ts";
import type { Done, JobExited } from "../wire/codec.ts";
import { ArtifactCollector, type ArtifactSink } from "./artifacts.ts";
import { OutputCollector, type OutputListeners, readHandedBack } from "./output.ts";
import { outcomeOf } from "./report.ts";

export type Findings = Pick<
  RunResult,
  | "outcome"
  | "stdout"
  | "stderr"
  | "result"
  | "error"
  | "artifacts"
  | "artifactsSkipped"
  | "artifactsSkippedTotal"
>;

/** Receives what init says about one job. */
export class Collector {
  readonly #limits: Limits;
  readonly #threads: Threads;
  readonly #fail: (error: unknown) => void;
  readonly #output: OutputCollector;
  readonly #artifacts: ArtifactCollector;
  #done: Done | undefined;

  constructor(
    limits: Limits,
    threads: Threads,
    listeners: OutputListeners,
    sinks: readonly ArtifactSink[],
    fail: (error: unknown) => void,
  ) {
    this.#limits = limits;
    this.#threads = threads;
    this.#fail = fail;
    this.#output = new OutputCollector(limits.outputBytes, limits.resultBytes, listeners);
    this.#artifacts = new ArtifactCollector(limits, (data) => sha256(data, threads), sinks);
  }

  take(message: InitMessage): void {
    switch (message.kind) {
      case "output":
        try {
          this.#output.take(message);
        } catch (error) {
          // A listener of the caller's threw: the run ends with its error, not with one of ours.
          this.#fail(error);
        }
        return;
      case "artifact":
        this.#artifacts.take(message);
        return;
      case "done":
        this.#done = message;
        return;
      case "fault":
        return; // the sandbox itself rejects with it
    }
  }

  async finish(exited: JobExited, isCancelled: boolean): Promise<Findings> {
    const done = this.#done;
    if (done === undefined) {
      throw new SandboxError("protocolBroken", "the init of a sandbox ended without its report", {
        started: true,
      });
    }
    const { resultBytes } = this.#limits;
    const { result, error, problem } = await readHandedBack(
      this.#output.resultBytes(),
      resultBytes,
      done.resultExceeded,
      this.#threads,
    );
    return {
      outcome: outcomeOf({ exited, done, isCancelled, problem }),
      stdout: this.#output.captured("stdout", done.stdoutBytes),
      stderr: this.#output.captured("stderr", done.stderrBytes),
      result,
      error,
      ...(await this.#artifacts.finish(done.artifactsSkipped)),
    };
  }
}

function sha256(data: Uint8Array, threads: Threads): Promise<string> {
  return isThreadWork(data.byteLength) ? threads.hashBytes(data) : Promise.resolve(hashBytes(data));
}
