/** Programs that must behave in a sandbox as in a plain interpreter: run in both, compared word by word. */
import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import type { Pool } from "../support/harness.ts";
import { Directory } from "./support.ts";

export interface Program {
  readonly what: string;
  readonly code: string;
  readonly stdin?: string;
  readonly args?: readonly string[];
}

interface Behaviour {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
}

/** Programs stand six columns in, below the line that names them. */
function source({ code }: Program): string {
  return code.replace(/^\n/, "").replaceAll(/^ {6}/gm, "");
}

const ENVIRONMENT = {
  HOME: "/tmp",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  LANG: "C.UTF-8",
  USER: "job",
  LOGNAME: "job",
};

/** Byte by byte a character, so that what is no text compares too; addresses differ from run to run. */
function comparable(bytes: Buffer): string {
  return bytes.toString("latin1").replaceAll(/ at 0x[0-9a-f]+/g, " at ADDRESS");
}

function bytesOf(stream: RunResult["stdout"]): Buffer {
  return "text" in stream ? Buffer.from(stream.text) : Buffer.from(stream.base64, "base64");
}

/** The interpreter as the zygote starts it, with a script. */
function plainly(interpreter: string, program: Program): Behaviour {
  using directory = new Directory(0o755);
  const path = directory.file("main.py", source(program));
  const { stdout, stderr, status, signal } = spawnSync(
    interpreter,
    ["-I", "-B", "-X", "utf8", path, ...(program.args ?? [])],
    {
      env: ENVIRONMENT,
      input: program.stdin ?? "",
      cwd: directory.path,
      timeout: 20_000,
    },
  );
  const here = (bytes: Buffer) => comparable(bytes).replaceAll(directory.path, "/job");
  return {
    stdout: here(stdout),
    stderr: here(stderr),
    end: signal ?? `exited ${status}`,
  };
}

function endOf({ outcome }: RunResult): string {
  switch (outcome.kind) {
    case "exited":
      return `exited ${outcome.exitCode}`;
    case "signaled":
      return outcome.signal;
    default:
      return JSON.stringify(outcome);
  }
}

async function confined(pool: Pool, program: Program, profile?: string): Promise<Behaviour> {
  const run = await pool.run({
    code: source(program),
    stdin: program.stdin ?? "",
    args: [...(program.args ?? [])],
    ...(profile === undefined ? {} : { profile }),
  });
  return {
    stdout: comparable(bytesOf(run.stdout)),
    stderr: comparable(bytesOf(run.stderr)),
    end: endOf(run),
  };
}

/** Fails where the two differ in what they print or how they end. */
export async function expectSameBehaviour(
  pool: Pool,
  interpreter: string,
  program: Program,
  profile?: string,
): Promise<void> {
  const wanted = plainly(interpreter, program);
  expect(await confined(pool, program, profile)).toEqual(wanted);
}
