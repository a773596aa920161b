/** What a job costs the supervisor's own thread, which all jobs share. */
import { type Bench, hello, type Measured, Missing } from "./bench.ts";
import { mainThreadUs } from "./processes.ts";
import type { Row } from "./row.ts";
import { openForRate } from "./throughput.ts";

const WIDTH = 4;

/** Processor time per job of the main thread and of all threads, and how full the event loop is. */
export async function measureLoad(bench: Bench): Promise<Measured> {
  const setup = await bench.setup("bare");
  await using pool = await openForRate(bench, setup, WIDTH);
  await hello(pool);
  const before = { main: mainThreadUs(), all: process.cpuUsage() };
  const loop = performance.eventLoopUtilization();
  const endMs = performance.now() + bench.effort.blockMs;
  let jobs = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await hello(pool);
      jobs += 1;
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  const { utilization } = performance.eventLoopUtilization(loop);
  const main = mainThreadUs();
  const all = process.cpuUsage(before.all);
  if (main === undefined || before.main === undefined) {
    throw new Missing("/proc/self/task/PID/schedstat is not there: a kernel without schedstats");
  }
  const row = (name: string, what: string, ours: number, unit: Row["unit"]): Row => ({
    id: `supervisor.${name}`,
    what,
    unit,
    ours,
  });
  return {
    rows: [
      row("main.cpu", "main thread, processor time per job", (main - before.main) / jobs, "µs"),
      row("all.cpu", "all its threads, per job", (all.user + all.system) / jobs, "µs"),
      row("loop.busy", `event loop busy, ${WIDTH} in flight`, utilization * 100, "%"),
    ],
  };
}
