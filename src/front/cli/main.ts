#!/usr/bin/env node
/** argv -> command. Only the module of the command that was asked for is loaded. */
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { SandboxError } from "../../core/errors.ts";
import { exitCodeOfError, OUR_FAILURE, USAGE } from "./exit-code.ts";
import { sayFailure } from "./failure.ts";
import { type Io, isBrokenPipe } from "./io.ts";

type MakeCommand = (io: Io, finish: (exitCode: number) => void) => Command;

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<MakeCommand>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  run: {
    summary: "run one job and print what it printed",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  doctor: {
    summary: "what this host can confine, what is missing, how to fix it",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  runtimes: {
    summary: "interpreters found here, with version, digest, default profile",
    load: async () => (await import("./commands/runtimes.ts")).runtimesCommand,
  },
  bench: {
    summary: "measure this host against its floor, and against what else there is",
    load: async () => (await import("./commands/bench.ts")).benchCommand,
  },
};

/** Both `src/front/cli` and `dist/front/cli` lie three levels below the package. */
function version(): string {
  const path = new URL("../../../package.json", import.meta.url);
  const { version: text } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  return text;
}

/** Does the command line, before `--`, ask for JSON? Errors of parsing are answered in kind as well. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).includes("--json");
}

/** The first word that can be a command, also behind `help`. */
function chosen(args: readonly string[]): string | undefined {
  const words = args.filter((word) => !word.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

async function makeProgram(
  io: Io,
  args: readonly string[],
  finish: (exitCode: number) => void,
): Promise<Command> {
  const output = {
    writeOut: (text: string) => void io.stdout.write(text),
    // Not here: an error is said once, by answer(), as a line or as JSON.
    writeErr: () => {},
  };
  const program = new Command("broodbox")
    .description("Run code nobody trusts: single-use, confined jobs on one Linux host")
    .version(version(), "--version")
    .configureOutput(output)
    .exitOverride()
    .showSuggestionAfterError(true);
  const wanted = chosen(args);
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command =
      name === wanted ? (await entry.load())(io, finish) : new Command(name).allowUnknownOption();
    program.addCommand(command.description(entry.summary).configureOutput(output).exitOverride());
  }
  return program;
}

/** What commander throws, in our words; undefined for help and version, which were what was asked for. */
function usageOf(error: CommanderError): SandboxError | undefined {
  if (error.exitCode === 0) {
    return undefined;
  }
  const message =
    error.code === "commander.help"
      ? "no command given"
      : error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return new SandboxError("usage", message, { remedy: "see `broodbox --help`" });
}

/** Says a failure once, and gives its exit code. */
async function answer(io: Io, error: unknown, json: boolean): Promise<number> {
  if (error instanceof CommanderError) {
    const failure = usageOf(error);
    return failure === undefined ? 0 : answer(io, failure, json);
  }
  if (isBrokenPipe(error)) {
    return OUR_FAILURE;
  }
  try {
    await sayFailure(io, error, json);
  } catch {
    // Nowhere to say it (a full disk): the exit code still does, and 1 would be taken for the job's own.
  }
  return exitCodeOfError(error);
}

/** Runs one command line to its end; resolves with the exit code, and never rejects for what a user can do. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let exitCode = USAGE;
  try {
    const program = await makeProgram(io, args, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    return answer(io, error, wantsJson(args));
  }
}

function isMainModule(): boolean {
  const script = process.argv[1];
  // npm installs the command as a link to this file.
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isMainModule()) {
  // A reader that has gone away is no error message; who cares about it listens as well.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
  });
  // Everything has been written and taken by now; what is left open (a pipe on standard input) must not keep us.
  process.exit(exitCode);
}
