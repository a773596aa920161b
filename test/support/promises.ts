/** Tests that keep a promise say which: the id stands in the title, and the gate reads the citation. */
import { type TestContext, test } from "vitest";
import type { PromiseId } from "../promises.ts";
import { type Need, requireOrSkip } from "./tools.ts";

export interface KeepsOptions {
  /** what this test cannot run without; it is skipped aloud, or fails, as tools.ts says */
  readonly needs?: readonly Need[];
  readonly timeoutMs?: number;
}

/**
 * `keeps("outcome.memory", "allocating 1 GiB ends at 256 MiB", async () => { … })`: one test of one
 * promise. The sentence says what this test shows, in the words "subject does X when Y".
 */
export function keeps(
  id: PromiseId,
  sentence: string,
  run: (context: TestContext) => Promise<void> | void,
  options: KeepsOptions = {},
): void {
  test(
    `${sentence} [${id}]`,
    options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs },
    async (context) => {
      requireOrSkip(context, ...(options.needs ?? []));
      await run(context);
    },
  );
}
