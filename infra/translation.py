#!/usr/bin/env python3
"""SAM's translation of template.yaml: the CloudFormation template that AWS makes of it.

  infra/translation.py check                  checks what AWS would refuse, or would share between two stacks
  infra/translation.py print                  prints the translation as JSON
  infra/translation.py print '{"Name": "…"}'  prints it as it is with these values of its parameters, which are replaced

The code of each function is the object with the function's name in the bucket `functions`. SAM's translator is installed into the
build folder, in pinned versions.
"""

import json
import logging
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ENVIRONMENT = INFRA.parent / "target" / "sam-translator"

# CloudFormation's limits. Source: CloudFormation user guide, "CloudFormation quotas".
BODY_MAX = 1_000_000
COUNTS_MAX = {"Resources": 500, "Outputs": 200, "Parameters": 200, "Mappings": 200}

# Source: Lambda developer guide, "Lambda quotas"; IAM user guide, "IAM and AWS STS quotas", inline policies of a role.
ENVIRONMENT_MAX = 4096
ROLE_POLICIES_MAX = 10_240

# A value that is known after the deployment counts like a long ARN.
UNKNOWN = "x" * 150

# For each type of resource: the property that names it in the account, what such a name may be, and its most characters. A type
# without such a property is named by CloudFormation, or within another resource. Source: each service's API reference.
NAMES = {
    "AWS::ApiGatewayV2::Api": ("Name", r"[^\n]+", 128),
    "AWS::ApiGatewayV2::Authorizer": None,
    "AWS::ApiGatewayV2::Integration": None,
    "AWS::ApiGatewayV2::Route": None,
    "AWS::ApiGatewayV2::Stage": None,
    "AWS::CloudWatch::Alarm": ("AlarmName", r"[^\n]+", 255),
    "AWS::CloudWatch::Dashboard": ("DashboardName", r"[A-Za-z0-9_-]+", 255),
    "AWS::Cognito::UserPool": ("UserPoolName", r"[\w\s+=,.@-]+", 128),
    "AWS::Cognito::UserPoolClient": None,
    "AWS::Cognito::UserPoolDomain": ("Domain", r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", 63),
    "AWS::DynamoDB::Table": ("TableName", r"[a-zA-Z0-9_.-]{3,}", 255),
    "AWS::Events::Archive": ("ArchiveName", r"[.\-_A-Za-z0-9]+", 48),
    "AWS::Events::EventBus": ("Name", r"[/.\-_A-Za-z0-9]+", 256),
    "AWS::Events::EventBusPolicy": None,
    "AWS::Events::Rule": ("Name", r"[.\-_A-Za-z0-9]+", 64),
    "AWS::IAM::Policy": None,
    "AWS::IAM::Role": ("RoleName", r"[\w+=,.@-]+", 64),
    "AWS::Lambda::EventInvokeConfig": None,
    "AWS::Lambda::EventSourceMapping": None,
    "AWS::Lambda::Function": ("FunctionName", r"[a-zA-Z0-9_-]+", 64),
    "AWS::Lambda::Permission": None,
    "AWS::Logs::LogGroup": ("LogGroupName", r"[.\-_/#A-Za-z0-9]+", 512),
    "AWS::Logs::MetricFilter": None,
    "AWS::Logs::ResourcePolicy": ("PolicyName", r"[^\n]+", 255),
    "AWS::SNS::Topic": ("TopicName", r"[A-Za-z0-9_-]+", 256),
    "AWS::SQS::Queue": ("QueueName", r"[A-Za-z0-9_-]+", 80),
    "AWS::SQS::QueuePolicy": None,
    "AWS::Scheduler::Schedule": ("Name", r"[0-9a-zA-Z\-_.]+", 64),
}


def in_environment():
    """Runs this program in the environment that has SAM's translator, which is made first where needed."""
    if Path(sys.prefix).resolve() == ENVIRONMENT.resolve():
        return
    python = str(ENVIRONMENT / "bin" / "python")
    complete = ENVIRONMENT / "complete"
    if not complete.exists():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        # The local engine translates with the same versions.
        pins = INFRA / "local" / "requirements.txt"
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", str(pins)]
        subprocess.run([*install, "aws-sam-translator", "PyYAML"], check=True)
        complete.touch()
    # The translator asks for the region, which changes nothing here.
    os.execve(python, [python, *sys.argv], {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"})


class NoManagedPolicies:
    """The names of AWS's managed policies. The template uses none."""

    def load(self):
        """None of them."""
        return {}


def translated(parameters):
    """The template as AWS translates it when its parameters have these values."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    # It warns of figures about itself that nobody collects.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    template = yaml_parse((INFRA / "template.yaml").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://functions/{resource['Metadata']['BuildProperties']['Binary']}"
    return transform(template, parameters, NoManagedPolicies())


class Resolver:
    """Replaces what is known of a template: values of parameters, and the branches that its conditions choose."""

    def __init__(self, template, values):
        defaults = {name: str(of["Default"]) for name, of in template["Parameters"].items()}
        self.template = template
        self.values = {**defaults, **values}

    def holds(self, condition):
        """Whether a condition is met, given by its name or as it is written."""
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        ((function, operands),) = condition.items()
        if function == "Condition":
            return self.holds(operands)
        if function == "Fn::Equals":
            left, right = map(self.resolved, operands)
            return left == right
        return {"Fn::Not": lambda it: not next(it), "Fn::And": all, "Fn::Or": any}[function](map(self.holds, operands))

    def resolved(self, node):
        """A part of the template, with all that is known replaced."""
        if isinstance(node, list):
            return [self.resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        if list(node) == ["Fn::If"]:
            condition, then, otherwise = node["Fn::If"]
            return self.resolved(then if self.holds(condition) else otherwise)
        node = {key: self.resolved(value) for key, value in node.items()}
        match node:
            case {"Ref": name} if name in self.values:
                return self.values[name]
            case {"Fn::Sub": str(text)}:
                text = re.sub(r"\$\{([\w:]+)\}", lambda known: self.values.get(known[1], known[0]), text)
                return {"Fn::Sub": text} if "${" in text else text
            case {"Fn::Join": [separator, list(parts)]} if all(isinstance(part, str) for part in parts):
                return separator.join(parts)
            case {"Fn::Split": [separator, str(text)]}:
                return text.split(separator)
            case {"Fn::Select": [index, list(items)]}:
                return items[int(index)]
        return node

    def section(self, name):
        """What a section makes: its entries whose conditions are met."""
        entries = self.template.get(name, {}).items()
        made = {key: entry for key, entry in entries if "Condition" not in entry or self.holds(entry["Condition"])}
        without = {key: {k: v for k, v in entry.items() if k != "Condition"} for key, entry in made.items()}
        return self.resolved(without)


def all_resources(template, stack, number):
    """The resources of a stack of this name and number, for whatever values of the parameters they are made."""
    pseudo = {
        "AWS::StackName": stack,
        "AWS::StackId": f"arn:aws:cloudformation:ap-southeast-1:123456789012:stack/{stack}/{number}",
        "AWS::Partition": "aws",
        "AWS::Region": "ap-southeast-1",
        "AWS::AccountId": "123456789012",
    }
    met = {name: {"Fn::Equals": ["", ""]} for name in template["Conditions"]}
    return Resolver({**template, "Conditions": met}, pseudo).section("Resources")


def names(resources):
    """The names in the account that the template itself gives: type, name, resource."""
    for key, resource in resources.items():
        named = NAMES[resource["Type"]]
        if named and named[0] in resource.get("Properties", {}):
            yield resource["Type"], resource["Properties"][named[0]], key


def refused_names(resources):
    """The names that AWS would refuse."""
    for kind, name, key in names(resources):
        _, pattern, longest = NAMES[kind]
        if not isinstance(name, str) or len(name) > longest or not re.fullmatch(pattern, name):
            yield f"{key}: {name} is no name of at most {longest} characters like {pattern}"


def length(node):
    """How many characters a policy or an environment has at most."""
    if isinstance(node, dict) and len(node) == 1 and (key := next(iter(node))) and (key == "Ref" or key.startswith("Fn::")):
        return len(UNKNOWN)
    if isinstance(node, dict):
        return 2 + sum(len(key) + 4 + length(value) for key, value in node.items())
    if isinstance(node, list):
        return 2 + sum(1 + length(item) for item in node)
    return 2 + len(str(node))


def too_large(resources):
    """Policies and environments that AWS would refuse."""
    for key, resource in resources.items():
        properties = resource.get("Properties", {})
        policies = sum(length(policy["PolicyDocument"]) for policy in properties.get("Policies", {}) if "PolicyDocument" in policy)
        if policies > ROLE_POLICIES_MAX:
            yield f"{key}: its policies have up to {policies} characters, allowed {ROLE_POLICIES_MAX}"
        environment = length(properties.get("Environment", {}))
        if environment > ENVIRONMENT_MAX:
            yield f"{key}: its environment has up to {environment} bytes, allowed {ENVIRONMENT_MAX}"


def problems(template):
    """What AWS would refuse, or two stacks of one account would share."""
    sizes = {section: len(template.get(section, {})) for section in COUNTS_MAX}
    body = len(json.dumps(template))
    print(f"translated: {body} bytes, {', '.join(f'{count} {section}' for section, count in sizes.items())}")
    if body > BODY_MAX:
        yield f"the template has {body} bytes, allowed {BODY_MAX}"
    for section, count in sizes.items():
        if count > COUNTS_MAX[section]:
            yield f"{count} {section}, allowed {COUNTS_MAX[section]}"

    unknown = {resource["Type"] for resource in template["Resources"].values()} - NAMES.keys()
    if unknown:
        yield f"NAMES does not say how these are named: {sorted(unknown)}"
        return
    stated = re.search(r"name may have at most (\d+) characters", (INFRA / "README.md").read_text())
    if not stated:
        yield "README.md does not say how many characters a stack's name may have at most"
        return
    longest = int(stated[1])
    number, another = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
    resources = all_resources(template, "s" * longest, number)
    yield from refused_names(resources)
    yield from too_large(resources)
    if not any(refused_names(all_resources(template, "s" * (longest + 1), number))):
        yield f"README.md: a stack's name may have more than {longest} characters"
    taken = {(kind, name) for kind, name, _ in names(all_resources(template, "t" * longest, another))}
    for kind, name, key in names(resources):
        if (kind, name) in taken:
            yield f"{key}: two stacks would share the {kind} {name}"


def check():
    """Prints what is wrong, and exits with 1 if anything is."""
    template = translated({})
    others = {
        name: of["AllowedValues"][-1] if "AllowedValues" in of else f"{of['Default']}9"
        for name, of in template["Parameters"].items()
    }
    found = list(problems(template))
    if translated(others) != template:
        found.append("the translation depends on the parameters' values, so the CDK construct would freeze the default ones")
    for problem in found:
        print(problem)
    sys.exit(bool(found))


def main():
    """Does what the arguments say."""
    in_environment()
    match sys.argv[1:]:
        case ["check"]:
            check()
        case ["print"]:
            print(json.dumps(translated({})))
        case ["print", values]:
            template = translated({})
            resolver = Resolver(template, json.loads(values))
            print(json.dumps({name: resolver.section(name) for name in ("Mappings", "Resources", "Outputs")}))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
