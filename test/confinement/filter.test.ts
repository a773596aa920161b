import { beforeAll, describe, expect } from "vitest";
import type { RunResult } from "../../src/core/outcome.ts";
import { type CompiledProfile, compileProfile } from "../../src/profile/compile.ts";
import { emulator } from "../../src/profile/emulate.ts";
import { ALLOW, AUDIT_ARCH, answer, NOTIFY } from "../../src/profile/resolve.ts";
import { emulateCall } from "../../src/profile/self-check.ts";
import { runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { ARCH, Directory, deniedCalls, NUMBERS, resultOf, runJobFile } from "./support.ts";

interface Sweep {
  readonly arguments: readonly string[];
  readonly answers: Readonly<Record<string, number>>;
}

const PATTERNS = ["zeros", "ones", "garbage", "small", "highBits", "memory"] as const;
/** Below the 64 kinds of refusals that a result lists, so that none may be missing. */
const BLOCK = 60;
const LAST_NUMBER = 600;
/** What ends or replaces its caller, or never comes back with an answer. */
const NO_ANSWER = new Set(["exit", "exit_group", "rt_sigreturn", "vfork", "fork", "clone"]);
const ERRNO_MASK = 0xffff;

const names = new Map([...NUMBERS].map(([name, number]) => [number, name]));

/** How the filter of `profile` decides, by emulation of the very program whose digest it has. */
function verdicts(profile: CompiledProfile): (number: number, args: readonly bigint[]) => number {
  const machine = emulator(profile.program);
  return (number, args) => emulateCall(machine, AUDIT_ARCH[ARCH], number, args);
}

/** Each number whose answer in the sandbox is not the one the filter gives. */
function differences(run: RunResult, profile: CompiledProfile): string[] {
  const sweep = resultOf<Sweep>(run);
  const decide = verdicts(profile);
  const args = sweep.arguments.map(BigInt);
  const denied = deniedCalls(run);
  return Object.entries(sweep.answers).flatMap(([key, got]) => {
    const number = Number(key);
    const name = names.get(number) ?? `call ${number}`;
    const verdict = decide(number, args);
    if (verdict === ALLOW) {
      return [];
    }
    const isReported = verdict === NOTIFY;
    const expected = isReported ? errnoOf(profile, number) : verdict & ERRNO_MASK;
    const wrong: string[] = [];
    if (got !== expected && !NO_ANSWER.has(name)) {
      wrong.push(`${name} answered ${got}, not ${expected}`);
    }
    if (denied.has(name) !== isReported) {
      wrong.push(`${name} is ${isReported ? "not " : ""}in denied`);
    }
    return wrong;
  });
}

/** From struct refusal: call, errno, … (8 bytes each). */
function errnoOf(profile: CompiledProfile, number: number): number | undefined {
  const view = new DataView(profile.refusals.buffer, profile.refusals.byteOffset);
  for (let offset = 0; offset < profile.refusals.byteLength; offset += 8) {
    if (view.getUint16(offset, true) === number) {
      return view.getUint16(offset + 2, true);
    }
  }
  return undefined;
}

describe("every call number", () => {
  const pool = sharedPool({ profile: "python-subprocess" });
  let profile: CompiledProfile;
  beforeAll(async () => {
    profile = await compileProfile("python-subprocess", { arch: ARCH });
  });

  for (const pattern of PATTERNS) {
    keeps(
      "confinement.hostile-job",
      `calls 0 to ${LAST_NUMBER} with ${pattern} are answered as the filter says, each refusal named`,
      async () => {
        using directory = new Directory(0o777);
        const canary = directory.file("canary", "untouched", 0o666);
        for (let first = 0; first <= LAST_NUMBER; first += BLOCK) {
          const run = await runJobFile(pool(), "sweep", {
            args: [String(first), String(BLOCK), pattern],
            limits: { wallMs: 30_000 },
          });
          expect(differences(run, profile)).toEqual([]);
          expect(run.deniedTruncated).toBe(false);
          expect(run.provenance.profile).toBe(profile.digest);
        }
        expect(directory.read(canary)).toBe("untouched");
        const next = await runPython(pool(), `print("clean")`);
        expect(textOf(next.stdout)).toBe("clean\n");
      },
    );
  }
});

describe("other doors into the kernel", () => {
  const pool = sharedPool();

  keeps("confinement.hostile-job", "a 32-bit call ends the job with SIGSYS", async (context) => {
    if (ARCH !== "x86_64") {
      context.skip("int 0x80 is of x86");
    }
    const run = await runJobFile(pool(), "foreign-calls", { args: ["ia32"] });
    // Without 32-bit support in the kernel the instruction itself faults.
    expect(["SIGSYS", "SIGSEGV"]).toContain(
      run.outcome.kind === "signaled" ? run.outcome.signal : run.outcome.kind,
    );
    expect(run.result).toBeNull();
    const twin = await runJobFile(pool(), "foreign-calls", {
      args: ["native"],
    });
    expect(resultOf(twin)).toBe(2);
  });

  keeps("confinement.hostile-job", "an x32 call ends the job with SIGSYS", async (context) => {
    if (ARCH !== "x86_64") {
      context.skip("x32 is of x86");
    }
    const run = await runJobFile(pool(), "foreign-calls", { args: ["x32"] });
    expect(run.outcome).toEqual({
      kind: "signaled",
      signal: "SIGSYS",
      coreDumped: false,
    });
    expect(run.result).toBeNull();
  });
});

describe("profiles side by side", () => {
  const pool = sharedPool();
  const FORK = `
    import os, broodbox
    try:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        broodbox.result("forked")
    except PermissionError:
        broodbox.result("refused")
  `;

  keeps(
    "confinement.filter-is-the-one-named",
    "a job under one profile after one under another has its own filter, by digest and by deed",
    async () => {
      const digests: Record<string, string> = {};
      for (const name of ["python-default", "python-subprocess", "python-strict"]) {
        digests[name] = (await compileProfile(name, { arch: ARCH })).digest;
      }
      expect(new Set(Object.values(digests)).size).toBe(3);
      for (const name of [
        "python-default",
        "python-subprocess",
        "python-strict",
        "python-default",
      ]) {
        const run = await runPython(pool(), FORK, { profile: name });
        expect(run.provenance.profile, name).toBe(digests[name]);
        expect(resultOf(run), name).toBe(name === "python-subprocess" ? "forked" : "refused");
      }
    },
  );

  keeps(
    "confinement.layers-are-reported",
    "writeExecute is on under the strict profile, where such memory is refused, and off elsewhere",
    async () => {
      const code = `
        import ctypes, mmap, broodbox
        from ctypes import CDLL
        memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        libc = CDLL(None, use_errno=True)
        answer = libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(4096), 5)
        broodbox.result([answer, ctypes.get_errno()])
      `;
      const strict = await runPython(pool(), code, {
        profile: "python-strict",
      });
      const usual = await runPython(pool(), code);
      expect(usual.confinement.layers["writeExecute"]).toBe("off");
      expect(resultOf(usual)).toEqual([0, 0]);
      // Kernels before 6.3 cannot; then the layer must not claim it.
      const isOn = strict.confinement.layers["writeExecute"] === "on";
      expect(resultOf(strict)).toEqual(isOn ? [-1, 13] : [0, 0]);
    },
  );

  keeps(
    "confinement.filter-is-the-one-named",
    "the canary call answers what only this filter answers",
    async () => {
      const { canary } = await compileProfile("python-default", { arch: ARCH });
      expect(NUMBERS).not.toContain(canary.call);
      const run = await runPython(
        pool(),
        `
        import ctypes, sys, broodbox
        libc = ctypes.CDLL(None, use_errno=True)
        answer = libc.syscall(ctypes.c_long(int(sys.argv[1])), *[ctypes.c_long(0)] * 6)
        broodbox.result([answer, ctypes.get_errno()])
        `,
        { args: [String(canary.call)] },
      );
      expect(resultOf(run)).toEqual([-1, answer(canary.errno) & ERRNO_MASK]);
    },
  );
});
