// Warm hello: the latency of one job through the library, beside the same code in a parked, unconfined fork of the same
// interpreter reached over the same kind of socket, to the same end (output complete, process gone). Both in one run,
// interleaved in blocks, so that a busy machine is busy for both.
//
//   node bench/hello.mjs [JOBS=2000] [INTERPRETER=python3]
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createPool } from "../dist/index.js";

const JOBS = Number(process.argv[2] ?? 2000);
const CODE = "print('hello')";
const PARKED = 4;
const BLOCK = 50;
const interpreter = execFileSync(
  process.argv[3] ?? "python3",
  ["-I", "-c", "import sys; print(sys.executable)"],
  {
    encoding: "utf8",
  },
).trim();

/** A queue whose take() waits for the next put(). */
class Queue {
  #items = [];
  #takers = [];
  put(item) {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(item);
    else taker(item);
  }
  take() {
    const item = this.#items.shift();
    return item === undefined
      ? new Promise((resolve) => this.#takers.push(resolve))
      : Promise.resolve(item);
  }
}

async function openPeer() {
  const directory = mkdtempSync(join(tmpdir(), "broodbox-bench-"));
  const path = join(directory, "socket");
  const parked = new Queue();
  const gone = new Queue();
  const server = createServer((socket) => parked.put(socket));
  await new Promise((resolve) => server.listen(path, resolve));
  const child = spawn(interpreter, ["-I", join(import.meta.dirname, "parked_fork.py"), path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (pid) => gone.put(pid));
  for (let i = 0; i < PARKED; i++) child.stdin.write("\n");
  return {
    async run() {
      const socket = await parked.take();
      const chunks = [];
      const ended = new Promise((resolve) => socket.on("end", resolve));
      socket.on("data", (chunk) => chunks.push(chunk));
      const frame = Buffer.alloc(4 + CODE.length);
      frame.writeUInt32LE(CODE.length);
      frame.write(CODE, 4);
      socket.write(frame);
      await Promise.all([ended, gone.take()]);
      socket.destroy();
      child.stdin.write("\n");
      return Buffer.concat(chunks).toString();
    },
    close() {
      child.kill("SIGKILL");
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function quantiles(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) };
}

/** The machine at rest: what was ordered for the next block has been made. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

async function measure(run, times, jobs) {
  for (let i = 0; i < jobs; i++) {
    const start = process.hrtime.bigint();
    const text = await run();
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    if (text !== "hello\n") throw new Error(`unexpected output: ${JSON.stringify(text)}`);
    await new Promise((resolve) => setTimeout(resolve, 5)); // refill is not what is measured here
  }
}

const pool = await createPool({ runtime: interpreter, warm: PARKED });
const peer = await openPeer();
const ours = [];
const theirs = [];
const runOurs = async () => (await pool.run({ code: CODE })).stdout.text;
await measure(runOurs, [], 20);
await measure(peer.run, [], 20);
for (let done = 0; done < JOBS; done += BLOCK) {
  await settle();
  await measure(runOurs, ours, BLOCK);
  await settle();
  await measure(peer.run, theirs, BLOCK);
}
peer.close();
await pool.close();

const rows = { broodbox: quantiles(ours), "parked, unconfined": quantiles(theirs) };
console.log(`${JOBS} jobs each, ${interpreter}, milliseconds`);
for (const [name, q] of Object.entries(rows))
  console.log(
    name.padEnd(20),
    Object.entries(q)
      .map(([key, value]) => `${key} ${value.toFixed(2)}`)
      .join("  "),
  );
console.log(
  `p50 ratio ${(rows.broodbox.p50 / rows["parked, unconfined"].p50).toFixed(2)}, p99 over own p50 ${(rows.broodbox.p99 / rows.broodbox.p50).toFixed(2)}`,
);
