"""Signals, priorities and limits. Handed back: how each attempt was answered."""

import ctypes
import os
import resource
import signal
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import call

REALTIME = (ctypes.c_int * 1)(1)
GROWN = ("CORE", "NOFILE", "FSIZE", "STACK", "MEMLOCK", "MSGQUEUE", "RTPRIO", "NICE", "SIGPENDING")
information = ctypes.create_string_buffer(128)


def raise_hard(name):
    number = getattr(resource, f"RLIMIT_{name}", None)
    if number is None:
        raise PermissionError(1, "not of this interpreter")
    _, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        return "infinite already"
    resource.setrlimit(number, (hard, hard + 1))
    return "raised"


def lower_and_raise():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)


def nice(value):  # the process's own
    os.setpriority(os.PRIO_PROCESS, 0, value)
    return f"nice {os.getpriority(os.PRIO_PROCESS, 0)}"


def handles_own():
    got = []
    signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    return got == [signal.SIGUSR1]


GROUPS = {
    "signals": {
        **{f"init {number}": lambda number=number: os.kill(1, number) for number in (1, 2, 9, 15, 17, 19, 64)},
        "init exists": lambda: os.kill(1, 0),
        "everybody": lambda: os.kill(-1, signal.SIGKILL),
        "everybody stops": lambda: os.kill(-1, signal.SIGSTOP),
        "group 1": lambda: os.killpg(1, signal.SIGKILL),
        "thread of init": lambda: call("tgkill", 1, 1, 9),
        "thread of init, by tkill": lambda: call("tkill", 1, 9),
        "queued to init": lambda: call("rt_sigqueueinfo", 1, 15, information),
        "a pid of the host": lambda: os.kill(os.getpid() + 1000, 9),
    },
    "limits": {
        **{name: lambda name=name: raise_hard(name) for name in GROWN},
        "priority": lambda: nice(-1),
        "real time": lambda: call("sched_setscheduler", 0, 1, REALTIME),
        "round robin": lambda: call("sched_setscheduler", 0, 2, REALTIME),
        "deadline": lambda: call("sched_setattr", 0, information, 0),
        "io priority": lambda: call("ioprio_set", 1, 0, 1 << 13),
        "locked memory": lambda: call("mlock", ctypes.addressof(information), 4096),
        "all memory locked": lambda: call("mlockall", 3),
        "scheduling of init": lambda: os.sched_setaffinity(1, {0}),
        "priority of init": lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
        "priority of root": lambda: os.setpriority(os.PRIO_USER, 1, 19),
    },
}
group = sys.argv[1]
if group == "works":
    broodbox.result(
        attempts.works(
            {
                "own signals": handles_own,
                "soft limits": lower_and_raise,
                "politeness": lambda: nice(5) == "nice 5",
                "affinity": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}) is None,
                "alarm": lambda: signal.setitimer(signal.ITIMER_REAL, 0) is not None,
            }
        )
    )
else:
    broodbox.result(attempts.answers(GROUPS[group]))
