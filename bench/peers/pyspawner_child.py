"""What pyspawner's children run: the code, as the main program."""

import sys


def main(code):
    try:
        exec(compile(code, "job.py", "exec"), {"__name__": "__main__"})
    finally:
        # pyspawner ends its children by os._exit().
        sys.stdout.flush()
