/** What the native side says about its own failures, as errors. */
import { getSystemErrorName } from "node:util";
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

function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `errno ${errno}`;
  }
}
