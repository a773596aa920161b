/**
 * Peers that are Python libraries: a driver in bench/peers/ keeps the library's server alive, takes code
 * and gives back output, so that one run is timed from the same place as every other: code in, output
 * complete and process reaped. The hop through the driver's two pipes is part of it (about 0.1 ms).
 *
 *   driver says once   ready VERSION\n
 *   run                BYTES\n code              answered by   STATUS OUT ERR\n stdout stderr
 */
import { join } from "node:path";
import { Scratch } from "../../bundle/scratch.ts";
import { Cleanup } from "../../core/cleanup.ts";
import { type Program, spawnProgram } from "../../forkserver/spawn.ts";
import type { PeerFound } from "../peer.ts";
import {
  ENVIRONMENT,
  type Interpreter,
  isThere,
  lastLineOf,
  type PeerRecipe,
  type Site,
} from "./site.ts";

const DRIVERS = join(import.meta.dirname, "../../../bench/peers");
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** The driver ends a run that is too long; this much later it is the driver that hangs. */
const GRACE_MS = 5_000;

interface ServedPeer {
  readonly name: string;
  /** what pip installs, and the driver imports */
  readonly module: string;
  readonly driver: string;
  /** why it cannot be tried by this user, if so */
  readonly refusal?: () => string | undefined;
  /** what stands before the interpreter */
  readonly prefix: readonly string[];
  /** what this variant of the driver is told beside what all are told */
  readonly settings: Readonly<Record<string, boolean>>;
  readonly how: string;
}

const PRIVATE = ["unshare", "--mount", "--net", "--propagation", "private", "--"];

const pyspawner = {
  module: "pyspawner",
  driver: "pyspawner_driver.py",
  refusal: () =>
    process.getuid?.() === 0
      ? undefined
      : "pyspawner writes id maps from 100000 on, which only root may",
  // Its chroot is mounted where nobody else sees it, and its network devices are not made on the host.
  prefix: PRIVATE,
};

const SERVED: readonly ServedPeer[] = [
  {
    name: "pyspawner",
    ...pyspawner,
    settings: { network: false },
    how: "Client.spawn_child, chroot_dir a tmpfs of read-only binds, no network",
  },
  {
    name: "pyspawner-network",
    ...pyspawner,
    settings: { network: true },
    how: "Client.spawn_child, chroot_dir a tmpfs of read-only binds, NetworkConfig() as in its README",
  },
  {
    name: "sandlock",
    module: "sandlock",
    driver: "sandlock_driver.py",
    prefix: [],
    settings: { fork: false },
    how: "Sandbox(fs_readable, fs_writable=[], max_memory, max_processes, clean_env).run(python -c)",
  },
  {
    name: "sandlock-fork",
    module: "sandlock",
    driver: "sandlock_driver.py",
    prefix: [],
    settings: { fork: true },
    how: "the same Sandbox with init_fn and work_fn, fork(1) from a process with the preload list imported",
  },
];

export const servedPeers: readonly PeerRecipe[] = SERVED.map((peer) => ({
  name: peer.name,
  install: `bench/install-peers ${peer.module}`,
  async open(site) {
    const refusal = peer.refusal?.();
    if (refusal !== undefined) {
      return refusal;
    }
    const interpreter = await site.interpreter();
    const packages = packagesFor(interpreter, site.env);
    if (packages === undefined || !isThere(join(packages, peer.module, "__init__.py"))) {
      return `${peer.module} is not in ${packages ?? "$HOME/.local/share/broodbox-peers"}`;
    }
    return await openServed(peer, interpreter, packages, site);
  },
}));

/** Where bench/install-peers puts packages: apart from the interpreter's own, one directory per minor version. */
function packagesFor({ version }: Interpreter, env: Site["env"]): string | undefined {
  const home = env["HOME"];
  const data =
    env["XDG_DATA_HOME"] ?? (home === undefined ? undefined : join(home, ".local/share"));
  const minor = version.split(".").slice(0, 2).join(".");
  return data === undefined ? undefined : join(data, "broodbox-peers", `python${minor}`);
}

async function openServed(
  peer: ServedPeer,
  interpreter: Interpreter,
  packages: string,
  site: Site,
): Promise<PeerFound> {
  const scratch = await Scratch.create();
  const orders = JSON.stringify({
    scratch: scratch.path,
    ...peer.settings,
    python: interpreter.path,
    packages,
    preload: site.preload,
    deadlineSeconds: site.deadlineMs / 1000,
    binds: interpreter.view.binds,
    links: interpreter.view.links,
  });
  // -B: this directory may be anybody's, and is not where bytecode is to be left.
  const python = [interpreter.path, "-I", "-B"];
  const [file, ...args] = [...peer.prefix, ...python, join(DRIVERS, peer.driver), orders];
  const cleanup = new Cleanup();
  cleanup.use(scratch);
  try {
    const driver = new Driver(await spawnProgram(file, args, ENVIRONMENT), peer.name);
    cleanup.defer(() => driver.close());
    const version = await driver.ready(site.deadlineMs + GRACE_MS);
    return {
      found: true,
      version,
      how: `${peer.how}; imported ahead: ${site.preload.join(", ") || "nothing"}`,
      run: (code) => driver.run(code, site.deadlineMs + GRACE_MS),
      close: () => cleanup[Symbol.asyncDispose](),
    };
  } catch (error) {
    await cleanup[Symbol.asyncDispose]();
    throw error;
  }
}

interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One driver, one question at a time. */
class Driver {
  readonly #program: Program;
  readonly #name: string;
  #received = Buffer.alloc(0);
  #said = "";
  #wake: (() => void) | undefined;
  /** why there will be no more answers */
  #end: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(program: Program, name: string) {
    this.#program = program;
    this.#name = name;
    program.stdout.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    program.stderr.on("data", (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk.toString()}`.slice(-4096);
    });
    // A driver that is gone is noticed by its end, not by a write into its closed pipe.
    program.stdin.on("error", () => undefined);
    void program.ended.then(() => {
      this.#end ??= "ended";
      this.#wake?.();
    });
  }

  async ready(deadlineMs: number): Promise<string> {
    const [word, version] = (await this.#within(deadlineMs, () => this.#line())).split(" ");
    if (word !== "ready" || version === undefined) {
      throw new Error(`the driver of ${this.#name} did not say that it is ready`);
    }
    return version;
  }

  run(code: string, deadlineMs: number): Promise<string> {
    const mine = this.#turn.then(() => this.#ask(code, deadlineMs));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #ask(code: string, deadlineMs: number): Promise<string> {
    const bytes = Buffer.from(code);
    this.#program.stdin.write(Buffer.concat([Buffer.from(`${bytes.byteLength}\n`), bytes]));
    const { status, stdout, stderr } = await this.#within(deadlineMs, () => this.#answer());
    if (status !== 0) {
      const how = status > 128 ? `was killed by signal ${status - 128}` : `ended with ${status}`;
      throw new Error(`${this.#name} ${how}${lastLineOf(stderr)}`);
    }
    return stdout;
  }

  async #answer(): Promise<Answer> {
    const numbers = (await this.#line()).split(" ").map(Number);
    const [status, stdout, stderr] = numbers;
    if (
      status === undefined ||
      stdout === undefined ||
      stderr === undefined ||
      !numbers.every(Number.isSafeInteger) ||
      stdout + stderr > MAX_ANSWER_BYTES
    ) {
      throw new Error(`the driver of ${this.#name} answered out of form`);
    }
    const bytes = await this.#take(stdout + stderr);
    return {
      status,
      stdout: bytes.subarray(0, stdout).toString(),
      stderr: bytes.subarray(stdout).toString(),
    };
  }

  async #line(): Promise<string> {
    let end = this.#received.indexOf(10);
    while (end < 0) {
      await this.#more();
      end = this.#received.indexOf(10);
    }
    return (await this.#take(end + 1)).toString("latin1", 0, end);
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#received.byteLength < bytes) {
      await this.#more();
    }
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  async #more(): Promise<void> {
    if (this.#end !== undefined) {
      throw new Error(`the driver of ${this.#name} ${this.#end}${lastLineOf(this.#said)}`);
    }
    await new Promise<void>((wake) => {
      this.#wake = wake;
    });
  }

  /** What outlasts the deadline is killed with everything it started: its children are in its process group. */
  async #within<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#end ??= `gave no answer in ${deadlineMs} ms`;
      this.#killGroup();
    }, deadlineMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#program.stdin.end();
    const timer = setTimeout(() => this.#killGroup(), GRACE_MS);
    await this.#program.ended;
    clearTimeout(timer);
    this.#program.stdout.destroy();
    this.#program.stderr.destroy();
  }

  #killGroup(): void {
    try {
      process.kill(-this.#program.pid, "SIGKILL");
    } catch {
      // The group is gone already, and that was the aim.
    }
  }
}
