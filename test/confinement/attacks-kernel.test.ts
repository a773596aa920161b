import { describe, expect } from "vitest";
import type { JsonValue, RunResult } from "../../src/core/outcome.ts";
import { sharedPool } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import {
  type Answers,
  broken,
  deniedCalls,
  NUMBERS,
  resultOf,
  runJobFile,
  unlike,
} from "./support.ts";

/** Calls that the refusals of a family must name. */
const NAMED = {
  namespaces: ["unshare", "clone", "setns"],
  mounts: ["mount", "umount2", "pivot_root", "chroot"],
  kernel: [
    ...["bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key"],
    ...["open_by_handle_at", "fanotify_init", "syslog", "init_module", "finit_module"],
    ...["kexec_load", "reboot", "swapon", "acct", "sethostname", "settimeofday", "clock_settime"],
  ],
  processes: [
    ...["ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp"],
    ...["pidfd_getfd", "prlimit64", "prctl", "personality"],
  ],
  identity: [
    ...["setuid", "setgid", "setreuid", "setresuid", "setresgid", "setfsuid"],
    ...["setgroups", "capset", "prctl"],
  ],
} as const;

function expectNamed(run: RunResult, calls: readonly string[]): void {
  const denied = deniedCalls(run);
  expect(calls.filter((call) => NUMBERS.has(call) && !denied.has(call))).toEqual([]);
  expect(run.deniedTruncated).toBe(false);
}

function expectExplained(run: RunResult): void {
  for (const denial of run.denied) {
    expect(denial.rule, denial.syscall).not.toBe("");
    expect(denial.hint, denial.syscall).not.toBe("");
    expect(denial.errno, denial.syscall).toBe("EPERM");
    expect(denial.count, denial.syscall).toBeGreaterThan(0);
  }
  const sum = run.denied.reduce((total, denial) => total + denial.count, 0);
  expect(run.deniedTotal).toBe(sum);
}

for (const profile of ["python-default", "python-subprocess"]) {
  describe(`kernel surface under ${profile}`, () => {
    const pool = sharedPool({ profile });

    async function ask(family: string): Promise<[Answers, RunResult]> {
      const run = await runJobFile(pool(), "kernel-surface", {
        args: [family],
      });
      return [resultOf<Answers>(run), run];
    }

    keeps("confinement.hostile-job", "no namespace is made or joined, in any way", async () => {
      const [answers, run] = await ask("namespaces");
      expect(Object.keys(answers).length).toBeGreaterThan(15);
      expect(unlike(answers, "EPERM")).toEqual({});
      expectNamed(run, NAMED.namespaces);
      expectExplained(run);
    });

    keeps("confinement.hostile-job", "clone3 is not there, whatever its flags", async () => {
      const [answers, run] = await ask("clone3");
      expect(unlike(answers, "ENOSYS")).toEqual({});
      // Each start of a thread probes it: no noise.
      expect(run.denied).toEqual([]);
    });

    keeps("confinement.hostile-job", "nothing is mounted, unmounted or made a root", async () => {
      const [answers, run] = await ask("mounts");
      expect(unlike(answers, "EPERM")).toEqual({});
      expectNamed(run, NAMED.mounts);
      expectExplained(run);
    });

    keeps("confinement.hostile-job", "calls that libraries do without are not there", async () => {
      const [answers] = await ask("newMounts");
      expect(unlike(answers, "ENOSYS")).toEqual({});
    });

    keeps("confinement.hostile-job", "doors into the kernel are shut, each named", async () => {
      const [answers, run] = await ask("kernel");
      expect(unlike(answers, "EPERM")).toEqual({});
      expectNamed(run, NAMED.kernel);
      expectExplained(run);
    });

    keeps("confinement.hostile-job", "no process is traced, read, held or disguised", async () => {
      const [answers, run] = await ask("processes");
      const left = unlike(answers, "EPERM");
      // What starts programs may ask for a descriptor of init, which allows it nothing, and choose
      // what its own child gets when its parent dies: the cell ends with its main process anyway.
      const harmless = ["pidfd_open init", "clear the parent-death signal"];
      const subprocess = profile === "python-subprocess";
      expect(Object.keys(left)).toEqual(subprocess ? harmless : []);
      expectNamed(run, [...NAMED.processes, ...(subprocess ? [] : ["pidfd_open"])]);
      expectExplained(run);
    });

    keeps("confinement.hostile-job", "no id, group, capability or securebit changes", async () => {
      const [answers, run] = await ask("identity");
      expect(unlike(answers, "EPERM")).toEqual({});
      expectNamed(run, NAMED.identity);
      expectExplained(run);
    });

    keeps(
      "confinement.hostile-job",
      "threads, socket pairs and own limits still work",
      async () => {
        const run = await runJobFile(pool(), "kernel-surface", {
          args: ["works"],
        });
        expect(broken(resultOf<Record<string, JsonValue>>(run))).toEqual({});
        expect(run.denied).toEqual([]);
      },
    );
  });
}
