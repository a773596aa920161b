// What the machine does: `guest.mjs PHASE`. Judges nothing: each line on the second serial line is one report,
// {name, ms, ...facts} or {name, ms, error}, and vm.test.ts says what they must be.
// JavaScript, because the oldest Node that is supported runs it without being built.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "dist/front/cli/main.js");
const CGROUPS = "/sys/fs/cgroup";
const SERVICE = join(CGROUPS, "service");
/** below the service, like a login session below its slice */
const SESSION = join(SERVICE, "session");
/** where a shell that stayed in its group says, after the program, which one that is */
const MEMBERSHIP = "/tmp/shell-membership";
const REPORTS = "/dev/ttyS1";
const MIB = 1024 * 1024;
// Emulation is slow: no clock but the one under test may end a job.
const PATIENT = { wallMs: 60_000, cpuMs: 60_000 };
const ENVIRONMENT = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/tmp", TMPDIR: "/tmp" };

const JOBS = {
  hello: "print('hello')",
  greedy: "print('begun'); x = b'x' * (1 << 30); print('got it')",
  spin: `
import hashlib, threading
def spin():
    while True:
        hashlib.sha256(b"x" * (1 << 20)).digest()  # without the interpreter's lock
threading.Thread(target=spin, daemon=True).start()
spin()
`,
  forks: `
import os, time
for _ in range(100):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
`,
  greedyChild: `
import os
child = os.fork()
if child == 0:
    x = b"x" * (1 << 30)
    os._exit(0)
os.waitpid(child, 0)
`,
  denied: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare(0x10000000), ctypes.get_errno())
`,
  forever: "while True: pass",
};

async function report(name, body) {
  const startedMs = performance.now();
  let facts;
  try {
    facts = await body();
  } catch (error) {
    facts = {
      error: error instanceof Error ? `${error.stack} ${error.code ?? ""}` : String(error),
    };
  }
  const ms = Math.round(performance.now() - startedMs);
  appendFileSync(REPORTS, `${JSON.stringify({ name, ms, ...facts })}\n`);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Every group below, as "path: processes", so that what is left is seen by name. */
function groups(directory = CGROUPS) {
  const found = {};
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      const path = join(directory, entry.name);
      found[path.slice(CGROUPS.length)] = read(join(path, "cgroup.procs")).split("\n").length - 1;
      Object.assign(found, groups(path));
    }
  }
  return found;
}

/** Processes of ours and of jobs, without this program: "pid command line". */
function processes() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim()}`)
    .filter(
      (line) => /broodbox|python|main\.js/.test(line) && !/\/run\/main|guest\.mjs/.test(line),
    );
}

async function until(what, found, deadlineMs = 30_000) {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const value = await found();
    if (value) {
      return value;
    }
    if (performance.now() > endMs) {
      throw new Error(`not within ${deadlineMs} ms: ${what}`);
    }
    await sleep(20);
  }
}

/** What is left once everything has had time to go; the groups without our name are the machine's. */
async function leftovers(deadlineMs = 8_000, control = "") {
  const look = () => ({
    groups: groups(),
    processes: processes(),
    serviceControl: read(join(SERVICE, "cgroup.subtree_control")).trim(),
  });
  const isClean = () => {
    const { groups: left, processes: running, serviceControl } = look();
    return (
      !Object.keys(left).some((path) => path.includes("broodbox")) &&
      running.length === 0 &&
      serviceControl === control
    );
  };
  const startedMs = performance.now();
  await until("nothing is left", isClean, deadlineMs).catch(() => undefined);
  return { ...look(), goneMs: Math.round(performance.now() - startedMs) };
}

/**
 * Starts a program in a group: alone in it, or below a shell that stays there. With `namespace` the group is
 * the root of all that the two can see.
 */
function start(group, args, options = {}) {
  const enter = group === "" ? "" : `echo $$ >${join(group, "cgroup.procs")} && `;
  const stay = `"$@"; code=$?; cat /proc/self/cgroup >${MEMBERSHIP}; exit $code`;
  const inside = `umount ${CGROUPS} && mount -t cgroup2 cgroup2 ${CGROUPS} && { ${stay}; }`;
  const lines = {
    stranger: stay,
    namespace: `exec unshare --cgroup --mount sh -c '${inside}' sh "$@"`,
  };
  const line = lines[options.beside] ?? 'exec "$@"';
  const drop =
    options.uid === undefined
      ? []
      : ["setpriv", `--reuid=${options.uid}`, `--regid=${options.uid}`, "--clear-groups"];
  const child = spawn("sh", ["-c", `${enter}${line}`, "sh", ...drop, process.execPath, ...args], {
    cwd: "/",
    env: ENVIRONMENT,
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.end(options.input);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const ended = once(child, "close").then(([exitCode, signal]) => ({
    exitCode,
    signal,
    ...output,
  }));
  return { child, ended };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function command(group, args, options = {}) {
  const { stdout, ...end } = await start(group, [COMMAND, ...args], options).ended;
  return { ...end, document: parsed(stdout), stdout: parsed(stdout) === null ? stdout : "" };
}

const RUN = ["run", "--json", "--wall", "60s", "-"];

async function hello(group, options = {}) {
  const run = await command(group, options.run ?? RUN, { input: JOBS.hello, ...options });
  const shell = read(MEMBERSHIP).trim();
  rmSync(MEMBERSHIP, { force: true });
  return { run, shell, left: await leftovers(undefined, options.control) };
}

/** In whatever group this program is: every limit that a cgroup holds, on pools made with the library. */
async function limits() {
  const { createPool } = await import(join(ROOT, "dist/supervisor.js"));
  const memory = { ...PATIENT, memoryBytes: 128 * MIB };
  const runs = {};
  // Somebody that this supervisor has started: it may stand in the way, and is moved like the supervisor.
  const helper = spawn("sleep", ["300"], { stdio: "ignore" });
  const membership = (pid) => read(`/proc/${pid}/cgroup`).trim();
  let during;
  const pool = await createPool({ warm: 1, limits: PATIENT });
  try {
    const other = await createPool({ warm: 1, limits: PATIENT });
    runs.other = await other.run({ code: JOBS.hello }).finally(() => other.close());
    during = { groups: groups(), self: membership("self"), helper: membership(helper.pid) };
    runs.memory = await pool.run({ code: JOBS.greedy, limits: memory });
    const withChildren = { profile: "python-subprocess" };
    runs.memoryOfChild = await pool.run({
      code: JOBS.greedyChild,
      limits: memory,
      ...withChildren,
    });
    runs.cpu = await pool.run({ code: JOBS.spin, limits: { ...PATIENT, cpuMs: 2_000 } });
    runs.pids = await pool.run({
      code: JOBS.forks,
      limits: { ...PATIENT, pids: 8 },
      ...withChildren,
    });
    runs.denied = await pool.run({ code: JOBS.denied });
    runs.next = await pool.run({ code: JOBS.hello });
  } finally {
    await pool.close();
  }
  const after = { self: membership("self"), helper: membership(helper.pid) };
  helper.kill("SIGKILL");
  await once(helper, "exit");
  return { runs, during, after };
}

/** Starts a job that never ends, and waits until it has used processor time in its own group. */
async function busy(group, options = {}) {
  const program = start(group, [COMMAND, ...RUN], { input: JOBS.forever, ...options });
  const isBusy = () =>
    Object.keys(groups())
      .filter((path) => /\/s\d+$/.test(path))
      .some(
        (path) =>
          Number(/usage_usec (\d+)/.exec(read(join(CGROUPS, path, "cpu.stat")))?.[1]) > 300_000,
      );
  await until("the job runs", isBusy);
  return program;
}

function parentOf(pid) {
  return Number(read(`/proc/${pid}/stat`).split(") ").pop()?.split(" ")[1]);
}

/** The program itself: it is what was started, or a shell has started it. */
function supervisorOf(started) {
  const programs = processes()
    .filter((line) => line.includes("main.js"))
    .map((line) => Number(line.split(" ")[0]));
  return programs.find((pid) => parentOf(pid) === started) ?? started;
}

/** The only one there is; a job's init has the same command line, and another parent. */
function forkserverOf(supervisor) {
  const pids = processes()
    .filter((line) => line.includes("broodbox-native forkserver"))
    .map((line) => Number(line.split(" ")[0]));
  return pids.find((pid) => parentOf(pid) === supervisor);
}

async function killed(group, whom, options = {}) {
  const { child, ended } = await busy(group, options);
  const during = groups();
  const supervisor = options.beside === undefined ? child.pid : supervisorOf(child.pid);
  const forkserver = forkserverOf(supervisor);
  for (const pid of {
    supervisor: [supervisor],
    forkserver: [forkserver],
    both: [forkserver, supervisor],
  }[whom]) {
    process.kill(pid, "SIGKILL");
  }
  const end = await ended;
  const left = await leftovers(whom === "both" ? 1_000 : 8_000, options.control);
  return { during, end: { ...end, document: parsed(end.stdout) }, left };
}

/** A group that a user without privileges owns, as a service manager delegates one. */
async function delegated() {
  const group = join(CGROUPS, "user");
  const uid = 1000;
  mkdirSync(group);
  for (const name of ["", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]) {
    chownSync(join(group, name), uid, uid);
  }
  const facts = await hello(group, {
    uid,
    run: [...RUN.slice(0, -1), "--minimum-level", "seccomp-only", "-"],
  });
  const memory = await command(
    group,
    [...RUN.slice(0, -1), "--minimum-level", "seccomp-only", "--memory", "128M", "-"],
    { uid, input: JOBS.greedy },
  );
  const left = await leftovers();
  rmdirSync(group);
  return { ...facts, memory, left };
}

const PHASES = {
  initramfs: async () => {
    await report("initramfs", async () => ({ root: rootType(), ...(await hello("")) }));
  },
  main: async () => {
    await report("host", async () => ({
      root: rootType(),
      kernel: read("/proc/sys/kernel/osrelease").trim(),
      mounts: read("/proc/mounts")
        .split("\n")
        .filter((line) => line.includes("cgroup")),
      controllers: read(join(CGROUPS, "cgroup.controllers")).trim(),
      left: await leftovers(),
    }));
    await report("root/hello", () => hello(""));
    await report("root/doctor", async () => ({
      run: await command("", ["doctor", "--json"]),
      left: await leftovers(),
    }));
    await report("root/limits", async () => ({ ...(await limits()), left: await leftovers() }));
    await report("root/supervisor-killed", () => killed("", "supervisor"));
    await report("root/forkserver-killed", () => killed("", "forkserver"));
    await report("root/both-killed", async () => {
      const dead = await killed("", "both");
      return { ...dead, next: await hello("") };
    });
    writeFileSync(join(CGROUPS, "cgroup.subtree_control"), "+memory +pids +cpu");
    mkdirSync(SERVICE);
    await report("service/hello", () => hello(SERVICE));
    for (const beside of ["stranger", "namespace"]) {
      await report(`service/${beside}`, () => hello(SERVICE, { beside }));
      await report(`service/${beside}-doctor`, async () => ({
        run: await command(SERVICE, ["doctor", "--json"], { beside }),
        left: await leftovers(),
      }));
    }
    await report("service/doctor", async () => ({
      run: await command(SERVICE, ["doctor", "--json"]),
      left: await leftovers(),
    }));
    await report("service/limits", async () => {
      const { stdout, ...end } = await start(SERVICE, [import.meta.filename, "limits"]).ended;
      return { ...end, ...parsed(stdout), left: await leftovers() };
    });
    await report("service/supervisor-killed", () => killed(SERVICE, "supervisor"));
    await report("service/forkserver-killed", () => killed(SERVICE, "forkserver"));
    writeFileSync(join(SERVICE, "cgroup.subtree_control"), "+memory +pids +cpu");
    const control = read(join(SERVICE, "cgroup.subtree_control")).trim();
    mkdirSync(SESSION);
    await report("session/stranger", () => hello(SESSION, { beside: "stranger", control }));
    await report("session/both-killed", async () => {
      const dead = await killed(SESSION, "both", { beside: "stranger", control });
      return { ...dead, next: await hello(SESSION, { control }) };
    });
    await report("service/removed", () => [SESSION, SERVICE].forEach((path) => rmdirSync(path)));
    await report("user/delegated", delegated);
  },
  limits: async () => {
    process.stdout.write(JSON.stringify(await limits()));
  },
};

function rootType() {
  return read("/proc/mounts")
    .split("\n")
    .filter((line) => line.split(" ")[1] === "/")
    .map((line) => line.split(" ")[2]);
}

const phase = process.argv[2];
if (phase !== "limits") {
  execFileSync("stty", ["-F", REPORTS, "raw", "-echo"]);
  Object.assign(process.env, ENVIRONMENT);
}
await PHASES[phase]();
