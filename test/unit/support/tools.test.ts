import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findTool, requireOrSkip } from "../../support/tools.ts";

/** Stands in for vitest's context: skip() throws there too. */
function fakeContext() {
  const skip = vi.fn((reason: string): never => {
    throw new Error(`skipped: ${reason}`);
  });
  return { task: { name: "a test" }, skip };
}

describe("tools", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("a tool is found where the override says, and only there", () => {
    vi.stubEnv("BROODBOX_TEST_STRACE", process.execPath);
    expect(findTool("strace")).toBe(process.execPath);
    vi.stubEnv("BROODBOX_TEST_STRACE", "/nonexistent/strace");
    expect(findTool("strace")).toBeNull();
  });

  test("a missing tool skips with the line that installs it, and the skip is recorded", () => {
    const directory = mkdtempSync(join(tmpdir(), "broodbox-tools-"));
    vi.stubEnv("BROODBOX_TEST_STRACE", "/nonexistent/strace");
    vi.stubEnv("BROODBOX_TEST_REQUIRE", "");
    vi.stubEnv("BROODBOX_TEST_SKIPS", join(directory, "skips"));
    const reason = "strace is missing; apt-get install --no-install-recommends strace";
    expect(() => requireOrSkip(fakeContext(), "strace")).toThrow(`skipped: ${reason}`);
    expect(readFileSync(join(directory, "skips"), "utf8")).toBe(`${reason}\n`);
    rmSync(directory, { recursive: true });
  });

  test.each(["all", "postgres,strace"])("a missing tool fails when %s is required", (required) => {
    vi.stubEnv("BROODBOX_TEST_STRACE", "/nonexistent/strace");
    vi.stubEnv("BROODBOX_TEST_REQUIRE", required);
    const context = fakeContext();
    expect(() => requireOrSkip(context, "strace")).toThrow("does not let this test be skipped");
    expect(context.skip).not.toHaveBeenCalled();
  });
});
