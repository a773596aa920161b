/** What size costs: inputs that are opened, output and artifacts that come back. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { JobRequest } from "../core/job.ts";
import type { RunResult } from "../core/outcome.ts";
import type { Pool } from "../supervisor.ts";
import { type Bench, type Measured, timed } from "./bench.ts";
import { hold, pooled, timesTheOther } from "./contest.ts";
import { contestOf } from "./latency.ts";
import type { Row } from "./row.ts";
import { median } from "./stats.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

interface Size {
  readonly name: string;
  readonly bytes: number;
}

/** The first of each list is what the others stand against. */
const INPUTS: readonly Size[] = [
  { name: "1KiB", bytes: KIB },
  { name: "1MiB", bytes: MIB },
  { name: "1GiB", bytes: GIB },
];
const OUTPUTS: readonly Size[] = [
  { name: "1KiB", bytes: KIB },
  { name: "1MiB", bytes: MIB },
  { name: "64MiB", bytes: 64 * MIB }, // the most that a job's stdout may be
];
const ARTIFACTS: readonly Size[] = [
  { name: "1KiB", bytes: KIB },
  { name: "1MiB", bytes: MIB },
  { name: "100MiB", bytes: 100 * MIB },
];

async function run(pool: Pool, request: JobRequest): Promise<RunResult> {
  const result = await pool.run(request);
  if (result.outcome.kind !== "exited" || result.outcome.exitCode !== 0) {
    throw new Error(`the job went wrong: ${JSON.stringify([result.outcome, result.error])}`);
  }
  return result;
}

/** Opens the file, reads its first and its last byte, and leaves the rest. */
const READ_ENDS = `
import os
fd = os.open("/in/data", os.O_RDONLY)
size = os.fstat(fd).st_size
assert os.pread(fd, 1, 0) == b"\\0" and os.pread(fd, 1, size - 1) == b"\\0"
`;

async function sparseFile(bench: Bench, size: Size): Promise<string> {
  const path = join(bench.scratch, `input-${size.name}`);
  await using file = await open(path, "w");
  await file.truncate(size.bytes);
  return path;
}

/** A file by path; the digest of each is known after its first job, and that first job has a row of its own. */
export async function measureInputs(bench: Bench): Promise<Measured> {
  const { interpreter } = await bench.setup("bare");
  await using pool = await bench.openPool({ runtime: interpreter, warm: 1 });
  const jobOf = async (size: Size): Promise<() => Promise<unknown>> => {
    const inputs = [{ name: "data", path: await sparseFile(bench, size) }];
    return () => run(pool, { code: READ_ENDS, inputs, limits: { wallMs: 60_000 } });
  };
  const [small] = INPUTS as [Size];
  const least = await jobOf(small);
  const rows: Row[] = [];
  await least();
  for (const size of INPUTS) {
    const job = size === small ? least : await jobOf(size);
    rows.push({
      id: `input.${size.name}.first`,
      what: `job with a file of ${size.name}, first time: it is digested`,
      unit: "ms",
      ours: await timed(job),
    });
    const id = `input.${size.name}.again`;
    rows.push(await rowOf(bench, { id, kind: "a file", size, small, job, least }));
  }
  return { rows };
}

interface Sides {
  readonly id: string;
  readonly kind: string;
  readonly size: Size;
  readonly small: Size;
  readonly job: () => Promise<unknown>;
  readonly least: () => Promise<unknown>;
}

async function rowOf(bench: Bench, sides: Sides): Promise<Row> {
  const { id, kind, size, small } = sides;
  const isSlow = size.bytes > 16 * MIB && kind !== "a file";
  const blockJobs = isSlow ? 1 : Math.min(10, bench.effort.blockJobs);
  const effort = { ...bench.effort, blockJobs, pairs: { least: 5, most: isSlow ? 5 : 20 } };
  const contest = contestOf(effort, sides.job, sides.least);
  const { pairs, figure } = await hold(contest, timesTheOther, effort, bench.seed);
  const samples = pooled(pairs);
  return {
    id,
    what: `job with ${kind} of ${size.name}`,
    unit: "ms",
    ours: median(samples.ours),
    against: { what: `the same of ${small.name}`, value: median(samples.against) },
    ratio: figure,
  };
}

const PRINT = `
import os, sys
chunk, left = bytes(65536), int(sys.argv[1])
while left:
    left -= os.write(1, chunk[:left])
`;

const LEAVE = `
import sys
chunk, left = bytes(65536), int(sys.argv[1])
with open("/out/data", "wb") as file:
    while left:
        left -= file.write(chunk[:left])
`;

export async function measureOutputs(bench: Bench): Promise<Measured> {
  return await sized(bench, {
    id: "output",
    kind: "stdout",
    sizes: OUTPUTS,
    code: PRINT,
    limits: { outputBytes: 64 * MIB, wallMs: 60_000 },
    bytesOf: ({ stdout }) => stdout.bytes,
  });
}

export async function measureArtifacts(bench: Bench): Promise<Measured> {
  return await sized(bench, {
    id: "artifact",
    kind: "an artifact",
    sizes: ARTIFACTS,
    code: LEAVE,
    limits: { artifactBytes: 128 * MIB, memoryBytes: 512 * MIB, wallMs: 60_000 },
    bytesOf: ({ artifacts }) => artifacts[0]?.bytes,
  });
}

interface Volume {
  readonly id: string;
  readonly kind: string;
  readonly sizes: readonly Size[];
  readonly code: string;
  readonly limits: NonNullable<JobRequest["limits"]>;
  readonly bytesOf: (result: RunResult) => number | undefined;
}

async function sized(bench: Bench, volume: Volume): Promise<Measured> {
  const { id, kind, sizes, code, limits } = volume;
  const { interpreter } = await bench.setup("bare");
  await using pool = await bench.openPool({ runtime: interpreter, warm: 2, limits });
  const jobOf = (size: Size) => async (): Promise<void> => {
    const bytes = volume.bytesOf(await run(pool, { code, args: [String(size.bytes)] }));
    if (bytes !== size.bytes) {
      throw new Error(`${kind} of ${size.bytes} bytes came back as ${bytes}`);
    }
  };
  const [small] = sizes as [Size];
  const rows: Row[] = [];
  await jobOf(small)();
  for (const size of sizes) {
    const sides = { job: jobOf(size), least: jobOf(small) };
    rows.push(await rowOf(bench, { id: `${id}.${size.name}.all`, kind, size, small, ...sides }));
  }
  return { rows };
}
