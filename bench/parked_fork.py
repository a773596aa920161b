"""The unconfined peer of hello.mjs: forks of one loaded interpreter, parked, each running one piece of code.

Run as: parked_fork.py SOCKET. Each line on stdin asks for one more parked child; each child connects to SOCKET, reads
code framed by four bytes of length, runs it with its output on that socket, and exits. "PID" on stdout, once reaped.
"""

import os
import signal
import socket
import struct
import sys


def child(path):
    channel = socket.socket(socket.AF_UNIX)
    channel.connect(path)
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack("<I", data[:4])[0]:
        chunk = channel.recv(65536)
        if not chunk:
            os._exit(0)
        data += chunk
    os.dup2(channel.fileno(), 1)
    exec(compile(data[4:], "job.py", "exec"), {"__name__": "__main__"})
    sys.stdout.flush()
    os._exit(0)


def main():
    for _ in sys.stdin:
        if os.fork() == 0:
            child(sys.argv[1])


if __name__ == "__main__":
    # One thread, as in a zygote: children are reaped by a signal handler.
    def on_child(*_):
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            os.write(1, b"%d\n" % pid)

    signal.signal(signal.SIGCHLD, on_child)
    main()
