"""The same package list with pandas: a table and a plot as artifacts.

Input:      /in/packages             what `apt-cache dumpavail` prints
Artifacts:  /out/sections.csv        one row for each section
            /out/sections.png        installed size by section, and how sizes are distributed
Result:     the head of the table, and what was written

    apt-cache dumpavail > packages
    npx broodbox run --runtime /usr/bin/python3 --memory 512M --input packages=packages \
        --out plots examples/package-plots/job.py

Needs pandas and matplotlib in the runtime: apt-get install python3-pandas python3-matplotlib
"""

import os
import re
import sys

# Only /tmp, /job and /out can be written; matplotlib keeps its font list here.
os.environ["MPLCONFIGDIR"] = "/tmp"

try:
    import matplotlib

    matplotlib.use("Agg")  # there is no display
    import pandas
    from matplotlib import pyplot
except ModuleNotFoundError as error:
    sys.exit(
        f"this runtime has no {error.name}: on Debian, apt-get install python3-pandas "
        "python3-matplotlib and run with --runtime /usr/bin/python3"
    )

import broodbox

COLUMNS = ("Package", "Section", "Installed-Size", "Size")
FIELD = re.compile(rf"^({'|'.join(COLUMNS)}): *(.*)$")


def rows(path):
    """The columns of each record; continuation lines and other fields are of no interest here."""
    row = {}
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line == "\n":
                if "Package" in row:
                    yield row
                row = {}
            elif match := FIELD.match(line):
                row[match[1]] = match[2]
    if "Package" in row:
        yield row


def table(path):
    frame = pandas.DataFrame(rows(path), columns=COLUMNS)
    if frame.empty:
        sys.exit("no package records in /in/packages: is it what `apt-cache dumpavail` prints?")
    frame["Section"] = frame["Section"].fillna("unknown")
    # Installed-Size is in KiB, Size in bytes; a value that is no number counts as missing.
    frame["installedMiB"] = pandas.to_numeric(frame["Installed-Size"], errors="coerce") / 1024
    frame["downloadMiB"] = pandas.to_numeric(frame["Size"], errors="coerce") / 1024**2
    return frame


def by_section(frame):
    sections = frame.groupby("Section").agg(
        packages=("Package", "count"),
        installedMiB=("installedMiB", "sum"),
        medianMiB=("installedMiB", "median"),
        downloadMiB=("downloadMiB", "sum"),
    )
    return sections.sort_values("installedMiB", ascending=False).round(3)


def plot(frame, sections, path):
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 6))
    largest = sections.head(20).iloc[::-1]
    left.barh(largest.index, largest["installedMiB"] / 1024, color="#3b6ea5")
    left.set_xlabel("installed size, GiB")
    left.set_title("the twenty largest sections")
    sizes = frame["installedMiB"].dropna()
    bins = [2.0**exponent for exponent in range(-8, 14)]
    right.hist(sizes[sizes > 0], bins=bins, color="#a5673b")
    right.set_xscale("log", base=2)
    right.set_xlabel("installed size, MiB")
    right.set_ylabel("packages")
    right.set_title(f"{len(frame)} packages by size")
    figure.tight_layout()
    figure.savefig(path, dpi=100, metadata={"Software": None})


def main():
    frame = table("/in/packages")
    sections = by_section(frame)
    sections.to_csv("/out/sections.csv")
    plot(frame, sections, "/out/sections.png")
    broodbox.result(
        {
            "packages": len(frame),
            "sections": len(sections),
            "largest": sections.head(5).reset_index().to_dict(orient="records"),
            "versions": {"pandas": pandas.__version__, "matplotlib": matplotlib.__version__},
        }
    )


main()
