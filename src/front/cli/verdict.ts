/** RunResult -> the lines that go to standard error beside the job's own output. Pure. */
import { type LimitKind, type Outcome, type RunResult, unreachable } from "../../core/outcome.ts";
import { printable } from "./failure.ts";

const LIMIT_WORDS: Readonly<Record<LimitKind, string>> = {
  wall: "its wall time (--wall)",
  cpu: "its processor time (--cpu)",
  memory: "its memory (--memory)",
  output: "its output (--max-output)",
  artifacts: "its artifacts (--max-artifacts)",
  tmp: "its scratch space (--tmp)",
  pids: "its processes and threads (--pids)",
  denials: "the number of refused calls",
};

/** Names of refused calls shown in the verdict; `--json` has all of them. */
const CALLS_NAMED = 4;
const ARTIFACTS_NAMED = 32;

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case "exited":
      return `exited with code ${outcome.exitCode}`;
    case "signaled":
      return `was ended by ${outcome.signal}`;
    case "limited":
      return `went over the limit on ${LIMIT_WORDS[outcome.limit]}`;
    case "rejected":
      return outcome.reason === "invalidResult"
        ? `handed back a result that is not acceptable: ${printable(outcome.detail)}`
        : `broke the protocol of the result channel: ${printable(outcome.detail)}`;
    case "cancelled":
      return "was cancelled";
    default:
      return unreachable(outcome);
  }
}

function refusals(result: Pick<RunResult, "denied" | "deniedTotal">): string {
  if (result.deniedTotal === 0) {
    return "";
  }
  const names = [...new Set(result.denied.map((denial) => denial.syscall))];
  const shown = names.slice(0, CALLS_NAMED).join(", ");
  const more = names.length > CALLS_NAMED ? ", …" : "";
  const calls =
    result.deniedTotal === 1 ? "1 call was refused" : `${result.deniedTotal} calls were refused`;
  return `; ${calls}${shown === "" ? "" : `: ${shown}${more}`}`;
}

/** One line, or undefined when there is nothing to say: the job exited with code 0. */
export function verdictLine(
  result: Pick<RunResult, "outcome" | "denied" | "deniedTotal">,
): string | undefined {
  const { outcome } = result;
  if (outcome.kind === "exited" && outcome.exitCode === 0) {
    return undefined;
  }
  return `broodbox: the job ${describe(outcome)}${refusals(result)}\n`;
}

/** What was left in /out, and whether it was kept. */
export function artifactLines(
  result: Pick<RunResult, "artifacts" | "artifactsSkipped" | "artifactsSkippedTotal">,
  keptIn: string | undefined,
): string[] {
  const total = result.artifacts.length;
  const lines = result.artifacts
    .slice(0, ARTIFACTS_NAMED)
    .map(
      ({ name, bytes }) =>
        `broodbox: artifact ${printable(name)} (${bytes} bytes)${keptIn === undefined ? ", not kept: give --out DIR" : ""}\n`,
    );
  if (total > ARTIFACTS_NAMED) {
    lines.push(`broodbox: and ${total - ARTIFACTS_NAMED} more artifacts (--json lists them)\n`);
  }
  for (const { name, reason } of result.artifactsSkipped.slice(0, ARTIFACTS_NAMED)) {
    lines.push(`broodbox: artifact ${printable(name)} was not taken: ${printable(reason)}\n`);
  }
  const unnamed =
    result.artifactsSkippedTotal - Math.min(result.artifactsSkipped.length, ARTIFACTS_NAMED);
  if (unnamed > 0) {
    lines.push(`broodbox: and ${unnamed} more artifacts were not taken\n`);
  }
  return lines;
}
