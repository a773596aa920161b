import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { compileProfile } from "../../src/profile/compile.ts";
import type { Condition } from "../../src/profile/conditions.ts";
import { emulator } from "../../src/profile/emulate.ts";
import { flatten } from "../../src/profile/flatten.ts";
import { listProfiles, loadProfile } from "../../src/profile/load.ts";
import {
  ALLOW,
  AUDIT_ARCH,
  KILL_PROCESS,
  NO_SUCH_CALL,
  type ResolvedCall,
  type ResolvedProfile,
  resolveFor,
} from "../../src/profile/resolve.ts";
import { argumentCorners, emulateCall } from "../../src/profile/self-check.ts";
import { CALLS_OF } from "../../src/profile/syscalls/table.ts";
import { buildTool, removeTool } from "./build.ts";

/**
 * The shipped profiles once more through libseccomp, which shares neither code nor tables with us.
 *
 * Known differences, left out of the comparison:
 * - on x86-64 libseccomp lets number -1 pass its x32 check, because tracers set it; we kill it like
 *   every number with bit 30 set;
 * - numbers that its release does not know cannot be written in another architecture's rules, so on
 *   aarch64 only calls that it knows by name are compared.
 */
const tool = await buildTool("oracle", ["-lseccomp"]);
const oracle = tool.kind === "built" ? tool.path : "";

afterAll(async () => await removeTool(tool));

/** Rules whose verdict is the same, asked in order: the first layer that matches decides. */
interface Layer {
  readonly verdict: number;
  readonly lines: readonly string[];
}

/** One comparison of libseccomp: (argument & mask) == value. */
interface Masked {
  readonly index: number;
  readonly mask: bigint;
  readonly value: bigint;
}

/** What a condition means as alternatives of single comparisons, written down apart from src/. */
function maskedForms(condition: Condition): Masked[] {
  const { index, bits, operator, values } = condition;
  const all = (1n << BigInt(bits)) - 1n;
  const flags = values.reduce((union, value) => union | value, 0n);
  switch (operator) {
    case "in":
      return values.map((value) => ({ index, mask: all, value }));
    case "low4In":
      return values.map((value) => ({ index, mask: 15n, value }));
    case "flagsNone":
      return [{ index, mask: flags, value: 0n }];
    case "flagsAll":
      return [{ index, mask: flags, value: flags }];
    case "flagsWithin":
      return [{ index, mask: all & ~flags, value: 0n }];
    case "atMost":
      throw new Error("no shipped profile compares sizes");
  }
}

/** libseccomp takes one comparison for an argument, so masks of one argument are joined. */
function joined(parts: readonly Masked[]): string {
  const byIndex = new Map<number, Masked>();
  for (const part of parts) {
    const earlier = byIndex.get(part.index) ?? { index: part.index, mask: 0n, value: 0n };
    const mask = earlier.mask | part.mask;
    byIndex.set(part.index, { index: part.index, mask, value: earlier.value | part.value });
  }
  return [...byIndex.values()]
    .map(({ index, mask, value }) => ` ${index} ${mask} ${value}`)
    .join("");
}

function ruleLines({ call }: ResolvedCall, conditions: readonly Condition[]): string[] {
  let alternatives: Masked[][] = [[]];
  for (const condition of conditions) {
    alternatives = alternatives.flatMap((parts) =>
      maskedForms(condition).map((form) => [...parts, form]),
    );
  }
  return alternatives.map((parts) => `rule ${call.call} ${call.number}${joined(parts)}`);
}

function layersOf(profile: ResolvedProfile): Layer[] {
  const calls = [...profile.resolved.values()];
  const depth = Math.max(...calls.map((entry) => entry.rules.length));
  const layers: Layer[] = [];
  const add = (wanted: readonly [ResolvedCall, readonly Condition[], number][]) => {
    for (const verdict of new Set(wanted.map((entry) => entry[2]))) {
      const lines = wanted
        .filter((entry) => entry[2] === verdict)
        .flatMap(([call, conditions]) => ruleLines(call, conditions));
      layers.push({ verdict, lines });
    }
  };
  for (let position = 0; position < depth; position++) {
    add(
      calls.flatMap((call) => {
        const rule = call.rules[position];
        return rule === undefined ? [] : [[call, rule.conditions, rule.verdict] as const];
      }),
    );
  }
  add(calls.map((call) => [call, [], call.otherwise] as const));
  return layers;
}

function ask(lines: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(oracle, {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trim().split("\n");
}

const ARCHES = ["x86_64", "aarch64"] as const;

describe.skipIf(tool.kind === "missing")("libseccomp", async () => {
  it.each(ARCHES)("numbers the calls of %s as our table does", (arch) => {
    const calls = [...CALLS_OF[arch].values()];
    const answers = ask([`arch ${arch}`, ...calls.map((c) => `call ${c.call} ${c.number}`)]);
    expect(answers.filter((line) => line.startsWith("number "))).toEqual([]);
    expect(answers.filter((line) => line.startsWith("unknown ")).length).toBeLessThan(40);
  });

  const shipped = (await listProfiles()).flatMap((name) =>
    ARCHES.map((arch) => [name, arch] as const),
  );
  it.each(shipped)("gives %s on %s the verdicts that our compiler gives", async (name, arch) => {
    const profile = resolveFor(flatten(await loadProfile(name)), arch);
    const ours = emulator((await compileProfile(name, { arch })).program);
    const layers = layersOf(profile);
    const unknown = new Set(
      ask([
        `arch ${arch}`,
        ...[...CALLS_OF[arch].values()].map((c) => `call ${c.call} ${c.number}`),
      ])
        .filter((line) => line.startsWith("unknown "))
        .map((line) => line.slice("unknown ".length)),
    );
    const programs = ask([
      `arch ${arch}`,
      ...layers.flatMap(({ lines }) => ["layer", ...lines, "end"]),
    ]).map((line) => emulator(Buffer.from(line.slice("program ".length), "hex")));
    expect(programs.length).toBe(layers.length);
    const theirs = (number: number, args: readonly bigint[]): number => {
      for (const [index, machine] of programs.entries()) {
        const answered = emulateCall(machine, AUDIT_ARCH[arch], number, args);
        if (answered === ALLOW) {
          return layers[index]?.verdict ?? 0;
        }
        if (answered === KILL_PROCESS) {
          return KILL_PROCESS;
        }
      }
      return NO_SUCH_CALL;
    };
    let compared = 0;
    for (let number = 0; number <= 471; number++) {
      const entry = profile.resolved.get(number);
      if (arch === "aarch64" && entry !== undefined && unknown.has(entry.call.call)) {
        continue;
      }
      const conditions = entry?.rules.flatMap((rule) => rule.conditions) ?? [];
      for (const args of argumentCorners(conditions)) {
        const mine = emulateCall(ours, AUDIT_ARCH[arch], number, args);
        const other = theirs(number, args);
        if (mine !== other) {
          expect([number, args, mine]).toEqual([number, args, other]);
        }
        compared++;
      }
      if (arch === "x86_64") {
        expect(theirs(number + 0x40000000, [])).toBe(KILL_PROCESS);
      }
    }
    expect(compared).toBeGreaterThan(5000);
  });
});
