import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRAME_BYTES_MAX, FrameError, FrameReader } from "../../../src/wire/frame.ts";
import { fromHex, readVectors } from "./vectors.ts";

/** What a reader makes of a stream that comes in these pieces. */
function readAll(pieces: readonly Uint8Array[]): { frames: string[]; verdict: string } {
  const reader = new FrameReader();
  const frames: string[] = [];
  try {
    for (const piece of pieces) {
      for (const frame of reader.push(piece)) frames.push(Buffer.from(frame).toString("hex"));
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { frames, verdict: error.fault };
  }
  return { frames, verdict: reader.pendingBytes > 0 ? "truncated" : "ok" };
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

function prefixed(body: Uint8Array): Buffer {
  const prefix: number[] = [];
  let rest = body.length;
  for (; rest >= 0x80; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80);
  prefix.push(rest);
  return Buffer.concat([Buffer.from(prefix), body]);
}

function splitAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const end of [...places, bytes.length]) {
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

describe("FrameReader reads the golden streams", () => {
  for (const vector of readVectors("frames.txt")) {
    test(vector.name, () => {
      const bodies = vector.rest === "" ? [] : vector.rest.split(",").map((hex) => fromHex(hex));
      const frames = bodies.map((body) => body.toString("hex"));
      expect(readAll(bytewise(vector.bytes))).toEqual({ frames, verdict: vector.verdict });
      const whole = readAll([vector.bytes]);
      expect(whole.verdict).toBe(vector.verdict);
      // What came before a bad frame is lost with it when both came in one piece.
      if (vector.verdict === "ok" || vector.verdict === "truncated") {
        expect(whole.frames).toEqual(frames);
      }
    });
  }
});

describe("FrameReader", () => {
  test("gives the same frames however the stream is split", () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 0, max: 70_000 }).map((length) => new Uint8Array(length).fill(length)),
    );
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.map(prefixed));
          const frames = bodies.map((one) => Buffer.from(one).toString("hex"));
          expect(readAll(splitAt(stream, cuts))).toEqual({ frames, verdict: "ok" });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("comes to the same verdict on any bytes however they are split", () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 10 }), (stream, cuts) => {
        expect(readAll(splitAt(stream, cuts)).verdict).toBe(readAll([stream]).verdict);
      }),
      { numRuns: 1000 },
    );
  });

  test("takes a frame of exactly the limit and refuses one byte more", () => {
    const longest = prefixed(new Uint8Array(FRAME_BYTES_MAX));
    expect(readAll([longest]).verdict).toBe("ok");
    expect(readAll(splitAt(longest, [1, 5000, 90_000])).verdict).toBe("ok");
    expect(readAll([prefixed(new Uint8Array(FRAME_BYTES_MAX + 1))]).verdict).toBe("frameTooLong");
  });

  test("holds a limit of its own", () => {
    expect(new FrameReader(10).push(prefixed(new Uint8Array(10)))).toHaveLength(1);
    expect(() => new FrameReader(10).push(Uint8Array.of(11))).toThrow(FrameError);
    expect(new FrameReader(2 ** 22).push(prefixed(new Uint8Array(2 ** 22)))).toHaveLength(1);
  });

  test("counts the bytes of an unfinished frame", () => {
    const reader = new FrameReader();
    expect(reader.pendingBytes).toBe(0);
    reader.push(Uint8Array.of(5, 1, 2));
    expect(reader.pendingBytes).toBe(3);
    expect(reader.push(Uint8Array.of(3, 4, 5, 1))).toHaveLength(1);
    expect(reader.pendingBytes).toBe(1);
  });

  test("keeps a frame intact when its pieces came in a reused buffer", () => {
    const reader = new FrameReader();
    const piece = Buffer.from([3, 1, 2]);
    reader.push(piece);
    piece.fill(9);
    expect(reader.push(Uint8Array.of(3))[0]).toEqual(Buffer.from([1, 2, 3]));
  });

  test("stays failed after an error", () => {
    const reader = new FrameReader();
    expect(() => reader.push(Uint8Array.of(0x80, 0))).toThrow("not minimally encoded");
    expect(() => reader.push(Uint8Array.of(1, 1))).toThrow("not minimally encoded");
  });
});
