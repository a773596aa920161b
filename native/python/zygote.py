"""The script of a Python zygote: imports the preload set once, checks that a fork of it would be sound, and serves.

Run as: python -I -B -X utf8 zygote.py MODULE [PRELOAD ...], with the fork channel on descriptor 3.
Every child returns from serve() confined, with nothing but its five descriptors, and runs one job (runner.py).
"""

import ctypes
import errno
import gc
import importlib
import os
import sys
import time

CHANNEL = 3
HERE = os.path.dirname(os.path.abspath(__file__))


class Refused(Exception):
    """This zygote must not serve; args: step, errno, detail."""


def threads():
    return len(os.listdir("/proc/self/task"))


def descriptors():
    """Open descriptors by what they are, without the one that lists them."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass  # the listing's own
    return found


def shared_writable():
    """Mappings that a child would share with its siblings."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        return [line.split(None, 5)[-1].strip() for line in maps if line.split()[1].startswith("rw-s")]


def preload(names):
    """Imports one module after the other, so that the one that breaks the rules can be named."""
    before = descriptors()
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as error:  # a preload may do anything, also exit
            raise Refused("preload", errno.ENOENT, f"cannot import {name}: {type(error).__name__}: {error}") from None
        if threads() != 1:
            raise Refused("preload", errno.EBUSY, f"{name} started a thread; a zygote that forks must have one")
        opened = {fd: what for fd, what in descriptors().items() if fd not in before}
        if opened:
            raise Refused("preload", errno.EMFILE, f"{name} left descriptors open: {sorted(opened.values())}")
        if shared_writable():
            raise Refused("preload", errno.EACCES, f"{name} left shared writable memory: {shared_writable()}")


def warn_of_generators():
    """Names generators that a preload made: every job would draw the same numbers from them. CPython renews its own
    and the runner numpy's legacy one; an instance in somebody's module cannot be renewed without its owner."""
    kinds = []
    random, numpy_random = sys.modules.get("random"), sys.modules.get("numpy.random")
    if random is not None:
        kinds.append(random.Random)
    if numpy_random is not None:
        kinds.append(numpy_random.Generator)
    own = getattr(random, "_inst", None)
    for thing in gc.get_objects() if kinds else ():
        # type() and not isinstance(): a lazy proxy would be loaded by the question.
        if issubclass(type(thing), tuple(kinds)) and thing is not own and not isinstance(thing, random.SystemRandom):
            kind = f"{type(thing).__module__}.{type(thing).__qualname__}"
            print(f"zygote: a preload made a {kind}; all jobs of this zygote will draw the same from it", file=sys.stderr)


def load_native(path):
    native = ctypes.PyDLL(path)
    native.broodbox_serve.argtypes = [ctypes.c_int, ctypes.c_uint]
    native.broodbox_zygote_fault.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p]
    return native


def main():
    native = load_native(sys.argv[1])
    names = sys.argv[2:]
    start = time.monotonic()
    try:
        if os.getpid() == 2:
            # Every job is process 2 of its namespace, and OpenSSL tells a fork by a changed pid.
            raise Refused("preload", errno.EBUSY, "the zygote is process 2, as every job will be")
        native.broodbox_loading()
        sys.path.insert(0, HERE)
        import runner

        sys.path.remove(HERE)
        preload(names)
    except Refused as refused:
        step, error, detail = refused.args
        native.broodbox_zygote_fault(CHANNEL, step.encode(), error, detail.encode("utf-8", "replace")[:190])
        return 1
    warn_of_generators()
    runner.prepare()
    # Collected and frozen, so that no later collection in a child touches the pages it shares with us.
    gc.collect()
    gc.disable()
    gc.freeze()
    sys.stdout.flush()
    sys.stderr.flush()
    elapsed_us = int((time.monotonic() - start) * 1e6)
    served = native.broodbox_serve(CHANNEL, min(elapsed_us, 2**32 - 1))
    if served == 1:
        runner.run(native.broodbox_ready)  # never returns
    return 0 if served == 0 else 1


os._exit(main())
