/** What is said about a finished job: the result document, the same from the library, --json and HTTP. */

export const LIMIT_KINDS = Object.freeze([
  "wall",
  "cpu",
  "memory",
  "output",
  "artifacts",
  "tmp",
  "pids",
  "denials",
] as const);
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** How the job ended. Never about failures of ours: those are a SandboxError. */
export type Outcome =
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "signaled"; readonly signal: string; readonly coreDumped: boolean }
  | { readonly kind: "limited"; readonly limit: LimitKind }
  | {
      readonly kind: "rejected";
      readonly reason: "invalidResult" | "protocol";
      readonly detail: string;
    }
  | { readonly kind: "cancelled" };

/** Ends an exhaustive switch: a new member makes the call a compile error. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** stdout or stderr: `bytes` counts what the job wrote, also what was cut off. */
export type CapturedStream = ({ readonly text: string } | { readonly base64: string }) & {
  readonly bytes: number;
  readonly truncated: boolean;
};

/** An uncaught exception as the job described it: data, capped, never believed. */
export interface JobError {
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
}

export interface Artifact {
  /** path below /out, with "/" between components */
  readonly name: string;
  readonly bytes: number;
  /** lower-case hex, without a prefix */
  readonly sha256: string;
  readonly mediaType: string;
}

/** A file of /out that was not taken, and why. */
export interface SkippedArtifact {
  readonly name: string;
  readonly reason: string;
}

/** Calls that the profile refused, equal ones counted together. */
export interface Denial {
  readonly syscall: string;
  readonly args: readonly string[];
  readonly errno: string;
  readonly count: number;
  readonly rule: string;
  readonly hint: string;
}

export interface Usage {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly memoryPeakBytes: number;
  /** most processes and threads at one moment */
  readonly processes: number;
}

export interface Timings {
  /** from the call to the moment a sandbox was free */
  readonly queueMs: number;
  /** from then until the job's bytes were on their way */
  readonly leaseMs: number;
  readonly runMs: number;
  /** from the death of the main process to the complete result */
  readonly collectMs: number;
}

/** Strongest first. What each takes is in the documentation of levels; host/level.ts decides. */
export const LEVELS = Object.freeze([
  "full",
  "full-single-uid",
  "no-cgroup",
  "landlock",
  "seccomp-only",
] as const);
export type Level = (typeof LEVELS)[number];

export type LayerState = "on" | "off" | "degraded";

/** Mechanisms of confinement, in the order in which they are shown. */
export const LAYER_NAMES = Object.freeze([
  "pidNamespace",
  "mountNamespace",
  "networkNamespace",
  "ipcNamespace",
  "utsNamespace",
  "cgroupNamespace",
  "userNamespace",
  "slotUid",
  "groups",
  "capabilities",
  "noNewPrivileges",
  "dumpable",
  "keyring",
  "rlimits",
  "memoryCgroup",
  "pidsCgroup",
  "cpuCgroup",
  "ioCgroup",
  "writeExecute",
  "speculation",
  "coreScheduling",
  "landlock",
  "seccomp",
  "denialReports",
] as const);
export type LayerName = (typeof LAYER_NAMES)[number];

/** Layers of one sandbox as reached and verified from outside; a missing one is "off". */
export type Layers = Readonly<Record<string, LayerState>>;

export interface Confinement {
  readonly level: Level;
  readonly layers: Layers;
}

/** Digests of everything the result depended on. */
export interface Provenance {
  readonly code: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly runtime: string;
}

export interface RunResult {
  readonly id: string;
  readonly outcome: Outcome;
  readonly stdout: CapturedStream;
  readonly stderr: CapturedStream;
  /** the JSON value handed back by the job, or null */
  readonly result: JsonValue;
  readonly error: JobError | null;
  readonly artifacts: readonly Artifact[];
  readonly artifactsSkipped: readonly SkippedArtifact[];
  /** all files that were not taken, also those that `artifactsSkipped` does not list */
  readonly artifactsSkippedTotal: number;
  readonly denied: readonly Denial[];
  /** all refused calls, also those that `denied` does not list */
  readonly deniedTotal: number;
  readonly deniedTruncated: boolean;
  readonly usage: Usage;
  readonly timings: Timings;
  readonly confinement: Confinement;
  readonly provenance: Provenance;
}
