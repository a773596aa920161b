"""Looks around: everything that a job can tell about itself and where it is."""

import os
import socket
import stat
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def status():
    pairs = (line.split(":", 1) for line in lines("/proc/self/status"))
    return {key: value.strip() for key, value in pairs}


def mounts():
    found = {}
    for line in lines("/proc/self/mountinfo"):
        fields = line.split(" ")
        separator = fields.index("-")
        found[fields[4]] = {
            "options": fields[5].split(","),
            "type": fields[separator + 1],
            "peers": fields[6:separator],
        }
    return found


def descriptors():
    found = {}
    for number in range(1024):
        try:
            found[number] = stat.filemode(os.fstat(number).st_mode)[0]
        except OSError:
            pass
    return found


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def can_write(directory):
    path = os.path.join(directory, "written")
    with open(path, "w", encoding="ascii") as file:
        file.write("x")
    os.unlink(path)
    return True


broodbox.result(
    {
        "status": status(),
        "mounts": mounts(),
        "descriptors": descriptors(),
        "processes": sorted(name for name in os.listdir("/proc") if name.isdigit()),
        "root": sorted(os.listdir("/")),
        "dev": sorted(os.listdir("/dev")),
        "etc": sorted(os.listdir("/etc")),
        "tmp": os.listdir("/tmp"),
        "environment": dict(os.environ),
        "cwd": os.getcwd(),
        "job": os.listdir("/job"),
        "umask": umask(),
        "hostname": socket.gethostname(),
        "domain": os.uname()[1],
        "cgroups": [line.split(":", 2)[2] for line in lines("/proc/self/cgroup")],
        "ids": [os.getpid(), os.getppid(), *os.getresuid(), *os.getresgid()],
        "groups": os.getgroups(),
        "terminal": [os.isatty(number) for number in (0, 1, 2)],
        "session": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
        "scheduling": [os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)],
        "refused": attempts.answers(
            {
                "list /sys": lambda: os.listdir("/sys"),
                "list /proc/net": lambda: os.listdir("/proc/net"),
                "list /proc/sys": lambda: os.listdir("/proc/sys"),
                "open /proc/1": lambda: os.listdir("/proc/1"),
                "open /dev/tty": lambda: os.open("/dev/tty", os.O_RDWR),
                "list /run": lambda: os.listdir("/run"),
                "list /home": lambda: os.listdir("/home"),
            }
        ),
        "interfaces": attempts.attempt(socket.if_nameindex),
        "works": attempts.works(
            {
                "write to /tmp": lambda: can_write("/tmp"),
                "write to /job": lambda: can_write("/job"),
                "write to /out": lambda: can_write("/out"),
                "write to /dev/shm": lambda: can_write("/dev/shm"),
                "write to /dev/null": lambda: os.write(os.open("/dev/null", os.O_WRONLY), b"x") == 1,
                "read /dev/urandom": lambda: len(os.read(os.open("/dev/urandom", os.O_RDONLY), 8)) == 8,
            }
        ),
    }
)
