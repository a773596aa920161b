"""Drives cell_shapes: measures the two shapes of making a sandbox side by side.

As `shapes.py zygote PRELOAD LIBRARY` it is the zygote: it imports the preload set and then stays
in C. Otherwise it is the driver; see run.sh. Imports of the driver stay inside its functions, so
that the bare zygote holds nothing but what ctypes needs.
"""

import ctypes
import gc
import os
import sys

STDLIB = """json re datetime decimal collections asyncio ssl email email.parser http.client sqlite3
csv xml.etree.ElementTree hashlib logging subprocess tempfile random uuid statistics dataclasses
typing pathlib urllib.request zipfile gzip base64 concurrent.futures""".split()
PRELOADS = {"bare": [], "stdlib": STDLIB, "pandas": [*STDLIB, "numpy", "pandas"]}
SHAPES = {"floor": 0, "floor, asked": 1, "A": 2, "A2": 3, "B": 4}
NETS = {"host": 0, "shared": 1, "own": 2}
FIELDS = (  # the order in which cell_shapes.c prints them, in nanoseconds
    "total cell job end zygote_wall zygote_clone zygote_cpu cpu small_clone join_net mounts "
    "second_fork"
).split()
LEGEND = """\
total        one sandbox made, its job run and reaped, init reaped; seen by the small process
cell         thereof: the cell made ahead by the small process (A, A2)
job          thereof: from asking the zygote to the job reaped (B: to init reaped)
end          thereof: from the job reaped to init reaped
zygote_*     time the zygote is busy, its fork or clone3 alone, its processor time
cpu          processor time of every process that took part
small_clone  clone3 of init by the small process; join_net, mounts: measured by init
second_fork  init forks the job (B)
floor        plain fork, exit, wait inside the zygote; asked: over the channel, with the
             interpreter's after-fork hooks, which every shape has to run
"""
TOLD_BYTES = 40  # sizeof(struct told)
BLOCK = 10  # samples of each shape before the net mode changes
PARKED = 4
ABORT = 256


def zygote(preload: str, library: str) -> None:
    for name in PRELOADS[preload]:
        __import__(name)
    entry = ctypes.PyDLL(library).cell_shapes_serve  # PyDLL: the lock of the interpreter is held
    gc.collect()
    gc.freeze()
    gc.disable()
    if len(os.listdir("/proc/self/task")) != 1:
        sys.exit("shapes.py: a preload started a thread; forking would be unsafe")
    os.write(0, bytes(TOLD_BYTES))
    entry(0)


class SmallProcess:
    """The small C process and the zygote it started."""

    def __init__(self, program: str, library: str, python: str, preload: str):
        import subprocess

        self.process = subprocess.Popen(
            [program, python, "-I", os.path.abspath(__file__), "zygote", preload, library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"},
        )
        self.zygote = int(self.answer())

    def answer(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("shapes.py: the small process ended early")
        return line

    def ask(self, *words: object) -> list[int]:
        print(*words, file=self.process.stdin, flush=True)
        answer = self.answer()
        return [] if answer.startswith("none") else [int(word) for word in answer.split()]

    def wait(self, pid: int) -> str:
        """waitid(WNOHANG) by the small process, in words."""
        import errno
        import signal

        error, code, status = self.ask("wait", pid)
        if error:
            return errno.errorcode[error]
        if code == 0:
            return "nothing yet"
        if code == os.CLD_EXITED:
            return f"exited with code {status}"
        return f"killed by {signal.Signals(status).name}"

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=5)


def measure(small: SmallProcess, iterations: int) -> dict:
    """Samples per (shape, net): shapes in turn, so that what disturbs one disturbs all."""
    samples: dict = {}
    for block in range(iterations // BLOCK + 1):
        for net in NETS:
            for turn in range(BLOCK):
                order = list(SHAPES.items())
                first = turn % len(order)  # nobody always runs behind the same neighbour
                for shape, number in order[first:] + order[:first]:
                    if shape.startswith("floor") and net != "host":
                        continue
                    values = small.ask("sample", number, NETS[net])
                    if block > 0:  # the first block warms up
                        samples.setdefault((shape, net), []).append(dict(zip(FIELDS, values)))
    return samples


def sizes(pid: int) -> dict:
    kib = {}
    for name in ("smaps_rollup", "status"):
        with open(f"/proc/{pid}/{name}", encoding="ascii") as file:
            for line in file:
                words = line.split()
                if len(words) == 3 and words[2] == "kB":
                    kib[words[0].rstrip(":")] = int(words[1])
    return kib


def park(small: SmallProcess, shape: str) -> dict:
    """Mean sizes of one parked sandbox in KiB, over PARKED of them."""
    import time

    ours = [small.process.pid, small.zygote]
    before = sum(sizes(pid)["Pss"] for pid in ours)
    inits, jobs = [], []
    for _ in range(PARKED):
        init, pid = small.ask("open", SHAPES[shape], NETS["shared"], 1, 0)
        time.sleep(0.05)
        if shape == "B":
            init = pid
            with open(f"/proc/{init}/task/{init}/children", encoding="ascii") as file:
                pid = int(file.read())
        inits.append(sizes(init))
        jobs.append(sizes(pid))
        ours += [init, pid]
    after = sum(sizes(pid)["Pss"] for pid in ours)
    row = {"all_pss": (after - before) / PARKED}
    for who, found in (("init", [sizes(pid) for pid in ours[2::2]]),
                       ("job", [sizes(pid) for pid in ours[3::2]])):
        for key in ("Pss", "Private_Dirty", "VmPTE"):
            row[f"{who}_{key}"] = sum(size[key] for size in found) / PARKED
    small.ask("release")
    return row


def reaping(small: SmallProcess) -> list[str]:
    """Who learns how the job ended, and what init's exit waits for."""
    import signal
    import time

    def opened(shape: str, parked: int, end: int) -> tuple[int, int]:
        init, pid = small.ask("open", SHAPES[shape], NETS["own"], parked, end)
        time.sleep(0.1)
        return init, pid

    lines = []
    for end, words in ((7, "calls _exit(7)"), (ABORT, "calls abort()")):
        init, job = opened("A", 0, end)
        lines.append(f"A: job {words}: the small process reaps it: {small.wait(job)}")
        lines.append(f"A:   then init: {until(small, init)}")
        small.ask("drop")
    init, job = opened("A", 1, 0)
    os.kill(init, signal.SIGKILL)
    time.sleep(0.3)
    with open(f"/proc/{job}/status", encoding="ascii") as file:
        state = next(line for line in file if line.startswith("State"))
    lines.append(f"A: init killed with a parked job in it; 300 ms later waitid(init): "
                 f"{small.wait(init)}; job's {' '.join(state.split())}")
    lines.append(f"A:   waitid(job): {small.wait(job)}; then waitid(init): {until(small, init)}")
    small.ask("drop")
    init, job = opened("A2", 0, 0)
    lines.append(f"A2: job calls _exit(0): waitid(job) by the small process: {small.wait(job)}; "
                 f"the zygote must reap it and tell")
    small.ask("release")
    _, init = opened("B", 0, ABORT)
    lines.append(f"B: job calls abort(): all that the small process can reap is init: "
                 f"{small.wait(init)}; init must tell")
    small.ask("drop")
    return lines


def kernel_worker_ns() -> int:
    """Time on a processor of all kernel workers: net namespaces are taken apart there."""
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as comm:
                if not comm.read().startswith("kworker"):
                    continue
            with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        except OSError:
            continue
    return total


def net_teardown(small: SmallProcess, iterations: int) -> list[str]:
    import time

    lines = []
    for net in ("shared", "own", "shared", "own"):
        before = kernel_worker_ns()
        begun = time.monotonic()
        for _ in range(iterations):
            small.ask("sample", SHAPES["A"], NETS[net])
        wall = time.monotonic() - begun
        time.sleep(0.5)
        spent = kernel_worker_ns() - before
        lines.append(f"{net}: {wall / iterations * 1e6:.0f} us per sandbox, and "
                     f"{spent / iterations / 1000:.0f} us of kernel workers behind its back")
    return lines


def until(small: SmallProcess, pid: int) -> str:
    import time

    begun = time.monotonic()
    while (found := small.wait(pid)) == "nothing yet" and time.monotonic() - begun < 1:
        pass
    return f"{found} after {(time.monotonic() - begun) * 1000:.1f} ms"


def code_lines(source: str) -> dict:
    """Lines that hold code, inside the markers of each shape."""
    counts, shapes = {"A": 0, "A2": 0, "B": 0}, []
    with open(source, encoding="ascii") as file:
        for line in file:
            if "-- shape:" in line:
                words = line.split("-- shape:")[1].split(",")[0].replace("*/", "").split()
                shapes = [word for word in words if word in counts]
            elif line.strip() and not line.strip().startswith(("/*", "*")):
                for shape in shapes:
                    counts[shape] += 1
                if "if (in_cell)" in line:  # with the statement below it
                    counts["A"] += 2
                    counts["A2"] += 2
                elif "if (ask->shape == B)" in line:
                    counts["B"] += 2
    return counts


def median_us(rows: list, field: str) -> float:
    import statistics

    return statistics.median(row[field] for row in rows) / 1000


def table(head: list[str], rows: list[list]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        cells = [f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row]
        print("| " + " | ".join(cells) + " |")
    print()


def report(preload: str, small: SmallProcess, iterations: int) -> None:
    zygote_sizes = sizes(small.zygote)
    print(f"## {preload}: zygote RSS {zygote_sizes['VmRSS']} KiB, anonymous "
          f"{zygote_sizes['RssAnon']} KiB, page tables {zygote_sizes['VmPTE']} KiB\n")
    samples = measure(small, iterations)
    rows = []
    for (shape, net), found in samples.items():
        ordered = sorted(row["total"] for row in found)
        rows.append([shape, net, len(found), median_us(found, "total"),
                     ordered[len(ordered) * 9 // 10] / 1000]
                    + [median_us(found, field) for field in FIELDS[1:]])
    print("microseconds, medians; total also at p90\n")
    table(["shape", "net", "n", "total", "p90", *FIELDS[1:]], rows)
    parked = {shape: park(small, shape) for shape in ("A", "B")}
    print(f"KiB per parked sandbox, mean of {PARKED}\n")
    table(["shape", *parked["A"]], [[shape, *row.values()] for shape, row in parked.items()])


def driver(program: str, library: str, iterations: int, python: str) -> None:
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cell_shapes.c")
    with open("/proc/loadavg", encoding="ascii") as file:
        print(f"linux {os.uname().release}, {os.cpu_count()} cores, load {file.read().split()[0]}, "
              f"{python}, {iterations} iterations\n")
    print(LEGEND)
    for preload in PRELOADS:
        small = SmallProcess(program, library, python, preload)
        report(preload, small, iterations)
        small.close()
    small = SmallProcess(program, library, python, "bare")
    print("## reaping\n")
    print("\n".join(reaping(small)))
    print("\n## net namespaces\n")
    print("\n".join(net_teardown(small, iterations)))
    small.close()
    print("\n## lines of code of each shape, beyond what all share\n")
    print(code_lines(source))


if __name__ == "__main__":
    if sys.argv[1] == "zygote":
        zygote(sys.argv[2], sys.argv[3])
    else:
        driver(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
