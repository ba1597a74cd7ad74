"""boto3 and nothing else."""
