/** Everything that is measured, by name, and the loop over it. */
import { SandboxError } from "../core/errors.ts";
import { measurePeer } from "./against-peers.ts";
import { type Bench, type Measured, Missing } from "./bench.ts";
import type { Effort } from "./effort.ts";
import { measureDenied, measureEcho, measureFilter, measureSteps } from "./kernel.ts";
import { measureLatency } from "./latency.ts";
import { measureLoad } from "./load.ts";
import { measureMemory, measureParked } from "./parked.ts";
import { PEERS } from "./peers.ts";
import type { Distribution, Row, Skipped } from "./row.ts";
import { SET_NAMES } from "./sets.ts";
import { measureCold, measureCommand } from "./start.ts";
import { type InFlight, measureForks, measureThroughput } from "./throughput.ts";
import { measureArtifacts, measureInputs, measureOutputs } from "./volume.ts";

/** Measured together: what shares its pools and its pairs. */
export interface Measurement {
  /** its rows are called this, a dot, and more */
  readonly id: string;
  readonly measure: (bench: Bench) => Promise<Measured>;
}

const IN_FLIGHT: readonly InFlight[] = ["all", 1, 2, 4, 16, 64];
const PEER_SETS = ["bare", "pandas"] as const;

/** In the order in which they are reported: floors first. */
export function measurements(effort: Pick<Effort, "parked">): Measurement[] {
  return [
    { id: "echo", measure: measureEcho },
    ...SET_NAMES.map((set) => ({
      id: `fork.${set}`,
      measure: (bench: Bench) => measureForks(bench, set),
    })),
    { id: "filter", measure: measureFilter },
    ...SET_NAMES.map((set) => ({
      id: `latency.${set}`,
      measure: (bench: Bench) => measureLatency(bench, set),
    })),
    { id: "command", measure: measureCommand },
    { id: "cold", measure: measureCold },
    ...SET_NAMES.flatMap((set) =>
      IN_FLIGHT.map((inFlight) => ({
        id: `throughput.${set}.${inFlight}`,
        measure: (bench: Bench) => measureThroughput(bench, set, inFlight),
      })),
    ),
    { id: "supervisor", measure: measureLoad },
    ...SET_NAMES.map((set) => ({
      id: `memory.${set}`,
      measure: (bench: Bench) => measureMemory(bench, set),
    })),
    ...effort.parked.slice(1).map((parked) => ({
      id: `parked.${parked}`,
      measure: (bench: Bench) => measureParked(bench, parked),
    })),
    { id: "steps", measure: measureSteps },
    { id: "input", measure: measureInputs },
    { id: "output", measure: measureOutputs },
    { id: "artifact", measure: measureArtifacts },
    { id: "denied", measure: measureDenied },
    ...PEER_SETS.flatMap((set) =>
      PEERS.map(({ name }) => ({
        id: `peers.${set}.${name}`,
        measure: (bench: Bench) => measurePeer(bench, name, set),
      })),
    ),
  ];
}

const isBelow = (id: string, prefix: string): boolean =>
  id === prefix || id.startsWith(`${prefix}.`);

/** Those that names pick: a group, a measurement, or one of its rows. Throws `usage` for a name of nothing. */
export function select(all: readonly Measurement[], names: readonly string[]): Measurement[] {
  const picks = (name: string, { id }: Measurement): boolean =>
    isBelow(id, name) || isBelow(name, id);
  const unknown = names.find((name) => !all.some((measurement) => picks(name, measurement)));
  if (unknown !== undefined) {
    const groups = [...new Set(all.map(({ id }) => id.split(".")[0]))].join(", ");
    throw new SandboxError("usage", `there is no figure ${JSON.stringify(unknown)}`, {
      remedy: `groups are ${groups}`,
    });
  }
  return all.filter((measurement) => names.some((name) => picks(name, measurement)));
}

/** A measurement that broke: ours to repair, and no reason to lose the others. */
export interface Failed {
  readonly what: string;
  readonly why: string;
}

export interface RoundResult {
  readonly rows: readonly Row[];
  readonly distributions: readonly Distribution[];
  readonly skipped: readonly Skipped[];
  readonly failed: readonly Failed[];
}

/** Runs them one after the other; `tell` hears which one is next. */
export async function measureAll(
  chosen: readonly Measurement[],
  bench: Bench,
  tell: (id: string) => void,
): Promise<RoundResult> {
  const skipped: Skipped[] = [];
  const failed: Failed[] = [];
  const rows: Row[] = [];
  const distributions: Distribution[] = [];
  for (const { id, measure } of chosen) {
    tell(id);
    try {
      const measured = await measure(bench);
      rows.push(...measured.rows);
      distributions.push(...(measured.distributions ?? []));
    } catch (error) {
      if (error instanceof Missing) {
        const { message, install } = error;
        skipped.push({ what: id, why: message, ...(install === undefined ? {} : { install }) });
      } else {
        failed.push({ what: id, why: said(error) });
      }
    }
  }
  return { rows, distributions, skipped, failed };
}

function said(error: unknown): string {
  return error instanceof SandboxError
    ? `${error.message} (${error.code})`
    : error instanceof Error
      ? error.message
      : String(error);
}
