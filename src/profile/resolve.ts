import { type Condition, holds } from "./conditions.ts";
import { ERRNO } from "./errno.ts";
import type { CallPolicy, Effect, FlatProfile } from "./flatten.ts";
import { type Arch, CALLS_OF, compareKernelVersions, type NumberedCall } from "./syscalls/table.ts";

/** What a filter returns: an action, and in the low half the errno of RET_ERRNO (linux/seccomp.h). */
export const KILL_PROCESS = 0x80000000;
export const NOTIFY = 0x7fc00000;
export const ALLOW = 0x7fff0000;
export function answer(errno: number): number {
  return 0x00050000 + errno;
}
export const NO_SUCH_CALL = answer(ERRNO["ENOSYS"] ?? 38);

/** AUDIT_ARCH_* of linux/audit.h, as seccomp_data.arch carries it. */
export const AUDIT_ARCH: Readonly<Record<Arch, number>> = Object.freeze({
  x86_64: 0xc000003e,
  aarch64: 0xc00000b7,
});

/** Set in the number of every x32 call; those enter through the native architecture value. */
export const X32_BIT = 0x40000000;

export interface VerdictRule {
  readonly conditions: readonly Condition[];
  readonly verdict: number;
}

/** The verdict of the first rule whose conditions hold, else `otherwise`. */
export interface NumberPolicy {
  readonly rules: readonly VerdictRule[];
  readonly otherwise: number;
}

/** A call as one architecture numbers it, with its policy. */
export interface ResolvedCall extends NumberPolicy {
  readonly call: NumberedCall;
  readonly policy: CallPolicy;
}

/** What a filter has to decide, in numbers. Numbers that are not listed answer ENOSYS. */
export interface FilterSource {
  readonly arch: Arch;
  readonly calls: ReadonlyMap<number, NumberPolicy>;
}

export interface ResolvedProfile extends FilterSource {
  readonly canary: { readonly call: number; readonly errno: number };
  readonly resolved: ReadonlyMap<number, ResolvedCall>;
}

function verdictOf(effect: Effect, policy: CallPolicy): number {
  switch (effect) {
    case "allow":
      return ALLOW;
    case "refuse":
      return policy.quiet ? answer(policy.errno) : NOTIFY;
    case "refuseQuietly":
      return answer(policy.errno);
  }
}

/**
 * A number the kernel will not assign for decades, answered by this filter alone with an error no kernel
 * path returns. Errors above 533 are unused; 512 to 533 are internal to the kernel and restart calls.
 */
function canaryOf(digest: string): { call: number; errno: number } {
  const word = Number.parseInt(digest.slice("sha256:".length, "sha256:".length + 8), 16);
  return { call: 1008 + (word % 16), errno: 1000 + (Math.floor(word / 16) % 3000) };
}

/** Verdicts by number for one architecture; names that it lacks are left out. */
export function resolveFor(profile: FlatProfile, arch: Arch): ResolvedProfile {
  const resolved = new Map<number, ResolvedCall>();
  const calls = new Map<number, NumberPolicy>();
  for (const call of CALLS_OF[arch].values()) {
    const policy = profile.calls.get(call.call);
    if (policy === undefined || compareKernelVersions(call.since, profile.knownUpTo) > 0) {
      continue;
    }
    const rules = policy.rules.map(({ conditions, effect }) => ({
      conditions,
      verdict: verdictOf(effect, policy),
    }));
    const entry = { call, policy, rules, otherwise: verdictOf("refuse", policy) };
    resolved.set(call.number, entry);
    calls.set(call.number, entry);
  }
  const canary = canaryOf(profile.digest);
  calls.set(canary.call, { rules: [], otherwise: answer(canary.errno) });
  return { arch, calls, resolved, canary };
}

/** The direct meaning of a source: what a filter must return for this call. */
export function interpret(
  source: FilterSource,
  audit: number,
  number: number,
  args: readonly bigint[],
): number {
  if (audit !== AUDIT_ARCH[source.arch]) {
    return KILL_PROCESS;
  }
  if (source.arch === "x86_64" && Math.floor(number / X32_BIT) % 2 === 1) {
    return KILL_PROCESS;
  }
  const policy = source.calls.get(number);
  if (policy === undefined) {
    return NO_SUCH_CALL;
  }
  const rule = policy.rules.find(({ conditions }) =>
    conditions.every((condition) => holds(condition, args[condition.index] ?? 0n)),
  );
  return rule?.verdict ?? policy.otherwise;
}
