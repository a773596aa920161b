import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { VITAL } from "../../../src/profile/answers.ts";
import type { Condition, Operator } from "../../../src/profile/conditions.ts";

/** A directory of profiles for one test: file name -> content (objects become JSON). */
export interface ProfileDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function profileDirectory(
  files: Readonly<Record<string, unknown>>,
): Promise<ProfileDirectory> {
  const path = await mkdtemp(join(tmpdir(), "profiles-"));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content, null, 1));
  }
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

/** The least a profile must have: the vital calls, and a version. */
export function minimal(name: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  const { allow = [], ...rest } = more;
  return {
    profile: 1,
    name,
    knownUpTo: "6.18",
    ...rest,
    allow: [...VITAL, ...(allow as unknown[])],
  };
}

export function condition(
  index: number,
  bits: 16 | 32 | 64,
  operator: Operator,
  ...values: bigint[]
): Condition {
  return { index, argument: `arg${index}`, bits, operator, values };
}
