"""Tries to write where nothing is its own, to plant code, to find devices and to reach kernel files."""

import glob
import os
import stat
import sys
import sysconfig

sys.path.insert(0, "/in")
import attempts
import broodbox

LIBRARY = sysconfig.get_path("stdlib")
CACHE = os.path.join(LIBRARY, "__pycache__")
PACKAGES = [path for path in sys.path if path.endswith("-packages")]


def write(path, flags=os.O_WRONLY | os.O_CREAT):
    descriptor = os.open(path, flags, 0o666)
    os.write(descriptor, b"planted")
    os.close(descriptor)
    return "written"


def device(kind, major, minor):
    os.mknod("/tmp/device", kind | 0o666, os.makedev(major, minor))
    return "made"


def set_id():
    """A program with set-id bits that others might run; the bits must not count where they lie."""
    write("/job/program")
    os.chmod("/job/program", 0o6755)
    if os.statvfs("/job").f_flag & os.ST_NOSUID:
        raise PermissionError(1, "bits without effect")
    return "bits"


def through_descriptor(path):
    """O_PATH first, then a reopening through /proc: no way around the rights of a mount."""
    held = os.open(path, os.O_PATH)
    try:
        return write(f"/proc/self/fd/{held}", os.O_WRONLY)
    finally:
        os.close(held)


writes = {
    "interpreter": lambda: write(os.path.realpath(sys.executable), os.O_WRONLY),
    "interpreter through a descriptor": lambda: through_descriptor(os.path.realpath(sys.executable)),
    "module": lambda: write(os.__file__, os.O_WRONLY),
    "module truncated": lambda: os.truncate(os.__file__, 0),
    "new module": lambda: write(os.path.join(LIBRARY, "planted.py")),
    "bytecode": lambda: write(os.path.join(CACHE, "planted.cpython-311.pyc")),
    "bytecode of os": lambda: write(next(iter(glob.glob(CACHE + "/os.*.pyc")), CACHE + "/os.pyc")),
    "module removed": lambda: os.unlink(os.__file__),
    "module renamed": lambda: os.rename(os.__file__, os.__file__ + ".old"),
    "module's mode": lambda: os.chmod(os.__file__, 0o777),
    "module's times": lambda: os.utime(os.__file__, (0, 0)),
    "directory in the library": lambda: os.mkdir(os.path.join(LIBRARY, "planted")),
    "link in the library": lambda: os.symlink("/tmp", os.path.join(LIBRARY, "planted")),
    "hard link of the interpreter": lambda: os.link(os.path.realpath(sys.executable), "/job/python"),
    **{f"path file in {path}": lambda path=path: write(os.path.join(path, "planted.pth")) for path in PACKAGES},
    "libc": lambda: write("/usr/lib/x86_64-linux-gnu/libc.so.6", os.O_WRONLY),
    "preload list": lambda: write("/etc/ld.so.preload"),
    "passwd": lambda: write("/etc/passwd", os.O_WRONLY),
    "hosts": lambda: write("/etc/hosts", os.O_WRONLY),
    "root directory": lambda: write("/planted"),
    "inputs": lambda: write("/in/planted"),
    "an input": lambda: write("/in/attempts.py", os.O_WRONLY),
    "an input removed": lambda: os.unlink("/in/attempts.py"),
    "an input's mode": lambda: os.chmod("/in/attempts.py", 0o777),
    "device directory": lambda: write("/dev/planted"),
    "device removed": lambda: os.unlink("/dev/null"),
    "device's mode": lambda: os.chmod("/dev/null", 0o777),
    "/tmp replaced": lambda: os.rename("/tmp", "/old"),
    "link over /out": lambda: os.symlink("/etc", "/out2"),
}
kernel = {
    path: lambda path=path: write(path, os.O_WRONLY)
    for path in (
        "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
        "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups",
        "/proc/self/attr/current", "/proc/self/timerslack_ns", "/proc/self/coredump_filter", "/proc/self/loginuid",
        "/proc/self/clear_refs", "/proc/self/mem", "/proc/1/mem", "/proc/1/oom_score_adj",
        "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/cgroup.procs",
        "/sys/kernel/security/apparmor/.load", "/proc/scsi/scsi", "/proc/timer_stats",
    )
}  # fmt: skip
secrets = {
    path: lambda path=path: open(path, "rb").close()
    for path in (
        "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssh/ssh_host_ed25519_key", "/var/lib/dpkg/status",
        "/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/keys", "/proc/config.gz", "/proc/cmdline",
        "/proc/modules", "/proc/iomem", "/proc/net/tcp", "/proc/1/environ", "/proc/1/maps",
        "/proc/1/root/etc/hostname", "/proc/1/cwd/etc/hostname", "/proc/1/status", "/proc/1/cmdline",
        "/proc/2/../1/status", "/sys/kernel/notes", "/sys/class/net/lo/address",
        "/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/dev/log", "/run/dbus/system_bus_socket",
    )
}  # fmt: skip
devices = {
    **{
        f"open /dev/{name}": lambda name=name: os.close(os.open(f"/dev/{name}", os.O_RDWR))
        for name in (
            "mem", "kmem", "port", "kmsg", "kvm", "fuse", "tty", "tty0", "console", "ptmx", "pts/0", "vda", "sda",
            "nvme0n1", "loop0", "loop-control", "net/tun", "vhost-net", "vsock", "uinput", "userfaultfd", "sev", "hpet",
            "btrfs-control", "mapper/control", "nvidia0", "dri/card0", "snd/timer", "cpu/0/msr", "rtc0", "watchdog",
        )
    },
    "make a character device": lambda: device(stat.S_IFCHR, 1, 1),
    "make a block device": lambda: device(stat.S_IFBLK, 254, 0),
    "set-id bits": set_id,
}  # fmt: skip


def scratch(directory):
    path = os.path.join(directory, "file")
    write(path)
    os.chmod(path, 0o600)
    os.utime(path, (1, 1))
    os.rename(path, path + "2")
    os.symlink(path + "2", path)
    os.unlink(path)
    os.unlink(path + "2")
    return True


def fifo():
    os.mkfifo("/tmp/fifo")
    return stat.S_ISFIFO(os.stat("/tmp/fifo").st_mode)


twins = {
    **{f"files in {directory}": lambda directory=directory: scratch(directory) for directory in ("/tmp", "/job", "/out", "/dev/shm")},
    "a pipe with a name": fifo,
    "reading an input": lambda: len(open("/in/attempts.py").read()) > 0,
    "importing what was not loaded": lambda: __import__("xml.dom.minidom") is not None,
    "its own code changed": lambda: write("/job/files.py") == "written",
    "reading its maps": lambda: len(open("/proc/self/maps").read()) > 0,
    "writing to /dev/full": lambda: attempts.attempt(lambda: write("/dev/full", os.O_WRONLY)) == "ENOSPC",
}  # fmt: skip
GROUPS = {"writes": writes, "kernel": kernel, "secrets": secrets, "devices": devices}
group = sys.argv[1]
broodbox.result(attempts.works(twins) if group == "works" else attempts.answers(GROUPS[group]))
