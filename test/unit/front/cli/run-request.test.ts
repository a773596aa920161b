import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { SandboxError, type SandboxErrorCode } from "../../../../src/core/errors.ts";
import { planRun, type RunFlags } from "../../../../src/front/cli/run-request.ts";

function refusal(job: string, flags: RunFlags): [SandboxErrorCode, string] {
  try {
    planRun(job, [], flags);
  } catch (error) {
    if (error instanceof SandboxError) {
      return [error.code, error.message];
    }
    throw error;
  }
  throw new Error("it was accepted");
}

describe("planRun", () => {
  test("a .py file is a Python job at level full, without network", () => {
    const plan = planRun("job.py", ["a", "--b"], {});
    expect(plan).toEqual({
      source: { kind: "path", path: resolve("job.py") },
      runtime: "python",
      preload: [],
      outDirectory: undefined,
      request: {
        args: ["a", "--b"],
        env: {},
        inputs: [],
        limits: {},
        network: "none",
        minimumLevel: "full",
      },
    });
  });

  test("all limits are read in their units", () => {
    const flags = {
      wall: "1.5s",
      cpu: "500ms",
      memory: "64M",
      tmp: "1G",
      maxOutput: "64K",
      maxArtifacts: "2M",
      pids: "7",
    };
    expect(planRun("a.py", [], flags).request.limits).toEqual({
      wallMs: 1500,
      cpuMs: 500,
      memoryBytes: 64 * 1024 ** 2,
      tmpBytes: 1024 ** 3,
      outputBytes: 64 * 1024,
      artifactBytes: 2 * 1024 ** 2,
      pids: 7,
    });
  });

  test("standard input is Python and called main.py", () => {
    const plan = planRun("-", [], {});
    expect(plan.source).toEqual({ kind: "stdin" });
    expect(plan.runtime).toBe("python");
    expect(plan.request.filename).toBe("main.py");
  });

  test("inputs take a name in front, and a path with = in a directory needs none", () => {
    const { inputs } = planRun("a.py", [], { input: ["raw=x/y.csv", "z.csv", "./k=v"] }).request;
    expect(inputs).toEqual([
      { name: "raw", path: resolve("x/y.csv") },
      { path: resolve("z.csv") },
      { path: resolve("./k=v") },
    ]);
  });

  test("an environment value may hold =, and __proto__ is kept as a name for the library to refuse", () => {
    const { env } = planRun("a.py", [], { env: ["A=b=c", "__proto__=x"] }).request;
    expect(Object.entries(env ?? {})).toEqual([
      ["A", "b=c"],
      ["__proto__", "x"],
    ]);
  });

  test("--runtime wins over the suffix", () => {
    expect(planRun("tool.js", [], { runtime: "python3.9" }).runtime).toBe("python3.9");
  });

  test("--preload takes lists and repetition", () => {
    expect(planRun("a.py", [], { preload: ["json, re", "os.path"] }).preload).toEqual([
      "json",
      "re",
      "os.path",
    ]);
  });

  test.each([".js", ".sh", ".php", ".rb", ".pl", ".zip"])(
    "%s says that only Python runs",
    (suffix) => {
      const [code, message] = refusal(`job${suffix}`, {});
      expect(code).toBe("runtimeMissing");
      expect(message).toContain("only Python jobs run so far");
    },
  );

  test("a file without a known suffix needs --runtime", () => {
    expect(refusal("job", {})).toEqual(["runtimeMissing", expect.stringContaining("--runtime")]);
  });

  test.each<[string, RunFlags]>([
    ["network", { network: "internet" }],
    ["level", { minimumLevel: "ful" }],
    ["duration", { wall: "10" }],
    ["size", { memory: "lots" }],
    ["--memory 1M: must be a whole number from", { memory: "1M" }],
    ["--max-output 2G", { maxOutput: "2G" }],
    ["pids", { pids: "-1" }],
    ["pids", { pids: "1e3" }],
    ["NAME=VALUE", { env: ["A"] }],
    ["NAME=VALUE", { env: ["=x"] }],
    ["file name", { input: ["..=x"] }],
    ["--input", { input: [""] }],
    ["--input", { input: ["a="] }],
    ["--out", { out: "" }],
    ["module name", { preload: ["json;os"] }],
  ])("a wrong option is a usage error that names it: %s", (part, flags) => {
    const [code, message] = refusal("a.py", flags);
    expect(code).toBe("usage");
    expect(message).toContain(part);
  });
});
