/** `broodbox runtimes`: interpreters found here, with version, digest, default profile. */
import { Command } from "commander";
import { runProbe } from "../../../forkserver/spawn.ts";
import { type FoundRuntimes, findRuntimes } from "../../../runtime/locate.ts";
import { printable } from "../failure.ts";
import { type Io, write } from "../io.ts";
import { formatTable } from "../table.ts";

interface RuntimesFlags {
  readonly json?: boolean;
}

export function runtimesCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command("runtimes")
    .option("--json", "one JSON document on standard output")
    .action(async (flags: RuntimesFlags) => {
      const found = await findRuntimes({ runProbe, env: io.env });
      await write(io.stdout, flags.json === true ? formatJson(found) : formatPeople(found));
      for (const { path, why } of flags.json === true ? [] : found.skipped) {
        await write(io.stderr, `broodbox: skipped ${printable(path)}: ${printable(why)}\n`);
      }
      finish(0);
    });
}

/** The document under `--json`. */
export function formatJson(found: FoundRuntimes): string {
  const runtimes = found.runtimes.map(
    ({ id, name, language, kind, version, interpreter, digest, defaultProfile }) => ({
      id,
      name,
      language,
      kind,
      version,
      interpreter,
      digest,
      defaultProfile,
    }),
  );
  return `${JSON.stringify({ runtimes, skipped: found.skipped }, null, 2)}\n`;
}

const DIGEST_SHOWN = "sha256:".length + 12;

function formatPeople(found: FoundRuntimes): string {
  return formatTable(
    ["runtime", "version", "digest", "profile", "interpreter"],
    found.runtimes.map((runtime) => [
      runtime.name,
      runtime.version,
      runtime.digest.slice(0, DIGEST_SHOWN),
      runtime.defaultProfile,
      runtime.interpreter,
    ]),
  );
}
