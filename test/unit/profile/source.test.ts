import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSource } from "../../../src/profile/source.ts";

const TOKENS = '{ } [ ] , : " a 1 - . e \\ true false null'.split(" ").concat(" ", "\n");

describe("parseSource", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseSource("p.json", text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it("refuses what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...TOKENS)), (characters) => {
        const text = characters.join("");
        const attempt = (parse: () => unknown) => {
          try {
            parse();
            return "accepted";
          } catch {
            return "refused";
          }
        };
        expect(attempt(() => parseSource("p.json", text))).toBe(attempt(() => JSON.parse(text)));
      }),
    );
  });

  it("knows the line of every value", () => {
    const source = parseSource("p.json", '{\n "a": [\n  1,\n  { "b": 2 }\n ]\n}');
    expect(source.placeOf(["a", 1, "b"])).toEqual({ file: "p.json", line: 4 });
    expect(source.placeOf(["a", 0])).toEqual({ file: "p.json", line: 3 });
  });

  it("falls back to the line of the enclosing value", () => {
    const source = parseSource("p.json", '{\n "a": [\n  1\n ]\n}');
    expect(source.placeOf(["a", 0, "missing", 3])).toEqual({ file: "p.json", line: 3 });
  });

  it("refuses a key that stands twice, because the first deny would be lost", () => {
    expect(() => parseSource("p.json", '{\n "deny": ["open"],\n "deny": []\n}')).toThrow(
      "p.json:3: the key deny stands here twice",
    );
  });

  it("names the line of a syntax error", () => {
    expect(() => parseSource("p.json", '{\n "a": 1,\n}')).toThrow("p.json:3: a comma before }");
    expect(() => parseSource("p.json", '{ "a": 01 }')).toThrow("p.json:1");
    expect(() => parseSource("p.json", "{")).toThrow("the document ends early");
    expect(() => parseSource("p.json", "{} x")).toThrow("unexpected text after the end");
  });

  it("keeps __proto__ an ordinary key", () => {
    const { value } = parseSource("p.json", '{ "__proto__": { "polluted": true } }');
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("bounds the depth", () => {
    expect(() => parseSource("p.json", "[".repeat(1000))).toThrow("more than 32 values");
  });
});
