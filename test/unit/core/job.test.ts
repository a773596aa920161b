import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { type JobDefaults, type JobRequest, parseJob } from "../../../src/core/job.ts";
import { clamp, DEFAULT_LIMITS, LIMIT_NAMES, MAXIMUM_LIMITS } from "../../../src/core/limits.ts";

const defaults: JobDefaults = {
  limits: DEFAULT_LIMITS,
  ceiling: MAXIMUM_LIMITS,
  minimumLevel: "full",
};

function parse(request: JobRequest) {
  return parseJob("ID", request, defaults);
}

function refusal(request: unknown): string {
  try {
    parseJob("ID", request, defaults);
  } catch (error) {
    expect(error).toBeInstanceOf(SandboxError);
    expect((error as SandboxError).code).toBe("usage");
    return (error as SandboxError).message;
  }
  throw new Error("the request was accepted");
}

describe("parseJob", () => {
  test("fills in what a small request leaves out", () => {
    const job = parse({ code: "print(1)" });
    expect(job).toMatchObject({
      id: "ID",
      filename: "main.py",
      entry: "",
      args: [],
      env: {},
      inputs: [],
      limits: DEFAULT_LIMITS,
      network: "none",
      minimumLevel: "full",
    });
    expect(Object.isFrozen(job)).toBe(true);
  });

  test("keeps a copy of bytes, so that the caller cannot change them later", () => {
    const code = Uint8Array.from(Buffer.from("one"));
    const job = parse({ code });
    code.fill(0);
    expect(job.code).toEqual({ kind: "bytes", data: Uint8Array.from(Buffer.from("one")) });
  });

  test("takes code exactly once", () => {
    expect(refusal({})).toMatch(/code exactly once/);
    expect(refusal({ code: "", path: "a.py" })).toMatch(/code exactly once/);
    expect(parse({ path: "/x/job.py" }).filename).toBe("job.py");
    expect(refusal({ path: "/x/" })).toMatch(/no file name/);
  });

  test("names inputs after their files and refuses two of one name", () => {
    const job = parse({ code: "", inputs: [{ path: "/data/a.csv" }, { name: "b", data: "x" }] });
    expect(job.inputs).toMatchObject([
      { kind: "file", name: "a.csv", path: "/data/a.csv" },
      { kind: "bytes", name: "b" },
    ]);
    expect(refusal({ code: "", inputs: [{ path: "/1/a" }, { path: "/2/a" }] })).toMatch(
      /two inputs/,
    );
    expect(refusal({ code: "", inputs: [{ path: "/data/.." }] })).toMatch(/no file name/);
  });

  test.each([
    ["an unknown key", { code: "", wallMs: 1 }],
    ["a NUL in an argument", { code: "", args: ["a\0b"] }],
    ["a lone surrogate", { code: "", args: ["\ud800"] }],
    ["a variable that is no name", { code: "", env: { "A=B": "" } }],
    ["a variable called __proto__", { code: "", env: JSON.parse('{"__proto__":"x"}') as unknown }],
    ["a file name with a slash", { code: "", filename: "../x.py" }],
    ["a file name of dots", { code: "", filename: ".." }],
    ["an input name with a slash", { code: "", inputs: [{ name: "a/b", data: "" }] }],
    ["a name longer than 255 bytes", { code: "", filename: "ä".repeat(128) }],
    ["an entry without a function", { code: "", entry: "module" }],
    ["an entry with code in it", { code: "", entry: "a:b()" }],
    ["a network", { code: "", network: "open" }],
    ["a level that does not exist", { code: "", minimumLevel: "fulll" }],
    ["a limit of zero", { code: "", limits: { wallMs: 0 } }],
    ["a negative limit", { code: "", limits: { memoryBytes: -1 } }],
    ["a limit above its hard maximum", { code: "", limits: { pids: 1_000_000 } }],
    ["an unknown limit", { code: "", limits: { wall: 1 } }],
    ["too many arguments", { code: "", args: Array.from({ length: 1025 }, () => "") }],
    ["too long arguments", { code: "", args: ["x".repeat(1_048_577)] }],
    ["null", null],
    ["text", "print(1)"],
  ])("refuses %s", (_what, request) => {
    expect(refusal(request)).toMatch(/cannot accept|at most|more than/);
  });

  test("refuses limits above the operator's ceiling, naming them", () => {
    const ceiling = { ...MAXIMUM_LIMITS, wallMs: 1000 };
    expect(() =>
      parseJob(
        "ID",
        { code: "", limits: { wallMs: 2000 } },
        { ...defaults, limits: ceiling, ceiling },
      ),
    ).toThrow("limits too high: wallMs 2000 is above 1000");
  });

  test("takes unicode names as Python does", () => {
    expect(parse({ code: "", entry: "paquet.módulo:función.x" }).entry).toBe(
      "paquet.módulo:función.x",
    );
  });
});

describe("clamp", () => {
  test("lowers each limit to its ceiling and says which", () => {
    for (const name of LIMIT_NAMES) {
      const ceiling = { ...MAXIMUM_LIMITS, [name]: 1 };
      expect(clamp(DEFAULT_LIMITS, ceiling)).toEqual({
        limits: { ...DEFAULT_LIMITS, [name]: 1 },
        lowered: [name],
      });
    }
    expect(clamp(DEFAULT_LIMITS, MAXIMUM_LIMITS).lowered).toEqual([]);
  });
});
