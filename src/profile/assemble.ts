/**
 * A decision diagram becomes classic BPF. Code is laid down from its end to its start, because jumps go
 * forward only: whatever an instruction jumps to is already there.
 */
import { type Node, type NodeRange, NUMBER_OFFSET, WORD_MAX } from "./diagram.ts";
import { ProfileError } from "./error.ts";

/** struct sock_filter of linux/filter.h. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

export const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
export const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
export const JUMP = 0x05; // BPF_JMP | BPF_JA
export const JEQ = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
export const JGE = 0x35; // BPF_JMP | BPF_JGE | BPF_K
export const RETURN = 0x06; // BPF_RET | BPF_K

/** BPF_MAXINSNS: the kernel takes no longer filter. */
export const MAX_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;
/** Jumps of a conditional have 8 bits. */
const MAX_REACH = 255;
/** Numbers above this are asked for by nobody: when a filter is installed the kernel walks it for each one below. */
const WALKED_NUMBERS = 512;
/** Verdicts that need no argument are cached by the kernel (5.11), so the tree serves the others first. */
const ARGUMENT_WEIGHT = 16;
/** Single values that a leaf may compare one after the other before it becomes a tree. */
const MAX_EXCEPTIONS = 3;

/** Neighbouring ranges that mean `base`, apart from a few single values. */
interface Cluster {
  readonly from: number;
  readonly base: Node;
  readonly exceptions: readonly NodeRange[];
  readonly weight: number;
}

function isSingle(ranges: readonly NodeRange[], index: number): boolean {
  const from = ranges[index]?.from ?? 0;
  const next = ranges[index + 1]?.from ?? WORD_MAX + 1;
  return next - from === 1;
}

function weightOf(ranges: readonly NodeRange[], index: number, isNumber: boolean): number {
  if (!isNumber) {
    return 1;
  }
  const from = Math.min(ranges[index]?.from ?? 0, WALKED_NUMBERS);
  const next = Math.min(ranges[index + 1]?.from ?? WORD_MAX, WALKED_NUMBERS);
  return 1 + next - from + (ranges[index]?.node.kind === "test" ? ARGUMENT_WEIGHT : 0);
}

/** The ranges from `start` to `end` as one cluster around `base`, if they are one. */
function clusterOf(
  ranges: readonly NodeRange[],
  start: number,
  end: number,
  base: Node,
): readonly NodeRange[] | undefined {
  const exceptions: NodeRange[] = [];
  for (let index = start; index <= end; index++) {
    const range = ranges[index];
    if (range === undefined || range.node === base) {
      continue;
    }
    if (!isSingle(ranges, index) || exceptions.length === MAX_EXCEPTIONS) {
      return undefined;
    }
    exceptions.push(range);
  }
  return exceptions;
}

/**
 * Cuts the ranges into clusters with the fewest comparisons: one for each exception and one between two
 * clusters. About a quarter shorter than one comparison between every two ranges.
 */
function clustersOf(ranges: readonly NodeRange[], isNumber: boolean): readonly Cluster[] {
  interface Best {
    readonly cost: number;
    readonly clusters: readonly Cluster[];
  }
  const best: Best[] = [{ cost: 0, clusters: [] }];
  for (let end = 0; end < ranges.length; end++) {
    let chosen: Best | undefined;
    for (let start = Math.max(0, end - 2 * MAX_EXCEPTIONS); start <= end; start++) {
      const before = best[start];
      for (const base of new Set([
        ranges[start]?.node,
        ranges[end]?.node,
        ranges[start + 1]?.node,
      ])) {
        const exceptions = base === undefined ? undefined : clusterOf(ranges, start, end, base);
        if (before === undefined || base === undefined || exceptions === undefined) {
          continue;
        }
        const cost = before.cost + exceptions.length + (start > 0 ? 1 : 0);
        if (chosen === undefined || cost < chosen.cost) {
          let weight = 0;
          for (let index = start; index <= end; index++) {
            weight += weightOf(ranges, index, isNumber);
          }
          const cluster = { from: ranges[start]?.from ?? 0, base, exceptions, weight };
          chosen = { cost, clusters: [...before.clusters, cluster] };
        }
      }
    }
    best.push(chosen ?? { cost: Number.POSITIVE_INFINITY, clusters: [] });
  }
  return best.at(-1)?.clusters ?? [];
}

/** Where to cut so that both sides are about equally likely. */
function cutOf(clusters: readonly Cluster[]): number {
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

/** Lays code down backwards. Positions count from the end of the program. */
class Assembler {
  readonly #code: Instruction[] = [];
  /** node -> the nearest position at which it can be entered */
  readonly #entries = new Map<Node, number>();

  /** The program, first instruction first. */
  program(root: Node): readonly Instruction[] {
    this.#node(root);
    return this.#code.toReversed();
  }

  #push(code: number, k: number, jt = 0, jf = 0): number {
    if (this.#code.length >= MAX_INSTRUCTIONS) {
      throw new ProfileError(
        undefined,
        `the profile needs more than ${MAX_INSTRUCTIONS} instructions, and the kernel takes no longer filter`,
        "allow whole groups, or use fewer argument values",
      );
    }
    this.#code.push({ code, jt, jf, k });
    return this.#code.length - 1;
  }

  /** How far the next instruction would have to jump. */
  #distance(position: number): number {
    return this.#code.length - position - 1;
  }

  #node(node: Node): number {
    const entry = this.#entries.get(node);
    if (entry !== undefined) {
      return entry;
    }
    const position = node.kind === "verdict" ? this.#push(RETURN, node.value) : this.#test(node);
    this.#entries.set(node, position);
    return position;
  }

  #test(node: Node & { kind: "test" }): number {
    const isNumber = node.offset === NUMBER_OFFSET;
    const first = this.#tree(clustersOf(node.ranges, isNumber));
    if (this.#distance(first) > 0) {
      this.#push(JUMP, this.#distance(first));
    }
    if (node.mask !== WORD_MAX) {
      this.#push(AND, node.mask);
    }
    return this.#push(LOAD, node.offset);
  }

  #tree(clusters: readonly Cluster[]): number {
    const [only] = clusters;
    if (only !== undefined && clusters.length === 1) {
      return this.#cluster(only);
    }
    const cut = cutOf(clusters);
    const right = this.#tree(clusters.slice(cut));
    const left = this.#tree(clusters.slice(0, cut));
    return this.#conditional(JGE, clusters[cut]?.from ?? 0, right, left);
  }

  #cluster(cluster: Cluster): number {
    let next = this.#node(cluster.base);
    for (const exception of cluster.exceptions) {
      next = this.#conditional(JEQ, exception.from, this.#node(exception.node), next);
    }
    return next;
  }

  #conditional(code: number, k: number, whenTrue: number, whenFalse: number): number {
    // Bringing one target near can push the other out of reach, so both are settled with room for two.
    const jt = this.#near(whenTrue);
    const jf = this.#near(whenFalse);
    return this.#push(code, k, this.#distance(jt), this.#distance(jf));
  }

  /** A position within reach that leads to the target: itself, a copy of a return, or a long jump. */
  #near(target: number): number {
    if (this.#distance(target) + 1 <= MAX_REACH) {
      return target;
    }
    const instruction = this.#code[target];
    const isReturn = instruction?.code === RETURN;
    const copy = isReturn
      ? this.#push(RETURN, instruction.k)
      : this.#push(JUMP, this.#distance(target));
    for (const [node, position] of this.#entries) {
      if (position === target) {
        this.#entries.set(node, copy);
      }
    }
    return copy;
  }
}

export function assemble(root: Node): readonly Instruction[] {
  return new Assembler().program(root);
}

/** struct sock_filter[], little endian. */
export function encodeProgram(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of instructions.entries()) {
    const offset = index * INSTRUCTION_BYTES;
    view.setUint16(offset, code, true);
    view.setUint8(offset + 2, jt);
    view.setUint8(offset + 3, jf);
    view.setUint32(offset + 4, k, true);
  }
  return bytes;
}
