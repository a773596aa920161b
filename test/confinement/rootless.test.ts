import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Layers, RunResult } from "../../src/core/outcome.ts";
import { ROOT } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { Account, NOBODY, readText, ThrowAwayUser } from "./accounts.ts";
import { processesOf } from "./support-processes.ts";

const PYTHON = "/usr/bin/python3";

/** As root sees them: /proc/PID of a process that is not dumpable belongs to root, its status tells. */
function hostUidsOfJobs({ pid }: ChildProcess): number[] {
  return processesOf(pid)
    .filter(({ kind }) => kind === "job")
    .map(({ pid }) => Number(/^Uid:\t(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1]));
}

const LOOK = `
import os, broodbox
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
broodbox.result({
    "uid": os.getresuid(), "groups": os.getgroups(), "capabilities": [status["Cap" + s] for s in ("Inh", "Prm", "Eff", "Bnd", "Amb")],
    "noNewPrivileges": status["NoNewPrivs"], "seccomp": status["Seccomp"],
    "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    "etc": sorted(os.listdir("/etc")), "home": os.path.exists("/home"), "tables": os.access("/proc/self/net/unix", os.R_OK),
})
`;

interface Looked {
  readonly uid: readonly number[];
  readonly groups: readonly number[];
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: string;
  readonly seccomp: string;
  readonly processes: readonly string[];
  readonly etc: readonly string[];
  readonly home: boolean;
  /** of the network namespace, in /proc: can they be read */
  readonly tables: boolean;
}

/** Starts far more than allowed, but no more than a host bears, and says how many came to be. */
const CROWD = `
import os, sys, threading, broodbox
hold, release = os.pipe()
started = 0
try:
    for _ in range(150):
        if sys.argv[1] == "processes":
            if os.fork() == 0:
                os.close(release)
                os.read(hold, 1)
                os._exit(0)
        else:
            threading.Thread(target=os.read, args=(hold, 1), daemon=True).start()
        started += 1
except (OSError, RuntimeError):
    pass
broodbox.result(started)
os._exit(0)
`;
const PIDS = 20;

/** How many processes or threads a job could start under --pids. */
async function crowd(account: Account, of: "processes" | "threads"): Promise<number> {
  const run = await account.run([
    ...["run", "--json", "--minimum-level", "no-cgroup", "--runtime", PYTHON],
    ...["--profile", "python-subprocess", "--pids", String(PIDS), account.job(CROWD), "--", of],
  ]);
  const { result } = JSON.parse(run.stdout) as RunResult;
  expect(result).toEqual(expect.any(Number));
  return Number(result);
}

const NAMESPACED: Layers = {
  pidNamespace: "on",
  mountNamespace: "on",
  networkNamespace: "on",
  ipcNamespace: "on",
  utsNamespace: "on",
  cgroupNamespace: "on",
  userNamespace: "on",
  capabilities: "on",
  noNewPrivileges: "on",
  groups: "on",
  seccomp: "on",
  rlimits: "on",
};

function expectConfined(run: RunResult): Looked {
  expect(run.error).toBeNull();
  expect(run.confinement.layers).toMatchObject(NAMESPACED);
  const looked = run.result as unknown as Looked;
  expect(looked.capabilities).toEqual(Array<string>(5).fill("0000000000000000"));
  expect(looked).toMatchObject({
    noNewPrivileges: "1",
    seccomp: "2",
    processes: ["2"],
    groups: [],
    home: false,
  });
  expect(looked.etc).not.toContain("shadow");
  return looked;
}

const NEEDS = { needs: ["root", "userNamespaces", "debianPython"] } as const;

/** Made before the tests where root can make it; elsewhere they are skipped. */
function prepared<T extends Disposable>(make: () => T): () => T {
  let made: T | undefined;
  beforeAll(() => {
    if (process.getuid?.() === 0) {
      made = make();
    }
  });
  afterAll(() => made?.[Symbol.dispose]());
  return () => {
    if (made === undefined) {
      throw new Error("cannot prepare this without being root");
    }
    return made;
  };
}

describe("an unprivileged user without subordinate ids", () => {
  const account = prepared(() => new Account({ uid: NOBODY, gid: NOBODY }));

  keeps(
    "confinement.level-too-low",
    "gets exit code 125 below the default level, with what is missing and where to look",
    async () => {
      const job = account().job("open('/tmp/ran', 'w'); print('ran')");
      const run = await account().run(["run", "--runtime", PYTHON, job]);
      expect(run).toMatchObject({ exitCode: 125, stdout: "" });
      expect(run.stderr).toMatch(/no-cgroup/);
      expect(run.stderr).toMatch(/slotUid/);
      expect(run.stderr).toMatch(/doctor/);
      const json = await account().run(["run", "--json", "--runtime", PYTHON, job]);
      expect(json.exitCode).toBe(125);
      expect(JSON.parse(json.stdout)).toMatchObject({
        error: { code: "levelTooLow" },
      });
    },
    NEEDS,
  );

  keeps(
    "confinement.level-too-low",
    "does not get the level full-single-uid either, where no cgroup is delegated",
    async () => {
      const level = ["--minimum-level", "full-single-uid"];
      const run = await account().run([
        "run",
        ...level,
        "--runtime",
        PYTHON,
        account().job("pass"),
      ]);
      expect(run.exitCode).toBe(125);
    },
    NEEDS,
  );

  keeps(
    "confinement.layers-are-reported",
    "runs at level no-cgroup under a single id, with namespaces and filter on",
    async () => {
      const level = ["--minimum-level", "no-cgroup"];
      const path = account().job(LOOK);
      const ended = await account().run(["run", "--json", ...level, "--runtime", PYTHON, path]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const run = JSON.parse(ended.stdout) as RunResult;
      expect(run.confinement.level).toBe("no-cgroup");
      expect(run.confinement.layers).toMatchObject({
        slotUid: "off",
        memoryCgroup: "off",
      });
      const { uid, tables } = expectConfined(run);
      expect(uid).toEqual([NOBODY, NOBODY, NOBODY]);
      // They belong to an id that is not mapped and cannot be closed: no namespace is used again.
      expect(tables).toBe(true);
    },
    NEEDS,
  );

  for (const [what, code] of [
    ["takes more memory than its limit", "hold = [bytearray(1 << 20) for _ in range(1 << 12)]"],
    ["never ends", "while True: pass"],
  ] as const) {
    keeps(
      "lifecycle.nothing-is-left",
      `has nothing left over of a job that ${what}`,
      async () => {
        const run = await account().run([
          ...["run", "--json", "--minimum-level", "no-cgroup", "--runtime", PYTHON],
          ...["--profile", "python-subprocess", "--wall", "2s", "--memory", "128M", "--pids", "20"],
          account().job(code),
        ]);
        expect(run.stdout).not.toBe("");
        const { outcome } = JSON.parse(run.stdout) as RunResult;
        expect(outcome).not.toEqual({ kind: "exited", exitCode: 0 });
      },
      NEEDS,
    );
  }

  for (const of of ["processes", "threads"] as const) {
    keeps(
      "outcome.pids",
      `gets no more ${of} in a job than its limit`,
      async () => {
        const started = await crowd(account(), of);
        expect(started).toBeGreaterThan(0);
        expect(started).toBeLessThanOrEqual(PIDS);
      },
      NEEDS,
    );
  }

  keeps(
    "confinement.hostile-job",
    "refuses the hostile example whatever it tries",
    async () => {
      const hostile = account().home.file(
        "hostile.py",
        readFileSync(join(ROOT, "examples/hostile/job.py"), "utf8"),
      );
      const run = await account().run([
        ...["run", "--json", "--minimum-level", "no-cgroup", "--runtime", PYTHON, hostile],
      ]);
      const document = JSON.parse(run.stdout) as RunResult;
      const report = document.result as unknown as {
        attempts: { refused: boolean }[];
        works: { works: boolean }[];
      };
      expect(report.attempts.filter(({ refused }) => !refused)).toEqual([]);
      expect(report.works.filter(({ works }) => !works)).toEqual([]);
      expect(run.exitCode).toBe(0);
    },
    NEEDS,
  );
});

describe("an unprivileged user with subordinate ids", () => {
  const user = prepared(() => new ThrowAwayUser());
  const account = prepared(() => new Account(user().identity));
  const needs = { needs: [...NEEDS.needs, "subordinateIds"] } as const;

  keeps(
    "confinement.layers-are-reported",
    "runs at level no-cgroup under an id per slot",
    async () => {
      const level = ["--minimum-level", "no-cgroup"];
      const path = account().job(LOOK);
      const ended = await account().run(["run", "--json", ...level, "--runtime", PYTHON, path]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const run = JSON.parse(ended.stdout) as RunResult;
      expect(run.confinement.level).toBe("no-cgroup");
      expect(run.confinement.layers).toMatchObject({ slotUid: "on" });
      const { uid, tables } = expectConfined(run);
      expect(tables).toBe(false);
      expect(new Set(uid).size).toBe(1);
      expect(uid[0]).not.toBe(user().identity.uid);
    },
    needs,
  );

  keeps(
    "inside.identity",
    "has jobs whose id on the host is of its range, and not its own",
    async () => {
      const path = account().job(`
import threading
print("started", flush=True)
threading.Event().wait()
`);
      let uids: readonly number[] = [];
      const args = [
        "run",
        "--minimum-level",
        "no-cgroup",
        "--wall",
        "5s",
        "--runtime",
        PYTHON,
        path,
      ];
      const run = await account().run(args, (command) => {
        uids = hostUidsOfJobs(command);
        command.kill("SIGTERM");
      });
      expect(run.stdout).toBe("started\n");
      expect(uids.length).toBeGreaterThan(0);
      const { FIRST_ID, COUNT } = ThrowAwayUser;
      for (const uid of uids) {
        expect(uid).toBeGreaterThanOrEqual(FIRST_ID);
        expect(uid).toBeLessThan(FIRST_ID + COUNT);
      }
    },
    needs,
  );

  for (const of of ["processes", "threads"] as const) {
    keeps(
      "outcome.pids",
      `gets no more ${of} in a job than its limit`,
      async () => {
        const started = await crowd(account(), of);
        expect(started).toBeGreaterThan(0);
        expect(started).toBeLessThanOrEqual(PIDS);
      },
      needs,
    );
  }

  keeps(
    "confinement.level-too-low",
    "still gets exit code 125 at the default level where no cgroup is delegated",
    async () => {
      const run = await account().run(["run", "--runtime", PYTHON, account().job("print('ran')")]);
      expect(run).toMatchObject({ exitCode: 125, stdout: "" });
      expect(run.stderr).toMatch(/memoryCgroup/);
      expect(run.stderr).not.toMatch(/slotUid/);
    },
    needs,
  );
});
