import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJob } from "../../../src/core/job.ts";
import { DEFAULT_LIMITS, MAXIMUM_LIMITS } from "../../../src/core/limits.ts";
import { chunksOf, fileFrames, startMessages } from "../../../src/run/fill.ts";
import { CHUNK_BYTES_MAX, encodeToInit } from "../../../src/wire/codec.ts";
import { FRAME_BYTES_MAX, FrameReader } from "../../../src/wire/frame.ts";

describe("chunksOf", () => {
  test("cuts any bytes so that they can be put together, with one last chunk", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 * CHUNK_BYTES_MAX }), (bytes) => {
        const data = Buffer.alloc(bytes, 7);
        const chunks = chunksOf(data);
        expect(Buffer.concat(chunks.map((chunk) => chunk.data)).equals(data)).toBe(true);
        expect(chunks.map(({ last }) => last)).toEqual(
          chunks.map((_, at) => at === chunks.length - 1),
        );
        expect(chunks.every((chunk) => chunk.data.byteLength <= CHUNK_BYTES_MAX)).toBe(true);
      }),
      { numRuns: 50 },
    );
    for (const bytes of [0, 1, CHUNK_BYTES_MAX, CHUNK_BYTES_MAX + 1, 2 * CHUNK_BYTES_MAX]) {
      expect(chunksOf(Buffer.alloc(bytes))).toHaveLength(
        Math.max(1, Math.ceil(bytes / CHUNK_BYTES_MAX)),
      );
    }
  });
});

describe("frames", () => {
  test("of a job stay below the bound of a frame, however long its code is", () => {
    const job = parseJob(
      "ID",
      { code: "#".repeat(300_000), args: ["a"], env: { HOME: "/job" }, entry: "m:f" },
      { limits: DEFAULT_LIMITS, ceiling: MAXIMUM_LIMITS, minimumLevel: "full" },
    );
    const code = Buffer.from("#".repeat(300_000));
    const reader = new FrameReader(FRAME_BYTES_MAX);
    const bodies = reader.push(
      Buffer.concat([
        ...fileFrames([{ name: "a", data: code }]),
        encodeToInit(...startMessages(job, code)),
      ]),
    );
    expect(bodies.map((body) => (body[0] ?? 0) >> 3)).toEqual([1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3]);
    const text = Buffer.concat(bodies).toString("latin1");
    expect(text).toContain("HOME=/job");
  });
});
