// Very many jobs through one pool in one process: nothing may grow and nothing may slow down.
//   node test/soak/many-jobs.mjs [JOBS [CONCURRENCY]]      (npm run test:soak: 200,000 at 4)
// Fails when the last block's rate is more than 10 % below the first block's, or when memory or descriptors of the
// supervisor or the forkserver have grown in between.
import { readdirSync, readFileSync } from "node:fs";
import { createPool } from "../../dist/index.js";

const JOBS = Number(process.argv[2] ?? 200_000);
const CONCURRENCY = Number(process.argv[3] ?? 4);
const BLOCK = Math.min(10_000, Math.floor(JOBS / 4));
const SLOWDOWN_MAX = 0.1;
const SUPERVISOR_GROWTH_KIB_MAX = 32 * 1024; // what V8 keeps back varies by this much between two collections
const FORKSERVER_GROWTH_KIB_MAX = 256;

function children(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

function rssKib(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

function descriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

const pool = await createPool({ warm: 2 * CONCURRENCY, maxConcurrent: CONCURRENCY });
const forkserver = children(process.pid).find(
  (pid) => readFileSync(`/proc/${pid}/comm`, "utf8") === "broodbox-native\n",
);

async function block(count) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { stdout } = await pool.run({ code: "print('hello')" });
      if (stdout.text !== "hello\n") throw new Error(`unexpected output ${stdout.text}`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const rate = (count / (performance.now() - start)) * 1000;
  globalThis.gc?.();
  return {
    rate,
    supervisorKib: rssKib(process.pid),
    forkserverKib: rssKib(forkserver),
    supervisorFds: descriptors(process.pid),
    forkserverFds: descriptors(forkserver),
  };
}

await block(1000); // compiled, and the pool as large as it gets
const rows = [];
for (let done = 0; done < JOBS; done += BLOCK) {
  const row = await block(Math.min(BLOCK, JOBS - done));
  rows.push(row);
  console.log(
    `${String(done + BLOCK).padStart(8)} jobs  ${row.rate.toFixed(0).padStart(5)}/s  ` +
      `supervisor ${(row.supervisorKib / 1024).toFixed(1)} MiB, ${row.supervisorFds} descriptors  ` +
      `forkserver ${(row.forkserverKib / 1024).toFixed(1)} MiB, ${row.forkserverFds} descriptors`,
  );
}
await pool.close();

const first = rows[0];
const last = rows.at(-1);
const failures = [
  [last.rate < first.rate * (1 - SLOWDOWN_MAX), "slower than at first"],
  [last.supervisorKib > first.supervisorKib + SUPERVISOR_GROWTH_KIB_MAX, "the supervisor grew"],
  [last.forkserverKib > first.forkserverKib + FORKSERVER_GROWTH_KIB_MAX, "the forkserver grew"],
  // Sandboxes that are being made or taken apart hold a few at any moment.
  [last.supervisorFds > first.supervisorFds + 3 * CONCURRENCY, "descriptors of the supervisor"],
  [last.forkserverFds > first.forkserverFds + 30 * CONCURRENCY, "descriptors of the forkserver"],
].flatMap(([isFailure, what]) => (isFailure ? [what] : []));
console.log(
  failures.length === 0
    ? `last block at ${((100 * last.rate) / first.rate).toFixed(1)} % of the first block's rate; nothing grew`
    : `FAILED: ${failures.join(", ")}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
