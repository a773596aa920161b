"""Tries to reach the test's listeners and everybody else's. Arguments: TCP port, abstract name, socket path."""

import os
import socket
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox
from attempts import call

PORT, ABSTRACT, PATH = int(sys.argv[1]), sys.argv[2], sys.argv[3]
FAMILIES = {
    "UNIX": 1, "INET": 2, "AX25": 3, "IPX": 4, "INET6": 10, "PACKET": 17, "RDS": 21, "CAN": 29,
    "TIPC": 30, "BLUETOOTH": 31, "ALG": 38, "VSOCK": 40, "KCM": 41, "QIPCRTR": 42, "SMC": 43,
    "XDP": 44, "NETLINK": 16, "UNSPEC": 0, "MAX": 46, "HUGE": 0x7FFFFFFF,
}  # fmt: skip
HIGH = {"": 0, " bit 32": 1 << 32, " bit 63": 1 << 63, " all high bits": 0xFFFFFFFF << 32}
TYPES = {"stream": 1, "datagram": 2, "raw": 3, "stream cloexec": 0x80001}


def tcp(host):
    with socket.create_connection((host, PORT), 2) as connection:
        return connection.recv(64)


def unix(name):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(name)
        return connection.recv(64)


def pair_to(address):
    """The only sockets there are come in pairs: may one of them be sent elsewhere?"""
    left, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return left.sendto(b"canary", address)


def stream_pair(method, address):
    left, _ = socket.socketpair()
    return getattr(left, method)(address)


sockets = {
    f"{family} {kind}{note}": lambda number=number, value=value, high=high: call("socket", number | high, value, 0)
    for family, number in FAMILIES.items()
    for kind, value in TYPES.items()
    for note, high in HIGH.items()
}
pairs = {
    f"{family}{note}": lambda number=number, high=high: call("socketpair", number | high, 1, 0, bytes(8))
    for family, number in FAMILIES.items()
    if family != "UNIX"
    for note, high in HIGH.items()
}
connections = {
    "loopback": lambda: tcp("127.0.0.1"),
    "loopback of version 6": lambda: tcp("::1"),
    "any address": lambda: tcp("0.0.0.0"),
    "metadata": lambda: tcp("169.254.169.254"),
    "private": lambda: tcp("10.0.0.1"),
    "abstract socket": lambda: unix("\0" + ABSTRACT),
    "socket file": lambda: unix(PATH),
    "datagram to an abstract name": lambda: pair_to("\0" + ABSTRACT),
    "datagram to a socket file": lambda: pair_to(PATH),
    "connect one of a pair": lambda: stream_pair("connect", "\0" + ABSTRACT),
    "bind one of a pair": lambda: stream_pair("bind", "/tmp/bound"),
    "listen on one of a pair": lambda: stream_pair("listen", 1),
}


def resolves():
    try:
        return f"through: {socket.getaddrinfo('example.org', 80)}"
    except socket.gaierror as error:
        return f"gaierror {error.errno < 0}"


def echo():
    import asyncio

    async def talk():
        # The loop wakes itself through a pair, and threads answer through it.
        return await asyncio.get_running_loop().run_in_executor(None, lambda: 42)

    return asyncio.run(talk()) == 42


def pair_works():
    left, right = socket.socketpair()
    left.sendall(b"hello")
    left.shutdown(socket.SHUT_WR)
    return right.recv(64) == b"hello" and right.recv(1) == b""


def passes_descriptors():
    left, right = socket.socketpair()
    reading, writing = os.pipe()
    socket.send_fds(left, [b"x"], [writing])
    _, (received,), _, _ = socket.recv_fds(right, 1, 1)
    os.write(received, b"through the copy")
    return os.read(reading, 64) == b"through the copy"


def read(name):
    with open(f"/proc/self/net/{name}", encoding="ascii") as file:
        return file.read()


def tables():
    """What is left of /proc/net: nothing, or the tables of a namespace that is empty and the job's own."""
    names = ("tcp", "tcp6", "udp", "unix", "route", "arp", "dev")
    return attempts.answers({name: lambda name=name: read(name) for name in names})


GROUPS = {"sockets": sockets, "pairs": pairs, "connections": connections}
group = sys.argv[4]
if group == "works":
    broodbox.result(
        attempts.works(
            {
                "asyncio": echo,
                "a socket pair": pair_works,
                "descriptors within the job": passes_descriptors,
                "own host name": lambda: socket.gethostname() != "",
            }
        )
    )
elif group == "tables":
    broodbox.result(tables())
else:
    broodbox.result({**attempts.answers(GROUPS[group]), "name service": resolves()})
