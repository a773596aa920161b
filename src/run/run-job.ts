/**
 * The path of one job, straight down: inputs planned, sandbox leased, filled, started, joined, reported.
 *
 * No step looks back but one: a sandbox that fails before it was given the job's code is replaced, once.
 */
import type { Digests } from "../bundle/digest.ts";
import type { Scratch } from "../bundle/scratch.ts";
import { Cleanup } from "../core/cleanup.ts";
import { SandboxError } from "../core/errors.ts";
import type { Job } from "../core/job.ts";
import type { Limits } from "../core/limits.ts";
import type { Level, Provenance, RunResult, Timings } from "../core/outcome.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Shutdown } from "../core/shutdown.ts";
import type { Sandbox } from "../forkserver/sandbox.ts";
import { levelOf, meetsMinimum, missingLayers } from "../host/level.ts";
import type { CompiledProfile } from "../profile/compile.ts";
import type { Threads } from "../threads/pool.ts";
import { encodeToInit, type JobExited } from "../wire/codec.ts";
import { type ArtifactSink, DirectorySink } from "./artifacts.ts";
import { Collector } from "./collector.ts";
import {
  fileFrames,
  type InputBind,
  type InputPlan,
  planInputs,
  readCode,
  startMessages,
} from "./fill.ts";
import { Guard } from "./guard.ts";
import type { RunOptions } from "./options.ts";
import { denialsOf, usageOf } from "./report.ts";
import { openStdin, type Stdin } from "./stdin.ts";

/** What init may take to collect and report once the job is dead. */
const COLLECT_MS = 30_000;

/** An exclusive hold on a sandbox; dispose it when the job is over. */
export interface LeasedSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
}

/** Where jobs of one runtime and profile are run. */
export interface Placement {
  readonly profile: Pick<CompiledProfile, "digest" | "describe">;
  /** as provenance names it */
  readonly runtimeId: string;
  acquire(limits: Limits, binds: readonly InputBind[], signal: AbortSignal): Promise<LeasedSandbox>;
}

/** What every job shares. */
export interface RunTools {
  readonly threads: Threads;
  readonly digests: Digests;
  readonly scratch: Scratch;
  readonly clock: Clock;
  readonly log: Log;
  /** begins when the pool is destroyed */
  readonly shutdown: Shutdown;
}

interface Prepared {
  readonly job: Job;
  readonly code: Uint8Array;
  readonly plan: InputPlan;
  readonly stdin: Stdin;
  readonly sinks: readonly ArtifactSink[];
  readonly calledMs: number;
}

/** How far one placement came. Once the code has left our hands the job is never run again. */
interface Progress {
  stage: "waiting" | "leased" | "handedOver";
}

/** Runs one job to its end. Throws SandboxError for failures of ours, never for the job's. */
export async function runJob(
  job: Job,
  placement: Placement,
  tools: RunTools,
  options: RunOptions = {},
): Promise<RunResult> {
  const calledMs = tools.clock.monotonicMs();
  using guard = new Guard(options.signal, tools.shutdown);
  guard.check();
  await using cleanup = new Cleanup();
  const code = await readCode(job);
  const stdin = cleanup.use(await openStdin(job));
  const plan = cleanup.use(await planInputs(job, tools.scratch));
  const sinks = await openSinks(options, cleanup);
  const prepared: Prepared = { job, code, plan, stdin, sinks, calledMs };
  const first: Progress = { stage: "waiting" };
  try {
    return await attempt(prepared, placement, tools, options, guard, first);
  } catch (error) {
    if (first.stage === "handedOver" && error instanceof SandboxError) {
      throw error.asStarted();
    }
    if (first.stage === "handedOver" || !isSandboxFault(error)) {
      throw error;
    }
    tools.log.warn("a sandbox failed before its job had started: placed again", {
      id: job.id,
      error,
    });
    guard.wait();
    return await attempt(prepared, placement, tools, options, guard, { stage: "waiting" });
  }
}

function isSandboxFault(error: unknown): boolean {
  return (
    error instanceof SandboxError &&
    ["stageFailed", "protocolBroken", "forkserverLost", "zygoteFailed"].includes(error.code)
  );
}

async function openSinks(options: RunOptions, cleanup: Cleanup): Promise<ArtifactSink[]> {
  const { outDir, onArtifact } = options;
  const sinks: ArtifactSink[] = [];
  if (outDir !== undefined) {
    sinks.push(cleanup.use(await DirectorySink.open(outDir)));
  }
  if (onArtifact !== undefined) {
    sinks.push({
      async keep(_name, data, artifact) {
        await onArtifact(artifact, data);
        return undefined;
      },
    });
  }
  return sinks;
}

/** One placement of a job: from the lease to the result. */
async function attempt(
  prepared: Prepared,
  placement: Placement,
  tools: RunTools,
  options: RunOptions,
  guard: Guard,
  progress: Progress,
): Promise<RunResult> {
  const { job, plan } = prepared;
  await using lease = await placement.acquire(job.limits, plan.binds, guard.signal);
  const leasedMs = tools.clock.monotonicMs();
  progress.stage = "leased";
  const { sandbox } = lease;
  const level = reachedLevel(job, sandbox);
  guard.check();
  const collector = new Collector(job.limits, tools.threads, options, prepared.sinks, (error) =>
    guard.fail(error),
  );
  sandbox.onMessage((message) => collector.take(message));
  const sentMs = await fill(prepared, sandbox, guard, progress, tools.clock);
  // Beside the running job: nothing of it waits for a digest.
  const provenance = digestAll(prepared, placement, tools);
  provenance.catch(() => undefined); // awaited below, unless the run fails before
  const { exited, exitedMs, endedMs } = await join(sandbox, guard, tools.clock);
  const timings: Timings = {
    queueMs: roundMs(leasedMs - prepared.calledMs),
    leaseMs: roundMs(sentMs - leasedMs),
    runMs: roundMs(exitedMs - sentMs),
    collectMs: roundMs(endedMs - exitedMs),
  };
  guard.rest();
  await plan.confirm();
  const collected = await guard.orFail(collector.finish(exited, guard.isCancelled));
  return {
    id: job.id,
    ...collected,
    denied: denialsOf(exited.denials, placement.profile),
    deniedTotal: exited.deniedTotal,
    deniedTruncated: exited.deniedTruncated,
    usage: usageOf(exited),
    timings,
    confinement: { level, layers: sandbox.layers },
    provenance: await provenance,
  };
}

/** The level of a sandbox, which is never below the one that the job asks for. */
function reachedLevel(job: Job, sandbox: Sandbox): Level {
  const level = levelOf(sandbox.layers);
  if (!meetsMinimum(level, job.minimumLevel)) {
    const missing = missingLayers(job.minimumLevel, sandbox.layers).join(", ");
    throw new SandboxError(
      "levelTooLow",
      `this host confines at level ${level}, below ${job.minimumLevel}: missing ${missing}`,
      { remedy: "see `broodbox doctor`, or name a lower minimum level" },
    );
  }
  return level;
}

/**
 * Gives a sandbox its job; resolves with the time at which the code was on its way. Small inputs go
 * before the clocks start, so that the wall limit measures the job; stdin goes beside the running job.
 */
async function fill(
  prepared: Prepared,
  sandbox: Sandbox,
  guard: Guard,
  progress: Progress,
  clock: Clock,
): Promise<number> {
  const { job, code, plan, stdin } = prepared;
  for (const frame of fileFrames(plan.files)) {
    await guard.orFail(sandbox.send(frame));
  }
  guard.check();
  guard.watch(sandbox, job.limits.wallMs, COLLECT_MS);
  await guard.orFail(sandbox.start(job.limits, COLLECT_MS));
  progress.stage = "handedOver";
  const messages = startMessages(job, code);
  if (stdin.small !== undefined) {
    messages.push(stdin.small);
  }
  // One write for a small job: each write wakes init, and a wake-up costs 50 µs and more.
  const sent = sandbox.send(encodeToInit(...messages));
  const sentMs = clock.monotonicMs();
  if (stdin.small === undefined) {
    sendStdin(stdin, sandbox, sent).catch((error: unknown) => guard.fail(error));
  }
  return sentMs;
}

/** Sends a large stdin until it is through or the job is over, whatever comes first. */
async function sendStdin(
  stdin: Stdin,
  sandbox: Sandbox,
  sent: Promise<void> | void,
): Promise<void> {
  const over = new AbortController();
  const isOver = sandbox.exited.then(
    () => over.abort(),
    () => over.abort(),
  );
  await Promise.race([sent, isOver]);
  for await (const frame of stdin.frames()) {
    if (over.signal.aborted) {
      return;
    }
    await Promise.race([sandbox.send(frame), isOver]);
  }
}

interface Joined {
  readonly exited: JobExited;
  readonly exitedMs: number;
  readonly endedMs: number;
}

/** Both reports of the end, in whatever order they come. */
async function join(sandbox: Sandbox, guard: Guard, clock: Clock): Promise<Joined> {
  // One after the other: what makes one of them reject makes both.
  const exited = await guard.orFail(sandbox.exited);
  const exitedMs = clock.monotonicMs();
  await guard.orFail(sandbox.ended);
  return { exited, exitedMs, endedMs: clock.monotonicMs() };
}

async function digestAll(
  { code, plan }: Prepared,
  placement: Placement,
  { digests }: RunTools,
): Promise<Provenance> {
  const [codeDigest, inputs] = await Promise.all([digests.ofBytes(code), plan.digest(digests)]);
  return {
    code: codeDigest,
    inputs,
    profile: placement.profile.digest,
    runtime: placement.runtimeId,
  };
}

function roundMs(valueMs: number): number {
  return Math.max(0, Math.round(valueMs * 1000) / 1000);
}
