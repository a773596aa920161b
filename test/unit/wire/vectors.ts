import { readFileSync } from "node:fs";

/** One line of a file in proto/vectors; its header says what the columns mean. */
export interface Vector {
  readonly name: string;
  readonly verdict: string;
  readonly bytes: Buffer;
  /** The rest of the line: a meaning in JSON, or bodies in hex; "" where there is none. */
  readonly rest: string;
}

export function readVectors(file: string): Vector[] {
  const path = new URL(`../../../proto/vectors/${file}`, import.meta.url);
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name, verdict, hex, ...rest] = line.split(" ");
      if (name === undefined || verdict === undefined || hex === undefined) {
        throw new Error(`${file}: not a vector: ${line}`);
      }
      return { name, verdict, bytes: fromHex(hex), rest: rest.join(" ") };
    });
}

export function fromHex(hex: string): Buffer {
  return hex === "-" ? Buffer.alloc(0) : Buffer.from(hex, "hex");
}

/** The meaning of a vector; undefined when TypeScript has no value for it. */
export function meaningOf(vector: Vector): unknown {
  return vector.rest === "" ? undefined : JSON.parse(vector.rest, reviveBytes);
}

function reviveBytes(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [key, text] = entries[0] ?? [];
  if (entries.length !== 1 || typeof text !== "string") return value;
  if (key === "text") return Buffer.from(text, "utf8");
  if (key === "hex") return Buffer.from(text, "hex");
  return value;
}
