/** What every measurement is handed: how pools are opened, how long to measure, and with which interpreter. */
import { resolve } from "node:path";
import { messageOf } from "../core/errors.ts";
import { runProbe } from "../forkserver/spawn.ts";
import { locateRuntime } from "../runtime/locate.ts";
import type { Pool, PoolOptions } from "../supervisor.ts";
import type { Effort } from "./effort.ts";
import type { Distribution, Row } from "./row.ts";
import { SETS, type SetName } from "./sets.ts";

/** Both `src/bench` and `dist/bench` lie two levels below the package. */
const PACKAGE = resolve(import.meta.dirname, "..", "..");
export const COMMAND = resolve(PACKAGE, "dist", "front", "cli", "main.js");

/** A file of `bench/`. */
export function assetPath(name: string): string {
  return resolve(PACKAGE, "bench", name);
}

/** The hello job. */
export const HELLO = "print('hello')";
export const HELLO_SAYS = "hello\n";

export type OpenPool = (options: PoolOptions) => Promise<Pool>;

export interface BenchOptions {
  readonly openPool: OpenPool;
  readonly effort: Effort;
  readonly seed: number;
  /** a directory of ours alone */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** name or path of the interpreter for the sets that need nothing but the standard library */
  readonly runtime: string;
}

/** An interpreter with a preload set that it can import. */
export interface Setup {
  readonly set: SetName;
  readonly interpreter: string;
  readonly preload: string[];
}

/** What measuring gives. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly distributions?: readonly Distribution[];
}

/** A thing that is missing here: not an error, and never left unsaid. */
export class Missing extends Error {
  override readonly name = "Missing";
  readonly install: string | undefined;

  constructor(why: string, install?: string) {
    super(why);
    this.install = install;
  }
}

const IMPORT_MS = 60_000;

export class Bench {
  readonly openPool: OpenPool;
  readonly effort: Effort;
  readonly seed: number;
  readonly scratch: string;
  readonly env: BenchOptions["env"];
  readonly #runtime: string;
  readonly #setups = new Map<SetName, Promise<Setup>>();

  constructor(options: BenchOptions) {
    this.openPool = options.openPool;
    this.effort = options.effort;
    this.seed = options.seed;
    this.scratch = options.scratch;
    this.env = options.env;
    this.#runtime = options.runtime;
  }

  /** The interpreter for a preload set; throws Missing when none here can import it. */
  setup(name: SetName): Promise<Setup> {
    const known = this.#setups.get(name);
    if (known !== undefined) {
      return known;
    }
    const found = this.#find(name);
    this.#setups.set(name, found);
    return found;
  }

  async #find(set: SetName): Promise<Setup> {
    const { modules, packages } = SETS[set];
    const candidates = packages === undefined ? [this.#runtime] : [this.#runtime, DEBIAN_PYTHON];
    const why: string[] = [];
    for (const candidate of candidates) {
      try {
        const { interpreter } = await locateRuntime(candidate, { runProbe, env: this.env });
        const failure = await tryImport(interpreter, modules);
        if (failure === undefined) {
          return { set, interpreter, preload: [...modules] };
        }
        why.push(`${interpreter}: ${failure}`);
      } catch (error) {
        why.push(messageOf(error));
      }
    }
    throw new Missing(
      `no interpreter imports ${modules.join(", ")}: ${why.join("; ")}`,
      packages === undefined ? undefined : `apt-get install --no-install-recommends ${packages}`,
    );
  }
}

const DEBIAN_PYTHON = "/usr/bin/python3";

/** Why an interpreter cannot import them, or undefined when it can. */
async function tryImport(
  interpreter: string,
  modules: readonly string[],
): Promise<string | undefined> {
  const code = modules.map((name) => `import ${name}`).join("\n");
  const answer = await runProbe(interpreter, ["-I", "-B", "-c", code], {
    env: {},
    deadlineMs: IMPORT_MS,
    maxOutputBytes: 64 * 1024,
  });
  return answer.exitCode === 0 ? undefined : (answer.stderr.trim().split("\n").at(-1) ?? "failed");
}

/** Runs the hello job and makes sure that it was one. */
export async function hello(pool: Pool, code: string = HELLO): Promise<void> {
  const { stdout, outcome } = await pool.run({ code });
  if (!("text" in stdout) || stdout.text !== HELLO_SAYS) {
    throw new Error(`the hello job went wrong: ${JSON.stringify({ outcome, stdout })}`);
  }
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}
