/** `broodbox bench`: measures this host against its own floor, and against what a user would pick instead. */
import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { assetPath } from "../../../bench/bench.ts";
import { type Budget, parseBudget } from "../../../bench/budget.ts";
import { QUICK_JOBS } from "../../../bench/effort.ts";
import { documentOf, type Report } from "../../../bench/report.ts";
import { checkBudget, type RunBenchOptions, runBench } from "../../../bench/run.ts";
import { latencySvg } from "../../../bench/svg.ts";
import { messageOf, SandboxError } from "../../../core/errors.ts";
import { createPool } from "../../../supervisor.ts";
import { formatCheck, formatReport, isUnicode } from "../bench-table.ts";
import { painter } from "../colour.ts";
import { type Io, write } from "../io.ts";

interface BenchFlags {
  readonly json?: boolean;
  readonly only?: string;
  readonly jobs?: string;
  readonly quick?: boolean;
  readonly rounds?: string;
  readonly seed?: string;
  readonly runtime: string;
  readonly svg?: string;
  readonly check?: string;
  readonly quiet?: boolean;
}

const HELP_AFTER = `
Every figure is measured beside what it stands against, in turn and in one run: floors of the machine, and what
is installed of other sandboxes. Exit code: 0; with --check 1 when a figure is worse than its bound by more than
the noise of the run; 1 when something could not be measured that should have been; 2 wrong usage.`;

export function benchCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command("bench")
    .option("--json", "one JSON document on standard output")
    .option("--only <figures>", "figures or groups, by commas: latency,throughput.bare.all")
    .option("--jobs <n>", "jobs of each latency figure, on each side (default: 1000)")
    .option("--quick", `the same as --jobs ${QUICK_JOBS}`)
    .option("--rounds <n>", "measures everything so often; medians and spread are shown", "1")
    .option("--seed <n>", "of the resampling that tells noise", "1")
    .option("--runtime <name>", "interpreter, as `broodbox runtimes` lists it, or a path", "python")
    .option("--svg <file>", "writes a plot of how latencies are distributed")
    .option(
      "--check <budget>",
      "measures what this file of bounds holds, and fails when it is worse",
    )
    .option("--quiet", "no lines about what is being measured")
    .addHelpText("after", HELP_AFTER)
    .action(async (flags: BenchFlags) => {
      finish(await bench(io, flags));
    });
}

const NUMBERS_MAXIMUM = 1_000_000;

function countOf(name: string, text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= NUMBERS_MAXIMUM)) {
    throw new SandboxError("usage", `--${name} must be a number from 1 to ${NUMBERS_MAXIMUM}`);
  }
  return value;
}

function optionsOf(io: Io, flags: BenchFlags, budget: Budget): RunBenchOptions {
  const jobs = flags.jobs ?? (flags.quick === true ? String(QUICK_JOBS) : undefined);
  return {
    openPool: createPool,
    budget,
    env: io.env,
    runtime: flags.runtime,
    seed: countOf("seed", flags.seed ?? "1"),
    only: flags.only?.split(",").filter((name) => name !== ""),
    jobs: jobs === undefined ? undefined : countOf("jobs", jobs),
    rounds: countOf("rounds", flags.rounds ?? "1"),
    tell: (line) => {
      if (flags.quiet !== true) {
        io.stderr.write(`${line}\n`);
      }
    },
  };
}

async function readBudget(path: string): Promise<Budget> {
  try {
    return parseBudget(await readFile(path, "utf8"), path);
  } catch (cause) {
    if (cause instanceof SandboxError) {
      throw cause;
    }
    throw new SandboxError("usage", `cannot read the budget ${path}: ${messageOf(cause)}`);
  }
}

async function bench(io: Io, flags: BenchFlags): Promise<number> {
  const budget = await readBudget(flags.check ?? assetPath("budget.json"));
  const options = optionsOf(io, flags, budget);
  const checked = flags.check === undefined ? undefined : await checkBudget(options);
  const report = checked?.report ?? (await runBench(options));
  if (flags.svg !== undefined) {
    await writePlot(flags.svg, report);
  }
  if (flags.json === true) {
    const document = documentOf(report) as object;
    const check =
      checked === undefined ? {} : { unmeasured: checked.unmeasured, isGood: checked.isGood };
    await write(io.stdout, `${JSON.stringify({ ...document, ...check }, null, 2)}\n`);
  } else {
    const style = { paint: painter(io.stdout, io.env), isUnicode: isUnicode(io.env) };
    await write(io.stdout, formatReport(report, style));
    await write(
      io.stdout,
      checked === undefined ? "" : `\n${formatCheck(report, checked.unmeasured)}`,
    );
  }
  return (checked?.isGood ?? report.failed.length === 0) ? 0 : 1;
}

async function writePlot(path: string, report: Report): Promise<void> {
  if (report.distributions.length === 0) {
    throw new SandboxError("usage", "--svg has nothing to draw: no latency was measured", {
      remedy: "add latency, command or peers to --only",
    });
  }
  const { processors, kernel, node } = report.host;
  const caption = `Latency of the hello job, ${processors} processors, Linux ${kernel}, Node ${node}`;
  await writeFile(path, latencySvg(report.distributions, caption));
}
