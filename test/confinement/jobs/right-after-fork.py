"""What breaks in a process that was forked carelessly: locks, threads, loops, databases, errno, children."""

import ctypes
import os
import sys
import threading


def recursive_lock():
    """A wrong thread id in libc or in the interpreter makes the owner a stranger."""
    lock = threading.RLock()
    with lock, lock:
        other = threading.Thread(target=lambda: results.append(lock.acquire(blocking=False)))
        results = []
        other.start()
        other.join()
    return results == [False]


def libc_recursive_mutex():
    """glibc compares its own cached thread id with the owner's."""
    libc = ctypes.CDLL(None)
    attribute, mutex = ctypes.create_string_buffer(64), ctypes.create_string_buffer(128)
    libc.pthread_mutexattr_init(attribute)
    libc.pthread_mutexattr_settype(attribute, 1)  # recursive
    libc.pthread_mutex_init(mutex, attribute)
    answers = [libc.pthread_mutex_lock(mutex), libc.pthread_mutex_trylock(mutex)]
    elsewhere = []
    thread = threading.Thread(target=lambda: elsewhere.append(libc.pthread_mutex_trylock(mutex)))
    thread.start()
    thread.join()
    return answers == [0, 0] and elsewhere == [16]  # EBUSY


def error_checking_mutex():
    libc = ctypes.CDLL(None)
    attribute, mutex = ctypes.create_string_buffer(64), ctypes.create_string_buffer(128)
    libc.pthread_mutexattr_init(attribute)
    libc.pthread_mutexattr_settype(attribute, 2)
    libc.pthread_mutex_init(mutex, attribute)
    return libc.pthread_mutex_lock(mutex) == 0 and libc.pthread_mutex_unlock(mutex) == 0


def errno_per_thread():
    libc = ctypes.CDLL(None, use_errno=True)
    seen = []

    def fail():
        libc.close(-1)
        seen.append(ctypes.get_errno())

    ctypes.set_errno(0)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    return seen == [9] and ctypes.get_errno() == 0


def threads():
    import queue
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        squares = list(pool.map(lambda number: number * number, range(100)))
    numbers = queue.Queue()
    for number in range(4):
        threading.Thread(target=numbers.put, args=(number,)).start()
    return squares[-1] == 9801 and sorted(numbers.get() for _ in range(4)) == [0, 1, 2, 3]


def thread_ids():
    return threading.get_native_id() == os.getpid() and threading.main_thread().ident == threading.get_ident()


def loop():
    import asyncio

    async def child(number):
        await asyncio.sleep(0)
        return number

    async def main():
        answers = await asyncio.gather(*(child(number) for number in range(10)))
        return answers, await asyncio.to_thread(os.getpid)

    return asyncio.run(main()) == (list(range(10)), os.getpid())


def database():
    import sqlite3

    connection = sqlite3.connect("/tmp/database")
    connection.execute("create table t (n integer)")
    with connection:
        connection.executemany("insert into t values (?)", [(number,) for number in range(100)])
    return connection.execute("select sum(n) from t").fetchone() == (4950,)


def libraries():
    import decimal, hashlib, json, lzma, re, ssl, uuid, zlib, zoneinfo

    ssl.create_default_context()
    return (
        hashlib.sha256(b"x").hexdigest().startswith("2d7116")
        and zlib.decompress(zlib.compress(b"x")) == b"x"
        and lzma.decompress(lzma.compress(b"x")) == b"x"
        and re.sub(r"\d+", "", json.dumps([1])) == "[]"
        and decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3")
        and uuid.uuid4().version == 4
        and str(zoneinfo.ZoneInfo("UTC")) == "UTC"
    )


def numbers():
    if "numpy" not in sys.modules:
        return True
    import numpy

    matrix = numpy.random.default_rng().random((200, 200))
    return numpy.allclose(matrix @ numpy.linalg.inv(matrix), numpy.eye(200))


def frames():
    if "pandas" not in sys.modules:
        return True
    import io, pandas

    frame = pandas.read_csv(io.StringIO("a,b\n1,2\n3,4\n"))
    return frame.groupby("a").b.sum().to_dict() == {1: 2, 3: 4}


def callbacks():
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    values = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(values, 3, 4, compare(lambda a, b: a[0] - b[0]))
    return list(values) == [1, 2, 3]


def garbage():
    import gc, weakref

    class Node:
        pass

    node = Node()
    node.self = node
    reference = weakref.ref(node)
    del node
    gc.collect()
    return reference() is None and gc.isenabled()


def programs():
    import subprocess

    done = subprocess.run([sys.executable, "-I", "-c", "print(6 * 7)"], capture_output=True, text=True, check=True)
    return done.stdout == "42\n"


def forks():
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(os.getppid()).encode())
        os._exit(3)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    return os.read(reading, 16) == str(os.getpid()).encode() and os.waitstatus_to_exitcode(status) == 3


def square(number):
    return number * number


def processes(method):
    import multiprocessing

    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        return pool.map(square, range(5)) == [0, 1, 4, 9, 16]


def executor():
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(square, range(5))) == [0, 1, 4, 9, 16]


def shared_memory():
    from multiprocessing import shared_memory

    block = shared_memory.SharedMemory(create=True, size=64)
    try:
        block.buf[:4] = b"seen"
        again = shared_memory.SharedMemory(block.name)
        return bytes(again.buf[:4]) == b"seen"
    finally:
        block.unlink()


ALONE = (
    recursive_lock, libc_recursive_mutex, error_checking_mutex, errno_per_thread, threads, thread_ids, loop,
    database, libraries, numbers, frames, callbacks, garbage,
)  # fmt: skip
WITH_OTHERS = (programs, forks, executor)


def trial(function, *arguments):
    try:
        return bool(function(*arguments))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    import broodbox  # here, because an interpreter that a child executes anew has no such module

    found = {function.__name__: trial(function) for function in ALONE}
    if sys.argv[1] == "processes":
        found |= {function.__name__: trial(function) for function in WITH_OTHERS}
        found |= {f"processes by {method}": trial(processes, method) for method in ("fork", "spawn")}
        found["shared_memory"] = trial(shared_memory)
    broodbox.result(found)
