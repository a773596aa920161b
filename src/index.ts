/** The public surface of broodbox: named exports, no logic. */
export {
  SANDBOX_ERROR_CODES,
  SandboxError,
  type SandboxErrorCode,
  type SandboxErrorDetails,
} from "./core/errors.ts";
export type { InputRequest, JobRequest } from "./core/job.ts";
export {
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
  type LimitsRequest,
  MAXIMUM_LIMITS,
} from "./core/limits.ts";
export {
  type Artifact,
  type CapturedStream,
  type Confinement,
  type Denial,
  type JobError,
  type JsonValue,
  LAYER_NAMES,
  type LayerName,
  type LayerState,
  type Layers,
  LEVELS,
  type Level,
  LIMIT_KINDS,
  type LimitKind,
  type Outcome,
  type Provenance,
  type RunResult,
  type SkippedArtifact,
  type Timings,
  type Usage,
} from "./core/outcome.ts";
export type { Log, LogFields } from "./core/ports.ts";
export {
  formatDurationMs,
  formatSizeBytes,
  parseDurationMs,
  parseSizeBytes,
} from "./core/units.ts";
export type { RunOptions } from "./run/options.ts";
export { createPool, type Pool, type PoolOptions } from "./supervisor.ts";
