/**
 * Peers that run an OCI bundle: crun and gVisor's runsc. What an engine would do around them (image,
 * layers, network set-up) is left out; what is timed is one `run` of a bundle made for the job, and its end.
 */
import { once } from "node:events";
import { chmod, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Scratch } from "../../bundle/scratch.ts";
import { Cleanup } from "../../core/cleanup.ts";
import { spawnProgram } from "../../forkserver/spawn.ts";
import type { PeerFound } from "../peer.ts";
import {
  aptInstall,
  ENVIRONMENT,
  findProgram,
  type Interpreter,
  isThere,
  outputOf,
  type PeerRecipe,
  type Site,
  type View,
  versionOf,
} from "./site.ts";

const MEMORY_BYTES = 512 * 1024 * 1024;
const PROCESSES = 64;
/** how long it may take to do away with a container that ran too long */
const REMOVAL_MS = 10_000;

interface Runtime {
  readonly name: string;
  readonly install: string;
  /** options before the command, after `--root` */
  readonly options: readonly string[];
  readonly namespaces: readonly string[];
  /** What stands before the program; what it holds is released when the peer is closed. */
  prefix(cleanup: Cleanup): Promise<readonly string[]>;
}

const RUNTIMES: readonly Runtime[] = [
  {
    name: "crun",
    install: aptInstall("crun"),
    options: ["--cgroup-manager=cgroupfs"],
    namespaces: ["pid", "ipc", "uts", "mount", "network", "cgroup"],
    prefix: withoutHybridCgroups,
  },
  {
    name: "runsc",
    install: aptInstall("runsc"),
    // Debian 12 has a version of 2022: ptrace is its default platform, systrap came later, and kvm hung on Linux 6.18.
    options: ["--network=none"],
    namespaces: ["pid", "ipc", "uts", "mount", "network"],
    prefix: () => Promise.resolve([]),
  },
];

export const containerPeers: readonly PeerRecipe[] = RUNTIMES.map((runtime) => ({
  name: runtime.name,
  install: runtime.install,
  async open(site) {
    const program = findProgram(runtime.name, site.env);
    if (program === undefined) {
      return `there is no ${runtime.name} on PATH`;
    }
    if (process.getuid?.() !== 0) {
      return `${runtime.name} is run by root here: without root it wants an engine around it`;
    }
    const interpreter = await site.interpreter();
    const version = await versionOf(program);
    const cleanup = new Cleanup();
    try {
      return await openContainers(runtime, program, interpreter, site, version, cleanup);
    } catch (error) {
      await cleanup[Symbol.asyncDispose]();
      throw error;
    }
  },
}));

async function openContainers(
  runtime: Runtime,
  program: string,
  interpreter: Interpreter,
  site: Site,
  version: string,
  cleanup: Cleanup,
): Promise<PeerFound> {
  const scratch = cleanup.use(await Scratch.create());
  const rootfs = await scratch.directory("rootfs");
  await plant(rootfs, interpreter.view);
  const state = await scratch.directory("state");
  const prefix = await runtime.prefix(cleanup);
  const base = [...prefix, program, "--root", state, ...runtime.options];
  let serial = 0;
  const run = async (code: string): Promise<string> => {
    serial += 1;
    const id = `broodbox-peer-${process.pid}-${serial}`;
    const bundle = await scratch.directory(id);
    const config = configOf(rootfs, interpreter, runtime.namespaces, code);
    await writeFile(join(bundle, "config.json"), JSON.stringify(config));
    // Killing `run` would leave the container alive, with our pipe in its hands; without it, `run` ends by itself.
    let removal: Promise<unknown> | undefined;
    const timer = setTimeout(() => {
      // It races with the end of `run`, which removes it too: runsc then waits 5 s and says it failed.
      removal = outputOf([...base, "delete", "--force", id], REMOVAL_MS).catch(() => undefined);
    }, site.deadlineMs);
    try {
      const limitMs = site.deadlineMs + REMOVAL_MS;
      return await outputOf([...base, "run", "--bundle", bundle, id], limitMs);
    } catch (error) {
      if (removal === undefined) {
        throw error;
      }
      await removal;
      throw new Error(`${program} was killed after ${site.deadlineMs} ms`, { cause: error });
    } finally {
      clearTimeout(timer);
      await rm(bundle, { recursive: true, force: true });
    }
  };
  return {
    found: true,
    version,
    how: [...base, "run", "--bundle", "BUNDLE", "ID"].join(" "),
    run,
    close: () => cleanup[Symbol.asyncDispose](),
  };
}

/** The places that things are mounted on, made ahead: a read-only root cannot grow them. */
async function plant(rootfs: string, view: View): Promise<void> {
  // It is the job's /, which uid 65534 walks through; the directory it lies in stays private.
  await chmod(rootfs, 0o755);
  for (const name of ["proc", "dev", "tmp"]) {
    await mkdir(join(rootfs, name));
  }
  for (const { source, target } of view.binds) {
    const place = join(rootfs, target);
    if ((await stat(source)).isDirectory()) {
      await mkdir(place, { recursive: true });
    } else {
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, "");
    }
  }
  for (const { path, content } of view.links) {
    await symlink(content, join(rootfs, path));
  }
}

function configOf(
  rootfs: string,
  { path, view }: Interpreter,
  namespaces: readonly string[],
  code: string,
): object {
  const tmpfs = { type: "tmpfs", source: "tmpfs" };
  return {
    ociVersion: "1.0.2",
    root: { path: rootfs, readonly: true },
    hostname: "peer",
    process: {
      user: { uid: 65534, gid: 65534 },
      args: [path, "-c", code],
      env: Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
      cwd: "/tmp",
      capabilities: {},
      noNewPrivileges: true,
    },
    mounts: [
      ...view.binds.map(({ source, target }) => ({
        destination: target,
        type: "bind",
        source,
        options: ["bind", "ro", "nosuid", "nodev"],
      })),
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", ...tmpfs, options: ["nosuid", "mode=755", "size=64k"] },
      { destination: "/tmp", ...tmpfs, options: ["nosuid", "nodev", "mode=1777", "size=64m"] },
    ],
    linux: {
      namespaces: namespaces.map((type) => ({ type })),
      resources: { memory: { limit: MEMORY_BYTES }, pids: { limit: PROCESSES } },
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/sysrq-trigger"],
      readonlyPaths: ["/proc/sys", "/proc/bus"],
    },
  };
}

/**
 * crun refuses a host where cgroup v2 lies beside v1 and has a controller (seen with 1.8.1). It then runs
 * in a mount namespace without that part, which one process holds open; entering it adds about 2 ms.
 */
async function withoutHybridCgroups(cleanup: Cleanup): Promise<readonly string[]> {
  const hybrid = "/sys/fs/cgroup/unified";
  if (!isThere(`${hybrid}/cgroup.controllers`)) {
    return [];
  }
  const script = `umount -l ${hybrid} && echo ready && read -r _`;
  const holder = await spawnProgram(
    "unshare",
    ["--mount", "--propagation", "private", "sh", "-c", script],
    ENVIRONMENT,
  );
  cleanup.defer(async () => {
    holder.kill("SIGKILL");
    await holder.ended;
  });
  const said = await Promise.race([
    once(holder.stdout, "data").then(([chunk]) => String(chunk)),
    holder.ended.then(() => "nothing"),
  ]);
  if (said !== "ready\n") {
    throw new Error(`cannot hide ${hybrid} from crun: its mount namespace said ${said}`);
  }
  return ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "--"];
}
