import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../../src/wire/bounds.ts";
import {
  CHUNK_BYTES_MAX,
  CodecError,
  decodeEvent,
  decodeFromInit,
  decodeJobMessage,
  encodeJobSpec,
  encodeRequest,
  encodeToInit,
  JOB_SPEC_BYTES_MAX,
  type Request,
  type ToInit,
} from "../../../src/wire/codec.ts";
import { FRAME_BYTES_MAX, FrameReader } from "../../../src/wire/frame.ts";
import { meaningOf, readVectors } from "./vectors.ts";

function onlyFrame(bytes: Uint8Array): Buffer {
  const reader = new FrameReader();
  const frames = reader.push(bytes);
  expect(frames).toHaveLength(1);
  expect(reader.pendingBytes).toBe(0);
  return Buffer.from(frames[0] as Uint8Array);
}

const bytes = (text: string): Buffer => Buffer.from(text);

const ENCODERS = [
  ["request.txt", (message: unknown) => encodeRequest(message as Request)],
  ["to-init.txt", (message: unknown) => encodeToInit(message as ToInit)],
] as const;

for (const [file, encode] of ENCODERS) {
  describe(`the encoder of ${file}`, () => {
    for (const vector of readVectors(file)) {
      const meaning = meaningOf(vector);
      if (meaning === undefined) continue;
      test(`${vector.name} is ${vector.verdict}`, () => {
        if (vector.verdict === "ok") {
          expect(onlyFrame(encode(meaning)).toString("hex")).toBe(vector.bytes.toString("hex"));
        } else {
          expect(() => encode(meaning)).toThrow(CodecError);
        }
      });
    }
  });
}

const DECODERS = [
  ["event.txt", decodeEvent],
  ["from-init.txt", decodeFromInit],
  ["job-message.txt", decodeJobMessage],
] as const;

for (const [file, decode] of DECODERS) {
  describe(`the decoder of ${file}`, () => {
    for (const vector of readVectors(file)) {
      test(`${vector.name} is ${vector.verdict}`, () => {
        // Both kinds of input: protobufjs has a reader of its own for Buffer.
        for (const body of [vector.bytes, Uint8Array.from(vector.bytes)]) {
          if (vector.verdict === "ok") {
            expect(asBuffers(decode(body))).toEqual(meaningOf(vector));
          } else {
            expect(() => decode(body)).toThrow(CodecError);
          }
        }
      });
    }
  });
}

/** Every byte string as a Buffer, so that values compare by their bytes. */
function asBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(asBuffers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, asBuffers(field)]));
}

describe("encodeRequest", () => {
  const limits = { memoryBytes: 0, pids: 0, cpuMs: 0, wallMs: 0, coresPercent: 0 };
  const start = { kind: "startJob", sandboxId: 1, limits, collectMs: 1 } as const;

  for (const value of [-1, 2 ** 32, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`refuses ${value} for a 32-bit number instead of wrapping it`, () => {
      expect(() => encodeRequest({ ...start, sandboxId: value })).toThrow("StartJob.sandboxId");
      expect(() => encodeRequest({ ...start, limits: { ...limits, wallMs: value } })).toThrow(
        "StartJob.limits.wallMs",
      );
    });
  }

  for (const value of [-1, 2 ** 53, 0.5, Number.NaN]) {
    test(`refuses ${value} for a 64-bit number`, () => {
      expect(() => encodeRequest({ ...start, limits: { ...limits, memoryBytes: value } })).toThrow(
        "StartJob.limits.memoryBytes",
      );
    });
  }

  test("refuses lists and programs beyond what C has room for", () => {
    const plan = { kind: "definePlan", planId: 1, tmpBytes: 1, outBytes: 1, outFiles: 1 } as const;
    const bind = { source: bytes("/a"), target: bytes("/a") };
    const link = { path: bytes("/a"), content: bytes("a") };
    const binds = (count: number) => Array.from({ length: count }, () => bind);
    const links = (count: number) => Array.from({ length: count }, () => link);
    expect(encodeRequest({ ...plan, binds: binds(48), links: links(16) })).toBeInstanceOf(Buffer);
    expect(() => encodeRequest({ ...plan, binds: binds(49), links: [] })).toThrow(CodecError);
    expect(() => encodeRequest({ ...plan, binds: [], links: links(17) })).toThrow(CodecError);
    const filter = {
      kind: "defineFilter",
      filterId: 1,
      refusals: new Uint8Array(0),
      canaryCall: 1023,
      canaryErrno: 1,
      writeExecuteDeny: false,
      maxDenials: 1,
      refusesNetwork: true,
    } as const;
    expect(encodeRequest({ ...filter, program: new Uint8Array(32_768) })).toBeInstanceOf(Buffer);
    expect(() => encodeRequest({ ...filter, program: new Uint8Array(32_776) })).toThrow(CodecError);
  });

  test("the largest messages of their kinds fit into a frame", () => {
    const path = Buffer.alloc(511, "a").fill("/", 0, 1);
    const link = Buffer.alloc(255, "a").fill("/", 0, 1);
    const frame = encodeRequest({
      kind: "definePlan",
      planId: 2 ** 32 - 1,
      binds: Array.from({ length: 48 }, () => ({ source: path, target: path })),
      links: Array.from({ length: 16 }, () => ({ path: link, content: link })),
      tmpBytes: 2 ** 53 - 1,
      outBytes: 2 ** 53 - 1,
      outFiles: 2 ** 32 - 1,
    });
    expect(frame.length).toBeLessThanOrEqual(FRAME_BYTES_MAX);
    onlyFrame(frame);
  });
});

describe("encodeToInit", () => {
  for (const kind of ["file", "spec", "stdin"] as const) {
    test(`takes ${kind} data of exactly a chunk and refuses one byte more`, () => {
      const encode = (size: number) =>
        encodeToInit({ kind, name: bytes("n"), data: new Uint8Array(size), last: true });
      expect(onlyFrame(encode(CHUNK_BYTES_MAX)).length).toBeLessThan(65_536);
      expect(() => encode(CHUNK_BYTES_MAX + 1)).toThrow(CodecError);
    });
  }
});

describe("encodeJobSpec", () => {
  const spec = {
    code: bytes("print('hello')\0"),
    filename: bytes("main.py"),
    args: [bytes("a"), bytes("")],
    env: [bytes("A=ü")],
    entry: bytes(""),
  };

  test("writes the message that the job reads", () => {
    const body = onlyFrame(encodeJobSpec(spec)).toString("latin1");
    expect(body).toBe(
      "\x0a\x0fprint('hello')\0" +
        "\x12\x07main.py" +
        "\x1a\x01a" +
        "\x1a\x00" +
        "\x22\x04A=\xc3\xbc",
    );
  });

  test("may be longer than a frame", () => {
    const bytesOf = encodeJobSpec({ ...spec, code: Buffer.alloc(300_000, "#") });
    expect(new FrameReader(JOB_SPEC_BYTES_MAX).push(bytesOf)).toHaveLength(1);
  });

  test("refuses a NUL in everything that becomes an argument, a path or an environment entry", () => {
    const nul = bytes("a\0b");
    for (const change of [{ filename: nul }, { entry: nul }, { args: [nul] }, { env: [nul] }]) {
      expect(() => encodeJobSpec({ ...spec, ...change })).toThrow("holds a NUL byte");
    }
  });

  test("refuses more than its limit", () => {
    const code = Buffer.alloc(JOB_SPEC_BYTES_MAX + 1);
    expect(() => encodeJobSpec({ ...spec, code })).toThrow("JobSpec");
  });
});

describe("decodeFromInit", () => {
  test("takes output of exactly a chunk and refuses one byte more", () => {
    const output = (size: number): Buffer => {
      const inner = Buffer.concat([Buffer.of(0x12), varint(size), Buffer.alloc(size)]);
      return Buffer.concat([Buffer.of(0x12), varint(inner.length), inner]);
    };
    expect(decodeFromInit(output(CHUNK_BYTES_MAX))).toMatchObject({ kind: "output" });
    expect(() => decodeFromInit(output(CHUNK_BYTES_MAX + 1))).toThrow("Output.data");
  });

  test("returns views, not copies", () => {
    const body = Buffer.from("120312 0178".replace(" ", ""), "hex");
    const message = decodeFromInit(body);
    if (message.kind !== "output") throw new Error("not output");
    expect(message.data.buffer).toBe(body.buffer);
  });
});

describe("the bounds", () => {
  test("are those of broodbox.options", () => {
    const options = readFileSync(
      new URL("../../../proto/broodbox.options", import.meta.url),
      "utf8",
    );
    const found: Record<string, number> = {};
    for (const line of options.split("\n")) {
      const [field, ...rules] = line.split(/\s+/);
      const rule = Object.fromEntries(rules.map((text) => text.split(":") as [string, string]));
      const name = field?.replace(/^broodbox\./, "") ?? "";
      if (rule["max_count"] !== undefined) found[name] = Number(rule["max_count"]);
      if (rule["max_size"] === undefined) continue;
      found[rule["max_count"] === undefined ? name : `${name}[]`] = Number(rule["max_size"]);
    }
    // Their values are closed lists of words, which are shorter.
    for (const word of ["id_mode", "memory_cgroup", "pids_cgroup", "cpu_cgroup"]) {
      expect(found[`Hello.${word}`]).toBeGreaterThan(6);
      delete found[`Hello.${word}`];
    }
    expect(found).toEqual(BOUNDS);
  });
});

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  return Buffer.from([...out, rest]);
}
