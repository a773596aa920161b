/** Names of artifacts: bytes chosen by a job become a path that is safe below a directory, or a reason. */

const COMPONENT_BYTES = 255;
const NAME_BYTES = 1023;
const DEPTH = 32;
const SHOWN_CHARACTERS = 256;

export type NameVerdict =
  | { readonly ok: true; readonly name: string; readonly components: readonly string[] }
  | { readonly ok: false; readonly shown: string; readonly reason: string };

/** A name that may be printed: whatever is not a visible character is escaped, and it is short. */
export function showName(name: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  const visible = text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return visible.length <= SHOWN_CHARACTERS ? visible : `${visible.slice(0, SHOWN_CHARACTERS)}…`;
}

function decode(name: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return undefined;
  }
}

function problemOf(text: string | undefined, bytes: number): string | undefined {
  if (text === undefined) {
    return "its name is not UTF-8";
  }
  // Escape sequences and direction marks would lie to whoever lists the files.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) {
    return "its name holds control characters";
  }
  if (bytes > NAME_BYTES) {
    return "its name is too long";
  }
  const components = text.split("/");
  if (components.length > DEPTH) {
    return "it lies too deep";
  }
  if (components.some((part) => part === "" || part === "." || part === "..")) {
    return "its name leads elsewhere";
  }
  if (components.some((part) => Buffer.byteLength(part) > COMPONENT_BYTES)) {
    return "its name is too long";
  }
  return undefined;
}

/** Checks one name as init sent it. */
export function checkArtifactName(name: Uint8Array): NameVerdict {
  const text = decode(name);
  const reason = problemOf(text, name.byteLength);
  if (text === undefined || reason !== undefined) {
    return { ok: false, shown: showName(name), reason: reason ?? "its name is not UTF-8" };
  }
  return { ok: true, name: text, components: text.split("/") };
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  arrow: "application/vnd.apache.arrow.file",
  bmp: "image/bmp",
  csv: "text/csv",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  jsonl: "application/jsonl",
  log: "text/plain",
  md: "text/markdown",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  webp: "image/webp",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** A guess from the suffix, and no more: the content is the job's. */
export function mediaTypeOf(name: string): string {
  const suffix = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(MEDIA_TYPES, suffix)
    ? (MEDIA_TYPES[suffix] ?? "application/octet-stream")
    : "application/octet-stream";
}
