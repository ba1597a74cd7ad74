"""Serves moto on a free port, with what the template makes of a table, of queues and of a bus.

Reads one line of JSON from standard input: SAM's translation of the template (`infra/translation.py print`). It prints one line of JSON
with the addresses and names of what it made, and ends when standard input does.
"""

import json
import logging
import sys

import boto3
from moto.server import ThreadedMotoServer

REGION = "us-east-1"


def plain(node, mappings):
    """A part of the template without what it leaves out by `AWS::NoValue`, and with what it finds in its mappings."""
    if isinstance(node, list):
        return [plain(item, mappings) for item in node]
    if not isinstance(node, dict):
        return node
    if list(node) == ["Fn::FindInMap"]:
        table, row, column = node["Fn::FindInMap"]
        return mappings[table][row][column]
    return {key: plain(value, mappings) for key, value in node.items() if value != {"Ref": "AWS::NoValue"}}


def table(resources, client):
    """Makes the table with the keys and indexes of the template, and returns its name."""
    properties = dict(resources["Table"]["Properties"])
    for of_stack in ("TimeToLiveSpecification", "PointInTimeRecoverySpecification"):
        properties.pop(of_stack)
    # The API names what CloudFormation calls `SSEEnabled`.
    properties["SSESpecification"] = {"Enabled": properties["SSESpecification"]["SSEEnabled"]}
    return client.create_table(TableName="shipconfirm", **properties)["TableDescription"]["TableName"]


def queues(resources, client):
    """Makes each queue with its attributes, and returns their URLs by the names of their resources."""
    urls = {}
    # A dead-letter queue is made before the queue that names it.
    named = sorted(resources.items(), key=lambda entry: "DeadLetter" not in entry[0])
    for name, resource in named:
        if resource["Type"] != "AWS::SQS::Queue":
            continue
        properties = resource["Properties"]
        attributes = {
            key: str(properties[key]) for key in ("MessageRetentionPeriod", "VisibilityTimeout") if key in properties
        }
        if "RedrivePolicy" in properties:
            dead_letters = urls[name.replace("Queue", "DeadLetterQueue")]
            asked = client.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])
            attributes["RedrivePolicy"] = json.dumps(
                {**properties["RedrivePolicy"], "deadLetterTargetArn": asked["Attributes"]["QueueArn"]}
            )
        urls[name] = client.create_queue(QueueName=properties["QueueName"], Attributes=attributes)["QueueUrl"]
    return urls


def main():
    """Serves until standard input ends."""
    template = json.loads(sys.stdin.readline())
    resources = plain(template["Resources"], template["Mappings"])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    session = boto3.Session("test", "test", region_name=REGION)
    clients = {name: session.client(name, endpoint_url=endpoint) for name in ("dynamodb", "sqs", "events")}
    bus = resources["EventBus"]["Properties"]["Name"]
    clients["events"].create_event_bus(Name=bus)
    made = {
        "endpoint": endpoint,
        "region": REGION,
        "bus": bus,
        "table": table(resources, clients["dynamodb"]),
        "queues": queues(resources, clients["sqs"]),
    }
    print(json.dumps(made), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
