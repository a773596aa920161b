/**
 * Runs around every test of the suites that drive real processes: nothing may be left behind. A test
 * that keeps a pool over several tests registers it with `sharedPool` (harness.ts).
 */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { sharedBaseline } from "./harness.ts";
import { expectNoLeaks, type Snapshot, snapshot } from "./leaks.ts";

let beforeFile: Snapshot | undefined;
let beforeTest: Snapshot | undefined;

beforeAll(() => {
  beforeFile = snapshot();
});

beforeEach(() => {
  beforeTest = sharedBaseline() ?? snapshot();
});

afterEach(async () => {
  if (beforeTest !== undefined) {
    await expectNoLeaks(beforeTest, { poolLives: sharedBaseline() !== null });
  }
});

afterAll(async () => {
  if (beforeFile !== undefined) {
    await expectNoLeaks(beforeFile);
  }
});
