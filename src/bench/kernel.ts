/** What the kernel's part costs: each step of the confinement, the filter, a refused call, a message. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { silentLog } from "../core/ports.ts";
import { Forkserver } from "../forkserver/forkserver.ts";
import { locateNative } from "../forkserver/locate.ts";
import { SandboxHandle } from "../forkserver/sandbox.ts";
import { runProbe, spawnProgram } from "../forkserver/spawn.ts";
import { type CompiledProfile, compileProfile } from "../profile/compile.ts";
import { locateRuntime } from "../runtime/locate.ts";
import { type Bench, type Measured, Missing } from "./bench.ts";
import { hold, pooled, type Statistic } from "./contest.ts";
import { echoRoundTrips, ForkLoops } from "./floors.ts";
import type { Row } from "./row.ts";
import { median, quantile } from "./stats.ts";

const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, "x86_64" | "aarch64">>> = {
  x64: "x86_64",
  arm64: "aarch64",
};

async function defaultFilter(profile: string): Promise<CompiledProfile> {
  const arch = ARCHITECTURES[process.arch];
  if (arch === undefined) {
    throw new Missing(`there are no profiles for ${process.arch}`);
  }
  return await compileProfile(profile, { arch });
}

/**
 * Microseconds of each step, as the job process itself measures them and the forkserver hands them on with
 * every sandbox. The pool keeps them to itself, so sandboxes are opened here as the pool opens them.
 */
export async function measureSteps(bench: Bench): Promise<Measured> {
  const { interpreter } = await bench.setup("bare");
  const runtime = await locateRuntime(interpreter, { runProbe, env: bench.env });
  const forkserver = await Forkserver.start({
    native: locateNative({ env: bench.env }),
    scratchDirectory: bench.scratch,
    log: silentLog,
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    spawn: spawnProgram,
    runProbe,
    env: {},
  });
  try {
    const zygote = await forkserver.openZygote({ interpreter, preload: [], generation: 1 });
    const order = {
      zygote,
      filterId: forkserver.defineFilter(await defaultFilter(runtime.defaultProfile)),
      planId: forkserver.definePlan({
        visible: runtime.visible,
        tmpBytes: DEFAULT_LIMITS.tmpBytes,
        outBytes: DEFAULT_LIMITS.artifactBytes,
        outFiles: DEFAULT_LIMITS.artifactFiles,
        inputs: [],
      }),
      limits: DEFAULT_LIMITS,
    };
    const times = new Map<string, number[]>();
    for (let i = 0; i < bench.effort.jobs; i += 1) {
      const sandbox = await forkserver.openSandbox(order);
      if (!(sandbox instanceof SandboxHandle)) {
        throw new Error("a sandbox without its times of steps");
      }
      for (const { step, us } of sandbox.steps) {
        times.set(step, [...(times.get(step) ?? []), us]);
      }
      sandbox.close();
      await sandbox.closed;
    }
    return { rows: [...times].map(([step, us]) => stepRow(step, us)) };
  } finally {
    await forkserver.destroy();
  }
}

function stepRow(step: string, us: readonly number[]): Row {
  const id = `steps.${step.replace(/[^a-zA-Z0-9]/g, "-")}.p50`;
  return { id, what: `step ${step}`, unit: "µs", ours: median(us) };
}

const FILTER_FORKS = 20;

/** What ours has more than the other side, as a share of it. */
const addedShare: Statistic<number> = {
  of: ({ ours, against }) => median(ours) / median(against) - 1,
  over: median,
};

/** Fork with the default filter installed, against fork alone: what the filter adds, as a share. */
export async function measureFilter(bench: Bench): Promise<Measured> {
  const setup = await bench.setup("bare");
  const runtime = await locateRuntime(setup.interpreter, { runProbe, env: bench.env });
  const { program, instructions, name } = await defaultFilter(runtime.defaultProfile);
  const path = join(bench.scratch, "filter");
  await writeFile(path, program);
  await using loops = await ForkLoops.open(setup, 1);
  await loops.loadFilter(path);
  const contest = {
    ours: () => loops.each("filter", FILTER_FORKS),
    against: () => loops.each("libc", FILTER_FORKS),
  };
  const effort = { ...bench.effort, pairs: { least: 10, most: 50 } };
  const { pairs, figure } = await hold(contest, addedShare, effort, bench.seed);
  const samples = pooled(pairs);
  const alone = median(samples.against);
  return {
    rows: [
      {
        id: "filter.install.added",
        what: `installing ${name} (${instructions} instructions)`,
        unit: "µs",
        ours: median(samples.ours) - alone,
        against: { what: "fork, exit, wait", value: alone },
        ratio: figure,
      },
    ],
  };
}

/** Both through ctypes, so that the difference is the kernel's and ours. */
const CALLS = `
import broodbox, ctypes, time
libc = ctypes.PyDLL(None)
def each(call, *args):
    start = time.perf_counter_ns()
    for _ in range(COUNT):
        call(*args)
    return (time.perf_counter_ns() - start) / 1000 / COUNT
COUNT = 90
allowed = each(libc.getppid)
broodbox.result([each(libc.socket, 2, 1, 0), allowed])
`;

/** A refused call that is reported, against an allowed one; fewer than those that are slowed down on purpose. */
export async function measureDenied(bench: Bench): Promise<Measured> {
  const { interpreter } = await bench.setup("bare");
  await using pool = await bench.openPool({ runtime: interpreter, preload: ["ctypes"], warm: 2 });
  const denied: number[] = [];
  const allowed: number[] = [];
  for (let i = 0; i < Math.min(20, bench.effort.jobs); i += 1) {
    const run = await pool.run({ code: CALLS });
    if (run.deniedTotal < 90 || !Array.isArray(run.result)) {
      throw new Error(`refused ${run.deniedTotal} calls of 90: ${JSON.stringify(run.error)}`);
    }
    denied.push(Number(run.result[0]));
    allowed.push(Number(run.result[1]));
  }
  return {
    rows: [
      {
        id: "denied.reported.each",
        what: "a refused call that is reported",
        unit: "µs",
        ours: median(denied),
        against: { what: "an allowed call", value: median(allowed) },
      },
    ],
  };
}

const ECHOES = 2_000;

export async function measureEcho(bench: Bench): Promise<Measured> {
  const each = await echoRoundTrips(bench, ECHOES);
  return {
    rows: [0.5, 0.99].map((q) => ({
      id: `echo.round-trip.p${q * 100}`,
      what: `Node and C, one round trip: p${q * 100}`,
      unit: "µs" as const,
      ours: quantile(each, q),
    })),
  };
}
