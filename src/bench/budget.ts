/** The speed budget: what each figure should be (target), and what it must not be worse than today (bound). Pure. */
import { z } from "zod";
import { usageError } from "../core/job.ts";
import type { Estimate } from "./stats.ts";

const DIRECTIONS = ["atMost", "atLeast"] as const;
export type Direction = (typeof DIRECTIONS)[number];

const allowanceSchema = z
  .strictObject({
    /** what the figure is: a ratio where the row has two sides, else its value in MiB */
    unit: z.enum(["ratio", "MiB"]),
    direction: z.enum(DIRECTIONS),
    target: z.number().positive(),
    bound: z.number().positive(),
  })
  .readonly();

const budgetSchema = z.strictObject({
  figures: z.record(z.string().regex(/^[a-z0-9-]+(\.[a-zA-Z0-9-]+)+$/), allowanceSchema),
});

export type Allowance = z.output<typeof allowanceSchema>;
export type Budget = z.output<typeof budgetSchema>;

/** Throws SandboxError `usage` that names each place that is wrong; `name` is where the text came from. */
export function parseBudget(text: string, name: string): Budget {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw usageError(name, new z.ZodError([notJson(cause)]));
  }
  const parsed = budgetSchema.safeParse(value);
  if (!parsed.success) {
    throw usageError(name, parsed.error);
  }
  return parsed.data;
}

function notJson(cause: unknown): z.core.$ZodIssue {
  return { code: "custom", path: [], message: `is not JSON: ${String(cause)}`, input: undefined };
}

const isWorse = (direction: Direction, value: number, than: number): boolean =>
  direction === "atMost" ? value > than : value < than;

export function meetsTarget(allowance: Allowance, value: number): boolean {
  return !isWorse(allowance.direction, value, allowance.target);
}

/** A slowdown by a fifth is what the check is there to find; with more noise than this it would not. */
const NOISE_MAXIMUM = 0.1;

export type Verdict = "within" | "worse" | "noisy";

/**
 * `worse` when all of the figure's interval is beyond its bound: by more than the noise of its own run. `noisy` when it is not,
 * but would not have been either with a slowdown of a fifth.
 */
export function judge(allowance: Allowance, { value, low, high, noise }: Estimate): Verdict {
  const best = allowance.direction === "atMost" ? low : high;
  if (isWorse(allowance.direction, best, allowance.bound)) {
    return "worse";
  }
  return noise > NOISE_MAXIMUM * value ? "noisy" : "within";
}
