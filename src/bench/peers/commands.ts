/**
 * Peers that are one command line per run. Each gets as much isolation as its options offer without a
 * policy written for it: own namespaces, a read-only tree, no network, no capabilities. None is given a
 * syscall filter of ours; firejail brings its own. What is left out makes them faster, not slower.
 */
import { homedir } from "node:os";
import {
  aptInstall,
  findProgram,
  type Interpreter,
  outputOf,
  type PeerRecipe,
  versionOf,
} from "./site.ts";

interface CommandPeer {
  readonly name: string;
  readonly install: string;
  /** undefined: the interpreter is all there is to it */
  readonly program?: string;
  /** for one that does not say its version */
  readonly version?: string;
  /** the whole command before the code; `program` is its path */
  command(program: string, interpreter: Interpreter): readonly string[];
}

const COMMANDS: readonly CommandPeer[] = [
  {
    name: "python",
    install: aptInstall("python3"),
    command: (_, { path }) => [path, "-c"],
  },
  {
    name: "python-isolated",
    install: aptInstall("python3"),
    command: (_, { path }) => [path, "-I", "-S", "-c"],
  },
  {
    name: "bubblewrap",
    program: "bwrap",
    install: aptInstall("bubblewrap"),
    command: bubblewrap,
  },
  {
    name: "firejail",
    program: "firejail",
    install: aptInstall("firejail"),
    command: firejail,
  },
  {
    name: "nsjail",
    program: "nsjail",
    version: "(it does not say)",
    install: "build it from https://github.com/google/nsjail: Debian 12 and PyPI have no package",
    command: nsjail,
  },
];

export const commandPeers: readonly PeerRecipe[] = COMMANDS.map((peer) => ({
  name: peer.name,
  install: peer.install,
  async open(site) {
    const found = peer.program === undefined ? "" : findProgram(peer.program, site.env);
    if (found === undefined) {
      return `there is no ${peer.program} on PATH`;
    }
    const interpreter = await site.interpreter();
    const program = found === "" ? interpreter.path : found;
    const command = peer.command(program, interpreter);
    return {
      found: true,
      version: peer.version ?? (await versionOf(program)),
      how: [...command, "CODE"].join(" "),
      run: (code) => outputOf([...command, code], site.deadlineMs),
      close: () => Promise.resolve(),
    };
  },
}));

/** Uid 65534 inside is the caller outside, so that an interpreter in a private home can still be read. */
function bubblewrap(program: string, { path, view }: Interpreter): string[] {
  return [
    program,
    ...["--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"],
    ...["--die-with-parent", "--new-session", "--clearenv", "--setenv", "LC_ALL", "C.UTF-8"],
    ...view.binds.flatMap(({ source, target }) => ["--ro-bind", source, target]),
    ...view.links.flatMap(({ path: link, content }) => ["--symlink", content, link]),
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"],
    // Last, because nothing can be added to the tree after it.
    ...["--remount-ro", "/"],
    ...[path, "-c"],
  ];
}

/**
 * Run by root, firejail has no user namespace to offer: the job stays root, without a capability. Its own
 * --timeout is left alone: with it each run took two seconds.
 */
function firejail(program: string, { path }: Interpreter): string[] {
  const inHome = path.startsWith(`${homedir()}/`);
  const root = process.getuid?.() === 0;
  return [
    program,
    ...["--quiet", "--noprofile", "--net=none"],
    ...["--ipc-namespace", "--caps.drop=all", "--seccomp", "--nonewprivs", "--read-only=/"],
    ...["--private-dev", "--private-tmp", ...(inHome ? [] : ["--private"])],
    ...(root ? [] : ["--noroot"]),
    ...["--", path, "-c"],
  ];
}

/** From its manual page: no package brings it to Debian 12, so the first run decides whether this fits. */
function nsjail(program: string, { path, view }: Interpreter): string[] {
  return [
    program,
    ...["--mode", "o", "--really_quiet", "--user", "65534", "--group", "65534"],
    // Its defaults allow 4 GiB of address space and files of 1 MiB: the interpreter's own limits instead.
    ...["--rlimit_as", "max", "--rlimit_fsize", "max", "--cwd", "/tmp", "--tmpfsmount", "/tmp"],
    ...view.binds.flatMap(({ source, target }) => ["--bindmount_ro", `${source}:${target}`]),
    ...view.links.flatMap(({ path: link, content }) => ["--symlink", `${content}:${link}`]),
    ...["--", path, "-c"],
  ];
}
