import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../src/core/errors.ts";
import { createLog, type LogLevel } from "../../../src/observe/log.ts";

function logTo(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level,
    to: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { log, lines };
}

describe("createLog", () => {
  test("writes one JSON line with level, time and fields", () => {
    const { log, lines } = logTo("info");
    log.warn("forkserver ended", { exitCode: 3 });
    expect(lines).toEqual([
      { level: "warn", time: expect.any(String), exitCode: 3, msg: "forkserver ended" },
    ]);
    expect(Number.isNaN(Date.parse(String(lines[0]?.["time"])))).toBe(false);
  });

  test("leaves out what is below its level", () => {
    const { log, lines } = logTo("error");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines.map((line) => line["msg"])).toEqual(["d"]);
  });

  test("silent says nothing at all", () => {
    const { log, lines } = logTo("silent");
    log.error("d");
    expect(lines).toEqual([]);
  });

  test("strikes out secrets and job data, also one level down", () => {
    const { log, lines } = logTo("info");
    log.info("x", {
      token: "t0p",
      code: "print(1)",
      request: { authorization: "Bearer t0p", stdin: "t0p", path: "/v1/run" },
    });
    expect(JSON.stringify(lines)).not.toContain("t0p");
    expect(JSON.stringify(lines)).not.toContain("print(1)");
    expect(lines[0]).toMatchObject({ request: { path: "/v1/run" } });
  });

  test("describes an error by name, message, code and step", () => {
    const { log, lines } = logTo("info");
    log.error("x", { error: new SandboxError("stageFailed", "no", { step: "ids" }) });
    expect(lines[0]?.["error"]).toEqual({
      name: "SandboxError",
      message: "no",
      code: "stageFailed",
      step: "ids",
    });
  });
});
