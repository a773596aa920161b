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
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? Number.POSITIVE_INFINITY;
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
