"""The variant with only boto3."""
