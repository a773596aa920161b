import { createHash } from "node:crypto";
import { assemble, encodeProgram } from "./assemble.ts";
import { describeCall, type Refusal } from "./describe.ts";
import { diagramOf } from "./diagram.ts";
import { type FlatProfile, flatten } from "./flatten.ts";
import { loadProfile } from "./load.ts";
import { refusesNetwork } from "./network.ts";
import {
  type FilterSource,
  NOTIFY,
  type NumberPolicy,
  type ResolvedProfile,
  resolveFor,
} from "./resolve.ts";
import { selfCheck } from "./self-check.ts";
import { type Arch, BITS } from "./syscalls/table.ts";

export type { Refusal } from "./describe.ts";
export type { Arch } from "./syscalls/table.ts";

/** A profile as the forkserver installs it. */
export interface CompiledProfile {
  readonly name: string;
  /** of the flattened, sorted form: equal for profiles that mean the same */
  readonly digest: string;
  /** struct sock_filter[], little endian */
  readonly program: Uint8Array;
  readonly programDigest: string;
  /** struct refusal[], sorted by call number: how each reported call is answered */
  readonly refusals: Uint8Array;
  /** an unassigned call number, and the error that this filter alone answers */
  readonly canary: { readonly call: number; readonly errno: number };
  readonly writeExecuteDeny: boolean;
  /** read off the program: no job under it can make a socket that another process could reach */
  readonly refusesNetwork: boolean;
  readonly maxDenials: number;
  readonly instructions: number;
  /** Names a refused call for `denied`, from its register values (pointers may be 0). */
  describe(call: number, args: readonly bigint[]): Refusal & { args: string[] };
}

const INSTRUCTION_BYTES = 8;
const REFUSAL_BYTES = 8;
/** Refusal flag: the job ends at this call. */
const KILLS = 1;

/** Compiles a source and proves the result against it. */
export function compileFilter(source: FilterSource): Uint8Array {
  const program = encodeProgram(assemble(diagramOf(source)));
  selfCheck(source, program);
  return program;
}

/** Whether some arguments of a call end in a notification. */
function isReported({ rules, otherwise }: NumberPolicy): boolean {
  const decides = rules.some(({ conditions }) => conditions.length === 0);
  return rules.some(({ verdict }) => verdict === NOTIFY) || (!decides && otherwise === NOTIFY);
}

function encodeRefusals(profile: FlatProfile, resolved: ResolvedProfile): Uint8Array {
  const reported = [...resolved.resolved.values()]
    .filter(isReported)
    .sort((a, b) => a.call.number - b.call.number);
  const bytes = new Uint8Array(reported.length * REFUSAL_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { call, policy }] of reported.entries()) {
    const bit = (matches: boolean, position: number) => (matches ? 1 << position : 0);
    const pointers = call.args.reduce((all, { width }, i) => all | bit(width === "ptr", i), 0);
    const words = call.args.reduce((all, { width }, i) => all | bit(BITS[width] < 64, i), 0);
    const offset = index * REFUSAL_BYTES;
    view.setUint16(offset, call.number, true);
    view.setUint16(offset + 2, policy.errno, true);
    view.setUint8(offset + 4, pointers);
    view.setUint8(offset + 5, words);
    view.setUint8(offset + 6, call.args.length);
    view.setUint8(offset + 7, policy.tripwire && profile.tripwireKills ? KILLS : 0);
  }
  return bytes;
}

/** Programs by meaning and architecture: reading a profile is cheap, compiling and proving is not. */
const programs = new Map<string, Uint8Array>();
const MAX_CACHED = 64;

function programOf(profile: FlatProfile, resolved: ResolvedProfile): Uint8Array {
  const key = `${resolved.arch} ${profile.digest}`;
  const known = programs.get(key);
  if (known !== undefined) {
    return known;
  }
  if (programs.size >= MAX_CACHED) {
    programs.clear();
  }
  const program = compileFilter(resolved);
  programs.set(key, program);
  return program;
}

/**
 * Reads a profile with everything it extends and compiles it. Throws a ProfileError (code
 * `profileInvalid`) that names the place and the remedy.
 */
export async function compileProfile(
  nameOrPath: string,
  options: { arch: Arch; directory?: string },
): Promise<CompiledProfile> {
  const profile = flatten(await loadProfile(nameOrPath, options.directory));
  const resolved = resolveFor(profile, options.arch);
  const program = programOf(profile, resolved);
  return Object.freeze({
    name: profile.name,
    digest: profile.digest,
    program,
    programDigest: `sha256:${createHash("sha256").update(program).digest("hex")}`,
    refusals: encodeRefusals(profile, resolved),
    canary: resolved.canary,
    writeExecuteDeny: profile.writeExecuteDeny,
    refusesNetwork: refusesNetwork(program, options.arch),
    maxDenials: profile.maxDenials,
    instructions: program.length / INSTRUCTION_BYTES,
    describe: (call: number, args: readonly bigint[]) =>
      describeCall(profile, resolved, call, args),
  });
}
