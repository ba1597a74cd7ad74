"""Deploys a template on the local AWS engine, as `sam package` and `sam deploy` would on AWS. It takes about a second.

Reads one JSON object from standard input:
  endpoint, region, stack   the engine's address, its region, and the name of the stack
  template                  the template's text, in which each CodeUri is s3://BUCKET/KEY
  bucket                    the name of the bucket for the zips
  bootstraps                KEY -> path of the executable that goes into the zip at KEY
  parameters                the values of the template's parameters
  update                    whether the stack is there already: only the parameters are changed then, and neither a template nor
                            executables are needed
  function_env              environment variables to set on every function after the deployment
It prints the stack's outputs as one line of JSON. If it fails, it prints a sentence on standard error and exits with 1.
"""

import io
import json
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

DEPLOY_SECONDS_MAX = 60
POLL_SECONDS = 0.1
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
TEMPLATE_KEY = "template.yaml"


class DeployError(Exception):
    """The engine refused the template, a resource failed, or the deployment took too long."""


def clients(request):
    """A client of the engine for each service that this script uses."""
    session = boto3.Session("test", "test", region_name=request["region"])
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    return {
        name: session.client(name, endpoint_url=request["endpoint"], config=config)
        for name in ("s3", "cloudformation", "lambda")
    }


def zipped(path):
    """The bytes of a zip with one executable. Equal executables make equal zips."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    buffer = io.BytesIO()
    # Compressing would take longer than the rest of the deployment.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive, open(path, "rb") as file:
        archive.writestr(entry, file.read())
    return buffer.getvalue()


def upload(s3, bucket, template, bootstraps):
    """Puts the template and every function's zip into the bucket.

    The template goes there too, as with `sam deploy`: a request to CloudFormation holds at most 51,200 bytes of a
    template, an object in S3 a megabyte.
    """
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=TEMPLATE_KEY, Body=template.encode())

    def put(item):
        key, path = item
        s3.put_object(Bucket=bucket, Key=key, Body=zipped(path))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, bootstraps.items()))


def forget_uploads(s3, bucket, bootstraps):
    """Empties the bucket, because the engine keeps it in memory. The functions have copies of their zips."""
    for key in (TEMPLATE_KEY, *bootstraps):
        s3.delete_object(Bucket=bucket, Key=key)


def first_failure(cloudformation, stack):
    """Which resource failed first, and why, in the engine's words."""
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [e for e in events if e.get("ResourceStatus", "").endswith("FAILED")]
    if not failed:
        return "the engine gives no reason"
    first = failed[-1]
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"


def deploy(cloudformation, request):
    """Creates the stack, waits until it is complete, and returns its outputs."""
    stack = request["stack"]
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=f"{request['endpoint']}/{request['bucket']}/{TEMPLATE_KEY}",
        Capabilities=CAPABILITIES,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in request["parameters"].items()
        ],
    )
    return outputs_of(cloudformation, stack, "CREATE_COMPLETE")


def update(cloudformation, request):
    """Changes parameters of the stack, and returns its outputs."""
    stack, given = request["stack"], request["parameters"]
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]

    def value(key):
        return {"ParameterValue": given[key]} if key in given else {"UsePreviousValue": True}

    cloudformation.update_stack(
        StackName=stack,
        UsePreviousTemplate=True,
        Capabilities=CAPABILITIES,
        Parameters=[{"ParameterKey": of["ParameterKey"], **value(of["ParameterKey"])} for of in found["Parameters"]],
    )
    return outputs_of(cloudformation, stack, "UPDATE_COMPLETE")


def outputs_of(cloudformation, stack, complete):
    """Waits until the stack is complete, and returns its outputs."""
    deadline = time.monotonic() + DEPLOY_SECONDS_MAX
    while time.monotonic() < deadline:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = found["StackStatus"]
        if status == complete:
            return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
        if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
            raise DeployError(f"{status}: {first_failure(cloudformation, stack)}")
        time.sleep(POLL_SECONDS)
    raise DeployError(f"the stack is not complete after {DEPLOY_SECONDS_MAX} s")


def number_limits(lambda_):
    """Makes numbers of the limits of event source mappings.

    CloudFormation does that with the value of a parameter. The engine keeps the text, and then reads no queue at all.
    """
    for page in lambda_.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            if limit := mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
                limits = {"MaximumConcurrency": int(limit)}
                lambda_.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=limits)


def override_env(cloudformation, lambda_, stack, overrides):
    """Adds environment variables to those that the template gives each function of the stack."""
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    for resource in resources:
        if resource["ResourceType"] != "AWS::Lambda::Function":
            continue
        name = resource["PhysicalResourceId"]
        variables = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        lambda_.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, **overrides}}
        )


def main():
    """Carries out the request on standard input."""
    request = json.load(sys.stdin)
    aws = clients(request)
    try:
        if request.get("update"):
            print(json.dumps(update(aws["cloudformation"], request)))
            return
        upload(aws["s3"], request["bucket"], request["template"], request["bootstraps"])
        outputs = deploy(aws["cloudformation"], request)
        number_limits(aws["lambda"])
        forget_uploads(aws["s3"], request["bucket"], request["bootstraps"])
        if request["function_env"]:
            override_env(aws["cloudformation"], aws["lambda"], request["stack"], request["function_env"])
    except (DeployError, BotoCoreError, ClientError, OSError) as error:
        sys.exit(str(error))
    print(json.dumps(outputs))


if __name__ == "__main__":
    main()
