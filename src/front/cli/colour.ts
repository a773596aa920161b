/** Colour, or none: off under a non-empty NO_COLOR, TERM=dumb or no terminal; on under FORCE_COLOR. */
import type { Io, Terminal } from "./io.ts";

const CODES = { red: 31, green: 32, yellow: 33, bold: 1 } as const;
export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour, text: string) => string;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";

export function wantsColour(stream: Pick<Terminal, "isTTY">, env: Io["env"]): boolean {
  if (isSet(env["NO_COLOR"])) {
    return false;
  }
  if (isSet(env["FORCE_COLOR"])) {
    return env["FORCE_COLOR"] !== "0";
  }
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** A function that paints for this stream, or leaves the text as it is. */
export function painter(stream: Pick<Terminal, "isTTY">, env: Io["env"]): Paint {
  return wantsColour(stream, env)
    ? (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`
    : (_colour, text) => text;
}
