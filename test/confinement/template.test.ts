/** Cells are copies of a template (docs/decisions/0006): what they share is nobody's to change, and goes with its use. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openPool, type Pool, runPython, sharedPool, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { Directory, resultOf } from "./support.ts";
import { eventually, processesOf, theOne } from "./support-processes.ts";

const ROOT_ONLY = { needs: ["root", "python"] } as const;
const ACCOUNTS_PER_TEMPLATE = 8;
const ATTEST_FULL_EVERY = 16;

/** The mount namespaces that the forkserver holds, as the kernel names them. */
function templates(): string[] {
  const directory = `/proc/${theOne("forkserver").pid}/fd`;
  return readdirSync(directory)
    .map((fd) => {
      try {
        return readlinkSync(join(directory, fd));
      } catch {
        return ""; // closed in between
      }
    })
    .filter((target) => target.startsWith("mnt:"));
}

/** The mount at / of a process, from outside. */
function rootOf(pid: number): Record<"mounted" | "fileSystem", string | undefined> {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
  const root = lines.find((line) => line.split(" ")[4] === "/") ?? "";
  const [mount = "", fileSystem = ""] = root.split(" - ");
  return {
    mounted: mount.split(" ")[5]?.split(",")[0],
    fileSystem: fileSystem.split(" ")[2]?.split(",")[0],
  };
}

/** The job processes of a pool that has made what it keeps ready. */
async function parked(count: number): Promise<number[]> {
  return await eventually(() => {
    const jobs = processesOf().filter(({ kind }) => kind === "job");
    return jobs.length >= count ? jobs.map(({ pid }) => pid) : undefined;
  });
}

describe("what cells share", () => {
  const pool = sharedPool({ warm: 3 });

  keeps(
    "separation.files",
    "every job is in a copy of the template that is its own, and none in the template itself",
    async () => {
      const jobs = await parked(3);
      const namespaces = jobs.map((pid) => readlinkSync(`/proc/${pid}/ns/mnt`));
      const all = [...namespaces, ...templates()];
      expect(all.length).toBeGreaterThan(namespaces.length);
      expect(new Set(all).size).toBe(all.length);
    },
    ROOT_ONLY,
  );

  keeps(
    "separation.files",
    "the root that jobs share is read-only as a file system, and not only as it is mounted",
    async () => {
      for (const pid of await parked(3)) {
        expect(rootOf(pid)).toEqual({ mounted: "ro", fileSystem: "ro" });
      }
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.files",
    "a job can write nowhere in the root, nor see the accounts of others",
    async () => {
      const run = await runPython(
        pool(),
        `
        import errno, os, broodbox
        found = {}
        for path in ("/x", "/etc/x", "/etc/hosts", "/etc/passwd", "/dev/x", "/usr/x", "/proc/x", "/in/x"):
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
                found[path] = "opened"
            except OSError as error:
                found[path] = errno.errorcode[error.errno]
        broodbox.result([found, os.listdir("/in"), len(open("/etc/passwd").readlines())])
        `,
      );
      const [found, inputs, accounts] = resultOf<[Record<string, string>, string[], number]>(run);
      expect(Object.entries(found).filter(([, answer]) => answer === "opened")).toEqual([]);
      expect(inputs).toEqual([]);
      expect(accounts).toBe(1);
    },
    ROOT_ONLY,
  );
});

describe("accounts", () => {
  keeps(
    "inside.identity",
    "each of more jobs than one template has accounts for finds its own id under the name job",
    async () => {
      const count = ACCOUNTS_PER_TEMPLATE + 2;
      await using pool = await openPool({ warm: count });
      await parked(count);
      const uids = new Set<number>();
      for (let job = 0; job < count; job += 1) {
        const run = await runPython(
          pool,
          `
          import grp, os, pwd, broodbox
          user, group = pwd.getpwnam("job"), grp.getgrnam("job")
          assert pwd.getpwuid(os.getuid()) == user and grp.getgrgid(os.getgid()) == group
          broodbox.result([user.pw_uid, user.pw_gid, group.gr_gid, os.getuid(), len(pwd.getpwall())])
          `,
        );
        const [uid = 0, ...others] = resultOf<number[]>(run);
        expect(others).toEqual([uid, uid, uid, 1]);
        uids.add(uid);
      }
      expect(uids.size).toBe(count);
      expect(templates().length).toBeGreaterThan(1);
    },
    ROOT_ONLY,
  );
});

describe("the life of a template", () => {
  keeps(
    "lifecycle.nothing-is-left",
    "it is held while a plan has use for it, and goes with the last plan",
    async () => {
      await using cold = await openPool({ warm: 0 }); // a plan per job
      expect(textOf((await runPython(cold, "print(1)")).stdout)).toBe("1\n");
      expect(templates()).toEqual([]);
      await cold.close();

      using directory = new Directory(0o755);
      const large = directory.file("large", "");
      truncateSync(large, 64 * 1024 * 1024); // bound into /in, and so a plan of its own
      await using warm = await openPool({ warm: 1 });
      await runPython(warm, "print(1)");
      const held = templates();
      expect(held.length).toBeGreaterThan(0);
      const run = await runPython(
        warm,
        `import os; print(os.path.getsize("/in/large"), oct(os.stat("/in/large").st_mode))`,
        { inputs: [{ name: "large", path: large }] },
      );
      expect(textOf(run.stdout)).toBe(`${64 * 1024 * 1024} 0o100644\n`);
      expect(templates()).toEqual(expect.arrayContaining(held));
    },
    ROOT_ONLY,
  );

  /** When the templates were made that so many jobs saw, one after the other. */
  async function timesOf(pool: Pool, jobs: number): Promise<number[]> {
    const times: number[] = [];
    for (let job = 0; job < jobs; job += 1) {
      const look = `import os, broodbox; broodbox.result(os.stat("/etc/hosts").st_mtime)`;
      times.push(resultOf<number>(await runPython(pool, look)));
    }
    return times;
  }

  keeps(
    "inside.current-files",
    "a new interpreter generation gets a new template, and within one generation one does",
    async () => {
      await using pool = await openPool({ warm: 1 });
      await timesOf(pool, 4); // the first cells built one each
      const old = new Set(await timesOf(pool, 12));
      expect(old.size).toBeLessThanOrEqual(templates().length);

      process.kill(theOne("zygote").pid, "SIGKILL");
      const jobs = await jobsUntil(async () => !old.has((await timesOf(pool, 1))[0] ?? 0));
      expect(jobs).toBeLessThanOrEqual(4); // after those that were made already
      const later = await timesOf(pool, 4);
      expect(later.filter((time) => old.has(time))).toEqual([]);
    },
    ROOT_ONLY,
  );

  keeps(
    "inside.current-files",
    "a file of the runtime that is replaced on the host is seen by jobs soon after",
    async () => {
      using home = new Directory(0o755);
      const environment = join(home.path, "env");
      execFileSync("python3", ["-m", "venv", "--without-pip", "--copies", environment]);
      const interpreter = realpathSync(join(environment, "bin/python3"));
      await using pool = await openPool({ runtime: join(environment, "bin/python3") });
      const size = async (): Promise<number> => {
        const path = JSON.stringify(interpreter);
        return resultOf<number>(
          await runPython(pool, `import os, broodbox; broodbox.result(os.path.getsize(${path}))`),
        );
      };
      const before = statSync(interpreter).size;
      expect(await size()).toBe(before);

      copyFileSync(interpreter, `${interpreter}.new`);
      truncateSync(`${interpreter}.new`, before + 1);
      renameSync(`${interpreter}.new`, interpreter);
      const seen = await jobsUntil(async () => (await size()) === before + 1);
      // Two that were made already, and as many as lie between two full attestations.
      expect(seen).toBeLessThanOrEqual(ATTEST_FULL_EVERY + 3);
    },
    ROOT_ONLY,
  );
});

/** How many looks it takes; fails when a hundred are not enough. */
async function jobsUntil(look: () => Promise<boolean>): Promise<number> {
  for (let count = 1; count <= 100; count += 1) {
    if (await look()) {
      return count;
    }
  }
  throw new Error("what was waited for did not come within 100 jobs");
}
