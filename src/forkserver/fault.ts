/** What the native side says about its own failures, as errors. */
import { constants } from "node:os";
import { SandboxError } from "../core/errors.ts";
import type { Fault } from "../wire/codec.ts";

/** `cannot bind /usr/lib: EPERM (step mounts)` */
export function faultError(fault: Fault): SandboxError {
  // Bounded by the wire (256 bytes); what is not UTF-8 in it is shown with replacement characters.
  const detail = Buffer.from(fault.detail).toString("utf8") || "our own set-up failed";
  const errno = fault.error === 0 ? "" : `: ${errnoName(fault.error)}`;
  return new SandboxError("stageFailed", `${detail}${errno} (step ${fault.step})`, {
    step: fault.step,
    ...(fault.error === 0 ? {} : { errno: fault.error }),
  });
}

// Not util.getSystemErrorName: it knows only the errors that libuv maps, and EBADMSG is none of them.
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`;
}
