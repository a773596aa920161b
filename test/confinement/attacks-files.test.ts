import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { JsonValue } from "../../src/core/outcome.ts";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { type Answers, broken, Directory, resultOf, runJobFile, unlike } from "./support.ts";

/** Names, sizes and times of the directory that a job would like to plant code in, and of two files. */
function libraryDigest(): string {
  const program = "import sysconfig, os; print(sysconfig.get_path('stdlib')); print(os.__file__)";
  const [library = "", file = ""] = execFileSync("python3", ["-I", "-c", program], {
    encoding: "utf8",
  }).split("\n");
  const hash = createHash("sha256");
  for (const directory of [library, join(library, "__pycache__")]) {
    hash.update(readdirSync(directory).sort().join("\n"));
  }
  return hash.update(readFileSync(file)).digest("hex");
}

for (const profile of ["python-default", "python-subprocess"]) {
  describe(`files, devices and signals under ${profile}`, () => {
    const pool = sharedPool({ profile });

    async function ask(job: string, group: string): Promise<Answers> {
      return resultOf<Answers>(await runJobFile(pool(), job, { args: [group] }));
    }

    keeps("confinement.hostile-job", "runtime, inputs and system stay as they are", async () => {
      const before = libraryDigest();
      const answers = await ask("files", "writes");
      // EXDEV: a link from a read-only mount into scratch would cross mounts.
      expect(
        unlike(answers, "EROFS", "EACCES", "EPERM", "ENOENT", "EXDEV", "EBUSY", "ETXTBSY"),
      ).toEqual({});
      expect(Object.keys(answers).length).toBeGreaterThan(25);
      expect(libraryDigest()).toBe(before);
    });

    keeps("confinement.hostile-job", "files of the kernel can not be written", async () => {
      expect(unlike(await ask("files", "kernel"), "ENOENT", "EROFS", "EACCES", "EPERM")).toEqual(
        {},
      );
    });

    keeps("confinement.hostile-job", "no secret of host or kernel is read", async () => {
      expect(unlike(await ask("files", "secrets"), "ENOENT", "EACCES")).toEqual({});
    });

    keeps("confinement.hostile-job", "no device is found or made", async () => {
      expect(unlike(await ask("files", "devices"), "ENOENT", "EPERM")).toEqual({});
    });

    keeps("confinement.hostile-job", "the benign twins work: scratch, pipes, imports", async () => {
      const works = await runJobFile(pool(), "files", { args: ["works"] });
      expect(broken(resultOf<Record<string, JsonValue>>(works))).toEqual({});
      expect(works.denied).toEqual([]);
    });

    keeps("confinement.hostile-job", "init and everybody else get no signal of a job", async () => {
      const answers = await ask("signals", "signals");
      expect(unlike(answers, "EPERM", "ESRCH", "EINVAL")).toEqual({});
      const next = await runPython(pool(), `print("alive")`);
      expect(textOf(next.stdout)).toBe("alive\n");
    });

    keeps("confinement.hostile-job", "no limit, priority or schedule gets better", async () => {
      const answers = await ask("signals", "limits");
      // EACCES is what the kernel says of a better priority; ESRCH of init, which is not to be seen.
      expect(unlike(answers, "EPERM", "EINVAL", "EACCES", "ESRCH", "ENOMEM")).toEqual({});
    });

    keeps("confinement.hostile-job", "own signals, lower limits and politeness work", async () => {
      const works = await runJobFile(pool(), "signals", { args: ["works"] });
      expect(broken(resultOf<Record<string, JsonValue>>(works))).toEqual({});
    });
  });
}

describe("programs with more rights than their caller", () => {
  keeps(
    "confinement.hostile-job",
    "a set-id program of root, passed as an input, gives a job no other id",
    async () => {
      // A pool of its own: the threads that read large inputs stay as long as the pool.
      await using pool = await openPool({
        profile: "python-subprocess",
        runtime: "/usr/bin/python3",
      });
      using directory = new Directory(0o755);
      const program = realpathSync("/usr/bin/python3");
      for (const [name, mode] of [
        ["set-id", 0o6755],
        ["plain", 0o755],
      ] as const) {
        copyFileSync(program, join(directory.path, name));
        chmodSync(join(directory.path, name), mode);
      }
      const run = await runPython(
        pool,
        `
        import os, subprocess, sys, broodbox
        show = "import os; print(os.getresuid(), os.getresgid())"
        def answer(path):
            try:
                return subprocess.run([path, "-I", "-c", show], capture_output=True, text=True).stdout.strip()
            except OSError as error:
                return type(error).__name__
        own = f"{os.getresuid()} {os.getresgid()}"
        broodbox.result([own, answer(sys.executable), answer("/in/set-id"), answer("/in/plain")])
        `,
        {
          inputs: ["set-id", "plain"].map((name) => ({ path: join(directory.path, name) })),
          limits: { wallMs: 20_000 },
        },
      );
      const [own, twin, ...inputs] = resultOf<string[]>(run);
      expect(twin).toBe(own);
      for (const answer of inputs) {
        expect([own, "PermissionError"]).toContain(answer);
      }
    },
    { needs: ["root", "debianPython"] },
  );
});
