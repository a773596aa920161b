import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parseStrictJson } from "../../../src/core/json.ts";
import { captured, OutputCollector, readHandedBack } from "../../../src/run/output.ts";

const threads = { readJson: vi.fn((data: Uint8Array) => Promise.resolve(parseStrictJson(data))) };

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

function field(number: number, body: Uint8Array): Buffer {
  return Buffer.from([(number << 3) | 2, ...varint(body.length), ...body]);
}

function frame(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(varint(body.length)), body]);
}

const resultFrame = (json: string): Buffer => frame(field(1, Buffer.from(json)));
const errorFrame = (type: string, message: string): Buffer =>
  frame(field(2, Buffer.concat([field(1, Buffer.from(type)), field(2, Buffer.from(message))])));

function read(data: Uint8Array, resultBytes = 1_000_000, isExceeded = false) {
  return readHandedBack(data, resultBytes, isExceeded, threads);
}

describe("captured", () => {
  test("gives text for UTF-8 and base64 for anything else", () => {
    expect(captured(Buffer.from("hé\ufeff\n"), 8)).toEqual({
      text: "hé\ufeff\n",
      bytes: 8,
      truncated: true,
    });
    expect(captured(Uint8Array.of(0xff), 1)).toEqual({
      base64: "/w==",
      bytes: 1,
      truncated: false,
    });
    expect(captured(Buffer.from("\ufeffa"), 4)).toMatchObject({ text: "\ufeffa" });
  });

  test("drops a character that the cap cut, at every place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), (text, at) => {
        const data = Buffer.from(text);
        const cap = at % data.byteLength;
        const found = captured(data.subarray(0, cap), data.byteLength);
        expect(found).toMatchObject({ bytes: data.byteLength, truncated: true });
        const shown = "text" in found ? found.text : undefined;
        expect(shown).toBeDefined();
        expect(text.startsWith(shown ?? "?")).toBe(true);
      }),
    );
  });

  test("does not hide bytes that are wrong for themselves", () => {
    expect(captured(Buffer.from([0x61, 0x80]), 10)).toHaveProperty("base64");
    expect(captured(Buffer.from([0xff]), 10)).toHaveProperty("base64");
    expect(captured(Buffer.from([0x61, 0xc3]), 2)).toHaveProperty("base64");
  });
});

describe("OutputCollector", () => {
  test("keeps each stream up to its cap and passes on what it keeps", () => {
    const seen: string[] = [];
    const output = new OutputCollector(4, 1, {
      onStdout: (chunk) => seen.push(`1${Buffer.from(chunk).toString()}`),
      onStderr: (chunk) => seen.push(`2${Buffer.from(chunk).toString()}`),
    });
    for (const [stream, text] of [
      ["stdout", "abc"],
      ["stderr", "x"],
      ["stdout", "def"],
      ["stdout", "ghi"],
    ] as const) {
      output.take({ kind: "output", stream, data: Buffer.from(text) });
    }
    expect(seen).toEqual(["1abc", "2x", "1d"]);
    expect(output.captured("stdout", 9)).toEqual({ text: "abcd", bytes: 9, truncated: true });
    expect(output.captured("stderr", 1)).toEqual({ text: "x", bytes: 1, truncated: false });
  });

  test("does not keep a view of the chunk it came in", () => {
    const output = new OutputCollector(4, 1);
    const data = Buffer.from("abc");
    output.take({ kind: "output", stream: "stdout", data });
    data.fill(0);
    expect(output.captured("stdout", 3)).toMatchObject({ text: "abc" });
  });
});

describe("readHandedBack", () => {
  test("reads nothing, a result, an error, or both", async () => {
    expect(await read(new Uint8Array())).toEqual({ result: null, error: null, problem: undefined });
    expect((await read(resultFrame('{"a":[1]}'))).result).toEqual({ a: [1] });
    const both = await read(Buffer.concat([resultFrame("1"), errorFrame("ValueError", "no")]));
    expect(both).toEqual({
      result: 1,
      error: { type: "ValueError", message: "no", traceback: "" },
      problem: undefined,
    });
  });

  test("takes the first of two errors: an exit handler may raise as well", async () => {
    const found = await read(Buffer.concat([errorFrame("A", ""), errorFrame("B", "")]));
    expect(found).toMatchObject({ error: { type: "A" }, problem: undefined });
  });

  test("takes large results to a thread", async () => {
    const text = JSON.stringify("x".repeat(70_000));
    expect((await read(resultFrame(text))).result).toHaveLength(70_000);
    expect(threads.readJson).toHaveBeenCalledOnce();
  });

  test.each<[string, Uint8Array, string, RegExp]>([
    ["NaN", resultFrame("NaN"), "invalidResult", /JSON/],
    ["an empty result", resultFrame(""), "invalidResult", /JSON/],
    [
      "a result and bytes",
      Buffer.concat([resultFrame("1"), Buffer.from([5, 1])]),
      "protocol",
      /within a message/,
    ],
    [
      "two results",
      Buffer.concat([resultFrame("1"), resultFrame("1")]),
      "protocol",
      /more than one result/,
    ],
    ["text", Buffer.from("hello, world"), "protocol", /result channel/],
    [
      "an overlong length",
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 1]),
      "protocol",
      /result channel/,
    ],
    ["an unknown field", frame(field(3, Buffer.from("x"))), "protocol", /result channel/],
    ["an empty message", Buffer.from([0]), "protocol", /result channel/],
  ])("rejects %s", async (_what, data, reason, detail) => {
    const found = await read(data);
    expect(found.result).toBeNull();
    expect(found.problem).toMatchObject({ reason, detail: expect.stringMatching(detail) });
  });

  test("rejects a result above its limit, cut by init or not", async () => {
    expect((await read(resultFrame('"12345"'), 6)).problem?.reason).toBe("protocol");
    expect((await read(resultFrame('"1234"'), 6)).problem).toBeUndefined();
    expect((await read(resultFrame("1"), 6, true)).problem?.detail).toMatch(
      /longer than the 6 bytes/,
    );
  });

  test("cuts an error's texts and says so", async () => {
    const { error } = await read(errorFrame("E".repeat(300), "m".repeat(10_000)));
    expect(error?.type).toBe(`${"E".repeat(256)}… (44 more characters)`);
    expect(error?.message).toMatch(/… \(1808 more characters\)$/);
  });

  test("never throws, whatever a job writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (data) => {
        const found = await read(data);
        expect(found.problem === undefined || found.result === null).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
