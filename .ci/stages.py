"""Holds the parameter files of infra/parameters against the template, translates the template with each of them as CloudFormation
would, and asks the SAM CLI what `--guided` would ask."""

import re
import sys

import boto3
import yaml
from samcli.commands.deploy.auth_utils import auth_per_resource
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TEMPLATE = "infra/template.yaml"
wrong = []
with open(TEMPLATE, encoding="utf-8") as file:
    text = file.read()
parameters = yaml_parse(text)["Parameters"]


def translated(values):
    """The resources that CloudFormation makes of the template. Code is in S3 by then."""
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    session = boto3.Session(region_name="eu-central-1")
    return Translator({}, Parser(), [], session).translate(template, values)["Resources"]


def refused(name, value):
    """Why CloudFormation would not take a parameter's value."""
    parameter = parameters[name]
    value = ",".join(value) if isinstance(value, list) else str(value)
    if "AllowedPattern" in parameter and not re.fullmatch(parameter["AllowedPattern"], value):
        return f"{name} does not match {parameter['AllowedPattern']}"
    if "AllowedValues" in parameter and value not in map(str, parameter["AllowedValues"]):
        return f"{name} is none of {parameter['AllowedValues']}"
    return None


needed = {name for name, parameter in parameters.items() if "Default" not in parameter}
for stage in ("dev", "prod"):
    path = f"infra/parameters/{stage}.yaml"
    with open(path, encoding="utf-8") as file:
        given = yaml.safe_load(file)
    wrong += [f"{path}: the template has no parameter {name}" for name in given if name not in parameters]
    wrong += [f"{path}: {name} is missing" for name in sorted(needed - given.keys())]
    reasons = [refused(name, value) for name, value in given.items() if name in parameters]
    wrong += [f"{path}: {reason}" for reason in reasons if reason]
    values = {name: str(parameter.get("Default", "")) for name, parameter in parameters.items()}
    made = translated(values | {name: str(value) for name, value in given.items()})
    serverless = [name for name, resource in made.items() if "Serverless" in resource["Type"]]
    wrong += [f"{path}: {name} is not translated" for name in serverless]
    if "ApiApiGatewayDefaultStage" not in made:
        wrong.append(f"{path}: the API's stage, which DomainMapping names, is called otherwise")
    if given.get("Stage") != stage:
        wrong.append(f"{path}: Stage is {given.get('Stage')}")

# SAM asks for each of these whether that is meant, and "no", which ends the deployment, is its default.
stacks, _ = SamLocalStackProvider.get_stacks(TEMPLATE)
open_to_all = [name for name, guarded in auth_per_resource(stacks) if not guarded]
wrong += [f"{TEMPLATE}: sam deploy --guided asks whether {name} may be open" for name in open_to_all]

wrong += [f"{TEMPLATE}: {reason}" for reason in (refused(name, parameters[name]["Default"]) for name in parameters.keys() - needed) if reason]

print("\n".join(wrong) or "they are")
sys.exit(bool(wrong))
