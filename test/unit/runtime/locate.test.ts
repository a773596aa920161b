import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runtimeNameForFile } from "../../../src/runtime/catalog.ts";
import { findRuntimes, locateRuntime, type RunProbe } from "../../../src/runtime/locate.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "broodbox-test-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(path: string, content = "\x7fELF"): string {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

function answer(file: string, change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    executable: file,
    realPath: file,
    implementation: "cpython",
    version: [3, 11, 7],
    release: "final",
    versionText: "3.11.7 (main)",
    abiflags: "",
    prefix: root,
    basePrefix: root,
    standardLibrary: root,
    path: [root],
    libraries: [],
    ...change,
  });
}

interface Call {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Answers as the interpreters of a table would. */
function probe(table: Readonly<Record<string, string | number>>): { run: RunProbe; calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    run: (file, args, { env }) => {
      calls.push({ file, env });
      expect(args.slice(0, 2)).toEqual(["-I", "-c"]);
      const said = table[file];
      return Promise.resolve(
        typeof said === "string"
          ? { exitCode: 0, stdout: said, stderr: "", stopped: undefined }
          : {
              exitCode: said ?? 1,
              stdout: "",
              stderr: "pyenv: not found\nhint",
              stopped: undefined,
            },
      );
    },
  };
}

describe("locateRuntime", () => {
  test("names and digests the interpreter that PATH means by python3", async () => {
    const file = program("bin/python3");
    const { run, calls } = probe({ [file]: answer(file) });
    const env = { PATH: `/nonexistent:${root}/bin`, SECRET: "x" };
    const runtime = await locateRuntime("python", { runProbe: run, env });
    expect(runtime).toMatchObject({ name: "python3.11", version: "3.11.7", interpreter: file });
    expect(runtime.id).toMatch(/^python-3\.11\.7\+[0-9a-f]{12}$/);
    expect(runtime.digest).toContain(runtime.id.slice(-12));
    expect(calls[0]?.env).not.toHaveProperty("SECRET");
    expect(await locateRuntime("python", { runProbe: run, env })).toEqual(runtime);
  });

  test("asks a shim what it chooses, in the caller's environment, and then that one alone", async () => {
    const shim = program("shims/python3", "#!/bin/sh\n");
    const real = program("versions/bin/python3.11");
    const { run, calls } = probe({ [shim]: answer(real), [real]: answer(real) });
    const env = { PATH: `${root}/shims`, PYENV_VERSION: "3.11" };
    expect((await locateRuntime("python", { runProbe: run, env })).interpreter).toBe(real);
    expect(calls.map(({ file }) => file)).toEqual([shim, real]);
    expect(calls[0]?.env).toHaveProperty("PYENV_VERSION", "3.11");
    expect(calls[1]?.env).not.toHaveProperty("PYENV_VERSION");
  });

  test("finds a version that a shim is not set to among pyenv's", async () => {
    const shim = program("shims/python3.9", "#!/bin/sh\n");
    const real = program(".pyenv/versions/3.9.18/bin/python3.9");
    program(".pyenv/versions/3.9.2/bin/python3.9");
    const { run } = probe({ [shim]: 127, [real]: answer(real, { version: [3, 9, 18] }) });
    const env = { PATH: `${root}/shims`, HOME: root };
    const runtime = await locateRuntime("python3.9", { runProbe: run, env });
    expect(runtime.id).toMatch(/^python-3\.9\.18\+/);
  });

  test("executes a virtual environment by its own name, which is how it finds its packages", async () => {
    const real = program("bin/python3.11");
    const file = join(root, "venv-python");
    symlinkSync(real, file);
    const { run } = probe({
      [file]: answer(file, { realPath: real, prefix: join(root, "venv") }),
    });
    expect((await locateRuntime(file, { runProbe: run, env: {} })).interpreter).toBe(file);
  });

  test("changes the digest with the interpreter's bytes", async () => {
    const file = program("bin/python3");
    const { run } = probe({ [file]: answer(file) });
    const before = await locateRuntime(file, { runProbe: run, env: {} });
    writeFileSync(file, "\x7fELF2");
    const after = await locateRuntime(file, { runProbe: run, env: {} });
    expect(after.digest).not.toBe(before.digest);
  });

  test.each([
    [{ implementation: "pypy" }, "is pypy"],
    [{ version: [3, 7, 16] }, "older than 3.8"],
    [{ path: "x" }, "odd answer"],
    [{ executable: "" }, "odd answer: executable"],
  ])("refuses %j", async (change, why) => {
    const file = program("bin/python3");
    const { run } = probe({ [file]: answer(file, change) });
    await expect(locateRuntime(file, { runProbe: run, env: {} })).rejects.toMatchObject({
      code: "runtimeMissing",
      message: expect.stringContaining(why) as string,
    });
  });

  test("says what was tried and why it was not taken", async () => {
    const shim = program("shims/python3", "#!/bin/sh\n");
    const { run } = probe({ [shim]: 127 });
    await expect(
      locateRuntime("python", { runProbe: run, env: { PATH: `${root}/shims` } }),
    ).rejects.toThrow(
      /shims\/python3: ended with code 127 \(pyenv: not found\)\); install CPython/,
    );
    await expect(
      locateRuntime("python3.5", { runProbe: run, env: { PATH: root } }),
    ).rejects.toThrow("cannot find python3.5 on PATH");
    await expect(locateRuntime("cobol", { runProbe: run, env: {} })).rejects.toThrow(
      'there is no runtime "cobol"',
    );
  });
});

describe("findRuntimes", () => {
  test("lists each interpreter once and says what it skipped", async () => {
    const real = program("bin/python3.11");
    symlinkSync(real, join(root, "bin/python3"));
    const old = program("bin/python3.7");
    program("bin/python3-config");
    const { run } = probe({
      [join(root, "bin/python3")]: answer(real),
      [old]: answer(old, { version: [3, 7, 0] }),
    });
    const found = await findRuntimes({ runProbe: run, env: { PATH: `${root}/bin` } });
    expect(found.runtimes.map(({ interpreter }) => interpreter)).toEqual([real]);
    expect(found.skipped).toMatchObject([{ path: old }]);
  });
});

test("runtimeNameForFile knows suffixes, and nothing else", () => {
  expect(runtimeNameForFile("job.py")).toBe("python");
  expect(runtimeNameForFile("job.rb")).toBeUndefined();
  expect(runtimeNameForFile("py")).toBeUndefined();
});
