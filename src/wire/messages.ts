/**
 * The messages of proto/broodbox.proto as plain values: each `oneof` is a closed union told apart by
 * `kind`, bytes are `Uint8Array`, 64-bit numbers are numbers up to 2^53 - 1, enums are words.
 *
 * Bytes of a decoded message are views into the chunk they arrived in: cheap to pass on, to be copied by
 * whoever keeps a few of them for long.
 */

// ---- supervisor to forkserver -----------------------------------------------------------------------

export interface DefineFilter {
  readonly kind: "defineFilter";
  readonly filterId: number;
  /** struct sock_filter[], 8 bytes each. */
  readonly program: Uint8Array;
  /** struct refusal[], 8 bytes each. */
  readonly refusals: Uint8Array;
  readonly canaryCall: number;
  readonly canaryErrno: number;
  readonly writeExecuteDeny: boolean;
  readonly maxDenials: number;
  /** Its sandboxes may use a network namespace that earlier ones have used. */
  readonly refusesNetwork: boolean;
}

/** A read-only bind of the host's `source` at `target` in the cell. */
export interface Bind {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
}

/** A symbolic link at `path` in the cell, holding `content`. */
export interface Link {
  readonly path: Uint8Array;
  readonly content: Uint8Array;
}

export interface DefinePlan {
  readonly kind: "definePlan";
  readonly planId: number;
  readonly binds: readonly Bind[];
  readonly links: readonly Link[];
  readonly tmpBytes: number;
  readonly outBytes: number;
  readonly outFiles: number;
}

export interface OpenZygote {
  readonly kind: "openZygote";
  readonly zygoteId: number;
  readonly interpreter: Uint8Array;
  readonly module: Uint8Array;
  readonly script: Uint8Array;
  readonly preload: readonly Uint8Array[];
}

/** What the forkserver enforces; zero means: not limited by this. */
export interface WireLimits {
  readonly memoryBytes: number;
  readonly pids: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly coresPercent: number;
}

export interface OpenSandbox {
  readonly kind: "openSandbox";
  readonly sandboxId: number;
  readonly zygoteId: number;
  readonly filterId: number;
  readonly planId: number;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly limits: WireLimits;
}

export interface StartJob {
  readonly kind: "startJob";
  readonly sandboxId: number;
  readonly limits: WireLimits;
  readonly collectMs: number;
}

export type Request =
  | DefineFilter
  | DefinePlan
  | { readonly kind: "dropPlan"; readonly planId: number }
  | OpenZygote
  | { readonly kind: "closeZygote"; readonly zygoteId: number }
  | OpenSandbox
  | StartJob
  | { readonly kind: "killJob"; readonly sandboxId: number }
  | { readonly kind: "closeSandbox"; readonly sandboxId: number };

// ---- forkserver to supervisor -----------------------------------------------------------------------

export type IdMode = "root" | "ranges" | "single";
export type CgroupMode = "v2" | "v1" | "none";

export interface Hello {
  readonly kind: "hello";
  readonly protocol: number;
  readonly idMode: IdMode;
  readonly memoryCgroup: CgroupMode;
  readonly pidsCgroup: CgroupMode;
  readonly cpuCgroup: CgroupMode;
  readonly landlockAbi: number;
}

export interface ZygoteReady {
  readonly kind: "zygoteReady";
  readonly zygoteId: number;
  readonly pid: number;
  readonly preloadUs: number;
}

export interface ZygoteGone {
  readonly kind: "zygoteGone";
  readonly zygoteId: number;
  readonly exitCode: number;
  readonly signal: number;
  readonly reason: Uint8Array;
}

export type LayerState = "off" | "degraded" | "on";

export interface SandboxReady {
  readonly kind: "sandboxReady";
  readonly sandboxId: number;
  readonly layers: readonly { readonly name: string; readonly state: LayerState }[];
  readonly steps: readonly { readonly step: string; readonly us: number }[];
  readonly attested: boolean;
}

export interface LimitsApplied {
  readonly kind: "limitsApplied";
  readonly sandboxId: number;
}

/** Why the forkserver killed the job; `none`: it did not. */
export type Trigger = "none" | "wall" | "cpu" | "memory" | "denials" | "requested" | "output";

/** What the kernel says the job used; all zero when it says nothing. */
export interface WireUsage {
  readonly wallUs: number;
  readonly cpuUs: number;
  readonly memoryPeakBytes: number;
  readonly processesPeak: number;
  readonly oomKills: number;
  readonly pidsRefused: number;
}

export interface WireDenial {
  readonly call: number;
  /** The errno it was answered with. */
  readonly error: number;
  readonly count: number;
  /** Six little-endian 64-bit register values, 48 bytes. */
  readonly args: Uint8Array;
}

export interface JobExited {
  readonly kind: "jobExited";
  readonly sandboxId: number;
  readonly started: boolean;
  readonly exitCode: number;
  readonly signal: number;
  readonly coreDumped: boolean;
  readonly trigger: Trigger;
  readonly usage: WireUsage;
  readonly denials: readonly WireDenial[];
  readonly deniedTotal: number;
  readonly deniedTruncated: boolean;
}

export interface SandboxClosed {
  readonly kind: "sandboxClosed";
  readonly sandboxId: number;
}

export interface Fault {
  readonly kind: "fault";
  readonly sandboxId: number;
  readonly zygoteId: number;
  readonly step: string;
  /** errno, positive; 0 where no call failed. */
  readonly error: number;
  readonly detail: Uint8Array;
}

export type Event =
  | Hello
  | ZygoteReady
  | ZygoteGone
  | SandboxReady
  | LimitsApplied
  | JobExited
  | SandboxClosed
  | Fault;

// ---- supervisor to init ------------------------------------------------------------------------------

/** The caps on everything that init sends back. */
export interface RunJob {
  readonly kind: "run";
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly resultBytes: number;
  readonly artifactBytes: number;
  readonly artifactFiles: number;
}

/** `data` of a chunk is at most CHUNK_BYTES_MAX bytes. */
export type ToInit =
  | {
      readonly kind: "file";
      readonly name: Uint8Array;
      readonly data: Uint8Array;
      readonly last: boolean;
    }
  | RunJob
  | { readonly kind: "spec"; readonly data: Uint8Array; readonly last: boolean }
  | { readonly kind: "stdin"; readonly data: Uint8Array; readonly last: boolean };

// ---- init to supervisor ------------------------------------------------------------------------------

export interface Introduction {
  readonly kind: "introduction";
  readonly sandboxId: number;
  readonly nonce: Uint8Array;
}

export type Stream = "stdout" | "stderr" | "result";

export interface Output {
  readonly kind: "output";
  readonly stream: Stream;
  readonly data: Uint8Array;
}

export interface ArtifactChunk {
  readonly kind: "artifact";
  /** Relative to /out; no empty, `.` or `..` component, no NUL; any other byte a file name can hold. */
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly last: boolean;
  /** Why the file was not sent, or "". */
  readonly skipped: string;
}

export interface Done {
  readonly kind: "done";
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly resultBytes: number;
  readonly outputExceeded: boolean;
  readonly resultExceeded: boolean;
  readonly artifactsExceeded: boolean;
  readonly tmpFull: boolean;
  readonly artifactsSkipped: number;
  readonly collectUs: number;
}

export type FromInit = Introduction | Output | ArtifactChunk | Done | Fault;

// ---- supervisor and job --------------------------------------------------------------------------------

/** What the job process runs; crosses init unread, as `spec` chunks. */
export interface JobSpec {
  readonly code: Uint8Array;
  readonly filename: Uint8Array;
  readonly args: readonly Uint8Array[];
  /** NAME=VALUE each. */
  readonly env: readonly Uint8Array[];
  /** Empty, or module:function. */
  readonly entry: Uint8Array;
}

/** What a job writes to its result descriptor; as hostile as the job. */
export type JobMessage =
  | { readonly kind: "resultJson"; readonly json: Uint8Array }
  | {
      readonly kind: "error";
      readonly type: string;
      readonly message: string;
      readonly traceback: string;
    };
