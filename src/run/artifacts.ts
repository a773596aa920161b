/**
 * What init sent from /out: hostile frames become files in memory, and from there go to whoever keeps
 * them. Memory is bounded by the limit on artifacts, because nobody downstream can slow init down.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Limits } from "../core/limits.ts";
import type { Artifact, SkippedArtifact } from "../core/outcome.ts";
import type { ArtifactChunk } from "../wire/codec.ts";
import { checkArtifactName, mediaTypeOf, type NameVerdict, showName } from "./artifact-name.ts";

const SKIPPED_LISTED = 256;

type GoodName = Extract<NameVerdict, { ok: true }>;

/** Where the content of an artifact goes. Gives the reason when it was not taken. */
export interface ArtifactSink {
  keep(name: GoodName, data: Uint8Array, artifact: Artifact): Promise<string | undefined>;
}

interface Open {
  readonly key: string;
  readonly verdict: NameVerdict;
  readonly chunks: Buffer[];
}

export interface Collected {
  readonly artifacts: readonly Artifact[];
  readonly artifactsSkipped: readonly SkippedArtifact[];
  readonly artifactsSkippedTotal: number;
}

export class ArtifactCollector {
  readonly #limits: Pick<Limits, "artifactBytes" | "artifactFiles">;
  readonly #sha256: (data: Uint8Array) => Promise<string>;
  readonly #sinks: readonly ArtifactSink[];
  readonly #taken: Artifact[] = [];
  readonly #skipped: SkippedArtifact[] = [];
  /** names of files that were taken, and of the directories they imply */
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();
  #open: Open | undefined;
  #bytes = 0;
  #count = 0;
  #skippedByInit = 0;
  #skippedHere = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(
    limits: Pick<Limits, "artifactBytes" | "artifactFiles">,
    sha256: (data: Uint8Array) => Promise<string>,
    sinks: readonly ArtifactSink[],
  ) {
    this.#limits = limits;
    this.#sha256 = sha256;
    this.#sinks = sinks;
  }

  /** Takes one frame. Throws SandboxError "protocolBroken" for what our init never sends. */
  take(chunk: ArtifactChunk): void {
    if (chunk.skipped !== "") {
      this.#refuseWithin("skips a file", undefined);
      this.#skippedByInit += 1;
      this.#list(showName(chunk.name), chunk.skipped);
      return;
    }
    const key = Buffer.from(chunk.name).toString("latin1");
    this.#refuseWithin("names another file", key);
    const current = (this.#open ??= this.#begin(key, chunk.name));
    this.#bytes += chunk.data.byteLength;
    if (this.#bytes > this.#limits.artifactBytes) {
      throw broken("sent more bytes of artifacts than it was allowed");
    }
    if (current.verdict.ok) {
      // Copied: the message is a view into a chunk of the socket.
      current.chunks.push(Buffer.from(chunk.data));
    }
    if (chunk.last) {
      this.#open = undefined;
      this.#end(current);
    }
  }

  /**
   * All files, sorted by name, once their digests are known and their sinks have them.
   * `countedByInit`: files that init did not send; it stops listing them at some number.
   */
  async finish(countedByInit: number): Promise<Collected> {
    this.#refuseWithin("ends", undefined);
    await this.#work;
    const artifacts = this.#taken.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return {
      artifacts,
      artifactsSkipped: this.#skipped,
      artifactsSkippedTotal: Math.max(countedByInit, this.#skippedByInit) + this.#skippedHere,
    };
  }

  #begin(key: string, name: Uint8Array): Open {
    this.#count += 1;
    if (this.#count > this.#limits.artifactFiles) {
      throw broken("sent more artifacts than it was allowed");
    }
    return { key, verdict: this.#reserve(checkArtifactName(name)), chunks: [] };
  }

  /** A name is taken once, and is never a file and a directory at the same time. */
  #reserve(verdict: NameVerdict): NameVerdict {
    if (!verdict.ok) {
      return verdict;
    }
    const parents = verdict.components
      .slice(0, -1)
      .map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const isTaken =
      this.#files.has(verdict.name) ||
      this.#directories.has(verdict.name) ||
      parents.some((parent) => this.#files.has(parent));
    if (isTaken) {
      return { ok: false, shown: verdict.name, reason: "its name is taken" };
    }
    this.#files.add(verdict.name);
    for (const parent of parents) {
      this.#directories.add(parent);
    }
    return verdict;
  }

  #end({ verdict, chunks }: Open): void {
    if (!verdict.ok) {
      this.#skip(verdict.shown, verdict.reason);
      return;
    }
    // One after the other: the order of init, and never more than one copy of the content at a time.
    this.#work = this.#work.then(() => this.#settle(verdict, Buffer.concat(chunks.splice(0))));
    this.#work.catch(() => undefined); // reported by finish()
  }

  async #settle(name: GoodName, data: Uint8Array): Promise<void> {
    const artifact: Artifact = {
      name: name.name,
      bytes: data.byteLength,
      sha256: await this.#sha256(data),
      mediaType: mediaTypeOf(name.name),
    };
    for (const sink of this.#sinks) {
      const reason = await sink.keep(name, data, artifact);
      if (reason !== undefined) {
        this.#skip(name.name, reason);
        return;
      }
    }
    this.#taken.push(artifact);
  }

  #skip(name: string, reason: string): void {
    this.#skippedHere += 1;
    this.#list(name, reason);
  }

  #list(name: string, reason: string): void {
    if (this.#skipped.length < SKIPPED_LISTED) {
      this.#skipped.push({ name, reason });
    }
  }

  #refuseWithin(what: string, key: string | undefined): void {
    if (this.#open !== undefined && this.#open.key !== key) {
      throw broken(`${what} within a file`);
    }
  }
}

function broken(what: string): SandboxError {
  return new SandboxError("protocolBroken", `the init of a sandbox ${what}`);
}

function unwritable(path: string, cause: unknown): SandboxError {
  return new SandboxError(
    "outputUnwritable",
    `cannot write artifacts to ${path}: ${messageOf(cause)}`,
    {
      cause,
    },
  );
}

const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes artifacts below one directory, never through a link that lies there and never over a file.
 * Node has no openat; a path below /proc/self/fd of an open directory is resolved from there.
 */
export class DirectorySink implements ArtifactSink, AsyncDisposable {
  readonly #root: FileHandle;
  readonly #path: string;

  private constructor(root: FileHandle, path: string) {
    this.#root = root;
    this.#path = path;
  }

  /** Creates the directory when it is not there. The path itself is the caller's and may be a link. */
  static async open(path: string): Promise<DirectorySink> {
    try {
      await mkdir(path, { recursive: true });
      return new DirectorySink(await open(path, constants.O_RDONLY | constants.O_DIRECTORY), path);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async keep(name: GoodName, data: Uint8Array): Promise<string | undefined> {
    try {
      await this.#write(name.components, data);
      return undefined;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      const reason = IN_THE_WAY[code];
      if (reason === undefined) {
        throw unwritable(`${this.#path}/${name.name}`, error);
      }
      return reason;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root.close();
  }

  async #write(components: readonly string[], data: Uint8Array): Promise<void> {
    const opened: FileHandle[] = [];
    let directory = this.#root;
    try {
      for (const component of components.slice(0, -1)) {
        const path = below(directory, component);
        await mkdir(path, { mode: 0o755 }).catch(ignoreExisting);
        directory = await open(path, DIRECTORY_FLAGS);
        opened.push(directory);
      }
      await writeNew(below(directory, components.at(-1) ?? ""), data);
    } finally {
      for (const handle of opened) {
        await handle.close();
      }
    }
  }
}

const IN_THE_WAY: Readonly<Record<string, string>> = {
  EEXIST: "a file of this name exists in the output directory",
  ELOOP: "a link is in its way in the output directory",
  ENOTDIR: "a file is in its way in the output directory",
};

function below(directory: FileHandle, component: string): string {
  return `/proc/self/fd/${directory.fd}/${component}`;
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
    throw error;
  }
}

async function writeNew(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, FILE_FLAGS, 0o644);
  try {
    await file.writeFile(data);
    // The mode of open passed the umask; the job's own mode is never taken over.
    await file.chmod(0o644);
  } catch (error) {
    // Half a file under the full name would be a lie.
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}
