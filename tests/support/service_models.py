"""botocore's descriptions of AWS's services, read once in a process: each session would parse megabytes anew."""

from __future__ import annotations

from botocore.loaders import Loader

from stacks.aws.descriptions import Descriptions


def read_service_models_once() -> None:
    """Let all sessions of this process, those of boto3 among them, share what they read."""
    Loader.FILE_LOADER_CLASS = Descriptions
