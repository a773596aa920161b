/**
 * The socket at which every init is introduced: sandbox id and nonce, before anything else.
 *
 * It lies in a directory of mode 0700, so only this user's processes reach it; the nonce, known to the
 * forkserver alone, tells an init from anything else of this user. A connection that says anything else,
 * says it late, or names a sandbox nobody waits for, is destroyed.
 */
import { timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { messageOf, SandboxError } from "../core/errors.ts";
import type { Log } from "../core/ports.ts";
import { Channel } from "../wire/channel.ts";
import { decodeFromInit, encodeToInit, type FromInit, type ToInit } from "../wire/codec.ts";

/** The connection to one init. */
export type InitChannel = Channel<ToInit, FromInit>;

/** Who a connection speaks to. Everything is told synchronously and in order. */
export interface Peer {
  onMessage(message: FromInit): void;
  onError(error: Error): void;
  onEnd(): void;
}

/** Takes over a connection that proved to belong to one sandbox, and says who it speaks to from now on. */
type Accept = (channel: InitChannel) => Peer;

interface Expected {
  readonly nonce: Uint8Array;
  readonly accept: Accept;
}

/** From connecting to the end of the introduction; the forkserver writes it before it connects anything else. */
const INTRODUCTION_MS = 2_000;

/** Strangers waiting at once; the forkserver introduces one connection after the other. */
const MAX_STRANGERS = 64;

/** sun_path holds 108 bytes with its final NUL. */
const MAX_SOCKET_PATH_BYTES = 107;

export class IntroductionSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #log: Log;
  readonly #expected = new Map<number, Expected>();
  readonly #strangers = new Set<Socket>();

  private constructor(path: string, log: Log) {
    this.path = path;
    this.#log = log;
    this.#server = createServer({ noDelay: false }, (socket) => this.#greet(socket));
  }

  /** Listens at `path`, which must not exist, in a directory that only this user may enter. */
  static async listen(path: string, log: Log): Promise<IntroductionSocket> {
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
      throw new SandboxError(
        "stageFailed",
        `cannot listen at ${path}: a socket path has at most ${MAX_SOCKET_PATH_BYTES} bytes (step introduce)`,
        { step: "introduce", remedy: "set TMPDIR to a directory with a shorter path" },
      );
    }
    const created = new IntroductionSocket(path, log);
    await new Promise<void>((fulfil, refuse) => {
      created.#server.once("error", (cause) =>
        refuse(
          new SandboxError(
            "stageFailed",
            `cannot listen at ${path}: ${messageOf(cause)} (step introduce)`,
            { cause, step: "introduce" },
          ),
        ),
      );
      created.#server.listen(path, fulfil);
    });
    created.#server.removeAllListeners("error");
    created.#server.on("error", (error) => log.warn("introduction socket failed", { error }));
    return created;
  }

  /** Waits for the init of one sandbox; `accept` is called at most once, synchronously. */
  expect(sandboxId: number, nonce: Uint8Array, accept: Accept): void {
    this.#expected.set(sandboxId, { nonce, accept });
  }

  /** No longer waits for it: a connection that comes now is destroyed. */
  forget(sandboxId: number): void {
    this.#expected.delete(sandboxId);
  }

  /** Stops listening and drops strangers; introduced connections belong to their sandboxes. */
  close(): void {
    this.#expected.clear();
    for (const socket of this.#strangers) {
      socket.destroy();
    }
    this.#server.close();
  }

  #greet(socket: Socket): void {
    if (this.#strangers.size >= MAX_STRANGERS) {
      this.#log.warn("refused a connection: too many wait to be introduced", {
        max: MAX_STRANGERS,
      });
      socket.destroy();
      return;
    }
    this.#strangers.add(socket);
    const refuse = (why: string): void => {
      this.#log.warn("refused a connection that was not introduced", { why });
      channel.destroy();
    };
    const timer = setTimeout(refuse, INTRODUCTION_MS, "it said nothing in time");
    const settle = (): void => {
      clearTimeout(timer);
      this.#strangers.delete(socket);
    };
    let peer: Peer = {
      onMessage: (message) => {
        try {
          const accept = this.#match(message);
          settle();
          if (accept === undefined) {
            // Opening it was given up in the meantime, which happens whenever a pool is closed.
            this.#log.debug("dropped the connection of a sandbox that nobody waits for");
            channel.destroy();
          } else {
            peer = accept(channel);
          }
        } catch (error) {
          refuse(messageOf(error));
        }
      },
      onError: (error) => refuse(messageOf(error)),
      onEnd: () => refuse("it ended before it was introduced"),
    };
    const channel: InitChannel = new Channel({
      name: "init",
      readable: socket,
      writable: socket,
      encode: encodeToInit,
      decode: decodeFromInit,
      onMessage: (message) => peer.onMessage(message),
      onError: (error) => peer.onError(error),
      onEnd: () => peer.onEnd(),
    });
    socket.once("close", settle);
  }

  /** Who waits for the sender of the first message; throws when that message is not what it should be. */
  #match(message: FromInit): Accept | undefined {
    if (message.kind !== "introduction") {
      throw new Error(`it began with ${message.kind}`);
    }
    const expected = this.#expected.get(message.sandboxId);
    if (expected === undefined) {
      return undefined;
    }
    if (
      message.nonce.length !== expected.nonce.length ||
      !timingSafeEqual(message.nonce, expected.nonce)
    ) {
      throw new Error(`it does not know the nonce of sandbox ${message.sandboxId}`);
    }
    this.#expected.delete(message.sandboxId);
    return expected.accept;
  }
}
