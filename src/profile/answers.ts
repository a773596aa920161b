/**
 * How a refused call is answered, by situation. One default for everything does harm either way: EPERM
 * for unknown calls broke thread start under glibc 2.34 (moby #42680, runc #2151), and ENOSYS for
 * everything hides policy from the author of the job.
 */
function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Calls no honest job makes. Refused with EPERM and reported; `tripwire: "kill"` ends the job. */
export const TRIPWIRES = names(`
  bpf perf_event_open ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise
  userfaultfd open_by_handle_at init_module finit_module delete_module kexec_load kexec_file_load reboot
  swapon swapoff iopl ioperm acct quotactl quotactl_fd mount umount2 pivot_root chroot setns unshare
  sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex syslog vhangup modify_ldt
  add_key request_key keyctl fanotify_init fanotify_mark nfsservctl lookup_dcookie uselib _sysctl capset
  setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid`);

/** Calls that libraries probe and do without: plain EPERM, no report. */
export const QUIET = names(`
  mbind set_mempolicy set_mempolicy_home_node migrate_pages move_pages ioprio_get ioprio_set
  name_to_handle_at mincore chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr
  lremovexattr fremovexattr`);

/** Calls with a working older route: ENOSYS makes a library take it. Not reported. */
export const FALLBACK = names(`
  clone3 openat2 io_uring_setup io_uring_enter io_uring_register io_setup io_submit io_getevents
  io_pgetevents io_destroy io_cancel open_tree open_tree_attr move_mount fsopen fsconfig fsmount fspick
  mount_setattr statmount listmount listns landlock_create_ruleset landlock_add_rule
  landlock_restrict_self lsm_get_self_attr lsm_set_self_attr lsm_list_modules seccomp memfd_secret
  remap_file_pages vmsplice process_mrelease cachestat file_getattr file_setattr setxattrat getxattrat
  listxattrat removexattrat`);

/** Errors other than EPERM for calls that are known and refused. */
const ERRORS: ReadonlyMap<string, string> = new Map([
  ["connect", "EACCES"],
  ["bind", "EACCES"],
  ["listen", "EACCES"],
  ["execve", "EACCES"],
  ["execveat", "EACCES"],
  ["socket", "EAFNOSUPPORT"],
  ["socketpair", "EAFNOSUPPORT"],
  ["ioctl", "ENOTTY"],
]);

export interface Answer {
  readonly errno: string;
  readonly quiet: boolean;
}

/** What a refused call answers when no profile says otherwise. */
export function defaultAnswer(call: string): Answer {
  if (FALLBACK.has(call)) {
    return { errno: "ENOSYS", quiet: true };
  }
  return { errno: ERRORS.get(call) ?? "EPERM", quiet: QUIET.has(call) };
}

/** Refusals that are quiet for some arguments only: getaddrinfo and others look for interfaces. */
export const QUIET_CASES: ReadonlyMap<string, { argument: string; constant: string }> = new Map([
  ["socket", { argument: "domain", constant: "AF_NETLINK" }],
]);

/** Without these a job dies before it can say why, so a profile that refuses one is not loaded. */
export const VITAL = names("read write close mmap munmap brk futex rt_sigreturn exit_group");

const FAMILIES: readonly ReadonlySet<string>[] = [
  "execve execveat",
  "open openat openat2 creat",
  "chmod fchmod fchmodat fchmodat2",
  "chown fchown lchown fchownat",
  "rename renameat renameat2",
  "link linkat",
  "symlink symlinkat",
  "unlink unlinkat rmdir",
  "mkdir mkdirat",
  "mknod mknodat",
  "fork vfork clone clone3",
  "sendto sendmsg sendmmsg",
  "recvfrom recvmsg recvmmsg",
  "accept accept4",
  "kill tgkill tkill pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo",
  "process_vm_readv process_vm_writev",
  "memfd_create memfd_secret",
  "setxattr lsetxattr fsetxattr setxattrat",
  "getxattr lgetxattr fgetxattr getxattrat",
].map(names);

/** All calls that libc may choose in place of this one, itself included. */
export function familyOf(call: string): readonly string[] {
  const family = FAMILIES.find((members) => members.has(call));
  return family === undefined ? [call] : [...family];
}
