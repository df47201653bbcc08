"""Resource types that ministack lacks, or whose behaviour on AWS it does not have.

A file is named after the service, as boto3 calls it, and the resource. Each is found and installed by itself.
"""
