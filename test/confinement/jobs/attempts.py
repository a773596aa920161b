"""What the jobs of these tests share; it reaches them as the input /in/attempts.py.

call(name, …) makes a raw system call with whole registers; attempt(trial) says in a word how the kernel
answered: the name of the errno, or "through: …" when there was none.
"""

import ctypes
import errno
import json
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
with open("/in/calls.json", encoding="ascii") as file:
    NUMBERS = json.load(file)
CLONE_NEW = {
    "time": 0x80, "mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000,
    "user": 0x10000000, "pid": 0x20000000, "network": 0x40000000,
}  # fmt: skip


def raw(number, *arguments):
    ctypes.set_errno(0)
    registers = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    answer = libc.syscall(ctypes.c_long(number), *registers)
    if answer == -1 and ctypes.get_errno() != 0:
        raise OSError(ctypes.get_errno(), f"call {number}")
    return answer


def call(name, *arguments):
    # aarch64 never had some of the older calls: there is nothing to refuse then.
    if name not in NUMBERS:
        raise OSError(errno.ENOSYS, name)
    return raw(NUMBERS[name], *arguments)


def clone(flags):
    """A child that ends at once; its number in the parent."""
    child = call("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def attempt(trial):
    try:
        return f"through: {trial()}"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    except ValueError as error:  # resource.setrlimit says EPERM in words
        return "EPERM" if "not allowed" in str(error) else f"ValueError: {error}"


def answers(attempts):
    return {name: attempt(trial) for name, trial in attempts.items()}


def works(trials):
    """The benign twins: True, or what went wrong."""
    found = {}
    for name, trial in trials.items():
        try:
            found[name] = bool(trial())
        except BaseException as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found
