"""What a job can tell, and tell others, through the network namespace that it is in. Argument: a group below."""

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import threading

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import call, libc

NAME = "\0broodbox-network-namespace"
SO_PASSCRED, SO_NETNS_COOKIE = 16, 71
NAMESPACE = "/proc/self/ns/net"
KEPT = []


def cookie():
    """A number that the kernel gives to one namespace and never to another; 0 before 5.14."""
    left, _ = socket.socketpair()
    try:
        return str(struct.unpack("Q", left.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8))[0])
    except OSError:
        return "0"


def pair(kind=socket.SOCK_STREAM):
    """One of a pair; both stay open."""
    KEPT.extend(socket.socketpair(socket.AF_UNIX, kind))
    return KEPT[-2]


def datagrams():
    return pair(socket.SOCK_DGRAM)


def lonely():
    """A datagram socket whose partner is gone: the one kind of a pair that strangers may send to."""
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    right.close()
    attempts.attempt(lambda: left.send(b"x"))
    KEPT.append(left)
    return left


def address():
    return struct.pack("H", socket.AF_UNIX) + NAME.encode()


def send_many():
    """sendmmsg(2) with one message to NAME."""
    name = ctypes.create_string_buffer(address(), len(address()))
    text = ctypes.create_string_buffer(b"canary")
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(text), 6)
    header = (ctypes.c_size_t * 8)(
        ctypes.addressof(name), len(address()), ctypes.addressof(vector), 1, 0, 0, 0, 0
    )
    return call("sendmmsg", datagrams().fileno(), header, 1, 0)


def named_by_sending():
    """With SO_PASSCRED a socket gets a name of the kernel's choice as soon as it sends."""
    left = datagrams()
    left.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
    left.send(b"x")
    return left.getsockname()


def listener(kind):
    server = socket.socket(socket.AF_UNIX, kind)
    server.bind(NAME)
    if kind != socket.SOCK_DGRAM:
        server.listen(4)
    KEPT.append(server)
    return "listens"


def talk(kind):
    with socket.socket(socket.AF_UNIX, kind) as client:
        client.settimeout(2)
        client.connect(NAME)
        client.send(b"canary")
        return "reached"


KINDS = {"stream": socket.SOCK_STREAM, "datagram": socket.SOCK_DGRAM, "packet": socket.SOCK_SEQPACKET}
ways_to_a_name = {
    **{f"listen, {name}": lambda kind=kind: listener(kind) for name, kind in KINDS.items()},
    "bind one of a pair": lambda: datagrams().bind(NAME),
    "bind a lonely one": lambda: lonely().bind(NAME),
    "bind to a name of the kernel's choice": lambda: call(
        "bind", datagrams().fileno(), ctypes.create_string_buffer(struct.pack("H", 1), 2), 2
    ),
    "a name by sending": named_by_sending,
    "listen on one of a pair": lambda: pair().listen(1),
    "accept on one of a pair": lambda: call("accept", pair().fileno(), 0, 0),
    "accept4 on one of a pair": lambda: call("accept4", pair().fileno(), 0, 0, 0),
    "a ring": lambda: call("io_uring_setup", 4, ctypes.create_string_buffer(256)),
}  # fmt: skip
ways_to_another = {
    **{f"connect, {name}": lambda kind=kind: talk(kind) for name, kind in KINDS.items()},
    "connect one of a pair": lambda: datagrams().connect(NAME),
    "connect a lonely one": lambda: lonely().connect(NAME),
    "sendto": lambda: datagrams().sendto(b"canary", NAME),
    "sendto from a lonely one": lambda: lonely().sendto(b"canary", NAME),
    "sendmsg": lambda: datagrams().sendmsg([b"canary"], [], 0, NAME),
    "sendmmsg": send_many,
}


def leave_in_flight():
    """Sockets that nobody holds any more but themselves: the kernel frees them later."""
    for _ in range(40):
        left, right = socket.socketpair()
        socket.send_fds(left, [b"x"], [left.fileno(), right.fileno()])
    return True


def read(path):
    if os.path.isdir(path) and not os.path.islink(path):
        return str(len(os.listdir(path)))
    with open(path, "rb") as file:
        return str(len(file.read()))


def tables():
    """How each entry of /proc/PID/net answers, by every path that leads to it: the answers there are, and how many."""
    parked = threading.Event()
    other = threading.Thread(target=parked.wait)
    other.start()
    places = ["/proc/self/net", "/proc/thread-self/net", f"/proc/{os.getpid()}/net"]
    places += [f"/proc/self/task/{task}/net" for task in os.listdir("/proc/self/task")]
    paths = [f"{place}/{entry}" for place in places for entry in os.listdir(place)]
    trials = {
        "read": read,
        "write": lambda path: os.open(path, os.O_WRONLY),
        "chmod": lambda path: os.chmod(path, 0o777),
        "utime": lambda path: os.utime(path),
        "handle": lambda path: os.open(f"/proc/self/fd/{os.open(path, os.O_PATH)}", os.O_RDONLY),
    }
    found = {name: sorted({attempts.attempt(lambda: trial(path)) for path in paths}) for name, trial in trials.items()}
    parked.set()
    other.join()
    return {"paths": len(paths), "threads": len(places) - 3, **found}


def locks():
    """The namespace itself is a file, and a file can be locked, which others in it would notice."""
    file = open(NAMESPACE, "rb")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    KEPT.append(file)
    return "locked"


def unix_table():
    with open("/proc/self/net/unix", encoding="ascii") as file:
        return len(file.read().strip().split("\n")) - 1


def look():
    return {"cookie": cookie(), "inode": os.stat(NAMESPACE).st_ino}


def leave():
    return {**look(), "lock": attempts.attempt(locks), "names": attempts.answers(ways_to_a_name), "inFlight": leave_in_flight()}


def find():
    return {**look(), "lock": attempts.attempt(locks), "others": attempts.answers(ways_to_another), "tables": tables()}


def alone():
    """The benign twin, where the profile allows sockets: what the attacks do works between two of one job."""
    return {
        **look(),
        "names": attempts.answers(ways_to_a_name),
        "others": attempts.answers(ways_to_another),
        "rows": unix_table(),
    }


def rows():
    return {**look(), "rows": unix_table()}


GROUPS = {"look": look, "leave": leave, "find": find, "alone": alone, "rows": rows}
found = GROUPS[sys.argv[1]]()
if "wait" in sys.argv:
    print(json.dumps(found), flush=True)
    threading.Event().wait()
broodbox.result(found)
