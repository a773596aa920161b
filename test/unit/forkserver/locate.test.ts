import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { locateNative } from "../../../src/forkserver/locate.ts";
import { removeScratch, scratchDirectory } from "./fake.ts";

afterEach(removeScratch);

function packageWith(files: readonly string[]): string {
  const root = scratchDirectory();
  for (const file of files) {
    const path = join(root, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "");
    chmodSync(path, 0o755);
  }
  return root;
}

const SCRIPT = "native/python/zygote.py";
const BUILD = ["native/build/broodbox-native", "native/build/_broodbox.so"];

describe("locateNative", () => {
  test("finds the build in the package", () => {
    const root = packageWith([SCRIPT, ...BUILD]);
    expect(locateNative({ env: {}, packageDirectory: root })).toEqual({
      program: join(root, BUILD[0] ?? ""),
      module: join(root, BUILD[1] ?? ""),
      script: join(root, SCRIPT),
    });
  });

  test("prefers BROODBOX_NATIVE_DIR", () => {
    const root = packageWith([SCRIPT, ...BUILD]);
    const other = packageWith(["broodbox-native", "_broodbox.so"]);
    const found = locateNative({ env: { BROODBOX_NATIVE_DIR: other }, packageDirectory: root });
    expect(found.program).toBe(join(other, "broodbox-native"));
  });

  test("names what is missing and how to build it", () => {
    const root = packageWith([SCRIPT, BUILD[0] ?? ""]);
    expect(() => locateNative({ env: {}, packageDirectory: root })).toThrow(
      /_broodbox\.so; run `npm run build:native` \(needs: apt-get install .*libnanopb-dev/,
    );
  });

  test("refuses a program that cannot be executed", () => {
    const root = packageWith([SCRIPT, ...BUILD]);
    chmodSync(join(root, BUILD[0] ?? ""), 0o644);
    expect(() => locateNative({ env: {}, packageDirectory: root })).toThrow("cannot execute");
  });
});
