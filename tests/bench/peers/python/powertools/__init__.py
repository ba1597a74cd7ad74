"""The variant with Powertools for AWS Lambda around the shared work: batch processor, idempotency, logger."""
