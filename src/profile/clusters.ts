/** Cuts the ranges of one test into few comparisons, and says where its tree branches. */
import { type Node, type NodeRange, NUMBER_OFFSET, WORD_MAX } from "./diagram.ts";

/** Neighbouring ranges that lead to `base`, apart from a few single values. */
export interface Cluster {
  readonly from: number;
  readonly base: Node;
  readonly exceptions: readonly NodeRange[];
  readonly weight: number;
}

interface Piece extends NodeRange {
  readonly isSingle: boolean;
  readonly weight: number;
}

/** Single values that a leaf compares one after the other before it becomes a tree. */
const MAX_EXCEPTIONS = 3;
/** When a filter is installed the kernel walks it once for each number below this, to find what it always allows. */
const WALKED_NUMBERS = 512;
/** Calls that are always allowed never run the filter again (5.11), so the tree serves the others first. */
const ARGUMENT_WEIGHT = 16;

function piecesOf(test: Node & { kind: "test" }): readonly Piece[] {
  return test.ranges.map((range, index) => {
    const end = test.ranges[index + 1]?.from ?? WORD_MAX + 1;
    const walked = Math.min(end, WALKED_NUMBERS) - Math.min(range.from, WALKED_NUMBERS);
    const asked = range.node.kind === "test" ? ARGUMENT_WEIGHT : 0;
    return {
      ...range,
      isSingle: end - range.from === 1,
      weight: test.offset === NUMBER_OFFSET ? 1 + walked + asked : 1,
    };
  });
}

/** The pieces as one cluster with the fewest exceptions, if they can be one. */
function clusterOf(pieces: readonly Piece[]): Cluster | undefined {
  let best: Cluster | undefined;
  for (const base of new Set(pieces.map((piece) => piece.node))) {
    const exceptions = pieces.filter((piece) => piece.node !== base);
    const isPossible =
      exceptions.length <= MAX_EXCEPTIONS && exceptions.every((piece) => piece.isSingle);
    if (isPossible && exceptions.length < (best?.exceptions.length ?? Number.POSITIVE_INFINITY)) {
      const weight = pieces.reduce((sum, piece) => sum + piece.weight, 0);
      best = { from: pieces[0]?.from ?? 0, base, exceptions, weight };
    }
  }
  return best;
}

interface Cut {
  readonly cost: number;
  readonly clusters: readonly Cluster[];
}

/** The cheapest way to cut the pieces up to `end`, given the cheapest ways to cut fewer. */
function cheapest(pieces: readonly Piece[], end: number, earlier: readonly Cut[]): Cut {
  let best: Cut = { cost: Number.POSITIVE_INFINITY, clusters: [] };
  for (let start = Math.max(0, end - 2 * MAX_EXCEPTIONS - 1); start < end; start++) {
    const before = earlier[start];
    const cluster = clusterOf(pieces.slice(start, end));
    if (before === undefined || cluster === undefined) {
      continue;
    }
    const cost = before.cost + cluster.exceptions.length + Math.min(start, 1);
    if (cost < best.cost) {
      best = { cost, clusters: [...before.clusters, cluster] };
    }
  }
  return best;
}

/**
 * The fewest comparisons: one for each exception and one between two clusters. python-default takes 171
 * instructions this way and 227 with one comparison between every two ranges (51 and 61 microseconds to
 * install, Linux 6.18).
 */
export function clustersOf(test: Node & { kind: "test" }): readonly Cluster[] {
  const pieces = piecesOf(test);
  const cuts: Cut[] = [{ cost: 0, clusters: [] }];
  for (let end = 1; end <= pieces.length; end++) {
    cuts.push(cheapest(pieces, end, cuts));
  }
  return cuts.at(-1)?.clusters ?? [];
}

/** Where to branch so that both sides are about equally likely. */
export function cutOf(clusters: readonly Cluster[]): number {
  const total = clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
  let left = 0;
  let cut = 1;
  let difference = Number.POSITIVE_INFINITY;
  for (const [index, cluster] of clusters.slice(0, -1).entries()) {
    left += cluster.weight;
    if (Math.abs(total - 2 * left) < difference) {
      difference = Math.abs(total - 2 * left);
      cut = index + 1;
    }
  }
  return cut;
}
