import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listProfiles, loadProfile } from "../../../src/profile/load.ts";
import { minimal, profileDirectory } from "./support.ts";

describe("loadProfile", () => {
  it("appends parents left to right, children first in the chain", async () => {
    await using directory = await profileDirectory({
      "base.json": { profile: 1, name: "base", knownUpTo: "6.1", allow: ["read"] },
      "left.json": { profile: 1, name: "left", extends: ["base"], allow: ["write"] },
      "right.json": { profile: 1, name: "right", extends: ["base"], allow: ["close"] },
      "top.json": { profile: 1, name: "top", extends: ["left", "right"], allow: ["brk"] },
    });
    const profile = await loadProfile("top", directory.path);
    expect(profile.chain).toEqual(["top", "right", "left", "base"]);
    expect(profile.allow.map((statement) => statement.call)).toEqual([
      "read",
      "write",
      "close",
      "brk",
    ]);
    expect(profile.knownUpTo).toBe("6.1");
  });

  it("takes groups apart once and remembers where each entry stands", async () => {
    await using directory = await profileDirectory({
      "groups/fs.read.json": '{ "group": "@fs.read", "allow": [\n "open",\n "@io" ] }',
      "groups/io.json": { group: "@io", allow: ["read"] },
      "p.json": { profile: 1, name: "p", knownUpTo: "6.1", allow: ["@fs.read", "@io"] },
    });
    const { allow } = await loadProfile("p", directory.path);
    expect(allow.map(({ call, group }) => [call, group])).toEqual([
      ["open", "@fs.read"],
      ["read", "@io"],
    ]);
    expect(allow[0]?.place).toEqual({ file: "groups/fs.read.json", line: 2 });
  });

  it("lets what is stricter win, wherever it stands", async () => {
    await using directory = await profileDirectory({
      "base.json": minimal("base", { tripwire: "kill", maxDenials: 5, writeExecute: "deny" }),
      "p.json": { profile: 1, name: "p", extends: ["base"], tripwire: "report", maxDenials: 50 },
    });
    expect(await loadProfile("p", directory.path)).toMatchObject({
      tripwire: "kill",
      maxDenials: 5,
      writeExecuteDeny: true,
    });
  });

  it("takes the oldest kernel version of several parents, unless the child names its own", async () => {
    await using directory = await profileDirectory({
      "a.json": { profile: 1, name: "a", knownUpTo: "6.9" },
      "b.json": { profile: 1, name: "b", knownUpTo: "6.10" },
      "both.json": { profile: 1, name: "both", extends: ["b", "a"] },
      "own.json": { profile: 1, name: "own", extends: ["a"], knownUpTo: "6.18" },
    });
    expect((await loadProfile("both", directory.path)).knownUpTo).toBe("6.9");
    expect((await loadProfile("own", directory.path)).knownUpTo).toBe("6.18");
  });

  it("reads a file by path, and parents relative to it or by name", async () => {
    await using directory = await profileDirectory({
      "base.json": { profile: 1, name: "base", knownUpTo: "6.1" },
      "team/own.json": { profile: 1, name: "own", extends: ["base", "./other.json"] },
      "team/other.json": { profile: 1, name: "other", knownUpTo: "6.2" },
    });
    const profile = await loadProfile(join(directory.path, "team/own.json"), directory.path);
    expect(profile.chain).toEqual(["own", "other", "base"]);
  });

  it.each([
    [
      "a cycle",
      { extends: ["p"] },
      "p.json:1: profiles extend each other in a circle: p.json -> p.json",
    ],
    ["an unknown parent", { extends: ["bsae"] }, "there is no profile bsae; did you mean base?"],
    ["an unknown group", { allow: ["@oi"] }, "there is no group @oi; did you mean @io?"],
    [
      "groups in a circle",
      { allow: ["@loop"] },
      "groups hold each other in a circle: @loop -> @loop",
    ],
    ["a group of another name", { allow: ["@other"] }, "this file is read as @other"],
    ["an unknown key", { alow: [] }, "did you mean allow?"],
    ["an unknown operator", { allow: [{ call: "socket", when: { domain: { inn: [1] } } }] }, "in?"],
    ["an empty when", { allow: [{ call: "socket", when: {} }] }, "an empty when"],
    ["a wrong version", { profile: 2 }, "profile:"],
    ["audit, which is not there yet", { mode: "audit" }, 'only "enforce" is supported'],
    ["a wrong name", { name: "q" }, "this file is read as p"],
    ["no version", { knownUpTo: undefined }, "up to which kernel"],
    ["a number for a call", { allow: [59] }, "allow.9: "],
  ])("refuses %s with place and remedy", async (_what, more, message) => {
    await using directory = await profileDirectory({
      "base.json": minimal("base"),
      "groups/io.json": { group: "@io", allow: ["read"] },
      "groups/loop.json": { group: "@loop", allow: ["@loop"] },
      "groups/other.json": { group: "@io", allow: ["read"] },
      "p.json": JSON.stringify(minimal("p", more)),
    });
    const attempt = loadProfile("p", directory.path);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code: "profileInvalid" });
  });

  it("names the line of a typo", async () => {
    await using directory = await profileDirectory({
      "p.json": '{\n "profile": 1,\n "name": "p",\n "alow": []\n}',
    });
    await expect(loadProfile("p", directory.path)).rejects.toThrow("p.json:4: ");
  });

  it("refuses what is no file or too large", async () => {
    await using directory = await profileDirectory({
      "dir.json/x": "",
      "large.json": " ".repeat(300_000),
    });
    await expect(loadProfile("dir", directory.path)).rejects.toThrow("is not a file");
    await expect(loadProfile("large", directory.path)).rejects.toThrow("at most 262144 bytes");
    await expect(loadProfile("none", directory.path)).rejects.toThrow("there is no profile none");
    await expect(loadProfile("./none.json", directory.path)).rejects.toThrow("there is no file");
  });

  it("lists the shipped profiles without their tests", async () => {
    const names = await listProfiles();
    expect(names).toEqual(expect.arrayContaining(["base", "python-default", "python-strict"]));
    expect(names.filter((name) => name.includes("test"))).toEqual([]);
  });
});
