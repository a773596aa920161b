"""Opens each path of its arguments, by name and by ways around a name, and says how that was answered."""

import os
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox


def reach(path):
    if os.path.isdir(path):
        return f"listed {os.listdir(path)}"
    os.close(os.open(path, os.O_RDONLY))
    return "opened"


def every_way(path):
    """The first way that leads somewhere, else the answer to the plain one."""
    os.chdir("/job")
    ways = (path, "../" * 40 + path.lstrip("/"), "/proc/self/root" + path, "/proc/self/cwd/" + "../" * 40 + path)
    found = [attempts.attempt(lambda way=way: reach(way)) for way in ways]
    return next((answer for answer in found if answer.startswith("through")), found[0])


broodbox.result({path: every_way(path) for path in sys.argv[1:]})
