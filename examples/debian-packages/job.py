"""Statistics of a Debian package list, handed back as one JSON value.

Input:   /in/packages   what `apt-cache dumpavail` prints: some sixty thousand records, 50 MB
Result:  counts, sizes per section, the largest packages, what is depended on most, maintainers,
         and dependencies that no record satisfies

    apt-cache dumpavail > packages
    npx broodbox run --json --input packages=packages examples/debian-packages/job.py

start.sh beside this file does that from a fresh checkout. Nothing but the standard library is used.
"""

import re
import sys
from collections import Counter, defaultdict

import broodbox

TOP = 10
# Of "libc6:any (>= 2.34) [amd64]" the name, with the architecture qualifier and all conditions cut off.
NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9+.\-]*)")


def records(lines, faults):
    """Yields each record as a dict of lower-case field names.

    Continuation lines are joined with a newline. What cannot be read is counted in `faults` and
    skipped: one bad line must not cost the other sixty thousand records.
    """
    fields, last = {}, None
    for raw in lines:
        line = raw.rstrip("\r\n")
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, None
        elif line[0] in " \t":
            if last is None:
                faults["continuation without a field"] += 1
            else:
                fields[last] += "\n" + line.strip()
        else:
            name, colon, value = line.partition(":")
            last = name.strip().lower() if colon else None
            if not last:
                faults["line without a field name"] += 1
                last = None
            else:
                if last in fields:
                    faults["repeated field"] += 1
                fields[last] = value.strip()
    if fields:
        yield fields


def number(text):
    """The value of a size field; 0 where it is missing or not a number."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


def alternatives(field):
    """A dependency field as a list of groups; one name of each group is enough."""
    groups = []
    for group in field.replace("\n", " ").split(","):
        names = [match.group(1) for part in group.split("|") if (match := NAME.match(part))]
        if names:
            groups.append(names)
    return groups


class Statistics:
    def __init__(self):
        self.records = 0
        self.names = set()
        self.provided = set()
        self.architectures = Counter()
        self.priorities = Counter()
        self.maintainers = Counter()
        self.roles = Counter()
        self.sections = defaultdict(lambda: [0, 0, 0])
        self.dependents = Counter()
        self.sizes = []
        self.needs = []
        self.independent = 0

    def add(self, record):
        name = record["package"]
        installed_kib = number(record.get("installed-size"))
        self.records += 1
        self.names.add(name)
        self.architectures[record.get("architecture", "unknown")] += 1
        self.priorities[record.get("priority", "unknown")] += 1
        self.maintainers[record.get("maintainer", "unknown")] += 1
        section = self.sections[record.get("section", "unknown")]
        section[0] += 1
        section[1] += installed_kib
        section[2] += number(record.get("size"))
        self.sizes.append((installed_kib, name, record.get("version", "")))
        for group in alternatives(record.get("provides", "")):
            self.provided.update(group)
        for tag in record.get("tag", "").replace("\n", " ").split(","):
            if tag.strip().startswith("role::"):
                self.roles[tag.strip()[6:]] += 1
        self.add_dependencies(name, record)

    def add_dependencies(self, name, record):
        groups = alternatives(record.get("depends", "") + "," + record.get("pre-depends", ""))
        if not groups:
            self.independent += 1
        self.needs.append((name, groups))
        # Once for each dependent package, however often it names the dependency.
        self.dependents.update({dependency for group in groups for dependency in group})

    def unsatisfied(self):
        known = self.names | self.provided
        return [
            {"package": name, "needs": " | ".join(group)}
            for name, groups in self.needs
            for group in groups
            if not known.intersection(group)
        ]

    def largest_need(self):
        name, groups = max(self.needs, key=lambda need: len(need[1]), default=("", []))
        return {"package": name, "dependencies": len(groups)}

    def summary(self, faults):
        unsatisfied = self.unsatisfied()
        by_size = sorted(self.sections.items(), key=lambda item: -item[1][1])
        return {
            "records": self.records,
            "distinctPackages": len(self.names),
            "installedBytes": sum(size for size, _, _ in self.sizes) * 1024,
            "downloadBytes": sum(section[2] for section in self.sections.values()),
            "architectures": dict(self.architectures.most_common()),
            "priorities": dict(self.priorities.most_common()),
            "sections": {
                name: {"packages": count, "installedBytes": kib * 1024}
                for name, (count, kib, _) in by_size
            },
            "largestInstalled": [
                {"package": name, "version": version, "installedBytes": kib * 1024}
                for kib, name, version in sorted(self.sizes, reverse=True)[:TOP]
            ],
            "mostDependedOn": pairs(self.dependents, "package", "dependents"),
            "mostDependencies": self.largest_need(),
            "withoutDependencies": self.independent,
            "unsatisfied": {"count": len(unsatisfied), "examples": unsatisfied[:TOP]},
            "maintainers": {
                "count": len(self.maintainers),
                "most": pairs(self.maintainers, "name", "packages"),
            },
            "roles": dict(self.roles.most_common(TOP)),
            "faults": dict(faults),
        }


def pairs(counter, key, value):
    return [{key: name, value: count} for name, count in counter.most_common(TOP)]


def main():
    faults = Counter()
    statistics = Statistics()
    with open("/in/packages", encoding="utf-8", errors="replace", newline="\n") as lines:
        for record in records(lines, faults):
            if record.get("package"):
                statistics.add(record)
            else:
                faults["record without a package name"] += 1
    if statistics.records == 0:
        sys.exit("no package records in /in/packages: is it what `apt-cache dumpavail` prints?")
    summary = statistics.summary(faults)
    print(f"{summary['records']} records, {len(summary['sections'])} sections")
    broodbox.result(summary)


main()
