import { describe, expect, test } from "vitest";
import { painter, wantsColour } from "../../../../src/front/cli/colour.ts";
import { formatReport } from "../../../../src/front/cli/commands/doctor.ts";
import { formatJson } from "../../../../src/front/cli/commands/runtimes.ts";
import { wantsJson } from "../../../../src/front/cli/main.ts";
import { formatTable } from "../../../../src/front/cli/table.ts";

describe("wantsColour", () => {
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("terminal %s with %j: %s", (isTTY, env, expected) => {
    expect(wantsColour({ isTTY }, env)).toBe(expected);
  });
});

describe("formatTable", () => {
  test("pads by what is seen, not by what colours it", () => {
    const paint = painter({ isTTY: true }, {});
    const table = formatTable(
      ["a", "b"],
      [
        [paint("red", "x"), "1"],
        ["long", "2"],
      ],
    );
    expect(table).toBe(`a     b\n${paint("red", "x")}     1\nlong  2\n`);
  });
});

describe("wantsJson", () => {
  test("looks no further than --", () => {
    expect(wantsJson(["run", "--json", "a.py"])).toBe(true);
    expect(wantsJson(["run", "a.py", "--", "--json"])).toBe(false);
  });
});

describe("formatReport", () => {
  test("names the level, what is missing for the minimum, and each fix with its command", () => {
    const text = formatReport(
      {
        facts: {
          kernel: "6.1",
          arch: "x86_64",
          system: "Test",
          user: "svc",
          uid: 1000,
          container: null,
          processors: 2,
          memoryBytes: 1024 ** 3,
          swap: false,
          smt: false,
        },
        probes: [{ probe: "seccomp", state: "off", errno: "EINVAL", us: 1500, detail: "why" }],
        layers: {},
        level: "none",
        fixes: [{ probe: "seccomp", why: "because", commands: ["do this"] }],
      },
      "seccomp-only",
      (_colour, word) => word,
    );
    expect(text).toContain("seccomp  off    1.50 ms  EINVAL  why\n");
    expect(text).toContain("level: none, below seccomp-only; missing: ");
    expect(text).toContain("seccomp: because\n    do this\n");
  });
});

describe("formatJson", () => {
  test("is one document with runtimes and what was skipped", () => {
    expect(JSON.parse(formatJson({ runtimes: [], skipped: [{ path: "/x", why: "y" }] }))).toEqual({
      runtimes: [],
      skipped: [{ path: "/x", why: "y" }],
    });
  });
});
