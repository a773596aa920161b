/** Linux signal numbers and their names; the same on x86-64 and aarch64. */
const NAMES = (
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT " +
  "CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split(" ");

/** "SIGSEGV" for 11. Real-time signals have no name of their own and become "SIG34" to "SIG64". */
export function signalName(signal: number): string {
  return `SIG${NAMES[signal - 1] ?? signal}`;
}

/** 11 for "SIGSEGV"; undefined for what signalName never says. */
export function signalNumber(name: string): number | undefined {
  const index = NAMES.indexOf(name.replace(/^SIG/, ""));
  if (index >= 0) {
    return index + 1;
  }
  const match = /^SIG(\d{1,2})$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
