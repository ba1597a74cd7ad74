"""Handles batches. Each record fails alone.

- "Handling errors for an SQS event source in Lambda", section "Implementing partial batch responses":
  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
- JSON logs at WARN are the function's `LoggingConfig` (`AWS_LAMBDA_LOG_FORMAT`, `AWS_LAMBDA_LOG_LEVEL`):
  "Log and monitor Python Lambda functions", https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from shipping.orders import Doorbell, ring

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "WARN"))


def process(batch: dict[str, Any], handle: Callable[[str], list[Doorbell]]) -> dict[str, Any]:
    """Handles each record alone, and then rings all doorbells together."""
    failed: set[str] = set()
    rung_by: dict[Doorbell, str] = {}
    for record in batch["Records"]:
        try:
            rung_by.update(dict.fromkeys(handle(record["body"]), record["messageId"]))
        except Exception as error:
            logger.warning("message %s failed: %s", record["messageId"], error)
            failed.add(record["messageId"])
    try:
        unrung = ring(rung_by)
    except Exception as error:
        logger.warning("the doorbells were not rung: %s", error)
        unrung = list(rung_by)
    failed.update(rung_by[bell] for bell in unrung)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in sorted(failed)]}
