import { describe, expect, it } from "vitest";
import { type FlatProfile, flatten } from "../../../src/profile/flatten.ts";
import { loadProfile } from "../../../src/profile/load.ts";
import { minimal, profileDirectory } from "./support.ts";

async function flat(more: Readonly<Record<string, unknown>>): Promise<FlatProfile> {
  await using directory = await profileDirectory({ "p.json": minimal("p", more) });
  return flatten(await loadProfile("p", directory.path));
}

function effects(profile: FlatProfile, call: string): string[] {
  const rules = profile.calls.get(call)?.rules ?? [];
  return rules.map(({ effect, conditions }) => `${effect} ${conditions.length}`);
}

describe("flatten", () => {
  it("puts denials before everything and drops what can never apply", async () => {
    const profile = await flat({
      allow: ["openat", { call: "dup3", when: { flags: { in: [0] } } }, "dup3"],
      deny: ["openat", { call: "lseek", when: { whence: { in: [4] } } }],
    });
    expect(effects(profile, "openat")).toEqual(["refuse 0"]);
    expect(effects(profile, "dup3")).toEqual(["allow 0"]);
    expect(effects(profile, "lseek")).toEqual(["refuse 1"]);
  });

  it("denies a family where asked", async () => {
    const profile = await flat({
      allow: ["chmod", "fchmodat"],
      deny: [{ call: "chmod", family: true, errno: "EROFS" }],
    });
    expect(effects(profile, "fchmodat")).toEqual(["refuse 0"]);
    expect(profile.calls.get("fchmodat2")?.errno).toBe(30);
  });

  it("takes errors and quiet calls from the profile", async () => {
    const profile = await flat({ errno: { mbind: "ENOSYS" }, quiet: ["sched_setattr"] });
    expect(profile.calls.get("mbind")).toMatchObject({ errno: 38, quiet: true });
    expect(profile.calls.get("sched_setattr")).toMatchObject({ errno: 1, quiet: true });
  });

  it("has one digest for profiles that mean the same", async () => {
    const rule = (values: string[]) => ({ call: "socket", when: { domain: { in: values } } });
    const one = await flat({ allow: ["dup", "dup2", rule(["AF_INET", "AF_UNIX"])], why: "one" });
    const two = await flat({
      allow: [rule(["AF_UNIX", "AF_INET", "AF_UNIX"]), "dup2", "dup", "dup"],
    });
    const three = await flat({ allow: [rule(["AF_UNIX"]), "dup2", "dup"] });
    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(two.digest).toBe(one.digest);
    expect(three.digest).not.toBe(one.digest);
  });

  it("changes the digest with what the filter does not hold", async () => {
    const digests = await Promise.all(
      [{}, { writeExecute: "deny" }, { tripwire: "kill" }, { maxDenials: 3 }].map(
        async (more) => (await flat(more)).digest,
      ),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  it.each([
    [
      "an unknown call",
      { allow: ["memfd_crate"] },
      "no call is named memfd_crate; did you mean memfd_create?",
    ],
    ["an unknown denied call", { deny: ["opne"] }, "did you mean open?"],
    [
      "an unknown error",
      { errno: { mbind: "EPREM" } },
      "no error is named EPREM; did you mean EPERM?",
    ],
    ["an unknown quiet call", { quiet: ["mbnd"] }, "did you mean mbind?"],
    ["a tripwire without a reason", { allow: ["ptrace"] }, "no honest job needs ptrace"],
    [
      "two errors for one call",
      { errno: { dup: "EIO" }, deny: [{ call: "dup", errno: "EPERM" }] },
      "dup answers EPERM here and EIO at p.json",
    ],
    [
      "a family with arguments",
      { deny: [{ call: "open", family: true, when: { flags: { in: [0] } } }] },
      "a family denies whole calls",
    ],
    ["a vital call that is denied", { deny: ["futex"] }, "p does not allow futex"],
  ])("refuses %s", async (_what, more, message) => {
    await expect(flat(more)).rejects.toThrow(message);
  });

  it("allows a tripwire that has a reason", async () => {
    const profile = await flat({ allow: [{ call: "ptrace", why: "jobs that run a debugger" }] });
    expect(effects(profile, "ptrace")).toEqual(["allow 0"]);
  });
});
