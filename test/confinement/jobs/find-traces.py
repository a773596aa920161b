"""Looks for what leave-traces.py leaves, and for anything else that is not this job's own."""

import ctypes
import json
import os
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox

found = []
for directory, directories, files in os.walk("/"):
    if directory.startswith("/proc"):
        directories.clear()
    found += [os.path.join(directory, name) for name in files if name in ("trace", ".trace")]
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
shared = libc.shmget(ctypes.c_int(0x7ACE), ctypes.c_size_t(0), 0) if "shmget" in attempts.NUMBERS else -1
broodbox.result(
    {
        "files": found,
        "scratch": {place: sorted(os.listdir(place)) for place in ("/tmp", "/job", "/out", "/dev/shm", "/in")},
        "environment": ["TRACE" in os.environ, libc.getenv(b"TRACE") is not None],
        "modules": [hasattr(module, "trace") for module in (json, os, broodbox, sys)] + ["trace_module" in sys.modules],
        "path": "/trace" in sys.path,
        "recursionLimit": sys.getrecursionlimit(),
        "umask": os.umask(0o022),
        "cwd": os.getcwd(),
        "shared": shared,
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    }
)
