import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe } from "vitest";
import { sharedPool } from "../support/harness.ts";
import { keeps } from "../support/promises.ts";
import { expectSameBehaviour, type Program } from "./behaviour.ts";
import { jobPath } from "./support.ts";

const PROGRAMS: readonly Program[] = [
  {
    what: "the state of the interpreter",
    code: readFileSync(jobPath("fresh"), "utf8"),
    args: ["a", "ü"],
  },
  {
    what: "threads that outlive the program, and exit handlers after them",
    code: `
      import atexit, threading
      atexit.register(lambda: print("first registered"))
      atexit.register(lambda: print("last registered"))
      go = threading.Event()
      def work():
          go.wait()
          print("thread")
      threading.Thread(target=work).start()
      threading.Thread(target=threading.Event().wait, daemon=True).start()
      print("end of program", flush=True)
      go.set()
    `,
  },
  {
    what: "an uncaught exception with its source lines and causes",
    code: `
      def inner(value):
          return 1 / value

      def outer():
          try:
              inner(0)
          except ZeroDivisionError as error:
              raise ValueError("no") from error

      outer()
    `,
  },
  {
    what: "an exception in an exception, in a class of its own",
    code: `
      class Own(Exception):
          pass
      try:
          raise Own("first")
      except Own:
          {}["missing"]
    `,
  },
  {
    what: "a group of exceptions",
    code: `raise ExceptionGroup("all", [ValueError(1), TypeError(2)])`,
  },
  { what: "a syntax error", code: "x = 1\ny = = 2\n" },
  { what: "an exit code", code: `import sys; sys.exit(7)` },
  { what: "an exit code above 255", code: `import sys; sys.exit(256 + 3)` },
  { what: "a negative exit code", code: `import sys; sys.exit(-1)` },
  {
    what: "an exit message",
    code: `import sys; print("out"); sys.exit("message")`,
  },
  { what: "an exit with None", code: `raise SystemExit` },
  {
    what: "a hard exit",
    code: `import os; print("lost" , end=""); os._exit(9)`,
  },
  {
    what: "an exception in a thread",
    code: `
      import threading
      threading.excepthook = lambda args: print("hook", args.exc_type.__name__)
      thread = threading.Thread(target=lambda: 1 / 0)
      thread.start()
      thread.join()
      print("goes on")
    `,
  },
  {
    what: "an exception in an exit handler",
    code: `
      import atexit
      atexit.register(lambda: print("still runs"))
      atexit.register(lambda: 1 / 0)
    `,
  },
  {
    what: "an exception hook of the program's own",
    code: `
      import sys
      sys.excepthook = lambda kind, value, trace: print("hook", kind.__name__, value)
      raise ValueError("seen")
    `,
  },
  {
    what: "standard input by line, by iteration and as bytes",
    code: `
      import sys
      print(input("? "))
      print([next(sys.stdin), sys.stdin.readline()])
      print(sys.stdin.buffer.read())
    `,
    stdin: "first ü\nsecond\nthird\nrest\r\n",
  },
  { what: "input that ends", code: `input()` },
  {
    what: "text that is no text",
    code: `print("\\udcff", "ü"); import sys; print("\\udcff ü", file=sys.stderr)`,
  },
  {
    what: "a pipe that nobody reads",
    code: `
      import os
      reading, writing = os.pipe()
      os.close(reading)
      try:
          os.write(writing, b"x")
      except BrokenPipeError as error:
          print(error.errno)
    `,
  },
  {
    what: "its own signal",
    code: `import os, signal; os.kill(os.getpid(), signal.SIGTERM)`,
  },
  { what: "abort", code: `import os; os.abort()` },
  {
    what: "an interrupt that is caught",
    code: `
      import os, signal
      try:
          os.kill(os.getpid(), signal.SIGINT)
          signal.pause()
      except KeyboardInterrupt:
          print("interrupted")
    `,
  },
  {
    what: "a warning with its line",
    code: `
      import warnings
      warnings.warn("old", DeprecationWarning)
      warnings.warn("careful")
    `,
  },
  {
    what: "its own source and pickles of its own classes",
    code: `
      import dataclasses, inspect, pickle
      @dataclasses.dataclass
      class Point:
          x: int = 1
      print(inspect.getsource(Point))
      print(pickle.loads(pickle.dumps(Point(2))))
      import __main__
      print(__main__.Point is Point, __name__)
    `,
  },
  {
    what: "a file that is closed at the end only",
    code: `
      import sys
      print("before")
      sys.stdout.write("no line end")
    `,
  },
  {
    what: "standard output that is closed",
    code: `import sys; sys.stdout.close()`,
  },
  {
    what: "logging",
    code: `
      import logging
      logging.warning("careful %s", 1)
      logging.getLogger("a.b").info("not shown")
    `,
  },
  {
    what: "recursion without end",
    code: `
      def down(): return down()
      try:
          down()
      except RecursionError as error:
          print(error)
    `,
  },
];

for (const [what, preload] of [
  ["nothing loaded beforehand", []],
  ["modules loaded beforehand", ["asyncio", "decimal", "logging", "warnings", "threading", "json"]],
] as const) {
  describe(`a program with ${what} behaves as in a plain interpreter`, () => {
    let interpreter = "";
    const pool = sharedPool({ preload: [...preload] });
    beforeAll(() => {
      const program = "import os, sys; print(os.path.realpath(sys.executable))";
      interpreter = execFileSync("python3", ["-c", program], {
        encoding: "utf8",
      }).trim();
    });
    for (const program of PROGRAMS) {
      keeps("separation.next-job-is-clean", `${program.what}: the same in both`, async () => {
        await expectSameBehaviour(pool(), interpreter, program);
      });
    }
  });
}
