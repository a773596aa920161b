/**
 * The bounds of the wire, the same numbers as proto/broodbox.options (a test compares them), and the
 * checks that hold them: before encoding, so that a caller's mistake is an error here and not the end of
 * the forkserver's connection, and after decoding, because what init relays comes close to hostile.
 */

/** The most bytes of data in one file, spec, stdin, output or artifact message: 60 KiB. */
export const CHUNK_BYTES_MAX = 61_440;

/** The most bytes of one encoded JobSpec, which crosses in chunks and is read by the job only. */
export const JOB_SPEC_BYTES_MAX = 64 * 1024 * 1024;

/** 1,024 cores. */
export const CORES_PERCENT_MAX = 102_400;

/** The kernel's MAX_ERRNO: a filter cannot answer with more. */
export const ERRNO_MAX = 4095;

/** Field bounds, named as in broodbox.options: bytes for byte strings, entries for lists. */
export const BOUNDS = {
  "DefineFilter.program": 32_768,
  "DefineFilter.refusals": 8192,
  "Bind.source": 512,
  "Bind.target": 512,
  "Link.path": 256,
  "Link.content": 256,
  "DefinePlan.binds": 48,
  "DefinePlan.links": 16,
  "OpenZygote.interpreter": 1024,
  "OpenZygote.module": 1024,
  "OpenZygote.script": 1024,
  "OpenZygote.preload": 64,
  "OpenZygote.preload[]": 128,
  "OpenSandbox.nonce": 16,
  "ZygoteGone.reason": 512,
  "SandboxReady.layers": 32,
  "SandboxReady.steps": 48,
  "Layer.name": 24,
  "StepTime.step": 24,
  "JobExited.denials": 64,
  "Denial.args": 48,
  "Fault.step": 24,
  "Fault.detail": 256,
  "FileChunk.name": 256,
  "FileChunk.data": CHUNK_BYTES_MAX,
  "SpecChunk.data": CHUNK_BYTES_MAX,
  "StdinChunk.data": CHUNK_BYTES_MAX,
  "Introduction.nonce": 16,
  "Output.data": CHUNK_BYTES_MAX,
  "ArtifactChunk.name": 1024,
  "ArtifactChunk.data": CHUNK_BYTES_MAX,
  "ArtifactChunk.skipped": 64,
} as const;

export type Bounded = keyof typeof BOUNDS;

/** A message that breaks the rules of the wire; `where` is the message or field, named as in the proto. */
export class CodecError extends Error {
  override readonly name = "CodecError";
  readonly where: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`invalid wire message at ${where}: ${problem}`, options);
    this.where = where;
  }
}

const SLASH = 0x2f;
const DOT = 0x2e;

export function checkUint32(value: number, where: string): void {
  // `>>> 0` is what the encoder would do silently: wrap.
  if (value >>> 0 !== value)
    throw new CodecError(where, `${value} is not a 32-bit unsigned number`);
}

export function checkUint53(value: number, where: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new CodecError(where, `${value} is not a whole number from 0 to 2^53 - 1`);
  }
}

/** An id; 0 is what a message says where no sandbox or zygote is meant. */
export function checkId(value: number, where: string): void {
  checkUint32(value, where);
  if (value === 0) throw new CodecError(where, "is 0");
}

/** A size that reaches tmpfs or a timer, where 0 would mean: without a limit. */
export function checkPositive(value: number, where: string): void {
  checkUint53(value, where);
  if (value === 0) throw new CodecError(where, "is 0");
}

export function checkLength(length: number, where: Bounded): void {
  if (length > BOUNDS[where]) {
    throw new CodecError(where, `${length} is more than the limit of ${BOUNDS[where]}`);
  }
}

export function checkExact(value: Uint8Array, where: Bounded): void {
  if (value.length !== BOUNDS[where]) {
    throw new CodecError(where, `${value.length} bytes instead of ${BOUNDS[where]}`);
  }
}

/** Shorter than the bound, so that C has room for the terminating NUL, and without a NUL itself. */
export function checkText(value: Uint8Array, where: Bounded): void {
  if (value.length >= BOUNDS[where]) {
    throw new CodecError(where, `${value.length} bytes, but the limit is ${BOUNDS[where] - 1}`);
  }
  checkNoNul(value, where);
}

export function checkNoNul(value: Uint8Array, where: string): void {
  if (value.includes(0)) throw new CodecError(where, "holds a NUL byte");
}

/** Absolute, and nothing in it that a kernel would resolve to somewhere else. */
export function checkAbsolutePath(value: Uint8Array, where: Bounded): void {
  checkText(value, where);
  if (value[0] !== SLASH) throw new CodecError(where, "is not an absolute path");
  checkComponents(value, 1, where);
}

/** Relative, and nothing in it that leads out of the directory it is relative to. */
export function checkRelativePath(value: Uint8Array, where: Bounded): void {
  checkLength(value.length, where);
  checkNoNul(value, where);
  checkComponents(value, 0, where);
}

/** One component: a name in a directory. */
export function checkFileName(value: Uint8Array, where: Bounded): void {
  checkText(value, where);
  if (value.includes(SLASH)) throw new CodecError(where, "is not the name of a file");
  checkComponents(value, 0, where);
}

function checkComponents(path: Uint8Array, from: number, where: string): void {
  let start = from;
  while (start <= path.length) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    const length = end - start;
    const dots = length <= 2 && path.subarray(start, end).every((byte) => byte === DOT);
    // `every` is true of no bytes too: the empty component.
    if (dots) throw new CodecError(where, "has an empty, . or .. component");
    start = end + 1;
  }
}

// ---- what was decoded --------------------------------------------------------------------------------

/** protobufjs returns an object (Long) for each 64-bit number, whatever its generated types say. */
export function uint53(
  value: number | { low: number; high: number } | null | undefined,
  where: string,
) {
  if (value === null || value === undefined) return 0;
  const whole =
    typeof value === "number" ? value : (value.high >>> 0) * 0x1_0000_0000 + (value.low >>> 0);
  // The sum is exact up to 2^53 and never rounds back below it.
  checkUint53(whole, where);
  return whole;
}

/** Printable ASCII: these words end in logs, and C has room for a NUL behind them. */
export function word(value: string | null | undefined, where: Bounded): string {
  const text = value ?? "";
  checkLength(text.length + 1, where);
  if (!/^[ -~]*$/.test(text)) throw new CodecError(where, "is not printable ASCII");
  return text;
}

export function oneOf<T extends string>(
  words: readonly T[],
  value: string | null | undefined,
  where: string,
): T {
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw new CodecError(where, "is not one of the words it may be");
  return found;
}

/** An enum by its number, as the word it stands for. */
export function enumWord<T extends string>(
  words: readonly T[],
  value: number | null | undefined,
  where: string,
): T {
  const found = words[value ?? 0];
  if (found === undefined) throw new CodecError(where, `${value} is not a value of its enum`);
  return found;
}
