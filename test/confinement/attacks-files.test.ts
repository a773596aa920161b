import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { JsonValue } from "../../src/core/outcome.ts";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { type Answers, broken, resultOf, runJobFile, unlike } from "./support.ts";

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
