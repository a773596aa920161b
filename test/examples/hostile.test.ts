import { join } from "node:path";
import { describe, expect } from "vitest";
import { documentOf, ROOT, runCli } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";

interface Report {
  readonly attempts: readonly {
    readonly family: string;
    readonly attempt: string;
    readonly answer: string;
    readonly refused: boolean;
  }[];
  readonly works: readonly { readonly what: string; readonly works: boolean }[];
  readonly planted: readonly string[];
}

describe("examples/hostile", () => {
  keeps(
    "confinement.hostile-job",
    "the hostile example is refused whatever it tries, and its benign twins work",
    async () => {
      const run = await runCli(["run", "--json", join(ROOT, "examples/hostile/job.py")]);
      const document = documentOf(run);
      expect(document.error).toBeNull();
      const report = document.result as unknown as Report;
      expect(report.attempts.length).toBeGreaterThan(80);
      expect(report.attempts.filter((attempt) => !attempt.refused)).toEqual([]);
      expect(report.works.filter((twin) => !twin.works)).toEqual([]);
      expect(document.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(run.exitCode).toBe(0);
      const denied = new Set(document.denied.map((denial) => denial.syscall));
      for (const call of ["ptrace", "mount", "bpf", "unshare", "keyctl", "socket"]) {
        expect(denied, call).toContain(call);
      }
    },
    { needs: ["root"] },
  );

  keeps(
    "artifacts.regular-files-only",
    "links, pipes and second names that the hostile example leaves in /out are not followed",
    async () => {
      const run = await runCli(["run", "--json", join(ROOT, "examples/hostile/job.py")]);
      const { artifacts, artifactsSkipped } = documentOf(run);
      expect(artifacts.map((artifact) => artifact.name)).toEqual(["unreadable.txt"]);
      expect(artifactsSkipped.map((skipped) => skipped.name).sort()).toEqual([
        "directory-link",
        "fifo",
        "honest.txt",
        "link",
        "second-name.txt",
      ]);
    },
    { needs: ["root"] },
  );
});
