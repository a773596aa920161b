"""Gets refused, in the way that its argument names."""

import ctypes
import os
import sys
import threading

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import call

buffer = ctypes.create_string_buffer(256)


def arguments():
    """Pointers, narrow registers with junk above, plain numbers; twice the same but for pointer and junk."""
    for junk in (1 << 32, 1 << 33):
        attempts.attempt(lambda: call("ptrace", junk | 16, junk | 1, ctypes.addressof(buffer) + junk % 7, 3))
        attempts.attempt(lambda: call("setns", junk | 5, junk | 0x20000))
    attempts.attempt(lambda: call("mount", b"/secret/source", b"/secret/target", b"tmpfs", 0x1000, b"secret=data"))


def kinds():
    """More different refusals than a result lists."""
    for number in range(90):
        attempts.attempt(lambda: call("setns", number, 0))


def quiet():
    """What libraries probe: nothing to report."""
    import socket

    for trial in (
        lambda: call("mbind", 0, 0, 0, 0, 0, 0),
        lambda: call("set_mempolicy", 0, 0, 0),
        lambda: os.chown("/tmp", -1, -1),
        lambda: os.setxattr("/tmp", "user.name", b"value"),
        lambda: call("ioprio_get", 1, 0),
        lambda: call("clone3", 0, 0),
        lambda: call("openat2", 0, 0, 0, 0),
        lambda: call("io_uring_setup", 0, 0),
        lambda: call("landlock_create_ruleset", 0, 0, 1),
        lambda: call("seccomp", 0, 0, 0),
        lambda: attempts.raw(600),
        lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    ):
        attempts.attempt(trial)
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


def flood():
    for _ in range(10_000):
        attempts.attempt(lambda: call("ptrace", 0, 0, 0, 0))


def flood_of_threads():
    threads = [threading.Thread(target=flood) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def few():
    for _ in range(50):
        attempts.attempt(lambda: call("ptrace", 0, 0, 0, 0))


def tripwire():
    print("before", flush=True)
    attempts.attempt(lambda: call("ptrace", 0, 0, 0, 0))
    print("after", flush=True)


WAYS = {
    "arguments": arguments, "kinds": kinds, "quiet": quiet, "flood": flood, "few": few,
    "floodOfThreads": flood_of_threads, "tripwire": tripwire,
}  # fmt: skip
WAYS[sys.argv[1]]()
broodbox.result("done")
