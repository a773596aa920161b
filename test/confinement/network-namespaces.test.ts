/**
 * Sandboxes without network use network namespaces one after another: never two at a time, and nothing of
 * one job is there for the next. Sandboxes whose profile lets a socket be made have one that is new.
 */
import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { openPool, type Pool, ROOT, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { findTool } from "../support/tools.ts";
import { type Answers, Directory, Held, resultOf, runJobFile, unlike } from "./support.ts";
import { processesOf } from "./support-processes.ts";

const TEST_BUILD = join(ROOT, "native/build/faults");
const ROOT_ONLY = { needs: ["root"] } as const;
/** What a filter says, and what the kernel does where no name leads anywhere. */
const REFUSALS = ["EAFNOSUPPORT", "EACCES", "EPERM", "ENOSYS", "ECONNREFUSED"];

interface Place {
  /** of the kernel, for one namespace and never for another */
  readonly cookie: string;
  readonly inode: number;
}
interface Left extends Place {
  readonly lock: string;
  readonly names: Answers;
}
/** Answers of all entries of /proc/PID/net, each kind once. */
interface Tables {
  readonly paths: number;
  readonly threads: number;
  readonly read: readonly string[];
  readonly handle: readonly string[];
  readonly write: readonly string[];
  readonly chmod: readonly string[];
  readonly utime: readonly string[];
}
interface Found extends Place {
  readonly lock: string;
  readonly others: Answers;
  readonly tables: Tables;
}

async function ask<T>(pool: Pool, group: string, profile?: string): Promise<T> {
  const request = { args: [group], ...(profile === undefined ? {} : { profile }) };
  return resultOf<T>(await runJobFile(pool, "network-namespace", request));
}

/** Namespaces of one job after another, as numbers that are never used twice. */
async function cookies(pool: Pool, count: number, profile?: string): Promise<string[]> {
  const found: string[] = [];
  for (let job = 0; job < count; job += 1) {
    found.push((await ask<Place>(pool, "look", profile)).cookie);
  }
  return found;
}

/** A profile for Python that allows these calls as well. */
function profileWith(directory: Directory, name: string, ...allow: unknown[]): string {
  const why = "For a test of what is reached when it is allowed.";
  return directory.file(
    `${name}.json`,
    JSON.stringify({
      profile: 1,
      name,
      knownUpTo: "6.18",
      why,
      extends: ["python-default"],
      allow,
    }),
  );
}

const NAMED = [
  "socket",
  "bind",
  "connect",
  "listen",
  "accept",
  "accept4",
  "setsockopt",
  "sendmmsg",
];

describe("network namespaces", () => {
  const pool = sharedPool({ warm: 3 });
  let profiles: Directory;
  beforeAll(() => {
    profiles = new Directory(0o755);
  });
  afterAll(() => profiles[Symbol.dispose]());

  keeps(
    "separation.network",
    "no two sandboxes that live, parked or running, are in the same one, nor is one in the host's",
    async () => {
      const held = [1, 2, 3].map(
        () => new Held(pool(), "network-namespace", { args: ["look", "wait"] }),
      );
      await Promise.all(held.map(({ spoken }) => spoken));
      const places = processesOf()
        .filter(({ kind }) => kind === "init")
        .map(({ pid }) => readlinkSync(`/proc/${pid}/ns/net`));
      expect(places.length).toBeGreaterThanOrEqual(3);
      expect(new Set(places).size).toBe(places.length);
      expect(places).not.toContain(readlinkSync("/proc/self/ns/net"));
      const runs = await Promise.all(held.map((job) => job.end()));
      const seen = runs.map(({ stdout }) => (JSON.parse(textOf(stdout)) as Place).cookie);
      expect(new Set(seen).size).toBe(3);
    },
    ROOT_ONLY,
  );

  keeps(
    "separation.network",
    "they are used again where the profile refuses sockets",
    async () => {
      const seen = await cookies(pool(), 12);
      expect(seen).not.toContain("0");
      expect(new Set(seen).size).toBeLessThan(12);
    },
    ROOT_ONLY,
  );

  for (const [what, ...allow] of [
    ["a local socket", { call: "socket", when: { domain: { in: ["AF_UNIX"] } }, why: "A test." }],
    ["naming one of a pair", "bind"],
    ["options", { call: "setsockopt", when: { optname: { in: [16] } }, why: "A test." }],
    ["rings", { call: "io_uring_setup", why: "A test." }],
  ] as const) {
    keeps("separation.network", `each sandbox has a new one when it may use: ${what}`, async () => {
      const profile = profileWith(profiles, `with-${what.replaceAll(" ", "-")}`, ...allow);
      const seen = await cookies(pool(), 6, profile);
      expect(new Set(seen).size).toBe(6);
      // Nor is any of them given to a job without network afterwards.
      expect((await cookies(pool(), 6)).filter((cookie) => seen.includes(cookie))).toEqual([]);
    });
  }

  keeps(
    "separation.network",
    "a job that tries every call neither gets a name nor reaches one beside it",
    async () => {
      const leaver = new Held(pool(), "network-namespace", { args: ["leave", "wait"] });
      await leaver.spoken;
      const found = await ask<Found>(pool(), "find");
      const left = JSON.parse(textOf((await leaver.end()).stdout)) as Left;
      expect(Object.keys(left.names).length).toBeGreaterThan(8);
      expect(unlike(left.names, ...REFUSALS)).toEqual({});
      expect(Object.keys(found.others).length).toBeGreaterThan(7);
      expect(unlike(found.others, ...REFUSALS)).toEqual({});
      // Each locks the file that its namespace is: the other's is another one.
      expect([left.lock, found.lock]).toEqual(["through: locked", "through: locked"]);
      expect(found.cookie).not.toBe(left.cookie);
    },
  );

  keeps(
    "separation.network",
    "a job finds nothing of those that were in its namespace before, whatever they left",
    async () => {
      const before = new Set<string>();
      let again = 0;
      for (let round = 0; round < 8; round += 1) {
        // Namespaces come in turn, so that now and then one job more changes whose turn it is.
        await cookies(pool(), round % 2);
        before.add((await ask<Left>(pool(), "leave")).cookie);
        const found = await ask<Found>(pool(), "find");
        again += Number(before.has(found.cookie));
        expect(found.lock).toBe("through: locked");
        expect(unlike(found.others, ...REFUSALS)).toEqual({});
        const { paths, threads, read, handle, ...changes } = found.tables;
        expect(paths).toBeGreaterThan(100);
        expect(threads).toBeGreaterThanOrEqual(2);
        expect([read, handle]).toEqual([["EACCES"], ["EACCES"]]);
        // The whole of /proc is mounted read-only besides.
        const refusals = ["EACCES", "EPERM", "EROFS", "EISDIR"];
        expect(
          Object.values(changes)
            .flat()
            .filter((answer) => !refusals.includes(answer)),
        ).toEqual([]);
        expect(Object.keys(changes)).toEqual(["write", "chmod", "utime"]);
      }
      expect(again).toBeGreaterThan(0);
    },
    ROOT_ONLY,
  );

  keeps(
    "separation.network",
    "the benign twin: the same attempts succeed within one job that may make sockets",
    async () => {
      const profile = profileWith(profiles, "with-sockets", ...NAMED);
      const twin = await ask<{ names: Answers; others: Answers; rows: number }>(
        pool(),
        "alone",
        profile,
      );
      expect(twin.names).toMatchObject({ "listen, stream": "through: listens" });
      expect(twin.names["a name by sending"]).toMatch(/^through: /);
      expect(twin.others["connect, stream"]).toBe("through: reached");
      expect(twin.rows).toBeGreaterThan(2);
    },
  );

  keeps(
    "separation.network",
    "jobs that may make sockets reach no name of a job beside them, and see only their own",
    async () => {
      const profile = profileWith(profiles, "with-sockets-beside", ...NAMED);
      const request = { args: ["leave", "wait"], profile };
      const leaver = new Held(pool(), "network-namespace", request);
      await leaver.spoken;
      const { others } = await ask<{ others: Answers }>(pool(), "find", profile);
      const left = JSON.parse(textOf((await leaver.end()).stdout)) as Left;
      expect(left.names["listen, stream"]).toBe("through: listens");
      expect(unlike(others, ...REFUSALS, "ENOTCONN", "EINVAL")).toEqual({});
      expect((await ask<{ rows: number }>(pool(), "rows", profile)).rows).toBe(0);
    },
  );
});

describe("network namespaces on a host whose tables cannot be closed", () => {
  beforeAll(() => {
    if (findTool("compiler") !== null) {
      execFileSync("make", ["--no-print-directory", "-s", "-C", join(ROOT, "native"), "faults"]);
    }
  });

  keeps(
    "separation.network",
    "each sandbox has a new one, and jobs run as ever",
    async () => {
      await using pool = await openPool({
        nativeDir: TEST_BUILD,
        nativeEnv: { BROODBOX_FAULT: "networkTables:1" },
      });
      const seen = await cookies(pool, 6);
      expect(new Set(seen).size).toBe(6);
      expect((await ask<{ rows: number }>(pool, "rows")).rows).toBe(0);
    },
    { needs: ["root", "compiler"] },
  );
});
