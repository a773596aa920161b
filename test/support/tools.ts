/**
 * Finds what tests need and the project does not bring along. A test whose tool is missing is skipped
 * aloud, with the line that installs it, or fails where BROODBOX_TEST_REQUIRE names the tool or "all".
 * What a host cannot have (a kernel feature) is always a skip: no line would install it.
 */
import { accessSync, appendFileSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What of vitest's TestContext is used here. */
export interface SkippableTest {
  readonly task: { readonly name: string };
  skip(reason: string): never;
}

interface Tool {
  /** programs or files, any of which will do; names without a slash are looked up on PATH */
  readonly places: readonly string[];
  readonly packages: string;
}

const TOOLS = {
  bubblewrap: { places: ["bwrap"], packages: "bubblewrap" },
  compiler: { places: ["gcc"], packages: "gcc libc6-dev make" },
  debianPython: { places: ["/usr/bin/python3"], packages: "python3" },
  libseccomp: { places: ["/usr/include/seccomp.h"], packages: "libseccomp-dev" },
  matplotlib: {
    places: ["/usr/lib/python3/dist-packages/matplotlib/__init__.py"],
    packages: "python3-matplotlib",
  },
  numpy: {
    places: ["/usr/lib/python3/dist-packages/numpy/__init__.py"],
    packages: "python3-numpy",
  },
  pandas: {
    places: ["/usr/lib/python3/dist-packages/pandas/__init__.py"],
    packages: "python3-pandas",
  },
  python: { places: ["python3"], packages: "python3" },
  strace: { places: ["strace"], packages: "strace" },
  subordinateIds: { places: ["newuidmap"], packages: "uidmap" },
} as const satisfies Readonly<Record<string, Tool>>;

/** Facts about this host: what is missing when the answer is a sentence. */
const FACTS = {
  root: () => (process.getuid?.() === 0 ? null : "must run as root"),
  landlock: () =>
    readText("/sys/kernel/security/lsm").includes("landlock")
      ? null
      : "this kernel has no Landlock, or securityfs is not mounted to tell",
  userNamespaces: () =>
    readText("/proc/sys/user/max_user_namespaces").trim() !== "0" &&
    readText("/proc/sys/kernel/unprivileged_userns_clone").trim() !== "0"
      ? null
      : "unprivileged user namespaces are switched off here",
} as const satisfies Readonly<Record<string, () => string | null>>;

export type ToolName = keyof typeof TOOLS;
export type Need = ToolName | keyof typeof FACTS;

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isThere(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function onPath(program: string): string | null {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((part) => part !== "");
  const paths = directories.map((directory) => join(directory, program));
  return paths.find((path) => isThere(path, constants.X_OK)) ?? null;
}

/** The path of a tool: BROODBOX_TEST_<TOOL>, then where it is usually found; null where it is not. */
export function findTool(name: ToolName): string | null {
  const override = process.env[`BROODBOX_TEST_${name.toUpperCase()}`];
  const places = override === undefined ? TOOLS[name].places : [override];
  for (const place of places) {
    const found = place.includes("/")
      ? isThere(place, constants.R_OK)
        ? place
        : null
      : onPath(place);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function isTool(need: Need): need is ToolName {
  return Object.hasOwn(TOOLS, need);
}

function isRequired(name: string): boolean {
  const required = (process.env["BROODBOX_TEST_REQUIRE"] ?? "").split(",");
  return required.includes("all") || required.includes(name);
}

/** Skips the running test for a reason that no installation would remove. */
export function skipAloud(context: SkippableTest, reason: string): never {
  process.stderr.write(`skipped ${context.task.name}: ${reason}\n`);
  const skips = process.env["BROODBOX_TEST_SKIPS"];
  if (skips !== undefined) {
    appendFileSync(skips, `${reason}\n`);
  }
  return context.skip(reason);
}

/** Ends the running test unless everything it needs is there. */
export function requireOrSkip(context: SkippableTest, ...needs: readonly Need[]): void {
  for (const need of needs) {
    if (isTool(need)) {
      if (findTool(need) === null) {
        const reason = `${need} is missing; apt-get install --no-install-recommends ${TOOLS[need].packages}`;
        if (isRequired(need)) {
          throw new Error(`${reason} (BROODBOX_TEST_REQUIRE does not let this test be skipped)`);
        }
        skipAloud(context, reason);
      }
    } else {
      const missing = FACTS[need]();
      if (missing !== null) {
        skipAloud(context, missing);
      }
    }
  }
}

/** The path of a tool that `needs` has made sure of. */
export function tool(name: ToolName): string {
  const path = findTool(name);
  if (path === null) {
    throw new Error(`cannot use ${name}, which the test did not ask for; name it in its needs`);
  }
  return path;
}
