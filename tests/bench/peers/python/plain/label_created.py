"""Handles `LabelCreated` with only boto3."""

from __future__ import annotations

from typing import Any

from plain.batch import process
from shipping import events, orders
from shipping.orders import Doorbell


def handle(body: str) -> list[Doorbell]:
    """Handles one event."""
    return orders.label_created(events.label_created(body))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handles a batch from SQS."""
    return process(event, handle)
