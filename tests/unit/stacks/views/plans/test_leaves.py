"""Policies and health checks in a plan: what differs in them, and not two lines of JSON to compare."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.cloudformation.changes import PropertyChange
from stacks.views.plan import leaves

READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::data/*"}
LOG = {"Sid": "Log", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
RULES = {"rules": [{"rulePriority": 1, "selection": {"countType": "imageCountMoreThan", "countNumber": 30}}]}
FEWER = {"rules": [{"rulePriority": 1, "selection": {"countType": "imageCountMoreThan", "countNumber": 9}}]}
PROBE = ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health')"]


def shown(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """The lines for a property `P` with these values."""
    return [(it.path, it.before, it.after) for it in leaves.parts(PropertyChange(path="P", before=before, after=after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a", "b", [("P", "a", "b")]),
        ([1, 2], [1, 3], [("P", [1, 2], [1, 3])]),
        (
            {"Statement": [READ]},
            {"Statement": [READ | {"Resource": "*"}]},
            [("P.Statement[0].Resource", "arn:aws:s3:::data/*", "*")],
        ),
        (
            {"Statement": [READ]},
            {"Statement": [READ, LOG]},
            [
                ("P.Statement[Log].Sid", None, "Log"),
                ("P.Statement[Log].Effect", None, "Allow"),
                ("P.Statement[Log].Action", None, "logs:PutLogEvents"),
                ("P.Statement[Log].Resource", None, "*"),
            ],
        ),
        (json.dumps(RULES), json.dumps(FEWER), [("P.rules[0].selection.countNumber", 30, 9)]),
        (PROBE, [*PROBE[:3], "print()"], [("P[3]", PROBE[3], "print()")]),
        ("{no JSON" + "x" * 80, "b", [("P", "{no JSON" + "x" * 80, "b")]),
    ],
)
def test_long_documents_are_taken_apart(before: Any, after: Any, expected: list[tuple[str, Any, Any]]) -> None:
    """Short values stay in one line; so does text that is no document."""
    assert shown(before, after) == expected


def test_a_document_that_comes_or_goes_is_listed() -> None:
    """With each of its values, and that it forces a replacement is said once."""
    item = PropertyChange(path="P", before=None, after={"Statement": [READ]}, recreates="yes")
    found = leaves.parts(item)
    assert [it.path for it in found] == ["P.Statement[0].Effect", "P.Statement[0].Action", "P.Statement[0].Resource"]
    assert [it.recreates for it in found] == ["yes", "no", "no"]


def test_what_depends_on_others_is_not_taken_apart() -> None:
    """Its new value is not known."""
    item = PropertyChange(
        path="P", before={"Statement": [READ]}, after={"Statement": [LOG, READ]}, causes=("Iam/Role",)
    )
    assert leaves.parts(item) == [item]
