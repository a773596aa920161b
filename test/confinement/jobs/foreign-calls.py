"""Enters the kernel by another door than the filter's own: argument "ia32" or "x32"."""

import ctypes
import mmap
import sys

sys.path.insert(0, "/in")
import attempts
import broodbox

GETPID_IA32, GETPID_X32 = 20, 0x40000000 | 39


def run_machine_code(code):
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


if sys.argv[1] == "ia32":
    # mov eax, 20; int 0x80; ret
    run_machine_code(b"\xb8" + GETPID_IA32.to_bytes(4, "little") + b"\xcd\x80\xc3")
    broodbox.result("through")
elif sys.argv[1] == "native":
    # mov eax, 39; syscall; ret: the benign twin
    broodbox.result(run_machine_code(b"\xb8\x27\x00\x00\x00\x0f\x05\xc3"))
else:
    attempts.raw(GETPID_X32)
    broodbox.result("through")
