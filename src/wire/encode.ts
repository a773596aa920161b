/** Messages to frames, checked against the bounds that C holds them to. */
import $protobuf from "protobufjs/minimal.js";
import {
  CORES_PERCENT_MAX,
  CodecError,
  checkAbsolutePath,
  checkExact,
  checkFileName,
  checkId,
  checkLength,
  checkNoNul,
  checkPositive,
  checkText,
  checkUint32,
  checkUint53,
  ERRNO_MAX,
  JOB_SPEC_BYTES_MAX,
} from "./bounds.ts";
import { broodbox } from "./generated/broodbox.js";
import type { Bind, JobSpec, Link, Request, ToInit, WireLimits } from "./messages.ts";

const BYTES = 2;

type Check<T> = (value: T, where: string) => void;
/** One check for each field, so that a field added to a message cannot be forgotten here. */
type Checks<T> = { readonly [K in Exclude<keyof T, "kind">]-?: Check<T[K]> };
/** A generated class; its encoder takes our plain objects as they are. */
interface Generated {
  encode(message: never, writer: $protobuf.Writer): $protobuf.Writer;
}

/** How one member of an envelope is written. */
interface Row<T> {
  readonly tag: number;
  readonly type: Generated;
  readonly checks: readonly (readonly [field: keyof T, check: Check<never>, where: string])[];
}
type Rows<U extends { readonly kind: string }> = {
  readonly [K in U["kind"]]: Row<Extract<U, { readonly kind: K }>>;
};

function row<T>(field: number, name: string, type: Generated, checks: Checks<T>): Row<T> {
  const list = Object.entries<Check<never>>(checks as Record<string, Check<never>>);
  return {
    tag: (field << 3) | BYTES,
    type,
    checks: list.map(([key, check]) => [key as keyof T, check, `${name}.${key}`] as const),
  };
}

/** Any boolean is valid. */
const flag: Check<boolean> = () => undefined;

const limits: Check<WireLimits> = (value, where) => {
  checkUint53(value.memoryBytes, `${where}.memoryBytes`);
  checkUint32(value.pids, `${where}.pids`);
  checkUint32(value.cpuMs, `${where}.cpuMs`);
  checkUint32(value.wallMs, `${where}.wallMs`);
  checkUint32(value.coresPercent, `${where}.coresPercent`);
  if (value.coresPercent > CORES_PERCENT_MAX) {
    throw new CodecError(`${where}.coresPercent`, `is more than ${CORES_PERCENT_MAX}`);
  }
};

const binds: Check<readonly Bind[]> = (list) => {
  checkLength(list.length, "DefinePlan.binds");
  for (const { source, target } of list) {
    checkAbsolutePath(source, "Bind.source");
    checkAbsolutePath(target, "Bind.target");
  }
};

const links: Check<readonly Link[]> = (list) => {
  checkLength(list.length, "DefinePlan.links");
  for (const { path, content } of list) {
    checkAbsolutePath(path, "Link.path");
    checkText(content, "Link.content");
    if (content.length === 0) throw new CodecError("Link.content", "is empty");
  }
};

const preload: Check<readonly Uint8Array[]> = (list) => {
  checkLength(list.length, "OpenZygote.preload");
  for (const module of list) {
    checkText(module, "OpenZygote.preload[]");
    if (module.length === 0) throw new CodecError("OpenZygote.preload[]", "is empty");
  }
};

const program: Check<Uint8Array> = (value) => {
  checkEntries(value, "DefineFilter.program");
  if (value.length === 0) throw new CodecError("DefineFilter.program", "is empty");
};

/** A list of C structs of 8 bytes each. */
function checkEntries(value: Uint8Array, where: "DefineFilter.program" | "DefineFilter.refusals") {
  checkLength(value.length, where);
  if (value.length % 8 !== 0) throw new CodecError(where, "is not a whole number of entries");
}

const answer: Check<number> = (value, where) => {
  checkId(value, where);
  if (value > ERRNO_MAX) throw new CodecError(where, `${value} is more than ${ERRNO_MAX}`);
};

const positive32: Check<number> = (value, where) => {
  checkUint32(value, where);
  checkPositive(value, where);
};

const nonce: Check<Uint8Array> = (value) => {
  checkExact(value, "OpenSandbox.nonce");
  // What C sees of one that was not sent.
  if (value.every((byte) => byte === 0)) throw new CodecError("OpenSandbox.nonce", "is all zero");
};

const REQUESTS: Rows<Request> = {
  defineFilter: row(1, "DefineFilter", broodbox.DefineFilter, {
    filterId: checkUint32,
    program,
    refusals: (value) => checkEntries(value, "DefineFilter.refusals"),
    canaryCall: checkUint32,
    canaryErrno: answer,
    writeExecuteDeny: flag,
    maxDenials: checkUint32,
    refusesNetwork: flag,
  }),
  definePlan: row(2, "DefinePlan", broodbox.DefinePlan, {
    planId: checkUint32,
    binds,
    links,
    tmpBytes: checkPositive,
    outBytes: checkPositive,
    outFiles: positive32,
  }),
  dropPlan: row(3, "DropPlan", broodbox.DropPlan, { planId: checkUint32 }),
  openZygote: row(4, "OpenZygote", broodbox.OpenZygote, {
    zygoteId: checkId,
    interpreter: (value) => checkAbsolutePath(value, "OpenZygote.interpreter"),
    module: (value) => checkAbsolutePath(value, "OpenZygote.module"),
    script: (value) => checkAbsolutePath(value, "OpenZygote.script"),
    preload,
  }),
  closeZygote: row(5, "CloseZygote", broodbox.CloseZygote, { zygoteId: checkId }),
  openSandbox: row(6, "OpenSandbox", broodbox.OpenSandbox, {
    sandboxId: checkId,
    zygoteId: checkUint32,
    filterId: checkUint32,
    planId: checkUint32,
    nonce,
    limits,
  }),
  startJob: row(7, "StartJob", broodbox.StartJob, {
    sandboxId: checkId,
    limits,
    collectMs: positive32,
  }),
  killJob: row(8, "KillJob", broodbox.KillJob, { sandboxId: checkId }),
  closeSandbox: row(9, "CloseSandbox", broodbox.CloseSandbox, { sandboxId: checkId }),
};

const TO_INIT: Rows<ToInit> = {
  file: row(1, "FileChunk", broodbox.FileChunk, {
    name: (value) => checkFileName(value, "FileChunk.name"),
    data: (value) => checkLength(value.length, "FileChunk.data"),
    last: flag,
  }),
  run: row(2, "RunJob", broodbox.RunJob, {
    stdoutBytes: checkUint53,
    stderrBytes: checkUint53,
    resultBytes: checkUint53,
    artifactBytes: checkUint53,
    artifactFiles: checkUint32,
  }),
  spec: row(3, "SpecChunk", broodbox.SpecChunk, {
    data: (value) => checkLength(value.length, "SpecChunk.data"),
    last: flag,
  }),
  stdin: row(4, "StdinChunk", broodbox.StdinChunk, {
    data: (value) => checkLength(value.length, "StdinChunk.data"),
    last: flag,
  }),
};

/** A request as one frame, with its length prefix. Throws CodecError. */
export function encodeRequest(message: Request): Uint8Array {
  const writer = $protobuf.Writer.create();
  writeEnvelope(REQUESTS[message.kind] as Row<Request>, message, writer);
  return writer.finish(true);
}

/** Messages for init, each as a frame with its length prefix, in one piece. Throws CodecError. */
export function encodeToInit(...messages: readonly ToInit[]): Uint8Array {
  const writer = $protobuf.Writer.create();
  for (const message of messages) {
    writeEnvelope(TO_INIT[message.kind] as Row<ToInit>, message, writer);
  }
  return writer.finish(true);
}

/** A JobSpec with its length prefix; it crosses in `spec` chunks and may be longer than a frame. */
export function encodeJobSpec(spec: JobSpec): Uint8Array {
  let bytes = spec.code.length;
  for (const field of ["filename", "entry"] as const) {
    checkNoNul(spec[field], `JobSpec.${field}`);
    bytes += spec[field].length;
  }
  for (const field of ["args", "env"] as const) {
    for (const value of spec[field]) {
      checkNoNul(value, `JobSpec.${field}`);
      bytes += value.length;
    }
  }
  if (bytes > JOB_SPEC_BYTES_MAX) {
    throw new CodecError("JobSpec", `${bytes} bytes, but the limit is ${JOB_SPEC_BYTES_MAX}`);
  }
  const writer = $protobuf.Writer.create().fork();
  return broodbox.JobSpec.encode(spec as broodbox.JobSpec.$Properties, writer)
    .ldelim()
    .finish(true);
}

function writeEnvelope<M extends object>(
  member: Row<M>,
  message: M,
  writer: $protobuf.Writer,
): void {
  for (const [field, check, where] of member.checks) check(message[field] as never, where);
  writer.fork().uint32(member.tag).fork();
  member.type
    .encode(message as never, writer)
    .ldelim()
    .ldelim();
}
