"""Asks the kernel for what no job needs. Each answer must be a refusal."""

import ctypes
import os
import signal
import socket
import sys
import threading

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import CLONE_NEW, call, clone

OWN = os.getpid()
AT_FDCWD = -100
buffer = ctypes.create_string_buffer(4096)
one = (ctypes.c_uint32 * 1)(0)


class Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


allow = (ctypes.c_uint64 * 1)(0x7FFF0000_00000006)  # one BPF_RET with SECCOMP_RET_ALLOW
permissive = Filter(1, ctypes.addressof(allow))


def clone3(flags):
    arguments = (ctypes.c_uint64 * 11)(flags, 0, 0, 0, signal.SIGCHLD)
    child = call("clone3", arguments, ctypes.sizeof(arguments))
    if child == 0:
        os._exit(0)
    return child


def capabilities():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    return call("capset", header, (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6))


def handle():
    wanted = (ctypes.c_uint32 * 4)(8, 1, 2, 0)  # inode 2, the root of most file systems
    return call("open_by_handle_at", os.open("/usr", os.O_RDONLY), wanted, 0)


NAMESPACES = {
    **{f"unshare {name}": lambda flag=flag: call("unshare", flag) for name, flag in CLONE_NEW.items()},
    **{f"clone {name}": lambda flag=flag: clone(flag) for name, flag in CLONE_NEW.items() if name != "time"},
    "clone user, high bits": lambda: clone(0x10000000 | 1 << 32),
    "clone thread and user": lambda: call("clone", 0x103D0F00, 0, 0, 0, 0),
    "clone parent": lambda: clone(0x8000),
    "setns": lambda: call("setns", 0, 0),
    "setns pid 1": lambda: call("setns", 1, CLONE_NEW["mount"]),
}
# Flags of clone3 lie in memory, where a filter cannot look: it is not there, and libc falls back to clone.
CLONE3 = {f"clone3 {name}": lambda flag=flag: clone3(flag) for name, flag in {**CLONE_NEW, "nothing": 0}.items()}
MOUNTS = {
    "mount tmpfs": lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, 0),
    "mount proc": lambda: call("mount", b"proc", b"/tmp", b"proc", 0, 0),
    "bind": lambda: call("mount", b"/", b"/tmp", 0, 0x1000, 0),
    "remount writable": lambda: call("mount", 0, b"/", 0, 0x20, 0),
    "make shared": lambda: call("mount", 0, b"/", 0, 0x100000, 0),
    "umount": lambda: call("umount2", b"/tmp", 0),
    "umount detached": lambda: call("umount2", b"/", 2),
    "pivot_root": lambda: call("pivot_root", b"/tmp", b"/tmp"),
    "chroot": lambda: call("chroot", b"/tmp"),
    "chroot dot": lambda: call("chroot", b"."),
}
NEW_MOUNTS = {
    "fsopen": lambda: call("fsopen", b"tmpfs", 0),
    "fsmount": lambda: call("fsmount", 0, 0, 0),
    "fspick": lambda: call("fspick", AT_FDCWD, b"/", 0),
    "open_tree": lambda: call("open_tree", AT_FDCWD, b"/", 1),
    "move_mount": lambda: call("move_mount", AT_FDCWD, b"/tmp", AT_FDCWD, b"/job", 0),
    "mount_setattr": lambda: call("mount_setattr", AT_FDCWD, b"/", 0, buffer, 32),
    "io_uring_setup": lambda: call("io_uring_setup", 8, buffer),
    "io_uring_enter": lambda: call("io_uring_enter", 3, 1, 0, 0, 0, 0),
    "io_setup": lambda: call("io_setup", 8, buffer),
    "memfd_secret": lambda: call("memfd_secret", 0),
    "openat2": lambda: call("openat2", AT_FDCWD, b"/", buffer, 24),
    "seccomp filter": lambda: call("seccomp", 1, 0, ctypes.byref(permissive)),
    "seccomp listener": lambda: call("seccomp", 1, 8, ctypes.byref(permissive)),
    "seccomp thread sync": lambda: call("seccomp", 1, 1, ctypes.byref(permissive)),
    "landlock_create_ruleset": lambda: call("landlock_create_ruleset", 0, 0, 1),
    "process_mrelease": lambda: call("process_mrelease", 0, 0),
}
KERNEL = {
    "bpf": lambda: call("bpf", 0, buffer, 48),
    "perf_event_open": lambda: call("perf_event_open", buffer, 0, -1, -1, 0),
    "userfaultfd": lambda: call("userfaultfd", 1),
    "userfaultfd 0": lambda: call("userfaultfd", 0),
    "keyctl": lambda: call("keyctl", 0, -3, 0, 0, 0),
    "keyctl read": lambda: call("keyctl", 11, -4, buffer, 4096, 0),
    "add_key": lambda: call("add_key", b"user", b"k", b"v", 1, -3),
    "request_key": lambda: call("request_key", b"user", b"k", 0, -3),
    "open_by_handle_at": handle,
    "fanotify_init": lambda: call("fanotify_init", 0, 0),
    "syslog": lambda: call("syslog", 3, buffer, 4096),
    "init_module": lambda: call("init_module", buffer, 8, b""),
    "finit_module": lambda: call("finit_module", 0, b"", 0),
    "kexec_load": lambda: call("kexec_load", 0, 0, 0, 0),
    "reboot": lambda: call("reboot", 0xFEE1DEAD, 0x28121969, 0, 0),
    "swapon": lambda: call("swapon", b"/tmp", 0),
    "acct": lambda: call("acct", b"/tmp/acct"),
    "sethostname": lambda: call("sethostname", b"x", 1),
    "settimeofday": lambda: call("settimeofday", buffer, 0),
    "clock_settime": lambda: call("clock_settime", 0, buffer),
    "quotactl": lambda: call("quotactl", 0, b"/dev/vda", 0, buffer),
}
PROCESSES = {
    "ptrace init": lambda: call("ptrace", 16, 1, 0, 0),
    "ptrace seize init": lambda: call("ptrace", 0x4206, 1, 0, 0),
    "ptrace me": lambda: call("ptrace", 0, 0, 0, 0),
    "process_vm_readv init": lambda: call("process_vm_readv", 1, buffer, 1, buffer, 1, 0),
    "process_vm_readv self": lambda: call("process_vm_readv", OWN, buffer, 1, buffer, 1, 0),
    "process_vm_writev init": lambda: call("process_vm_writev", 1, buffer, 1, buffer, 1, 0),
    "process_madvise": lambda: call("process_madvise", 0, buffer, 1, 4, 0),
    "kcmp": lambda: call("kcmp", OWN, 1, 0, 0, 0),
    "pidfd_open init": lambda: call("pidfd_open", 1, 0),
    "pidfd_getfd": lambda: call("pidfd_getfd", 3, 0, 0),
    "prlimit of init": lambda: call("prlimit64", 1, 7, 0, buffer),
    "prlimit of itself by number": lambda: call("prlimit64", OWN, 7, 0, buffer),
    "wake a filter": lambda: call("prctl", 22, 2, ctypes.byref(permissive), 0, 0),
    "strict filter": lambda: call("prctl", 22, 1, 0, 0, 0),
    "become dumpable": lambda: call("prctl", 4, 1, 0, 0, 0),
    "let all trace": lambda: call("prctl", 0x59616D61, -1, 0, 0, 0),
    "become a subreaper": lambda: call("prctl", 36, 1, 0, 0, 0),
    "clear the parent-death signal": lambda: call("prctl", 1, 0, 0, 0, 0),
    "swap the memory map": lambda: call("prctl", 35, 14, buffer, 96, 0),
    "dispatch calls itself": lambda: call("prctl", 59, 1, 0, 0, 0),
    "enable speculation": lambda: call("prctl", 53, 0, 1, 0, 0),
    "personality": lambda: call("personality", 0x0400000),
}
IDENTITY = {
    "setuid": lambda: call("setuid", 0),
    "setgid": lambda: call("setgid", 0),
    "setreuid": lambda: call("setreuid", 0, 0),
    "setresuid": lambda: call("setresuid", 0, 0, 0),
    "setresuid to itself": lambda: call("setresuid", os.getuid(), os.getuid(), os.getuid()),
    "setresgid": lambda: call("setresgid", 0, 0, 0),
    "setfsuid": lambda: call("setfsuid", 0),
    "setgroups": lambda: call("setgroups", 1, one),
    "setgroups none": lambda: call("setgroups", 0, 0),
    "capset": capabilities,
    "securebits": lambda: call("prctl", 28, 0, 0, 0, 0),
    "keep capabilities": lambda: call("prctl", 8, 1, 0, 0, 0),
    "ambient capability": lambda: call("prctl", 47, 2, 21, 0, 0),
    "allow new privileges": lambda: call("prctl", 38, 0, 0, 0, 0),
}


def run_threads():
    done = []
    threads = [threading.Thread(target=done.append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(done) == list(range(8))


def socket_pair():
    left, right = socket.socketpair()
    left.send(b"x")
    return right.recv(1) == b"x"


TWINS = {
    "threads start": run_threads,
    "a socket pair": socket_pair,
    "own name": lambda: call("prctl", 15, b"renamed", 0, 0, 0) == 0,
    "own limits": lambda: call("prlimit64", 0, 7, 0, buffer) == 0,
    "own ids": lambda: os.getresuid()[0] == os.getuid(),
    "ask for no new privileges": lambda: call("prctl", 38, 1, 0, 0, 0) == 0,
    "a pipe": lambda: os.pipe()[0] > 2,
}
FAMILIES = {
    "namespaces": NAMESPACES, "clone3": CLONE3, "mounts": MOUNTS, "newMounts": NEW_MOUNTS,
    "kernel": KERNEL, "processes": PROCESSES, "identity": IDENTITY,
}  # fmt: skip
# One family at a time: a result lists at most 64 kinds of refused calls.
family = sys.argv[1]
found = attempts.works(TWINS) if family == "works" else attempts.answers(FAMILIES[family])
broodbox.result(found)
