import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Peer, PeerFound } from "../../../src/bench/peer.ts";
import { leanView, locateInterpreter } from "../../../src/bench/peers/site.ts";
import { PEERS, peers } from "../../../src/bench/peers.ts";
import { requireOrSkip, type SkippableTest, tool } from "../../support/tools.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "broodbox-peers-"));
  await mkdir(join(home, "bin"));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

let located: ReturnType<typeof locateInterpreter> | undefined;

async function python(context: SkippableTest): Promise<{ path: string; minor: string }> {
  requireOrSkip(context, "python");
  located ??= locateInterpreter(tool("python"), process.env);
  const { path, version } = await located;
  return { path, minor: version.split(".").slice(0, 2).join(".") };
}

/** The peers as they are found where only what a test has put there is installed. */
function peersAt(interpreter: string, deadlineMs = 10_000): readonly Peer[] {
  return peers(interpreter, {
    deadlineMs,
    env: { PATH: [join(home, "bin"), "relative"].join(delimiter), HOME: home },
  });
}

function named(all: readonly Peer[], name: string): Peer {
  const peer = all.find((one) => one.name === name);
  if (peer === undefined) {
    throw new Error(`there is no peer ${name}`);
  }
  return peer;
}

async function found(peer: Peer): Promise<PeerFound> {
  const answer = await peer.find();
  if (!answer.found) {
    throw new Error(answer.reason);
  }
  return answer;
}

async function program(name: string, script: string): Promise<void> {
  const path = join(home, "bin", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

/** Says a version, and otherwise runs the last three words of its command line: interpreter, -c, code. */
const TRANSPARENT =
  '[ "$1" = --version ] && { echo "fake 9.8.7"; exit; }; shift $(($# - 3)); exec "$@"';

/** A library of this name that runs the command as it is, apart from one that asks for the driver's end. */
async function fakeSandlock(minor: string): Promise<void> {
  const path = join(home, `.local/share/broodbox-peers/python${minor}`, "sandlock/__init__.py");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    `
import os, subprocess
__version__ = "9.8.7"
class Result: pass
class Sandbox:
    def __init__(self, **policy):
        assert policy["clean_env"] and "/usr" in policy["fs_readable"], policy
    def run(self, command, timeout):
        if command[2] == "end": os._exit(5)
        print("noise that is no part of an answer")
        done = subprocess.run(command, capture_output=True)
        result = Result()
        result.success, result.exit_code = done.returncode == 0, done.returncode
        result.stdout, result.stderr, result.error = done.stdout, done.stderr, None
        return result
`,
  );
}

const MISSING = [
  ["bubblewrap", /there is no bwrap on PATH/, /^apt-get install .* bubblewrap$/],
  ["firejail", /there is no firejail on PATH/, /^apt-get install .* firejail$/],
  ["nsjail", /there is no nsjail on PATH/, /github[.]com[/]google[/]nsjail/],
  ["crun", /there is no crun on PATH/, /^apt-get install .* crun$/],
  ["runsc", /there is no runsc on PATH/, /^apt-get install .* runsc$/],
  ["pyspawner", /pyspawner is not in |only root may/, /^bench[/]install-peers pyspawner$/],
  ["pyspawner-network", /pyspawner is not in |only root may/, /^bench[/]install-peers pyspawner$/],
  ["sandlock", /sandlock is not in /, /^bench[/]install-peers sandlock$/],
  ["sandlock-fork", /sandlock is not in /, /^bench[/]install-peers sandlock$/],
] as const;

describe("a peer that is not there", () => {
  test.for(MISSING)("%s: says why, and the line that installs it", async (row, context) => {
    const [name, reason, install] = row;
    const { path } = await python(context);
    expect(await named(peersAt(path), name).find()).toEqual({
      found: false,
      reason: expect.stringMatching(reason),
      install: expect.stringMatching(install),
    });
  });

  test("each peer but the interpreter itself has its line above", async (context) => {
    const { path } = await python(context);
    const names = peersAt(path).map(({ name }) => name);
    expect(PEERS.map(({ name }) => name)).toEqual(names);
    expect(names).toEqual(["python", "python-isolated", ...MISSING.map(([name]) => name)]);
  });

  test("without an interpreter there is none of them", async () => {
    await program("bwrap", TRANSPARENT);
    const all = peersAt(join(home, "bin/python3"));
    for (const name of ["python", "bubblewrap"]) {
      expect(await named(all, name).find()).toMatchObject({
        found: false,
        reason: expect.stringContaining("cannot use"),
      });
    }
  });

  test("one that is installed and cannot run is missing too, with what it said", async (context) => {
    const { path } = await python(context);
    await program(
      "bwrap",
      '[ "$1" = --version ] && echo 1.2 || { echo no namespaces >&2; exit 1; }',
    );
    expect(await named(peersAt(path), "bubblewrap").find()).toMatchObject({
      found: false,
      reason: expect.stringMatching(/^bubblewrap is installed but fails here: .*no namespaces$/),
    });
    await program("bwrap", '[ "$1" = --version ] && echo 1.2 || echo something else');
    expect(await named(peersAt(path), "bubblewrap").find()).toMatchObject({
      found: false,
      reason: expect.stringContaining('it printed "something else'),
    });
  });
});

describe("a peer that is a command", () => {
  test.for(["bwrap", "firejail", "nsjail"])(
    "%s runs code by its command line",
    async (name, context) => {
      const { path } = await python(context);
      await program(name, TRANSPARENT);
      const peer = await found(named(peersAt(path), name === "bwrap" ? "bubblewrap" : name));
      expect(peer.how).toContain(`${home}/bin/${name} `);
      expect(peer.how).toMatch(/ -c CODE$/);
      expect(peer.version).toBe(name === "nsjail" ? "(it does not say)" : "9.8.7");
      expect(await peer.run("print('hello')")).toBe("hello\n");
      await peer.close();
    },
  );

  test("an end with another code than 0 rejects with what was said last", async (context) => {
    const { path } = await python(context);
    const peer = await found(named(peersAt(path), "python"));
    await expect(peer.run("print(1); raise SystemExit('bad end')")).rejects.toThrow(
      /ended with code 1: bad end$/,
    );
    await expect(peer.run("import os; os.kill(os.getpid(), 9)")).rejects.toThrow("by a signal");
  });

  test("a run that is too long is killed", async (context) => {
    const { path } = await python(context);
    const peer = await found(named(peersAt(path, 1000), "python-isolated"));
    await expect(peer.run("import time; time.sleep(100)")).rejects.toThrow("killed after 1000 ms");
  });
});

describe("a peer that is a library behind a driver", () => {
  async function served(context: SkippableTest): Promise<PeerFound> {
    const { path, minor } = await python(context);
    await fakeSandlock(minor);
    return await found(named(peersAt(path), "sandlock"));
  }

  test("runs one after the other, each with all of its own output and nothing else", async (context) => {
    const peer = await served(context);
    expect(peer.version).toBe("9.8.7");
    const texts = await Promise.all([
      peer.run("print('first')"),
      peer.run("print('x' * 3_000_000)"),
      peer.run("import sys; sys.stdout.buffer.write(b'a\\nb c\\n')"),
      peer.run(""),
    ]);
    expect(texts).toEqual(["first\n", `${"x".repeat(3_000_000)}\n`, "a\nb c\n", ""]);
    await peer.close();
  });

  test("one that fails rejects, and the next one runs", async (context) => {
    const peer = await served(context);
    await expect(peer.run("raise SystemExit('bad end')")).rejects.toThrow(
      "sandlock ended with 1: bad end",
    );
    expect(await peer.run("print('next')")).toBe("next\n");
    await peer.close();
  });

  test("a driver that dies rejects every run from then on, and can be closed twice", async (context) => {
    const peer = await served(context);
    await expect(peer.run("end")).rejects.toThrow("the driver of sandlock ended");
    await expect(peer.run("print(1)")).rejects.toThrow("the driver of sandlock ended");
    await peer.close();
    await peer.close();
  });
});

test("the view shows /usr as a whole, and the rest at its own place", () => {
  const bind = (source: string, target = source) => ({ source, target, why: "" });
  const links = [{ path: "/lib", content: "usr/lib" }];
  const binds = [bind("/etc/alternatives"), bind("/usr/lib/python3"), bind("/home/a/b", "/home/a")];
  expect(leanView({ binds, links, hidden: [] })).toEqual({
    binds: [
      { source: "/usr", target: "/usr" },
      { source: "/etc/alternatives", target: "/etc/alternatives" },
      { source: "/home/a/b", target: "/home/a" },
    ],
    links,
  });
});
