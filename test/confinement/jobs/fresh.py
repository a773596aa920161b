"""The state that a program finds when it starts. Printed, so that a plain interpreter can run it too."""

NAMES = sorted(globals())

import asyncio
import atexit
import decimal
import faulthandler
import gc
import json
import locale
import logging
import os
import signal
import sys
import threading
import warnings


def pattern(value):
    return getattr(value, "pattern", value)


def handler(number):
    return getattr(signal.getsignal(number), "__name__", str(signal.getsignal(number)))


def stream(name):
    file = getattr(sys, name)
    original = getattr(sys, f"__{name}__")
    return [file.name, file.encoding, file.errors, file.mode, file.newlines, file is original, file.isatty(), file.fileno()]


state = {
    "names": [name for name in ("__name__", "__file__", "__doc__", "__builtins__") if name in NAMES],
    "main": sys.modules["__main__"].__dict__ is globals(),
    "spec": repr(__spec__),
    "file": os.path.basename(__file__),
    "argv": [os.path.basename(sys.argv[0]), *sys.argv[1:]],
    "signals": {number.name: handler(number) for number in signal.valid_signals() if isinstance(number, signal.Signals)},
    "wakeup": signal.set_wakeup_fd(-1),
    "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "warnings": [[a, pattern(m), c.__name__, pattern(o), line] for a, m, c, o, line in warnings.filters],
    "decimal": str(decimal.getcontext()),
    "streams": {name: stream(name) for name in ("stdin", "stdout", "stderr")},
    "encodings": [sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()],
    "locale": [locale.setlocale(locale.LC_ALL), list(locale.getlocale())],
    "limits": [sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits()],
    "gc": [gc.isenabled(), gc.get_threshold(), gc.get_debug()],
    "flags": [str(sys.flags), sys.dont_write_bytecode, sys.warnoptions],
    "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, threading.excepthook is threading.__excepthook__, sys.gettrace(), sys.getprofile()],
    "threads": [threading.active_count(), threading.current_thread() is threading.main_thread(), threading.main_thread().name, threading.get_native_id() == os.getpid(), threading.main_thread().native_id == os.getpid(), threading.main_thread().ident == threading.get_ident()],
    "loop": type(asyncio.get_event_loop_policy()).__name__,
    "logging": [logging.getLogger().level, len(logging.getLogger().handlers), logging.lastResort.stream is sys.stderr],
    "faulthandler": faulthandler.is_enabled(),
    "path": [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))],
    "umask": os.umask(0o022),
    "cwd": os.getcwd() == os.path.dirname(os.path.abspath(__file__)),
    "environment": {name: os.environ.get(name) for name in ("HOME", "PATH", "LANG", "USER", "PYTHONPATH")},
}
print(json.dumps(state, default=str, indent=1, sort_keys=True))
