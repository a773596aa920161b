/** Users without privileges: the one that has nothing, and one that is made for a test with ids of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { appendFileSync, chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/harness.ts";
import { Directory } from "./support.ts";

export const NOBODY = 65534;
const MAIN = join(ROOT, "dist/front/cli/main.js");
const RANGES = ["/etc/subuid", "/etc/subgid"] as const;

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The command as another user, with directories of its own and nothing of root's environment. */
export class Account implements Disposable {
  readonly home = new Directory(0o755);
  readonly #identity: Identity;

  constructor(identity: Identity) {
    this.#identity = identity;
    chownSync(this.home.path, identity.uid, identity.gid);
  }

  /** `onStdout` is called when the job prints, and may end the command. */
  async run(args: readonly string[], onStdout?: (command: ChildProcess) => void): Promise<Ended> {
    const { uid, gid } = this.#identity;
    const ids = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
    const child = spawn("setpriv", [...ids, process.execPath, MAIN, ...args], {
      cwd: "/",
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: this.home.path,
        TMPDIR: this.home.path,
        BROODBOX_NATIVE_DIR: process.env["BROODBOX_NATIVE_DIR"] ?? "",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      onStdout?.(child);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { exitCode, stdout, stderr };
  }

  job(code: string): string {
    return this.home.file("job.py", code);
  }

  [Symbol.dispose](): void {
    this.home[Symbol.dispose]();
  }
}

/** A user that exists as long as the test, with 65536 subordinate ids for forkserver and slots. */
export class ThrowAwayUser implements Disposable {
  static readonly FIRST_ID = 3_000_000;
  static readonly COUNT = 65_536;
  readonly name = `bbc${process.pid}`;
  readonly identity: Identity;

  constructor() {
    execFileSync("useradd", ["--no-create-home", "--shell", "/usr/sbin/nologin", this.name]);
    const [uid, gid] = ["-u", "-g"].map((option) =>
      Number(execFileSync("id", [option, this.name], { encoding: "utf8" })),
    );
    this.identity = { uid: uid ?? NOBODY, gid: gid ?? NOBODY };
    // useradd may have given it a range of its own; ours alone is to count.
    this.#forgetRanges();
    for (const path of RANGES) {
      appendFileSync(path, `${this.name}:${ThrowAwayUser.FIRST_ID}:${ThrowAwayUser.COUNT}\n`);
    }
  }

  #forgetRanges(): void {
    for (const path of RANGES) {
      const lines = readText(path).split(/(?<=\n)/);
      writeFileSync(path, lines.filter((line) => !line.startsWith(`${this.name}:`)).join(""));
    }
  }

  [Symbol.dispose](): void {
    execFileSync("userdel", [this.name], { stdio: "ignore" });
    this.#forgetRanges();
  }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
