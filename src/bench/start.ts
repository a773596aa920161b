/** What it costs to begin: the whole command for one job, and a pool that was not there. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProbe } from "../forkserver/spawn.ts";
import type { Pool } from "../supervisor.ts";
import { type Bench, COMMAND, HELLO, HELLO_SAYS, hello, type Measured } from "./bench.ts";
import { hold, pooled, timesTheOther } from "./contest.ts";
import { contestOf } from "./latency.ts";
import type { Distribution, Row } from "./row.ts";
import { quantiles } from "./stats.ts";

const DEADLINE_MS = 60_000;
const BLOCK_JOBS = 3;

/** Starts a program, and makes sure that it ended well and said what it should. */
async function start(
  bench: Bench,
  file: string,
  args: readonly string[],
  says: string,
): Promise<void> {
  const { PATH = "", BROODBOX_NATIVE_DIR } = bench.env;
  const answer = await runProbe(file, args, {
    env: { PATH, ...(BROODBOX_NATIVE_DIR === undefined ? {} : { BROODBOX_NATIVE_DIR }) },
    deadlineMs: DEADLINE_MS,
    maxOutputBytes: 64 * 1024,
  });
  if (answer.exitCode !== 0 || answer.stdout !== says) {
    throw new Error(`${file} ${args.join(" ")} went wrong: ${answer.stderr.trim()}`);
  }
}

/** Fewer and smaller blocks: each job is a whole program. */
function effortFor(bench: Bench) {
  const most = Math.max(5, Math.ceil(bench.effort.jobs / 10));
  return { ...bench.effort, blockJobs: BLOCK_JOBS, pairs: { least: Math.min(5, most), most } };
}

const PERCENTILES = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
] as const;

interface Sides {
  readonly id: string;
  readonly what: string;
  readonly other: string;
  readonly ours: () => Promise<unknown>;
  readonly against: () => Promise<unknown>;
  /** after each of our jobs, off its clock */
  readonly after?: () => Promise<void>;
}

async function measureStart(bench: Bench, sides: Sides) {
  const effort = effortFor(bench);
  const contest = contestOf(effort, sides.ours, sides.against, sides.after);
  const { pairs, figure } = await hold(contest, timesTheOther, effort, bench.seed);
  const samples = pooled(pairs);
  const points = PERCENTILES.map(([, q]) => q);
  const [mine, theirs] = [quantiles(samples.ours, points), quantiles(samples.against, points)];
  const rows = PERCENTILES.map(
    ([name], at): Row => ({
      id: `${sides.id}.${name}`,
      what: `${sides.what}: ${name}`,
      unit: "ms",
      ours: mine[at] ?? 0,
      against: { what: sides.other, value: theirs[at] ?? 0 },
      ...(name === "p50" ? { ratio: figure } : {}),
    }),
  );
  return { rows, samples };
}

/** `broodbox run`, the whole command, beside a Node that does nothing. */
export async function measureCommand(bench: Bench): Promise<Measured> {
  const { interpreter } = await bench.setup("bare");
  const job = join(bench.scratch, "hello.py");
  await writeFile(job, `${HELLO}\n`);
  const { rows, samples } = await measureStart(bench, {
    id: "command.bare",
    what: "broodbox run, whole command",
    other: "node that does nothing",
    ours: () =>
      start(bench, process.execPath, [COMMAND, "run", "--runtime", interpreter, job], HELLO_SAYS),
    against: () => start(bench, process.execPath, ["-e", "0"], ""),
  });
  const distribution: Distribution = {
    system: "broodbox run (command)",
    samplesMs: samples.ours,
  };
  return { rows, distributions: [distribution] };
}

/** createPool and its first job, beside starting the interpreter. */
export async function measureCold(bench: Bench): Promise<Measured> {
  const { interpreter } = await bench.setup("bare");
  let last: Pool | undefined;
  const closeLast = async (): Promise<void> => {
    await last?.close();
    last = undefined;
  };
  const { rows } = await measureStart(bench, {
    id: "cold.bare",
    what: "createPool and its first job",
    other: "python -c",
    ours: async () => {
      last = await bench.openPool({ runtime: interpreter, warm: 1 });
      await hello(last);
    },
    against: () => start(bench, interpreter, ["-c", HELLO], HELLO_SAYS),
    after: closeLast,
  });
  return { rows };
}
