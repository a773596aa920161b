/** A virtual machine with Debian's kernel that sees this host's files, read-only, and cgroup v2 alone. */
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { ROOT } from "../support/harness.ts";

const CACHE = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
/** Where a kernel may lie: what fetch-kernel.sh unpacked, or the host's own. */
const KERNEL_DIRECTORIES = [
  process.env["BROODBOX_TEST_KERNEL"] ?? join(CACHE, "broodbox/vm-kernel"),
  "/",
];
const MODULES = ["virtio_pci", "9pnet_virtio", "9p"];
const MEMORY = "2G";

interface Kernel {
  readonly image: string;
  readonly modules: string;
  readonly version: string;
}

/** What a machine is made of. */
export interface Parts {
  readonly kernel: Kernel;
  readonly qemu: string;
  /** linked statically: nothing else is on the initramfs */
  readonly busybox: string;
}

/** The parts, or the reason why there is no machine, with the line that changes it. */
export function findMachine(): Parts | { readonly missing: string } {
  if (process.arch !== "x64") {
    return { missing: "the machine is an x86-64 one, with programs of this host" };
  }
  const directories = (process.env["PATH"] ?? "").split(":");
  const onPath = (name: string): string | undefined =>
    directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
  const qemu = onPath("qemu-system-x86_64");
  const busybox = onPath("busybox");
  if (qemu === undefined || busybox === undefined) {
    const packages = "qemu-system-x86 seabios busybox-static";
    return { missing: `apt-get install --no-install-recommends ${packages}` };
  }
  const kernel = findKernel();
  return kernel === null
    ? { missing: "there is no Debian kernel; run test/vm/fetch-kernel.sh" }
    : { kernel, qemu, busybox };
}

/** A Debian kernel with its modules, or null. */
function findKernel(): Kernel | null {
  for (const directory of KERNEL_DIRECTORIES) {
    const boot = join(directory, "boot");
    const names = existsSync(boot) ? readdirSync(boot) : [];
    for (const name of names.filter((entry) => /^vmlinuz-.*-amd64$/.test(entry)).sort()) {
      const version = name.slice("vmlinuz-".length);
      const modules = join(directory, "lib/modules", version);
      if (existsSync(modules)) {
        return { image: join(boot, name), modules, version };
      }
    }
  }
  return null;
}

/** The modules and what they need, in loading order. Each says what it needs: no depmod is asked for. */
function modulesInOrder(kernel: Kernel): string[] {
  const paths = new Map<string, string>();
  const files = readdirSync(kernel.modules, { recursive: true, encoding: "utf8" });
  for (const path of files.filter((file) => file.endsWith(".ko"))) {
    paths.set(basename(path, ".ko").replaceAll("-", "_"), join(kernel.modules, path));
  }
  const ordered = new Set<string>();
  const add = (name: string): void => {
    const path = paths.get(name.replaceAll("-", "_"));
    if (path === undefined) {
      return; // built into the kernel
    }
    const needs = /\0depends=([^\0]*)\0/.exec(readFileSync(path, "latin1"))?.[1] ?? "";
    for (const needed of needs.split(",").filter((part) => part !== "")) {
      add(needed);
    }
    ordered.add(path);
  };
  MODULES.forEach(add);
  return [...ordered];
}

function buildInitramfs({ kernel, busybox }: Parts, scratch: string): string {
  const tree = join(scratch, "initramfs");
  mkdirSync(join(tree, "modules"), { recursive: true });
  mkdirSync(join(tree, "dev"));
  const modules = modulesInOrder(kernel);
  for (const path of modules) {
    copyFileSync(path, join(tree, "modules", basename(path)));
  }
  writeFileSync(
    join(tree, "modules/order"),
    `${modules.map((path) => basename(path)).join("\n")}\n`,
  );
  copyFileSync(busybox, join(tree, "busybox"));
  copyFileSync(join(ROOT, "test/vm/init.sh"), join(tree, "init"));
  const archive = join(scratch, "initramfs.cpio.gz");
  const script = 'cd "$1" && find . | "$2" cpio -o -H newc 2>/dev/null | gzip -1 >"$3"';
  execFileSync("sh", [
    "-c",
    `chmod 755 "$1/busybox" "$1/init" && ${script}`,
    "sh",
    tree,
    busybox,
    archive,
  ]);
  return archive;
}

export interface MachineRun {
  /** what the guest's programs reported, one object per line of the second serial line */
  readonly reports: readonly unknown[];
  /** the first serial line: the kernel's and init's own words */
  readonly console: string;
  readonly timedOut: boolean;
  readonly wallMs: number;
}

/** Boots the machine, which runs guest.mjs and switches itself off. */
export async function runMachine(
  parts: Parts,
  scratch: string,
  deadlineMs: number,
): Promise<MachineRun> {
  const startedMs = performance.now();
  const results = join(scratch, "results");
  const log = join(scratch, "console");
  const child = spawn(
    parts.qemu,
    [
      ...["-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "2", "-m", MEMORY],
      ...["-nodefaults", "-display", "none", "-no-reboot", "-no-user-config"],
      ...["-kernel", parts.kernel.image, "-initrd", buildInitramfs(parts, scratch)],
      ...["-append", commandLine()],
      ...["-serial", `file:${log}`, "-serial", `file:${results}`],
      "-virtfs",
      "local,path=/,security_model=none,readonly=on,mount_tag=host,multidevs=remap",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  }).finally(() => clearTimeout(timer));
  return {
    reports: readLines(results).map((line) => JSON.parse(line) as unknown),
    console: existsSync(log) ? readFileSync(log, "utf8") : "",
    timedOut,
    wallMs: performance.now() - startedMs,
  };
}

function commandLine(): string {
  return [
    "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic",
    `broodbox.checkout=${ROOT} broodbox.node=${process.execPath}`,
  ].join(" ");
}

/** Whole lines only: a machine that was stopped may have been in the middle of one. */
function readLines(path: string): string[] {
  if (!existsSync(path)) {
    return [];
  }
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "");
}
