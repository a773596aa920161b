/** Outcome -> exit code of `broodbox run`: the table that shell scripts rely on. Pure. */
import { SandboxError } from "../../core/errors.ts";
import { type LimitKind, type Outcome, unreachable } from "../../core/outcome.ts";
import { signalNumber } from "../../core/signals.ts";

/** A failure of ours: nothing of the job ran, or we cannot tell. */
export const OUR_FAILURE = 125;
export const USAGE = 2;
const REJECTED = 123;
const SIGNAL_BASE = 128;

/** Time as timeout(1) has it, memory as the kernel's own kill looks, the rest in between. */
const LIMITED: Readonly<Record<LimitKind, number>> = {
  wall: 124,
  cpu: 124,
  memory: 137,
  output: 122,
  artifacts: 122,
  tmp: 122,
  pids: 122,
  denials: 122,
};

export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGPIPE";

/** As a shell reports a program that this signal ended. */
export function exitCodeOfSignal(signal: string): number {
  const number = signalNumber(signal);
  return number === undefined ? OUR_FAILURE : SIGNAL_BASE + number;
}

/** `cancelledBy` is the signal that made us cancel the job, if one did. */
export function exitCodeOf(outcome: Outcome, cancelledBy?: CancelSignal): number {
  switch (outcome.kind) {
    case "exited":
      return outcome.exitCode;
    case "signaled":
      return exitCodeOfSignal(outcome.signal);
    case "limited":
      return LIMITED[outcome.limit];
    case "rejected":
      return REJECTED;
    case "cancelled":
      return cancelledBy === undefined ? OUR_FAILURE : exitCodeOfSignal(cancelledBy);
    default:
      return unreachable(outcome);
  }
}

/** The exit code for what was thrown instead of a result. */
export function exitCodeOfError(error: unknown, cancelledBy?: CancelSignal): number {
  if (!(error instanceof SandboxError)) {
    return OUR_FAILURE;
  }
  if (error.code === "cancelled" && cancelledBy !== undefined) {
    return exitCodeOfSignal(cancelledBy);
  }
  return error.code === "usage" ? USAGE : OUR_FAILURE;
}
