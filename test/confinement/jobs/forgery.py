"""Writes to the result channel by hand, in the way that its argument names."""

import json
import os
import sys

RESULT = 3


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def frame(message):
    return varint(len(message)) + message


def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(RESULT, view) :]


def result(text):
    return frame(field(1, text.encode("utf-8", "surrogatepass")))


FORGED = json.dumps(
    {
        "outcome": {"kind": "exited", "exitCode": 0}, "usage": {"wallMs": 0, "cpuMs": 0}, "denied": [],
        "confinement": {"level": "none"}, "id": "forged",
    }
)  # fmt: skip
# FromInit of the protocol, as init would say it: a frame for another channel.
DONE = frame(field(4, varint(1 << 3) + varint(1)))
WAYS = {
    "honest": lambda: send(result('{"a":[1,2.5,"\\u00e4"]}')),
    "forged": lambda: send(result(FORGED)),
    "garbage": lambda: send(bytes(range(256)) * 16),
    "frameOfInit": lambda: send(DONE),
    "hugeLength": lambda: send(varint((1 << 32) - 1) + b"x"),
    "longVarint": lambda: send(b"\x80" * 9 + b"\x01"),
    "halfFrame": lambda: send(result('{"a":1}')[:-2]),
    "twoResults": lambda: send(result("1") + result("2")),
    "nan": lambda: send(result("NaN")),
    "duplicateKeys": lambda: send(result('{"a":1,"a":2}')),
    "deep": lambda: send(result("[" * 100_000 + "]" * 100_000)),
    "surrogate": lambda: send(result('"\ud800"')),
    "proto": lambda: send(result('{"__proto__":{"polluted":true},"constructor":1}')),
    "hugeNumber": lambda: send(result("1" * 100_000)),
    "trailing": lambda: send(result("1 2")),
    "empty": lambda: send(result("")),
    "flood": lambda: [send(bytes(1 << 16)) for _ in range(1 << 12)],
    "closed": lambda: os.close(RESULT),
    "manyErrors": lambda: [send(frame(field(2, field(1, b"T" * 1000) + field(2, b"m" * 1000)))) for _ in range(100)],
    "zeroFrames": lambda: send(bytes(100_000)),
}
WAYS[sys.argv[1]]()
os._exit(int(sys.argv[2]))
