import { appendFileSync } from "node:fs";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
const ROOT = join(import.meta.dirname, "../..");
const phase = process.argv[2];
execFileSync("stty", ["-F", "/dev/ttyS1", "raw", "-echo"]);
const t = Date.now();
const r = spawnSync(process.execPath, [join(ROOT, "dist/front/cli/main.js"), "run", "--json", "--wall", "60s", "-"], {input: "print('hello')", env: {PATH: "/usr/bin:/bin"}, encoding: "utf8"});
appendFileSync("/dev/ttyS1", JSON.stringify({phase, ms: Date.now() - t, up: process.uptime(), ...r}) + "\n");
