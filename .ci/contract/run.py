#!/usr/bin/env python3
"""Fails where docs/openapi.json breaks clients of docs/openapi-released.json, the description of the last release.

    run.py              compares, after it has tried itself with changes made up
    run.py --release    makes the description of now the released one

A break on purpose is named in the changelog, among what is not released yet, in a line that begins with "- Breaking:" and has
its place in backticks. A release with breaks needs a version that says so.
"""

import json
import re
import sys
from pathlib import Path

from breaks import breaks
from made_up import try_all

ROOT = Path(__file__).resolve().parent.parent.parent
NOW, RELEASED = ROOT / "docs" / "openapi.json", ROOT / "docs" / "openapi-released.json"


def announced():
    """The places that the changelog says are broken on purpose."""
    unreleased = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## [Unreleased]", 1)[1].split("\n## [", 1)[0]
    lines = re.findall(r"^- Breaking:.*(?:\n  .*)*", unreleased, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", " ".join(" ".join(lines).split())))


def breaking_part(document):
    """What of a version changes with a break: its first number, or the second one before there is a first."""
    first, second, *_ = (int(part) for part in document["info"]["version"].split("."))
    return (first, 0) if first else (0, second)


def main():
    now, released = (json.loads(path.read_text(encoding="utf-8")) for path in (NOW, RELEASED))
    print(f"{try_all(now)} changes made up are judged right")
    found, on_purpose = breaks(released, now), announced()
    for place, what in found:
        print(f"{'on purpose' if place in on_purpose else 'BREAK'}: {place} {what}")
    if any(place not in on_purpose for place, _ in found):
        sys.exit("docs/openapi.json breaks clients of docs/openapi-released.json; name the places in the changelog if that is meant")
    if "--release" in sys.argv[1:]:
        if found and breaking_part(now) <= breaking_part(released):
            sys.exit(f"version {now['info']['version']} does not say that it breaks clients of {released['info']['version']}")
        RELEASED.write_text(NOW.read_text(encoding="utf-8"), encoding="utf-8")
        return
    print(f"{len(now['paths'])} paths of now serve the clients of version {released['info']['version']}")


main()
