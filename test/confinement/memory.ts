/** Reads the memory of other processes as root, to see that nothing of a job is in it. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;

interface Region {
  readonly start: number;
  readonly end: number;
}

/** What may hold data: readable, and not merely the text of a program or a page of the kernel. */
function regions(pid: number): Region[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const match = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line);
      const [, start = "", end = "", rights = "", name = ""] = match ?? [];
      const isText = !rights.includes("w") && name.startsWith("/");
      return rights.startsWith("r") && !isText && !/^\[v(var|syscall)/.test(name)
        ? [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }]
        : [];
    });
}

export interface Scan {
  readonly hits: number;
  /** how much was read: a scan of nothing finds nothing */
  readonly bytes: number;
}

/** How often `text` stands in the memory of a process. */
export function scanMemory(pid: number, text: string): Scan {
  const needle = Buffer.from(text);
  const buffer = Buffer.alloc(CHUNK_BYTES + needle.length);
  const memory = openSync(`/proc/${pid}/mem`, "r");
  let hits = 0;
  let bytes = 0;
  try {
    for (const { start, end } of regions(pid)) {
      for (let at = start; at < end; at += CHUNK_BYTES) {
        const wanted = Math.min(buffer.length, end - at);
        const data = buffer.subarray(0, readSync(memory, buffer, 0, wanted, at));
        bytes += Math.min(data.length, CHUNK_BYTES);
        for (
          let place = data.indexOf(needle);
          place >= 0;
          place = data.indexOf(needle, place + 1)
        ) {
          hits += place < CHUNK_BYTES ? 1 : 0;
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return { hits, bytes };
}
