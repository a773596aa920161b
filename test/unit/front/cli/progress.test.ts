import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Terminal } from "../../../../src/front/cli/io.ts";
import { Progress } from "../../../../src/front/cli/progress.ts";

const ERASE = "\r\u001b[K";

function terminal(isTTY: boolean): { stream: Terminal; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const chunks: string[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join("") };
}

function progressOn(stream: Terminal, enabled = true): Progress {
  return new Progress(stream, { enabled, label: "running", nowMs: () => Date.now() });
}

describe("Progress", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("says nothing within the first second", () => {
    const { stream, text } = terminal(true);
    const progress = progressOn(stream);
    progress.start();
    vi.advanceTimersByTime(999);
    progress.stop();
    vi.advanceTimersByTime(5000);
    expect(text()).toBe("");
  });

  test("draws after a second, and stop leaves the line erased", () => {
    const { stream, text } = terminal(true);
    const progress = progressOn(stream);
    progress.start();
    vi.advanceTimersByTime(3000);
    expect(text()).toContain("running 2 s");
    progress.stop();
    progress.stop();
    const said = text();
    expect(said.endsWith(ERASE)).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(text()).toBe(said);
  });

  test("gives way to output and comes back only on a line of its own", () => {
    const { stream, text } = terminal(true);
    const progress = progressOn(stream);
    progress.start();
    vi.advanceTimersByTime(1100);
    progress.interrupt(true);
    expect(text().endsWith(ERASE)).toBe(true);
    vi.advanceTimersByTime(1100);
    expect(text().endsWith(ERASE)).toBe(false);
    progress.interrupt(false);
    const said = text();
    vi.advanceTimersByTime(5000);
    expect(text()).toBe(said);
  });

  test.each([
    [false, true],
    [true, false],
  ])("is silent when terminal is %s and enabled is %s", (isTTY, enabled) => {
    const { stream, text } = terminal(isTTY);
    const progress = progressOn(stream, enabled);
    progress.start();
    vi.advanceTimersByTime(5000);
    progress.interrupt(true);
    progress.stop();
    expect(text()).toBe("");
  });
});
