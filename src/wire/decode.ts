/** Bodies of frames to messages; whatever is not exactly a message of the protocol is a CodecError. */
import $protobuf from "protobufjs/minimal.js";
import {
  type Bounded,
  CodecError,
  checkExact,
  checkLength,
  checkRelativePath,
  enumWord,
  oneOf,
  uint53,
  word,
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
/** Tags: the field, then how it is written. */
const BYTES_1 = (1 << 3) | BYTES;
const BYTES_2 = (2 << 3) | BYTES;
const BYTES_3 = (3 << 3) | BYTES;
const VARINT_1 = 1 << 3;
const VARINT_2 = 2 << 3;
const VARINT_4 = 4 << 3;
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

function bytes(value: Uint8Array, where: Bounded): Uint8Array {
  checkLength(value.length, where);
  return value;
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

/**
 * By hand, because it is the longest message of a job's life and nearly the same every time: the generated
 * code makes 44 texts of it, one character after the other, a fifth of all that a job allocates.
 */
function readSandboxReady(reader: $protobuf.Reader, length: number): SandboxReady {
  const layers: { name: string; state: LayerState }[] = [];
  const steps: { step: string; us: number }[] = [];
  let sandboxId = 0;
  let attested = false;
  for (const end = reader.pos + length; reader.pos < end; ) {
    switch (reader.uint32()) {
      case VARINT_1:
        sandboxId = reader.uint32();
        break;
      case BYTES_2: {
        checkLength(layers.length + 1, "SandboxReady.layers");
        const { name, value } = readNamed(reader, "Layer.name", layers.length);
        layers.push({ name, state: enumWord(LAYER_STATES, value, "Layer.state") });
        break;
      }
      case BYTES_3: {
        checkLength(steps.length + 1, "SandboxReady.steps");
        const { name, value } = readNamed(reader, "StepTime.step", steps.length);
        steps.push({ step: name, us: value });
        break;
      }
      case VARINT_4:
        attested = reader.bool();
        break;
      default:
        throw new CodecError("SandboxReady", "holds an unknown field");
    }
  }
  return { kind: "sandboxReady", sandboxId, layers, steps, attested };
}

type NameField = "Layer.name" | "StepTime.step";

/** A Layer or StepTime, the `at`th of its list: both are a name in field 1 and a number in field 2. */
function readNamed(
  reader: $protobuf.Reader,
  where: NameField,
  at: number,
): { name: string; value: number } {
  let name = "";
  let value = 0;
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new CodecError(where, "ends outside of its message");
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case BYTES_1:
        name = knownWord(reader, where, at);
        break;
      case VARINT_2:
        value = reader.uint32();
        break;
      default:
        throw new CodecError(where, "stands beside an unknown field");
    }
  }
  if (reader.pos !== end) throw new CodecError(where, "ends outside of its message");
  return { name, value };
}

/** The names seen last, by their place in the list: the next sandbox has the same ones there. */
const KNOWN_WORDS: Readonly<Record<NameField, string[]>> = {
  "Layer.name": [],
  "StepTime.step": [],
};

/** Reads a text, without making it anew when it is the one that is expected here. */
function knownWord(reader: $protobuf.Reader, where: NameField, at: number): string {
  const known = KNOWN_WORDS[where][at];
  const start = reader.pos;
  if (known !== undefined && reader.uint32() === known.length) {
    const { buf, pos } = reader;
    let same = 0;
    // Beyond the end of the buffer is undefined, which is no character of a word.
    while (same < known.length && buf[pos + same] === known.charCodeAt(same)) same += 1;
    if (same === known.length) {
      reader.skip(same);
      return known;
    }
  }
  reader.pos = start;
  const text = word(reader.string(), where);
  KNOWN_WORDS[where][at] = text;
  return text;
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
