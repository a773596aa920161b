import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentOf, ROOT, runCli } from "../support/harness.ts";
import { skipAloud } from "../support/tools.ts";

const JOB = join(ROOT, "examples/debian-packages/job.py");

interface Statistics {
  readonly records: number;
  readonly distinctPackages: number;
  readonly sections: Readonly<Record<string, { packages: number; installedBytes: number }>>;
  readonly largestInstalled: readonly { package: string; installedBytes: number }[];
  readonly mostDependedOn: readonly { package: string; dependents: number }[];
  readonly unsatisfied: { readonly count: number; readonly examples: readonly unknown[] };
  readonly maintainers: { readonly count: number };
  readonly faults: Readonly<Record<string, number>>;
}

async function runOn(data: string | Uint8Array) {
  const directory = mkdtempSync(join(tmpdir(), "broodbox-example-"));
  try {
    const input = join(directory, "packages");
    writeFileSync(input, data);
    const run = await runCli(["run", "--json", "--input", `packages=${input}`, JOB]);
    return { run, document: documentOf(run) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("examples/debian-packages", () => {
  test("turns this machine's package list into statistics", async (context) => {
    const data = execFileSync("apt-cache", ["dumpavail"], { maxBuffer: 1 << 30 });
    const expected = data.toString("latin1").match(/^Package: /gm)?.length ?? 0;
    if (expected < 1000) {
      skipAloud(context, "the package lists are empty; apt-get update fetches them");
    }
    const { run, document } = await runOn(data);
    expect(run.stderr).toBe("");
    expect(document.outcome).toEqual({ kind: "exited", exitCode: 0 });
    const statistics = document.result as unknown as Statistics;
    expect(statistics.records).toBe(expected);
    expect(statistics.faults).toEqual({});
    expect(statistics.mostDependedOn[0]?.package).toBe("libc6");
    expect(statistics.maintainers.count).toBeGreaterThan(100);
    const perSection = Object.values(statistics.sections).map((section) => section.packages);
    expect(perSection.reduce((sum, count) => sum + count, 0)).toBe(expected);
    expect(document.provenance.inputs["packages"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(document.confinement.level).toBe("full");
  });

  test("reads continuation lines, and counts what it cannot read instead of failing", async () => {
    const { document } = await runOn(
      [
        " stray continuation",
        "Package: one",
        "Installed-Size: 10",
        "Section: libs",
        "Depends: two (>= 1:2.0) | three:any,",
        " four [amd64], absent",
        "Maintainer: A \u00e9 <a@example.org>",
        "",
        "",
        "PACKAGE: two\r",
        "Provides: four (= 1)\r",
        "Installed-Size: many\r",
        "\r",
        "no colon here",
        "Section: games",
        "",
        "Package: three",
        "Package: three",
        "Pre-Depends: two",
      ].join("\n"),
    );
    expect(document.error).toBeNull();
    const statistics = document.result as unknown as Statistics;
    expect(statistics).toMatchObject({
      records: 3,
      distinctPackages: 3,
      sections: { libs: { packages: 1, installedBytes: 10_240 }, unknown: { packages: 2 } },
      largestInstalled: [{ package: "one", installedBytes: 10_240 }, {}, {}],
      mostDependedOn: [{ package: "two", dependents: 2 }, {}, {}, {}],
      unsatisfied: { count: 1, examples: [{ package: "one", needs: "absent" }] },
      faults: {
        "continuation without a field": 1,
        "line without a field name": 1,
        "record without a package name": 1,
        "repeated field": 1,
      },
    });
  });

  test("an input without records ends with code 1 and says why", async () => {
    const { run, document } = await runOn("");
    expect(run.exitCode).toBe(1);
    expect(document.outcome).toEqual({ kind: "exited", exitCode: 1 });
    expect(document.stderr).toMatchObject({ text: expect.stringContaining("no package records") });
  });
});
