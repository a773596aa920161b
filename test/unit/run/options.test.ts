import { describe, expect, test } from "vitest";
import { checkRunOptions, type RunOptions } from "../../../src/run/options.ts";

describe("checkRunOptions", () => {
  test("accepts what is documented, and nothing at all", () => {
    const options = { signal: AbortSignal.timeout(1), onStdout: () => undefined, outDir: "out" };
    expect(checkRunOptions(options)).toBe(options);
    expect(checkRunOptions({})).toEqual({});
  });

  test.each<[string, object | null]>([
    ["onStdOut", { onStdOut: () => undefined }],
    ["signal", { signal: {} }],
    ["onStdout", { onStdout: "x" }],
    ["outDir", { outDir: "" }],
    ["outDir", { outDir: 5 }],
    ["run's options", null],
  ])("names what is wrong: %s", (part, options) => {
    expect(() => checkRunOptions(options as RunOptions)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(part) as string }),
    );
  });
});
