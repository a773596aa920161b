import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectNoLeaks, snapshot } from "../../support/leaks.ts";

const soon = { limitMs: 100 };

describe("the leak check", () => {
  test("passes when nothing was left", async () => {
    await expectNoLeaks(snapshot(), soon);
  });

  test("names a child process that still runs, until it has ended", async () => {
    const before = snapshot();
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(child, "spawn");
    const name = new RegExp(`left behind after 100 ms:\\s+process ${child.pid} \\(sleep, `);
    await expect(expectNoLeaks(before, soon)).rejects.toThrow(name);
    await expect(expectNoLeaks(before, { ...soon, poolLives: true })).rejects.toThrow(
      /0 processes have become 1: process /,
    );
    child.kill("SIGKILL");
    await once(child, "exit");
    await expectNoLeaks(before, soon);
  });

  test("names an open descriptor with what it is open on", async () => {
    const before = snapshot();
    const fd = openSync("/etc/hostname", "r");
    await expect(expectNoLeaks(before, soon)).rejects.toThrow(
      `descriptor ${fd} of this process (/etc/hostname)`,
    );
    closeSync(fd);
    await expectNoLeaks(before, soon);
  });

  test("names a temporary directory of ours", async () => {
    const before = snapshot();
    const directory = mkdtempSync(join(tmpdir(), "broodbox-leak-"));
    await expect(expectNoLeaks(before, soon)).rejects.toThrow(`temporary file ${directory}`);
    rmSync(directory, { recursive: true });
    await expectNoLeaks(before, soon);
  });

  test("waits for what goes away within its time", async () => {
    const before = snapshot();
    spawn("sleep", ["0.2"], { stdio: "ignore" });
    await expectNoLeaks(before, { limitMs: 2000 });
  });
});
