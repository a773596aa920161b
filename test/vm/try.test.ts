import { test } from "vitest";
import { mkdtempSync } from "node:fs";
import { findKernel, runMachine } from "/work/main/test/vm/machine.ts";
test("try", async () => {
  const s = mkdtempSync("/tmp/vm-");
  const run = await runMachine(findKernel()!, { qemu: "qemu-system-x86_64", busybox: "/bin/busybox" }, s, 280000);
  console.log(run.console); console.log(run.timedOut, run.wallMs); for (const r of run.reports) console.log(JSON.stringify(r, null, 1));
}, 300000);
