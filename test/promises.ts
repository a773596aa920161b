/**
 * Every promise that broodbox makes about security, truth and life cycle. A promise is kept by the
 * tests that cite its id (`keeps` in support/promises.ts); the gate in promises.test.ts fails on one
 * that no test cites, on a citation of one that is not here, and on an anchor that is gone.
 */
interface Statement {
  readonly id: string;
  readonly sentence: string;
  /** file and heading where users read it */
  readonly documented: string;
}

const OUTCOMES = "docs/specification.md#outcomes";
const LIMITS = "docs/specification.md#limits";
const CONFINEMENT = "docs/specification.md#confinement";
const INSIDE = "docs/specification.md#what-a-job-sees";
const SEPARATION = "docs/specification.md#separation-of-jobs";
const LIFE_CYCLE = "docs/specification.md#life-cycle";
const RESULTS = "docs/specification.md#results";
const DENIALS = "docs/specification.md#refused-calls";
const COMMAND = "docs/specification.md#the-command-line";

export const PROMISES = [
  // ---- outcomes
  {
    id: "outcome.exit-code",
    sentence: "a job that exits ends as exited with its own code, whatever the code is",
    documented: OUTCOMES,
  },
  {
    id: "outcome.exception",
    sentence: "an uncaught exception ends as exited with code 1 and comes back as data",
    documented: OUTCOMES,
  },
  {
    id: "outcome.signal",
    sentence: "abort, a bad pointer and a job's own SIGKILL end as signaled with that signal",
    documented: OUTCOMES,
  },
  {
    id: "outcome.memory",
    sentence: "a job that takes more memory than its limit ends as limited by memory",
    documented: LIMITS,
  },
  {
    id: "outcome.wall",
    sentence: "a job that outlives its wall limit ends as limited by wall, whatever it ignores",
    documented: LIMITS,
  },
  {
    id: "outcome.cpu",
    sentence: "processor time of all threads together ends a job as limited by cpu",
    documented: LIMITS,
  },
  {
    id: "outcome.pids",
    sentence: "more processes and threads than the limit are refused, and the host never sees them",
    documented: LIMITS,
  },
  {
    id: "outcome.output",
    sentence: "output above its cap is cut off and ends the job as limited by output",
    documented: LIMITS,
  },
  {
    id: "outcome.tmp",
    sentence: "a full /tmp refuses further writes and is named as the limit when the job fails",
    documented: LIMITS,
  },
  {
    id: "outcome.artifacts",
    sentence: "more artifacts than allowed end as limited by artifacts",
    documented: LIMITS,
  },
  {
    id: "outcome.stopped",
    sentence: "a job that stops itself is ended by its wall limit",
    documented: LIMITS,
  },
  {
    id: "outcome.cancelled",
    sentence: "a job whose caller gives up is ended at once, as cancelled",
    documented: OUTCOMES,
  },
  {
    id: "outcome.kernel-facts",
    sentence: "nothing a job writes changes its outcome, usage, denials or level",
    documented: OUTCOMES,
  },
  {
    id: "limits.whole-tree",
    sentence: "a limit ends every process of the job within its value plus one second",
    documented: LIMITS,
  },
  {
    id: "limits.everything-is-capped",
    sentence: "everything that a job can make grow has a cap that refuses or truncates and says so",
    documented: LIMITS,
  },
  // ---- results
  {
    id: "result.document",
    sentence: "a result document has every field of the contract, with its digests",
    documented: RESULTS,
  },
  {
    id: "result.rejected",
    sentence: "a result that is no valid JSON, or a broken result channel, ends as rejected",
    documented: RESULTS,
  },
  {
    id: "artifacts.regular-files-only",
    sentence: "only regular files of /out come back; links and special files are listed as skipped",
    documented: RESULTS,
  },
  {
    id: "artifacts.host-opens-no-job-path",
    sentence: "the host never opens, lists or deletes a path that a job controls",
    documented: RESULTS,
  },
  // ---- confinement
  {
    id: "confinement.before-first-byte",
    sentence:
      "no byte of a job is delivered before its last step is done and verified from outside",
    documented: CONFINEMENT,
  },
  {
    id: "confinement.fail-closed",
    sentence: "a step that fails stops the sandbox with a fault that names it, and nothing runs",
    documented: CONFINEMENT,
  },
  {
    id: "confinement.level-too-low",
    sentence: "below the minimum level nothing runs",
    documented: CONFINEMENT,
  },
  {
    id: "confinement.layers-are-reported",
    sentence: "each result says which layers held, as verified from outside",
    documented: CONFINEMENT,
  },
  {
    id: "confinement.hostile-job",
    sentence: "what a hostile job tries is refused, while what honest jobs need still works",
    documented: CONFINEMENT,
  },
  {
    id: "confinement.filter-is-the-one-named",
    sentence: "the installed filter is the one whose digest stands in the result's provenance",
    documented: CONFINEMENT,
  },
  {
    id: "denials.are-named",
    sentence: "a refused call is listed with its name, errno, count, rule and a hint",
    documented: DENIALS,
  },
  {
    id: "denials.flood",
    sentence: "a flood of refused calls is slowed down, then ended as limited by denials",
    documented: DENIALS,
  },
  // ---- the inside view
  {
    id: "inside.identity",
    sentence: "a job has a uid and gid of its own, no groups, no capabilities and a filter",
    documented: INSIDE,
  },
  {
    id: "inside.files",
    sentence:
      "a job sees the runtime, its inputs and its scratch directories, and nothing of the host",
    documented: INSIDE,
  },
  {
    id: "inside.current-files",
    sentence:
      "a file of the runtime that is replaced on the host is seen by new sandboxes after at most sixteen, and with a new interpreter generation",
    documented: INSIDE,
  },
  {
    id: "inside.processes",
    sentence: "a job sees no process but its own",
    documented: INSIDE,
  },
  {
    id: "inside.network",
    sentence: "a job without a network policy has no interface and can open no socket",
    documented: INSIDE,
  },
  {
    id: "inside.descriptors",
    sentence: "a job holds the descriptors 0 to 4 and no other",
    documented: INSIDE,
  },
  {
    id: "inside.environment",
    sentence: "a job's environment holds what the request says and nothing of the host's",
    documented: INSIDE,
  },
  {
    id: "inside.inputs",
    sentence: "inputs are read-only files under /in, also large ones",
    documented: INSIDE,
  },
  // ---- separation
  {
    id: "separation.single-use",
    sentence: "a sandbox runs one job",
    documented: SEPARATION,
  },
  {
    id: "separation.randomness",
    sentence: "no two jobs draw the same random numbers, from any of the usual sources",
    documented: SEPARATION,
  },
  {
    id: "separation.files",
    sentence: "nothing that one job writes is seen by another, after it or beside it",
    documented: SEPARATION,
  },
  {
    id: "separation.network",
    sentence: "no two jobs meet in a network namespace, and none finds there what another left",
    documented: SEPARATION,
  },
  {
    id: "separation.memory",
    sentence: "the text of an earlier job is not found in the memory of a later one",
    documented: SEPARATION,
  },
  {
    id: "separation.trusted-memory",
    sentence: "no data of a job passes through the memory of the forkserver or of a zygote",
    documented: SEPARATION,
  },
  {
    id: "separation.next-job-is-clean",
    sentence: "after a job that ended badly the next one runs as if there had been none",
    documented: SEPARATION,
  },
  {
    id: "separation.own-usage",
    sentence: "usage, limits and outcome of a job are its own, also in cgroups that were another's",
    documented: SEPARATION,
  },
  // ---- life cycle
  {
    id: "lifecycle.nothing-is-left",
    sentence: "after a job no process, cgroup, mount, descriptor or temporary file of it is left",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.daemon",
    sentence: "a process that a job leaves behind is dead when the result is there",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.supervisor-dies",
    sentence: "when the supervisor is killed, everything it made is gone within a second",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.forkserver-dies",
    sentence: "when the forkserver is killed, started jobs end in a fault and the pool heals",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.zygote-dies",
    sentence: "when a zygote is killed, running jobs go on and the pool heals",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.never-twice",
    sentence: "a job that had started is never run again",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.close",
    sentence: "close() finishes what runs, destroy() ends it now, and both may be called again",
    documented: LIFE_CYCLE,
  },
  {
    id: "lifecycle.overloaded",
    sentence: "a full queue refuses with overloaded instead of growing",
    documented: LIFE_CYCLE,
  },
  // ---- command line
  {
    id: "cli.exit-codes",
    sentence: "the exit code of run tells how the job ended, and 125 is never the job's fault",
    documented: COMMAND,
  },
  {
    id: "cli.streams",
    sentence: "a job's output passes through byte for byte; everything else goes to stderr",
    documented: COMMAND,
  },
  // ---- speed
  {
    id: "speed.bench",
    sentence: "every figure is measured beside its floor, in the same run on the same machine",
    documented: "docs/performance.md#how-it-is-measured",
  },
  {
    id: "speed.check",
    sentence:
      "a figure that is worse than its bound by more than the noise of the run fails the check",
    documented: "docs/performance.md#the-check",
  },
] as const satisfies readonly Statement[];

export type PromiseId = (typeof PROMISES)[number]["id"];
