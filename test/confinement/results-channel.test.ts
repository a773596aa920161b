/** Hostile bytes on descriptor 3, where a job hands back its result: refused or lossless, and bounded. */
import { describe, expect } from "vitest";
import type { Outcome } from "../../src/core/outcome.ts";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, runThenNext } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;
const EXITED: Outcome = { kind: "exited", exitCode: 0 };

/** Frames by hand: what our own module would never write. */
const PRELUDE = `
import os
def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))
def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data
def frame(data):
    return varint(len(data)) + data
def send(data):
    while data:
        data = data[os.write(3, data):]
def result(text):
    send(frame(field(1, text if isinstance(text, bytes) else text.encode())))
`;

describe("JSON on the result channel", () => {
  const pool = sharedPool();

  const REFUSED = [
    ["NaN", `'{"a":NaN}'`],
    ["an infinity", `'[-Infinity]'`],
    ["a number beyond a double", `'[1e999]'`],
    ["an integer beyond 2^53", `'{"id":9007199254740993}'`],
    ["an integer of 10,000 digits", `'1' * 10_000`],
    ["the same key twice", `'{"a":1,"b":2,"a":3}'`],
    ["the same key twice, once escaped", `'{"a":1,"\\\\u0061":2}'`],
    ["10,000 open brackets", `'[' * 10_000`],
    ["arrays 100 deep", `'[' * 100 + ']' * 100`],
    ["bytes that are not UTF-8", `b'"\\xff\\xfe"'`],
    ["a surrogate encoded as UTF-8", `b'"\\xed\\xa0\\x80"'`],
    ["a byte order mark", `b'\\xef\\xbb\\xbf{}'`],
    ["nothing at all", `''`],
    ["half a value", `'{"a":'`],
    ["two values", `'{}{}'`],
    ["a control character in a text", `'"a\\nb"'`],
    ["a comment", `'{} // fine'`],
    ["a trailing comma", `'[1,]'`],
    ["single quotes", `"{'a': 1}"`],
    ["a leading zero", `'[007]'`],
  ] as const;

  keeps(
    "result.rejected",
    "JSON that does not mean the same to everybody is rejected as invalidResult",
    async () => {
      for (const [what, text] of REFUSED) {
        const run = await runPython(pool(), `${PRELUDE}result(${text})\n`);
        expect(run.outcome, what).toMatchObject({ kind: "rejected", reason: "invalidResult" });
        expect(run.result, what).toBeNull();
        expect(run.error, what).toBeNull();
      }
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  // With a pool of its own: the first large piece of work starts a thread, which stays.
  keeps(
    "result.rejected",
    "large JSON is read under the same bounds",
    async () => {
      await using large = await openPool();
      for (const text of ["'[' * 1_000_000", "'[' + '0,' * 1_500_000 + '0]'", "'1' * 1_000_000"]) {
        const run = await runPython(large, `${PRELUDE}result(${text})\n`);
        expect(run.outcome, text).toMatchObject({ kind: "rejected", reason: "invalidResult" });
        expect(run.result, text).toBeNull();
      }
      await expectCleanNext(large);
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "odd but honest JSON comes back without loss",
    async () => {
      const texts = [
        `{"__proto__":{"polluted":true},"constructor":1}`,
        `{"a":{"__proto__":null},"hasOwnProperty":[]}`,
        `[9007199254740991,-9007199254740991,1e308,5e-324,0.1]`,
        `"\\u0000\\ud83d\\udc0d"`,
        // Half a character has no UTF-8 form, but JSON carries it as an escape in both directions.
        `{"\\udfff":["\\ud800","\\udc00\\ud800"]}`,
        `[${"[".repeat(60)}${"]".repeat(60)}]`,
        ` \t\r\n[ 1 , 2 ] `,
      ];
      for (const text of texts) {
        const run = await runPython(pool(), `${PRELUDE}import sys\nresult(sys.stdin.read())\n`, {
          stdin: text,
        });
        expect(run.outcome, text).toEqual(EXITED);
        expect(JSON.stringify(run.result), text).toBe(JSON.stringify(JSON.parse(text)));
      }
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );
});

describe("frames on the result channel", () => {
  const pool = sharedPool();

  const BROKEN = [
    ["garbage", "send(bytes(range(256)) * 16)"],
    ["text", `send(b"hello\\n")`],
    ["a prefix of 4 GiB", `send(b"\\xff\\xff\\xff\\xff\\x0f")`],
    ["a prefix of 2^63 bytes", `send(b"\\xff" * 9 + b"\\x7f")`],
    ["a prefix that is not minimal", `send(b"\\x80\\x80\\x00")`],
    ["a prefix without end", `send(b"\\x80" * 4)`],
    ["half a frame", `send(frame(field(1, b'"whole"'))[:-3])`],
    ["a frame with bytes behind it", `send(frame(field(1, b"1")) + b"\\x05x")`],
    ["a length within the frame that leads out of it", `send(frame(b"\\x0a\\x7f1"))`],
    ["an empty message", `send(frame(b""))`],
    ["an unknown field", `send(frame(field(9, b"x")))`],
    ["the wrong wire type", `send(frame(b"\\x08\\x01"))`],
    ["two results", "result('1'); result('2')"],
    ["a field that is not UTF-8 in an error", `send(frame(field(2, field(1, b"\\xff"))))`],
  ] as const;

  keeps(
    "result.rejected",
    "what is no message is rejected as a broken protocol, in bounded memory",
    async () => {
      const rssBytes = process.memoryUsage().rss;
      for (const [what, statement] of BROKEN) {
        const run = await runPython(pool(), `${PRELUDE}print("said")\n${statement}\n`);
        expect(run.outcome, what).toMatchObject({ kind: "rejected", reason: "protocol" });
        expect(run.result, what).toBeNull();
        expect(textOf(run.stdout), what).toBe("said\n");
      }
      expect(process.memoryUsage().rss - rssBytes).toBeLessThan(64 * MIB);
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "result.rejected",
    "a result in thousands of one-byte writes is whole",
    async () => {
      const run = await runThenNext(
        pool(),
        `${PRELUDE}for byte in frame(field(1, b'"' + b"x" * 5000 + b'"')): os.write(3, bytes([byte]))\n`,
      );
      expect(run.outcome).toEqual(EXITED);
      expect(run.result).toBe("x".repeat(5000));
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.kernel-facts",
    "a broken result changes nothing about a job that was killed, and nothing but a rejection else",
    async () => {
      const killed = await runThenNext(
        pool(),
        `${PRELUDE}send(b"garbage")\nos.kill(os.getpid(), 9)\n`,
      );
      expect(killed.outcome).toEqual({ kind: "signaled", signal: "SIGKILL", coreDumped: false });
      const limited = await runThenNext(
        pool(),
        `${PRELUDE}send(b"garbage")\nimport time\ntime.sleep(60)\n`,
        { limits: { wallMs: 300 } },
      );
      expect(limited.outcome).toEqual({ kind: "limited", limit: "wall" });
      const wellFormed = await runThenNext(
        pool(),
        `${PRELUDE}result('{"outcome":{"kind":"exited","exitCode":0},"usage":{"cpuMs":0}}')\nos._exit(3)\n`,
      );
      expect(wellFormed.outcome).toEqual({ kind: "exited", exitCode: 3 });
      expect(wellFormed.usage.cpuMs).toBeGreaterThan(0);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.kernel-facts",
    "a forged error is data, capped, and leaves the exit code as it is",
    async () => {
      const run = await runThenNext(
        pool(),
        `${PRELUDE}send(frame(field(2, field(1, b"T" * 9000) + field(2, b"m") + field(3, b"t" * 90_000))))\n`,
      );
      expect(run.outcome).toEqual(EXITED);
      expect(run.error?.message).toBe("m");
      expect(run.error?.type.length).toBeLessThan(300);
      expect(run.error?.traceback.length).toBeLessThan(70_000);
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.kernel-facts",
    "a process that the job forked may write to the channel and changes no outcome",
    async () => {
      const run = await runThenNext(
        pool(),
        `${PRELUDE}
if os.fork() == 0:
    result('"from a child"')
    os._exit(5)
os.wait()
os._exit(4)
`,
        { profile: "python-subprocess" },
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 4 });
      expect(run.result).toBe("from a child");
    },
    ROOT_ONLY,
  );
});
