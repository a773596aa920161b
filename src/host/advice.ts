/**
 * Probe and errno -> what to type to fix it. Pure data and one lookup: a probe finds out, this page explains.
 *
 * Rows are tried from the top; the first that fits speaks. A row without `errno` fits any failure.
 */
import type { LayerState } from "../core/outcome.ts";

export interface ProbeRow {
  readonly probe: string;
  readonly state: LayerState;
  /** the name of the errno, where one explains the state */
  readonly errno: string | null;
  readonly us: number;
  readonly detail: string;
}

/** What decides between remedies and is no probe. */
export interface AdviceContext {
  readonly root: boolean;
  readonly user: string;
  /** the container runtime we are in, if any */
  readonly container: string | undefined;
}

export interface Fix {
  readonly probe: string;
  /** one sentence: what is missing */
  readonly why: string;
  /** lines to type, or to put where the sentence says */
  readonly commands: readonly string[];
}

interface Advice {
  readonly probes: readonly string[];
  readonly errno?: readonly string[];
  readonly where?: (context: AdviceContext) => boolean;
  /** also when the probe is only degraded */
  readonly evenDegraded?: boolean;
  readonly why: string;
  readonly commands: (context: AdviceContext) => readonly string[];
}

const inContainer = (context: AdviceContext): boolean => context.container !== undefined;
const notRoot = (context: AdviceContext): boolean => !context.root;
const isRoot = (context: AdviceContext): boolean => context.root;
const none = (): readonly string[] => [];

const CONTAINER_FLAGS = [
  "docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined --security-opt systempaths=unconfined --init …",
  "# Kubernetes: hostUsers: false, procMount: Unmasked, a Localhost seccomp profile that allows clone, unshare, setns and mount",
] as const;

const NAMESPACES = [
  "pidNamespace",
  "mountNamespace",
  "networkNamespace",
  "ipcNamespace",
  "utsNamespace",
  "cgroupNamespace",
  "joinNamespaces",
] as const;

const TABLE: readonly Advice[] = [
  {
    probes: ["userNamespace", ...NAMESPACES],
    where: inContainer,
    why: "the container's seccomp profile keeps namespaces away: allow clone, unshare and setns there, or add SYS_ADMIN",
    commands: () => CONTAINER_FLAGS,
  },
  {
    probes: ["userNamespace", ...NAMESPACES],
    errno: ["ENOSPC"],
    why: "the number of user namespaces is limited to fewer than are needed",
    commands: () => ["sysctl -w user.max_user_namespaces=65536"],
  },
  {
    probes: ["userNamespace"],
    errno: ["EINVAL"],
    why: "this kernel is built without user namespaces",
    commands: none,
  },
  {
    probes: ["userNamespace", ...NAMESPACES, "mounts", "readOnlyMounts", "pivotRoot"],
    errno: ["EPERM", "EACCES"],
    where: notRoot,
    why: "unprivileged user namespaces, or what may be done inside them, are switched off",
    commands: () => [
      "sysctl -w kernel.unprivileged_userns_clone=1   # Debian's switch, where it exists",
      "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   # Ubuntu; or an AppArmor profile with `userns,` for broodbox-native",
    ],
  },
  {
    probes: NAMESPACES,
    why: "this kernel, or what confines us, refuses the namespace",
    commands: () => [
      "# run as root, or on a host whose seccomp profile allows clone, unshare and setns",
    ],
  },
  {
    probes: ["mounts", "readOnlyMounts", "pivotRoot"],
    why: "mounting is refused inside a mount namespace",
    commands: () => [
      "docker run --security-opt apparmor=unconfined --security-opt systempaths=unconfined …",
    ],
  },
  {
    probes: ["idRanges"],
    errno: ["ENOENT"],
    where: notRoot,
    why: "newuidmap and newgidmap are missing, so all slots would share one uid (level full-single-uid at most)",
    commands: ({ user }) => ["apt-get install --no-install-recommends uidmap", ranges(user)],
  },
  {
    probes: ["idRanges", "slotUid"],
    where: notRoot,
    why: "the service user has no usable range of subordinate ids, so all slots share one uid (level full-single-uid at most)",
    commands: ({ user }) => [ranges(user)],
  },
  {
    probes: ["slotUid"],
    where: isRoot,
    why: "uids from 1048576 on cannot be taken: this root is confined to fewer ids",
    commands: () => [
      "# give the container or user namespace a map that covers 1048576 and 65536 more",
    ],
  },
  {
    probes: ["memoryCgroup", "pidsCgroup", "cpuCgroup", "memoryKill", "cgroupKill"],
    where: inContainer,
    why: "the container has no cgroup subtree of its own to write to",
    commands: () => [
      "docker run --cgroupns=private --cap-add SYS_ADMIN …   # and /sys/fs/cgroup mounted writable",
    ],
  },
  {
    probes: ["memoryCgroup", "pidsCgroup", "cpuCgroup"],
    errno: ["EBUSY"],
    why: "processes that are not ours to move stand in our cgroup; start in one of its own",
    commands: (context) => [delegated(context)],
  },
  {
    probes: ["memoryCgroup", "pidsCgroup", "cpuCgroup"],
    errno: ["ENOENT"],
    why: "this controller is not available to our cgroup",
    commands: (context) => [delegated(context), ...dropIn(context)],
  },
  {
    probes: ["memoryCgroup", "pidsCgroup", "cpuCgroup", "cgroupKill"],
    where: notRoot,
    why: "our cgroup is not delegated to the service user",
    commands: (context) => [delegated(context), ...dropIn(context)],
  },
  {
    probes: ["memoryKill"],
    errno: ["EACCES", "EPERM", "ENOENT", "EBUSY"],
    why: "without a writable memory cgroup nothing ends a job that takes too much memory (see memoryCgroup)",
    commands: none,
  },
  {
    probes: ["memoryKill"],
    evenDegraded: true,
    why: "memory above the limit went to swap, or the kill was not counted",
    commands: () => ["swapoff -a", "# or boot with swapaccount=1 (cgroup v1)"],
  },
  {
    probes: ["groups"],
    evenDegraded: true,
    where: notRoot,
    why: "the service user's supplementary groups cannot be dropped without a subordinate range, so jobs would keep them",
    commands: ({ user }) => [
      `for group in docker kvm disk adm shadow; do gpasswd --delete ${user} "$group"; done`,
      ranges(user),
    ],
  },
  {
    probes: ["capabilities"],
    why: "SETPCAP is kept away, so the bounding set cannot be emptied: run rootless instead",
    commands: () => ["setpriv --reuid=broodbox --regid=broodbox --clear-groups broodbox doctor"],
  },
  {
    probes: ["seccomp", "foreignArch"],
    why: "filters cannot be installed, or do not hold: the kernel needs CONFIG_SECCOMP_FILTER; never run jobs on this host",
    commands: none,
  },
  {
    probes: ["nestedUserNamespaceFiltered", "networkIsolation"],
    errno: ["EBADE", "EISCONN"],
    why: "confinement does not hold here: report this as a bug, and never run jobs on this host",
    commands: none,
  },
  {
    probes: ["denialReports"],
    why: "refused calls will have no names in `denied`: reports need kernel 5.0",
    commands: none,
  },
  {
    probes: ["listenerContinue"],
    why: "audit and record modes need kernel 5.5",
    commands: none,
  },
  {
    probes: ["landlock"],
    errno: ["EOPNOTSUPP"],
    why: "Landlock is built in but not switched on",
    commands: () => [
      "# append to lsm= on the kernel command line, keeping what is there: lsm=landlock,…",
      "cat /sys/kernel/security/lsm",
    ],
  },
  {
    probes: ["landlock", "landlockScopes"],
    evenDegraded: true,
    why: "Landlock with scopes for signals and abstract sockets needs kernel 6.12 with CONFIG_SECURITY_LANDLOCK; only hosts without namespaces depend on it",
    commands: none,
  },
  {
    probes: ["interpreter"],
    where: notRoot,
    why: "the service user may overwrite an interpreter that jobs are started from",
    commands: () => ["# chown -R root: the runtime named in the row, or use a system package"],
  },
  {
    probes: ["forkserverPid"],
    why: "the forkserver would be pid 1 of its namespace",
    commands: () => ["docker run --init …"],
  },
  {
    probes: ["legacyTiocsti"],
    evenDegraded: true,
    why: "informational: TIOCSTI is allowed on this host; jobs have no terminal",
    commands: () => ["sysctl -w dev.tty.legacy_tiocsti=0"],
  },
  {
    probes: ["unprivilegedBpf"],
    evenDegraded: true,
    why: "informational: unprivileged bpf is allowed on this host; the default profiles refuse it",
    commands: () => ["sysctl -w kernel.unprivileged_bpf_disabled=1"],
  },
  {
    probes: ["ioUring"],
    evenDegraded: true,
    why: "informational: io_uring is allowed on this host; the default profiles refuse it",
    commands: () => ["sysctl -w kernel.io_uring_disabled=1"],
  },
];

function ranges(user: string): string {
  return `usermod --add-subuids 2000000-2065535 --add-subgids 2000000-2065535 ${user}`;
}

function delegated(context: AdviceContext): string {
  return context.root
    ? "systemd-run --scope -p Delegate=yes broodbox doctor"
    : "systemd-run --user --scope -p Delegate=yes broodbox doctor";
}

/** Which controllers a user's own service manager may hand on at all. */
function dropIn(context: AdviceContext): readonly string[] {
  return context.root
    ? []
    : [
        "mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu io memory pids\\n' > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload",
      ];
}

/** The remedy for one row, if it needs one and one is known. */
export function adviceFor(row: ProbeRow, context: AdviceContext): Fix | undefined {
  if (row.state === "on") {
    return undefined;
  }
  const advice = TABLE.find(
    (candidate) =>
      candidate.probes.includes(row.probe) &&
      (row.state === "off" || candidate.evenDegraded === true) &&
      (candidate.errno === undefined ||
        (row.errno !== null && candidate.errno.includes(row.errno))) &&
      (candidate.where === undefined || candidate.where(context)),
  );
  return advice === undefined
    ? undefined
    : { probe: row.probe, why: advice.why, commands: advice.commands(context) };
}

/** Remedies for all rows: the same sentence once, under the first probe that needs it. */
export function adviceForAll(rows: readonly ProbeRow[], context: AdviceContext): readonly Fix[] {
  const fixes = new Map<string, Fix>();
  for (const row of rows) {
    const fix = adviceFor(row, context);
    if (fix !== undefined && !fixes.has(fix.why)) {
      fixes.set(fix.why, fix);
    }
  }
  return [...fixes.values()];
}
