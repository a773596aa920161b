/**
 * The composition root: builds everything that runs jobs from one set of options, and takes it apart in
 * reverse order.
 *
 * open -> closing -> closed     close(): nothing new is taken, what runs or waits is finished
 * any  -> closed                destroy(): jobs that run or wait reject with `poolClosed`
 */
import { setMaxListeners } from "node:events";
import { z } from "zod";
import { Digests } from "./bundle/digest.ts";
import { Scratch, sweepScratch } from "./bundle/scratch.ts";
import { Cleanup } from "./core/cleanup.ts";
import { SandboxError } from "./core/errors.ts";
import { type Job, type JobDefaults, type JobRequest, parseJob, usageError } from "./core/job.ts";
import {
  clamp,
  DEFAULT_LIMITS,
  type Limits,
  limitsSchema,
  MAXIMUM_LIMITS,
  refuseAbove,
  withDefaults,
} from "./core/limits.ts";
import { LEVELS, type RunResult } from "./core/outcome.ts";
import { type Clock, type Log, silentLog } from "./core/ports.ts";
import { Shutdown } from "./core/shutdown.ts";
import { ulidSource } from "./core/ulid.ts";
import { Forkserver } from "./forkserver/forkserver.ts";
import { locateNative } from "./forkserver/locate.ts";
import { runProbe, spawnProgram } from "./forkserver/spawn.ts";
import { type SandboxKind, SandboxPool } from "./pool/pool.ts";
import { type Arch, type CompiledProfile, compileProfile } from "./profile/compile.ts";
import { checkRunOptions, type RunOptions } from "./run/options.ts";
import { type Placement, type RunTools, runJob } from "./run/run-job.ts";
import { locateRuntime } from "./runtime/locate.ts";
import { Threads } from "./threads/pool.ts";

const PRELOAD_MAXIMUM = 64;
const WARM_MAXIMUM = 10_000;
const WAITING_MAXIMUM = 1_000_000;
const KINDS_MAXIMUM = 64;

const path = z.string().min(1).max(4096);

const optionsSchema = z.strictObject({
  runtime: z.string().min(1).default("python"),
  preload: z
    .array(z.string().regex(/^[\p{ID_Start}_][\p{ID_Continue}.]{0,126}$/u, "must be a module name"))
    .max(PRELOAD_MAXIMUM)
    .default([]),
  warm: z.int().min(0).max(WARM_MAXIMUM).default(2),
  profile: z.string().min(1).optional(),
  limits: limitsSchema.default({}),
  ceiling: limitsSchema.default({}),
  minimumLevel: z.enum(LEVELS).default("full"),
  maxConcurrent: z.int().min(1).max(WARM_MAXIMUM).optional(),
  maxQueue: z.int().min(0).max(WAITING_MAXIMUM).optional(),
  nativeDir: path.optional(),
  profileDir: path.optional(),
  scratchDir: path.optional(),
});

type Settings = z.output<typeof optionsSchema>;

/**
 * What a pool is made from; everything has a default.
 *
 * - `runtime`: name or path of the interpreter; default "python"
 * - `preload`: modules imported before any job is there; trusted code
 * - `warm`: sandboxes kept parked; default 2
 * - `profile`: name or path of the seccomp profile; default the runtime's own
 * - `limits`: what a job gets that asks for nothing; `ceiling`: what no job gets more of
 * - `minimumLevel`: confinement below which nothing runs; default "full"
 * - `maxConcurrent`, `maxQueue`: jobs that run at once, and that wait for a sandbox
 * - `nativeDir`, `profileDir`, `scratchDir`: directories of the native parts, of profiles, for temporary files
 */
export type PoolOptions = z.input<typeof optionsSchema> & {
  /** where lines about our own doings go; default: nowhere */
  readonly log?: Log;
  /** added to the environment of the forkserver: test builds of it read BROODBOX_FAULT */
  readonly nativeEnv?: Readonly<Record<string, string>>;
};

/** A pool of parked sandboxes, each used for one job. */
export interface Pool extends AsyncDisposable {
  /**
   * Runs one job to its end. Resolves with how it ended, whatever it did; rejects with a SandboxError
   * when the request is not acceptable, when the queue is full, or when something of ours failed.
   */
  run(request: JobRequest, options?: RunOptions): Promise<RunResult>;
  /** Takes nothing new, finishes what runs or waits, then ends everything. */
  close(): Promise<void>;
  /** Ends everything now. */
  destroy(): Promise<void>;
}

const systemClock: Clock = Object.freeze({
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
});

const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, Arch>>> = {
  x64: "x86_64",
  arm64: "aarch64",
};

/** Starts a pool. Rejects with a SandboxError when this host, the options or the runtime do not do. */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  const { log = silentLog, nativeEnv = {}, ...rest } = { ...options };
  const parsed = optionsSchema.safeParse(rest);
  if (!parsed.success) {
    throw usageError("the pool's options", parsed.error);
  }
  const defaults = defaultsOf(parsed.data);
  await using owned = new Cleanup();
  const parts = await build(parsed.data, defaults, log, nativeEnv, owned);
  return new JobPool(defaults, parts, owned.move());
}

function defaultsOf(settings: Settings): JobDefaults {
  const ceiling = withDefaults(settings.ceiling, MAXIMUM_LIMITS);
  // A ceiling below a built-in default lowers it; limits that the caller names are refused instead.
  const builtIn = clamp(DEFAULT_LIMITS, ceiling).limits;
  return {
    limits: refuseAbove(withDefaults(settings.limits, builtIn), ceiling),
    ceiling,
    minimumLevel: settings.minimumLevel,
  };
}

/** What a job is run on. */
interface Kind extends SandboxKind {
  readonly filter: CompiledProfile;
}

/** Runtimes and profiles by the names that callers use, each found once. */
class Kinds {
  readonly #settings: Settings;
  readonly #limits: Limits;
  /** by runtime and profile name; a changed file counts from the next pool on */
  readonly #known = new Map<string, Promise<Kind>>();

  constructor(settings: Settings, limits: Limits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  /** Throws SandboxError `runtimeMissing` or `profileInvalid`. */
  find(
    runtime: string = this.#settings.runtime,
    profile: string | undefined = this.#settings.profile,
  ): Promise<Kind> {
    const key = `${runtime}\0${profile ?? ""}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const found = this.#build(runtime, profile);
    this.#known.set(key, found);
    // What is not there now may be there for the next job.
    found.catch(() => this.#known.delete(key));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KINDS_MAXIMUM) {
        break;
      }
      this.#known.delete(oldest);
    }
    return found;
  }

  async #build(runtimeName: string, profileName: string | undefined): Promise<Kind> {
    const arch = ARCHITECTURES[process.arch];
    if (arch === undefined) {
      throw new SandboxError("profileInvalid", `there are no profiles for ${process.arch}`, {
        remedy: "use a host with x86-64 or aarch64 processors",
      });
    }
    const { profileDir, preload } = this.#settings;
    const located = locateRuntime(runtimeName, { runProbe, env: process.env });
    const compile = (name: string): Promise<CompiledProfile> =>
      compileProfile(name, profileDir === undefined ? { arch } : { arch, directory: profileDir });
    // Side by side when the profile is known before the runtime is.
    const [runtime, filter] = await Promise.all([
      located,
      profileName === undefined
        ? located.then(({ defaultProfile }) => compile(defaultProfile))
        : compile(profileName),
    ]);
    return {
      runtime,
      filter,
      // The list was written for the pool's own runtime; another one may not have these modules.
      preload: runtimeName === this.#settings.runtime ? preload : [],
      limits: this.#limits,
    };
  }
}

/** Removes what supervisors that are gone have left; failing to is no reason not to start. */
async function sweep(parent: string | undefined, log: Log): Promise<void> {
  try {
    for (const removed of await sweepScratch(parent)) {
      log.info("removed a scratch directory of a process that is gone", { path: removed });
    }
  } catch (error) {
    log.warn("cannot sweep old scratch directories", { error });
  }
}

interface Parts {
  readonly tools: RunTools;
  readonly shutdown: Shutdown;
  readonly kinds: Kinds;
  readonly sandboxes: SandboxPool;
  /** jobs that run and jobs that wait, together */
  readonly runsMaximum: number;
}

async function build(
  settings: Settings,
  defaults: JobDefaults,
  log: Log,
  nativeEnv: Readonly<Record<string, string>>,
  owned: Cleanup,
): Promise<Parts> {
  const { nativeDir, scratchDir, maxConcurrent, maxQueue, warm } = settings;
  const native = locateNative(
    nativeDir === undefined ? {} : { env: { BROODBOX_NATIVE_DIR: nativeDir } },
  );
  await sweep(scratchDir, log);
  const scratch = owned.use(
    await Scratch.create(scratchDir === undefined ? {} : { parent: scratchDir }),
  );
  const threads = owned.use(new Threads());
  const shutdown = new Shutdown();
  setMaxListeners(0, shutdown.signal); // one for each job that waits, removed with its wait
  const clock = systemClock;
  const sandboxes = new SandboxPool({
    start: () =>
      Forkserver.start({
        native,
        scratchDirectory: scratch.path,
        log,
        clock,
        spawn: spawnProgram,
        runProbe,
        env: nativeEnv,
      }),
    log,
    clock,
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(maxQueue === undefined ? {} : { maxWaiting: maxQueue }),
  });
  owned.defer(() => sandboxes.destroy());
  const kinds = new Kinds(settings, defaults.limits);
  // The slow parts at once: asking the interpreter, compiling the profile, starting the forkserver.
  const [kind] = await Promise.all([kinds.find(), sandboxes.hello()]);
  if (warm > 0) {
    sandboxes.stock(kind, warm);
  }
  const digests = new Digests(threads);
  const tools = { threads, digests, scratch, clock, log, shutdown };
  return { tools, shutdown, kinds, sandboxes, runsMaximum: sandboxes.runsMaximum };
}

type State =
  | { readonly name: "open" }
  | { readonly name: "closing"; readonly closed: Promise<void> }
  | { readonly name: "destroyed"; readonly closed: Promise<void> };

const NO_OPTIONS: RunOptions = Object.freeze({});

class JobPool implements Pool {
  readonly #defaults: JobDefaults;
  readonly #parts: Parts;
  readonly #owned: Cleanup;
  readonly #newId = ulidSource(() => systemClock.wallMs());
  readonly #runs = new Set<Promise<unknown>>();
  #state: State = { name: "open" };

  constructor(defaults: JobDefaults, parts: Parts, owned: Cleanup) {
    this.#defaults = defaults;
    this.#parts = parts;
    this.#owned = owned;
  }

  run(request: JobRequest, options: RunOptions = NO_OPTIONS): Promise<RunResult> {
    if (this.#state.name !== "open") {
      return Promise.reject(
        new SandboxError("poolClosed", `cannot run a job: the pool is ${this.#state.name}`),
      );
    }
    // Here, before anything is copied or opened: what waits holds its code, its files and their copies.
    if (this.#runs.size >= this.#parts.runsMaximum) {
      return Promise.reject(
        new SandboxError("overloaded", `${this.#runs.size} jobs are running or waiting`, {
          remedy: "try again later, or raise maxQueue",
        }),
      );
    }
    const run = this.#run(request, options);
    this.#runs.add(run);
    const forget = (): void => void this.#runs.delete(run);
    run.then(forget, forget);
    return run;
  }

  close(): Promise<void> {
    if (this.#state.name === "open") {
      this.#state = { name: "closing", closed: this.#finish() };
    }
    return this.#state.closed;
  }

  destroy(): Promise<void> {
    if (this.#state.name !== "destroyed") {
      // A close that is under way finishes as well: the jobs it waits for end now.
      this.#parts.shutdown.begin(new SandboxError("poolClosed", "the pool was destroyed"));
      this.#state = { name: "destroyed", closed: this.#end() };
    }
    return this.#state.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#runs);
    await this.#parts.sandboxes.close();
    await this.#owned[Symbol.asyncDispose]();
  }

  async #end(): Promise<void> {
    await this.#parts.sandboxes.destroy();
    await Promise.allSettled(this.#runs);
    await this.#owned[Symbol.asyncDispose]();
  }

  async #run(request: JobRequest, options: RunOptions): Promise<RunResult> {
    if (options !== NO_OPTIONS) {
      checkRunOptions(options);
    }
    const job = parseJob(this.#newId(), request, this.#defaults);
    return await runJob(job, await this.#placementOf(job), this.#parts.tools, options);
  }

  async #placementOf(job: Job): Promise<Placement> {
    const { kinds, sandboxes } = this.#parts;
    const kind = await kinds.find(job.runtime, job.profile);
    return {
      profile: kind.filter,
      runtimeId: kind.runtime.id,
      acquire: (limits, binds, signal) => sandboxes.acquire(kind, limits, binds, signal),
    };
  }
}
