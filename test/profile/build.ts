import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A C helper of this directory, compiled for one test file; or why it cannot be. */
export type Tool =
  | { readonly kind: "built"; readonly path: string; readonly directory: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Compiles NAME.c into a directory that `remove` takes away again. */
export async function buildTool(name: string, libraries: readonly string[] = []): Promise<Tool> {
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  const path = join(directory, name);
  const source = join(import.meta.dirname, `${name}.c`);
  try {
    await run("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source, ...libraries]);
    return { kind: "built", path, directory };
  } catch (error) {
    await rm(directory, { recursive: true });
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `skipped: ${name}.c cannot be built here (apt-get install gcc libseccomp-dev): ${reason}`,
    );
    return { kind: "missing", reason };
  }
}

export async function removeTool(tool: Tool): Promise<void> {
  if (tool.kind === "built") {
    await rm(tool.directory, { recursive: true, force: true });
  }
}
