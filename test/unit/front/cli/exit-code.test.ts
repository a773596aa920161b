import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../../src/core/errors.ts";
import { LIMIT_KINDS, type Outcome } from "../../../../src/core/outcome.ts";
import { exitCodeOf, exitCodeOfError } from "../../../../src/front/cli/exit-code.ts";

describe("exitCodeOf", () => {
  test.each<[Outcome, number]>([
    [{ kind: "exited", exitCode: 0 }, 0],
    [{ kind: "exited", exitCode: 3 }, 3],
    [{ kind: "exited", exitCode: 255 }, 255],
    [{ kind: "signaled", signal: "SIGSEGV", coreDumped: false }, 139],
    [{ kind: "signaled", signal: "SIGABRT", coreDumped: false }, 134],
    [{ kind: "signaled", signal: "SIG34", coreDumped: false }, 162],
    [{ kind: "limited", limit: "wall" }, 124],
    [{ kind: "limited", limit: "cpu" }, 124],
    [{ kind: "limited", limit: "memory" }, 137],
    [{ kind: "limited", limit: "output" }, 122],
    [{ kind: "limited", limit: "artifacts" }, 122],
    [{ kind: "limited", limit: "tmp" }, 122],
    [{ kind: "limited", limit: "pids" }, 122],
    [{ kind: "limited", limit: "denials" }, 122],
    [{ kind: "rejected", reason: "protocol", detail: "" }, 123],
    [{ kind: "rejected", reason: "invalidResult", detail: "" }, 123],
    [{ kind: "cancelled" }, 125],
  ])("%j is %i", (outcome, code) => {
    expect(exitCodeOf(outcome)).toBe(code);
  });

  test("a job that one of our signals cancelled tells that signal", () => {
    expect(exitCodeOf({ kind: "cancelled" }, "SIGINT")).toBe(130);
    expect(exitCodeOf({ kind: "cancelled" }, "SIGTERM")).toBe(143);
  });

  test("a signal that came too late does not change how the job ended", () => {
    expect(exitCodeOf({ kind: "exited", exitCode: 7 }, "SIGINT")).toBe(7);
  });

  test("every limit has a code of its table", () => {
    for (const limit of LIMIT_KINDS) {
      expect([122, 124, 137]).toContain(exitCodeOf({ kind: "limited", limit }));
    }
  });
});

describe("exitCodeOfError", () => {
  test("wrong usage is 2, everything else of ours is 125", () => {
    expect(exitCodeOfError(new SandboxError("usage", "x"))).toBe(2);
    expect(exitCodeOfError(new SandboxError("stageFailed", "x"))).toBe(125);
    expect(exitCodeOfError(new SandboxError("runtimeMissing", "x"))).toBe(125);
    expect(exitCodeOfError(new Error("x"))).toBe(125);
  });

  test("cancelled before the start tells the signal that did it", () => {
    expect(exitCodeOfError(new SandboxError("cancelled", "x"), "SIGTERM")).toBe(143);
    expect(exitCodeOfError(new SandboxError("cancelled", "x"))).toBe(125);
  });
});
