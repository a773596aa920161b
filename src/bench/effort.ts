/** How long it is measured: as long as it takes by default, short by --quick and --jobs, and what fits into CI. Pure. */

export interface Effort {
  /** jobs of one block of a latency figure */
  readonly blockJobs: number;
  readonly pairs: { readonly least: number; readonly most: number };
  /** a figure is measured no further when its noise is this share of it */
  readonly noise: number;
  /** of one figure */
  readonly maximumMs: number;
  /** length of one block of a figure that is a rate */
  readonly blockMs: number;
  /** jobs of a figure that has one side only */
  readonly jobs: number;
  /** sandboxes kept parked, for what that costs */
  readonly parked: readonly number[];
}

const BLOCK_JOBS = 50;
const JOBS = 1_000;
const PARKED = [10, 100, 1_000] as const;

/** `jobs` is what a latency figure takes at most, on each side. */
export function fullEffort(jobs: number = JOBS): Effort {
  const blockJobs = Math.max(1, Math.min(BLOCK_JOBS, Math.ceil(jobs / 4)));
  const pairs = Math.max(1, Math.ceil(jobs / blockJobs));
  return {
    blockJobs,
    pairs: { least: pairs, most: pairs },
    noise: 0,
    maximumMs: 120_000,
    blockMs: Math.min(2_000, 4 * jobs),
    jobs: Math.min(jobs, 200),
    parked: PARKED,
  };
}

export const QUICK_JOBS = 100;

/** The check: as many pairs as the noise asks for, within what a pipeline has time for. */
export function checkEffort(jobs: number | undefined): Effort {
  return {
    ...fullEffort(jobs),
    blockJobs: Math.max(1, Math.min(20, Math.ceil((jobs ?? JOBS) / 4))),
    pairs: { least: 8, most: 100 },
    noise: 0.02,
    maximumMs: jobs === undefined ? 10_000 : Math.max(1_000, jobs * 10),
    blockMs: 600,
    jobs: 40,
  };
}
