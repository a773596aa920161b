/** What lower layers are handed instead of importing it. The real ones are made by the composition root. */

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines. Never job data: lines may end up where the job's owner must not look. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that keeps nothing, for libraries whose owner passed none. */
export const silentLog: Log = Object.freeze({
  debug() {},
  info() {},
  warn() {},
  error() {},
});

export interface Clock {
  /** monotonic, for deadlines and durations; its zero means nothing */
  monotonicMs(): number;
  /** milliseconds since 1970, for ids and for people; may jump */
  wallMs(): number;
}
