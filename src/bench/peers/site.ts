/** What all peers of one comparison share: the interpreter, what of the host it needs, and how long a run may take. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { messageOf } from "../../core/errors.ts";
import { MINIMAL_ENVIRONMENT, runProbe } from "../../forkserver/spawn.ts";
import { locateRuntime, type Runtime } from "../../runtime/locate.ts";
import type { Peer, PeerFound } from "../peer.ts";

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Every peer's program starts with this and nothing else, as our own does. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...MINIMAL_ENVIRONMENT,
  LC_ALL: "C.UTF-8",
};

export interface Site {
  /** where programs and installed packages are looked for: PATH, HOME, XDG_DATA_HOME */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** modules that the peers with a server of their own import ahead */
  readonly preload: readonly string[];
  /** no run takes longer: it is killed then, and rejects */
  readonly deadlineMs: number;
  /** The interpreter that every peer runs; rejects where there is none. */
  interpreter(): Promise<Interpreter>;
}

export interface Interpreter {
  /** what is executed: the interpreter itself and no shim, which would be measured too */
  readonly path: string;
  readonly version: string;
  readonly view: View;
}

/** What of the host's files an interpreter needs, each at its own place. */
export interface View {
  readonly binds: readonly { readonly source: string; readonly target: string }[];
  readonly links: readonly { readonly path: string; readonly content: string }[];
}

export async function locateInterpreter(python: string, env: Site["env"]): Promise<Interpreter> {
  const { interpreter, version, visible } = await locateRuntime(python, { runProbe, env });
  return { path: interpreter, version, view: leanView(visible) };
}

/**
 * The same files that our own jobs see, except that /usr is shown as a whole: it is what people type, and
 * each bind less is a little faster, which is to the peers' advantage.
 */
export function leanView({ binds, links }: Runtime["visible"]): View {
  const others = binds
    .filter(({ target }) => !target.startsWith("/usr/"))
    .map(({ source, target }) => ({ source, target }));
  return { binds: [{ source: "/usr", target: "/usr" }, ...others], links };
}

/** The first program of this name on the site's PATH. */
export function findProgram(name: string, env: Site["env"]): string | undefined {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((directory) => directory.startsWith("/"))
    .map((directory) => join(directory, name))
    .find((path) => isThere(path, constants.X_OK));
}

export function isThere(path: string, mode: number = constants.F_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Killed with its process group, a command ends at once, unless something outside that holds its streams open. */
const GRACE_MS = 5_000;

/** Runs a command to its end; its stdout, or a rejection that says how it ended. */
export async function outputOf(command: readonly string[], deadlineMs: number): Promise<string> {
  const [file = "", ...args] = command;
  const options = { env: ENVIRONMENT, deadlineMs, maxOutputBytes: MAX_OUTPUT_BYTES };
  const answer = await within(
    deadlineMs + GRACE_MS,
    runProbe(file, args, options),
    `${file} was killed after ${deadlineMs} ms, and what it started lives on`,
  );
  if (answer.stopped === "deadline") {
    throw new Error(`${file} was killed after ${deadlineMs} ms`);
  }
  if (answer.stopped === "output") {
    throw new Error(`${file} was killed after ${MAX_OUTPUT_BYTES} bytes of output`);
  }
  if (answer.exitCode !== 0) {
    throw new Error(`${file} ${endedWith(answer.exitCode)}${lastLineOf(answer.stderr)}`);
  }
  return answer.stdout;
}

async function within<T>(ms: number, work: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(complaint)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const endedWith = (exitCode: number | null): string =>
  exitCode === null ? "was killed by a signal" : `ended with code ${exitCode}`;

export function lastLineOf(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  return line === "" ? "" : `: ${line}`;
}

/** The number in what `--version` says. */
export async function versionOf(program: string): Promise<string> {
  const said = await outputOf([program, "--version"], 10_000);
  return /\d+[.]\d[\w.+~-]*/.exec(said)?.[0] ?? said.trim();
}

export interface PeerRecipe {
  readonly name: string;
  /** the line that installs it */
  readonly install: string;
  /** Makes it ready to run, or says why it is not there. */
  open(site: Site): Promise<PeerFound | string>;
}

/** Debian's packages, as one line to type. */
export const aptInstall = (packages: string): string =>
  `apt-get install --no-install-recommends ${packages}`;

/** A peer that counts as found only when a first run of it gave the right output. */
export function peerOf(recipe: PeerRecipe, site: Site): Peer {
  const { name, install } = recipe;
  return {
    name,
    async find() {
      try {
        const opened = await recipe.open(site);
        if (typeof opened === "string") {
          return { found: false, reason: opened, install };
        }
        const trouble = await tryOut(opened);
        if (trouble === undefined) {
          return opened;
        }
        await opened.close();
        return { found: false, reason: `${name} is installed but fails here: ${trouble}`, install };
      } catch (error) {
        return { found: false, reason: messageOf(error), install };
      }
    },
  };
}

async function tryOut(peer: PeerFound): Promise<string | undefined> {
  try {
    const said = await peer.run("print('tried')");
    return said === "tried\n" ? undefined : `it printed ${JSON.stringify(said.slice(0, 200))}`;
  } catch (error) {
    return messageOf(error);
  }
}
