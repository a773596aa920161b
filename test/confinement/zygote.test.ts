import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { JsonValue } from "../../src/core/outcome.ts";
import { openPool, type PoolOptions, runPython, textOf } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { broken, Directory, resultOf, runJobFile } from "./support.ts";
import { processesOf } from "./support-processes.ts";

/** Modules that a preload list should not or may hold. */
const MODULES = {
  bb_thread:
    "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
  bb_descriptor: "HELD = open(__file__)",
  bb_socket: "import socket; HELD = socket.socketpair()",
  bb_shared: "import mmap; HELD = mmap.mmap(-1, 4096)",
  bb_broken: "raise ImportError('broken on purpose')",
  bb_exits: "import sys; sys.exit(3)",
  bb_good: "VALUE = 42",
  bb_generator: "import random; OWN = random.Random()",
  bb_noise: `
import os, sys
print("noise" * 10_000)
sys.stderr.write("noise on stderr\\n")
os.write(1, b"\\x00\\xffnoise by hand")
sys.stdout.flush()
`,
  bb_settings: `
import atexit, decimal, locale, os, signal, sys, warnings
atexit.register(lambda: os.write(1, b"exit handler of the zygote"))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
decimal.getcontext().prec = 3
warnings.simplefilter("error")
os.environ["LEAKED"] = "yes"
os.chdir("/")
sys.argv[:] = ["changed", "arguments"]
`,
} as const;

/** An interpreter of its own whose packages are the modules above. */
class Environment implements Disposable {
  readonly #directory = new Directory(0o755);
  readonly runtime: string;

  constructor() {
    const environment = join(this.#directory.path, "env");
    execFileSync("python3", ["-m", "venv", "--without-pip", "--copies", environment]);
    this.runtime = join(environment, "bin/python3");
    const [version = ""] = readdirSync(join(environment, "lib"));
    for (const [name, text] of Object.entries(MODULES)) {
      this.#directory.file(join("env/lib", version, "site-packages", `${name}.py`), text);
    }
  }

  [Symbol.dispose](): void {
    this.#directory[Symbol.dispose]();
  }
}

describe("a preload list", () => {
  let environment: Environment;
  beforeAll(() => {
    environment = new Environment();
  });
  afterAll(() => environment[Symbol.dispose]());

  async function open(...preload: string[]) {
    return await openPool({
      runtime: environment.runtime,
      preload,
    } satisfies PoolOptions);
  }

  for (const [module, reason] of [
    ["bb_thread", "started a thread"],
    ["bb_descriptor", "left descriptors open"],
    ["bb_socket", "left descriptors open"],
    ["bb_shared", "left shared writable memory"],
    ["bb_broken", "ImportError: broken on purpose"],
    ["bb_exits", "SystemExit"],
    ["bb_missing", "No module named 'bb_missing'"],
  ] as const) {
    keeps(
      "confinement.fail-closed",
      `with ${module} is refused: the module and what it did are named, and nothing runs`,
      async () => {
        await using pool = await open("json", "bb_good", module, "decimal");
        const failure = await pool.run({ code: "print('ran')" }).then(
          (run) => `ran: ${JSON.stringify(run.stdout)}`,
          (error: { code: string; message: string }) => error,
        );
        expect(failure).toMatchObject({ code: "zygoteFailed" });
        expect(String((failure as { message: string }).message)).toContain(module);
        expect(String((failure as { message: string }).message)).toContain(reason);
        expect(String((failure as { message: string }).message)).not.toContain("bb_good");
      },
    );
  }

  keeps("separation.next-job-is-clean", "the benign twin: a good module is there", async () => {
    await using pool = await open("bb_good");
    const run = await runPython(
      pool,
      `
      import sys, broodbox
      broodbox.result(["bb_good" in sys.modules, sys.modules["bb_good"].VALUE])
      `,
    );
    expect(resultOf(run)).toEqual([true, 42]);
  });

  keeps("separation.next-job-is-clean", "what a module prints is no output of a job", async () => {
    await using pool = await open("bb_noise");
    for (let count = 0; count < 3; count += 1) {
      const run = await runPython(pool, `print("mine")`);
      expect(textOf(run.stdout)).toBe("mine\n");
      expect(textOf(run.stderr)).toBe("");
    }
  });

  keeps("separation.randomness", "a generator that a module made is named in the log", async () => {
    const lines: string[] = [];
    const keep = (message: string, fields?: object) =>
      void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
    const log = { debug: keep, info: keep, warn: keep, error: keep };
    await using pool = await openPool({
      runtime: environment.runtime,
      preload: ["bb_generator"],
      log,
    });
    await runPython(pool, "pass");
    expect(lines.filter((line) => line.includes("random.Random"))).toHaveLength(1);
  });

  keeps("separation.next-job-is-clean", "what a module sets for all is set back", async () => {
    await using pool = await open("bb_settings");
    const run = await runPython(
      pool,
      `
      import decimal, os, signal, sys, warnings, broodbox
      warnings.warn("only a warning")
      broodbox.result({
          "precision": decimal.getcontext().prec,
          "environment": "LEAKED" in os.environ,
          "cwd": os.getcwd(),
          "argv": sys.argv,
          "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
          "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
      })
      `,
      { args: ["own"] },
    );
    expect(run.result).toEqual({
      precision: 28,
      environment: false,
      cwd: "/job",
      argv: ["/job/main.py", "own"],
      blocked: 0,
      interrupt: true,
    });
    expect(textOf(run.stderr)).toContain("UserWarning: only a warning");
    expect(textOf(run.stdout)).toBe("");
    const ended = await runPython(pool, "import os, signal; os.kill(os.getpid(), signal.SIGTERM)");
    expect(ended.outcome).toMatchObject({
      kind: "signaled",
      signal: "SIGTERM",
    });
  });
});

describe("right after the fork", () => {
  const CASES: readonly {
    what: string;
    options: PoolOptions;
    group: "alone" | "processes";
  }[] = [
    { what: "nothing loaded beforehand", options: {}, group: "alone" },
    {
      what: "the standard library loaded",
      options: { preload: ["asyncio", "sqlite3", "ssl", "threading"] },
      group: "alone",
    },
    {
      what: "processes allowed",
      options: { profile: "python-subprocess" },
      group: "processes",
    },
    {
      what: "processes allowed and modules loaded",
      options: {
        profile: "python-subprocess",
        preload: ["asyncio", "multiprocessing", "concurrent.futures", "subprocess"],
      },
      group: "processes",
    },
  ];
  for (const { what, options, group } of CASES) {
    keeps(
      "separation.next-job-is-clean",
      `locks, threads, loops and databases work with ${what}`,
      async () => {
        await using pool = await openPool(options);
        const run = await runJobFile(pool, "right-after-fork", {
          args: [group],
          limits: { wallMs: 30_000, cpuMs: 30_000 },
        });
        expect(broken(resultOf<Record<string, JsonValue>>(run))).toEqual({});
      },
    );
  }

  keeps(
    "separation.next-job-is-clean",
    "numpy and pandas, loaded beforehand, compute beside all of the above",
    async () => {
      await using pool = await openPool({
        runtime: "/usr/bin/python3",
        profile: "python-subprocess",
        preload: ["numpy", "pandas"],
        limits: { memoryBytes: 1 << 30 },
      });
      const run = await runJobFile(pool, "right-after-fork", {
        args: ["processes"],
        limits: { wallMs: 30_000, cpuMs: 30_000 },
      });
      expect(broken(resultOf<Record<string, JsonValue>>(run))).toEqual({});
    },
    { needs: ["root", "numpy", "pandas"] },
  );

  keeps(
    "denials.are-named",
    "processes where they are not allowed fail with an error that says so",
    async () => {
      await using pool = await openPool();
      const run = await runPython(
        pool,
        `
        import multiprocessing
        multiprocessing.Process(target=print).start()
        `,
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 1 });
      expect(run.error?.type).toBe("PermissionError");
      const [denial] = run.denied;
      expect(["fork", "clone"]).toContain(denial?.syscall);
      expect(denial?.hint).toMatch(/subprocess/);
    },
  );
});

describe("processes by a server", () => {
  keeps(
    "denials.are-named",
    "multiprocessing's forkserver needs a socket: that is refused, and the result says so",
    async () => {
      await using pool = await openPool({ profile: "python-subprocess" });
      const run = await runPython(
        pool,
        `
        import multiprocessing
        if __name__ == "__main__":
            multiprocessing.get_context("forkserver").Process(target=print).start()
        `,
      );
      expect(run.outcome).toEqual({ kind: "exited", exitCode: 1 });
      expect(run.error).toMatchObject({ type: "OSError" });
      expect(run.error?.message).toContain("Address family not supported");
      expect(run.denied.map((denial) => denial.syscall)).toEqual(["socket"]);
    },
  );
});

describe("what a zygote keeps open", () => {
  function zygoteDescriptors(): number {
    const zygotes = processesOf().filter(({ kind }) => kind === "zygote");
    expect(zygotes).toHaveLength(1);
    return readdirSync(`/proc/${zygotes[0]?.pid}/fd`).length;
  }

  keeps(
    "inside.descriptors",
    "ten forks leave the descriptors of a zygote as they were",
    async () => {
      await using pool = await openPool();
      await runPython(pool, "pass");
      const before = zygoteDescriptors();
      for (let count = 0; count < 10; count += 1) {
        await runPython(pool, "pass");
      }
      expect(zygoteDescriptors()).toBe(before);
    },
  );
});
