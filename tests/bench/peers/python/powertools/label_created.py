"""Handles `LabelCreated` with Powertools for AWS Lambda."""

from __future__ import annotations

from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import idempotent_function
from aws_lambda_powertools.utilities.typing import LambdaContext

from powertools.wiring import config, logger, persistence, processor, ring_all
from shipping import events, orders
from shipping.events import LabelCreated


@idempotent_function(data_keyword_argument="event_id", config=config, persistence_store=persistence)
def handle(*, event_id: str, label: LabelCreated) -> None:
    """Handles one event, once. Powertools remembers its id."""
    ring_all(orders.label_created(label))


def record_handler(record: SQSRecord) -> None:
    """Handles one message. A message that cannot be read costs no idempotency record."""
    try:
        label = events.label_created(record.body)
        handle(event_id=label.event_id, label=label)
    except Exception as error:
        logger.warning("message failed", message_id=record.message_id, reason=str(error))
        raise


@logger.inject_lambda_context
def handler(event: dict, context: LambdaContext) -> PartialItemFailureResponse:
    """Handles a batch from SQS."""
    config.register_lambda_context(context)
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
