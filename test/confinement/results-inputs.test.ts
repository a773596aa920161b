/** What a job is given: inputs of all sizes, stdin, arguments, environment. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import {
  expectCleanNext,
  Gate,
  rejectionOf,
  runThenNext,
  temporaryDirectory,
} from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;

const DIGEST_ALL = `
  import broodbox, hashlib, os
  broodbox.result({
      name: "sha256:" + hashlib.sha256(open("/in/" + name, "rb").read()).hexdigest()
      for name in os.listdir("/in")
  })
`;

function digestOf(data: Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

describe("inputs", () => {
  keeps(
    "inside.inputs",
    "files of every size and mode are read whole, and their digests are true",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const sizes = { none: 0, one: 1, frame: 61_440, mib: MIB, above: MIB + 1, large: 9 * MIB };
      const files = Object.entries(sizes).flatMap(([name, bytes]) =>
        ([0o644, 0o600] as const).map((mode) => {
          const path = join(directory.path, `${name}-${mode.toString(8)}`);
          const data = Buffer.alloc(bytes, `${name}${mode}`);
          writeFileSync(path, data);
          chmodSync(path, mode);
          return { name: `${name}-${mode.toString(8)}`, path, digest: digestOf(data) };
        }),
      );
      const run = await runThenNext(pool, DIGEST_ALL, {
        inputs: files.map(({ path }) => ({ path })),
        limits: { wallMs: 30_000, cpuMs: 30_000 },
      });
      const digests = Object.fromEntries(files.map(({ name, digest }) => [name, digest]));
      expect(run.result).toEqual(digests);
      expect(run.provenance.inputs).toEqual(digests);
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.inputs",
    "a large file of 0600 is read by the job but stays unreadable and unchanged outside",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const path = join(directory.path, "secret.bin");
      const data = Buffer.alloc(3 * MIB, "secret");
      writeFileSync(path, data, { mode: 0o600 });
      const before = statSync(path);
      const run = await runThenNext(pool, DIGEST_ALL, { inputs: [{ name: "data", path }] });
      expect(run.result).toEqual({ data: digestOf(data) });
      const after = statSync(path);
      expect([after.mode, after.uid, after.mtimeMs, after.ctimeMs]).toEqual([
        before.mode,
        before.uid,
        before.mtimeMs,
        before.ctimeMs,
      ]);
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.inputs",
    "inputs cannot be changed, replaced or added to, whichever way they came",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const path = join(directory.path, "large.bin");
      writeFileSync(path, Buffer.alloc(2 * MIB, "large"), { mode: 0o666 });
      chmodSync(path, 0o666);
      const run = await runThenNext(
        pool,
        `
        import os
        attempts = {
            "write": lambda p: open(p, "r+b"),
            "append": lambda p: open(p, "ab"),
            "truncate": lambda p: os.truncate(p, 0),
            "remove": lambda p: os.unlink(p),
            "rename": lambda p: os.rename(p, "/in/other"),
            "chmod": lambda p: os.chmod(p, 0o777),
            "touch": lambda p: os.utime(p),
            "add": lambda p: open("/in/new", "w"),
            "link": lambda p: os.link(p, "/tmp/linked"),
        }
        for path in ("/in/large.bin", "/in/small.txt"):
            for name, attempt in attempts.items():
                try:
                    attempt(path)
                    print("got through:", name, path)
                except OSError:
                    pass
        print(open("/in/small.txt").read(), os.path.getsize("/in/large.bin"))
        `,
        { inputs: [{ path }, { name: "small.txt", data: "small" }] },
      );
      expect(textOf(run.stdout)).toBe(`small ${2 * MIB}\n`);
      expect(readFileSync(path).equals(Buffer.alloc(2 * MIB, "large"))).toBe(true);
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.inputs",
    "odd names are kept, and a link outside is followed once, by us",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const target = join(directory.path, "target");
      writeFileSync(target, Buffer.alloc(2 * MIB, "t"));
      symlinkSync(target, join(directory.path, "link"));
      const names = ["größe.csv", "with space", "-rf", "new\nline", "n".repeat(255)];
      const run = await runThenNext(
        pool,
        `
        import broodbox, os
        broodbox.result({name: [os.path.islink("/in/" + name), os.path.getsize("/in/" + name)] for name in os.listdir("/in")})
        `,
        {
          inputs: [
            ...names.map((name) => ({ name, data: name })),
            { name: "link", path: join(directory.path, "link") },
          ],
        },
      );
      expect(run.result).toEqual({
        ...Object.fromEntries(names.map((name) => [name, [false, Buffer.byteLength(name)]])),
        link: [false, 2 * MIB],
      });
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.inputs",
    "what is no regular file, or not there, is refused before anything runs",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      using gate = new Gate();
      mkdirSync(join(directory.path, "directory"));
      for (const path of [
        join(directory.path, "absent"),
        join(directory.path, "directory"),
        gate.path,
        "/dev/zero",
      ]) {
        const error = await rejectionOf(runPython(pool, "print(1)", { inputs: [{ path }] }));
        expect(error, path).toMatchObject({ code: "inputUnreadable", started: false });
        expect(error["message"], path).toContain(path);
      }
      await expectCleanNext(pool);
    },
    ROOT_ONLY,
  );
});

describe("stdin, arguments and environment", () => {
  const pool = sharedPool();

  keeps(
    "inside.inputs",
    "stdin of any size and source arrives whole and ends",
    async () => {
      using directory = temporaryDirectory();
      const path = join(directory.path, "stdin.bin");
      const data = Buffer.alloc(5 * MIB + 7, "0123456789");
      writeFileSync(path, data);
      const code = `
        import hashlib, sys
        data = sys.stdin.buffer.read()
        print(len(data), "sha256:" + hashlib.sha256(data).hexdigest(), sys.stdin.buffer.read())
      `;
      const cases = [
        ["", Buffer.alloc(0)],
        ["größe\n", Buffer.from("größe\n")],
        [new Uint8Array([0, 255, 10]), Buffer.from([0, 255, 10])],
        [data.toString(), data],
        [{ path }, data],
      ] as const;
      for (const [stdin, expected] of cases) {
        const run = await runPython(pool(), code, { stdin });
        expect(textOf(run.stdout)).toBe(`${expected.byteLength} ${digestOf(expected)} b''\n`);
      }
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.inputs",
    "a job that does not read its stdin, or closes it, ends as it would without",
    async () => {
      const stdin = "x".repeat(8 * MIB);
      const deaf = await runPython(pool(), "print('deaf')", { stdin });
      expect(deaf.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(textOf(deaf.stdout)).toBe("deaf\n");
      const closed = await runPython(pool(), "import os; os.close(0); print('closed')", { stdin });
      expect(closed.outcome).toEqual({ kind: "exited", exitCode: 0 });
      const some = await runPython(pool(), "print(input()[:3])", { stdin: `abc\n${stdin}` });
      expect(textOf(some.stdout)).toBe("abc\n");
      await expectCleanNext(pool());
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.environment",
    "arguments and variables arrive as they are, beside a few fixed ones and nothing of the host's",
    async () => {
      const args = ["", "-c", "größe", "a b", "$(x)", "--", "\n"];
      const env = { SPOILED: "ü=1\n", EMPTY: "", LANG: "C", PATH: "/nowhere" };
      const run = await runThenNext(
        pool(),
        `
        import broodbox, os, sys
        broodbox.result({"args": sys.argv[1:], "env": dict(os.environ)})
        `,
        { args, env },
      );
      const { args: seenArgs, env: seen } = run.result as {
        args: string[];
        env: Record<string, string>;
      };
      expect(seenArgs).toEqual(args);
      expect(seen).toMatchObject({ ...env, HOME: "/tmp" });
      const fixed = ["HOME", "LANG", "LOGNAME", "PATH", "USER"];
      expect(Object.keys(seen).sort()).toEqual([...fixed, "SPOILED", "EMPTY"].sort());
    },
    ROOT_ONLY,
  );
});
