/**
 * Everything that a run leaves in a temporary directory lies in one of its own, so that a leak is ours
 * and not another program's. Its name is short, because a socket path has 107 bytes at most, and jobs'
 * and service users' ids may pass through it.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function setup(): () => void {
  const outside = process.env["TMPDIR"];
  const directory = mkdtempSync(join(tmpdir(), "bbt-"));
  chmodSync(directory, 0o711);
  process.env["TMPDIR"] = directory;
  return () => {
    const left = readdirSync(directory);
    if (left.length > 0) {
      process.stderr.write(`left in ${directory} by this run: ${left.join(", ")}\n`);
    }
    rmSync(directory, { recursive: true, force: true });
    if (outside === undefined) {
      delete process.env["TMPDIR"];
    } else {
      process.env["TMPDIR"] = outside;
    }
  };
}
