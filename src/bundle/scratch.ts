/**
 * Host directories that are ours alone: created 0700, removed on dispose, and after a crash swept by
 * the next start. The only importer of tmp-promise.
 *
 * A name carries who made it: boot id, pid namespace, pid and start time. The sweep removes a directory
 * only when it belongs to this user and that very process cannot exist any more: it was made before
 * this boot, or in this pid namespace by a process that is gone.
 */
import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { messageOf, SandboxError } from "../core/errors.ts";

const PREFIX = "broodbox";

export interface ScratchOptions {
  /** default: the system's directory for temporary files */
  readonly parent?: string;
}

export class Scratch implements AsyncDisposable {
  readonly path: string;
  readonly #remove: () => Promise<void>;
  #removal: Promise<void> | undefined;
  #serial = 0;

  private constructor(path: string, remove: () => Promise<void>) {
    this.path = path;
    this.#remove = remove;
  }

  static async create(options: ScratchOptions = {}): Promise<Scratch> {
    const parent = options.parent ?? tmpdir();
    try {
      const template = `${markerOf(await identifySelf())}-XXXXXX`;
      const made = await dir({ unsafeCleanup: true, mode: 0o700, tmpdir: parent, template });
      return new Scratch(made.path, made.cleanup);
    } catch (error) {
      throw new SandboxError(
        "stageFailed",
        `cannot create a scratch directory in ${parent}: ${messageOf(error)}`,
        {
          step: "scratch",
          remedy: "set TMPDIR to a directory that can be written",
          cause: error,
        },
      );
    }
  }

  /** A directory inside, mode 0700. */
  async directory(name: string): Promise<string> {
    const path = join(this.path, name);
    await mkdir(path, { mode: 0o700 });
    return path;
  }

  /** A copy of a file that every uid may read, once it is bound out of this directory. */
  async copyOf(source: string): Promise<string> {
    const path = this.#next();
    // A reflink where the file system has them: then a large input costs nothing here either.
    await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(path, 0o444);
    return path;
  }

  /** A file with these bytes that every uid may read, once it is bound out of this directory. */
  async fileOf(data: Uint8Array): Promise<string> {
    const path = this.#next();
    await writeFile(path, data, { flag: "wx", mode: 0o444 });
    // The mode above passed the process's umask.
    await chmod(path, 0o444);
    return path;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  #next(): string {
    this.#serial += 1;
    return join(this.path, `input-${this.#serial}`);
  }
}

/** A process, so exactly that no other one is ever taken for it. */
export interface ProcessIdentity {
  readonly bootId: string;
  /** inode of the pid namespace that `pid` counts in */
  readonly pidNamespace: number;
  readonly pid: number;
  /** clock ticks from the boot to its start */
  readonly startTime: number;
}

// Base 36, because a socket lies inside and its path has 107 bytes at most.
export function markerOf(identity: ProcessIdentity): string {
  const { bootId, pidNamespace, pid, startTime } = identity;
  const numbers = [pidNamespace, pid, startTime].map((number) => number.toString(36));
  return [PREFIX, bootId, ...numbers].join("-");
}

const MARKER = new RegExp(`^${PREFIX}-([0-9a-f]{8})-([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)-`);

/** Whose directory a name says it is, or undefined for a name that is not ours. */
export function parseMarker(name: string): ProcessIdentity | undefined {
  const [, bootId, ...numbers] = MARKER.exec(name) ?? [];
  const [pidNamespace, pid, startTime] = numbers.map((digits) => Number.parseInt(digits, 36));
  if (
    bootId === undefined ||
    pidNamespace === undefined ||
    pid === undefined ||
    startTime === undefined
  ) {
    return undefined;
  }
  return { bootId, pidNamespace, pid, startTime };
}

async function startTimeOf(pid: number | "self"): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  // The second field is the program's name in brackets and may hold blanks and brackets itself.
  const field = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return field === undefined ? undefined : Number(field);
}

async function identifySelf(): Promise<ProcessIdentity> {
  const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "latin1")).replaceAll("-", "");
  const namespace = /\d+/.exec(await readlink("/proc/self/ns/pid"))?.[0];
  const startTime = await startTimeOf("self");
  if (namespace === undefined || startTime === undefined) {
    throw new Error("/proc does not show this process");
  }
  const pidNamespace = Number(namespace);
  return { bootId: bootId.slice(0, 8), pidNamespace, pid: process.pid, startTime };
}

async function isAbandoned(owner: ProcessIdentity, self: ProcessIdentity): Promise<boolean> {
  if (owner.bootId !== self.bootId) {
    return true;
  }
  // Another container that shares this directory: its pids mean nothing here.
  if (owner.pidNamespace !== self.pidNamespace) {
    return false;
  }
  return (await startTimeOf(owner.pid)) !== owner.startTime;
}

/** Removes what processes that are gone have left behind; says what was removed. */
export async function sweepScratch(parent: string = tmpdir()): Promise<string[]> {
  const self = await identifySelf();
  const removed: string[] = [];
  for (const name of await readdir(parent)) {
    const owner = parseMarker(name);
    if (owner === undefined || !(await isAbandoned(owner, self))) {
      continue;
    }
    const path = join(parent, name);
    const stats = await lstat(path).catch(() => undefined);
    // In a shared /tmp anybody can make a directory, or a link, with such a name.
    if (stats?.isDirectory() === true && stats.uid === process.getuid?.()) {
      await rm(path, { recursive: true, force: true });
      removed.push(path);
    }
  }
  return removed;
}
