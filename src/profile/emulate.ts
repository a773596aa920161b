/** The part of classic BPF that seccomp filters use, executed as the kernel executes it. */
import { AND, JEQ, JGE, JUMP, LOAD, MAX_INSTRUCTIONS, RETURN } from "./assemble.ts";

export const JGT = 0x25;
export const JSET = 0x45;
const INSTRUCTION_BYTES = 8;

/** struct seccomp_data as 16 words: number, arch, instruction pointer, six arguments low half first. */
export const DATA_WORDS = 16;

/** A program that the kernel would take, ready to run. */
export interface Emulator {
  readonly instructions: number;
  /** The 32-bit verdict for one call. */
  run(data: Uint32Array): number;
  /** How many instructions the last run executed. */
  steps(): number;
}

/** Instructions that the kernel's checker would take, by columns. */
export interface Decoded {
  readonly code: Uint16Array;
  readonly jt: Uint8Array;
  readonly jf: Uint8Array;
  readonly k: Uint32Array;
}

function columnsOf(bytes: Uint8Array): Decoded {
  const length = bytes.length / INSTRUCTION_BYTES;
  if (!Number.isInteger(length) || length === 0 || length > MAX_INSTRUCTIONS) {
    throw new Error(`${bytes.length} bytes are no filter program`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoded = {
    code: new Uint16Array(length),
    jt: new Uint8Array(length),
    jf: new Uint8Array(length),
    k: new Uint32Array(length),
  };
  for (let index = 0; index < length; index++) {
    const offset = index * INSTRUCTION_BYTES;
    decoded.code[index] = view.getUint16(offset, true);
    decoded.jt[index] = view.getUint8(offset + 2);
    decoded.jf[index] = view.getUint8(offset + 3);
    decoded.k[index] = view.getUint32(offset + 4, true);
  }
  return decoded;
}

/** How far an instruction can jump; undefined for one that no filter of ours contains. */
function reachOf(code: number, jt: number, jf: number, k: number): number | undefined {
  switch (code) {
    case JEQ:
    case JGE:
    case JGT:
    case JSET:
      return Math.max(jt, jf);
    case JUMP:
      return k;
    case LOAD:
      return k % 4 === 0 && k < 4 * DATA_WORDS ? 0 : undefined;
    case AND:
      return 0;
    case RETURN:
      return -1;
    default:
      return undefined;
  }
}

/** What the kernel's checker refuses, and fields that it ignores but a compiler leaves at zero. */
function check({ code, jt, jf, k }: Decoded): void {
  for (const [pc, operation] of code.entries()) {
    const [whenTrue = 0, whenFalse = 0, operand = 0] = [jt[pc], jf[pc], k[pc]];
    const reach = reachOf(operation, whenTrue, whenFalse, operand);
    const hasOffsets = [JEQ, JGE, JGT, JSET].includes(operation);
    const isInside = reach !== undefined && pc + reach + 1 < code.length;
    if (!isInside || (!hasOffsets && whenTrue + whenFalse > 0)) {
      throw new Error(
        `instruction ${pc} is malformed: ${operation} ${whenTrue} ${whenFalse} ${operand}`,
      );
    }
  }
}

/** Runs past the end cannot happen: jumps go forward and stay inside, and the last instruction returns. */
function execute(
  { code, jt, jf, k }: Decoded,
  data: Uint32Array,
  count: { steps: number },
): number {
  let accumulator = 0;
  count.steps = 0;
  for (let pc = 0; pc < code.length; pc++) {
    count.steps++;
    const operand = k[pc] ?? 0;
    let isTaken = false;
    switch (code[pc]) {
      case LOAD:
        accumulator = data[operand / 4] ?? 0;
        continue;
      case AND:
        accumulator = (accumulator & operand) >>> 0;
        continue;
      case JUMP:
        pc += operand;
        continue;
      case RETURN:
        return operand;
      case JEQ:
        isTaken = accumulator === operand;
        break;
      case JGE:
        isTaken = accumulator >= operand;
        break;
      case JGT:
        isTaken = accumulator > operand;
        break;
      default: // JSET, the only other one that check() lets through
        isTaken = (accumulator & operand) !== 0;
    }
    pc += Number(isTaken ? jt[pc] : jf[pc]);
  }
  throw new Error("the program ran past its end");
}

/** Decodes and checks a program; throws on one that the kernel would refuse. */
export function decode(program: Uint8Array): Decoded {
  const decoded = columnsOf(program);
  check(decoded);
  return decoded;
}

/** A program that runs. Throws on one that the kernel would refuse. */
export function emulator(program: Uint8Array): Emulator {
  const decoded = decode(program);
  const count = { steps: 0 };
  return {
    instructions: decoded.code.length,
    run: (data) => execute(decoded, data, count),
    steps: () => count.steps,
  };
}
