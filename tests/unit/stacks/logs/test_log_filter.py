"""Words and patterns of `--filter`."""

from __future__ import annotations

import pytest

from stacks.logs.source import filter_pattern


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("", ""),
        ("ERROR", "ERROR"),
        ("ERROR timeout", "ERROR timeout"),
        ("user-id=3", '"user-id=3"'),
        ("GET /health", 'GET "/health"'),
        ("[error] no", '"[error]" no'),
        ("-DEBUG", "-DEBUG"),
        ("?ERROR ?WARN", "?ERROR ?WARN"),
        ("C:\\x", '"C:\\\\x"'),
        ('"exact phrase"', '"exact phrase"'),
        ('{ $.level = "error" }', '{ $.level = "error" }'),
        ("%5[0-9]{2}%", "%5[0-9]{2}%"),
        ("[host, status=5*]", "[host, status=5*]"),
    ],
)
def test_words_need_no_quotes_and_patterns_stay(text: str, pattern: str) -> None:
    """Who types words need not know CloudWatch's syntax, and who knows it can use all of it."""
    assert filter_pattern(text) == pattern
