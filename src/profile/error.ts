import { SandboxError } from "../core/errors.ts";

/** A file and a line in it, as shown to the author of a profile. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Shows a place the way compilers do: team-numeric.json:6. */
export function placeText(place: Place): string {
  return `${place.file}:${place.line}`;
}

/** A profile that is not used, with the place of the fault and what to do about it. */
export class ProfileError extends SandboxError {
  readonly place: Place | undefined;

  constructor(place: Place | undefined, message: string, remedy?: string) {
    super(
      "profileInvalid",
      place === undefined ? message : `${placeText(place)}: ${message}`,
      remedy === undefined ? {} : { remedy },
    );
    this.place = place;
  }
}

/** Edit distance in which swapping two neighbours counts once, as typos do. */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    rows.push(row);
    for (let j = 0; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      const cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
      row.push(i + j === 0 ? 0 : cost);
    }
  }
  return at(a.length, b.length);
}

const MAX_TYPOS = 3;

/** "did you mean x?" for the nearest of the known names, or undefined where none is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(MAX_TYPOS, Math.max(1, Math.floor(name.length / 3))) + 1;
  for (const candidate of known) {
    const typos =
      Math.abs(candidate.length - name.length) < bestDistance
        ? distance(name, candidate)
        : bestDistance;
    if (typos < bestDistance && typos < name.length) {
      best = candidate;
      bestDistance = typos;
    }
  }
  return best === undefined ? undefined : `did you mean ${best}?`;
}
