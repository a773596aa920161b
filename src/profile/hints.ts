import { FALLBACK, QUIET, TRIPWIRES } from "./answers.ts";

/** One sentence for the author of a job whose call was refused. */
const HINTS: Readonly<Record<string, string>> = Object.freeze({
  socket: "a job has no network here; hand data in as inputs",
  socketpair: "only socket pairs of AF_UNIX are allowed",
  connect: "a job has no network here; hand data in as inputs",
  bind: "a job cannot serve; hand results back or write them to /out",
  listen: "a job cannot serve; hand results back or write them to /out",
  accept: "a job cannot serve; hand results back or write them to /out",
  accept4: "a job cannot serve; hand results back or write them to /out",
  execve: "profile python-subprocess allows programs to be started",
  execveat: "profile python-subprocess allows programs to be started",
  fork: "profile python-subprocess allows processes; threads are allowed already",
  vfork: "profile python-subprocess allows processes; threads are allowed already",
  clone: "profile python-subprocess allows processes; threads are allowed already",
  wait4: "profile python-subprocess allows processes",
  waitid: "profile python-subprocess allows processes",
  setpgid: "profile python-subprocess allows process groups",
  setsid: "profile python-subprocess allows sessions",
  tkill: "profile python-subprocess allows signals to single threads",
  pidfd_open: "profile python-subprocess allows pidfds",
  pidfd_send_signal: "profile python-subprocess allows pidfds",
  memfd_create: "profile python-default allows anonymous files; python-strict does not",
  fcntl: "only duplicating, flags, locks, pipe sizes and reading seals are allowed on a descriptor",
  ioctl: "only terminal queries, FIONREAD, FIONBIO and close-on-exec are allowed",
  prctl: "only names, timer slack and harmless queries are allowed",
  prlimit64: "a job can read and lower its own limits only; pass pid 0",
  sched_setscheduler: "only SCHED_OTHER, SCHED_BATCH and SCHED_IDLE are allowed",
  personality: "only the default personality is allowed",
  arch_prctl: "only the thread pointer and shadow stack queries are allowed",
  mknod: "devices cannot be made; files, pipes and sockets can",
  mknodat: "devices cannot be made; files, pipes and sockets can",
  sync: "use fsync on a file; a job cannot flush the host",
  syncfs: "use fsync on a file; a job cannot flush the host",
  mlockall: "lock single ranges with mlock",
  shmget: "System V memory outlives a job; use multiprocessing.shared_memory or threads",
  semget: "System V semaphores outlive a job; use threading",
  msgget: "System V queues outlive a job; use queue.Queue",
  mq_open: "message queues outlive a job; use queue.Queue",
  mbind: "numpy and others probe memory policy; harmless",
  chown: "files already belong to the job; harmless",
});

/** The hint for a refused call; never empty. */
export function hintFor(call: string): string {
  const hint = Object.hasOwn(HINTS, call) ? HINTS[call] : undefined;
  if (hint !== undefined) {
    return hint;
  }
  if (TRIPWIRES.has(call)) {
    return "no ordinary job makes this call; read the code before you run it again";
  }
  if (FALLBACK.has(call)) {
    return "libraries fall back to an older call; harmless";
  }
  if (QUIET.has(call)) {
    return "libraries probe this and do without; harmless";
  }
  return `allow ${call} in a profile of your own that extends this one`;
}
