"""The set-up that both handlers share.

- "Batch Processing", https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/
- "Idempotency", sections "Idempotent_function decorator", "Lambda timeouts" and "Batch processing":
  https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
- "Logger", https://docs.aws.amazon.com/powertools/python/latest/core/logger/

The idempotency key is the event's own id, because EventBridge may put one event into the queue as two messages. The
idempotency layer uses the client of the work, so that both share connections.
"""

from __future__ import annotations

import os

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig

from shipping.orders import TABLE, Doorbell, dynamodb, ring

logger = Logger(
    service=os.environ.get("AWS_LAMBDA_FUNCTION_NAME"), level=os.environ.get("LOG_LEVEL", "WARN")
)
# A batch whose only record is bad reports a failed record, as the plain variant does, and does not fail as a whole.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
persistence = DynamoDBPersistenceLayer(
    table_name=os.environ.get("IDEMPOTENCY_TABLE", f"{TABLE}-idempotency"), boto3_client=dynamodb
)
config = IdempotencyConfig()


def ring_all(bells: list[Doorbell]) -> None:
    """Rings inside the idempotent function, so that a doorbell that is not taken is not remembered as rung."""
    if bells and ring(bells):
        raise RuntimeError("a doorbell was not taken")
