import { describe, expect, it } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { didYouMean, ProfileError } from "../../../src/profile/error.ts";

describe("ProfileError", () => {
  it("is a SandboxError with the code profileInvalid, place and remedy", () => {
    const error = new ProfileError({ file: "a.json", line: 6 }, "no call is named x", "fix it");
    expect(error).toBeInstanceOf(SandboxError);
    expect(error).toMatchObject({ code: "profileInvalid", remedy: "fix it", retryable: false });
    expect(error.message).toBe("a.json:6: no call is named x; fix it");
  });
});

describe("didYouMean", () => {
  it.each([
    ["memfd_crate", ["memfd_create", "openat"], "did you mean memfd_create?"],
    ["opne", ["open", "openat"], "did you mean open?"],
    ["nothing_like_it", ["open", "openat"], undefined],
    ["x", ["y"], undefined],
  ])("finds the nearest name to %s", (name, known, expected) => {
    expect(didYouMean(name, known)).toBe(expected);
  });
});
