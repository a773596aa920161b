"""The job process in Python: undoes what siblings of one zygote would share, reads the job, runs it, leaves.

prepare() runs once in the zygote; run() runs in each child, parked until its job comes. Everything here is inside the
sandbox: nothing that this file says is believed by anybody outside.
"""

import builtins
import gc
import importlib
import io
import os
import signal
import sys
import traceback
import types

import channel

CODE, FILENAME, ARGS, ENV, ENTRY = 1, 2, 3, 4, 5
BASE_ENV = {"HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "USER": "job", "LOGNAME": "job"}


def prepare():
    """In the zygote, after the preload: what jobs may import, and nothing that would run at their exit."""
    import atexit

    sys.modules["_broodbox_channel"] = channel
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    importlib.import_module("broodbox")
    sys.path.remove(here)
    for name in ("runner", "channel"):
        sys.modules.pop(name, None)
    atexit._clear()  # handlers of the zygote never run in a job


def _renew_randomness():
    """CPython reseeds `random` after a fork; these keep state of their own."""
    modules = sys.modules
    if "uuid" in modules:
        modules["uuid"]._last_timestamp = None
    if "tempfile" in modules:
        modules["tempfile"]._name_sequence = None
        modules["tempfile"].tempdir = None
    if "numpy.random" in modules:
        # All of its state from the kernel: 32 bits would repeat after some ten thousand jobs.
        modules["numpy.random"].seed()
    if "_ssl" in modules:
        # OpenSSL notices a fork by a changed pid only.
        modules["_ssl"].RAND_add(os.urandom(48), 48.0)


def _renew_signals():
    """Back to what a fresh interpreter has; the confinement set every action to the default."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _renew_stdio():
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


def _renew_threads():
    """A fork keeps the number that the kernel gave the parent's thread; only a start of a thread sets it."""
    if "threading" in sys.modules:
        main = sys.modules["threading"].main_thread()
        if hasattr(main, "_set_native_id"):  # from Python 3.8
            main._set_native_id()


def _renew_environment():
    os.environ.clear()
    os.environ.update(BASE_ENV)


def _renew_numerics():
    """Settings that a preload may have changed for everybody, back to those of a fresh interpreter."""
    if "locale" in sys.modules:
        # As the interpreter does at its start: characters by the environment, all else neutral.
        sys.modules["locale"].setlocale(sys.modules["locale"].LC_ALL, "C")
        sys.modules["locale"].setlocale(sys.modules["locale"].LC_CTYPE, "C.UTF-8")
    if "numpy" in sys.modules:
        sys.modules["numpy"].seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    if "decimal" in sys.modules:
        sys.modules["decimal"].setcontext(sys.modules["decimal"].Context())
    if "warnings" in sys.modules:
        sys.modules["warnings"].resetwarnings()
        sys.modules["warnings"].filterwarnings("default", category=DeprecationWarning, module="__main__", append=True)
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            sys.modules["warnings"].simplefilter("ignore", category, append=True)


def _fresh_main(path):
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    return main


def _write_code(filename, code):
    path = "/job/" + filename
    directory = os.path.dirname(path)
    if directory != "/job":
        os.makedirs(directory, exist_ok=True)
    with io.FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644), "w") as file:
        view = memoryview(code)
        while view:
            view = view[file.write(view) :]
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
    filename = os.fsdecode(spec.get(FILENAME, [b"job.py"])[0])
    entry = os.fsdecode(spec.get(ENTRY, [b""])[0])
    for item in spec.get(ENV, []):
        name, _, value = os.fsdecode(item).partition("=")
        os.environ[name] = value
    path = _write_code(filename, code)
    sys.argv = [path] + [os.fsdecode(arg) for arg in spec.get(ARGS, [])]
    sys.path.insert(0, "/job")
    importlib.invalidate_caches()
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
    """What an interpreter does at its end: wait for threads, exit handlers, flush."""
    import atexit

    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()


def _rehearse():
    """The way of every job once in vain, while nobody waits: what it writes to is copied from the zygote now."""
    path = _write_code(".rehearsal", b"print(end='')\n")
    _run_code(path, b"print(end='')\n")
    os.unlink(path)
    sys.stdout.flush()


def run(report_ready):
    """Prepares, reports ready, is parked until the control channel brings a job. Never returns."""
    _renew_signals()
    _renew_stdio()
    _renew_threads()
    _renew_environment()
    _renew_randomness()
    _renew_numerics()
    _rehearse()
    report_ready()
    spec = channel.read_spec()
    if not spec:
        os._exit(125)
    gc.enable()
    code = _guarded(_execute, spec)
    code = _guarded(_finish) or code
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except BaseException:
            code = code or 120  # as the interpreter does when its last flush fails
    os._exit(code)
