/** Facts to words: how a job ended, what it used, what it was refused. Pure; one table. */
import type { Denial, LimitKind, Outcome, Usage } from "../core/outcome.ts";
import { signalName } from "../core/signals.ts";
import type { CompiledProfile } from "../profile/compile.ts";
import type { Done, JobExited, WireDenial } from "../wire/codec.ts";
import type { ResultProblem } from "./output.ts";

/** All that an outcome may depend on. */
export interface Facts {
  /** from the kernel, by way of the forkserver */
  readonly exited: JobExited;
  /** from init, after the last process of the job was dead */
  readonly done: Done;
  /** whether the caller asked for the end */
  readonly isCancelled: boolean;
  readonly problem: ResultProblem | undefined;
}

function limited(limit: LimitKind): Outcome {
  return { kind: "limited", limit };
}

function rejected(problem: ResultProblem | undefined): Outcome | undefined {
  return problem === undefined ? undefined : { kind: "rejected", ...problem };
}

function endedWell({ exited }: Facts): boolean {
  return exited.signal === 0 && exited.exitCode === 0;
}

type Row = (facts: Facts) => Outcome | undefined;

/**
 * The first row that answers decides. What killed the job stands above how it died; what the job wrote
 * comes last and can only turn an end of its own into a rejection, never another's verdict into its own.
 */
const ROWS: readonly Row[] = [
  ({ exited }) => (exited.trigger === "wall" ? limited("wall") : undefined),
  ({ exited }) => (exited.trigger === "cpu" ? limited("cpu") : undefined),
  ({ exited }) => (exited.trigger === "memory" ? limited("memory") : undefined),
  ({ exited }) => (exited.trigger === "denials" ? limited("denials") : undefined),
  // A cancel that came when the job had ended already is not how it ended.
  ({ exited, isCancelled }) =>
    isCancelled && exited.trigger === "requested" ? { kind: "cancelled" } : undefined,
  ({ exited, done }) =>
    exited.trigger === "output" || done.outputExceeded ? limited("output") : undefined,
  ({ exited }) => (exited.usage.oomKills > 0 ? limited("memory") : undefined),
  ({ done }) => (done.artifactsExceeded ? limited("artifacts") : undefined),
  // Init kills a job that floods the result channel, so here the signal is ours.
  ({ done, problem }) => (done.resultExceeded ? rejected(problem) : undefined),
  ({ exited, problem }) => (exited.signal === 0 ? rejected(problem) : undefined),
  // These two leave only traces; a job that ended well was not stopped by them.
  (facts) =>
    facts.exited.usage.pidsRefused > 0 && !endedWell(facts) ? limited("pids") : undefined,
  (facts) => (facts.done.tmpFull && !endedWell(facts) ? limited("tmp") : undefined),
  ({ exited }) =>
    exited.signal === 0
      ? undefined
      : { kind: "signaled", signal: signalName(exited.signal), coreDumped: exited.coreDumped },
];

/** How the job ended. */
export function outcomeOf(facts: Facts): Outcome {
  for (const row of ROWS) {
    const outcome = row(facts);
    if (outcome !== undefined) {
      return outcome;
    }
  }
  return { kind: "exited", exitCode: facts.exited.exitCode };
}

export function usageOf({ usage }: JobExited): Usage {
  return {
    wallMs: usage.wallUs / 1000,
    cpuMs: usage.cpuUs / 1000,
    memoryPeakBytes: usage.memoryPeakBytes,
    processes: usage.processesPeak,
  };
}

function registers(args: Uint8Array): bigint[] {
  const view = new DataView(args.buffer, args.byteOffset, args.byteLength);
  return Array.from({ length: args.byteLength >> 3 }, (_, index) =>
    view.getBigUint64(index * 8, true),
  );
}

/** Refused calls in the words of the profile that refused them. */
export function denialsOf(
  denials: readonly WireDenial[],
  profile: Pick<CompiledProfile, "describe">,
): Denial[] {
  return denials.map(({ call, args, count }) => {
    const refusal = profile.describe(call, registers(args));
    return {
      syscall: refusal.call,
      args: refusal.args,
      errno: refusal.errno,
      count,
      rule: refusal.rule,
      hint: refusal.hint,
    };
  });
}
