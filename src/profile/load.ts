import { open, readdir } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, type Place, ProfileError } from "./error.ts";
import {
  checkSource,
  type GroupFile,
  groupFile,
  KNOWN_KEYS,
  type ProfileFile,
  profileFile,
  type WhenText,
} from "./schema.ts";
import { parseSource, type SourceText } from "./source.ts";

/** One entry of `allow`, with groups taken apart. */
export interface AllowStatement {
  readonly call: string;
  readonly when: WhenText | undefined;
  readonly why: string | undefined;
  readonly place: Place;
  /** the group it came from, such as @io */
  readonly group: string | undefined;
}

export interface DenyStatement extends Omit<AllowStatement, "group"> {
  readonly family: boolean;
  readonly errno: string | undefined;
}

export interface ErrnoStatement {
  readonly call: string;
  readonly errno: string;
  readonly place: Place;
}

/** A profile with its parents and groups, parents first. Everything only appends or narrows. */
export interface LoadedProfile {
  readonly name: string;
  readonly chain: readonly string[];
  readonly place: Place;
  readonly knownUpTo: string;
  readonly tripwire: "report" | "kill";
  readonly maxDenials: number;
  readonly writeExecuteDeny: boolean;
  readonly allow: readonly AllowStatement[];
  readonly deny: readonly DenyStatement[];
  readonly errno: readonly ErrnoStatement[];
  readonly quiet: readonly { readonly call: string; readonly place: Place }[];
}

/** The profiles that ship with broodbox; the same distance from src/profile and from dist/profile. */
export const SHIPPED_DIRECTORY = fileURLToPath(new URL("../../sandbox-profiles/", import.meta.url));

const MAX_FILE_BYTES = 262_144;
const MAX_STATEMENTS = 8192;
const MAX_CHAIN = 32;
const DEFAULT_MAX_DENIALS = 1000;

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Reads a text file of bounded size; undefined when there is none. */
export async function readBounded(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, "r");
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES) {
        throw new ProfileError(
          undefined,
          `${path} is not a file of at most ${MAX_FILE_BYTES} bytes`,
        );
      }
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    if (error instanceof ProfileError) {
      throw error;
    }
    throw new ProfileError(undefined, `cannot read ${path}: ${String(error)}`);
  }
}

/** The names of all profiles in a directory, test files left out. */
export async function listProfiles(
  directory: string = SHIPPED_DIRECTORY,
): Promise<readonly string[]> {
  return (await namesIn(directory)).filter((name) => !name.endsWith(".test"));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory);
    return entries
      .filter((entry) => entry.endsWith(".json"))
      .map((entry) => entry.slice(0, -".json".length))
      .sort();
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw new ProfileError(undefined, `cannot list ${directory}: ${String(error)}`);
  }
}

function isPath(nameOrPath: string): boolean {
  return nameOrPath.includes("/") || nameOrPath.endsWith(".json");
}

/** Loads a profile by name or path, with everything it extends. Throws a ProfileError. */
export async function loadProfile(
  nameOrPath: string,
  directory: string = SHIPPED_DIRECTORY,
): Promise<LoadedProfile> {
  return await new Loader(resolve(directory)).load(nameOrPath);
}

interface Narrowing {
  tripwire: "report" | "kill";
  maxDenials: number | undefined;
  writeExecuteDeny: boolean;
}

interface LoadedFile {
  readonly value: ProfileFile;
  readonly source: SourceText;
  readonly knownUpTo: string | undefined;
}

/** Of the versions that several parents were reviewed for, the oldest: the strictest. */
function oldest(versions: readonly (string | undefined)[]): string | undefined {
  return versions
    .filter((version) => version !== undefined)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))[0];
}

class Loader {
  readonly #directory: string;
  readonly #allow: AllowStatement[] = [];
  readonly #deny: DenyStatement[] = [];
  readonly #errno: ErrnoStatement[] = [];
  readonly #quiet: { call: string; place: Place }[] = [];
  /** resolved path -> name of the profiles that are finished */
  readonly #done = new Map<string, string>();
  readonly #groups = new Set<string>();
  readonly #narrowing: Narrowing = {
    tripwire: "report",
    maxDenials: undefined,
    writeExecuteDeny: false,
  };

  constructor(directory: string) {
    this.#directory = directory;
  }

  async load(nameOrPath: string): Promise<LoadedProfile> {
    const file = await this.#profile(nameOrPath, undefined, []);
    const { knownUpTo } = file;
    const place = file.source.placeOf(["name"]);
    if (knownUpTo === undefined) {
      throw new ProfileError(
        place,
        `${file.value.name} does not say up to which kernel its author knew the calls`,
        'add "knownUpTo", such as "6.18", or extend a profile that has it',
      );
    }
    return Object.freeze({
      ...this.#narrowing,
      name: file.value.name,
      place,
      knownUpTo,
      maxDenials: this.#narrowing.maxDenials ?? DEFAULT_MAX_DENIALS,
      chain: [...this.#done.values()].reverse(),
      allow: this.#allow,
      deny: this.#deny,
      errno: this.#errno,
      quiet: this.#quiet,
    });
  }

  /** `stack` holds the resolved paths from the outermost profile to this one, to find cycles. */
  async #profile(
    nameOrPath: string,
    from: Place | undefined,
    stack: readonly string[],
  ): Promise<LoadedFile> {
    const path = this.#pathOf(nameOrPath, stack.at(-1));
    if (stack.includes(path) || stack.length >= MAX_CHAIN) {
      const cycle = [...stack, path].map((member) => this.#shown(member)).join(" -> ");
      throw new ProfileError(from, `profiles extend each other in a circle: ${cycle}`);
    }
    const source = await this.#read(path, from, nameOrPath);
    const value = checkSource(profileFile, source, KNOWN_KEYS);
    if (!isPath(nameOrPath) && value.name !== nameOrPath) {
      throw new ProfileError(source.placeOf(["name"]), `this file is read as ${nameOrPath}`);
    }
    const parents: (string | undefined)[] = [];
    for (const [index, parent] of value.extends.entries()) {
      const place = source.placeOf(["extends", index]);
      parents.push((await this.#profile(parent, place, [...stack, path])).knownUpTo);
    }
    if (!this.#done.has(path)) {
      await this.#append(value, source);
      this.#done.set(path, value.name);
    }
    return { value, source, knownUpTo: value.knownUpTo ?? oldest(parents) };
  }

  #pathOf(nameOrPath: string, importer: string | undefined): string {
    if (!isPath(nameOrPath)) {
      return join(this.#directory, `${nameOrPath}.json`);
    }
    return importer === undefined ? resolve(nameOrPath) : resolve(dirname(importer), nameOrPath);
  }

  #shown(path: string): string {
    const inside = relative(this.#directory, path);
    return inside.startsWith("..") || isAbsolute(inside) ? path : inside;
  }

  async #read(path: string, from: Place | undefined, wanted: string): Promise<SourceText> {
    const text = await readBounded(path);
    if (text !== undefined) {
      return parseSource(this.#shown(path), text);
    }
    const group = wanted.startsWith("@");
    const known = await namesIn(group ? join(this.#directory, "groups") : this.#directory);
    throw new ProfileError(
      from,
      isPath(wanted)
        ? `there is no file ${path}`
        : `there is no ${group ? "group" : "profile"} ${wanted}`,
      didYouMean(
        wanted,
        known.filter((name) => !name.endsWith(".test")).map((name) => (group ? `@${name}` : name)),
      ),
    );
  }

  async #append(file: ProfileFile, source: SourceText): Promise<void> {
    await this.#appendAllow(file.allow, source, undefined, []);
    for (const [index, entry] of file.deny.entries()) {
      const place = source.placeOf(["deny", index]);
      const fields = typeof entry === "string" ? { call: entry } : entry;
      this.#deny.push({
        call: fields.call,
        when: fields.when,
        why: fields.why,
        errno: fields.errno,
        family: fields.family ?? false,
        place,
      });
    }
    for (const [call, errno] of Object.entries(file.errno)) {
      this.#errno.push({ call, errno, place: source.placeOf(["errno", call]) });
    }
    for (const [index, call] of file.quiet.entries()) {
      this.#quiet.push({ call, place: source.placeOf(["quiet", index]) });
    }
    this.#narrow(file);
  }

  /** What is stricter anywhere in the chain stays. */
  #narrow(file: ProfileFile): void {
    const narrowing = this.#narrowing;
    narrowing.tripwire = file.tripwire === "kill" ? "kill" : narrowing.tripwire;
    narrowing.writeExecuteDeny ||= file.writeExecute === "deny";
    if (file.maxDenials !== undefined) {
      narrowing.maxDenials = Math.min(file.maxDenials, narrowing.maxDenials ?? file.maxDenials);
    }
  }

  async #appendAllow(
    entries: GroupFile["allow"],
    source: SourceText,
    group: string | undefined,
    stack: readonly string[],
  ): Promise<void> {
    for (const [index, entry] of entries.entries()) {
      const place = source.placeOf(["allow", index]);
      if (typeof entry === "string" && entry.startsWith("@")) {
        await this.#appendGroup(entry, place, stack);
        continue;
      }
      const fields = typeof entry === "string" ? { call: entry } : entry;
      this.#allow.push({ call: fields.call, when: fields.when, why: fields.why, place, group });
      if (this.#allow.length > MAX_STATEMENTS) {
        throw new ProfileError(place, `more than ${MAX_STATEMENTS} entries in all files together`);
      }
    }
  }

  async #appendGroup(group: string, from: Place, stack: readonly string[]): Promise<void> {
    if (stack.includes(group)) {
      throw new ProfileError(
        from,
        `groups hold each other in a circle: ${[...stack, group].join(" -> ")}`,
      );
    }
    if (this.#groups.has(group)) {
      return;
    }
    const path = join(this.#directory, "groups", `${group.slice(1)}.json`);
    const source = await this.#read(path, from, group);
    const value = checkSource(groupFile, source, KNOWN_KEYS);
    if (value.group !== group) {
      throw new ProfileError(source.placeOf(["group"]), `this file is read as ${group}`);
    }
    await this.#appendAllow(value.allow, source, group, [...stack, group]);
    this.#groups.add(group);
  }
}
