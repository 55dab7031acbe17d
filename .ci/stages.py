"""Holds the parameter files of infra/parameters against the template, translates the template with each of them as CloudFormation
would, with gradual deployment and without, looks for resources that wait for each other, and asks the SAM CLI what `--guided`
would ask."""

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
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://bucket/key"
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
    measured = float(value) if parameter["Type"] == "Number" else len(value)
    least, most = ("MinValue", "MaxValue") if parameter["Type"] == "Number" else ("MinLength", "MaxLength")
    if not parameter.get(least, measured) <= measured <= parameter.get(most, measured):
        return f"{name} is {value}, which is outside of {parameter.get(least)} to {parameter.get(most)}"
    return None


def named(value):
    """The resources that a value names: CloudFormation makes them first."""
    if isinstance(value, list):
        for part in value:
            yield from named(part)
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        if key == "Ref" and isinstance(part, str):
            yield part
        elif key == "Fn::GetAtt":
            yield part.split(".")[0] if isinstance(part, str) else part[0]
        elif key == "DependsOn":
            yield from [part] if isinstance(part, str) else part
        elif key == "Fn::Sub":
            text, values = (part, {}) if isinstance(part, str) else part
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([A-Za-z0-9.]+)\}", text) if name not in values)
            yield from named(values)
        else:
            yield from named(part)


def circle(resources):
    """Resources that wait for each other, if there are any: as a way that ends where it begins."""
    waits = {name: {other for other in named(resource) if other in resources} for name, resource in resources.items()}
    done, way = set(), []

    def walk(name):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done:
            return None
        way.append(name)
        found = next(filter(None, map(walk, sorted(waits[name]))), None)
        way.pop()
        done.add(name)
        return found

    return next(filter(None, map(walk, sorted(resources))), None)


def refused_deployment(made, gradual):
    """What is wrong with a translation: each function has its alias, whether versions change gradually or at once, and all that
    calls it calls the alias."""
    of_type = lambda kind: {name: resource for name, resource in made.items() if resource["Type"] == kind}
    functions = of_type("AWS::Lambda::Function")
    for name in functions:
        alias = made.get(f"{name}Aliaslive")
        if alias is None:
            yield f"{name} has no alias"
        elif ("UpdatePolicy" in alias) != gradual:
            yield f"{name}'s alias changes {'at once' if gradual else 'gradually'}"
    groups = len(of_type("AWS::CodeDeploy::DeploymentGroup"))
    if groups != (len(functions) if gradual else 0):
        yield f"there are {groups} deployment groups"
    for kind, target in (("AWS::Lambda::Url", "TargetFunctionArn"), ("AWS::Lambda::EventSourceMapping", "FunctionName"),
                         ("AWS::Lambda::Permission", "FunctionName")):
        for name, resource in of_type(kind).items():
            if not str(resource["Properties"][target].get("Ref")).endswith("Aliaslive"):
                yield f"{name} calls {resource['Properties'][target]}, which is no alias"
    waiting = circle(made)
    if waiting:
        yield f"these wait for each other: {' > '.join(waiting)}"


def parameters_of(value, conditions):
    """The parameters that a value depends on, by its text or by its conditions."""
    if isinstance(value, list):
        for part in value:
            yield from parameters_of(part, conditions)
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        if key in ("Fn::If", "Condition"):
            name = part[0] if isinstance(part, list) else part
            yield from parameters_of(conditions[name], conditions)
        yield from (name for name in named({key: part}) if name in parameters)
        yield from parameters_of(part, conditions)


def unpublished(values):
    """What changes a function and not its alias, because no version is published for it. SAM looks at the text of a function, and
    not at the values of parameters: each that a function depends on has to be in the numbered settings, whose number is part of
    every version."""
    template = yaml_parse(text)
    depends = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = {"globals": dict(template["Globals"]["Function"]), "own": dict(resource["Properties"])}
            # Of the function as a whole, and of how it is deployed and called.
            for whole in ("ReservedConcurrentExecutions", "Events", "EventInvokeConfig", "Tags", "DeploymentPreference"):
                properties["own"].pop(whole, None)
                properties["globals"].pop(whole, None)
            depends |= {parameter: name for parameter in parameters_of(properties, template["Conditions"])}
    numbered = set(named(template["Resources"]["SettingsVersion"]))
    yield from (f"{name} changes {function} and not the numbered settings" for name, function in sorted(depends.items()) if name not in numbered)
    for name, resource in translated(values).items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::Version" and "SettingsVersion" not in named(properties.get("Description")):
            yield f"{name} is published again for no setting"
        if resource["Type"] == "AWS::Lambda::Function" and "SettingsVersion" not in named(properties["Environment"]):
            yield f"{name} is the same with other settings, and AWS publishes no version of it"


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
    values |= {name: str(value) for name, value in given.items()}
    for gradual in ("false", "true"):
        made = translated(values | {"GradualDeployment": gradual})
        reasons = refused_deployment(made, gradual == "true")
        wrong += [f"{path}, GradualDeployment {gradual}: {reason}" for reason in reasons]
    wrong += [f"{path}: {reason}" for reason in unpublished(values)]
    made = translated(values)
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
