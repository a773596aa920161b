/** How a failure of ours is said: one line for people, one document for programs. */
import { messageOf, SandboxError } from "../../core/errors.ts";
import { type Io, write } from "./io.ts";

/** The body under `--json`; the same keys for every error, absent where they do not apply. */
export interface FailureDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly step?: string;
    readonly errno?: number;
    readonly remedy?: string;
    readonly retryable: boolean;
    readonly started: boolean;
  };
}

export function failureDocument(error: unknown): FailureDocument {
  if (!(error instanceof SandboxError)) {
    // Nothing that is not ours should arrive here; say what it was rather than dress it up.
    return {
      error: { code: "internal", message: messageOf(error), retryable: false, started: false },
    };
  }
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.step === undefined ? {} : { step: error.step }),
      ...(error.errno === undefined ? {} : { errno: error.errno }),
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      retryable: error.retryable,
      started: error.started,
    },
  };
}

/** Says a failure once: as a document on standard output, or as a line on standard error. */
export function sayFailure(io: Io, error: unknown, json: boolean): Promise<void> {
  return json
    ? write(io.stdout, `${JSON.stringify(failureDocument(error))}\n`)
    : write(io.stderr, failureLine(error));
}

/** One line, whatever the message holds: a job's or a path's control characters must not reach a terminal. */
export function failureLine(error: unknown): string {
  const step =
    error instanceof SandboxError && error.step !== undefined && !error.message.includes(error.step)
      ? ` (step ${error.step})`
      : "";
  return `broodbox: ${printable(messageOf(error))}${step}\n`;
}

/** Control and direction-changing characters as escapes: what a job names or says must not draw on a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0a ? "\\n" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
