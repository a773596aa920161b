import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import type { JsonValue, RunResult } from "../../src/core/outcome.ts";
import { openPool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { broken, Directory, Held, resultOf, runJobFile } from "./support.ts";
import { processesOf } from "./support-processes.ts";

interface Mount {
  readonly options: readonly string[];
  readonly type: string;
  readonly peers: readonly string[];
}

interface Inside {
  readonly status: Readonly<Record<string, string>>;
  readonly mounts: Readonly<Record<string, Mount>>;
  readonly descriptors: Readonly<Record<string, string>>;
  readonly processes: readonly string[];
  readonly root: readonly string[];
  readonly dev: readonly string[];
  readonly etc: readonly string[];
  readonly tmp: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly job: readonly string[];
  readonly umask: number;
  readonly hostname: string;
  readonly domain: string;
  readonly cgroups: readonly string[];
  readonly ids: readonly number[];
  readonly groups: readonly number[];
  readonly terminal: readonly boolean[];
  readonly session: readonly boolean[];
  readonly scheduling: readonly number[];
  readonly refused: Readonly<Record<string, string>>;
  readonly interfaces: string;
  readonly works: Readonly<Record<string, JsonValue>>;
}

const NO_CAPABILITIES = "0000000000000000";
const FIRST_SLOT_UID = 2 ** 20;

describe("what a job sees", () => {
  const pool = sharedPool();
  let run: RunResult;
  let inside: Inside;
  beforeAll(async () => {
    process.env["BROODBOX_TEST_CANARY"] = "environment-canary";
    run = await runJobFile(pool(), "inside");
    delete process.env["BROODBOX_TEST_CANARY"];
    inside = resultOf<Inside>(run);
  });

  keeps("inside.identity", "a job runs under an id of its own and without groups", () => {
    const { Uid = "", Gid = "", Groups } = inside.status;
    const ids = [...Uid.split("\t"), ...Gid.split("\t")].map(Number);
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeGreaterThanOrEqual(FIRST_SLOT_UID);
    expect(Groups).toBe("");
    expect(inside.groups).toEqual([]);
    expect(inside.ids).toEqual([2, 0, ...ids.slice(0, 6)]);
  });

  keeps("inside.identity", "a job has no capability and runs under the filter", () => {
    expect(inside.status).toMatchObject({
      CapInh: NO_CAPABILITIES,
      CapPrm: NO_CAPABILITIES,
      CapEff: NO_CAPABILITIES,
      CapBnd: NO_CAPABILITIES,
      CapAmb: NO_CAPABILITIES,
      NoNewPrivs: "1",
      Seccomp: "2",
      Seccomp_filters: "1",
      TracerPid: "0",
      Threads: "1",
    });
  });

  keeps("inside.identity", "a job leads a session without a terminal, at ordinary priority", () => {
    expect(inside.terminal).toEqual([false, false, false]);
    expect(inside.session).toEqual([true, true]);
    expect(inside.scheduling).toEqual([0, 0]);
    expect(inside.umask).toBe(0o022);
  });

  keeps("inside.files", "the mounts of a job are the planned ones and nothing else", () => {
    const scratch = ["/tmp", "/job", "/out", "/dev/shm", "/in"];
    const devices = ["null", "zero", "full", "random", "urandom"].map((name) => `/dev/${name}`);
    const accounts = ["/etc/passwd", "/etc/group"]; // those of the slot, over those of the template
    const expected = new Set(["/", "/proc", ...scratch, ...devices, ...accounts]);
    const others = Object.keys(inside.mounts).filter((path) => !expected.has(path));
    // What else there is belongs to the runtime or is a fixed list of files of every program.
    const runtime =
      /^(\/usr\/(lib|lib64|share|local\/lib)\/|\/etc\/(ld\.so\.cache|localtime|ssl|mime\.types|fonts|alternatives|python3)|.*\/(lib\/(lib)?python3|bin\/python3))/;
    expect(others.filter((path) => !runtime.test(path))).toEqual([]);
    for (const [path, mount] of Object.entries(inside.mounts)) {
      expect(mount.options, path).toContain("nosuid");
      expect(mount.peers, `${path} must not propagate`).toEqual([]);
      if (!scratch.includes(path)) {
        expect(mount.options, path).toContain("ro");
      }
      if (!devices.includes(path)) {
        expect(mount.options, path).toContain("nodev");
      }
    }
    expect(scratch.map((path) => inside.mounts[path]?.type)).toEqual(scratch.map(() => "tmpfs"));
    expect(inside.mounts["/out"]?.options).toContain("noexec");
    expect(inside.mounts["/dev/shm"]?.options).toContain("noexec");
  });

  keeps("inside.files", "directories of a job hold what is planned, and its scratch works", () => {
    const homes = new Set(["root", "home", "opt", "nix"]); // where an interpreter may lie
    expect(inside.root.filter((name) => !homes.has(name))).toEqual(
      expect.arrayContaining(["dev", "etc", "in", "job", "out", "proc", "tmp", "usr"]),
    );
    expect(inside.root).not.toEqual(expect.arrayContaining(["sys"]));
    expect(inside.dev).toEqual(
      [
        "fd",
        "full",
        "null",
        "random",
        "shm",
        "stderr",
        "stdin",
        "stdout",
        "urandom",
        "zero",
      ].sort(),
    );
    expect(inside.etc.filter((name) => /shadow|ssh|machine-id|resolv|hostname/.test(name))).toEqual(
      [],
    );
    expect(inside.tmp).toEqual([]);
    expect(inside.job.filter((name) => name !== "__pycache__")).toEqual(["inside.py"]);
    expect(broken(inside.works)).toEqual({});
  });

  keeps("inside.files", "system directories of the host are not there", () => {
    expect(inside.refused).toEqual({
      "list /sys": "ENOENT",
      "list /proc/net": "ENOENT",
      "list /proc/sys": "ENOENT",
      "open /proc/1": "ENOENT",
      "open /dev/tty": "ENOENT",
      "list /run": "ENOENT",
      "list /home": "ENOENT",
    });
  });

  keeps(
    "inside.processes",
    "a job sees its own process only, and cgroups as if it had none",
    () => {
      expect(inside.processes).toEqual(["2"]);
      expect(inside.status).toMatchObject({ Pid: "2", NSpid: "2", PPid: "0" });
      expect(new Set(inside.cgroups)).toEqual(new Set(["/"]));
    },
  );

  keeps("inside.network", "a job can not even list network interfaces", () => {
    expect(inside.interfaces).toBe("EAFNOSUPPORT");
    expect(inside.hostname).not.toBe(hostname());
    expect(inside.domain).toBe(inside.hostname);
  });

  keeps("inside.descriptors", "0 to 3 are pipes, the control channel is closed again", () => {
    expect(inside.descriptors).toEqual({ 0: "p", 1: "p", 2: "p", 3: "p" });
  });

  keeps("inside.environment", "the environment is a fixed one, and the host's is not in it", () => {
    expect(inside.environment).toEqual({
      HOME: "/tmp",
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      USER: "job",
      LOGNAME: "job",
    });
    expect(inside.cwd).toBe("/job");
  });

  keeps("inside.environment", "variables of the request are added, and may replace", async () => {
    const next = await runJobFile(pool(), "inside", {
      env: { GREETING: "hällo", HOME: "/job" },
    });
    expect(resultOf<Inside>(next).environment).toMatchObject({
      GREETING: "hällo",
      HOME: "/job",
    });
  });

  keeps(
    "confinement.layers-are-reported",
    "the layers in the result are those found inside",
    () => {
      expect(run.confinement.layers).toMatchObject({
        slotUid: "on",
        groups: "on",
        capabilities: "on",
        noNewPrivileges: "on",
        seccomp: "on",
        pidNamespace: "on",
        mountNamespace: "on",
      });
    },
  );
});

describe("files of the host", () => {
  const pool = sharedPool();

  async function openings(paths: string[]): Promise<Record<string, string>> {
    const run = await runJobFile(pool(), "open-paths", { args: paths });
    return resultOf<Record<string, string>>(run);
  }

  keeps("inside.files", "no canary in /tmp or beside the checkout is there for a job", async () => {
    using inTmp = new Directory(0o755);
    using besideCode = new Directory(0o755, dirname(dirname(import.meta.dirname)));
    const paths = [
      inTmp.file("world-readable", "canary", 0o644),
      inTmp.file("world-writable", "canary", 0o666),
      inTmp.file("private", "canary", 0o600),
      besideCode.file("world-readable", "canary", 0o644),
      inTmp.path,
      besideCode.path,
    ];
    const found = await openings(paths);
    expect(found).toEqual(Object.fromEntries(paths.map((path) => [path, "ENOENT"])));
    for (const path of paths.slice(0, 4)) {
      expect(readFileSync(path, "utf8")).toBe("canary");
    }
  });

  keeps(
    "inside.files",
    "files of root and of the system are not there, not even those that all may read",
    async () => {
      using home = new Directory(0o755, "/root");
      const secret = home.file("world-readable", "canary", 0o644);
      const system = [
        "/etc/shadow",
        "/etc/machine-id",
        "/etc/hostname",
        "/root/.bashrc",
        "/bin/sh",
      ];
      const found = await openings([
        secret,
        ...system,
        "/proc/1/environ",
        "/proc/self/root/etc/shadow",
      ]);
      expect(Object.values(found).filter((answer) => answer !== "ENOENT")).toEqual([]);
    },
    { needs: ["root"] },
  );

  keeps(
    "inside.inputs",
    "the benign twin: the same canary passed as an input is read",
    async () => {
      using directory = new Directory(0o755);
      const path = directory.file("world-readable", "canary", 0o644);
      const run = await runPython(pool(), `print(open("/in/canary").read())`, {
        inputs: [{ name: "canary", path }],
      });
      expect(textOf(run.stdout)).toBe("canary\n");
    },
  );
});

describe("interpreters", () => {
  keeps(
    "inside.files",
    "an interpreter below a home of mode 0700 works, and the rest of that home is not there",
    async () => {
      using home = new Directory(0o700);
      const secret = home.file("secret", "canary", 0o644);
      // A copy of the program; its standard library stays where the interpreter on PATH has it.
      execFileSync("python3", ["-m", "venv", "--without-pip", "--copies", join(home.path, "env")]);
      await using pool = await openPool({
        runtime: join(home.path, "env/bin/python3"),
      });
      const run = await runPython(
        pool,
        `
        import json, os, sqlite3, sys, xml.dom.minidom
        import broodbox
        home = ${JSON.stringify(home.path)}
        broodbox.result([sys.executable, os.listdir(home), os.path.exists(${JSON.stringify(secret)})])
        `,
      );
      const [executable, listed, found] = resultOf<[string, string[], boolean]>(run);
      expect(executable).toContain(home.path);
      expect(listed).toEqual(["env"]);
      expect(found).toBe(false);
    },
    { needs: ["root", "python"] },
  );

  keeps(
    "inside.files",
    "the system's interpreter works with numpy and pandas loaded beforehand",
    async () => {
      await using pool = await openPool({
        runtime: "/usr/bin/python3",
        preload: ["numpy", "pandas"],
        limits: { memoryBytes: 512 * 1024 * 1024 },
      });
      const run = await runPython(
        pool,
        `
        import sys, broodbox
        loaded = "numpy" in sys.modules and "pandas" in sys.modules
        import numpy, pandas
        frame = pandas.DataFrame({"a": numpy.arange(10)})
        broodbox.result([loaded, int(frame.a.sum()), float(numpy.linalg.norm(numpy.eye(4)))])
        `,
      );
      expect(resultOf(run)).toEqual([true, 45, 2]);
      expect(run.confinement.level).toBe("full");
    },
    { needs: ["root", "numpy", "pandas"] },
  );
});

describe("jobs that live at the same time, seen from the host", () => {
  const NAMESPACES = ["pid", "mnt", "net", "ipc", "uts", "cgroup"] as const;

  function ids(pid: number, field: "Uid" | "Gid"): string {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\t(.*)$`, "m").exec(status)?.[1] ?? "";
  }

  keeps(
    "inside.processes",
    "each has namespaces of its own, shared with its init alone, and an id of its own",
    async () => {
      await using pool = await openPool({ warm: 2 });
      const held = new Held(pool, "leave-traces", { args: ["wait"] });
      await held.spoken;
      const jobs = processesOf().filter(({ kind }) => kind === "job");
      const inits = processesOf().filter(({ kind }) => kind === "init");
      expect(jobs.length).toBeGreaterThanOrEqual(2);
      for (const name of NAMESPACES) {
        const link = ({ pid }: { pid: number }) => readlinkSync(`/proc/${pid}/ns/${name}`);
        const host = readlinkSync(`/proc/self/ns/${name}`);
        const links = jobs.map(link);
        expect(new Set([host, ...links]).size, name).toBe(jobs.length + 1);
        if (name !== "cgroup") {
          expect(inits.map(link), name).toEqual(expect.arrayContaining(links));
        }
      }
      for (const field of ["Uid", "Gid"] as const) {
        const all = [...jobs, ...inits].map(({ pid }) => ids(pid, field));
        expect(new Set(all).size, field).toBe(all.length);
      }
      expect((await held.end()).outcome).toEqual({ kind: "cancelled" });
    },
    { needs: ["root"] },
  );
});
