/** Facts about this host that explain what the probes find; none of them decides anything. */
import { readFileSync, statSync } from "node:fs";
import { arch, cpus, release, totalmem, userInfo } from "node:os";

export interface HostFacts {
  readonly kernel: string;
  readonly arch: string;
  readonly system: string;
  readonly user: string;
  readonly uid: number;
  /** the container runtime we are in, or null */
  readonly container: string | null;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly swap: boolean;
  readonly smt: boolean;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A file this kernel does not have, or hides, has nothing to say.
    return "";
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** From os-release(5): PRETTY_NAME, without its quotes. */
export function prettyName(osRelease: string): string {
  const line = /^PRETTY_NAME=(.*)$/m.exec(osRelease)?.[1] ?? "";
  return line.replace(/^(["'])(.*)\1$/, "$2") || "unknown";
}

/** Is the root file system a block device of this host's own? */
export function isOnDisk(mountInfo: string): boolean {
  return / \/ \/ .* - (?:ext[234]|xfs|btrfs|f2fs) \/dev\//m.test(mountInfo);
}

function containerOf(env: Readonly<Record<string, string | undefined>>): string | null {
  if (env["KUBERNETES_SERVICE_HOST"] !== undefined) {
    return "kubernetes";
  }
  // A virtual machine made from an image carries the file as well; a container's root is no plain disk.
  if (exists("/.dockerenv") && !isOnDisk(textOf("/proc/self/mountinfo"))) {
    return "docker";
  }
  if (exists("/run/.containerenv")) {
    return "podman";
  }
  const named = env["container"];
  return named === undefined || named === "" ? null : named;
}

function userName(): { username: string; uid: number } {
  try {
    return userInfo();
  } catch {
    // A uid without an entry in the user database is common in containers.
    const uid = process.getuid?.() ?? -1;
    return { username: String(uid), uid };
  }
}

/** Reads a handful of files under /proc, /sys and /etc. */
export function readHostFacts(env: Readonly<Record<string, string | undefined>>): HostFacts {
  const { username, uid } = userName();
  return Object.freeze({
    kernel: release(),
    arch: arch() === "x64" ? "x86_64" : arch() === "arm64" ? "aarch64" : arch(),
    system: prettyName(textOf("/etc/os-release")),
    user: username,
    uid,
    container: containerOf(env),
    processors: cpus().length,
    memoryBytes: totalmem(),
    swap: textOf("/proc/swaps").includes("/"),
    smt: textOf("/sys/devices/system/cpu/smt/active").startsWith("1"),
  });
}
