"""Set up each test process."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from typing import TYPE_CHECKING

from tests.support.commands import LINTED
from tests.support.service_models import read_service_models_once

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["tests.support.accounts", "tests.support.ordering", "tests.support.world"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew; read their diff before committing it."""
    parser.addoption("--update-golden", action="store_true", help="write the golden templates anew")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C work, and share what botocore reads and, between processes, which templates have passed lint."""
    restore_sigint()
    read_service_models_once()
    gc.set_threshold(50000)  # as build.py has it
    if LINTED in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="linted-")
    os.environ[LINTED] = folder.name

    def forget() -> None:
        del os.environ[LINTED]
        folder.cleanup()

    config.add_cleanup(forget)


def pytest_collection_finish() -> None:
    """Exclude what is loaded by now from garbage collection: it stays for the whole run."""
    gc.collect()
    gc.freeze()


def restore_sigint() -> None:
    """Let SIGINT interrupt this process and what it starts, as it does in the foreground.

    A shell without job control starts what goes to the background with SIGINT ignored, and children inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
