import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { markerOf, parseMarker, Scratch, sweepScratch } from "../../../src/bundle/scratch.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "scratch-test-"));
});
afterEach(() => rm(parent, { recursive: true }));

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("Scratch", () => {
  test("is ours alone and gone when disposed, with everything in it, twice", async () => {
    const scratch = await Scratch.create({ parent });
    expect(await mode(scratch.path)).toBe(0o700);
    // A socket path has 107 bytes: this leaves a directory for temporary files some 50.
    expect(basename(scratch.path).length).toBeLessThan(50);
    expect(await mode(await scratch.directory("run"))).toBe(0o700);
    await scratch.fileOf(Buffer.from("x"));
    await scratch[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
    expect(await readdir(parent)).toEqual([]);
  });

  test("copies files so that every uid may read them", async () => {
    await using scratch = await Scratch.create({ parent });
    const before = process.umask(0o077);
    try {
      const source = join(parent, "private");
      await writeFile(source, "data", { mode: 0o600 });
      for (const path of [
        await scratch.copyOf(source),
        await scratch.fileOf(Buffer.from("data")),
      ]) {
        expect(await mode(path)).toBe(0o444);
        expect(await readFile(path, "utf8")).toBe("data");
        await scratch.remove(path);
      }
      expect(await readdir(scratch.path)).toEqual([]);
    } finally {
      process.umask(before);
    }
  });

  test("says where it could not be made", async () => {
    await expect(Scratch.create({ parent: join(parent, "missing") })).rejects.toMatchObject({
      code: "stageFailed",
      step: "scratch",
    });
  });
});

describe("sweepScratch", () => {
  test("removes what dead processes left, and nothing else", async () => {
    await using scratch = await Scratch.create({ parent });
    const self = parseMarker(basename(scratch.path));
    if (self === undefined) {
      throw new Error("the marker of a scratch directory cannot be read");
    }
    expect(parseMarker(`${markerOf(self)}-x`)).toEqual(self);
    const made = {
      otherStart: markerOf({ ...self, startTime: 1 }),
      otherBoot: markerOf({ ...self, bootId: "00000000" }),
      otherNamespace: markerOf({ ...self, pidNamespace: 1, startTime: 1 }),
    };
    for (const marker of Object.values(made)) {
      await mkdir(join(parent, `${marker}-a`));
      await writeFile(join(parent, `${marker}-a`, "file"), "");
    }
    const target = join(parent, "precious");
    await mkdir(target);
    await writeFile(join(target, "file"), "");
    await symlink(target, join(parent, `${made.otherStart}-link`));
    await mkdir(join(parent, "broodbox-notes"));

    expect((await sweepScratch(parent)).toSorted()).toEqual(
      [`${made.otherStart}-a`, `${made.otherBoot}-a`].map((name) => join(parent, name)).toSorted(),
    );
    expect((await readdir(parent)).toSorted()).toEqual(
      [
        basename(scratch.path),
        `${made.otherNamespace}-a`,
        `${made.otherStart}-link`,
        "broodbox-notes",
        "precious",
      ].toSorted(),
    );
    expect(await readdir(target)).toEqual(["file"]);
  });
});
