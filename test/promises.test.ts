/** The gate: promises, the tests that keep them and the pages that make them must agree. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROMISES } from "./promises.ts";

const ROOT = join(import.meta.dirname, "..");
const CITATION = /\bkeeps\(\s*"([^"]+)"/g;

interface Citation {
  readonly id: string;
  readonly place: string;
}

function citations(): Citation[] {
  return readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .flatMap((path) => {
      const text = readFileSync(join(import.meta.dirname, path), "utf8");
      return Array.from(text.matchAll(CITATION), (match) => ({
        id: match[1] ?? "",
        place: `test/${path}:${text.slice(0, match.index).split("\n").length}`,
      }));
    });
}

/** The anchor that a heading gets: lower case, punctuation dropped, spaces as hyphens. */
function anchors(file: string): Set<string> {
  const text = readFileSync(join(ROOT, file), "utf8");
  return new Set(
    Array.from(text.matchAll(/^#+ +(.+?) *$/gm), (match) =>
      (match[1] ?? "")
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number} _-]/gu, "")
        .replace(/ /g, "-"),
    ),
  );
}

describe("promises", () => {
  const known = new Set<string>(PROMISES.map((promise) => promise.id));
  const cited = citations();

  test("each id stands once in the list", () => {
    expect(PROMISES).toHaveLength(known.size);
  });

  test("each promise is cited by a test", () => {
    const kept = new Set(cited.map((citation) => citation.id));
    expect(PROMISES.filter((promise) => !kept.has(promise.id)).map((p) => p.id)).toEqual([]);
  });

  test("each citation names a promise of the list", () => {
    expect(cited.filter((citation) => !known.has(citation.id))).toEqual([]);
  });

  test("each promise is documented under a heading that exists", () => {
    const missing = PROMISES.filter(({ documented }) => {
      const [file = "", anchor = ""] = documented.split("#");
      return !anchors(file).has(anchor);
    });
    expect(missing.map((promise) => `${promise.id}: ${promise.documented}`)).toEqual([]);
  });
});
