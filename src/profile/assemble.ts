/**
 * A decision diagram becomes classic BPF. Code is laid down from its end to its start, because jumps go
 * forward only: whatever an instruction jumps to is already there.
 */
import { type Cluster, clustersOf, cutOf } from "./clusters.ts";
import { type Node, WORD_MAX } from "./diagram.ts";
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
    const first = this.#tree(clustersOf(node));
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
