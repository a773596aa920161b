"""Drives sandlock: one Sandbox per run, with no network and no writable directory.

Run as: sandlock_driver.py ORDERS (JSON). Its two ways are two peers: run() starts the interpreter inside,
and fork(1) copies this process, which has imported the preload list, and confines the copy. Every
protection that the kernel supports is required, as is its default.
"""

import importlib
import json
import os
import signal
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICES = ["/dev/null", "/dev/urandom"]


def main(orders):
    sys.path[:0] = [HERE, orders["packages"]]
    import frames
    import sandlock

    for name in orders["preload"] if orders["fork"] else []:
        importlib.import_module(name)
    policy = dict(
        fs_readable=[bind["target"] for bind in orders["binds"]] + links_of(orders["links"]) + DEVICES,
        max_memory="512M",
        max_processes=64,
        clean_env=True,
    )
    seconds = orders["deadlineSeconds"]

    def run(code):
        command = [orders["python"], "-c", code]
        result = sandlock.Sandbox(**policy).run(command, timeout=seconds)
        err = result.stderr or (result.error or "").encode()
        return (0 if result.success else result.exit_code or 1), result.stdout, err

    def fork(code):
        # fork() ends with the copy, and gives its output to a second command only and its status to nobody. Both come
        # by files in memory that the copy inherits: a pipe that nobody reads meanwhile would be full at 64 KiB.
        with memory_file("out") as out, memory_file("status") as status:

            def work(_):
                signal.alarm(max(1, int(seconds)))
                os.dup2(out.fileno(), 1)
                try:
                    exec(compile(code, "job.py", "exec"), {"__name__": "__main__"})
                    sys.stdout.flush()
                    os.write(status.fileno(), b"ok")
                except BaseException:
                    os.write(status.fileno(), traceback.format_exc().encode()[-4096:])

            sandlock.Sandbox(init_fn=lambda: None, work_fn=work, **policy).fork(1)
            said = content(status)
            ended = said == b"ok"
            return (0 if ended else 1), content(out), b"" if ended else said or b"ended without a status"

    frames.serve(sandlock.__version__, fork if orders["fork"] else run)


def memory_file(name):
    return os.fdopen(os.memfd_create(name), "r+b", buffering=0)


def content(file):
    file.seek(0)
    return file.readall()


def links_of(links):
    """A rule is about what a path leads to, so a link is named for what it shows."""
    return [os.path.realpath(link["path"]) for link in links]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
