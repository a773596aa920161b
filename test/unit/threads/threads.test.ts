import { createHash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Digests } from "../../../src/bundle/digest.ts";
import { Threads } from "../../../src/threads/pool.ts";
import { identityOf } from "../../../src/threads/thread.ts";

const SOURCE = resolve(import.meta.dirname, "../../../src");

/** A thread is loaded by Node itself, which on 20 reads no TypeScript: what it needs is compiled here. */
async function compile(file: string, base: string): Promise<void> {
  const text = await readFile(join(SOURCE, file), "utf8");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  const path = join(base, file.replace(/ts$/, "js"));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, outputText);
}

let base: string;
let threads: Threads;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "threads-test-"));
  await writeFile(join(base, "package.json"), '{"type":"module"}');
  await compile("threads/thread.ts", base);
  await compile("core/json.ts", base);
  threads = new Threads({ filename: join(base, "threads/thread.js") });
});

afterAll(async () => {
  await threads[Symbol.asyncDispose]();
  await threads[Symbol.asyncDispose]();
  await expect(threads.hashBytes(new Uint8Array())).rejects.toMatchObject({ code: "poolClosed" });
  await rm(base, { recursive: true });
});

const hexOf = (data: string): string => createHash("sha256").update(data).digest("hex");

describe("Threads", () => {
  test("hash bytes, and the caller keeps them", async () => {
    const data = Buffer.from("x".repeat(100_000));
    expect(await threads.hashBytes(data)).toBe(hexOf("x".repeat(100_000)));
    expect(data.byteLength).toBe(100_000);
  });

  test("read a result: __proto__ stays a key of its own, surrogates stay, errors are data", async () => {
    const verdict = await threads.readJson(Buffer.from('{"__proto__":1,"s":"\\ud800"}'));
    expect(JSON.stringify(verdict)).toBe('{"ok":true,"value":{"__proto__":1,"s":"\\ud800"}}');
    expect(verdict.ok && Object.hasOwn(verdict.value as object, "__proto__")).toBe(true);
    expect(await threads.readJson(Buffer.from("[1,"))).toMatchObject({ ok: false });
  });

  test("hash a file in blocks and give its identity", async () => {
    const path = join(base, "large");
    await writeFile(path, "y".repeat(700_000));
    const found = await threads.hashFile(path);
    expect(found.sha256).toBe(hexOf("y".repeat(700_000)));
    expect(found.before).toEqual(found.after);
    expect(found.before.bytes).toBe(700_000);
  });

  test("refuse a directory and a file that is not there", async () => {
    await expect(threads.hashFile(base)).rejects.toThrow(/not a regular file|EISDIR/);
    await expect(threads.hashFile(join(base, "missing"))).rejects.toThrow(/ENOENT/);
  });

  test("stop when asked", async () => {
    const abort = new AbortController();
    const work = threads.hashFile(join(base, "large"), abort.signal);
    abort.abort();
    await expect(work).rejects.toThrow(/abort/i);
    expect(await threads.hashBytes(Buffer.from("after"))).toBe(hexOf("after"));
  });

  test("leave no file open when they are ended in the middle of it", async () => {
    const path = join(base, "cut-short");
    await writeFile(path, Buffer.alloc(4 * 1024 * 1024));
    for (let round = 0; round < 20; round += 1) {
      const ended = new Threads({ filename: join(base, "threads/thread.js"), maximumThreads: 1 });
      await ended.hashBytes(Buffer.from("the thread is up"));
      const work = ended.hashFile(path);
      work.catch(() => undefined);
      for (let turn = 0; turn < round * 20; turn += 1) {
        await new Promise(setImmediate);
      }
      await ended[Symbol.asyncDispose]();
    }
    expect(openFiles().filter((target) => target.startsWith(path))).toEqual([]);
  });
});

/** What the descriptors of this process point at. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // the descriptor of the listing itself
    }
  });
}

describe("Digests", () => {
  async function identity(path: string) {
    return identityOf(await stat(path, { bigint: true }));
  }

  test("read a file once as long as it is the same", async () => {
    let calls = 0;
    const digests = new Digests({
      hashFile: (path: string) => {
        calls += 1;
        return threads.hashFile(path);
      },
    } as Threads);
    const path = join(base, "once");
    await writeFile(path, "1");
    const first = await identity(path);
    const digest = `sha256:${hexOf("1")}`;
    expect(await digests.ofFile(path, first)).toBe(digest);
    expect(await digests.ofFile(path, first)).toBe(digest);
    expect(calls).toBe(1);
    await writeFile(path, "22");
    expect(await digests.ofFile(path, await identity(path))).toBe(`sha256:${hexOf("22")}`);
    expect(calls).toBe(2);
    await writeFile(path, "333");
    await expect(digests.ofFile(path, { ...first, bytes: 9 })).rejects.toMatchObject({
      code: "inputUnreadable",
      message: expect.stringContaining("changed while the job was using it"),
    });
  });

  test("give the same digest inline and in a thread", async () => {
    const digests = new Digests(threads);
    for (const bytes of [0, 1, 65_536, 65_537, 300_000]) {
      const data = new Uint8Array(bytes).fill(7);
      const expected = createHash("sha256").update(data).digest("hex");
      expect(await digests.ofBytes(data)).toBe(`sha256:${expected}`);
    }
  });

  test("fail with the path when a file is gone", async () => {
    const digests = new Digests(threads);
    await symlink("nowhere", join(base, "dangling"));
    const known = await identity(base);
    await expect(digests.ofFile(join(base, "dangling"), known)).rejects.toMatchObject({
      code: "inputUnreadable",
    });
  });
});
