"""Leaves something in every place that outlives a statement, says so, and waits when asked to."""

import ctypes
import json
import os
import sys
import threading

sys.path.insert(0, "/in")
import attempts
import broodbox

PLACES = ("/tmp", "/job", "/out", "/dev/shm", "/in", "/", "/dev", "/etc", "/usr", "/root", "/home", "/var/tmp", "/run")
written = []
for place in PLACES:
    for name in ("trace", ".trace"):
        try:
            with open(f"{place}/{name}", "w", encoding="ascii") as file:
                file.write("trace of an earlier job")
            written.append(f"{place}/{name}")
        except OSError:
            pass
os.environ["TRACE"] = "set"
json.trace = os.trace = broodbox.trace = sys.trace = "set"
sys.modules["trace_module"] = json
sys.path.append("/trace")
sys.setrecursionlimit(4321)
os.umask(0o077)
os.chdir("/tmp")
shared = {
    "System V memory": attempts.attempt(lambda: attempts.call("shmget", 0x7ACE, 4096, 0o1666)),
    "System V semaphores": attempts.attempt(lambda: attempts.call("semget", 0x7ACE, 1, 0o1666)),
    "System V messages": attempts.attempt(lambda: attempts.call("msgget", 0x7ACE, 0o1666)),
    "POSIX messages": attempts.attempt(lambda: attempts.call("mq_open", b"trace", 0o102, 0o666, 0)),
    "keyring": attempts.attempt(lambda: attempts.call("add_key", b"user", b"trace", b"x", 1, -4)),
}
ctypes.CDLL(None).setenv(b"TRACE", b"set", 1)
broodbox.result({"written": sorted(written), "shared": shared})
print("left", flush=True)
if "wait" in sys.argv:
    threading.Event().wait()
