import { AARCH64 } from "./aarch64.ts";
import { SIGNATURES } from "./signatures.ts";
import { X86_64 } from "./x86_64.ts";

/** Architectures whose native calls a profile can be compiled for. */
export type Arch = "x86_64" | "aarch64";

export type Width = "i32" | "u32" | "u16" | "u64" | "size" | "fd" | "ptr";

export interface Argument {
  readonly name: string;
  readonly width: Width;
}

/** A Linux version such as 6.18; the patch level matters for 2.6 only. */
export type KernelVersion = readonly [major: number, minor: number, patch: number];

export interface Signature {
  readonly call: string;
  readonly since: KernelVersion;
  readonly args: readonly Argument[];
}

export interface NumberedCall extends Signature {
  readonly number: number;
}

/** How many bits of the register the kernel reads. */
export const BITS: Readonly<Record<Width, 16 | 32 | 64>> = Object.freeze({
  i32: 32,
  u32: 32,
  u16: 16,
  u64: 64,
  size: 64,
  fd: 32,
  ptr: 64,
});

const WIDTHS: ReadonlySet<string> = new Set(Object.keys(BITS));

function isWidth(text: string): text is Width {
  return WIDTHS.has(text);
}

/** Reads "6.18" or "2.6.39"; undefined for anything else. */
export function parseKernelVersion(text: string): KernelVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareKernelVersions(a: KernelVersion, b: KernelVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function parseArgument(text: string): Argument {
  const [name = "", width = ""] = text.split(":");
  if (name === "" || !isWidth(width)) {
    throw new Error(`malformed argument ${text} in the call table`);
  }
  return { name, width };
}

function versionOf(text: string | undefined): KernelVersion {
  const version = text === undefined ? undefined : parseKernelVersion(text);
  if (version === undefined) {
    throw new Error(`malformed kernel version ${text ?? ""} in the call table`);
  }
  return version;
}

function rows(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
}

function parseSignatures(): ReadonlyMap<string, Signature> {
  const signatures = new Map<string, Signature>();
  for (const [call = "", since, ...args] of rows(SIGNATURES)) {
    signatures.set(call, { call, since: versionOf(since), args: args.map(parseArgument) });
  }
  return signatures;
}

function parseNumbers(table: string): ReadonlyMap<string, NumberedCall> {
  const calls = new Map<string, NumberedCall>();
  for (const [number = "", call = "", since] of rows(table)) {
    const signature = CALLS.get(call);
    if (signature === undefined) {
      throw new Error(`no signature for call ${call}`);
    }
    calls.set(call, {
      ...signature,
      number: Number(number),
      since: since === undefined ? signature.since : versionOf(since),
    });
  }
  return calls;
}

/** Every call that any supported architecture has, by name. */
export const CALLS: ReadonlyMap<string, Signature> = parseSignatures();

/** The calls of one architecture, by name. */
export const CALLS_OF: Readonly<Record<Arch, ReadonlyMap<string, NumberedCall>>> = Object.freeze({
  x86_64: parseNumbers(X86_64),
  aarch64: parseNumbers(AARCH64),
});
