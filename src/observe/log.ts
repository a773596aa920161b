/**
 * The log: structured lines on standard error, never on standard output, which belongs to results.
 *
 * Job data is never logged: fields that could carry it, or a secret, are struck out by name here, so that
 * one careless call elsewhere does not put a customer's bytes into a log file.
 */
import { type DestinationStream, destination, type LevelWithSilent, pino } from "pino";
import type { Log, LogFields } from "../core/ports.ts";

export const LOG_LEVELS = Object.freeze([
  "silent",
  "error",
  "warn",
  "info",
  "debug",
] as const) satisfies readonly LevelWithSilent[];
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of fields that hold secrets, or bytes of a job; struck out at the top and one level down. */
const STRUCK_OUT = [
  "authorization",
  "code",
  "cookie",
  "data",
  "env",
  "key",
  "nonce",
  "password",
  "secret",
  "stderr",
  "stdin",
  "stdout",
  "token",
] as const;

/** `code` may be a job's source, or the code of an error, which is one short word and what a log is for. */
function strikeOut(value: unknown, path: string[]): unknown {
  const isErrorCode = path.at(-1) === "code" && /^[A-Za-z]{1,40}$/.test(String(value));
  return isErrorCode ? value : "[struck out]";
}

export interface LogOptions {
  readonly level: LogLevel;
  /** where lines go; standard error when left out */
  readonly to?: DestinationStream;
}

/** Standard error, written at once: a line that explains a crash must not wait in a buffer. */
function standardError(): DestinationStream {
  return destination({ dest: 2, sync: true });
}

/** Makes the real Log. */
export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level,
      // The host's name and our pid are known to whoever collects the lines.
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: STRUCK_OUT.flatMap((name) => [name, `*.${name}`]),
        censor: strikeOut,
      },
      serializers: { error: describeError },
    },
    options.to ?? standardError(),
  );
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}): void => {
      logger[level](fields, message);
    };
  return Object.freeze({
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  });
}

interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly step?: unknown;
}

/** Name, message, code and step: a stack only with its message repeated would double every line. */
function describeError(value: unknown): unknown {
  if (!(value instanceof Error)) {
    return value;
  }
  const { code, step } = value as { code?: unknown; step?: unknown };
  const described: DescribedError = {
    name: value.name,
    message: value.message,
    ...(code === undefined ? {} : { code }),
    ...(step === undefined ? {} : { step }),
  };
  return described;
}
