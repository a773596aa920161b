/** The part of classic BPF that seccomp filters use, executed as the kernel executes it. */
import { AND, JEQ, JGE, JUMP, LOAD, MAX_INSTRUCTIONS, RETURN } from "./assemble.ts";

const JGT = 0x25;
const JSET = 0x45;
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

interface Decoded {
  readonly code: Uint16Array;
  readonly jt: Uint8Array;
  readonly jf: Uint8Array;
  readonly k: Uint32Array;
}

function decode(bytes: Uint8Array): Decoded {
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

/** What the kernel's checker refuses, and fields that it ignores but a compiler leaves at zero. */
function check(decoded: Decoded): void {
  const length = decoded.code.length;
  for (let pc = 0; pc < length; pc++) {
    const code = decoded.code[pc] ?? 0;
    const jt = decoded.jt[pc] ?? 0;
    const jf = decoded.jf[pc] ?? 0;
    const k = decoded.k[pc] ?? 0;
    const isConditional = code === JEQ || code === JGE || code === JGT || code === JSET;
    const isKnown = isConditional || [LOAD, AND, JUMP, RETURN].includes(code);
    const reach = isConditional ? Math.max(jt, jf) : code === JUMP ? k : 0;
    const isSound =
      isKnown &&
      (isConditional || (jt === 0 && jf === 0)) &&
      (code !== LOAD || (k % 4 === 0 && k < 4 * DATA_WORDS)) &&
      (code === RETURN || pc + reach + 1 < length);
    if (!isSound) {
      throw new Error(`instruction ${pc} is malformed (code ${code}, jt ${jt}, jf ${jf}, k ${k})`);
    }
  }
}

/** Decodes and checks a program; throws on one that the kernel would refuse. */
export function emulator(program: Uint8Array): Emulator {
  const decoded = decode(program);
  check(decoded);
  const { code, jt, jf, k } = decoded;
  let executed = 0;
  const run = (data: Uint32Array): number => {
    let accumulator = 0;
    executed = 0;
    for (let pc = 0; pc < code.length; pc++) {
      executed++;
      const operand = k[pc] ?? 0;
      let taken: boolean;
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
          taken = accumulator === operand;
          break;
        case JGE:
          taken = accumulator >= operand;
          break;
        case JGT:
          taken = accumulator > operand;
          break;
        default:
          taken = (accumulator & operand) !== 0;
      }
      pc += (taken ? jt[pc] : jf[pc]) ?? 0;
    }
    throw new Error("the program ran past its end");
  };
  return { instructions: code.length, run, steps: () => executed };
}
