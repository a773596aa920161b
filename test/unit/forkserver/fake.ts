/** A forkserver and inits made of streams, for tests of the supervisor's side of the wire. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import $protobuf from "protobufjs/minimal.js";
import { deferred } from "../../../src/core/deferred.ts";
import type { Log } from "../../../src/core/ports.ts";
import { Forkserver } from "../../../src/forkserver/forkserver.ts";
import type { Program, ProgramEnd } from "../../../src/forkserver/spawn.ts";
import { FrameReader } from "../../../src/wire/frame.ts";
import { broodbox } from "../../../src/wire/generated/broodbox.js";

function eventFrame(event: broodbox.Event.$Properties): Uint8Array {
  return broodbox.Event.encode(event, $protobuf.Writer.create().fork()).ldelim().finish();
}

export function initFrame(message: broodbox.FromInit.$Properties): Uint8Array {
  return broodbox.FromInit.encode(message, $protobuf.Writer.create().fork()).ldelim().finish();
}

export const HELLO = {
  hello: {
    protocol: 1,
    idMode: "root",
    memoryCgroup: "v2",
    pidsCgroup: "v2",
    cpuCgroup: "v2",
    landlockAbi: 6,
  },
};

/** A message as the supervisor sends it: with every field. */
type Filled<T> = { readonly [P in keyof T]-?: NonNullable<T[P]> };
type WireRequest = InstanceType<typeof broodbox.Request>;

/** Stands in for the process; the test plays its part by hand. */
export class FakeProgram implements Program {
  readonly pid = 4711;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly requests: WireRequest[] = [];
  /** the same as they came, by name, one list for each write */
  readonly writes: string[][] = [];
  readonly signals: NodeJS.Signals[] = [];
  readonly #ended = deferred<ProgramEnd>();

  constructor() {
    const reader = new FrameReader();
    this.stdin.on("data", (chunk: Buffer) => {
      const came = reader.push(chunk).map((body) => broodbox.Request.decode(body));
      this.requests.push(...came);
      this.writes.push(came.flatMap((request) => Object.keys(request)));
    });
    // As the real one: end of file on its standard input ends it.
    this.stdin.on("end", () => this.exit({ exitCode: 0, signal: null }));
  }

  get ended(): Promise<ProgramEnd> {
    return this.#ended.promise;
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    this.exit({ exitCode: null, signal });
  }

  exit(end: ProgramEnd): void {
    this.stdout.end();
    this.stderr.end();
    this.#ended.resolve(end);
  }

  say(event: broodbox.Event.$Properties): void {
    this.stdout.write(eventFrame(event));
  }
}

export interface Stage {
  readonly program: FakeProgram;
  readonly started: Promise<Forkserver>;
  readonly sweeps: number[];
  readonly lines: string[];
  /** the path given to the program */
  socketPath(): string;
}

const directories: string[] = [];

export function scratchDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "broodbox-test-"));
  directories.push(path);
  return path;
}

export function removeScratch(): void {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
}

function listLog(lines: string[]): Log {
  const keep = (message: string): void => void lines.push(message);
  return { debug: keep, info: keep, warn: keep, error: keep };
}

export function stage(): Stage {
  const program = new FakeProgram();
  const sweeps: number[] = [];
  const lines: string[] = [];
  let args: readonly string[] = [];
  const started = Forkserver.start({
    native: { program: "/native", module: "/module.so", script: "/zygote.py" },
    scratchDirectory: scratchDirectory(),
    log: listLog(lines),
    clock: { monotonicMs: () => performance.now(), wallMs: () => 0 },
    spawn: (_file, given) => {
      args = given;
      return Promise.resolve(program);
    },
    runProbe: () => {
      sweeps.push(1);
      return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", stopped: undefined });
    },
  });
  started.catch(() => undefined);
  return { program, started, sweeps, lines, socketPath: () => args[2] ?? "" };
}

/** Waits until the program has been sent a request of this kind, and takes it. */
export async function requestOf<K extends keyof WireRequest>(
  program: FakeProgram,
  kind: K,
): Promise<Filled<NonNullable<WireRequest[K]>>> {
  for (let turn = 0; turn < 200; turn += 1) {
    const at = program.requests.findIndex((request) => (request[kind] ?? undefined) !== undefined);
    const [request] = at < 0 ? [] : program.requests.splice(at, 1);
    const body: unknown = request?.[kind];
    if (body !== undefined) return body as Filled<NonNullable<WireRequest[K]>>;
    await new Promise((fulfil) => setTimeout(fulfil, 5));
  }
  throw new Error(`no ${String(kind)} was sent`);
}

/** The init of a sandbox, as far as the supervisor can tell. */
export async function connectInit(
  path: string,
  introduction: { sandboxId: number; nonce: Uint8Array },
): Promise<Socket> {
  const socket = connect(path);
  await new Promise<void>((fulfil, refuse) => {
    socket.once("connect", fulfil);
    socket.once("error", refuse);
  });
  socket.write(initFrame({ introduction }));
  return socket;
}
