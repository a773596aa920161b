"""The unconfined peer of a warm job: forks of one loaded interpreter, parked, each running one piece of code.

Run as: parked_fork.py SOCKET [MODULE...]. Each byte on stdin asks for one more parked child; each child connects to
SOCKET, reads code framed by four bytes of length, runs it with its output on that socket, and exits. "PID" on stdout,
once reaped. One thread, as in a zygote. Nothing is done in a signal handler: a signal is one byte in a pipe that the
loop reads, so that no read is ever entered twice.
"""

import gc
import importlib
import os
import selectors
import signal
import socket
import struct
import sys


def receive(channel):
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack("<I", data[:4])[0]:
        chunk = channel.recv(65536)
        if not chunk:
            os._exit(0)
        data += chunk
    return data[4:]


def child(path):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = socket.socket(socket.AF_UNIX)
    channel.connect(path)
    code = receive(channel)
    os.dup2(channel.fileno(), 1)
    exec(compile(code, "job.py", "exec"), {"__name__": "__main__"})
    sys.stdout.flush()
    os._exit(0)


def reap():
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        os.write(1, b"%d\n" % pid)


def main(path, modules):
    for name in modules:
        importlib.import_module(name)
    wake_out, wake_in = os.pipe()
    os.set_blocking(wake_in, False)
    os.set_blocking(wake_out, False)
    signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.collect()
    gc.disable()
    gc.freeze()
    events = selectors.DefaultSelector()
    events.register(0, selectors.EVENT_READ)
    events.register(wake_out, selectors.EVENT_READ)
    while True:
        for key, _ in events.select():
            if key.fd == wake_out:
                try:
                    os.read(wake_out, 4096)
                except BlockingIOError:
                    pass
                reap()
                continue
            orders = os.read(0, 4096)
            if not orders:
                return
            for _ in orders:
                if os.fork() == 0:
                    child(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
