#!/usr/bin/env python3
"""Prints how large the functions' programs are, and how long each takes from its start until it asks Lambda for its first event,
beside a program that does nothing.

    cargo build --release -p orders -p notify -p checkout -p worker --examples
    .ci/sizes.py target/release [--runs 30]

takes whatever functions lie in the folder, and the example `idle` in `examples` below it. With cargo-lambda's folders
(`target/lambda`) it takes the program `bootstrap` of each. Programs for other processors are measured and not started.
"""

import argparse
import platform
import socket
import statistics
import struct
import subprocess
import time
from pathlib import Path

FUNCTIONS = ["catalog", "checkout", "success", "webhook", "refund", "booking", "orders", "pages", "cleanup", "worker", "notify"]
MACHINES = {183: "arm64", 62: "x86_64"}
# All settings of all functions, so that each starts. Nothing of it is asked for before the first event.
SETTINGS = {
    "AWS_SAM_LOCAL": "true",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_LAMBDA_FUNCTION_NAME": "holdfast",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/holdfast",
    "AWS_LAMBDA_LOG_STREAM_NAME": "sizes",
    "TABLE_NAME": "holdfast",
    "QUEUE_URL": "https://sqs.example/queue",
    "WORK_QUEUE_URL": "https://sqs.example/work",
    "EXPORTS_BUCKET": "exports",
    "STRIPE_API_BASE": "https://stripe.example/",
    "STRIPE_SECRET_KEY": "sk_test_local",
    "STRIPE_WEBHOOK_SECRET": "whsec_local",
    "CRON_SECRET": "cron-local",
    "TOKEN_SECRET": "token-local",
    "JWT_ISSUER": "https://issuer.example/",
    "JWT_AUDIENCE": "holdfast",
    "JWKS_URL": "https://issuer.example/jwks",
    "PUBLIC_URL": "https://api.example",
    "PAGES_URL": "https://pages.example",
    "SENDER_ADDRESS": "tickets@shop.example",
    "MAIL_CONFIGURATION_SET": "receipts",
}


def machine(program):
    """The processors that a program is for."""
    head = program.read_bytes()[:20]
    return MACHINES.get(struct.unpack("<H", head[18:20])[0], "?")


def start(program):
    """Seconds from the start of a program until it asks for its first event."""
    # One for each, as a program may leave a connection behind that it never used.
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(30)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(program)], env=SETTINGS | {"AWS_LAMBDA_RUNTIME_API": address}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        connection, _ = listener.accept()
        request = connection.recv(4096)
        took = time.perf_counter() - begun
        connection.close()
    finally:
        process.kill()
        process.wait()
        listener.close()
    if not request.startswith(b"GET /2018-06-01/runtime/invocation/next "):
        raise SystemExit(f"{program} asked for something else: {request[:80]!r}")
    return took


def find(folder):
    """The programs in a folder, by their names."""
    found = {"idle": folder / "examples" / "idle"}
    for name in FUNCTIONS:
        found[name] = next((path for path in (folder / name / "bootstrap", folder / name) if path.is_file()), folder / name)
    return {name: path for name, path in found.items() if path.is_file()}


parser = argparse.ArgumentParser(description="Sizes and starts of the functions' programs")
parser.add_argument("folder", type=Path)
parser.add_argument("--runs", type=int, default=30)
arguments = parser.parse_args()
own = platform.machine().replace("aarch64", "arm64")
programs = find(arguments.folder)
if not programs:
    raise SystemExit(f"no program of ours is in {arguments.folder}")
times = {name: [] for name, path in programs.items() if machine(path) == own}
# In turns, so that whatever else the machine does meets all of them alike.
for _ in range(arguments.runs):
    for name in times:
        times[name].append(start(programs[name]))
least = {name: min(taken) for name, taken in times.items()}
print(f"{'program':10} {'for':8} {'MB':>6} {'least ms':>9} {'median ms':>10} {'of idle':>8}")
for name, path in programs.items():
    size = f"{name:10} {machine(path):8} {path.stat().st_size / 1e6:6.2f}"
    if name not in times:
        print(size)
        continue
    ratio = f"{least[name] / least['idle']:8.2f}" if "idle" in least else ""
    print(f"{size} {least[name] * 1e3:9.2f} {statistics.median(times[name]) * 1e3:10.2f} {ratio}")
