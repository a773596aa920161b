import { describe, expect, test } from "vitest";
import type { Denial, Outcome } from "../../../../src/core/outcome.ts";
import { artifactLines, verdictLine } from "../../../../src/front/cli/verdict.ts";

const denial = (syscall: string): Denial => ({
  syscall,
  args: [],
  errno: "EPERM",
  count: 1,
  rule: "",
  hint: "",
});

function line(outcome: Outcome, denied: readonly Denial[] = []): string | undefined {
  return verdictLine({ outcome, denied, deniedTotal: denied.length });
}

describe("verdictLine", () => {
  test("says nothing about a job that exited with code 0", () => {
    expect(line({ kind: "exited", exitCode: 0 })).toBeUndefined();
    expect(line({ kind: "exited", exitCode: 0 }, [denial("connect")])).toBeUndefined();
  });

  test("is one line that names the limit and its option", () => {
    expect(line({ kind: "limited", limit: "wall" })).toBe(
      "broodbox: the job went over the limit on its wall time (--wall)\n",
    );
  });

  test("names refused calls once each", () => {
    const denied = ["connect", "socket", "connect"].map(denial);
    expect(line({ kind: "exited", exitCode: 1 }, denied)).toBe(
      "broodbox: the job exited with code 1; 3 calls were refused: connect, socket\n",
    );
  });

  test("keeps what a job wrote from moving the cursor or starting a new line", () => {
    const said = line({
      kind: "rejected",
      reason: "protocol",
      detail: "a\n\u001b[2Jb\u009bc\u2028d",
    });
    expect(said).toMatch(/^[\x20-\x7e]*\n$/);
  });
});

describe("artifactLines", () => {
  const none = { artifacts: [], artifactsSkipped: [], artifactsSkippedTotal: 0 };
  const plot = { name: "plot.png", bytes: 3, sha256: "", mediaType: "image/png" };

  test("says that artifacts were not kept without --out", () => {
    expect(artifactLines({ ...none, artifacts: [plot] }, undefined)).toEqual([
      "broodbox: artifact plot.png (3 bytes), not kept: give --out DIR\n",
    ]);
    expect(artifactLines({ ...none, artifacts: [plot] }, "/x")).toEqual([
      "broodbox: artifact plot.png (3 bytes)\n",
    ]);
  });

  test("names a bounded number and counts the rest", () => {
    const artifacts = Array.from({ length: 40 }, () => plot);
    const artifactsSkipped = Array.from({ length: 40 }, () => ({ name: "l\n", reason: "link" }));
    const lines = artifactLines({ artifacts, artifactsSkipped, artifactsSkippedTotal: 500 }, "/x");
    expect(lines).toHaveLength(32 + 1 + 32 + 1);
    expect(lines[32]).toContain("and 8 more artifacts");
    expect(lines.at(-1)).toContain("and 468 more");
  });
});
