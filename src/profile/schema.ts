import { z } from "zod";
import { didYouMean, ProfileError } from "./error.ts";
import type { SourceText } from "./source.ts";

/** What a profile file, a group file and a test file may say. Strict: an unknown key is an error. */

const MAX_ENTRIES = 1024;
const MAX_VALUES = 64;

const why = z.string().min(1).max(1000);
const callName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]*$/, "a call is named in lower case, such as openat");
const groupName = z.string().regex(/^@[a-z]+(\.[a-z]+)*$/, "a group is named like @fs.read");
const errnoText = z.string().regex(/^E[A-Z0-9]+$/, "an error is named, such as EPERM");
/** A constant such as AF_INET, a whole number, or a hexadecimal one such as "0xffffffff". */
const value = z.union([z.int(), z.string().min(1).max(64)]);
const values = z.array(value).min(1).max(MAX_VALUES);

const condition = z
  .strictObject({
    in: values.optional(),
    flagsNone: values.optional(),
    flagsAll: values.optional(),
    flagsWithin: values.optional(),
    low4In: values.optional(),
    atMost: value.optional(),
  })
  .refine((operators) => Object.keys(operators).length > 0, "a condition needs an operator");
const when = z
  .record(z.string(), condition)
  .refine(
    (named) => Object.keys(named).length > 0,
    "an empty when would allow everything; leave it out",
  );

const allowEntry = z.union([
  z.union([callName, groupName]),
  z.strictObject({ call: callName, when: when.optional(), why: why.optional() }),
]);
const denyEntry = z.union([
  callName,
  z.strictObject({
    call: callName,
    family: z.boolean().optional(),
    when: when.optional(),
    errno: errnoText.optional(),
    why: why.optional(),
  }),
]);

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,63}$/,
    "a profile is named in lower case with hyphens, such as net-out",
  );

export const profileFile = z.strictObject({
  profile: z.literal(1),
  name,
  knownUpTo: z
    .string()
    .regex(/^\d{1,3}\.\d{1,3}$/, "a kernel version such as 6.18")
    .optional(),
  why: why.optional(),
  extends: z.array(z.string().min(1).max(4096)).max(16).default([]),
  allow: z.array(allowEntry).max(MAX_ENTRIES).default([]),
  deny: z.array(denyEntry).max(MAX_ENTRIES).default([]),
  errno: z.record(callName, errnoText).default({}),
  quiet: z.array(callName).max(MAX_ENTRIES).default([]),
  tripwire: z.enum(["report", "kill"]).optional(),
  maxDenials: z.int().min(0).max(1_000_000).optional(),
  writeExecute: z.literal("deny").optional(),
  mode: z.literal("enforce", 'only "enforce" is supported').default("enforce"),
});
export type ProfileFile = z.infer<typeof profileFile>;

export const groupFile = z.strictObject({
  group: groupName,
  why: why.optional(),
  allow: z.array(allowEntry).min(1).max(MAX_ENTRIES),
});
export type GroupFile = z.infer<typeof groupFile>;

/** The verdict of a test line: allowed, killed, or the error that the call answers. */
const verdict = z.union([z.enum(["allowed", "killed"]), errnoText]);

export const caseFile = z.strictObject({
  profile: name,
  cases: z
    .array(
      z.strictObject({
        call: callName,
        args: z.record(z.string(), value).default({}),
        verdict,
        /** whether the refusal stands in `denied`; left out where that is not the point */
        reported: z.boolean().optional(),
        why: why.optional(),
      }),
    )
    .min(1)
    .max(MAX_ENTRIES),
});
export type CaseFile = z.infer<typeof caseFile>;

export type ConditionText = z.infer<typeof condition>;
export type WhenText = z.infer<typeof when>;

interface Issue {
  readonly code?: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly keys?: readonly string[];
}

/** Of the alternatives of a union, the complaint of the one that came furthest. */
function deepest(issue: Issue): Issue {
  const inner = (issue.errors ?? [])
    .flat()
    .map((nested) => deepest({ ...nested, path: [...issue.path, ...nested.path] }));
  return inner.reduce(
    (best, candidate) =>
      candidate.path.length > best.path.length ||
      candidate.code === "unrecognized_keys" ||
      best === issue
        ? candidate
        : best,
    issue,
  );
}

/** Checks a document against its schema; throws a ProfileError at the line of the first fault. */
export function checkSource<T>(
  schema: z.ZodType<T>,
  source: SourceText,
  keys: readonly string[],
): T {
  const checked = schema.safeParse(source.value);
  if (checked.success) {
    return checked.data;
  }
  const issue = deepest(checked.error.issues[0] as Issue);
  const unknown = issue.keys?.[0];
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const at = issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
  const remedy = unknown === undefined ? undefined : didYouMean(unknown, keys);
  throw new ProfileError(source.placeOf(path), `${at}${issue.message}`, remedy);
}

/** Every key that the three kinds of file know, for suggestions. */
export const KNOWN_KEYS: readonly string[] = [
  ...Object.keys(profileFile.shape),
  ...Object.keys(groupFile.shape),
  ...Object.keys(caseFile.shape),
  ...Object.keys(condition.shape),
  "call",
  "when",
  "family",
  "args",
  "verdict",
  "reported",
];
