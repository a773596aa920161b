/** Bodies of frames to messages; whatever is not exactly a message of the protocol is a CodecError. */
import $protobuf from "protobufjs/minimal.js";
import {
  type Bounded,
  CodecError,
  checkExact,
  checkLength,
  checkRelativePath,
  checkUint53,
} from "./bounds.ts";
import { broodbox } from "./generated/broodbox.js";
import type {
  ArtifactChunk,
  CgroupMode,
  Done,
  Event,
  Fault,
  FromInit,
  Hello,
  IdMode,
  Introduction,
  JobExited,
  JobMessage,
  LayerState,
  Output,
  SandboxReady,
  Stream,
  Trigger,
  WireDenial,
  WireUsage,
  ZygoteGone,
  ZygoteReady,
} from "./messages.ts";

const BYTES = 2;
const NO_BYTES = new Uint8Array(0);
const NO_USAGE: WireUsage = Object.freeze({
  wallUs: 0,
  cpuUs: 0,
  memoryPeakBytes: 0,
  processesPeak: 0,
  oomKills: 0,
  pidsRefused: 0,
});

const ID_MODES: readonly IdMode[] = ["root", "ranges", "single"];
const CGROUP_MODES: readonly CgroupMode[] = ["v2", "v1", "none"];
const LAYER_STATES: readonly LayerState[] = ["off", "degraded", "on"];
const STREAMS: readonly Stream[] = ["stdout", "stderr", "result"];
const TRIGGERS: readonly Trigger[] = [
  "none",
  "wall",
  "cpu",
  "memory",
  "denials",
  "requested",
  "output",
];

type Read<M> = (reader: $protobuf.Reader, length: number) => M;
/** Readers by field number of the envelope. */
type Members<M> = readonly (Read<M> | undefined)[];

const EVENTS: Members<Event> = [
  undefined,
  readHello,
  readZygoteReady,
  readZygoteGone,
  readSandboxReady,
  (reader, length) => ({ kind: "limitsApplied", sandboxId: readLimitsApplied(reader, length) }),
  readJobExited,
  (reader, length) => ({ kind: "sandboxClosed", sandboxId: readSandboxClosed(reader, length) }),
  readFault,
];

const FROM_INIT: Members<FromInit> = [
  undefined,
  readIntroduction,
  readOutput,
  readArtifact,
  readDone,
  readFault,
];

const JOB_MESSAGES: Members<JobMessage> = [
  undefined,
  // A length-delimited field whatever its type: here the bytes themselves.
  (reader, length) => {
    const json = reader.raw(reader.pos, reader.pos + length);
    reader.skip(length);
    return { kind: "resultJson", json };
  },
  readJobError,
];

/** What the forkserver says. Throws CodecError. */
export function decodeEvent(body: Uint8Array): Event {
  return decodeEnvelope("Event", EVENTS, body);
}

/** What init, or for the introduction the forkserver, says of one sandbox. Throws CodecError. */
export function decodeFromInit(body: Uint8Array): FromInit {
  return decodeEnvelope("FromInit", FROM_INIT, body);
}

/** What a job handed back. Throws CodecError, which then is the job's fault. */
export function decodeJobMessage(body: Uint8Array): JobMessage {
  return decodeEnvelope("JobMessage", JOB_MESSAGES, body);
}

function decodeEnvelope<M>(name: string, members: Members<M>, body: Uint8Array): M {
  if (body.length === 0) throw new CodecError(name, "is empty");
  const reader = $protobuf.Reader.create(body);
  // Unknown fields are not kept to be passed on but to be noticed, by `known`.
  reader.discardUnknown = false;
  try {
    const tag = reader.tag();
    const read = members[tag >>> 3];
    if (read === undefined) throw new CodecError(name, `holds the unknown field ${tag >>> 3}`);
    if ((tag & 7) !== BYTES) throw new CodecError(name, `holds a field of wire type ${tag & 7}`);
    const length = reader.size();
    if (length !== reader.len - reader.pos) {
      throw new CodecError(name, "is not exactly one field");
    }
    return read(reader, length);
  } catch (cause) {
    if (cause instanceof CodecError) throw cause;
    // The generated code and the reader under it throw Error, RangeError and TypeError without a type.
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new CodecError(name, problem, { cause });
  }
}

// ---- fields ------------------------------------------------------------------------------------------

/** Refuses a message that came with fields we do not know, or known ones of another wire type. */
function known<T extends { $unknowns?: Uint8Array[] }>(message: T, where: string): T {
  if (message.$unknowns !== undefined) throw new CodecError(where, "holds an unknown field");
  return message;
}

/** protobufjs returns an object (Long) for each 64-bit number, whatever its generated types say. */
function uint53(value: number | { low: number; high: number } | null | undefined, where: string) {
  if (value === null || value === undefined) return 0;
  const whole =
    typeof value === "number" ? value : (value.high >>> 0) * 0x1_0000_0000 + (value.low >>> 0);
  // The sum is exact up to 2^53 and never rounds back below it.
  checkUint53(whole, where);
  return whole;
}

function bytes(value: Uint8Array, where: Bounded): Uint8Array {
  checkLength(value.length, where);
  return value;
}

/** Printable ASCII: these words end in logs, and C has room for a NUL behind them. */
function word(value: string | null | undefined, where: Bounded): string {
  const text = value ?? "";
  checkLength(text.length + 1, where);
  if (!/^[ -~]*$/.test(text)) throw new CodecError(where, "is not printable ASCII");
  return text;
}

function oneOf<T extends string>(
  words: readonly T[],
  value: string | null | undefined,
  where: string,
): T {
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw new CodecError(where, "is not one of the words it may be");
  return found;
}

/** An enum by its number, as the word it stands for. */
function enumWord<T extends string>(
  words: readonly T[],
  value: number | null | undefined,
  where: string,
): T {
  const found = words[value ?? 0];
  if (found === undefined) throw new CodecError(where, `${value} is not a value of its enum`);
  return found;
}

// ---- events ------------------------------------------------------------------------------------------

function readHello(reader: $protobuf.Reader, length: number): Hello {
  const m = known(broodbox.Hello.decode(reader, length), "Hello");
  return {
    kind: "hello",
    protocol: m.protocol,
    idMode: oneOf(ID_MODES, m.idMode, "Hello.id_mode"),
    memoryCgroup: oneOf(CGROUP_MODES, m.memoryCgroup, "Hello.memory_cgroup"),
    pidsCgroup: oneOf(CGROUP_MODES, m.pidsCgroup, "Hello.pids_cgroup"),
    cpuCgroup: oneOf(CGROUP_MODES, m.cpuCgroup, "Hello.cpu_cgroup"),
    landlockAbi: m.landlockAbi,
  };
}

function readZygoteReady(reader: $protobuf.Reader, length: number): ZygoteReady {
  const m = known(broodbox.ZygoteReady.decode(reader, length), "ZygoteReady");
  return {
    kind: "zygoteReady",
    zygoteId: m.zygoteId,
    pid: m.pid,
    preloadUs: m.preloadUs,
  };
}

function readZygoteGone(reader: $protobuf.Reader, length: number): ZygoteGone {
  const m = known(broodbox.ZygoteGone.decode(reader, length), "ZygoteGone");
  return {
    kind: "zygoteGone",
    zygoteId: m.zygoteId,
    exitCode: m.exitCode,
    signal: m.signal,
    reason: bytes(m.reason, "ZygoteGone.reason"),
  };
}

function readSandboxReady(reader: $protobuf.Reader, length: number): SandboxReady {
  const m = known(broodbox.SandboxReady.decode(reader, length), "SandboxReady");
  checkLength(m.layers.length, "SandboxReady.layers");
  checkLength(m.steps.length, "SandboxReady.steps");
  return {
    kind: "sandboxReady",
    sandboxId: m.sandboxId,
    layers: m.layers.map((layer) => ({
      name: word(known(layer, "Layer").name, "Layer.name"),
      state: enumWord(LAYER_STATES, layer.state, "Layer.state"),
    })),
    steps: m.steps.map((time) => ({
      step: word(known(time, "StepTime").step, "StepTime.step"),
      us: time.us ?? 0,
    })),
    attested: m.attested,
  };
}

function readLimitsApplied(reader: $protobuf.Reader, length: number): number {
  return known(broodbox.LimitsApplied.decode(reader, length), "LimitsApplied").sandboxId;
}

function readSandboxClosed(reader: $protobuf.Reader, length: number): number {
  return known(broodbox.SandboxClosed.decode(reader, length), "SandboxClosed").sandboxId;
}

function readJobExited(reader: $protobuf.Reader, length: number): JobExited {
  const m = known(broodbox.JobExited.decode(reader, length), "JobExited");
  checkLength(m.denials.length, "JobExited.denials");
  return {
    kind: "jobExited",
    sandboxId: m.sandboxId,
    started: m.started,
    exitCode: m.exitCode,
    signal: m.signal,
    coreDumped: m.coreDumped,
    trigger: enumWord(TRIGGERS, m.trigger, "JobExited.trigger"),
    usage: usageOf(m.usage),
    denials: m.denials.map(denialOf),
    deniedTotal: uint53(m.deniedTotal, "JobExited.denied_total"),
    deniedTruncated: m.deniedTruncated,
  };
}

function usageOf(usage: broodbox.Usage.$Properties | null | undefined): WireUsage {
  if (usage === null || usage === undefined) return NO_USAGE;
  const m = known(usage, "Usage");
  return {
    wallUs: uint53(m.wallUs, "Usage.wall_us"),
    cpuUs: uint53(m.cpuUs, "Usage.cpu_us"),
    memoryPeakBytes: uint53(m.memoryPeakBytes, "Usage.memory_peak_bytes"),
    processesPeak: m.processesPeak ?? 0,
    oomKills: uint53(m.oomKills, "Usage.oom_kills"),
    pidsRefused: uint53(m.pidsRefused, "Usage.pids_refused"),
  };
}

function denialOf(denial: broodbox.Denial.$Properties): WireDenial {
  const m = known(denial, "Denial");
  const args = m.args ?? NO_BYTES;
  checkExact(args, "Denial.args");
  return {
    call: m.call ?? 0,
    error: m.error ?? 0,
    count: uint53(m.count, "Denial.count"),
    args,
  };
}

function readFault(reader: $protobuf.Reader, length: number): Fault {
  const m = known(broodbox.Fault.decode(reader, length), "Fault");
  return {
    kind: "fault",
    sandboxId: m.sandboxId,
    zygoteId: m.zygoteId,
    step: word(m.step, "Fault.step"),
    error: m.error,
    detail: bytes(m.detail, "Fault.detail"),
  };
}

// ---- init and job ------------------------------------------------------------------------------------

function readIntroduction(reader: $protobuf.Reader, length: number): Introduction {
  const m = known(broodbox.Introduction.decode(reader, length), "Introduction");
  checkExact(m.nonce, "Introduction.nonce");
  return { kind: "introduction", sandboxId: m.sandboxId, nonce: m.nonce };
}

function readOutput(reader: $protobuf.Reader, length: number): Output {
  const m = known(broodbox.Output.decode(reader, length), "Output");
  return {
    kind: "output",
    stream: enumWord(STREAMS, m.stream, "Output.stream"),
    data: bytes(m.data, "Output.data"),
  };
}

function readArtifact(reader: $protobuf.Reader, length: number): ArtifactChunk {
  const m = known(broodbox.ArtifactChunk.decode(reader, length), "ArtifactChunk");
  checkRelativePath(m.name, "ArtifactChunk.name");
  return {
    kind: "artifact",
    name: m.name,
    data: bytes(m.data, "ArtifactChunk.data"),
    last: m.last,
    skipped: word(m.skipped, "ArtifactChunk.skipped"),
  };
}

function readDone(reader: $protobuf.Reader, length: number): Done {
  const m = known(broodbox.Done.decode(reader, length), "Done");
  return {
    kind: "done",
    stdoutBytes: uint53(m.stdoutBytes, "Done.stdout_bytes"),
    stderrBytes: uint53(m.stderrBytes, "Done.stderr_bytes"),
    resultBytes: uint53(m.resultBytes, "Done.result_bytes"),
    outputExceeded: m.outputExceeded,
    resultExceeded: m.resultExceeded,
    artifactsExceeded: m.artifactsExceeded,
    tmpFull: m.tmpFull,
    artifactsSkipped: m.artifactsSkipped,
    collectUs: uint53(m.collectUs, "Done.collect_us"),
  };
}

function readJobError(reader: $protobuf.Reader, length: number): JobMessage {
  const m = known(broodbox.JobError.decode(reader, length), "JobError");
  return {
    kind: "error",
    type: m.type,
    message: m.message,
    traceback: m.traceback,
  };
}
