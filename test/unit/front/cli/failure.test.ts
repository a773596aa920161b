import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../../src/core/errors.ts";
import { failureDocument, failureLine } from "../../../../src/front/cli/failure.ts";

describe("failureLine", () => {
  test("is one line with the step, whatever the message holds", () => {
    const error = new SandboxError("stageFailed", "cannot bind /a\nb\u001b[31m", {
      step: "mounts",
    });
    expect(failureLine(error)).toBe("broodbox: cannot bind /a\\nb\\u001b[31m (step mounts)\n");
  });

  test("does not repeat a step that the message names", () => {
    const error = new SandboxError("stageFailed", "no room (step mounts)", { step: "mounts" });
    expect(failureLine(error)).toBe("broodbox: no room (step mounts)\n");
  });
});

describe("failureDocument", () => {
  test("carries code, step, errno, remedy and whether a retry makes sense", () => {
    const error = new SandboxError("stageFailed", "x", { step: "ids", errno: 1, remedy: "do y" });
    expect(failureDocument(error)).toEqual({
      error: {
        code: "stageFailed",
        message: "x; do y",
        step: "ids",
        errno: 1,
        remedy: "do y",
        retryable: true,
        started: false,
      },
    });
  });

  test("calls what is no SandboxError internal", () => {
    expect(failureDocument(new TypeError("boom")).error).toMatchObject({
      code: "internal",
      message: "boom",
    });
  });
});
