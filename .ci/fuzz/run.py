#!/usr/bin/env python3
"""Fuzzes the API of a local stack against docs/openapi.json with schemathesis, for a bounded time.

    run.py PROGRAM [--seconds N] [--seed N] [-- more for schemathesis]

PROGRAM is the built local stack. It fails for an answer that is a fault of the server, whose status or content type the
description does not name, or whose body is not of its schema; for a request that the description forbids and the API takes;
for an operation that was never reached with success; and if the audit then finds the table unsound, or the stack has
panicked.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path

import seeds

HERE = Path(__file__).resolve().parent
# Whether a body that its schema allows makes sense is no question for a schema, and the walls between callers have tests
# of their own: what asks for these is left out.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance"
)
DESCRIPTION = HERE.parent.parent / "docs" / "openapi.json"


def start(program):
    """Starts a stack, and says where it listens. Its log lines are kept."""
    child = subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = []
    for stream in (child.stderr, child.stdout):
        if stream is child.stdout:
            addresses = json.loads(stream.readline())
        threading.Thread(target=lambda stream=stream: lines.extend(stream), daemon=True).start()
    return child, {name: url.rstrip("/") for name, url in addresses.items()}, lines


def fuzz(addresses, folder, seconds, seed, more):
    """Runs schemathesis, and says whether it was content and how often each operation answered with what."""
    reached = folder / "reached.json"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "HOLDFAST_FUZZ_SEEDS": str(folder / "seeds.json"),
        "HOLDFAST_FUZZ_REACHED": str(reached),
    }
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(DESCRIPTION), "--url", addresses["api"], "--checks", CHECKS, "--continue-on-failure"),
        *("--max-time", str(seconds), "--seed", str(seed), "--output-sanitize", "false", *more),
    ]
    good = subprocess.run(command, env=environment, cwd=folder).returncode == 0
    answers = defaultdict(dict)
    for operation, status, count in json.loads(reached.read_text()):
        answers[operation][status] = count
    return good, answers


def judge(answers):
    """The operations that were never answered with success."""
    document = json.loads(DESCRIPTION.read_text())
    missed = []
    for path, item in document["paths"].items():
        for method in item:
            operation = f"{method.upper()} {path}"
            statuses = answers.get(operation, {})
            print(f"{operation}: {' '.join(f'{status}x{count}' for status, count in sorted(statuses.items()))}")
            if not any(200 <= status < 400 for status in statuses):
                missed.append(operation)
    total, well = sum(sum(s.values()) for s in answers.values()), len(answers) - len(missed)
    print(f"{total} requests; {well} of {len(answers)} operations reached with success")
    return missed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given, more = parser.parse_known_args()
    child, addresses, lines = start(given.program)
    try:
        with tempfile.TemporaryDirectory(prefix="holdfast-fuzz-") as folder:
            folder = Path(folder)
            planted = seeds.plant(addresses["api"], addresses["stripe"])
            (folder / "seeds.json").write_text(json.dumps(planted))
            good, answers = fuzz(addresses, folder, given.seconds, given.seed, more)
            problems = [] if good else ["schemathesis found something, see above"]
            problems += [f"never reached with success: {operation}" for operation in judge(answers)]
            stack = seeds.Api(addresses["api"], addresses["stripe"])
            stack.done("POST", f"{addresses['api']}/local/cleanup")
            audit = stack.done("GET", f"{addresses['api']}/local/audit")
            problems += [f"the audit: {violation}" for violation in audit["violations"]]
            problems += [f"a panic: {line}" for line in lines if "panicked" in line]
    finally:
        child.terminate()
        child.wait()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
