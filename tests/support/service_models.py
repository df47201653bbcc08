"""botocore's descriptions of AWS's services, read once in a process: each session would parse megabytes anew."""

from __future__ import annotations

from typing import Any

from botocore.loaders import Loader

from stacks.aws.descriptions import Descriptions, known_services


def read_service_models_once() -> None:
    """Let all sessions of this process, those of boto3 among them, share what they read."""
    loader: Any = Loader
    loader.FILE_LOADER_CLASS = Descriptions
    loader.list_available_services = known_services
