// Two facts about package-lock.json that `npm ci` does not hold by itself:
//  - no package has an install script: npm 12 blocks them, and they run code before anyone has read it;
//  - every optional platform package of a locked package is locked too. A lockfile written while a
//    release had not all of its platform packages yet makes `npm ci` fail on another platform.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

/** Where Node would find `name` from the package at `path`: its own node_modules, then each parent's. */
function isLocked(name, path) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    if (packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === "") return false;
  }
}

const findings = [];
for (const [path, entry] of Object.entries(packages)) {
  if (path !== "" && entry.hasInstallScript === true) findings.push(`${path}: has an install script`);
  if (path !== "" && entry.link !== true && entry.integrity === undefined) {
    findings.push(`${path}: has no integrity hash`);
  }
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!isLocked(name, path)) findings.push(`${path}: optional package ${name} is not locked`);
  }
}
for (const finding of findings) console.error(finding);
console.log(`${Object.keys(packages).length} packages, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
