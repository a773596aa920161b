import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "..");

// What is tested is this checkout's own native part, however many others the machine has.
const env = {
  BROODBOX_NATIVE_DIR: process.env["BROODBOX_NATIVE_DIR"] ?? join(ROOT, "native/build"),
};

// Drives real processes: one file after another, so that each can say what it left behind.
const processes = {
  env,
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  setupFiles: [join(import.meta.dirname, "support/leak-check.ts")],
};

export default defineConfig({
  root: ROOT,
  test: {
    pool: "forks",
    globalSetup: [join(import.meta.dirname, "support/temporary.ts")],
    projects: [
      { test: { name: "gate", include: ["test/promises.test.ts"] } },
      {
        test: {
          name: "unit",
          include: ["test/{unit,native}/**/*.test.ts"],
          env,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "profile",
          include: ["test/profile/**/*.test.ts"],
          env,
          testTimeout: 60_000,
        },
      },
      { test: { name: "examples", include: ["test/examples/**/*.test.ts"], ...processes } },
      { test: { name: "vm", include: ["test/vm/**/*.test.ts"], env } },
      { test: { name: "confinement", include: ["test/confinement/**/*.test.ts"], ...processes } },
    ],
  },
});
