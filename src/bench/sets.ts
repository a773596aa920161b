/** The preload sets that are measured, fixed so that runs can be compared. */

interface PreloadSet {
  readonly modules: readonly string[];
  /** Debian packages, where it takes more than the standard library */
  readonly packages?: string;
}

/** What scripts import most, of the standard library; none of them starts a thread or opens a file. */
const STANDARD = [
  "json re traceback threading logging datetime decimal csv sqlite3 email http.client asyncio",
  "collections functools itertools math random statistics string textwrap pathlib tempfile shutil subprocess",
  "hashlib base64 struct io zipfile gzip html xml.etree.ElementTree urllib.parse urllib.request",
  "argparse dataclasses enum typing uuid copy pickle inspect",
].flatMap((line) => line.split(" "));

export const SET_NAMES = ["bare", "stdlib", "numpy", "pandas"] as const;
export type SetName = (typeof SET_NAMES)[number];

export const SETS: Readonly<Record<SetName, PreloadSet>> = {
  bare: { modules: [] },
  stdlib: { modules: STANDARD },
  numpy: { modules: ["numpy"], packages: "python3-numpy" },
  pandas: { modules: ["pandas"], packages: "python3-pandas" },
};
