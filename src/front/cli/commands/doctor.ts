/** `broodbox doctor`: what this host can confine, what is missing, how to fix it. */
import { Command } from "commander";
import type { Level } from "../../../core/outcome.ts";
import { locateNative } from "../../../forkserver/locate.ts";
import { runProbe } from "../../../forkserver/spawn.ts";
import type { ProbeRow } from "../../../host/advice.ts";
import { meetsMinimum, missingLayers } from "../../../host/level.ts";
import { type HostReport, probeHost } from "../../../host/probes.ts";
import { findRuntimes } from "../../../runtime/locate.ts";
import { type Paint, painter } from "../colour.ts";
import { type Io, write } from "../io.ts";
import { parseLevel } from "../run-request.ts";
import { formatTable } from "../table.ts";

interface DoctorFlags {
  readonly json?: boolean;
  readonly minimumLevel?: string;
}

export function doctorCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command("doctor")
    .option("--json", "one JSON document on standard output")
    .option("--minimum-level <level>", "the level that exit code 0 stands for (default: full)")
    .action(async (flags: DoctorFlags) => {
      finish(await doctor(io, flags));
    });
}

async function doctor(io: Io, flags: DoctorFlags): Promise<number> {
  const minimum = parseLevel(flags.minimumLevel);
  const { program } = locateNative({ env: io.env });
  const { runtimes } = await findRuntimes({ runProbe, env: io.env });
  const report = await probeHost({ runProbe, program, runtimes, env: io.env });
  const enough = meetsMinimum(report.level, minimum);
  await write(
    io.stdout,
    flags.json === true
      ? `${JSON.stringify({ ...report, minimumLevel: minimum, enough }, null, 2)}\n`
      : formatReport(report, minimum, painter(io.stdout, io.env)),
  );
  return enough ? 0 : 1;
}

/** The report for people: facts, one row per probe, the level, the fixes. */
export function formatReport(report: HostReport, minimum: Level, paint: Paint): string {
  return [
    formatFacts(report.facts),
    formatTable(
      ["probe", "state", "time", "errno", "detail"],
      report.probes.map((row) => formatRow(row, paint)),
    ),
    formatLevel(report, minimum, paint),
    formatFixes(report),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function formatFacts(facts: HostReport["facts"]): string {
  const gibibytes = (facts.memoryBytes / 1024 ** 3).toFixed(1);
  const lines = [
    `Linux ${facts.kernel} ${facts.arch}, ${facts.system}`,
    `user ${facts.user} (uid ${facts.uid})${facts.container === null ? "" : `, in ${facts.container}`}`,
    `${facts.processors} processors${facts.smt ? " with SMT" : ""}, ${gibibytes} GiB memory, ${facts.swap ? "swap in use" : "no swap"}`,
  ];
  return `${lines.join("\n")}\n`;
}

const STATE_COLOURS = { on: "green", degraded: "yellow", off: "red" } as const;

function formatRow(row: ProbeRow, paint: Paint): string[] {
  return [
    row.probe,
    paint(STATE_COLOURS[row.state], row.state),
    `${(row.us / 1000).toFixed(2)} ms`,
    row.errno ?? "",
    row.detail,
  ];
}

function formatLevel(report: HostReport, minimum: Level, paint: Paint): string {
  const enough = meetsMinimum(report.level, minimum);
  const level = paint(enough ? "green" : "red", report.level);
  if (enough) {
    return `level: ${level}\n`;
  }
  const missing = missingLayers(minimum, report.layers).join(", ");
  return `level: ${level}, below ${minimum}; missing: ${missing}\n`;
}

function formatFixes(report: HostReport): string {
  return report.fixes
    .map(({ probe, why, commands }) =>
      [`${probe}: ${why}`, ...commands.map((command) => `    ${command}`)].join("\n"),
    )
    .map((fix) => `${fix}\n`)
    .join("");
}
