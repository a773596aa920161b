/**
 * What this host can confine: the native probes, read strictly, plus the checks that need to know the
 * interpreters; then layers, and through host/level.ts the level.
 */
import { accessSync, constants } from "node:fs";
import { z } from "zod";
import { SandboxError } from "../core/errors.ts";
import { LAYER_NAMES, type LayerName, type LayerState, type Layers } from "../core/outcome.ts";
import type { RunProbe, Runtime } from "../runtime/locate.ts";
import { type AdviceContext, adviceForAll, type Fix, type ProbeRow } from "./advice.ts";
import { type HostFacts, readHostFacts } from "./facts.ts";
import { levelOf, type ReachedLevel } from "./level.ts";

/** Every probe has its own deadline of 5 s in C; this is for a runner that cannot even say so. */
const DEADLINE_MS = 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024;
const MAX_ROWS = 128;

const rowSchema = z.strictObject({
  probe: z.string().regex(/^[a-zA-Z]{1,40}$/),
  state: z.enum(["on", "off", "degraded"]),
  errno: z
    .string()
    .regex(/^E[A-Z0-9]{1,20}$/)
    .nullable(),
  us: z.int().min(0),
  detail: z.string().max(1024),
});

/** Which probes a layer stands on. All must hold; `handled` ones may be degraded, as the cell has another way. */
interface Foundation {
  readonly needs: readonly string[];
  readonly handled?: readonly string[];
}

const FOUNDATIONS: Readonly<Record<LayerName, Foundation>> = {
  pidNamespace: { needs: ["pidNamespace", "joinNamespaces"] },
  mountNamespace: {
    needs: ["mountNamespace", "mounts"],
    handled: ["readOnlyMounts", "procMount", "pivotRoot"],
  },
  networkNamespace: { needs: ["networkNamespace", "networkIsolation"] },
  ipcNamespace: { needs: ["ipcNamespace"] },
  utsNamespace: { needs: ["utsNamespace"] },
  cgroupNamespace: { needs: ["cgroupNamespace"] },
  userNamespace: { needs: ["userNamespace"], handled: ["nestedUserNamespace"] },
  slotUid: { needs: ["slotUid"] },
  groups: { needs: ["groups"] },
  capabilities: { needs: ["capabilities"] },
  noNewPrivileges: { needs: ["noNewPrivileges"] },
  dumpable: { needs: ["dumpable"] },
  keyring: { needs: ["keyring"] },
  rlimits: { needs: ["rlimits"] },
  memoryCgroup: { needs: ["memoryCgroup"], handled: ["memoryKill"] },
  pidsCgroup: { needs: ["pidsCgroup"] },
  cpuCgroup: { needs: ["cpuCgroup"] },
  ioCgroup: { needs: ["ioCgroup"] },
  writeExecute: { needs: ["writeExecute"] },
  speculation: { needs: ["speculation"] },
  coreScheduling: { needs: ["coreScheduling"] },
  landlock: { needs: ["landlock"] },
  // A filter that another call table or a nested namespace walks around is no filter.
  seccomp: { needs: ["seccomp", "foreignArch", "nestedUserNamespaceFiltered"] },
  denialReports: { needs: ["denialReports"] },
};

export interface HostReport {
  readonly facts: HostFacts;
  readonly probes: readonly ProbeRow[];
  readonly layers: Layers;
  readonly level: ReachedLevel;
  readonly fixes: readonly Fix[];
}

export interface ProbeHostOptions {
  readonly runProbe: RunProbe;
  /** the native program */
  readonly program: string;
  readonly runtimes: readonly Pick<Runtime, "name" | "interpreter">[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs all probes. Throws SandboxError `stageFailed` (step probe) when the program itself fails. */
export async function probeHost(options: ProbeHostOptions): Promise<HostReport> {
  const facts = readHostFacts(options.env);
  const probes = [
    ...(await runNativeProbes(options)),
    ...options.runtimes.map((runtime) => checkInterpreter(runtime, facts.uid)),
  ];
  const layers = layersOf(probes);
  const context: AdviceContext = {
    root: facts.uid === 0,
    user: facts.user,
    container: facts.container ?? undefined,
  };
  return Object.freeze({
    facts,
    probes,
    layers,
    level: levelOf(layers),
    fixes: adviceForAll(probes, context),
  });
}

async function runNativeProbes(options: ProbeHostOptions): Promise<ProbeRow[]> {
  const answer = await options.runProbe(options.program, ["probe"], {
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    deadlineMs: DEADLINE_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (answer.stopped !== undefined || answer.exitCode !== 0) {
    const said = answer.stderr.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
    throw new SandboxError(
      "stageFailed",
      `cannot probe this host: ${options.program} ${answer.stopped === undefined ? `ended with code ${String(answer.exitCode)}` : `was stopped by its ${answer.stopped}`}${said === "" ? "" : ` (${said})`}`,
      { step: "probe" },
    );
  }
  return parseRows(answer.stdout);
}

/** One JSON object per line; anything else means that program and library do not belong together. */
export function parseRows(text: string): ProbeRow[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const rows = lines.slice(0, MAX_ROWS).map((line) => {
    const parsed = rowSchema.safeParse(jsonOf(line));
    if (!parsed.success) {
      throw new SandboxError("protocolBroken", `cannot read the probe line ${line.slice(0, 120)}`, {
        remedy: "rebuild the native program with `npm run build:native`",
      });
    }
    return Object.freeze(parsed.data);
  });
  const twice = rows.find((row, at) => rows.findIndex(({ probe }) => probe === row.probe) !== at);
  if (lines.length > MAX_ROWS || twice !== undefined) {
    throw new SandboxError(
      "protocolBroken",
      twice === undefined
        ? `the native program answered with more than ${MAX_ROWS} probes`
        : `the native program answered the probe ${twice.probe} twice`,
    );
  }
  return rows;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Can the service user overwrite what every job starts from? Root can overwrite anything, and is trusted. */
function checkInterpreter(runtime: Pick<Runtime, "name" | "interpreter">, uid: number): ProbeRow {
  const startedNs = process.hrtime.bigint();
  const writable = uid !== 0 && isWritable(runtime.interpreter);
  return {
    probe: "interpreter",
    state: writable ? "off" : "on",
    errno: null,
    us: Number((process.hrtime.bigint() - startedNs) / 1000n),
    detail: `${runtime.name}: ${runtime.interpreter}${writable ? " is writable by the service user" : ""}`,
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const WORSE: readonly LayerState[] = ["off", "degraded", "on"];

/** Probes -> layers: each layer is as good as the worst of what it stands on; what was not probed is off. */
export function layersOf(rows: readonly ProbeRow[]): Layers {
  const states = new Map(rows.map((row) => [row.probe, row.state]));
  const layers: Record<string, LayerState> = {};
  for (const name of LAYER_NAMES) {
    const { needs, handled = [] } = FOUNDATIONS[name];
    const found = [
      ...needs.map((probe) => states.get(probe) ?? "off"),
      ...handled.map((probe) =>
        states.get(probe) === "degraded" ? "on" : (states.get(probe) ?? "off"),
      ),
    ];
    layers[name] = WORSE.find((state) => found.includes(state)) ?? "off";
  }
  if (states.get("idRanges") === "on" && states.get("slotUid") === "on") {
    // With a range of ids the namespace's own setgroups works, and the service user's groups are dropped.
    layers["groups"] = "on";
  }
  return Object.freeze(layers);
}
