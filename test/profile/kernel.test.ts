import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CompiledProfile, compileProfile } from "../../src/profile/compile.ts";
import { emulator } from "../../src/profile/emulate.ts";
import { listProfiles } from "../../src/profile/load.ts";
import { ALLOW, AUDIT_ARCH, KILL_PROCESS, NOTIFY } from "../../src/profile/resolve.ts";
import { emulateCall } from "../../src/profile/self-check.ts";
import { buildTool, removeTool } from "./build.ts";

/** The programs in the kernel of this machine, x86-64 only. */
const isNative = process.arch === "x64";
const tool = isNative
  ? await buildTool("kernel")
  : { kind: "missing" as const, reason: "not x86-64" };
const kernel = tool.kind === "built" ? tool.path : "";
const directory = tool.kind === "built" ? tool.directory : "";

afterAll(async () => await removeTool(tool));

const ENOSYS = 38;
const EBADF_DESCRIPTOR = 0xfffff000n;

/** Calls that do nothing harmful even where a profile allows them. */
const PROBES: readonly (readonly [name: string, number: number, ...args: bigint[]])[] = [
  ["getpid", 39],
  ["getuid", 102],
  ["close of no descriptor", 3, EBADF_DESCRIPTOR],
  ["fcntl F_GETFD", 72, 1n, 1n],
  ["fcntl F_GETFD, junk in the upper half", 72, 1n, 0xdeadbeef_00000001n],
  ["fcntl F_GETOWN", 72, 1n, 9n],
  ["fcntl F_GET_SEALS", 72, EBADF_DESCRIPTOR, 1034n],
  ["ioctl FIONREAD on no descriptor", 16, EBADF_DESCRIPTOR, 0x541bn],
  ["ioctl TIOCSTI", 16, 0n, 0x5412n],
  ["ioctl TIOCSTI, junk in the upper half", 16, 0n, 0x1_0000_5412n],
  ["prctl PR_GET_DUMPABLE", 157, 3n],
  ["prctl PR_SET_DUMPABLE 0", 157, 4n, 0n],
  ["prctl PR_SET_DUMPABLE 1", 157, 4n, 1n],
  ["prctl PR_SET_DUMPABLE 1 << 32", 157, 4n, 1n << 32n],
  ["prctl PR_SET_SECCOMP", 157, 22n, 2n],
  ["personality query", 135, 0xffff_ffffn],
  ["personality ADDR_NO_RANDOMIZE", 135, 0x40000n],
  ["prlimit64 of itself", 302, 0n, 7n],
  ["prlimit64 of pid 1", 302, 1n, 7n],
  ["sched_setscheduler FIFO", 144, 0n, 1n],
  ["socket INET", 41, 2n, 1n],
  ["socket VSOCK, junk in the upper half", 41, 0x1_0000_0028n, 1n],
  ["socket NETLINK", 41, 16n, 3n],
  ["socketpair INET", 53, 2n, 1n],
  ["clone with a new user namespace", 56, 0x10000011n],
  ["clone3", 435],
  ["unshare", 272, 0n],
  ["mbind", 237],
  ["io_uring_setup", 425],
  ["ptrace", 101, 99n],
  ["sync_file_range of no descriptor", 277, EBADF_DESCRIPTOR],
  ["mknodat of a device", 259, EBADF_DESCRIPTOR, 0n, 0o20000n, 1n],
  ["keyctl", 250, 99n],
  ["seccomp", 317, 99n],
  ["listns", 470],
  ["call 600", 600],
  ["call 0x80000000", 0x80000000],
  ["getpid by x32", 0x40000000 + 39],
  ["call -1", 0xffffffff],
];

async function fileOf(name: string, content: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

function lineOf([, number, ...args]: (typeof PROBES)[number]): string {
  return [number, ...args, 0, 0, 0, 0, 0, 0].slice(0, 7).join(" ");
}

describe.skipIf(tool.kind === "missing")("the kernel", async () => {
  const names = await listProfiles();
  const compiled = new Map<string, CompiledProfile>();

  beforeAll(async () => {
    for (const name of names) {
      compiled.set(name, await compileProfile(name, { arch: "x86_64" }));
    }
  });

  function profileOf(name: string): CompiledProfile {
    const profile = compiled.get(name);
    if (profile === undefined) {
      throw new Error(`${name} is not compiled`);
    }
    return profile;
  }

  it.each(names)("answers under %s what the emulator answers", async (name) => {
    const { program, canary } = profileOf(name);
    const probes = [...PROBES, ["the canary", canary.call] as const];
    const { stdout, stderr, status } = spawnSync(
      kernel,
      ["probe", await fileOf(`${name}.bpf`, program)],
      { input: `${probes.map(lineOf).join("\n")}\n`, encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
    const answers = stdout.trim().split("\n");
    const machine = emulator(program);
    for (const [index, [what, number, ...args]] of probes.entries()) {
      const verdict = emulateCall(machine, AUDIT_ARCH.x86_64, number, args);
      const seen = answers[index];
      if (verdict === KILL_PROCESS) {
        expect([what, seen]).toEqual([what, "signal 31"]);
      } else if (verdict === NOTIFY) {
        // Without a listener a notification answers ENOSYS, which is safe.
        expect([what, seen]).toEqual([what, `errno ${ENOSYS}`]);
      } else if (verdict === ALLOW) {
        expect([what, seen]).not.toEqual([what, `errno ${ENOSYS}`]);
        expect(seen).toMatch(/^(value|errno) /);
      } else {
        expect([what, seen]).toEqual([what, `errno ${verdict & 0xffff}`]);
      }
    }
    expect(answers.at(-1)).toBe(`errno ${canary.errno}`);
  });

  it("installs python-default in less than a millisecond", async () => {
    const path = await fileOf("timed.bpf", profileOf("python-default").program);
    const { stdout } = spawnSync(kernel, ["time", path], { encoding: "utf8" });
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(1000);
  });

  const PYTHON = "/usr/bin/python3";
  const hasPython = spawnSync(PYTHON, ["-c", "import numpy, pandas"]).status === 0;
  if (!hasPython) {
    console.warn("skipped: apt-get install python3-numpy python3-pandas");
  }

  async function runPython(name: string, script: string) {
    const { program, refusals } = profileOf(name);
    const files = [await fileOf("run.bpf", program), await fileOf("run.refusals", refusals)];
    return spawnSync(kernel, ["run", ...files, "--", PYTHON, "-c", script], { encoding: "utf8" });
  }

  it.skipIf(!hasPython)(
    "lets threads, asyncio, numpy and pandas work under python-default",
    async () => {
      const script = `
import asyncio, concurrent.futures, ctypes, os, socket, tempfile, threading
import numpy, pandas
threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
async def main():
    await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(5)))
    return await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2])
assert asyncio.run(main()) == 3
a = numpy.random.rand(200, 200)
assert abs((a @ numpy.linalg.inv(a)).trace() - 200) < 1e-3
frame = pandas.DataFrame({"a": range(10), "b": list("ababababab")})
assert frame.groupby("b").a.sum()["a"] == 20
with tempfile.TemporaryDirectory() as d:
    frame.to_csv(d + "/x.csv")
    assert len(pandas.read_csv(d + "/x.csv")) == 10
assert ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(2) == 3
for attempt in (os.fork, socket.socket, lambda: os.execv("/bin/true", ["true"])):
    try:
        attempt()
        print("passed")
    except OSError as error:
        print(error.errno)
`;
      const { stdout, stderr, status } = await runPython("python-default", script);
      expect([status, stdout.trim().split("\n")]).toEqual([0, ["1", "97", "13"]]);
      const refused = new Set(
        [...stderr.matchAll(/^refused (\d+) (\d+)/gm)].map((m) => `${m[1]} ${m[2]}`),
      );
      // fork (by clone), vfork of subprocess inside imports, socket, execve: nothing else was missed.
      for (const call of refused) {
        expect(["56 1", "58 1", "41 97", "59 13"]).toContain(call);
      }
      expect(refused).toContain("41 97");
    },
  );

  it.skipIf(!hasPython)("lets programs be started under python-subprocess", async () => {
    const script = `
import multiprocessing, subprocess
assert subprocess.run(["/bin/echo", "started"], capture_output=True, text=True).stdout == "started\\n"
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]
print("fine")
`;
    const { stdout, status, stderr } = await runPython("python-subprocess", script);
    expect([status, stdout.trim(), stderr]).toEqual([0, "fine", ""]);
  });
});
