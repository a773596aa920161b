"""A job that tries to get out, and reports how each attempt was answered.

Result:   {"attempts": [{family, attempt, answer, refused}], "works": […], "planted": […]}
Exit code 0 when every attempt was refused and all that honest jobs need still works; else 1.
(Were an attempt to execute a program to succeed, this job would be replaced by that program and hand
back nothing.)

    npx broodbox run --json examples/hostile/job.py

An attempt counts as refused only when the answer is one that a refusal gives. EINVAL, EFAULT and the
like would mean that the kernel looked at the call: they count as got through. Beside it the result
document shows what a job cannot influence: `denied` lists each refused call with its rule, and
`artifactsSkipped` what this job left in /out that is no regular file.
"""

import ctypes
import errno
import mmap
import os
import platform
import resource
import signal
import socket
import stat
import sys
import threading

import broodbox

REFUSALS = {
    errno.EPERM, errno.EACCES, errno.ENOENT, errno.ENOSYS, errno.EROFS,
    errno.EAFNOSUPPORT, errno.EXDEV, errno.ESRCH, errno.ENXIO,
}  # fmt: skip
libc = ctypes.CDLL(None, use_errno=True)
ARCH = {"x86_64": 0, "aarch64": 1}[platform.machine()]
CLONE_NEW = {
    "mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000,
    "user": 0x10000000, "pid": 0x20000000, "network": 0x40000000,
}  # fmt: skip
# name: numbers on x86-64 and aarch64
CALLS = {
    "socket": (41, 198), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268), "clone": (56, 220),
    "clone3": (435, 435), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "setresuid": (117, 147), "setgroups": (116, 159), "capset": (126, 91), "keyctl": (250, 219),
    "add_key": (248, 217), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "open_by_handle_at": (304, 265),
    "seccomp": (317, 277), "prctl": (157, 167), "init_module": (175, 105), "reboot": (169, 142),
    "sethostname": (170, 161), "settimeofday": (164, 170), "syslog": (103, 116),
    "fanotify_init": (300, 262), "shmget": (29, 194), "execveat": (322, 281),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "fsopen": (430, 430),
    "open_tree": (428, 428), "personality": (135, 92), "kexec_load": (246, 104),
}  # fmt: skip


def call(name, *arguments):
    """A system call with whole registers, so that the bits above an int's 32 can be set too."""
    ctypes.set_errno(0)
    registers = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    answer = libc.syscall(ctypes.c_long(CALLS[name][ARCH]), *registers)
    if answer == -1 and ctypes.get_errno() != 0:
        raise OSError(ctypes.get_errno(), name)
    return answer


def read(path):
    with open(path, "rb") as file:
        return f"read {len(file.read(64))} bytes"


def write(path):
    with open(path, "ab") as file:
        file.write(b"x")
    return "written"


def other_processes():
    others = [entry for entry in os.listdir("/proc") if entry.isdigit() and int(entry) != os.getpid()]
    if not others:
        raise PermissionError(errno.EPERM, "only this process is to be seen")
    return f"sees processes {others}"


def inherited_descriptors():
    found = []
    for fd in range(3, 1024):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if not stat.S_ISFIFO(mode) and not stat.S_ISREG(mode):
            found.append(f"{fd}: {stat.filemode(mode)}")
    if not found:
        raise PermissionError(errno.EPERM, "pipes of its own and nothing else")
    return ", ".join(found)


def forked(make):
    pid = make()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return f"process {pid}"


def raise_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard + 1))
    return "raised"


def execute_memory_file():
    fd = call("memfd_create", b"program", 0)
    with open(sys.executable, "rb") as program:
        os.write(fd, program.read(1 << 16))
    try:
        return call("execveat", fd, b"", None, None, 0x1000)
    finally:
        os.close(fd)


def no_capabilities_header():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    full = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    return call("capset", header, full)


def setuid_root():
    return call("setresuid", 0, 0, 0)


def execute():
    os.execv(sys.executable, [sys.executable, "-c", "raise SystemExit(99)"])


SECRETS = (
    "/etc/shadow", "/etc/machine-id", "/etc/ssh/sshd_config", "/var/lib/dpkg/status",
    "/root/.bashrc", "/proc/1/environ", "/proc/1/mem", "/proc/1/root/etc/hostname", "/proc/kcore",
    "/proc/kallsyms", "/sys/kernel/uevent_seqnum", "/sys/fs/cgroup/cgroup.procs",
)  # fmt: skip
DEVICES = ("/dev/mem", "/dev/kvm", "/dev/fuse", "/dev/tty", "/dev/ptmx", "/dev/vda", "/dev/sda")
WRITES = (
    os.__file__, os.path.join(os.path.dirname(os.__file__), "planted.py"), "/planted", "/in/planted",
    "/dev/planted", "/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj", "/etc/ld.so.preload",
)  # fmt: skip
FAMILIES = {
    "INET": 2, "INET6": 10, "UNIX": 1, "NETLINK": 16, "PACKET": 17, "VSOCK": 40, "ALG": 38,
    "BLUETOOTH": 31, "XDP": 44,
}  # fmt: skip

ATTEMPTS = [
    *(("secrets", f"read {path}", lambda path=path: read(path)) for path in SECRETS),
    *(("devices", f"open {path}", lambda path=path: os.open(path, os.O_RDWR)) for path in DEVICES),
    *(("writes", f"write {path}", lambda path=path: write(path)) for path in WRITES),
    ("others", "see other processes", other_processes),
    ("others", "use inherited descriptors", inherited_descriptors),
    ("others", "signal every process", lambda: os.kill(-1, signal.SIGKILL) or "sent"),
    ("others", "signal process 1", lambda: os.kill(1, signal.SIGKILL) or "sent"),
    ("others", "trace process 1", lambda: call("ptrace", 0x4206, 1, 0, 0)),
    ("others", "read the memory of process 1", lambda: call("process_vm_readv", 1, 0, 0, 0, 0, 0)),
    ("others", "hold process 1", lambda: call("pidfd_open", 1, 0)),
    ("others", "take a descriptor of process 1", lambda: call("pidfd_getfd", 3, 0, 0)),
    ("others", "compare with process 1", lambda: call("kcmp", os.getpid(), 1, 0, 0, 0)),
    *(
        ("network", f"socket AF_{name}{note}", lambda number=number, high=high: call("socket", number | high, 1, 0))
        for name, number in FAMILIES.items()
        for note, high in (("", 0), (" with high bits", 1 << 32), (" with the sign bit", 1 << 63))
    ),
    ("network", "connect by the library", lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    ("mounts", "mount", lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, 0)),
    ("mounts", "unmount", lambda: call("umount2", b"/tmp", 2)),
    ("mounts", "fsopen", lambda: call("fsopen", b"tmpfs", 0)),
    ("mounts", "open_tree", lambda: call("open_tree", -100, b"/", 1)),
    ("mounts", "pivot_root", lambda: call("pivot_root", b"/tmp", b"/tmp")),
    ("mounts", "chroot", lambda: call("chroot", b"/tmp")),
    *(
        ("namespaces", f"unshare the {name} namespace", lambda flag=flag: call("unshare", flag))
        for name, flag in CLONE_NEW.items()
    ),
    ("namespaces", "clone with a user namespace", lambda: forked(lambda: call("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0))),
    ("namespaces", "clone3", lambda: call("clone3", 0, 0)),
    ("namespaces", "setns", lambda: call("setns", 0, 0)),
    ("identity", "become root", setuid_root),
    ("identity", "join a group", lambda: call("setgroups", 1, (ctypes.c_uint32 * 1)(0))),
    ("identity", "take capabilities", no_capabilities_header),
    ("identity", "own a file as root", lambda: (write("/tmp/mine"), os.chown("/tmp/mine", 0, 0))),
    ("identity", "become traceable", lambda: call("prctl", 4, 1, 0, 0, 0)),
    ("identity", "a filter of its own", lambda: call("seccomp", 1, 0, 0)),
    ("identity", "a filter by prctl", lambda: call("prctl", 22, 2, 0, 0, 0)),
    ("identity", "raise a hard limit", raise_limit),
    ("identity", "switch address randomisation off", lambda: call("personality", 0x40000)),
    ("kernel", "keyctl", lambda: call("keyctl", 0, -3, 0, 0, 0)),
    ("kernel", "add_key", lambda: call("add_key", b"user", b"k", b"v", 1, -3)),
    ("kernel", "bpf", lambda: call("bpf", 0, 0, 0)),
    ("kernel", "perf_event_open", lambda: call("perf_event_open", 0, 0, -1, -1, 0)),
    ("kernel", "userfaultfd", lambda: call("userfaultfd", 1)),
    ("kernel", "io_uring_setup", lambda: call("io_uring_setup", 1, 0)),
    ("kernel", "open_by_handle_at", lambda: call("open_by_handle_at", -100, 0, 0)),
    ("kernel", "fanotify_init", lambda: call("fanotify_init", 0, 0)),
    ("kernel", "memfd_secret", lambda: call("memfd_secret", 0)),
    ("kernel", "init_module", lambda: call("init_module", 0, 0, b"")),
    ("kernel", "kexec_load", lambda: call("kexec_load", 0, 0, 0, 0)),
    ("kernel", "read the kernel log", lambda: call("syslog", 3, 0, 0)),
    ("kernel", "reboot, with wrong magic", lambda: call("reboot", 0, 0, 0, 0)),
    ("kernel", "sethostname", lambda: call("sethostname", b"x", 1)),
    ("kernel", "set the clock", lambda: call("settimeofday", 0, 0)),
    ("kernel", "System V shared memory", lambda: call("shmget", 0, 4096, 0o1600)),
    ("kernel", "map address zero", lambda: map_zero()),
    ("files", "make a device", lambda: os.mknod("/tmp/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))),
    ("files", "link the interpreter into /out", lambda: os.link(sys.executable, "/out/python")),
    ("programs", "fork", lambda: forked(os.fork)),
    ("programs", "execute a memory file", execute_memory_file),
    ("programs", "execute a program", execute),
]  # fmt: skip


def map_zero():
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    ctypes.set_errno(0)
    # MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS
    if libc.mmap(None, 4096, 3, 0x32, -1, 0) == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")
    return "mapped"


def attempt(family, name, trial):
    try:
        answer, refused = f"got through: {trial()}", False
    except OSError as error:
        answer = errno.errorcode.get(error.errno, str(error.errno))
        refused = error.errno in REFUSALS
    except ValueError as error:  # resource.setrlimit says EPERM in its own words
        answer, refused = str(error), "not allowed" in str(error)
    return {"family": family, "attempt": name, "answer": answer, "refused": refused}


def plant():
    """What a collector with more rights than the job might follow, open or hang on."""
    os.symlink("/etc/shadow", "/out/link")
    os.symlink("/", "/out/directory-link")
    os.mkfifo("/out/fifo")
    with open("/out/honest.txt", "w") as file:
        file.write("a regular file\n")
    os.link("/out/honest.txt", "/out/second-name.txt")
    with open("/out/unreadable.txt", "w") as file:
        file.write("mode 0\n")
    os.chmod("/out/unreadable.txt", 0)
    return sorted(os.listdir("/out"))


def run_thread():
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    return done == [1]


def use_socket_pair():
    one, other = socket.socketpair()
    one.send(b"x")
    return other.recv(1) == b"x"


def use_memory():
    with mmap.mmap(-1, 1 << 20) as memory:
        memory[:4] = b"fine"
        return memory[:4] == b"fine"


# The benign twins: a filter that refuses everything would pass all of the above.
WORKS = {
    "start a thread": run_thread,
    "write to /tmp": lambda: write("/tmp/scratch") == "written",
    "write to /dev/shm": lambda: write("/dev/shm/scratch") == "written",
    "read /dev/urandom": lambda: read("/dev/urandom") == "read 64 bytes",
    "use a socket pair": use_socket_pair,
    "map memory": use_memory,
    "import a module": lambda: __import__("xml.dom.minidom") is not None,
}


def main():
    attempts = [attempt(*row) for row in ATTEMPTS]
    works = [{"what": what, "works": bool(trial())} for what, trial in WORKS.items()]
    through = [row for row in attempts if not row["refused"]]
    broodbox.result({"attempts": attempts, "works": works, "planted": plant()})
    for row in through:
        print(f"{row['family']}: {row['attempt']}: {row['answer']}")
    print(f"{len(attempts) - len(through)} of {len(attempts)} attempts refused")
    sys.exit(0 if not through and all(row["works"] for row in works) else 1)


if __name__ == "__main__":
    main()
