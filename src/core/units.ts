/** One grammar for durations and sizes, for every front: "500ms", "10s", "2m"; "64K", "256M", "1G". */
import { SandboxError } from "./errors.ts";

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

function parse(
  text: string,
  units: Readonly<Record<string, number>>,
  what: string,
  remedy: string,
): number {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)([A-Za-z]{0,2})$/.exec(text);
  const factor = match?.[2] === undefined ? undefined : ownValue(units, match[2]);
  if (match === null || factor === undefined) {
    throw new SandboxError("usage", `cannot read ${JSON.stringify(text)} as a ${what}`, { remedy });
  }
  const value = Number(match[1]) * factor;
  // 1.1 * 1000 is 1100.0000000000002: what counts is that the text names a whole number of units.
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole) || Math.abs(value - whole) > 1e-6) {
    throw new SandboxError(
      "usage",
      `${what} ${JSON.stringify(text)} is not a whole number of ${what === "size" ? "bytes" : "milliseconds"}`,
      { remedy },
    );
  }
  return whole;
}

function ownValue(units: Readonly<Record<string, number>>, unit: string): number | undefined {
  return Object.hasOwn(units, unit) ? units[unit] : undefined;
}

/** "500ms", "10s", "2m" or "1h" in milliseconds. A bare number is refused: its unit would be a guess. */
export function parseDurationMs(text: string): number {
  return parse(
    text,
    DURATION_UNITS,
    "duration",
    "write a number with ms, s, m or h, like 500ms or 10s",
  );
}

/** "65536", "64K", "256M" or "1G" in bytes; K, M, G and T are powers of 1024. */
export function parseSizeBytes(text: string): number {
  return parse(
    text,
    SIZE_UNITS,
    "size",
    "write a number of bytes, or one with K, M, G or T, like 256M",
  );
}

/** The shortest exact text that parseDurationMs reads back. */
export function formatDurationMs(valueMs: number): string {
  return format(valueMs, DURATION_UNITS, "ms");
}

/** The shortest exact text that parseSizeBytes reads back. */
export function formatSizeBytes(valueBytes: number): string {
  return format(valueBytes, SIZE_UNITS, "");
}

function format(value: number, units: Readonly<Record<string, number>>, smallest: string): string {
  let best = `${value}${smallest}`;
  for (const [unit, factor] of Object.entries(units)) {
    if (value > 0 && value % factor === 0) {
      best = `${value / factor}${unit}`;
    }
  }
  return best;
}
