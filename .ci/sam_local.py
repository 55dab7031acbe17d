"""Asks the SAM CLI what `sam local` would give each function with events/env.json, and whether each event's function is there. Docker
is not needed for that."""

import json
import os
import sys
from pathlib import Path

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
wrong = []
environment = json.loads(Path("events/env.json").read_text(encoding="utf-8"))
stacks, _ = SamLocalStackProvider.get_stacks("infra/template.yaml")
provider = SamFunctionProvider(stacks)
runner = LocalLambdaRunner(None, provider, os.getcwd(), os.getcwd(), env_vars_values=environment)
binaries = set()
for function in provider.get_all():
    given = runner._make_env_vars(function).resolve()
    wrong += [f"{function.name} would get no {name}" for name, value in given.items() if not value]
    own = environment.get(function.name, {})
    wrong += [f"{function.name} would not get {name}" for name in own if given.get(name) != own[name]]
    binaries.add((function.metadata or {})["BuildProperties"]["Binary"])
wrong += [f"the template has no function {name}" for name in environment if provider.get(name) is None]
for path in sorted(Path("events").glob("*.json")):
    if path.name != "env.json" and path.name.split("-")[0] not in binaries:
        wrong.append(f"{path}: the template has no such function")

print("\n".join(wrong) or f"{len(binaries)} functions find all their settings")
sys.exit(bool(wrong) or not binaries)
