/** `broodbox run`: one job, its output passed through as it comes, its end as an exit code. */
import { addAbortSignal, type Readable, type Writable } from "node:stream";
import { Command } from "commander";
import { SandboxError } from "../../../core/errors.ts";
import { CODE_BYTES_MAXIMUM, type JobRequest } from "../../../core/job.ts";
import type { RunResult } from "../../../core/outcome.ts";
import { createLog } from "../../../observe/log.ts";
import { createPool } from "../../../supervisor.ts";
import { Cancellation } from "../cancellation.ts";
import { exitCodeOf, exitCodeOfError } from "../exit-code.ts";
import { sayFailure } from "../failure.ts";
import { type Io, write } from "../io.ts";
import { Progress } from "../progress.ts";
import { planRun, type RunFlags, type RunPlan } from "../run-request.ts";
import { artifactLines, verdictLine } from "../verdict.ts";

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

const HELP_AFTER = `
Exit code: the job's own; 128 + n when signal n ended it; 124 wall or processor time; 137 memory;
122 any other limit; 123 a result that was rejected; 125 a failure of ours; 2 wrong usage.`;

export function runCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command("run")
    .usage("[options] <job> [-- args…]")
    .argument("<job>", "a Python source file, or - for source on standard input")
    .argument("[args...]", "what the job finds in sys.argv")
    .option("--runtime <name>", "a name that `broodbox runtimes` lists, or a path")
    .option("--profile <name|file>", "seccomp profile (default: the runtime's own)")
    .option("--input <[name=]path>", "read-only input file, seen at /in/NAME; repeatable", collect)
    .option("--out <dir>", "where files left in /out are put; without it they are only listed")
    .option("--stdin <file>", "what the job reads on standard input (default: nothing)")
    .option("--env <name=value>", "environment variable; repeatable", collect)
    .option("--wall <duration>", "most time, like 500ms, 10s, 2m")
    .option("--cpu <duration>", "most processor time")
    .option("--memory <size>", "most memory, like 64M, 1G")
    .option("--tmp <size>", "size of /tmp, /job and /dev/shm")
    .option("--max-output <size>", "most bytes on stdout, and on stderr")
    .option("--max-artifacts <size>", "most bytes in /out")
    .option("--pids <n>", "most processes and threads together")
    .option("--network <policy>", "only none so far (default: none)")
    .option("--minimum-level <level>", "refuse to run below this level (default: full)")
    .option("--preload <modules>", "modules the interpreter imports before the job", collect)
    .option("--json", "one JSON document on standard output instead of the job's output")
    .option("--quiet", "nothing on standard error but the job's own and errors")
    .option("--no-progress", "no progress line")
    .addHelpText("after", HELP_AFTER)
    .action(async (job: string, args: readonly string[], flags: RunFlags) => {
      const plan = planRun(job, args, flags);
      using cancellation = new Cancellation();
      finish(await runOne(io, plan, flags, cancellation));
    });
}

async function runOne(
  io: Io,
  plan: RunPlan,
  flags: RunFlags,
  cancellation: Cancellation,
): Promise<number> {
  const progress = new Progress(io.stderr, {
    enabled: flags.progress !== false && flags.quiet !== true && io.env["TERM"] !== "dumb",
    label: "running",
    nowMs: () => performance.now(),
  });
  try {
    progress.start();
    const result = await runInPool(io, plan, flags, cancellation, progress);
    progress.stop();
    await report(io, result, plan, flags);
    return exitCodeOf(result.outcome, cancellation.signalName);
  } catch (error) {
    if (cancellation.signalName === undefined) {
      throw error;
    }
    progress.stop();
    await sayFailure(io, error, flags.json === true);
    return exitCodeOfError(error, cancellation.signalName);
  } finally {
    progress.stop();
  }
}

async function runInPool(
  io: Io,
  plan: RunPlan,
  flags: RunFlags,
  cancellation: Cancellation,
  progress: Progress,
): Promise<RunResult> {
  const request = await completeRequest(io, plan, cancellation);
  await using pool = await createPool({
    runtime: plan.runtime,
    preload: [...plan.preload],
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    // Opened with the job's own limits and once: nothing has to be adjusted, and none is made in vain.
    ...(plan.request.limits === undefined ? {} : { limits: plan.request.limits }),
    ...(plan.request.minimumLevel === undefined ? {} : { minimumLevel: plan.request.minimumLevel }),
    warm: 0,
    log: createLog({ level: "error" }),
  });
  cancellation.check();
  return await pool.run(request, {
    signal: cancellation.signal,
    ...(plan.outDirectory === undefined ? {} : { outDir: plan.outDirectory }),
    ...(flags.json === true
      ? {}
      : {
          onStdout: passThrough(io.stdout, progress),
          onStderr: passThrough(io.stderr, progress),
        }),
  });
}

const NEWLINE = 0x0a;

/** The job's bytes, unchanged. Bounded by --max-output, so there is nothing to hold back. */
function passThrough(stream: Writable, progress: Progress): (chunk: Uint8Array) => void {
  return (chunk) => {
    progress.interrupt(chunk.at(-1) === NEWLINE);
    if (!stream.destroyed) {
      // Copied: the chunk is a view into a buffer that is not ours, and a slow reader keeps it for a while.
      stream.write(Uint8Array.from(chunk));
    }
  };
}

async function completeRequest(
  io: Io,
  plan: RunPlan,
  cancellation: Cancellation,
): Promise<JobRequest> {
  if (plan.source.kind === "path") {
    return { ...plan.request, path: plan.source.path };
  }
  try {
    return {
      ...plan.request,
      code: await readSource(addAbortSignal(cancellation.signal, io.stdin)),
    };
  } catch (error) {
    // Somebody at a terminal gave up typing: that is what happened, and not that the stream broke.
    cancellation.check();
    throw error;
  }
}

async function readSource(stdin: Readable): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const data = Buffer.from(chunk);
    bytes += data.byteLength;
    if (bytes > CODE_BYTES_MAXIMUM) {
      throw new SandboxError(
        "usage",
        `the source on standard input is larger than ${CODE_BYTES_MAXIMUM} bytes`,
        { remedy: "pass large data with --input" },
      );
    }
    chunks.push(data);
  }
  return Buffer.concat(chunks);
}

async function report(io: Io, result: RunResult, plan: RunPlan, flags: RunFlags): Promise<void> {
  if (flags.json === true) {
    await write(io.stdout, `${JSON.stringify(result)}\n`);
    return;
  }
  // Behind everything the job wrote: an empty write is taken when what precedes it has been.
  await write(io.stdout, "");
  await write(io.stderr, "").catch(() => undefined);
  if (flags.quiet === true) {
    return;
  }
  for (const line of [...artifactLines(result, plan.outDirectory), verdictLine(result) ?? ""]) {
    // A verdict that cannot be written anywhere still stands in the exit code, which is the job's.
    await write(io.stderr, line).catch(() => undefined);
  }
}
