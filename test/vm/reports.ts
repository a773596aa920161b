/** What the machine reports (guest.mjs), by the name of the report. */
import type { RunResult } from "../../src/core/outcome.ts";

/** What is left in the machine when a program has ended. */
export interface Left {
  /** how many processes each cgroup has */
  readonly groups: Readonly<Record<string, number>>;
  readonly processes: readonly string[];
  /** what the service's group enables below itself */
  readonly serviceControl: string;
}

export interface End {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandEnd<Document> extends End {
  readonly document: Document | null;
}

export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly started: boolean };
}

export interface Doctor {
  readonly level: string;
  readonly probes: readonly { probe: string; state: string; errno: string; detail: string }[];
  readonly fixes: readonly { probe: string; why: string }[];
}

export interface Hello {
  readonly run: CommandEnd<RunResult>;
  /** where a shell was afterwards that had started the program and stayed beside it */
  readonly shell: string;
  readonly left: Left;
}

export interface Killed {
  readonly during: Left["groups"];
  readonly end: CommandEnd<Failure>;
  readonly left: Left;
}

export interface Limits {
  readonly runs: Readonly<Record<string, RunResult>>;
  readonly during: {
    readonly groups: Left["groups"];
    readonly self: string;
    readonly helper: string;
  };
  readonly after: { readonly self: string; readonly helper: string };
  readonly left: Left;
}

export interface Report {
  readonly name: string;
  readonly ms: number;
  readonly error?: string;
}
