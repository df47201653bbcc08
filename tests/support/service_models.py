"""botocore's descriptions of AWS's services, read once in a process: each session would parse megabytes anew."""

from __future__ import annotations

import functools
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


@functools.cache
def _content(file_path: str) -> Any:
    return JSONFileLoader().load_file(file_path)


class ReadOnce(JSONFileLoader):
    """Shares with all sessions of the process what was read for one."""

    def load_file(self, file_path: str) -> Any:
        """Return the file's content, or None where there is none."""
        return _content(file_path)


def read_service_models_once() -> None:
    """Let all sessions of this process, those of boto3 among them, share what they read."""
    Loader.FILE_LOADER_CLASS = ReadOnce
