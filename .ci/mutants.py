#!/usr/bin/env python3
"""Prints how many mutants of a run were caught in each file, and the names of those that no test noticed."""
import collections
import json
import pathlib
import sys

KINDS = {"CaughtMutant": "caught", "MissedMutant": "missed", "Timeout": "timeout", "Unviable": "unviable"}

folder = pathlib.Path(sys.argv[1])
files = collections.defaultdict(collections.Counter)
survivors = []
for outcome in json.loads((folder / "outcomes.json").read_text())["outcomes"]:
    if outcome["scenario"] == "Baseline":
        continue
    mutant = outcome["scenario"]["Mutant"]
    kind = KINDS.get(outcome["summary"], outcome["summary"])
    files[mutant["file"]][kind] += 1
    if kind == "missed":
        survivors.append(mutant["name"])

def line(name, counts):
    # A mutant that never ends counts as caught. A mutant that does not compile does not count.
    caught = counts["caught"] + counts["timeout"]
    viable = caught + counts["missed"]
    share = f"{100 * caught / viable:6.1f} %" if viable else "       -"
    columns = "".join(f"{counts[kind]:9}" for kind in KINDS.values())
    print(f"{name:45}{sum(counts.values()):9}{columns}{share:>10}")

print(f"{'':45}{'mutants':>9}" + "".join(f"{kind:>9}" for kind in KINDS.values()))
for name, counts in sorted(files.items()):
    line(name.removeprefix("shared/"), counts)
line("all", sum(files.values(), collections.Counter()))
for name in survivors:
    print("missed:", name)
