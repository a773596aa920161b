"""The floor of every job: fork, exit, wait of a loaded interpreter, in a loop.

Run as: fork_loop.py [MODULE...]. Says "ready", then answers each line on stdin with one line:

    libc MS         forks for MS milliseconds through libc alone, without the interpreter's hooks: the strict floor
    os MS           the same through os.fork, which runs them
    libc N times    N forks; the answer is the microseconds of each
    filter N times  the same, each child installing the filter that `filter FILE` named before it exits
    filter FILE     reads a compiled filter

The answer to MS is "FORKS MICROSECONDS".
"""

import ctypes
import gc
import importlib
import os
import sys
import time

# PyDLL keeps the interpreter lock: there is one thread, and letting go of the lock is part of os.fork's cost, not of this.
LIBC = ctypes.PyDLL(None, use_errno=True)

PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER = 1
# As native/filter.c installs it: TSYNC, NEW_LISTENER, TSYNC_ESRCH.
FLAGS = 1 | 8 | 16
SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}[os.uname().machine]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def once_libc(_):
    pid = LIBC.fork()
    if pid == 0:
        LIBC._exit(0)
    return pid


def once_os(_):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


def once_filter(program):
    pid = LIBC.fork()
    if pid == 0:
        LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if LIBC.syscall(SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, FLAGS, program) < 0:
            LIBC._exit(ctypes.get_errno() or 1)
        LIBC._exit(0)
    return pid


def wait(pid, status):
    if pid < 0 or LIBC.waitpid(pid, ctypes.byref(status), 0) != pid or status.value != 0:
        raise SystemExit(f"fork_loop: a child ended with wait status {status.value}, fork gave {pid}")


def for_a_while(once, program, ms):
    status = ctypes.c_int(0)
    start = time.monotonic_ns()
    end = start + ms * 1_000_000
    forks = 0
    while time.monotonic_ns() < end:
        wait(once(program), status)
        forks += 1
    return f"{forks} {(time.monotonic_ns() - start) // 1000}"


def times(once, program, count):
    status = ctypes.c_int(0)
    each = []
    for _ in range(count):
        start = time.monotonic_ns()
        wait(once(program), status)
        each.append((time.monotonic_ns() - start) / 1000)
    return " ".join(map(str, each))


def main(modules):
    for name in modules:
        importlib.import_module(name)
    gc.collect()
    gc.disable()
    gc.freeze()
    ways = {"libc": once_libc, "os": once_os, "filter": once_filter}
    data, program = b"", None
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "filter" and len(words) == 2:
            with open(words[1], "rb") as file:
                data = file.read()
            program = ctypes.byref(Program(len(data) // 8, data))
            answer = f"{len(data) // 8} instructions"
        elif len(words) == 3:
            answer = times(ways[words[0]], program, int(words[1]))
        else:
            answer = for_a_while(ways[words[0]], program, int(words[1]))
        print(answer, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
