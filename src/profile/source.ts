import { type Place, ProfileError } from "./error.ts";

/**
 * JSON with places. JSON.parse knows no lines and takes the last of two equal keys, so a second "deny"
 * would silently replace the first; here both the line of every value and doubled keys are known.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface SourceText {
  readonly file: string;
  readonly value: Json;
  /** The place of the value at a path, or of the nearest enclosing value. */
  placeOf(path: readonly PropertyKey[]): Place;
}

const MAX_DEPTH = 32;
const TOKEN =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/y;

/** Reads one JSON document; throws a ProfileError that names file and line. */
export function parseSource(file: string, text: string): SourceText {
  const lines = new Map<string, number>();
  const value = new Reader(file, text, lines).document();
  return {
    file,
    value,
    placeOf(path) {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(keyOf(path.slice(0, length)));
        if (line !== undefined) {
          return { file, line };
        }
      }
      return { file, line: 1 };
    },
  };
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines: Map<string, number>;
  readonly #path: PropertyKey[] = [];
  #offset = 0;
  #line = 1;

  constructor(file: string, text: string, lines: Map<string, number>) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
  }

  document(): Json {
    const value = this.#value(this.#next());
    this.#skipSpace();
    if (this.#offset < this.#text.length) {
      throw this.#error("unexpected text after the end of the document");
    }
    return value;
  }

  #error(message: string): ProfileError {
    return new ProfileError({ file: this.#file, line: this.#line }, message, "fix the JSON there");
  }

  #skipSpace(): void {
    for (; this.#offset < this.#text.length; this.#offset++) {
      const character = this.#text[this.#offset];
      if (character === "\n") {
        this.#line++;
      } else if (character !== " " && character !== "\t" && character !== "\r") {
        return;
      }
    }
  }

  #next(): string {
    this.#skipSpace();
    TOKEN.lastIndex = this.#offset;
    const token = TOKEN.exec(this.#text)?.[0];
    if (token === undefined) {
      const seen = this.#text[this.#offset];
      throw this.#error(seen === undefined ? "the document ends early" : `unexpected ${seen}`);
    }
    this.#offset += token.length;
    return token;
  }

  #value(token: string): Json {
    this.#lines.set(keyOf(this.#path), this.#line);
    if (this.#path.length > MAX_DEPTH) {
      throw this.#error(`more than ${MAX_DEPTH} values inside each other`);
    }
    if (token === "{") {
      return this.#object();
    }
    if (token === "[") {
      return this.#array();
    }
    if (/^[\]}:,]$/.test(token)) {
      throw this.#error(`unexpected ${token}`);
    }
    return JSON.parse(token) as Json;
  }

  #object(): Json {
    const entries = new Map<string, Json>();
    let token = this.#next();
    while (token !== "}") {
      if (!token.startsWith('"')) {
        throw this.#error(`expected a key, found ${token}`);
      }
      const key = String(JSON.parse(token));
      if (entries.has(key)) {
        throw this.#error(`the key ${key} stands here twice, and only one of them could count`);
      }
      this.#expect(":");
      this.#path.push(key);
      entries.set(key, this.#value(this.#next()));
      this.#path.pop();
      token = this.#separator("}");
    }
    return Object.fromEntries(entries);
  }

  #array(): Json {
    const items: Json[] = [];
    let token = this.#next();
    while (token !== "]") {
      this.#path.push(items.length);
      items.push(this.#value(token));
      this.#path.pop();
      token = this.#separator("]");
    }
    return items;
  }

  /** After an item: the closing bracket, or the first token of the next item. */
  #separator(closing: "}" | "]"): string {
    const token = this.#next();
    if (token === closing) {
      return token;
    }
    if (token !== ",") {
      throw this.#error(`expected , or ${closing}, found ${token}`);
    }
    const next = this.#next();
    if (next === closing) {
      throw this.#error(`a comma before ${closing}`);
    }
    return next;
  }

  #expect(wanted: string): void {
    const token = this.#next();
    if (token !== wanted) {
      throw this.#error(`expected ${wanted}, found ${token}`);
    }
  }
}
