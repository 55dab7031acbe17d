"""Holds the parameter files of infra/parameters against the template, and asks the SAM CLI what `--guided` would ask."""

import sys

import yaml
from samcli.commands.deploy.auth_utils import auth_per_resource
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.yamlhelper import yaml_parse

TEMPLATE = "infra/template.yaml"
wrong = []
with open(TEMPLATE, encoding="utf-8") as file:
    parameters = yaml_parse(file.read())["Parameters"]
needed = {name for name, parameter in parameters.items() if "Default" not in parameter}
for stage in ("dev", "prod"):
    path = f"infra/parameters/{stage}.yaml"
    with open(path, encoding="utf-8") as file:
        given = yaml.safe_load(file)
    wrong += [f"{path}: the template has no parameter {name}" for name in given if name not in parameters]
    wrong += [f"{path}: {name} is missing" for name in sorted(needed - given.keys())]
    if given.get("Stage") != stage:
        wrong.append(f"{path}: Stage is {given.get('Stage')}")

# SAM asks for each of these whether that is meant, and "no", which ends the deployment, is its default.
stacks, _ = SamLocalStackProvider.get_stacks(TEMPLATE)
open_to_all = [name for name, guarded in auth_per_resource(stacks) if not guarded]
wrong += [f"{TEMPLATE}: sam deploy --guided asks whether {name} may be open" for name in open_to_all]

print("\n".join(wrong) or "they are")
sys.exit(bool(wrong))
