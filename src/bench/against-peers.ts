/** The same hello job by what a user would pick instead, ours and theirs in turn. */
import { messageOf } from "../core/errors.ts";
import { type Bench, HELLO, HELLO_SAYS, hello, type Measured, Missing } from "./bench.ts";
import { hold, pooled, timesFaster } from "./contest.ts";
import { spaced } from "./latency.ts";
import type { PeerFound } from "./peer.ts";
import { peers } from "./peers.ts";
import type { Distribution, Row } from "./row.ts";
import { median } from "./stats.ts";

/** A job of a peer may take a second; ours then has its own, larger block, at the same moment. */
const PEER_BLOCK_JOBS = 2;
const OUR_BLOCK_JOBS = 10;

const CODE = { bare: HELLO, pandas: `import pandas\n${HELLO}` } as const;
export type PeerSet = keyof typeof CODE;

/** One peer; throws when it is there and does not work. */
export async function measurePeer(bench: Bench, name: string, set: PeerSet): Promise<Measured> {
  const setup = await bench.setup(set);
  const { interpreter, preload } = setup;
  const found = await peers(interpreter, { preload, env: bench.env })
    .find((peer) => peer.name === name)
    ?.find();
  if (found?.found !== true) {
    throw new Missing(found?.reason ?? "there is no such peer", found?.install);
  }
  const code = CODE[set];
  try {
    if (set !== "bare") {
      await tryOut(found, code);
    }
    await using pool = await bench.openPool({
      runtime: setup.interpreter,
      preload: setup.preload,
      warm: 4,
    });
    const contest = {
      ours: () => spaced(() => hello(pool, code), OUR_BLOCK_JOBS),
      against: () => spaced(() => runPeer(found, code), PEER_BLOCK_JOBS),
    };
    await contest.ours();
    const effort = { ...bench.effort, pairs: { least: 5, most: 25 } };
    const { pairs, figure } = await hold(contest, timesFaster, effort, bench.seed);
    const samples = pooled(pairs);
    const row: Row = {
      id: `peers.${set}.${name}`,
      what: `hello, warm, ${set}, beside ${name}`,
      unit: "ms",
      ours: median(samples.ours),
      against: { what: `${name} (${found.version})`, value: median(samples.against) },
      ratio: figure,
    };
    const distribution: Distribution = {
      system: set === "bare" ? name : `${name}, ${set}`,
      samplesMs: samples.against,
    };
    return { rows: [row], distributions: [distribution] };
  } finally {
    await found.close();
  }
}

/** A peer that brings its own interpreter, or none of its packages, cannot be compared with these modules. */
async function tryOut(peer: PeerFound, code: string): Promise<void> {
  try {
    await runPeer(peer, code);
  } catch (error) {
    const lines = messageOf(error).trim().split("\n");
    throw new Missing(`it cannot run this job: ${lines.at(-1) ?? ""}`);
  }
}

async function runPeer(peer: PeerFound, code: string): Promise<void> {
  const said = await peer.run(code);
  if (said !== HELLO_SAYS) {
    throw new Error(`it said ${JSON.stringify(said.slice(0, 200))} instead of hello`);
  }
}
