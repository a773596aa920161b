/** Finds the native program and the files that go with it. */
import { accessSync, constants, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { SandboxError } from "../core/errors.ts";

/** The native parts, as absolute paths of files that exist. */
export interface NativeParts {
  /** the program: forkserver, sweep and probes */
  readonly program: string;
  /** the module that a Python zygote loads */
  readonly module: string;
  /** what a Python zygote executes */
  readonly script: string;
}

export interface LocateNativeOptions {
  /** looked at for BROODBOX_NATIVE_DIR */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly packageDirectory?: string;
}

/** Both `src/forkserver` and `dist/forkserver` lie two levels below the package. */
const PACKAGE_DIRECTORY = resolve(import.meta.dirname, "..", "..");

const REMEDY =
  "run `npm run build:native` (needs: apt-get install --no-install-recommends gcc libc6-dev make libnanopb-dev)";

/** Throws SandboxError `nativeMissing` that names the file that is not there. */
export function locateNative(options: LocateNativeOptions = {}): NativeParts {
  const { env = process.env, packageDirectory = PACKAGE_DIRECTORY } = options;
  const override = env["BROODBOX_NATIVE_DIR"];
  const own = join(packageDirectory, "native");
  const directory = override === undefined ? join(own, "build") : resolve(override);
  const program = join(directory, "broodbox-native");
  const module = join(directory, "_broodbox.so");
  // A directory that was built elsewhere may carry its own Python files; they must match its module.
  const carried = join(directory, "python", "zygote.py");
  const script = isReadableFile(carried) ? carried : join(own, "python", "zygote.py");
  const missing = [program, module, script].find((path) => !isReadableFile(path));
  if (missing !== undefined) {
    throw new SandboxError("nativeMissing", `cannot find the native part ${missing}`, {
      remedy: override === undefined ? REMEDY : `correct BROODBOX_NATIVE_DIR, or ${REMEDY}`,
    });
  }
  try {
    accessSync(program, constants.X_OK);
  } catch (cause) {
    throw new SandboxError("nativeMissing", `cannot execute the native program ${program}`, {
      cause,
      remedy: "make it executable, on a file system that is not mounted noexec",
    });
  }
  return Object.freeze({ program, module, script });
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
