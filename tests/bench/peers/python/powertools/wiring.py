"""What both handlers are set up with.

- "Batch Processing", https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/
- "Idempotency", sections "Idempotent_function decorator", "Lambda timeouts" and "Batch processing":
  https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
- "Logger", https://docs.aws.amazon.com/powertools/python/latest/core/logger/

The key is the event's own id: EventBridge may put one event into the queue as two messages. The client is the one
of the work, so that its connections serve both.
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
# A batch of one bad record is a failed record, as in the plain variant, not a failed invocation.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
persistence = DynamoDBPersistenceLayer(
    table_name=os.environ.get("IDEMPOTENCY_TABLE", f"{TABLE}-idempotency"), boto3_client=dynamodb
)
config = IdempotencyConfig()


def ring_all(bells: list[Doorbell]) -> None:
    """Rings, inside of what is idempotent: a doorbell that is not taken must not be remembered as rung."""
    if bells and ring(bells):
        raise RuntimeError("a doorbell was not taken")
