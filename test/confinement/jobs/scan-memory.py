"""Looks for a text in its own memory. It gets the two halves backwards, so that it never holds the whole itself,
unless it is told to: then it must find that one copy."""

import ctypes
import sys

import broodbox

CHUNK = 1 << 20
first, second = sys.argv[1].encode(), sys.argv[2]
needle = first[::-1]


def regions():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        fields = line.split(None, 5)
        start, end = (int(text, 16) for text in fields[0].split("-"))
        name = fields[5] if len(fields) == 6 else ""
        # A file may have been cut: what is mapped behind its end can not be read.
        is_code = "w" not in fields[1] and name.startswith("/")
        if "r" in fields[1] and not is_code and name not in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
            yield start, end


def count(start, end):
    """Copies of the whole text: the first half, and behind it, compared backwards, the second."""
    hits = 0
    size = len(first) + len(second)
    for at in range(start, end, CHUNK):
        data = ctypes.string_at(at, min(CHUNK + size, end - at))
        place = data.find(needle)
        while 0 <= place < CHUNK:
            tail = data[place + len(first) : place + size]
            hits += tail[::-1].decode("latin-1") == second
            place = data.find(needle, place + 1)
    return hits


held = bytearray()
if sys.argv[3] == "hold":
    held += needle
    held += second.encode()[::-1]
all_regions = list(regions())
broodbox.result(
    {
        "hits": sum(count(*region) for region in all_regions),
        "bytes": sum(end - start for start, end in all_regions),
        "held": len(held),
    }
)
