/**
 * What a filter can answer for a whole set of calls at once: the emulator with a range in place of each
 * word. A test that a range does not decide is followed both ways, so no path that a call of the set can
 * take is left out, and "cannot allow" holds for every value of every argument, not for samples.
 */
import { AND, JEQ, JGE, JUMP, LOAD, RETURN } from "./assemble.ts";
import { WORD_MAX } from "./diagram.ts";
import { DATA_WORDS, type Decoded, JGT, JSET } from "./emulate.ts";
import { KILL_PROCESS, NOTIFY } from "./resolve.ts";

/** All values of a word from one to another, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Ranges of the words of struct seccomp_data; words that are left out may hold anything. */
export type CallSet = ReadonlyMap<number, Range>;

const ANYTHING: Range = { from: 0, to: WORD_MAX };
/** Paths are a few hundred at most; a filter with more is taken for one that allows. */
const MAX_STEPS = 1_000_000;

interface State {
  readonly pc: number;
  /** what was loaded last, and what an AND has left of it */
  readonly word: number;
  readonly mask: number;
  readonly words: readonly Range[];
}

/** The part of a range for which a test comes out true, and the part for which it does not. */
interface Split {
  readonly whenTrue: Range | undefined;
  readonly whenFalse: Range | undefined;
}

function rangeOf(from: number, to: number): Range | undefined {
  return from <= to ? { from, to } : undefined;
}

/** Value at or above a bound. */
function splitAt({ from, to }: Range, bound: number): Split {
  return {
    whenTrue: rangeOf(Math.max(from, bound), to),
    whenFalse: rangeOf(from, Math.min(to, bound - 1)),
  };
}

function splitEqual(range: Range, value: number): Split {
  const { from, to } = range;
  if (value < from || value > to) {
    return { whenTrue: undefined, whenFalse: range };
  }
  const left = value === from ? rangeOf(from + 1, to) : rangeOf(from, value === to ? to - 1 : to);
  return { whenTrue: { from: value, to: value }, whenFalse: left };
}

/** Some bits only: what the values of a range have in common, its leading bits, decides or nothing does. */
function splitMasked(code: number, range: Range, mask: number, operand: number): Split {
  const varying = 2 ** (32 - Math.clz32(range.from ^ range.to)) - 1;
  const known = ~(varying & mask) >>> 0;
  const value = (range.from & known & mask) >>> 0;
  const most = (value | ~known) >>> 0;
  const undecided = { whenTrue: range, whenFalse: range };
  const always = { whenTrue: range, whenFalse: undefined };
  const never = { whenTrue: undefined, whenFalse: range };
  switch (code) {
    case JEQ:
      return ((operand ^ value) & known) !== 0 ? never : known === WORD_MAX ? always : undecided;
    case JSET:
      return (operand & value) !== 0 ? always : (operand & ~known) === 0 ? never : undecided;
    default: {
      const bound = code === JGE ? operand : operand + 1;
      return value >= bound ? always : most < bound ? never : undecided;
    }
  }
}

function split(code: number, range: Range, mask: number, operand: number): Split {
  if (mask !== WORD_MAX || code === JSET) {
    return splitMasked(code, range, mask, operand);
  }
  switch (code) {
    case JEQ:
      return splitEqual(range, operand);
    case JGE:
      return splitAt(range, operand);
    default: // JGT, the only other one that decode() lets through
      return splitAt(range, operand + 1);
  }
}

/** An errno, a notification (which the forkserver answers with an errno, never with CONTINUE), or death. */
function isRefusal(verdict: number): boolean {
  return verdict === KILL_PROCESS || verdict === NOTIFY || verdict >>> 16 === 5;
}

function branches(program: Decoded, state: State): State[] {
  const { pc, word, mask, words } = state;
  const code = program.code[pc] ?? 0;
  const { whenTrue, whenFalse } = split(code, words[word] ?? ANYTHING, mask, program.k[pc] ?? 0);
  return [
    [whenTrue, program.jt[pc] ?? 0] as const,
    [whenFalse, program.jf[pc] ?? 0] as const,
  ].flatMap(([range, offset]) =>
    range === undefined
      ? []
      : [{ pc: pc + 1 + offset, word, mask, words: words.with(word, range) }],
  );
}

/** Whether the filter could let some call of the set through. Never says no wrongly. */
export function mayAllow(program: Decoded, calls: CallSet): boolean {
  const words = Array.from({ length: DATA_WORDS }, (_, index) => calls.get(index) ?? ANYTHING);
  const open: State[] = [{ pc: 0, word: 0, mask: 0, words }];
  let steps = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const operand = program.k[state.pc] ?? 0;
    steps += 1;
    switch (program.code[state.pc]) {
      case LOAD:
        open.push({ ...state, pc: state.pc + 1, word: operand / 4, mask: WORD_MAX });
        break;
      case AND:
        open.push({ ...state, pc: state.pc + 1, mask: (state.mask & operand) >>> 0 });
        break;
      case JUMP:
        open.push({ ...state, pc: state.pc + 1 + operand });
        break;
      case RETURN:
        if (!isRefusal(operand)) {
          return true;
        }
        break;
      case JEQ:
      case JGE:
      case JGT:
      case JSET:
        open.push(...branches(program, state));
        break;
      default:
        return true;
    }
    if (steps > MAX_STEPS) {
      return true;
    }
  }
  return false;
}
