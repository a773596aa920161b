"""Draws from every usual source of randomness."""

import ctypes
import os
import random
import secrets
import ssl
import sys
import tempfile
import uuid

import broodbox

libc = ctypes.CDLL(None)
libc.random.restype = ctypes.c_long
libc.drand48.restype = ctypes.c_double
libc.lrand48.restype = ctypes.c_long


def auxiliary():
    """AT_RANDOM of the kernel, 16 bytes: where the stack canary and the pointer guard come from."""
    libc.getauxval.restype = ctypes.c_ulong
    return ctypes.string_at(libc.getauxval(25), 16).hex()


found = {
    "random": random.random(),
    "random bits": str(random.getrandbits(128)),
    "random bytes": random.randbytes(16).hex(),
    "new Random": random.Random().random(),
    "SystemRandom": random.SystemRandom().random(),
    "uuid1": str(uuid.uuid1()),
    "uuid4": str(uuid.uuid4()),
    "secrets": secrets.token_hex(16),
    "urandom": os.urandom(16).hex(),
    "getrandom": os.getrandom(16).hex(),
    "device": open("/dev/urandom", "rb").read(16).hex(),
    "ssl": ssl.RAND_bytes(16).hex(),
    "temporary file": os.path.basename(tempfile.mkstemp()[1]),
    "temporary directory": os.path.basename(tempfile.mkdtemp()),
    "libc rand": [libc.rand() for _ in range(4)],
    "libc random": [libc.random() for _ in range(4)],
    "libc drand48": libc.drand48(),
    "libc lrand48": [libc.lrand48() for _ in range(4)],
}
if "numpy" in sys.modules:
    import numpy

    found |= {
        "numpy": numpy.random.random_sample(4).tolist(),
        "numpy integers": numpy.random.randint(1 << 62, size=2).tolist(),
        "numpy new generator": numpy.random.default_rng().random(4).tolist(),
        "numpy new RandomState": numpy.random.RandomState().random_sample(4).tolist(),
        "numpy state": numpy.random.get_state()[1][:4].tolist(),
    }
equal = {"hash": str(hash("a")), "AT_RANDOM": auxiliary()}
broodbox.result({"differ": {name: str(value) for name, value in found.items()}, "equal": equal})
