// Reads a report of vitest's JSON reporter and prints "passed failed skipped".
// A file that cannot be loaded has no tests to fail, and an error outside of any test fails none:
// both are failures all the same.
import { readFileSync } from "node:fs";

const [path, exitCode] = process.argv.slice(2);
let report;
try {
  report = JSON.parse(readFileSync(path, "utf8"));
} catch (error) {
  console.error(`cannot read the report of vitest at ${path}: ${error.message}`);
  console.log("0 1 0");
  process.exit(1);
}
const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (...states) => tests.filter((test) => states.includes(test.status)).length;
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
).length;
let failed = count("failed") + brokenFiles;
if (failed === 0 && exitCode !== "0") failed = 1;
console.log(`${count("passed")} ${failed} ${count("skipped", "pending", "todo", "disabled")}`);
