/**
 * Numeric caps of one job. Every name carries its unit; every value is a positive integer with a
 * hard maximum that no configuration lifts.
 */
import { z } from "zod";
import { SandboxError } from "./errors.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export interface Limits {
  /** from the start of the job to the death of its main process */
  readonly wallMs: number;
  /** processor time of all processes of the job together */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** processes and threads together, at any moment */
  readonly pids: number;
  /** size of the scratch file systems /tmp, /job and /dev/shm */
  readonly tmpBytes: number;
  /** for stdout and for stderr, each */
  readonly outputBytes: number;
  /** all files of /out together */
  readonly artifactBytes: number;
  readonly artifactFiles: number;
  /** the JSON value handed back through the result channel, with its error or frame around it */
  readonly resultBytes: number;
}

export type LimitName = keyof Limits;

interface Bound {
  readonly minimum: number;
  readonly byDefault: number;
  readonly maximum: number;
}

// Minima: a tmpfs of size 0 is unlimited and one of a few pages cannot hold the job's own code; a
// memory cgroup below some MiB kills the interpreter before its first line. Maxima: times fit the
// wire's 32 bits with room, and artifacts and results are held in the supervisor's memory.
const BOUNDS: Readonly<Record<LimitName, Bound>> = {
  wallMs: { minimum: 1, byDefault: 10_000, maximum: 24 * 3_600_000 },
  cpuMs: { minimum: 1, byDefault: 10_000, maximum: 24 * 3_600_000 },
  memoryBytes: { minimum: 4 * MIB, byDefault: 256 * MIB, maximum: 1024 * GIB },
  pids: { minimum: 1, byDefault: 64, maximum: 32_768 },
  tmpBytes: { minimum: 64 * KIB, byDefault: 64 * MIB, maximum: 64 * GIB },
  outputBytes: { minimum: 1, byDefault: MIB, maximum: 64 * MIB },
  artifactBytes: { minimum: 1, byDefault: 64 * MIB, maximum: GIB },
  artifactFiles: { minimum: 1, byDefault: 1000, maximum: 100_000 },
  resultBytes: { minimum: 1, byDefault: 4 * MIB, maximum: 64 * MIB },
};

export const LIMIT_NAMES = Object.freeze(Object.keys(BOUNDS)) as readonly LimitName[];

function everyLimit(value: (name: LimitName) => number): Limits {
  return Object.freeze({
    wallMs: value("wallMs"),
    cpuMs: value("cpuMs"),
    memoryBytes: value("memoryBytes"),
    pids: value("pids"),
    tmpBytes: value("tmpBytes"),
    outputBytes: value("outputBytes"),
    artifactBytes: value("artifactBytes"),
    artifactFiles: value("artifactFiles"),
    resultBytes: value("resultBytes"),
  });
}

/** What a job gets when it asks for nothing. */
export const DEFAULT_LIMITS: Limits = everyLimit((name) => BOUNDS[name].byDefault);

/** What nobody gets more of. */
export const MAXIMUM_LIMITS: Limits = everyLimit((name) => BOUNDS[name].maximum);

function bounded(name: LimitName): z.ZodOptional<z.ZodNumber> {
  const { minimum, maximum, byDefault } = BOUNDS[name];
  const range = `must be a whole number from ${minimum} to ${maximum}; leave it out for the default of ${byDefault}`;
  return z.int(range).min(minimum, range).max(maximum, range).optional();
}

/** A request for limits: any of them may be missing, none may be unknown. */
export const limitsSchema = z.strictObject({
  wallMs: bounded("wallMs"),
  cpuMs: bounded("cpuMs"),
  memoryBytes: bounded("memoryBytes"),
  pids: bounded("pids"),
  tmpBytes: bounded("tmpBytes"),
  outputBytes: bounded("outputBytes"),
  artifactBytes: bounded("artifactBytes"),
  artifactFiles: bounded("artifactFiles"),
  resultBytes: bounded("resultBytes"),
});

export type LimitsRequest = z.infer<typeof limitsSchema>;

/** Fills what a request leaves out. */
export function withDefaults(request: LimitsRequest, defaults: Limits = DEFAULT_LIMITS): Limits {
  return everyLimit((name) => request[name] ?? defaults[name]);
}

/** Lowers each limit to its ceiling, and says which ones were lowered. */
export function clamp(limits: Limits, ceiling: Limits): { limits: Limits; lowered: LimitName[] } {
  return {
    limits: everyLimit((name) => Math.min(limits[name], ceiling[name])),
    lowered: LIMIT_NAMES.filter((name) => limits[name] > ceiling[name]),
  };
}

/** Refuses limits above a ceiling, naming each. */
export function refuseAbove(limits: Limits, ceiling: Limits): Limits {
  const { lowered } = clamp(limits, ceiling);
  if (lowered.length > 0) {
    const list = lowered.map((name) => `${name} ${limits[name]} is above ${ceiling[name]}`);
    throw new SandboxError("usage", `limits too high: ${list.join(", ")}`, {
      remedy: "ask for less, or have the operator raise the ceiling",
    });
  }
  return limits;
}
