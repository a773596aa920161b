import { holds } from "./conditions.ts";
import { errnoName } from "./errno.ts";
import { placeText } from "./error.ts";
import type { FlatProfile, PolicyRule } from "./flatten.ts";
import { hintFor } from "./hints.ts";
import type { ResolvedCall, ResolvedProfile } from "./resolve.ts";
import { BITS } from "./syscalls/table.ts";

/** What `denied[]` says about one refused call. */
export interface Refusal {
  readonly call: string;
  readonly rule: string;
  readonly hint: string;
  readonly errno: string;
}

const MAX_PLACES = 3;

function matches(rule: PolicyRule, args: readonly bigint[]): boolean {
  return rule.conditions.every((condition) => holds(condition, args[condition.index] ?? 0n));
}

/** Which rule refused the call, or which rules would have allowed other arguments. */
function ruleText(name: string, { policy }: ResolvedCall, args: readonly bigint[]): string {
  const decisive = policy.rules.find((rule) => matches(rule, args));
  if (decisive?.effect === "refuse" && decisive.place !== undefined) {
    return `denied at ${placeText(decisive.place)}`;
  }
  const allowing = policy.rules.filter((rule) => rule.effect === "allow");
  if (allowing.length > 0) {
    const places = allowing.flatMap(({ place, group }) =>
      place === undefined ? [] : [`${group ?? name} (${placeText(place)})`],
    );
    const more = places.length > MAX_PLACES ? ` and ${places.length - MAX_PLACES} more` : "";
    return `only other arguments are allowed: ${places.slice(0, MAX_PLACES).join(", ")}${more}`;
  }
  return policy.tripwire
    ? `tripwire; no rule of ${name} allows it`
    : `no rule of ${name} allows it`;
}

function argumentTexts({ call }: ResolvedCall, args: readonly bigint[]): string[] {
  return call.args.map(({ width }, index) =>
    width === "ptr" ? "ptr" : `0x${BigInt.asUintN(BITS[width], args[index] ?? 0n).toString(16)}`,
  );
}

/** Names a refused call from the register values that the kernel handed to the monitor. */
export function describeCall(
  profile: FlatProfile,
  { resolved, arch }: ResolvedProfile,
  number: number,
  args: readonly bigint[],
): Refusal & { args: string[] } {
  const entry = resolved.get(number);
  if (entry === undefined) {
    return {
      call: `call ${number}`,
      rule: `no call of ${arch} up to Linux ${profile.knownUpTo.slice(0, 2).join(".")} has this number`,
      hint: "libraries fall back to an older call; harmless",
      errno: "ENOSYS",
      args: [],
    };
  }
  return {
    call: entry.call.call,
    rule: ruleText(profile.name, entry, args),
    hint: hintFor(entry.call.call),
    errno: errnoName(entry.policy.errno),
    args: argumentTexts(entry, args),
  };
}
