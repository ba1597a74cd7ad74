"""Reads the EventBridge envelope in an SQS body into an event, or refuses it and names the wrong field."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

# Longest text, in characters, and most lines of a label.
TEXT_MAX = 200
ITEMS_MAX = 100
QUANTITY_MAX = 9_999

# How far ahead of our clock a time may be; carriers send local times.
LABEL_AHEAD_MAX_MS = 10 * MINUTE_MS
SCAN_AHEAD_MAX_MS = 24 * HOUR_MS

MOVEMENTS = frozenset(
    {
        "picked_up",
        "in_transit",
        "out_for_delivery",
        "available_for_pickup",
        "delivery_attempted",
        "delivered",
        "returned",
    }
)
STATUSES = MOVEMENTS | {
    "label_created",
    "pickup_requested",
    "pre_transit",
    "exception",
    "cancelled",
    "unknown",
}

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACKING_NUMBER = re.compile(r"[A-Z0-9]{5,40}")
_BLANKS_AND_HYPHENS = re.compile(r"[\s-]")


class Refused(ValueError):
    """The refusal of an event. Its message names the wrong field."""


@dataclass(frozen=True, slots=True)
class LabelCreated:
    """A label was made for a package. Times are milliseconds since the epoch; items are in their stored form."""

    event_id: str
    seller_id: str
    partner_id: str
    order_id: str
    package_id: str
    label_id: str
    carrier: str
    service: str
    tracking_number: str
    tracking_url: str | None
    labeled_at: int
    ship_by: int | None
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CarrierScan:
    """A carrier scanned a parcel."""

    event_id: str
    seller_id: str
    tracking_number: str
    status: str
    occurred_at: int

    @property
    def is_movement(self) -> bool:
        """Whether the carrier physically has the parcel."""
        return self.status in MOVEMENTS


def now_ms() -> int:
    """The present time. Unit: milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def label_created(body: str) -> LabelCreated:
    """Reads a `LabelCreated` event; raises `Refused`."""
    event_id, detail = _envelope(body, "LabelCreated")
    labeled_at = _time(detail, "labeled_at")
    _check_not_ahead("labeled_at", labeled_at, LABEL_AHEAD_MAX_MS)
    return LabelCreated(
        event_id=event_id,
        seller_id=_id(detail, "seller_id"),
        partner_id=_id(detail, "partner_id"),
        order_id=_id(detail, "order_id"),
        package_id=_id(detail, "package_id"),
        label_id=_id(detail, "label_id"),
        carrier=_text(detail, "carrier"),
        service=_text(detail, "service"),
        tracking_number=_tracking_number(detail),
        tracking_url=_url(detail),
        labeled_at=labeled_at,
        ship_by=None if detail.get("ship_by") is None else _time(detail, "ship_by"),
        items=_items(detail),
    )


def carrier_scan(body: str) -> CarrierScan:
    """Reads a `CarrierScan` event; raises `Refused`."""
    event_id, detail = _envelope(body, "CarrierScan")
    status = detail.get("status")
    if not isinstance(status, str) or status not in STATUSES:
        raise Refused("detail.status: is not a status")
    _text(detail, "carrier")
    occurred_at = _time(detail, "occurred_at")
    _check_not_ahead("occurred_at", occurred_at, SCAN_AHEAD_MAX_MS)
    return CarrierScan(
        event_id=event_id,
        seller_id=_id(detail, "seller_id"),
        tracking_number=_tracking_number(detail),
        status=status,
        occurred_at=occurred_at,
    )


def _envelope(body: str, detail_type: str) -> tuple[str, dict[str, Any]]:
    try:
        envelope = json.loads(body)
    except ValueError as error:
        raise Refused("body: is not JSON") from error
    if not isinstance(envelope, dict):
        raise Refused("body: is not an event of EventBridge")
    if envelope.get("detail-type") != detail_type:
        raise Refused(f"detail-type: is not {detail_type}")
    detail = envelope.get("detail")
    if not isinstance(detail, dict):
        raise Refused("detail: is not an object")
    return _text(envelope, "id", "id"), detail


def _id(detail: dict[str, Any], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise Refused(f"detail.{name}: is not an id")
    return value


def _text(source: dict[str, Any], name: str, field: str | None = None) -> str:
    value = source.get(name)
    if not isinstance(value, str) or not (value := value.strip()):
        raise Refused(f"{field or f'detail.{name}'}: is not a text")
    return value[:TEXT_MAX]


def _tracking_number(detail: dict[str, Any]) -> str:
    value = detail.get("tracking_number")
    if isinstance(value, str):
        plain = _BLANKS_AND_HYPHENS.sub("", value).upper()
        if _TRACKING_NUMBER.fullmatch(plain) is not None:
            return plain
    raise Refused("detail.tracking_number: is not a tracking number")


def _url(detail: dict[str, Any]) -> str | None:
    value = detail.get("tracking_url")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise Refused("detail.tracking_url: is not a web address")
    # An address that is cut off leads nowhere.
    return value if len(value) <= TEXT_MAX else None


def _time(detail: dict[str, Any], name: str) -> int:
    value = detail.get(name)
    if isinstance(value, str):
        try:
            # Python 3.10 does not read the `Z` of RFC 3339.
            at = datetime.fromisoformat(f"{value[:-1]}+00:00" if value.endswith("Z") else value)
        except ValueError:
            at = None
        if at is not None and at.tzinfo is not None:
            return round(at.timestamp() * 1_000)
    raise Refused(f"detail.{name}: is not a time with an offset")


def _check_not_ahead(name: str, at: int, most_ms: int) -> None:
    if at - now_ms() > most_ms:
        raise Refused(f"detail.{name}: is in the future")


def _items(detail: dict[str, Any]) -> list[dict[str, Any]]:
    lines = detail.get("items")
    if not isinstance(lines, list) or not 1 <= len(lines) <= ITEMS_MAX:
        raise Refused("detail.items: is not a list of 1 to 100 lines")
    items = [_item(line, index) for index, line in enumerate(lines)]
    if len({item["id"] for item in items}) != len(items):
        raise Refused("detail.items: lists a line twice")
    return items


def _item(line: Any, index: int) -> dict[str, Any]:
    field = f"items[{index}]"
    if not isinstance(line, dict):
        raise Refused(f"detail.{field}: is not an object")
    quantity, requires_imei = line.get("quantity"), line.get("requires_imei")
    if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
        raise Refused(f"detail.{field}.quantity: is not a number from 1 to {QUANTITY_MAX}")
    if type(requires_imei) is not bool:
        raise Refused(f"detail.{field}.requires_imei: is neither true nor false")
    item: dict[str, Any] = {"id": _id(line, "item_id"), "n": quantity}
    if isinstance(sku := line.get("sku"), str) and sku:
        item["sku"] = sku[:TEXT_MAX]
    if requires_imei:
        item["imei"] = True
    return item
