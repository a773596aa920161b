/**
 * JSON from a job: one strict, bounded reading, so that what is handed on means the same to everybody.
 *
 * A scanner looks at the text before JSON.parse does, because JSON.parse takes the last of two equal
 * keys, turns 1e999 into Infinity and 2^53+1 into 2^53, and has no bound on depth. What the scanner
 * accepts JSON.parse accepts too; a property test holds that.
 */
import type { JsonValue } from "./outcome.ts";

export interface JsonCaps {
  /** arrays and objects inside each other */
  readonly depth: number;
  /** values of all kinds: an empty object costs 3 bytes of text and some 60 of memory */
  readonly values: number;
}

const JSON_CAPS: JsonCaps = Object.freeze({ depth: 64, values: 1_000_000 });

export type JsonVerdict =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly detail: string };

/** Reads one JSON document in UTF-8, or says what is wrong with it and where. */
export function parseStrictJson(bytes: Uint8Array, caps: JsonCaps = JSON_CAPS): JsonVerdict {
  let text: string;
  try {
    // ignoreBOM keeps a byte order mark in the text, where it is an error like any other stray character.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, detail: "the result is not valid UTF-8" };
  }
  const detail = new Scanner(text, caps).check();
  if (detail !== undefined) {
    return { ok: false, detail };
  }
  return { ok: true, value: JSON.parse(text) as JsonValue };
}

class Refusal extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWEST_PLAIN = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const WORDS = ["null", "true", "false"] as const;

class Scanner {
  readonly #text: string;
  readonly #caps: JsonCaps;
  #at = 0;
  #values = 0;

  constructor(text: string, caps: JsonCaps) {
    this.#text = text;
    this.#caps = caps;
  }

  /** What is wrong with the text, or undefined. */
  check(): string | undefined {
    try {
      this.#value(0);
      this.#space();
      if (this.#at < this.#text.length) {
        this.#refuse("something follows the value");
      }
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) {
        return error.message;
      }
      throw error;
    }
  }

  #refuse(problem: string): never {
    throw new Refusal(`${problem} at character ${this.#at}`);
  }

  // Loops over character codes and not regular expressions: V8 keeps a backtracking position per
  // repetition and overflows its stack on a string of some MiB (seen at 8 MiB).
  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) {
      this.#at += 1;
    }
  }

  /** Steps over one character, if it is the next one. */
  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #value(depth: number): void {
    this.#values += 1;
    if (this.#values > this.#caps.values) {
      this.#refuse(`more than ${this.#caps.values} values`);
    }
    this.#space();
    if (this.#take("{")) {
      this.#object(this.#deeper(depth));
    } else if (this.#take("[")) {
      this.#array(this.#deeper(depth));
    } else if (this.#text[this.#at] === '"') {
      this.#string();
    } else if (!this.#word()) {
      this.#number();
    }
  }

  #deeper(depth: number): number {
    if (depth >= this.#caps.depth) {
      this.#refuse(`more than ${this.#caps.depth} levels of arrays and objects`);
    }
    return depth + 1;
  }

  #object(depth: number): void {
    const keys = new Set<string>();
    this.#space();
    if (this.#take("}")) {
      return;
    }
    do {
      this.#space();
      const key = this.#string();
      if (keys.has(key)) {
        this.#refuse("an object has the same key twice");
      }
      keys.add(key);
      this.#space();
      if (!this.#take(":")) {
        this.#refuse("a key has no value");
      }
      this.#value(depth);
      this.#space();
    } while (this.#take(","));
    if (!this.#take("}")) {
      this.#refuse("an object does not end");
    }
  }

  #array(depth: number): void {
    this.#space();
    if (this.#take("]")) {
      return;
    }
    do {
      this.#value(depth);
      this.#space();
    } while (this.#take(","));
    if (!this.#take("]")) {
      this.#refuse("an array does not end");
    }
  }

  /** Steps over a string and gives its decoded text, by which keys are compared. */
  #string(): string {
    const start = this.#at;
    if (!this.#take('"')) {
      this.#refuse("not a JSON string");
    }
    let escapes = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) {
        break;
      }
      // charCodeAt is NaN at the end of the text, and NaN >= anything is false.
      if (!(code >= LOWEST_PLAIN)) {
        this.#refuse("a string does not end or holds a control character");
      }
      this.#at += 1;
      if (code === BACKSLASH) {
        escapes = true;
        this.#escape();
      }
    }
    this.#at += 1;
    const raw = this.#text.slice(start, this.#at);
    return escapes ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #escape(): void {
    const letter = this.#text[this.#at] ?? "";
    if (letter === "u" && /^[0-9a-fA-F]{4}$/.test(this.#text.slice(this.#at + 1, this.#at + 5))) {
      this.#at += 5;
    } else if (letter !== "" && '"\\/bfnrt'.includes(letter)) {
      this.#at += 1;
    } else {
      this.#refuse("not a JSON escape");
    }
  }

  #word(): boolean {
    const word = WORDS.find((candidate) => this.#text.startsWith(candidate, this.#at));
    if (word === undefined) {
      return false;
    }
    this.#at += word.length;
    return true;
  }

  #number(): void {
    const start = this.#at;
    this.#take("-");
    // JSON allows no leading zero: after one the integer part is complete.
    if (!this.#take("0")) {
      this.#digits();
    }
    const isFraction = this.#take(".");
    if (isFraction) {
      this.#digits();
    }
    const mantissaEnd = this.#at;
    const isExponent = this.#take("e") || this.#take("E");
    if (isExponent) {
      if (!this.#take("+")) {
        this.#take("-");
      }
      this.#digits();
    }
    const value = Number(this.#text.slice(start, this.#at));
    if (!isFraction && !isExponent) {
      // Beyond 2^53 neighbouring integers become one double; an id would silently become another id.
      if (!Number.isSafeInteger(value)) {
        this.#refuse("an integer beyond 2^53 does not survive, a string would");
      }
      return;
    }
    const isZeroWritten = !/[1-9]/.test(this.#text.slice(start, mantissaEnd));
    if (!Number.isFinite(value) || (value === 0 && !isZeroWritten)) {
      this.#refuse("a number beyond the range of a double does not survive");
    }
  }

  /** Steps over one digit or more. */
  #digits(): void {
    const start = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) {
      this.#at += 1;
    }
    if (this.#at === start) {
      this.#refuse("not a JSON value");
    }
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
