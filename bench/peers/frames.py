"""What both drivers have in common: the conversation with the benchmark, and a child read to its end."""

import os
import selectors
import sys
import time


def serve(version, run):
    """Say ready, then answer each piece of code with what run() makes of it: (status, stdout, stderr)."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A print of the library must not end up between two answers.
    os.dup2(2, 1)
    outbox.write(b"ready %s\n" % version.encode())
    outbox.flush()
    for header in inbox:
        code = inbox.read(int(header)).decode()
        status, out, err = run(code)
        outbox.write(b"%d %d %d\n" % (status, len(out), len(err)) + out + err)
        outbox.flush()


def read_all(pipes, seconds, on_late):
    """Everything each of the pipes carries until all have ended; on_late() is called once the time is over."""
    chunks = {pipe: [] for pipe in pipes}
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(None if deadline is None else max(0, deadline - time.monotonic()))
            if not ready and deadline is not None:
                deadline = None
                on_late()
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 16)
                if chunk:
                    chunks[key.fileobj].append(chunk)
                else:
                    selector.unregister(key.fileobj)
    return [b"".join(chunks[pipe]) for pipe in pipes]


def status_of(wait_status):
    """0 for an end with 0, as a shell has it otherwise: 128 + signal when one ended it."""
    return os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else 128 + os.WTERMSIG(wait_status)


if __name__ == "__main__":
    sys.exit("this is imported by the drivers")
