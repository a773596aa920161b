/** Every way to run Python that is measured beside ours, on one interpreter. */
import type { Peer } from "./peer.ts";
import { commandPeers } from "./peers/commands.ts";
import { containerPeers } from "./peers/containers.ts";
import { servedPeers } from "./peers/served.ts";
import { locateInterpreter, type PeerRecipe, peerOf, type Site } from "./peers/site.ts";

const DEADLINE_MS = 30_000;

const RECIPES: readonly PeerRecipe[] = [...commandPeers, ...containerPeers, ...servedPeers];

export interface PeerOptions {
  /** modules that peers with a server of their own import ahead; default none */
  readonly preload?: readonly string[];
  /** where programs and packages are looked for; default this process's environment */
  readonly env?: Site["env"];
  readonly deadlineMs?: number;
}

/** All peers; `python` is a name on PATH or a path, and what a shim stands for is what runs. */
export function peers(python: string, options: PeerOptions = {}): readonly Peer[] {
  const { preload = [], env = process.env, deadlineMs = DEADLINE_MS } = options;
  let located: ReturnType<Site["interpreter"]> | undefined;
  const interpreter = () => (located ??= locateInterpreter(python, env));
  const site: Site = { env, preload, deadlineMs, interpreter };
  return RECIPES.map((recipe) => peerOf(recipe, site));
}

export const PEERS: readonly Peer[] = peers("python3");
