"""The service application-autoscaling, which ministack lacks, and its two CloudFormation types."""
