/** What a job hands back, and what the result document says about it. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectCleanNext, runThenNext, temporaryDirectory } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;

function digestOf(data: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

describe("results", () => {
  const pool = sharedPool();

  keeps(
    "result.document",
    "a JSON value comes back as it was handed over",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import broodbox
        broodbox.result({"text": "größe \\U0001f40d \\0", "numbers": [0, -1.5, 1e300, 2**53 - 1],
                         "": None, "yes": True, "nested": [[[{"a": []}]]]})
        print("and goes on")
        `,
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(run.result).toEqual({
        text: "größe 🐍 \0",
        numbers: [0, -1.5, 1e300, 2 ** 53 - 1],
        "": null,
        yes: true,
        nested: [[[{ a: [] }]]],
      });
      expect(textOf(run.stdout)).toBe("and goes on\n");
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "an entry point module:function hands back what it returns",
    async () => {
      const code = `
        def total():
            return {"total": sum([1, 2, 3]), "name": __name__}
        class Reports:
            @staticmethod
            def nothing():
                print("ran")
      `;
      const request = { filename: "report.py" } as const;
      const run = await runThenNext(pool(), code, { ...request, entry: "report:total" });
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(run.result).toEqual({ total: 6, name: "report" });
      const nothing = await runPython(pool(), code, {
        ...request,
        entry: "report:Reports.nothing",
      });
      expect(nothing.result).toBeNull();
      expect(textOf(nothing.stdout)).toBe("ran\n");
      const missing = await runThenNext(pool(), code, { ...request, entry: "report:absent" });
      expect(missing.outcome).toEqual({ kind: "exited", exitCode: 1 });
      expect(missing.error?.type).toBe("AttributeError");
    },
    ROOT_ONLY,
  );

  keeps(
    "result.rejected",
    "what JSON has no form for is refused to the job, and a second result too",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import broodbox
        for value in (float("nan"), float("inf"), {1, 2}, b"bytes", object()):
            try:
                broodbox.result(value)
            except (ValueError, TypeError) as error:
                print(type(error).__name__)
        broodbox.result("first")
        try:
            broodbox.result("second")
        except ValueError as error:
            print(error)
        `,
      );
      expect(textOf(run.stdout)).toBe(
        "ValueError\nValueError\nTypeError\nTypeError\nTypeError\n" +
          "this job has handed back a result already\n",
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(run.result).toBe("first");
    },
    ROOT_ONLY,
  );

  keeps(
    "outcome.exception",
    "an exception that cannot be described, and one with a huge text, are still data",
    async () => {
      const silent = await runThenNext(
        pool(),
        `
        class Silent(Exception):
            def __str__(self):
                raise MemoryError
        raise Silent
        `,
      );
      expect(silent.outcome).toEqual({ kind: "exited", exitCode: 1 });
      expect(silent.error).toMatchObject({
        type: "Silent",
        message: "<exception str() failed>",
      });
      const huge = await runThenNext(pool(), "raise ValueError('x' * 500_000)");
      expect(huge.outcome).toEqual({ kind: "exited", exitCode: 1 });
      expect(huge.error?.message.length).toBeLessThan(16 * 1024);
      expect(huge.error?.message).toMatch(/^x+… \(\d+ more characters\)$/);
      expect(huge.error?.traceback.length).toBeLessThan(128 * 1024);
    },
    ROOT_ONLY,
  );
});

describe("the result document", () => {
  const pool = sharedPool();

  keeps(
    "result.document",
    "has every field, with usage and timings that fit what the job did",
    async () => {
      const startedMs = performance.now();
      const run = await runThenNext(
        pool(),
        `
        import threading, time
        memory = b"x" * (100 << 20)
        threads = [threading.Thread(target=time.sleep, args=(0.3,)) for _ in range(4)]
        for thread in threads: thread.start()
        end = time.process_time() + 0.2
        while time.process_time() < end: pass
        for thread in threads: thread.join()
        `,
      );
      const elapsedMs = performance.now() - startedMs;
      expect(Object.keys(run).sort()).toEqual(
        "artifacts artifactsSkipped artifactsSkippedTotal confinement denied deniedTotal deniedTruncated error id outcome provenance result stderr stdout timings usage".split(
          " ",
        ),
      );
      expect(run.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(run.usage.wallMs).toBeGreaterThan(300);
      expect(run.usage.wallMs).toBeLessThan(elapsedMs);
      expect(run.usage.cpuMs).toBeGreaterThan(200);
      expect(run.usage.cpuMs).toBeLessThan(2_000);
      expect(run.usage.memoryPeakBytes).toBeGreaterThan(100 * MIB);
      expect(run.usage.memoryPeakBytes).toBeLessThan(150 * MIB);
      expect(run.usage.processes).toBe(5);
      const { queueMs, leaseMs, runMs, collectMs } = run.timings;
      expect(runMs).toBeGreaterThan(300);
      expect(queueMs + leaseMs + runMs + collectMs).toBeLessThan(elapsedMs);
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "output that is not UTF-8 is base64, and a cap that falls into a character keeps the text",
    async () => {
      const run = await runThenNext(
        pool(),
        String.raw`import os; os.write(1, b"\xff\x00\x01"); os.write(2, "ü".encode() * 3)`,
        { limits: { outputBytes: 5 } },
      );
      expect(run.stdout).toEqual({ base64: "/wAB", bytes: 3, truncated: false });
      expect(run.stderr).toEqual({ text: "üü", bytes: 6, truncated: true });
    },
    ROOT_ONLY,
  );
});

// With pools of their own: the first large piece of work starts threads, which stay.
describe("large results and inputs", () => {
  keeps(
    "result.document",
    "a result larger than one message comes back whole; one above its limit is rejected",
    async () => {
      await using pool = await openPool();
      const code = `import broodbox; broodbox.result("x" * ${3 * MIB})`;
      const run = await runThenNext(pool, code);
      expect(run.result).toBe("x".repeat(3 * MIB));
      const cut = await runThenNext(pool, code, { limits: { resultBytes: MIB } });
      expect(cut.outcome).toMatchObject({ kind: "rejected", reason: "protocol" });
      expect(cut.result).toBeNull();
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "names what the result depended on, with the digests that sha256sum gives",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const large = Buffer.alloc(3 * MIB, "large");
      writeFileSync(join(directory.path, "large.bin"), large);
      const code = [
        "import hashlib, json, os",
        'digest = lambda name: hashlib.sha256(open("/in/" + name, "rb").read()).hexdigest()',
        'print(json.dumps({name: "sha256:" + digest(name) for name in os.listdir("/in")}))',
      ].join("\n");
      const run = await runThenNext(pool, code, {
        inputs: [
          { path: join(directory.path, "large.bin") },
          { name: "small.txt", data: "größe" },
          { name: "empty", data: "" },
        ],
      });
      const expected = {
        "large.bin": digestOf(large),
        "small.txt": digestOf("größe"),
        empty: digestOf(""),
      };
      expect(JSON.parse(textOf(run.stdout))).toEqual(expected);
      expect(run.provenance.inputs).toEqual(expected);
      expect(run.provenance.code).toBe(digestOf(code));
      expect(run.provenance.profile).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(run.provenance.runtime).toMatch(/^python-3\.\d+\.\d+\+[0-9a-f]+$/);
      const again = await expectCleanNext(pool);
      expect(again.provenance.profile).toBe(run.provenance.profile);
      const other = await runPython(pool, "pass", { profile: "python-strict" });
      expect(other.provenance.profile).not.toBe(run.provenance.profile);
    },
    ROOT_ONLY,
  );
});
