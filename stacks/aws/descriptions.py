"""botocore's descriptions of AWS's services, read faster, and once in a process.

botocore makes an OrderedDict of each JSON object. Plain ones, which pydantic makes, have the same order:
with them, the clients of a plan take 20 MiB less memory, and a third less time.
"""

from __future__ import annotations

import functools
import zlib
from pathlib import Path
from typing import Any

import botocore.session
from botocore.loaders import JSONFileLoader
from pydantic_core import from_json

_GZIP = 16 + zlib.MAX_WBITS
"""Tells zlib that the data has gzip's header, and a checksum, which zlib compares faster than the module gzip."""


class Descriptions(JSONFileLoader):
    """Reads the files of descriptions; all sessions of a process share what was read for one."""

    def load_file(self, file_path: str) -> Any:  # noqa: ANN401 - a JSON document
        """Return the content of this file, whose ending is left out, or None if there is none."""
        return _content(file_path)


def described_session() -> botocore.session.Session:
    """Return a new session of botocore that reads its descriptions this way."""
    session = botocore.session.Session()
    session.get_component("data_loader").file_loader = Descriptions()
    return session


@functools.cache
def _content(file_path: str) -> Any:  # noqa: ANN401 - a JSON document
    plain, compressed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
    if plain.is_file():
        return from_json(plain.read_bytes())
    return from_json(zlib.decompress(compressed.read_bytes(), _GZIP)) if compressed.is_file() else None
