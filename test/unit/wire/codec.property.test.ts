import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CHUNK_BYTES_MAX,
  CodecError,
  decodeEvent,
  decodeFromInit,
  decodeJobMessage,
  encodeRequest,
  encodeToInit,
} from "../../../src/wire/codec.ts";
import { FrameReader } from "../../../src/wire/frame.ts";
// The counterparts of what src/wire offers: these tests play the other side.
import { broodbox } from "../../../src/wire/generated/broodbox.js";
import { readVectors } from "./vectors.ts";

const uint32 = fc.nat({ max: 0xffff_ffff });
const uint53 = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const words = (max: number) => fc.string({ unit: "grapheme-ascii", maxLength: max });
const bytes = (min: number, max: number) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((value) => Buffer.from(value));

/** A value as one that compares: Long to number, any bytes to Buffer, no prototypes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("low" in value && "high" in value) {
    return (Number(value.high) >>> 0) * 2 ** 32 + (Number(value.low) >>> 0);
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

const component = fc
  .stringMatching(/^[a-zA-Z0-9._ü -]{1,20}$/)
  .filter((text) => text !== "." && text !== "..");
const path = fc
  .array(component, { minLength: 1, maxLength: 8 })
  .map((parts) => Buffer.from(`/${parts.join("/")}`));
const limits = fc.record({
  memoryBytes: uint53,
  pids: uint32,
  cpuMs: uint32,
  wallMs: uint32,
  coresPercent: fc.nat({ max: 102_400 }),
});

describe("encodeRequest and protobuf's own decoder agree", () => {
  const requests = fc.oneof(
    fc.record({
      kind: fc.constant("definePlan" as const),
      planId: uint32,
      binds: fc.array(fc.record({ source: path, target: path }), { maxLength: 6 }),
      links: fc.array(fc.record({ path, content: path }), { maxLength: 4 }),
      tmpBytes: uint53.map((size) => Math.max(size, 1)),
      outBytes: uint53.map((size) => Math.max(size, 1)),
      outFiles: uint32.map((count) => Math.max(count, 1)),
    }),
    fc.record({
      kind: fc.constant("openSandbox" as const),
      sandboxId: uint32.map((id) => Math.max(id, 1)),
      zygoteId: uint32,
      filterId: uint32,
      planId: uint32,
      nonce: bytes(16, 16).filter((nonce) => nonce.some((byte) => byte !== 0)),
      limits,
    }),
    fc.record({
      kind: fc.constant("openZygote" as const),
      zygoteId: uint32.map((id) => Math.max(id, 1)),
      interpreter: path,
      module: path,
      script: path,
      preload: fc.array(
        component.map((name) => Buffer.from(name)),
        { maxLength: 64 },
      ),
    }),
  );

  test("on every request", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const frames = new FrameReader().push(encodeRequest(request));
        const decoded = broodbox.Request.decode(frames[0] as Uint8Array);
        const { kind, ...fields } = request;
        expect(decoded.body).toBe(kind);
        expect(frames).toHaveLength(1);
        expect(withDefaults(plain(decoded[kind]), fields)).toEqual(fields);
      }),
    );
  });

  test("on every chunk", () => {
    const data = fc.nat({ max: CHUNK_BYTES_MAX }).map((size) => Buffer.alloc(size, size));
    fc.assert(
      fc.property(data, fc.boolean(), (chunk, last) => {
        const frames = new FrameReader().push(encodeToInit({ kind: "stdin", data: chunk, last }));
        const { stdin } = broodbox.ToInit.decode(frames[0] as Uint8Array);
        expect(Buffer.compare(Buffer.from(stdin?.data ?? []), chunk)).toBe(0);
        expect(stdin?.last ?? false).toBe(last);
      }),
      { numRuns: 50 },
    );
  });
});

/** proto3 leaves out what is zero, false or empty. */
function withDefaults(found: unknown, wanted: object): unknown {
  const zero = (value: unknown): unknown => {
    if (typeof value === "number") return 0;
    if (typeof value === "boolean") return false;
    if (Array.isArray(value)) return [];
    return value instanceof Uint8Array ? Buffer.alloc(0) : undefined;
  };
  if (typeof found !== "object" || found === null || found instanceof Uint8Array) return found;
  const fields = found as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const field = fields[key];
      if (field === undefined) return [key, zero(value)];
      const isNested = typeof value === "object" && value !== null && !Array.isArray(value);
      return [key, isNested ? withDefaults(field, value as object) : field];
    }),
  );
}

describe("what C may say, the decoders repeat", () => {
  test("job exits", () => {
    const usage = fc.record({
      wallUs: uint53,
      cpuUs: uint53,
      memoryPeakBytes: uint53,
      processesPeak: uint32,
      oomKills: uint53,
      pidsRefused: uint53,
    });
    const denial = fc.record({ call: uint32, error: uint32, count: uint53, args: bytes(48, 48) });
    const exits = fc.record({
      sandboxId: uint32,
      started: fc.boolean(),
      exitCode: int32,
      signal: int32,
      coreDumped: fc.boolean(),
      trigger: fc.nat({ max: 6 }),
      usage,
      denials: fc.array(denial, { maxLength: 64 }),
      deniedTotal: uint53,
      deniedTruncated: fc.boolean(),
    });
    const triggers = ["none", "wall", "cpu", "memory", "denials", "requested", "output"];
    fc.assert(
      fc.property(exits, (jobExited) => {
        const body = broodbox.Event.encode({ jobExited }).finish();
        const trigger = triggers[jobExited.trigger];
        expect(plain(decodeEvent(body))).toEqual({ ...jobExited, kind: "jobExited", trigger });
      }),
    );
  });

  test("sandbox readiness and faults", () => {
    const name = words(23);
    const ready = fc.record({
      sandboxId: uint32,
      layers: fc.array(fc.record({ name, state: fc.nat({ max: 2 }) }), { maxLength: 32 }),
      steps: fc.array(fc.record({ step: name, us: uint32 }), { maxLength: 48 }),
      attested: fc.boolean(),
    });
    const states = ["off", "degraded", "on"];
    fc.assert(
      fc.property(ready, bytes(0, 256), name, (sandboxReady, detail, step) => {
        const body = broodbox.Event.encode({ sandboxReady }).finish();
        const layers = sandboxReady.layers.map((l) => ({ name: l.name, state: states[l.state] }));
        const wanted = { ...sandboxReady, kind: "sandboxReady", layers };
        expect(plain(decodeEvent(body))).toEqual(wanted);
        const fault = { sandboxId: 1, zygoteId: 0, step, error: -5, detail };
        const sent = broodbox.FromInit.encode({ fault }).finish();
        expect(plain(decodeFromInit(sent))).toEqual({ kind: "fault", ...fault });
      }),
    );
  });
});

describe("the decoders meet any bytes with a message or a CodecError", () => {
  const decoders = [
    ["event.txt", decodeEvent],
    ["from-init.txt", decodeFromInit],
    ["job-message.txt", decodeJobMessage],
  ] as const;

  for (const [file, decode] of decoders) {
    test(file, () => {
      const seeds = readVectors(file).map((vector) => vector.bytes);
      const damaged = fc
        .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }))))
        .map(([seed, changes]) => {
          const body = Buffer.from(seed);
          for (const [place, byte] of changes)
            if (body.length > 0) body[place % body.length] = byte;
          return body;
        });
      const anything = fc.oneof(bytes(0, 64), damaged);
      fc.assert(
        fc.property(anything, (body) => {
          try {
            expect(typeof decode(body).kind).toBe("string");
          } catch (error) {
            expect(error).toBeInstanceOf(CodecError);
          }
        }),
        { numRuns: 3000 },
      );
    });
  }
});
