import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPool, ROOT } from "../support/harness.ts";

const EXAMPLE = join(ROOT, "examples/nmap-report");

async function findingsOf(scan: string) {
  await using pool = await openPool();
  return await pool.run({
    path: join(EXAMPLE, "job.py"),
    inputs: [{ name: "scan.xml", data: scan }],
  });
}

interface Finding {
  readonly severity: string;
  readonly host: string;
  readonly port: string;
  readonly title: string;
}

describe("examples/nmap-report", () => {
  test("finds what is worth a look, the worst first", async () => {
    const run = await findingsOf(readFileSync(join(EXAMPLE, "scan.xml"), "utf8"));
    expect(run.error).toBeNull();
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 0 });
    expect(run.result).toMatchObject({
      scan: { scanner: "nmap", version: "7.93" },
      hosts: { total: 5, up: 4 },
      bySeverity: { high: 4, medium: 7 },
    });
    const { findings } = run.result as unknown as { findings: readonly Finding[] };
    expect(findings.map(({ host, port, title }) => `${host} ${port} ${title}`)).toEqual([
      "198.51.100.2 23/tcp telnet: remote login without encryption",
      "198.51.100.5 21/tcp files can be fetched without an account",
      "198.51.100.9 6379/tcp redis answers without a password",
      "198.51.100.9 80/tcp may be affected by CVE-2021-41773",
      "2001:db8:5::10 5432/tcp data store postgresql answers on the network",
      "198.51.100.2 443/tcp accepts TLSv1.0",
      "198.51.100.5 21/tcp ftp: file transfer without encryption",
      "198.51.100.5 445/tcp messages need not be signed",
      "198.51.100.9 161/udp snmp: management protocol with a shared word for a password",
      "198.51.100.9 6379/tcp data store redis answers on the network",
      "198.51.100.9 80/tcp may be affected by CVE-2021-44224",
    ]);
  });

  test.each([
    ["entities that multiply", '<!DOCTYPE nmaprun [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'],
    ["an entity from a file", '<!DOCTYPE nmaprun [<!ENTITY a SYSTEM "file:///etc/shadow">]>'],
    ["another document type", "<!DOCTYPE html>"],
  ])("refuses a report with %s", async (_what, doctype) => {
    const run = await findingsOf(`${doctype}<nmaprun><host>&amp;</host></nmaprun>`);
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 1 });
    expect(run.result).toBeNull();
    expect(run.error).toMatchObject({ type: expect.stringContaining("Refused") });
  });

  test("a report that is cut off ends with an error as data", async () => {
    const run = await findingsOf('<nmaprun scanner="nmap"><host>');
    expect(run.outcome).toEqual({ kind: "exited", exitCode: 1 });
    expect(run.error).toMatchObject({ type: expect.stringContaining("ExpatError") });
  });
});
