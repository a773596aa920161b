/**
 * What a job is given: code, inputs and stdin, as frames for init or as binds for the cell.
 *
 * Small inputs travel as frames, and init writes them. A large one is bound read-only, so that 10 GB cost
 * as much as 10 MB; the binds are data here, and the pool makes a cell that has them.
 */
import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { Digests } from "../bundle/digest.ts";
import type { Scratch } from "../bundle/scratch.ts";
import { Cleanup } from "../core/cleanup.ts";
import { messageOf, SandboxError } from "../core/errors.ts";
import { CODE_BYTES_MAXIMUM, type Job, type JobInput } from "../core/job.ts";
import { type FileIdentity, identityOf } from "../threads/thread.ts";
import { CHUNK_BYTES_MAX, encodeJobSpec, encodeToInit, type ToInit } from "../wire/codec.ts";

const INLINE_FILE_BYTES = 1024 * 1024;
/** all small inputs together: they lie in a tmpfs of the cell, whose size is the limit for /tmp */
const INLINE_TOTAL_BYTES = 8 * 1024 * 1024;
/** of the 48 binds of a cell the rest is for the runtime's own files */
const BINDS_MAXIMUM = 16;
/** as the wire bounds the source of a bind, with room for its NUL */
const BIND_SOURCE_BYTES = 511;
/** The result channel also carries the frame around a result, and the error of a job that raised. */
export const RESULT_OVERHEAD_BYTES = 256 * 1024;

export interface InlineFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** A host file to be bound read-only at /in/NAME. */
export interface InputBind {
  readonly name: string;
  readonly path: string;
}

/** How the inputs of one job reach it. Dispose it after the sandbox: it owns copies that are bound. */
export interface InputPlan extends AsyncDisposable {
  readonly files: readonly InlineFile[];
  readonly binds: readonly InputBind[];
  /** Digests by input name; to be called when the job is under way. */
  digest(digests: Digests): Promise<Record<string, string>>;
  /** Throws when a bound file is not what it was: to be called when the job is over. */
  confirm(): Promise<void>;
}

type Placed =
  | { readonly kind: "inline"; readonly file: InlineFile }
  | {
      readonly kind: "bound";
      readonly name: string;
      readonly source: string;
      readonly identity: FileIdentity;
    };

function unreadable(what: string, path: string, cause: unknown): SandboxError {
  return new SandboxError("inputUnreadable", `cannot read ${what} ${path}: ${messageOf(cause)}`, {
    cause,
  });
}

/** Opens a file the caller named. O_NONBLOCK: a FIFO without a writer would otherwise wait for ever. */
async function openRegular(what: string, path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(what, path, error);
  }
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    throw new SandboxError("inputUnreadable", `${what} ${path} is not a regular file`, {
      remedy: stats.isDirectory()
        ? "pack the directory into one file"
        : "copy it into a file first",
    });
  }
  return file;
}

/** The whole file, or undefined when it is longer. Does not believe st_size: /proc says 0. */
async function readUpTo(file: FileHandle, maximumBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total <= maximumBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(256 * 1024, maximumBytes + 1 - total));
    const { bytesRead } = await file.read(chunk, 0, chunk.byteLength, total);
    if (bytesRead === 0) {
      return new Uint8Array(Buffer.concat(chunks));
    }
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
  }
  return undefined;
}

/** The code's bytes, read now: later the file may be another one. */
export function readCode({ code }: Job): Promise<Uint8Array> | Uint8Array {
  return code.kind === "bytes" ? code.data : readCodeFile(code.path);
}

async function readCodeFile(path: string): Promise<Uint8Array> {
  const file = await openRegular("the code", path);
  try {
    const data = await readUpTo(file, CODE_BYTES_MAXIMUM);
    if (data === undefined) {
      throw new SandboxError(
        "usage",
        `the code ${path} is longer than ${CODE_BYTES_MAXIMUM} bytes`,
        {
          remedy: "pass data as an input",
        },
      );
    }
    return data;
  } finally {
    await file.close();
  }
}

async function placeFile(
  name: string,
  path: string,
  roomBytes: number,
  scratch: Scratch,
  cleanup: Cleanup,
): Promise<Placed> {
  const file = await openRegular(`input ${name} from`, path);
  try {
    const data = await readUpTo(file, Math.min(INLINE_FILE_BYTES, roomBytes));
    if (data !== undefined) {
      return { kind: "inline", file: { name, data } };
    }
    const stats = await file.stat({ bigint: true });
    const source = await realpath(path);
    const isShort = Buffer.byteLength(source) <= BIND_SOURCE_BYTES;
    // A job has a uid of its own: what not everybody may read has to be copied for it.
    if ((stats.mode & 0o004n) !== 0n && isShort) {
      return { kind: "bound", name, source, identity: identityOf(stats) };
    }
    const copy = await scratch.copyOf(source);
    cleanup.defer(() => scratch.remove(copy));
    return await bound(name, copy);
  } catch (error) {
    throw error instanceof SandboxError ? error : unreadable(`input ${name} from`, path, error);
  } finally {
    await file.close();
  }
}

async function bound(name: string, source: string): Promise<Placed> {
  const file = await open(source, constants.O_RDONLY);
  try {
    return { kind: "bound", name, source, identity: identityOf(await file.stat({ bigint: true })) };
  } finally {
    await file.close();
  }
}

async function place(
  input: JobInput,
  roomBytes: number,
  scratch: Scratch,
  cleanup: Cleanup,
): Promise<Placed> {
  if (input.kind === "file") {
    return placeFile(input.name, input.path, roomBytes, scratch, cleanup);
  }
  if (input.data.byteLength <= Math.min(INLINE_FILE_BYTES, roomBytes)) {
    return { kind: "inline", file: input };
  }
  const copy = await scratch.fileOf(input.data);
  cleanup.defer(() => scratch.remove(copy));
  return bound(input.name, copy);
}

async function digestOne(placed: Placed, digests: Digests): Promise<[string, string]> {
  return placed.kind === "inline"
    ? [placed.file.name, await digests.ofBytes(placed.file.data)]
    : [placed.name, await digests.ofFile(placed.source, placed.identity)];
}

/** The digest is of what was bound; only an unchanged identity afterwards says that the job read just that. */
async function confirmOne(placed: Placed): Promise<void> {
  if (placed.kind !== "bound") {
    return;
  }
  const stats = await stat(placed.source, { bigint: true }).catch(() => undefined);
  if (stats === undefined || !isDeepStrictEqual(identityOf(stats), placed.identity)) {
    throw new SandboxError(
      "inputUnreadable",
      `${placed.source} changed while the job was using it`,
      {
        remedy: "pass a copy that nobody writes to",
      },
    );
  }
}

const NO_INPUTS: InputPlan = Object.freeze({
  files: [],
  binds: [],
  digest: () => Promise.resolve({}),
  confirm: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

/** Decides for each input how it travels, and makes the copies that this takes. */
export function planInputs(job: Job, scratch: Scratch): Promise<InputPlan> | InputPlan {
  return job.inputs.length === 0 ? NO_INPUTS : placeInputs(job, scratch);
}

async function placeInputs(job: Job, scratch: Scratch): Promise<InputPlan> {
  await using cleanup = new Cleanup();
  const all: Placed[] = [];
  // Half of the tmpfs: a page per file and its own bookkeeping need room as well.
  let roomBytes = Math.min(INLINE_TOTAL_BYTES, Math.floor(job.limits.tmpBytes / 2));
  for (const input of job.inputs) {
    const placed = await place(input, roomBytes, scratch, cleanup);
    all.push(placed);
    roomBytes -= placed.kind === "inline" ? placed.file.data.byteLength : 0;
  }
  const binds = all.flatMap((placed) =>
    placed.kind === "bound" ? [{ name: placed.name, path: placed.source }] : [],
  );
  if (binds.length > BINDS_MAXIMUM) {
    throw new SandboxError(
      "usage",
      `${binds.length} large inputs, but a sandbox takes ${BINDS_MAXIMUM}`,
      {
        remedy: "pack several into one archive",
      },
    );
  }
  const owned = cleanup.move();
  return {
    files: all.flatMap((placed) => (placed.kind === "inline" ? [placed.file] : [])),
    binds,
    digest: async (digests) =>
      Object.fromEntries(await Promise.all(all.map((placed) => digestOne(placed, digests)))),
    confirm: async () => {
      await Promise.all(all.map(confirmOne));
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** Cuts bytes into chunks of the wire; empty bytes are one empty chunk, because a last one must come. */
export function chunksOf(data: Uint8Array): { data: Uint8Array; last: boolean }[] {
  const chunks: { data: Uint8Array; last: boolean }[] = [];
  for (let at = 0; at === 0 || at < data.byteLength; at += CHUNK_BYTES_MAX) {
    chunks.push({
      data: data.subarray(at, at + CHUNK_BYTES_MAX),
      last: at + CHUNK_BYTES_MAX >= data.byteLength,
    });
  }
  return chunks;
}

/** The frames that make init write the small inputs. */
export function fileFrames(files: readonly InlineFile[]): Uint8Array[] {
  return files.flatMap((file) => {
    const name = Buffer.from(file.name);
    return chunksOf(file.data).map((chunk) => encodeToInit({ kind: "file", name, ...chunk }));
  });
}

/** What starts the job: the caps, then its code. Nothing before that is of the job's making. */
export function startMessages(job: Job, code: Uint8Array): ToInit[] {
  const { limits } = job;
  const spec = encodeJobSpec({
    code,
    filename: Buffer.from(job.filename),
    args: job.args.map((text) => Buffer.from(text)),
    env: Object.entries(job.env).map(([name, value]) => Buffer.from(`${name}=${value}`)),
    entry: Buffer.from(job.entry),
  });
  return [
    {
      kind: "run",
      stdoutBytes: limits.outputBytes,
      stderrBytes: limits.outputBytes,
      resultBytes: limits.resultBytes + RESULT_OVERHEAD_BYTES,
      artifactBytes: limits.artifactBytes,
      artifactFiles: limits.artifactFiles,
    },
    ...chunksOf(spec).map((chunk) => ({ kind: "spec", ...chunk }) as const),
  ];
}
