import { createHash } from "node:crypto";
import { defaultAnswer, familyOf, QUIET_CASES, TRIPWIRES, VITAL } from "./answers.ts";
import { type Condition, conditionKey, resolveWhen } from "./conditions.ts";
import { ERRNO } from "./errno.ts";
import { didYouMean, type Place, ProfileError, placeText } from "./error.ts";
import type { AllowStatement, DenyStatement, ErrnoStatement, LoadedProfile } from "./load.ts";
import { CALLS, type KernelVersion, parseKernelVersion, type Signature } from "./syscalls/table.ts";

export type Effect = "allow" | "refuse" | "refuseQuietly";

/** When all conditions hold, the effect applies; no conditions, no questions. */
export interface PolicyRule {
  readonly conditions: readonly Condition[];
  readonly effect: Effect;
  /** where the rule stands; undefined for the built-in quiet cases */
  readonly place: Place | undefined;
  readonly group: string | undefined;
}

/** What happens to one call: the first rule whose conditions hold, else a refusal. */
export interface CallPolicy {
  readonly rules: readonly PolicyRule[];
  readonly errno: number;
  readonly quiet: boolean;
  readonly tripwire: boolean;
}

/** A profile without inheritance, groups and symbols, and still without an architecture. */
export interface FlatProfile {
  readonly name: string;
  readonly digest: string;
  readonly knownUpTo: KernelVersion;
  readonly tripwireKills: boolean;
  readonly maxDenials: number;
  readonly writeExecuteDeny: boolean;
  readonly calls: ReadonlyMap<string, CallPolicy>;
}

function signatureOf(call: string, place: Place): Signature {
  const signature = CALLS.get(call);
  if (signature === undefined) {
    throw new ProfileError(place, `no call is named ${call}`, didYouMean(call, CALLS.keys()));
  }
  return signature;
}

function errnoOf(name: string, place: Place): number {
  const number = Object.hasOwn(ERRNO, name) ? ERRNO[name] : undefined;
  if (number === undefined) {
    throw new ProfileError(
      place,
      `no error is named ${name}`,
      didYouMean(name, Object.keys(ERRNO)),
    );
  }
  return number;
}

function allowRule(statement: AllowStatement): PolicyRule {
  const signature = signatureOf(statement.call, statement.place);
  if (TRIPWIRES.has(statement.call) && statement.why === undefined) {
    throw new ProfileError(
      statement.place,
      `no honest job needs ${statement.call}`,
      'allow it as an object with a "why" if yours does',
    );
  }
  return {
    conditions: resolveWhen(signature, statement.when, statement.place),
    effect: "allow",
    place: statement.place,
    group: statement.group,
  };
}

/** The rules of a deny statement, one for each member of its family. */
function denyRules(statement: DenyStatement): [call: string, rule: PolicyRule][] {
  const signature = signatureOf(statement.call, statement.place);
  if (statement.family && statement.when !== undefined) {
    throw new ProfileError(
      statement.place,
      `a family denies whole calls, because its members take different arguments`,
      'leave "when" or "family" out',
    );
  }
  const rule: PolicyRule = {
    conditions: resolveWhen(signature, statement.when, statement.place),
    effect: "refuse",
    place: statement.place,
    group: undefined,
  };
  const calls = statement.family ? familyOf(statement.call) : [statement.call];
  return calls.map((call) => [call, rule]);
}

/** Explicit errors of calls. Two different ones for a call are a mistake, never a matter of order. */
function explicitErrors(profile: LoadedProfile): ReadonlyMap<string, number> {
  const denied = profile.deny.flatMap(({ call, errno, family, place }): ErrnoStatement[] =>
    errno === undefined
      ? []
      : (family ? familyOf(call) : [call]).map((member) => ({ call: member, errno, place })),
  );
  const seen = new Map<string, ErrnoStatement>();
  for (const statement of [...profile.errno, ...denied]) {
    signatureOf(statement.call, statement.place);
    errnoOf(statement.errno, statement.place);
    const earlier = seen.get(statement.call);
    if (earlier !== undefined && earlier.errno !== statement.errno) {
      throw new ProfileError(
        statement.place,
        `${statement.call} answers ${statement.errno} here and ${earlier.errno} at ${placeText(earlier.place)}`,
        "a refused call has one answer; keep one of them",
      );
    }
    seen.set(statement.call, statement);
  }
  return new Map([...seen].map(([call, { errno, place }]) => [call, errnoOf(errno, place)]));
}

function quietCase(signature: Signature, place: Place): PolicyRule[] {
  const found = QUIET_CASES.get(signature.call);
  if (found === undefined) {
    return [];
  }
  const when = { [found.argument]: { in: [found.constant] } };
  const conditions = resolveWhen(signature, when, place);
  return [{ conditions, effect: "refuseQuietly", place: undefined, group: undefined }];
}

/** Denials first, because they win; rules behind one without conditions can never apply. */
function orderRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const unconditional = rules.findIndex((rule) => rule.conditions.length === 0);
  return unconditional < 0 ? rules : rules.slice(0, unconditional + 1);
}

function groupByCall(
  entries: readonly (readonly [string, PolicyRule])[],
): Map<string, PolicyRule[]> {
  const byCall = new Map<string, PolicyRule[]>();
  for (const [call, rule] of entries) {
    const rules = byCall.get(call);
    if (rules === undefined) {
      byCall.set(call, [rule]);
    } else {
      rules.push(rule);
    }
  }
  // A rule without conditions makes the others of its kind useless, wherever it stands.
  for (const rules of byCall.values()) {
    rules.sort((a, b) => Number(a.conditions.length > 0) - Number(b.conditions.length > 0));
  }
  return byCall;
}

function requireVital(profile: LoadedProfile, calls: ReadonlyMap<string, CallPolicy>): void {
  for (const call of VITAL) {
    if (!calls.get(call)?.rules.some((rule) => rule.effect === "allow")) {
      throw new ProfileError(
        profile.place,
        `${profile.name} does not allow ${call}, without which a job dies before it can report`,
        'extend "base" or allow it',
      );
    }
  }
}

function ruleKey(rule: PolicyRule): string {
  return [rule.effect, ...rule.conditions.map(conditionKey).sort()].join("; ");
}

/** The digest covers what the profile means, so it survives reordering and reformatting. */
function digestOf(flat: Omit<FlatProfile, "digest">): string {
  const calls = [...flat.calls].map(([call, policy]) => [
    call,
    policy.errno,
    policy.quiet,
    policy.tripwire,
    [...new Set(policy.rules.map(ruleKey))].sort(),
  ]);
  calls.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  const { knownUpTo, tripwireKills, maxDenials, writeExecuteDeny } = flat;
  const canonical = JSON.stringify({
    knownUpTo,
    tripwireKills,
    maxDenials,
    writeExecuteDeny,
    calls,
  });
  return `sha256:${createHash("sha256").update(canonical).digest("hex")}`;
}

/** Resolves names, groups the rules by call and adds how each refusal is answered. */
export function flatten(profile: LoadedProfile): FlatProfile {
  const knownUpTo = parseKernelVersion(profile.knownUpTo);
  if (knownUpTo === undefined) {
    throw new ProfileError(profile.place, `${profile.knownUpTo} is not a kernel version`);
  }
  const allowed = groupByCall(
    profile.allow.map((statement) => [statement.call, allowRule(statement)]),
  );
  const denied = groupByCall(profile.deny.flatMap(denyRules));
  const errors = explicitErrors(profile);
  const quiet = new Set(profile.quiet.map(({ call, place }) => signatureOf(call, place).call));
  const calls = new Map<string, CallPolicy>();
  for (const signature of CALLS.values()) {
    const { call } = signature;
    const answer = defaultAnswer(call);
    calls.set(call, {
      rules: orderRules([
        ...(denied.get(call) ?? []),
        ...(allowed.get(call) ?? []),
        ...quietCase(signature, profile.place),
      ]),
      errno: errors.get(call) ?? errnoOf(answer.errno, profile.place),
      quiet: answer.quiet || quiet.has(call),
      tripwire: TRIPWIRES.has(call),
    });
  }
  requireVital(profile, calls);
  const flat = {
    name: profile.name,
    knownUpTo,
    tripwireKills: profile.tripwire === "kill",
    maxDenials: profile.maxDenials,
    writeExecuteDeny: profile.writeExecuteDeny,
    calls,
  };
  return Object.freeze({ ...flat, digest: digestOf(flat) });
}
