"""Looks for a descriptor that answers for the filter, and for ways to make one."""

import ctypes
import os
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import call, libc

NOTIFICATION_RECEIVE, NOTIFICATION_ID_VALID = 0xC0502100, 0x40082102
NOTIFICATION_SEND, NOTIFICATION_ADD_DESCRIPTOR, NOTIFICATION_FLAGS = 0xC0182101, 0x40182103, 0x40082104
REQUESTS = (NOTIFICATION_RECEIVE, NOTIFICATION_SEND, NOTIFICATION_ID_VALID, NOTIFICATION_ADD_DESCRIPTOR, NOTIFICATION_FLAGS)
buffer = ctypes.create_string_buffer(256)


def ask(number, request):
    ctypes.set_errno(0)
    libc.ioctl(number, ctypes.c_ulong(request), buffer)
    return ctypes.get_errno()


def descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass  # the listing's own
    return found


answers = {ask(number, request) for number in range(8) for request in REQUESTS}
targets = descriptors()
broodbox.result(
    {
        "errnos": sorted(answers),
        "kinds": sorted({target.split(":")[0] for target in targets.values()}),
        "listeners": [target for target in targets.values() if "seccomp" in target],
        "taken": attempts.answers(
            {
                "listener": lambda: call("seccomp", 1, 8, buffer),
                "by prctl": lambda: call("prctl", 22, 2, buffer, 0, 0),
                "sizes": lambda: call("seccomp", 3, 0, buffer),
                "pidfd_getfd": lambda: call("pidfd_getfd", 0, 0, 0),
            }
        ),
        "stillReported": attempts.attempt(lambda: call("setns", 77, 0)),
    }
)
