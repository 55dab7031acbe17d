#!/usr/bin/env python3
"""Generates a TypeScript client from docs/openapi.json, checks its use strictly, and buys a ticket with it at a local stack.

    run.py NODE_TOOLS PROGRAM

NODE_TOOLS is the folder with the npm packages, PROGRAM the built local stack. It fails where the description generates no
client, where buy.ts does not agree with its types, and where the service does not answer as they say.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DESCRIPTION = HERE.parent.parent / "docs" / "openapi.json"
# So long the purchase may take.
LONGEST = 120


def build(tools):
    """The compiled program. All of it is laid beside the packages, where they are found."""
    folder, programs = tools / "client", tools / "node_modules" / ".bin"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # As a module of its time.
    (folder / "package.json").write_text('{ "type": "module" }\n')
    for name in ("buy.ts", "tsconfig.json"):
        shutil.copy(HERE / name, folder / name)
    subprocess.run([programs / "openapi-typescript", DESCRIPTION, "--output", folder / "api.d.ts"], check=True)
    subprocess.run([programs / "tsc", "--project", folder], check=True)
    return folder / "built" / "buy.js"


def main():
    tools, program = Path(sys.argv[1]).resolve(), sys.argv[2]
    begun = time.monotonic()
    client = build(tools)
    print(f"generated and type-checked in {time.monotonic() - begun:.1f} s")
    with subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as stack:
        try:
            at = json.loads(stack.stdout.readline())
            command = ["node", client, at["api"].rstrip("/"), at["stripe"].rstrip("/")]
            subprocess.run(command, check=True, timeout=LONGEST)
        finally:
            stack.terminate()


main()
