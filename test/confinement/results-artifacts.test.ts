/** What a job leaves in /out: regular files come back, everything else is named and never followed. */
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import { openPool, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { runThenNext, temporaryDirectory } from "./support-jobs.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const MIB = 1024 * 1024;

function skippedOf(run: RunResult): Record<string, string> {
  return Object.fromEntries(run.artifactsSkipped.map(({ name, reason }) => [name, reason]));
}

function namesOf(run: RunResult): string[] {
  return run.artifacts.map((artifact) => artifact.name);
}

describe("kinds of files", () => {
  const pool = sharedPool();

  keeps(
    "artifacts.regular-files-only",
    "links, second names, pipes and sockets are listed as skipped and never opened",
    async () => {
      const contents: Record<string, string> = {};
      const run = await runThenNext(
        pool(),
        `
        import os, stat
        os.chdir("/out")
        with open("honest.txt", "w") as file:
            file.write("honest")
        os.symlink("/etc/passwd", "passwd")
        os.symlink("honest.txt", "beside")
        os.symlink("/", "root")
        os.symlink(".", "loop")
        with open("first", "w") as file:
            file.write("two names")
        os.link("first", "second")
        os.mkfifo("pipe")
        os.mknod("socket", stat.S_IFSOCK | 0o600)
        with open("gone", "w") as file:
            os.unlink("gone")
            file.write("no name")
        `,
        {},
        {
          onArtifact: ({ name }, data) => {
            contents[name] = Buffer.from(data).toString();
          },
        },
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(contents).toEqual({ "honest.txt": "honest" });
      expect(run.artifacts).toEqual([
        {
          name: "honest.txt",
          bytes: 6,
          sha256: createHash("sha256").update("honest").digest("hex"),
          mediaType: "text/plain",
        },
      ]);
      expect(skippedOf(run)).toEqual({
        passwd: "symbolic link",
        beside: "symbolic link",
        root: "symbolic link",
        loop: "symbolic link",
        first: "hard link",
        second: "hard link",
        pipe: "special file",
        socket: "special file",
      });
      expect(run.artifactsSkippedTotal).toBe(8);
    },
    ROOT_ONLY,
  );

  keeps(
    "artifacts.regular-files-only",
    "odd modes are no hindrance: without any permission, setuid, and directories alike",
    async () => {
      using out = temporaryDirectory();
      const run = await runThenNext(
        pool(),
        `
        import os
        os.makedirs("/out/closed/inner")
        for name, mode in (("none", 0), ("writeOnly", 0o200), ("all", 0o7777), ("setuid", 0o4755)):
            with open("/out/" + name, "w") as file:
                file.write(name)
            try:
                os.chmod("/out/" + name, mode)
            except PermissionError:
                os.chmod("/out/" + name, mode & 0o777)
        with open("/out/closed/inner/deep", "w") as file:
            file.write("deep")
        os.chmod("/out/closed/inner", 0)
        os.chmod("/out/closed", 0)
        `,
        {},
        { outDir: out.path },
      );
      expect(namesOf(run)).toEqual(["all", "closed/inner/deep", "none", "setuid", "writeOnly"]);
      expect(run.artifactsSkipped).toEqual([]);
      for (const name of namesOf(run)) {
        const path = join(out.path, name);
        expect(readFileSync(path, "utf8"), name).toBe(name.split("/").at(-1));
        expect(lstatSync(path).mode & 0o7777, name).toBe(0o644);
        expect(lstatSync(path).uid, name).toBe(process.getuid?.());
      }
      expect(lstatSync(join(out.path, "closed")).mode & 0o7777).toBe(0o755);
    },
    ROOT_ONLY,
  );

  keeps(
    "artifacts.regular-files-only",
    "an /out that its job made inaccessible or replaced is still /out",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        open("/out/kept", "w").close()
        os.chmod("/out", 0)
        for attempt in (lambda: os.rename("/out", "/tmp/out"), lambda: os.rmdir("/out")):
            try:
                attempt()
            except OSError as error:
                print("refused")
        `,
      );
      expect(textOf(run.stdout)).toBe("refused\nrefused\n");
      expect(namesOf(run)).toEqual(["kept"]);
    },
    ROOT_ONLY,
  );
});

describe("names of files", () => {
  const pool = sharedPool();

  keeps(
    "artifacts.regular-files-only",
    "names that could lie or lead elsewhere are skipped, and shown escaped; honest ones are kept",
    async () => {
      using out = temporaryDirectory();
      const run = await runThenNext(
        pool(),
        String.raw`
        import os
        os.chdir("/out")
        names = [b"new\nline", b"\xff\xfe", b"\x1b[31mred", "\u202etxt.exe".encode(), b"a" * 255,
                 b"-rf", b" ", b"...", b"C:\\x", "größe.csv".encode(), b"{}\"';$(x)"]
        for name in names:
            with open(name, "w") as file:
                file.write("x")
        `,
        {},
        { outDir: out.path },
      );
      const kept = [" ", "-rf", "...", "C:\\x", "a".repeat(255), "größe.csv", `{}"';$(x)`];
      expect(new Set(namesOf(run))).toEqual(new Set(kept));
      expect(new Set(readdirSync(out.path))).toEqual(new Set(kept));
      expect(skippedOf(run)).toEqual({
        "new\\u{a}line": "its name holds control characters",
        "��": "its name is not UTF-8",
        "\\u{1b}[31mred": "its name holds control characters",
        "\\u{202e}txt.exe": "its name holds control characters",
      });
      expect(run.artifactsSkippedTotal).toBe(4);
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.everything-is-capped",
    "trees that are too deep or have too long names are cut off, and that is said",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        def tree(part, depth):
            os.chdir("/out")
            for level in range(depth):
                os.mkdir(part)
                os.chdir(part)
                with open(f"file{level}", "w") as file:
                    file.write("x")
        tree("d", 40)
        tree("l" * 200, 8)
        `,
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
      const names = namesOf(run);
      expect(names).toContain("d/file0");
      expect(names).toContain(`${"d/".repeat(10)}file9`);
      expect(names).toContain(`${`${"l".repeat(200)}/`.repeat(3)}file2`);
      expect(names.every((name) => Buffer.byteLength(name) < 1024)).toBe(true);
      const reasons = new Set(run.artifactsSkipped.map(({ reason }) => reason));
      expect(reasons).toEqual(new Set(["too deep", "name too long"]));
    },
    ROOT_ONLY,
  );

  keeps(
    "limits.everything-is-capped",
    "of thousands of skipped files some are listed and all are counted",
    async () => {
      const run = await runThenNext(
        pool(),
        `
        import os
        for number in range(900):
            os.symlink("/", f"/out/{number}")
        `,
      );
      expect(run.artifactsSkipped).toHaveLength(256);
      expect(run.artifactsSkippedTotal).toBe(900);
    },
    ROOT_ONLY,
  );
});

describe("the output directory", () => {
  keeps(
    "artifacts.host-opens-no-job-path",
    "files are written below it only, never through links that lie there or over what is there",
    async () => {
      await using pool = await openPool();
      using directory = temporaryDirectory();
      const out = join(directory.path, "new/out");
      const outside = join(directory.path, "outside");
      mkdirSync(out, { recursive: true });
      mkdirSync(outside);
      writeFileSync(join(outside, "victim"), "victim");
      writeFileSync(join(out, "mine"), "mine");
      symlinkSync(join(outside, "victim"), join(out, "link"));
      symlinkSync(join(outside, "absent"), join(out, "dangling"));
      symlinkSync(outside, join(out, "away"));
      const run = await runThenNext(
        pool,
        `
        import os
        os.chdir("/out")
        os.mkdir("away")
        for name in ("mine", "link", "dangling", "away/planted", "fine"):
            with open(name, "w") as file:
                file.write("the job's")
        `,
        {},
        { outDir: out },
      );
      expect(namesOf(run)).toEqual(["fine"]);
      expect(Object.keys(skippedOf(run)).sort()).toEqual([
        "away/planted",
        "dangling",
        "link",
        "mine",
      ]);
      expect(readdirSync(outside)).toEqual(["victim"]);
      expect(readFileSync(join(outside, "victim"), "utf8")).toBe("victim");
      expect(readFileSync(join(out, "mine"), "utf8")).toBe("mine");
      expect(readFileSync(join(out, "fine"), "utf8")).toBe("the job's");
      expect(readlinkSync(join(out, "away"))).toBe(outside);
    },
    ROOT_ONLY,
  );

  keeps(
    "result.document",
    "large artifacts arrive whole, with the digest of their content",
    async () => {
      await using pool = await openPool();
      using out = temporaryDirectory();
      const run = await runThenNext(
        pool,
        `
        with open("/out/big.bin", "wb") as file:
            for number in range(5 * 1024):
                file.write(number.to_bytes(4, "little") * 256)
            file.write(b"end")
        with open("/out/holes.bin", "wb") as file:
            file.seek(20 << 20)
            file.write(b"!")
        `,
        {},
        { outDir: out.path },
      );
      const big = readFileSync(join(out.path, "big.bin"));
      expect(big.byteLength).toBe(5 * MIB + 3);
      for (const number of [0, 1, 1000, 5 * 1024 - 1]) {
        expect(big.readUInt32LE(number * 1024 + 512)).toBe(number);
      }
      const holes = readFileSync(join(out.path, "holes.bin"));
      expect(holes.byteLength).toBe(20 * MIB + 1);
      for (const [index, data] of [big, holes].entries()) {
        expect(run.artifacts[index]?.sha256).toBe(createHash("sha256").update(data).digest("hex"));
      }
    },
    ROOT_ONLY,
  );
});
