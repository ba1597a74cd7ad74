"""The work that both variants share: orders and tracking numbers in one table, and the doorbells of the channels' senders.

The clients are made once, while the sandbox starts, and keep their connections between invocations:
- "Best practices for working with AWS Lambda functions", https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
- "Define Lambda function handler in Python", https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html

They are clients and not resources, because resources get no new features:
- "Resources", https://boto3.amazonaws.com/v1/documentation/api/latest/guide/resources.html

A refusal by a condition brings the present item, which saves a read:
- "PutItem", `ReturnValuesOnConditionCheckFailure`,
  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
"""

from __future__ import annotations

import json
import os
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from shipping.events import HOUR_MS, MINUTE_MS, CarrierScan, LabelCreated, Refused, now_ms

Item = dict[str, Any]

TABLE = os.environ["TABLE_NAME"]
QUEUES = {
    channel: os.environ.get(f"{channel.upper()}_QUEUE_URL", "")
    for channel in ("amazon", "ebay", "wish", "back_market", "groupon", "until_gone")
}

FORMAT = 1
DAY_S = 24 * 3_600
ORDER_LIVES_S = 180 * DAY_S
TRACKING_LIVES_S = 180 * DAY_S
ORPHAN_LIVES_S = 30 * DAY_S

# Number of shards of the index `due`, and when a ready order is looked at again in case its doorbell was lost.
DUE_SHARDS = 16
RING_AGAIN_MS = 5 * MINUTE_MS

# Carriers reuse numbers: a scan older than this before the label is another parcel's.
MOVEMENT_BEFORE_LABEL_MAX_MS = 24 * HOUR_MS

RACES_MAX = 8
TIMELINE_MAX = 20
MOVEMENTS_MAX = 10
# Most messages of one batch. Source: SQS quotas.
BATCH_MAX = 10

# States in which nothing was sent yet, so that a new label starts a new decision.
OPEN = frozenset({"waiting_movement", "ready", "withheld"})

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
ConditionFailed = dynamodb.exceptions.ConditionalCheckFailedException


class Conflict(RuntimeError):
    """Others changed the same item at the same time. The queue will bring the event again."""


@dataclass(frozen=True, slots=True)
class Doorbell:
    """The message "look at this order" for the sender of its channel. It has keys and no facts."""

    channel: str
    seller_id: str
    partner_id: str
    order_id: str

    @property
    def body(self) -> str:
        """The message's body."""
        return json.dumps(
            {"v": 1, "seller": self.seller_id, "partner": self.partner_id, "order": self.order_id}
        )


def label_created(event: LabelCreated) -> list[Doorbell]:
    """Puts the label into its order. Returns the doorbell to ring if the order can be sent at once."""
    now = now_ms()
    partner = _get(f"S#{event.seller_id}", f"PARTNER#{event.partner_id}")
    if partner is None:
        raise Refused("detail.partner_id: there is no such partner")
    channel, timing = partner["settings"]["channel"], partner["timing"]
    movements = _take_over(event, now)
    stored: Item | None = None
    for _ in range(RACES_MAX):
        order = _with_label(stored, event, (channel, timing), movements, now)
        if order is None:
            return []
        try:
            _put(order, None if stored is None else stored["v"])
        except ConditionFailed as error:
            stored = _found(error)
            continue
        if order["pkg"][event.package_id]["st"] != "ready":
            return []
        return [Doorbell(channel, event.seller_id, event.partner_id, event.order_id)]
    raise Conflict(f"order {event.order_id} keeps changing")


def carrier_scan(event: CarrierScan) -> list[Doorbell]:
    """Applies the movement to every order of the number. If there is none, stores it for a label that comes later."""
    if not event.is_movement:
        return []
    now = now_ms()
    movement = {
        "at": event.occurred_at,
        "is": event.status,
        "got": now,
        "ev": event.event_id,
    }
    for _ in range(RACES_MAX):
        tracking = _get(_tracking_pk(event), "TRACKING") or {}
        if names := tracking.get("orders"):
            bells = (_move(event, name, movement, now) for name in sorted(names))
            return [bell for bell in bells if bell is not None]
        if _note(event, tracking.get("movements", []), movement, now):
            return []
    raise Conflict(f"tracking number {event.tracking_number} keeps changing")


def ring(bells: Iterable[Doorbell]) -> list[Doorbell]:
    """Rings, ten doorbells at a time. Returns the doorbells that the queue did not take."""
    by_channel: dict[str, list[Doorbell]] = defaultdict(list)
    for bell in dict.fromkeys(bells):
        by_channel[bell.channel].append(bell)
    failed: list[Doorbell] = []
    for channel, of_channel in by_channel.items():
        rest = iter(of_channel)
        while batch := list(islice(rest, BATCH_MAX)):
            entries = [
                {"Id": str(place), "MessageBody": bell.body, "MessageGroupId": bell.seller_id}
                for place, bell in enumerate(batch)
            ]
            answer = sqs.send_message_batch(QueueUrl=QUEUES[channel], Entries=entries)
            failed += [batch[int(entry["Id"])] for entry in answer.get("Failed", [])]
    return failed


def _tracking_pk(event: LabelCreated | CarrierScan) -> str:
    return f"S#{event.seller_id}#T#{event.tracking_number}"


def _order_pk(seller_id: str, partner_id: str, order_id: str) -> str:
    return f"S#{seller_id}#P#{partner_id}#O#{order_id}"


def _take_over(event: LabelCreated, now: int) -> list[Item]:
    """Adds the order to its tracking number. Returns the movements that the number already has."""
    own_name = f"{event.partner_id}#{event.order_id}"
    answer = dynamodb.update_item(
        TableName=TABLE,
        Key=_to_item({"pk": _tracking_pk(event), "sk": "TRACKING"}),
        UpdateExpression="ADD orders :one SET #format = :format, expires_at = :until",
        ExpressionAttributeNames={"#format": "format"},
        ExpressionAttributeValues=_to_item(
            {":one": {own_name}, ":format": FORMAT, ":until": now // 1_000 + TRACKING_LIVES_S}
        ),
        ReturnValues="ALL_NEW",
    )
    tracking = _from_item(answer["Attributes"])
    movements = list(tracking.get("movements", []))
    for name in tracking["orders"] - {own_name}:
        other = _get(_order_pk(event.seller_id, *name.split("#")), "ORDER") or {"pkg": {}}
        movements += [
            package["mov"]
            for package in other["pkg"].values()
            if "mov" in package and package["lbl"]["trk"] == event.tracking_number
        ]
    return movements


def _with_label(
    stored: Item | None,
    event: LabelCreated,
    terms: tuple[str, str],
    movements: list[Item],
    now: int,
) -> Item | None:
    """The order with the label in it. None if the label changes nothing."""
    channel, timing = terms
    former = None if stored is None else stored["pkg"].get(event.package_id)
    if former is not None:
        label = former["lbl"]
        if (event.labeled_at, event.label_id) <= (label["at"], label["id"]):
            return None
        if label["trk"] == event.tracking_number and "mov" in former:
            movements = [*movements, former["mov"]]
    if former is not None and former["st"] not in OPEN:
        # What was sent stays, and a person has to look.
        package = {**former, "superseded": True}
    else:
        package = _package(event, timing, movements, now)
    pk = _order_pk(event.seller_id, event.partner_id, event.order_id)
    order = stored or {
        "pk": pk,
        "sk": "ORDER",
        "format": FORMAT,
        "v": 0,
        "ch": channel,
        "partner": f"S#{event.seller_id}#P#{event.partner_id}",
        "seen_at": now,
        "pkg": {},
        "tl": [],
    }
    changes = [_change(now, event.package_id, "labelled", event.label_id)]
    if package["st"] == "ready":
        changes.append(_change(now, event.package_id, "ready"))
        order = {**order, "due_shard": _shard(pk), "due_at": now + RING_AGAIN_MS}
    return {
        **order,
        "v": order["v"] + 1,
        "pkg": {**order["pkg"], event.package_id: package},
        "tl": [*order["tl"], *changes][-TIMELINE_MAX:],
        "expires_at": now // 1_000 + ORDER_LIVES_S,
    }


def _package(event: LabelCreated, timing: str, movements: list[Item], now: int) -> Item:
    label: Item = {
        "at": event.labeled_at,
        "id": event.label_id,
        "trk": event.tracking_number,
        "car": event.carrier,
        "svc": event.service,
        "it": event.items,
        "tm": timing,
        "got": now,
        "ev": event.event_id,
    }
    if event.tracking_url is not None:
        label["url"] = event.tracking_url
    if event.ship_by is not None:
        label["by"] = event.ship_by
    package: Item = {"lbl": label}
    of_label = [movement for movement in movements if _is_of_label(movement, label)]
    if of_label:
        package["mov"] = min(of_label, key=lambda movement: movement["at"])
    if timing == "never":
        package["st"] = "withheld"
    elif timing == "when_tracking_is_assigned" or of_label:
        package["st"] = "ready"
    else:
        package["st"] = "waiting_movement"
    return package


def _is_of_label(movement: Item, label: Item) -> bool:
    return label["at"] - movement["at"] <= MOVEMENT_BEFORE_LABEL_MAX_MS


def _move(event: CarrierScan, name: str, movement: Item, now: int) -> Doorbell | None:
    """Makes the packages ready that wait for this movement, if the order still has the version that was read."""
    partner_id, order_id = name.split("#")
    pk = _order_pk(event.seller_id, partner_id, order_id)
    order = _get(pk, "ORDER")
    for _ in range(RACES_MAX):
        if order is None:
            # The label of this order is just being handled.
            raise Conflict(f"order {order_id} is not there yet")
        moved = [
            package_id
            for package_id, package in order["pkg"].items()
            if package["st"] == "waiting_movement"
            and package["lbl"]["trk"] == event.tracking_number
            and _is_of_label(movement, package["lbl"])
        ]
        if not moved:
            return None
        try:
            _make_ready(order, moved, movement, now)
        except ConditionFailed as error:
            order = _found(error)
            continue
        return Doorbell(order["ch"], event.seller_id, partner_id, order_id)
    raise Conflict(f"order {order_id} keeps changing")


def _make_ready(order: Item, moved: list[str], movement: Item, now: int) -> None:
    changes = [_change(now, package_id, "ready") for package_id in moved]
    packages = "".join(
        f", pkg.#p{place}.st = :ready, pkg.#p{place}.mov = :movement" for place in range(len(moved))
    )
    dynamodb.update_item(
        TableName=TABLE,
        Key=_to_item({"pk": order["pk"], "sk": "ORDER"}),
        UpdateExpression="SET v = :next, tl = :tl, due_shard = :shard, due_at = :due, "
        f"expires_at = :until{packages}",
        ConditionExpression="v = :read",
        ExpressionAttributeNames={f"#p{place}": id for place, id in enumerate(moved)},
        ExpressionAttributeValues=_to_item(
            {
                ":read": order["v"],
                ":next": order["v"] + 1,
                ":tl": [*order["tl"], *changes][-TIMELINE_MAX:],
                ":shard": _shard(order["pk"]),
                ":due": now + RING_AGAIN_MS,
                ":until": now // 1_000 + ORDER_LIVES_S,
                ":ready": "ready",
                ":movement": movement,
            }
        ),
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def _note(event: CarrierScan, before: list[Item], movement: Item, now: int) -> bool:
    """Stores a movement that came before its label. Returns False if a label or another scan was faster."""
    if any((known["at"], known["is"]) == (movement["at"], movement["is"]) for known in before):
        return True
    values = {
        ":movements": sorted([*before, movement], key=lambda known: known["at"])[-MOVEMENTS_MAX:],
        ":format": FORMAT,
        ":until": now // 1_000 + ORPHAN_LIVES_S,
    }
    unchanged = "attribute_not_exists(movements)"
    if before:
        unchanged = "movements = :before"
        values[":before"] = before
    try:
        dynamodb.update_item(
            TableName=TABLE,
            Key=_to_item({"pk": _tracking_pk(event), "sk": "TRACKING"}),
            UpdateExpression="SET movements = :movements, #format = :format, expires_at = :until",
            ConditionExpression=f"attribute_not_exists(orders) AND {unchanged}",
            ExpressionAttributeNames={"#format": "format"},
            ExpressionAttributeValues=_to_item(values),
        )
    except ConditionFailed:
        return False
    return True


def _change(now: int, package_id: str, what: str, note: str | None = None) -> Item:
    change = {"t": now, "p": package_id, "w": what}
    return change if note is None else {**change, "n": note}


def _shard(pk: str) -> int:
    return zlib.crc32(pk.encode()) % DUE_SHARDS


def _get(pk: str, sk: str) -> Item | None:
    answer = dynamodb.get_item(
        TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
    )
    return _from_item(answer["Item"]) if "Item" in answer else None


def _put(order: Item, read: int | None) -> None:
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if read is not None:
        condition = {
            "ConditionExpression": "v = :read",
            "ExpressionAttributeValues": _to_item({":read": read}),
        }
    dynamodb.put_item(
        TableName=TABLE,
        Item=_to_item(order),
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
        **condition,
    )


def _found(error: Any) -> Item | None:
    """The present item on which a condition failed."""
    item = error.response.get("Item")
    return _from_item(item) if item else None


def _to_item(values: Item) -> Item:
    return {name: _serialize(value) for name, value in values.items()}


def _from_item(item: Item) -> Item:
    return {name: _deserialize(value) for name, value in item.items()}
