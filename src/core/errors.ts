/**
 * Our own failures. What a job does is an Outcome (outcome.ts) and never an error.
 *
 * Codes are API: add to the table, never rename or reuse. A code says whether the same call may
 * succeed later without anybody changing anything.
 */
const CODES = {
  /** the request, an option or a file name is not acceptable as it stands */
  usage: { retryable: false },
  /** an input, the code or the stdin file cannot be read */
  inputUnreadable: { retryable: false },
  /** the directory for artifacts cannot be written */
  outputUnwritable: { retryable: false },
  /** the queue of waiting jobs is full, or the wait for a sandbox was too long */
  overloaded: { retryable: true },
  /** the pool was closed or destroyed */
  poolClosed: { retryable: false },
  /** the caller gave up before the job had started */
  cancelled: { retryable: false },
  /** a step of ours failed; `step` names it, and nothing is blamed on the job */
  stageFailed: { retryable: true },
  /** the forkserver or a sandbox broke the protocol; its last state is unknown */
  protocolBroken: { retryable: true },
  /** the forkserver ended while it was needed */
  forkserverLost: { retryable: true },
  /** an interpreter could not be started, or could not import the preload list */
  zygoteFailed: { retryable: true },
  profileInvalid: { retryable: false },
  runtimeMissing: { retryable: false },
  levelTooLow: { retryable: false },
  nativeMissing: { retryable: false },
} as const satisfies Readonly<Record<string, { retryable: boolean }>>;

export type SandboxErrorCode = keyof typeof CODES;

/** Every code, for documentation and its test. */
export const SANDBOX_ERROR_CODES = Object.freeze(Object.keys(CODES)) as readonly SandboxErrorCode[];

export interface SandboxErrorDetails {
  readonly cause?: unknown;
  /** the step of ours that failed, for `stageFailed` */
  readonly step?: string;
  /** the errno of that step, as a positive number */
  readonly errno?: number;
  /** what to do about it, in one sentence */
  readonly remedy?: string;
  /** true when the job had been handed over: it may have run, and is never run again */
  readonly started?: boolean;
}

/** Thrown for everything that is not the job's doing. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: SandboxErrorCode;
  readonly step: string | undefined;
  readonly errno: number | undefined;
  readonly remedy: string | undefined;
  readonly started: boolean;

  constructor(code: SandboxErrorCode, message: string, details: SandboxErrorDetails = {}) {
    super(
      details.remedy === undefined ? message : `${message}; ${details.remedy}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.step = details.step;
    this.errno = details.errno;
    this.remedy = details.remedy;
    this.started = details.started ?? false;
  }

  /** Whether the same call may succeed later. A job that had started is never retried for the caller. */
  get retryable(): boolean {
    return CODES[this.code].retryable && !this.started;
  }

  /** The same failure, marked as having met a job that had already been handed over. */
  asStarted(): SandboxError {
    if (this.started) {
      return this;
    }
    return new SandboxError(
      this.code,
      this.remedy === undefined ? this.message : stripRemedy(this),
      {
        cause: this,
        started: true,
        ...(this.step === undefined ? {} : { step: this.step }),
        ...(this.errno === undefined ? {} : { errno: this.errno }),
        ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      },
    );
  }
}

function stripRemedy(error: SandboxError): string {
  return error.message.slice(0, error.message.length - `; ${error.remedy}`.length);
}

/** A sentence out of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
