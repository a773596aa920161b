/**
 * Layers -> level: the one word that sums up how well a sandbox is shut in. Pure.
 *
 * The levels are ordered from strong to weak, and a sandbox has the first whose layers all hold. A layer
 * that is `degraded` does not hold: the row below must then be enough, or nothing runs.
 */
import { type LayerName, type Layers, LEVELS, type Level } from "../core/outcome.ts";

/** What a host or a sandbox reaches; with `none` nothing may ever run. */
export type ReachedLevel = Level | "none";

const NAMESPACES: readonly LayerName[] = [
  "pidNamespace",
  "mountNamespace",
  "networkNamespace",
  "ipcNamespace",
  "utsNamespace",
  "cgroupNamespace",
];

const NO_PRIVILEGES: readonly LayerName[] = ["groups", "capabilities", "noNewPrivileges"];

const CGROUPS: readonly LayerName[] = ["memoryCgroup", "pidsCgroup", "cpuCgroup"];

/** Which layers must be `on` for a level. */
const REQUIRED: Readonly<Record<Level, readonly LayerName[]>> = {
  full: [...NAMESPACES, "slotUid", ...NO_PRIVILEGES, ...CGROUPS, "seccomp"],
  "full-single-uid": [...NAMESPACES, ...NO_PRIVILEGES, ...CGROUPS, "seccomp"],
  // Without a memory cgroup RLIMIT_DATA, tmpfs sizes and polling carry the weight, so rlimits must hold.
  "no-cgroup": [...NAMESPACES, ...NO_PRIVILEGES, "rlimits", "seccomp"],
  landlock: ["landlock", "noNewPrivileges", "rlimits", "seccomp"],
  "seccomp-only": ["noNewPrivileges", "rlimits", "seccomp"],
};

/** The level that these layers add up to. A layer that is not listed counts as `off`. */
export function levelOf(layers: Layers): ReachedLevel {
  return LEVELS.find((level) => missingLayers(level, layers).length === 0) ?? "none";
}

/** The layers that keep a sandbox from `level`, in the order in which the level lists them. */
export function missingLayers(level: Level, layers: Layers): LayerName[] {
  // Own properties only: nothing inherited may ever count as confinement.
  return REQUIRED[level].filter((name) => !Object.hasOwn(layers, name) || layers[name] !== "on");
}

function rank(level: ReachedLevel): number {
  return level === "none" ? LEVELS.length : LEVELS.indexOf(level);
}

/** Negative when `a` is weaker than `b`, positive when it is stronger, 0 when they are the same. */
export function compareLevels(a: ReachedLevel, b: ReachedLevel): number {
  return rank(b) - rank(a);
}

/** Does a sandbox of level `reached` satisfy `--minimum-level`? `none` satisfies nothing. */
export function meetsMinimum(reached: ReachedLevel, minimum: Level): reached is Level {
  return reached !== "none" && compareLevels(reached, minimum) >= 0;
}
