"""What every test may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["tests.sandbox"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew; read their diff before committing it."""
    parser.addoption("--update-golden", action="store_true", help="write the golden templates anew")
