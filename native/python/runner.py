"""The job process in Python: reads the job, runs it, leaves.

prepare() runs once in the zygote and brings everything that siblings may share to the state of a fresh interpreter;
run() runs in each child, renews what they must not share, and is parked until its job comes. Everything here is inside
the sandbox: nothing that this file says is believed by anybody outside.

What is done in the zygote is done once and not for each job: a child pays for every page of ours that it writes to,
and in Python even reading an object writes its reference count (some 1.5 us a page, copied and charged).
"""

import atexit
import builtins
import gc
import importlib
import io
import os
import signal
import sys
import traceback
import types
from _signal import default_int_handler
from _signal import signal as set_action  # without the enumerations of `signal`: 13 pages instead of 94

import channel

CODE, FILENAME, ARGS, ENV, ENTRY = 1, 2, 3, 4, 5
BASE_ENV = {"HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "USER": "job", "LOGNAME": "job"}
REHEARSAL = {CODE: [b"print(end='')\n"], FILENAME: [b".rehearsal"]}
SIGINT, SIGPIPE, SIGXFSZ, IGNORE = int(signal.SIGINT), int(signal.SIGPIPE), int(signal.SIGXFSZ), int(signal.SIG_IGN)
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
WARM_UPS = 16  # from the eighth on CPython 3.11 rewrites the bytecode of what it runs, and later ones write no more


def prepare():
    """In the zygote, after the preload: what jobs may import, the state they start from, nothing to run at their exit."""
    sys.modules["_broodbox_channel"] = channel
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    importlib.import_module("broodbox")
    sys.path.remove(here)
    for name in ("runner", "channel"):
        sys.modules.pop(name, None)
    atexit._clear()  # handlers of the zygote never run in a job
    _reset_signals()
    _reset_stdio()
    _reset_threads()
    _reset_environment()
    _reset_modules()
    for _ in range(WARM_UPS):
        _run_code("/job/.rehearsal", REHEARSAL[CODE][0])
        sys.stdout.flush()


def _reset_signals():
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except OSError:
            pass  # the two that libc keeps for itself
    signal.set_wakeup_fd(-1)
    _renew_signals()


def _reset_stdio():
    """The three streams, made over pipes as those of every job are: what they ask of a descriptor is asked here."""
    saved = [os.dup(fd) for fd in range(3)]
    reader, writer = os.pipe()
    for fd in range(3):
        os.dup2(writer if fd else reader, fd)
    os.close(reader)
    os.close(writer)
    for name, fd, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        raw = io.FileIO(fd, mode, closefd=False)
        raw.name = f"<{name}>"
        buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
        errors = "backslashreplace" if name == "stderr" else "surrogateescape"
        # Line by line: what a killed job had said until then has been said.
        stream = io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, line_buffering=mode == "w")
        stream.mode = mode
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for fd, old in enumerate(saved):
        os.dup2(old, fd)
        os.close(old)


def _reset_threads():
    """A fork keeps the number that the kernel gave the parent's thread; every job's is that of its main process."""
    if "threading" in sys.modules:
        main = sys.modules["threading"].main_thread()
        if hasattr(main, "_native_id"):  # from Python 3.8
            main._native_id = channel.MAIN_PID


def _reset_environment():
    os.environ.clear()
    os.environ.update(BASE_ENV)


def _reset_modules():
    """Settings and state that a preload may have changed for everybody, back to those of a fresh interpreter."""
    modules = sys.modules
    if "uuid" in modules:
        modules["uuid"]._last_timestamp = None
    if "tempfile" in modules:
        modules["tempfile"]._name_sequence = None
        modules["tempfile"].tempdir = None
    if "locale" in modules:
        # As the interpreter does at its start: characters by the environment, all else neutral.
        modules["locale"].setlocale(modules["locale"].LC_ALL, "C")
        modules["locale"].setlocale(modules["locale"].LC_CTYPE, "C.UTF-8")
    if "numpy" in modules:
        modules["numpy"].seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    if "decimal" in modules:
        modules["decimal"].setcontext(modules["decimal"].Context())
    if "warnings" in modules:
        modules["warnings"].resetwarnings()
        modules["warnings"].filterwarnings("default", category=DeprecationWarning, module="__main__", append=True)
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            modules["warnings"].simplefilter("ignore", category, append=True)


def _renew_signals():
    """What a fresh interpreter has; the confinement set every action to the default."""
    set_action(SIGPIPE, IGNORE)
    set_action(SIGXFSZ, IGNORE)
    set_action(SIGINT, default_int_handler)


def _renew_randomness():
    """CPython reseeds `random` after a fork; these keep state of their own."""
    modules = sys.modules
    if "numpy.random" in modules:
        # All of its state from the kernel: 32 bits would repeat after some ten thousand jobs.
        modules["numpy.random"].seed()
    if "_ssl" in modules:
        # OpenSSL notices a fork by a changed pid only.
        modules["_ssl"].RAND_add(os.urandom(48), 48.0)


def _fresh_main(path):
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    return main


def _text(data):
    return data.decode("utf-8", "surrogateescape")  # as os.fsdecode() under -X utf8


def _write_code(filename, code):
    path = "/job/" + filename
    if "/" in filename:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    fd = os.open(path, CREATE, 0o644)
    while code:
        code = code[os.write(fd, code) :]
    os.close(fd)
    return path


def _run_code(path, code):
    main = _fresh_main(path)
    exec(compile(code, path, "exec", dont_inherit=True), main.__dict__)


def _run_entry(path, entry):
    """An entry point `module:function` of the code; what it returns is the result."""
    module_name, _, function_name = entry.partition(":")
    module = importlib.import_module(module_name)
    value = module
    for part in function_name.split("."):
        value = getattr(value, part)
    returned = value()
    if returned is not None:
        sys.modules["broodbox"].result(returned)


def _report(error):
    """The traceback without our own frames, on stderr like any interpreter's and as data on the result channel."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in (__file__, importlib.__file__):
        trace = trace.tb_next
    if isinstance(error, SyntaxError) or trace is None:
        trace = None
    text = "".join(traceback.format_exception(type(error), error, trace))
    try:
        message = str(error)
    except BaseException:
        message = "<exception str() failed>"
    try:
        if sys.excepthook is sys.__excepthook__:
            sys.stderr.write(text)
        else:
            sys.excepthook(type(error), error, trace)
    finally:
        if os.getpid() == channel.MAIN_PID:  # a process that the job forked has no say in the job's own error
            channel.send_error(type(error).__name__, message, text)


def _exit_code(error):
    """What sys.exit(value) means, as in the interpreter itself."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def _execute(spec):
    code = spec.get(CODE, [b""])[0]
    entry = _text(spec.get(ENTRY, [b""])[0])
    for item in spec.get(ENV, []):
        name, _, value = _text(item).partition("=")
        os.environ[name] = value
    path = _write_code(_text(spec.get(FILENAME, [b"job.py"])[0]), code)
    sys.argv = [path] + [_text(arg) for arg in spec.get(ARGS, [])]
    sys.path.insert(0, "/job")
    if entry:
        _run_entry(path, entry)
    else:
        _run_code(path, code)


def _guarded(step, *args):
    """Runs one part of the job: 0, or the exit code of what it raised."""
    try:
        step(*args)
        return 0
    except SystemExit as error:
        return _exit_code(error)
    except BaseException as error:
        _report(error)
        return 1


def _finish():
    """What an interpreter does at its end: wait for threads, call the exit handlers."""
    threading = sys.modules.get("threading")
    # With one thread and no hooks there is nothing to shut down, and finding that out its way writes to 120 pages.
    if threading is not None and (threading.active_count() > 1 or getattr(threading, "_threading_atexits", None)):
        threading._shutdown()
    atexit._run_exitfuncs()


def _flush():
    """0, or the exit code of the interpreter when its last flush fails."""
    code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except BaseException:
            code = 120
    return code


def _perform(spec):
    """One job from its code to its exit code."""
    code = _guarded(_execute, spec)
    code = _guarded(_finish) or code
    flushed = _flush()
    return code or flushed


def _rehearse():
    """The way of every job once in vain, while nobody waits: what it writes to is copied from the zygote now."""
    _perform(REHEARSAL)
    sys.path.remove("/job")
    os.unlink("/job/.rehearsal")


def run(report_ready):
    """Prepares, reports ready, is parked until the control channel brings a job. Never returns."""
    _renew_signals()
    _renew_randomness()
    _rehearse()
    report_ready()
    spec = channel.read_spec()
    if not spec:
        os._exit(125)
    gc.enable()
    code = _perform(spec)
    os._exit(code)
