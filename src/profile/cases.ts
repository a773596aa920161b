import { type Arch, type CompiledProfile, compileProfile } from "./compile.ts";
import { argumentIndex, resolveValue } from "./conditions.ts";
import { emulator } from "./emulate.ts";
import { didYouMean, type Place, ProfileError } from "./error.ts";
import { readBounded } from "./load.ts";
import { AUDIT_ARCH, NOTIFY } from "./resolve.ts";
import { type CaseFile, caseFile, checkSource, KNOWN_KEYS } from "./schema.ts";
import { emulateCall, verdictText } from "./self-check.ts";
import { parseSource } from "./source.ts";
import { CALLS, CALLS_OF, type NumberedCall } from "./syscalls/table.ts";

type Case = CaseFile["cases"][number];

/** One line of a test file, run in the emulator. */
export interface CaseResult {
  readonly place: Place;
  readonly call: string;
  /** `absent`: the architecture has no such call, so nothing was compared */
  readonly outcome: "ok" | "fail" | "absent";
  readonly expected: string;
  readonly actual: string;
}

function text(verdict: string, reported: boolean | undefined): string {
  return reported === undefined ? verdict : `${verdict}, ${reported ? "reported" : "quiet"}`;
}

function argumentsOf(call: NumberedCall, test: Case, place: Place): readonly bigint[] {
  const args = [0n, 0n, 0n, 0n, 0n, 0n];
  for (const [name, value] of Object.entries(test.args)) {
    const index = argumentIndex(call, name, place);
    const argument = call.args[index];
    if (argument !== undefined) {
      args[index] = resolveValue(value, argument, place);
    }
  }
  return args;
}

function runCase(profile: CompiledProfile, arch: Arch, test: Case, place: Place): CaseResult {
  const expected = text(test.verdict, test.reported);
  const call = CALLS_OF[arch].get(test.call);
  if (call === undefined) {
    if (!CALLS.has(test.call)) {
      const remedy = didYouMean(test.call, CALLS.keys());
      throw new ProfileError(place, `no call is named ${test.call}`, remedy);
    }
    return { place, call: test.call, outcome: "absent", expected, actual: `not on ${arch}` };
  }
  const args = argumentsOf(call, test, place);
  const machine = emulator(profile.program);
  const verdict = emulateCall(machine, AUDIT_ARCH[arch], call.number, args);
  const reported = verdict === NOTIFY;
  const answered = reported ? profile.describe(call.number, args).errno : verdictText(verdict);
  const actual = text(answered, test.reported === undefined ? undefined : reported);
  return { place, call: test.call, outcome: actual === expected ? "ok" : "fail", expected, actual };
}

/** Runs a test file, whose `profile` is a name in the directory. Throws on a file that is none. */
export async function runCases(
  path: string,
  options: { arch: Arch; directory?: string },
): Promise<readonly CaseResult[]> {
  const content = await readBounded(path);
  if (content === undefined) {
    throw new ProfileError(undefined, `there is no file ${path}`);
  }
  const source = parseSource(path, content);
  const file = checkSource(caseFile, source, KNOWN_KEYS);
  const profile = await compileProfile(file.profile, options);
  return file.cases.map((test, index) =>
    runCase(profile, options.arch, test, source.placeOf(["cases", index])),
  );
}
