import { describe, expect, test } from "vitest";
import type { PeerFound } from "../../src/bench/peer.ts";
import { peers } from "../../src/bench/peers.ts";
import { findTool, requireOrSkip, type SkippableTest, skipAloud } from "../support/tools.ts";

const PYTHON = findTool("debianPython") ?? "python3";
const ALL = peers(PYTHON);

/** Ends the running test aloud where the peer is not installed. */
async function foundOrSkip(name: string, context: SkippableTest): Promise<PeerFound> {
  requireOrSkip(context, "python");
  const answer = await ALL.find((peer) => peer.name === name)?.find();
  if (answer?.found !== true) {
    skipAloud(context, `${answer?.reason ?? name}; to install it: ${answer?.install ?? ""}`);
  }
  return answer;
}

describe.each(ALL.map(({ name }) => name))("the peer %s", (name) => {
  test("runs hello, again and again, and leaves nothing behind", async (context) => {
    const peer = await foundOrSkip(name, context);
    try {
      for (let i = 0; i < 3; i++) {
        expect(await peer.run("print('hello')")).toBe("hello\n");
      }
      const large = await peer.run("print('x' * 1_000_000)");
      expect(large).toHaveLength(1_000_001);
      await expect(peer.run("print(1); raise SystemExit('bad end')")).rejects.toThrow("bad end");
    } finally {
      await peer.close();
    }
  });

  // What is called isolated must be: the figures of one that is not would compare nothing.
  test.skipIf(name.startsWith("python"))("is confined", async (context) => {
    const peer = await foundOrSkip(name, context);
    const look = `
import os, socket
def refused(act):
    try:
        act()
    except OSError:
        return True
    return False
def connect():
    channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    channel.connect(("192.0.2.1", 9))
print(refused(lambda: open("/etc/broodbox-peer", "w")), refused(lambda: os.kill(${process.pid}, 0)), refused(connect))
`;
    try {
      // The network is what this one is given, and what makes it another peer.
      const offline = name === "pyspawner-network" ? "False" : "True";
      expect(await peer.run(look)).toBe(`True True ${offline}\n`);
    } finally {
      await peer.close();
    }
  });
});
