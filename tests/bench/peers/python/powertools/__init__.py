"""Powertools for AWS Lambda around the same work: batch processor, idempotency, logger."""
