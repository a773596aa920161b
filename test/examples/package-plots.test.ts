import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentOf, ROOT, runCli } from "../support/harness.ts";
import { requireOrSkip, skipAloud, tool } from "../support/tools.ts";

const JOB = join(ROOT, "examples/package-plots/job.py");
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe("examples/package-plots", () => {
  test("writes a table and a plot of this machine's package list to --out", async (context) => {
    requireOrSkip(context, "debianPython", "pandas", "matplotlib");
    const data = execFileSync("apt-cache", ["dumpavail"], { maxBuffer: 1 << 30 });
    if (!data.includes("\nPackage: ")) {
      skipAloud(context, "the package lists are empty; apt-get update fetches them");
    }
    const directory = mkdtempSync(join(tmpdir(), "broodbox-example-"));
    try {
      const input = join(directory, "packages");
      const out = join(directory, "plots");
      writeFileSync(input, data);
      const options = ["--memory", "512M", "--wall", "30s", "--cpu", "30s", "--out", out];
      const run = await runCli(
        ["run", "--json", "--runtime", tool("debianPython"), "--input", `packages=${input}`].concat(
          options,
          JOB,
        ),
      );
      const document = documentOf(run);
      expect(document.error).toBeNull();
      expect(document.outcome).toEqual({ kind: "exited", exitCode: 0 });
      const artifacts = document.artifacts.map(({ name, mediaType }) => ({ name, mediaType }));
      expect(artifacts).toEqual([
        { name: "sections.csv", mediaType: "text/csv" },
        { name: "sections.png", mediaType: "image/png" },
      ]);
      const table = readFileSync(join(out, "sections.csv"), "utf8").trim().split("\n");
      expect(table[0]).toBe("Section,packages,installedMiB,medianMiB,downloadMiB");
      expect(table).toHaveLength((document.result as { sections: number }).sections + 1);
      const plot = readFileSync(join(out, "sections.png"));
      expect(plot.subarray(0, 8)).toEqual(PNG);
      // Width and height in the header: 12 by 6 inches at 100 dots.
      expect([plot.readUInt32BE(16), plot.readUInt32BE(20)]).toEqual([1200, 600]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
