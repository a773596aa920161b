/** How one run is watched and where its artifacts go: what the caller gives beside the job, checked once. */
import { z } from "zod";
import { usageError } from "../core/job.ts";
import type { Artifact } from "../core/outcome.ts";

export interface RunOptions {
  /** cancels: a waiting job rejects with `cancelled`, a running one has the outcome `cancelled` */
  readonly signal?: AbortSignal | undefined;
  /** called with stdout as it comes, up to the limit */
  readonly onStdout?: ((chunk: Uint8Array) => void) | undefined;
  readonly onStderr?: ((chunk: Uint8Array) => void) | undefined;
  /** called with each artifact and its content, before the result is there */
  readonly onArtifact?:
    | ((artifact: Artifact, data: Uint8Array) => void | Promise<void>)
    | undefined;
  /** directory below which artifacts are written; it is created */
  readonly outDir?: string | undefined;
}

const callback = z.custom((value) => typeof value === "function", "must be a function").optional();

const optionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal, { error: "must be an AbortSignal" }).optional(),
  onStdout: callback,
  onStderr: callback,
  onArtifact: callback,
  outDir: z.string("must be a path").min(1, "must not be empty").optional(),
});

/** Throws SandboxError `usage` that names each option that is unknown or of the wrong type. */
export function checkRunOptions(options: RunOptions): RunOptions {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    throw usageError("the run's options", parsed.error);
  }
  return options;
}
