import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { JsonValue, RunResult } from "../../src/core/outcome.ts";
import { sharedPool } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import {
  type Answers,
  broken,
  Directory,
  denialOf,
  deniedCalls,
  Listener,
  resultOf,
  runJobFile,
  unlike,
} from "./support.ts";

class Canaries implements AsyncDisposable {
  readonly #listeners: readonly [Listener, Listener, Listener];
  readonly #directory: Directory;
  readonly args: readonly [string, string, string];

  private constructor(
    listeners: readonly [Listener, Listener, Listener],
    directory: Directory,
    args: readonly [string, string, string],
  ) {
    this.#listeners = listeners;
    this.#directory = directory;
    this.args = args;
  }

  static async open(): Promise<Canaries> {
    const directory = new Directory(0o777);
    const name = `bbc-canary-${process.pid}`;
    const path = join(directory.path, "socket");
    const tcp = await Listener.open({ host: "127.0.0.1", port: 0 });
    const abstract = await Listener.open({ path: `\0${name}` });
    const file = await Listener.open({ path });
    return new Canaries([tcp, abstract, file], directory, [String(tcp.port), name, path]);
  }

  /** What a process outside may do: shows that the canaries are alive. */
  async touch(): Promise<void> {
    const [port, name, path] = this.args;
    for (const where of [{ port: Number(port) }, { path: `\0${name}` }, { path }]) {
      const socket = connect({ host: "127.0.0.1", ...where });
      await once(socket.resume(), "close");
    }
  }

  get reached(): number {
    return this.#listeners.reduce((sum, listener) => sum + listener.connections, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    this.#directory[Symbol.dispose]();
  }
}

for (const profile of ["python-default", "python-subprocess"]) {
  describe(`network of a job under ${profile}`, () => {
    const pool = sharedPool({ profile });

    async function ask(group: string, canaries: Canaries): Promise<[Answers, RunResult]> {
      const run = await runJobFile(pool(), "networks", {
        args: [...canaries.args, group],
        limits: { wallMs: 30_000 },
      });
      return [resultOf<Answers>(run), run];
    }

    keeps("inside.network", "no socket of any family, kind and high bits is made", async () => {
      await using canaries = await Canaries.open();
      const [answers, run] = await ask("sockets", canaries);
      expect(Object.keys(answers).length).toBeGreaterThan(300);
      const { "name service": service, ...sockets } = answers;
      expect(unlike(sockets, "EAFNOSUPPORT")).toEqual({});
      expect(service).toBe("gaierror True");
      expect(deniedCalls(run)).toEqual(new Set(["socket"]));
      // Netlink is what libraries ask for to list interfaces: refused without noise.
      const families = run.denied.map((denial) => denial.args[0]);
      expect(families).toContain("0x2");
      expect(families).not.toContain("0x10");
      expect(denialOf(run, "socket")?.errno).toBe("EAFNOSUPPORT");
    });

    keeps("inside.network", "socket pairs are made of the local family only", async () => {
      await using canaries = await Canaries.open();
      const [answers, run] = await ask("pairs", canaries);
      const { "name service": _, ...pairs } = answers;
      expect(unlike(pairs, "EAFNOSUPPORT")).toEqual({});
      expect(deniedCalls(run)).toContain("socketpair");
    });

    keeps("inside.network", "no listener of the host, near or far, is reached", async () => {
      await using canaries = await Canaries.open();
      const [answers, run] = await ask("connections", canaries);
      const { "name service": _, ...connections } = answers;
      // Abstract names are of the job's own, empty network namespace; files are not there.
      expect(
        unlike(connections, "EAFNOSUPPORT", "EACCES", "ECONNREFUSED", "ENOENT", "EPERM"),
      ).toEqual({});
      expect(canaries.reached).toBe(0);
      await canaries.touch();
      expect(canaries.reached).toBe(3);
      expect(deniedCalls(run)).toEqual(new Set(["socket", "connect", "bind", "listen"]));
      expect(denialOf(run, "connect")?.errno).toBe("EACCES");
    });

    keeps(
      "inside.network",
      "tables of the network are closed, or those of an empty one",
      async () => {
        await using canaries = await Canaries.open();
        const [tables] = await ask("tables", canaries);
        expect(Object.keys(tables)).toHaveLength(7);
        if (Object.values(tables).every((answer) => answer === "EACCES")) {
          return; // a namespace that sandboxes use one after another
        }
        const { dev = "", ...others } = tables;
        for (const [name, table] of Object.entries(others)) {
          expect(table, name).toMatch(/^through: /);
          expect(table.trim().split("\n").slice(1), name).toEqual([]);
        }
        expect(dev.match(/\S+(?=:\s+\d)/g)).toEqual(["lo"]);
      },
    );

    keeps(
      "inside.network",
      "the benign twins work: pairs, asyncio, passed descriptors",
      async () => {
        await using canaries = await Canaries.open();
        const run = await runJobFile(pool(), "networks", {
          args: [...canaries.args, "works"],
        });
        expect(broken(resultOf<Record<string, JsonValue>>(run))).toEqual({});
        expect(run.denied).toEqual([]);
      },
    );
  });
}
