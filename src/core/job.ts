/** The one door for requests: outside data becomes a frozen Job, or a SandboxError "usage". */
import { z } from "zod";
import { SandboxError } from "./errors.ts";
import {
  type Limits,
  type LimitsRequest,
  limitsSchema,
  refuseAbove,
  withDefaults,
} from "./limits.ts";
import { LEVELS, type Level } from "./outcome.ts";

const CODE_MAXIMUM_BYTES = 8 * 1024 * 1024;
const DATA_MAXIMUM_BYTES = 64 * 1024 * 1024;
const ARGS_MAXIMUM = 1024;
const ENV_MAXIMUM = 256;
const ARGS_AND_ENV_MAXIMUM_BYTES = 1024 * 1024;
const INPUTS_MAXIMUM = 256;
/** as init takes them: one component, below the 256 bytes of its buffer */
const NAME_MAXIMUM_BYTES = 255;
const PATH_MAXIMUM_BYTES = 1023;

const utf8 = new TextEncoder();

function sizeOf(text: string): number {
  return utf8.encode(text).byteLength;
}

// A NUL ends the string on the C side and not on this one: whatever becomes a path, an argument or
// an environment entry must not hold one. A lone surrogate has no UTF-8 form and would change.
function isPlainText(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}

const plainText = z.string().refine(isPlainText, "must not hold a NUL or a lone surrogate");
const hostPath = plainText
  .min(1, "must not be empty")
  .refine(
    (path) => sizeOf(path) <= PATH_MAXIMUM_BYTES,
    `must be at most ${PATH_MAXIMUM_BYTES} bytes`,
  );

/** Whether a text is one path component: not empty, no slash, not "." or "..". */
export function isFileName(name: string): boolean {
  return (
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    !name.includes("/") &&
    isPlainText(name) &&
    sizeOf(name) <= NAME_MAXIMUM_BYTES
  );
}

const fileName = z
  .string()
  .refine(
    isFileName,
    `must be one file name of at most ${NAME_MAXIMUM_BYTES} bytes, without a slash`,
  );

function bytesUpTo(maximumBytes: number) {
  return (
    z
      .union([z.string(), z.instanceof(Uint8Array)], "must be text or bytes (Uint8Array)")
      // Copied: the caller's buffer may change while the job is waiting, and then no digest would be true.
      .transform((data) => (typeof data === "string" ? utf8.encode(data) : Uint8Array.from(data)))
      .refine((data) => data.byteLength <= maximumBytes, `must be at most ${maximumBytes} bytes`)
  );
}

const inputSchema = z.union(
  [
    z.strictObject({ name: fileName.optional(), path: hostPath }),
    z.strictObject({ name: fileName, data: bytesUpTo(DATA_MAXIMUM_BYTES) }),
  ],
  "must be {path, name?} or {name, data}, with a name that is one file name",
);

const pythonName = "[\\p{ID_Start}_][\\p{ID_Continue}]*";
const ENTRY = new RegExp(
  `^${pythonName}(\\.${pythonName})*:${pythonName}(\\.${pythonName})*$`,
  "u",
);

const requestSchema = z.strictObject({
  code: bytesUpTo(CODE_MAXIMUM_BYTES).optional(),
  path: hostPath.optional(),
  filename: fileName.optional(),
  entry: plainText
    .max(512)
    .refine((entry) => ENTRY.test(entry), "must be module:function")
    .optional(),
  args: z.array(plainText).max(ARGS_MAXIMUM).optional(),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable name"), plainText)
    .refine(
      (env) => Object.keys(env).length <= ENV_MAXIMUM,
      `must have at most ${ENV_MAXIMUM} entries`,
    )
    .optional(),
  inputs: z.array(inputSchema).max(INPUTS_MAXIMUM).optional(),
  stdin: z
    .union(
      [bytesUpTo(DATA_MAXIMUM_BYTES), z.strictObject({ path: hostPath })],
      "must be text, bytes or {path}",
    )
    .optional(),
  limits: limitsSchema.optional(),
  profile: plainText.min(1).optional(),
  runtime: plainText.min(1).optional(),
  network: z.literal("none", 'must be "none": no network policy is supported yet').optional(),
  minimumLevel: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).optional(),
});

/** An input as a caller writes it: a file of this host, or bytes. */
export type InputRequest =
  | { readonly path: string; readonly name?: string | undefined }
  | { readonly name: string; readonly data: string | Uint8Array };

/** What a caller writes; every field is checked by the schema above. Exactly one of `code` and `path`. */
export interface JobRequest {
  /** source text, at most 8 MiB */
  readonly code?: string | Uint8Array | undefined;
  /** a file of this host that holds the source */
  readonly path?: string | undefined;
  /** its name below /job; default: that of `path`, or main.py */
  readonly filename?: string | undefined;
  /** module:function, called with nothing; what it returns is the result */
  readonly entry?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** read-only files seen at /in/NAME */
  readonly inputs?: readonly InputRequest[] | undefined;
  readonly stdin?: string | Uint8Array | { readonly path: string } | undefined;
  readonly limits?: LimitsRequest | undefined;
  /** seccomp profile, a name or a path; default: the pool's */
  readonly profile?: string | undefined;
  /** default: the pool's */
  readonly runtime?: string | undefined;
  readonly network?: "none" | undefined;
  readonly minimumLevel?: Level | undefined;
}

/** A read-only file seen at /in/NAME: from this host, or bytes that came with the request. */
export type JobInput =
  | { readonly kind: "file"; readonly name: string; readonly path: string }
  | { readonly kind: "bytes"; readonly name: string; readonly data: Uint8Array };

export type JobCode =
  | { readonly kind: "bytes"; readonly data: Uint8Array }
  | { readonly kind: "file"; readonly path: string };

export type JobStdin = JobCode;

/** An accepted request. Nothing below looks at the request again. */
export interface Job {
  readonly id: string;
  readonly code: JobCode;
  /** below /job */
  readonly filename: string;
  /** "" or module:function */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: readonly JobInput[];
  readonly stdin: JobStdin;
  readonly limits: Limits;
  /** name or path; undefined: the default of the pool */
  readonly profile: string | undefined;
  readonly runtime: string | undefined;
  readonly network: "none";
  readonly minimumLevel: Level;
}

/** What holds when a request does not say. */
export interface JobDefaults {
  /** none is above the ceiling */
  readonly limits: Limits;
  readonly ceiling: Limits;
  readonly minimumLevel: Level;
}

export const CODE_BYTES_MAXIMUM = CODE_MAXIMUM_BYTES;

/** A zod failure as one sentence with the place of each problem. */
export function usageError(what: string, error: z.ZodError): SandboxError {
  const problems = error.issues.slice(0, 8).map((issue) => {
    const place = issue.path.map(String).join(".");
    return place === "" ? issue.message : `${place} ${issue.message}`;
  });
  return new SandboxError("usage", `cannot accept ${what}: ${problems.join("; ")}`, {
    cause: error,
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function parseInputs(inputs: z.output<typeof inputSchema>[]): readonly JobInput[] {
  const seen = new Set<string>();
  return inputs.map((input) => {
    const name = input.name ?? ("path" in input ? baseName(input.path) : "");
    if (!isFileName(name)) {
      throw new SandboxError(
        "usage",
        `input ${JSON.stringify("path" in input ? input.path : name)} has no file name`,
        {
          remedy: "give it one, as NAME=PATH",
        },
      );
    }
    if (seen.has(name)) {
      throw new SandboxError("usage", `two inputs are called ${JSON.stringify(name)}`, {
        remedy: "give one of them another name, as NAME=PATH",
      });
    }
    seen.add(name);
    return Object.freeze(
      "path" in input
        ? ({ kind: "file", name, path: input.path } as const)
        : ({ kind: "bytes", name, data: input.data } as const),
    );
  });
}

function parseCode(request: z.output<typeof requestSchema>): JobCode {
  if ((request.code === undefined) === (request.path === undefined)) {
    throw new SandboxError("usage", "a job needs its code exactly once", {
      remedy: "give either code or path",
    });
  }
  return Object.freeze(
    request.path === undefined
      ? { kind: "bytes", data: request.code ?? new Uint8Array() }
      : { kind: "file", path: request.path },
  );
}

function parseStdin(stdin: z.output<typeof requestSchema>["stdin"] = new Uint8Array()): JobStdin {
  return Object.freeze(
    stdin instanceof Uint8Array
      ? { kind: "bytes", data: stdin }
      : { kind: "file", path: stdin.path },
  );
}

function checkSize(args: readonly string[], env: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const text of args.concat(...Object.entries(env))) {
    bytes += sizeOf(text) + 1;
  }
  if (bytes > ARGS_AND_ENV_MAXIMUM_BYTES) {
    throw new SandboxError(
      "usage",
      `args and env take ${bytes} bytes, more than ${ARGS_AND_ENV_MAXIMUM_BYTES}`,
      {
        remedy: "pass large data as an input",
      },
    );
  }
}

// A request names few of its fields, and a default that zod makes costs more than the whole parse.
const NO_LIST: never[] = [];
const NO_ENV: Record<string, string> = {};
Object.freeze(NO_LIST);
Object.freeze(NO_ENV);

function limitsOf(request: LimitsRequest | undefined, { limits, ceiling }: JobDefaults): Limits {
  return request === undefined ? limits : refuseAbove(withDefaults(request, limits), ceiling);
}

/** Turns a request into a Job, or throws SandboxError "usage" that names each problem and its place. */
export function parseJob(id: string, request: unknown, defaults: JobDefaults): Job {
  // zod leaves the key out of a record without a word; a variable must not vanish.
  if (Object.hasOwn(Object((request as { env?: unknown } | null | undefined)?.env), "__proto__")) {
    throw new SandboxError("usage", "cannot accept the job: env.__proto__ is not a variable name");
  }
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) {
    throw usageError("the job", parsed.error);
  }
  const value = parsed.data;
  const { args = NO_LIST, env = NO_ENV, inputs = NO_LIST } = value;
  checkSize(args, env);
  const code = parseCode(value);
  const filename = value.filename ?? (code.kind === "file" ? baseName(code.path) : "main.py");
  if (!isFileName(filename)) {
    throw new SandboxError(
      "usage",
      `the job's path ${JSON.stringify(value.path)} has no file name`,
    );
  }
  return Object.freeze({
    id,
    code,
    filename,
    entry: value.entry ?? "",
    args: Object.freeze(args),
    env: Object.freeze(env),
    inputs: Object.freeze(parseInputs(inputs)),
    stdin: parseStdin(value.stdin),
    limits: limitsOf(value.limits, defaults),
    profile: value.profile,
    runtime: value.runtime,
    network: "none",
    minimumLevel: value.minimumLevel ?? defaults.minimumLevel,
  });
}
