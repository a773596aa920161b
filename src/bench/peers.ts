/** The peers: found if installed, skipped aloud otherwise. */
import { MINIMAL_ENVIRONMENT, runProbe } from "../forkserver/spawn.ts";
import type { Peer, PeerFound } from "./peer.ts";

const DEADLINE_MS = 60_000;
const OUTPUT_BYTES = 1024 * 1024;

/** Runs a command to its end and gives what it printed; rejects when it did not end well. */
async function outputOf(file: string, args: readonly string[]): Promise<string> {
  const answer = await runProbe(file, args, {
    env: MINIMAL_ENVIRONMENT,
    deadlineMs: DEADLINE_MS,
    maxOutputBytes: OUTPUT_BYTES,
  });
  if (answer.exitCode !== 0) {
    const how = answer.stopped === undefined ? `code ${answer.exitCode}` : answer.stopped;
    throw new Error(`${file} ended with ${how}: ${answer.stderr.trim().slice(-400)}`);
  }
  return answer.stdout;
}

/** The interpreter alone, started for each job: no isolation at all. */
function pythonPeer(name: string, options: readonly string[]): Peer {
  return {
    name,
    async find(interpreter): Promise<PeerFound> {
      const version = await outputOf(interpreter, ["--version"]);
      return {
        version: version.trim(),
        run: (code) => outputOf(interpreter, [...options, "-c", code]),
        close: () => Promise.resolve(),
      };
    },
  };
}

export const PEERS: readonly Peer[] = [
  pythonPeer("python", []),
  pythonPeer("python-isolated", ["-I", "-S"]),
];
