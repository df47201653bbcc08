"""Files that are IAM policies, and files that are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.iam.evaluate.documents import parse_policy, read_policy
from tests.unit.stacks.iam.evaluate.rows import Json, allow, document

if TYPE_CHECKING:
    from pathlib import Path

ONE: Json = {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}


def refused(policy: Any) -> str:
    """What a user reads about a policy that is none."""
    with pytest.raises(UserError) as raised:
        parse_policy(policy if isinstance(policy, str) else json.dumps(policy), "p.json")
    return f"{raised.value.what}: {raised.value.why}"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (ONE | {"Effect": "allow"}, "Effect is 'Allow' or 'Deny', not 'allow'"),
        ({"Action": "*", "Resource": "*"}, "Effect is 'Allow' or 'Deny', not nothing"),
        ({"Effect": "Allow", "Resource": "*"}, "has neither Action nor NotAction"),
        ({"Effect": "Allow", "Action": "*"}, "has neither Resource nor NotResource"),
        (ONE | {"NotAction": "iam:*"}, "has both Action and NotAction"),
        (ONE | {"NotResource": "*"}, "has both Resource and NotResource"),
        (ONE | {"Action": []}, ": Action: is an empty list"),
        (ONE | {"Resource": []}, ": Resource: is an empty list"),
        (ONE | {"Action": "CreateService"}, "'CreateService' is not '*' or an action like 'ecs:CreateService'"),
        (ONE | {"Action": "e*s:CreateService"}, "'e*s:CreateService' is not '*' or an action"),
        (ONE | {"Action": ["ecs:*", 5]}, ": Action: is text or a list of texts, not 5"),
        (ONE | {"Resource": "my-bucket"}, "'my-bucket' is neither '*' nor an ARN"),
        (ONE | {"Principal": "*"}, "has Principal, which an identity-based policy may not have"),
        (ONE | {"NotPrincipal": "*"}, "has NotPrincipal, which an identity-based policy may not have"),
        (ONE | {"Sid": "with space"}, "Sid has letters and digits only, not 'with space'"),
        (ONE | {"Conditions": {}}, "has 'Conditions', which is none of Action, Condition, Effect"),
        (ONE | {"Condition": []}, ": Condition: is an object of operators, not a list"),
        (ONE | {"Condition": {"StringIs": {"a": "b"}}}, ": Condition.StringIs: is no condition operator"),
        (ONE | {"Condition": {"String-Equals": {"a": "b"}}}, ": Condition.String-Equals: is no condition operator"),
        (ONE | {"Condition": {"NullIfExists": {"a": "true"}}}, ": Condition.NullIfExists: is no condition operator"),
        (ONE | {"Condition": {"StringEquals": "a"}}, "Condition.StringEquals: is an object of condition keys, not 'a'"),
        (ONE | {"Condition": {"StringEquals": {"a": []}}}, ": Condition.StringEquals.a: is an empty list"),
        (ONE | {"Condition": {"StringEquals": {"a": None}}}, "Condition.StringEquals.a: is text or a list of texts"),
        ("ecs:*", "a statement is an object, not 'ecs:*'"),
    ],
)
def test_a_statement_that_iam_would_refuse(statement: Any, problem: str) -> None:
    """The file, which statement, which element, and what is wrong with it."""
    said = refused({"Version": "2012-10-17", "Statement": [ONE, statement]})
    assert said.startswith("p.json, statement 2")
    assert problem in said


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("{", "p.json, line 1, column 2: is not JSON: Expecting property name enclosed in double quotes"),
        ("", "p.json, line 1, column 1: is not JSON: Expecting value"),
        ("[]", "p.json: a policy is an object with Version and Statement, this is a list"),
        ('{"Statement": 1, "Statement": 2}', "p.json: has 'Statement' twice in one object"),
        ("[" * 100_000, "p.json: is nested too deeply for a policy"),
        ({}, "p.json: has no Statement"),
        ({"Statement": []}, "p.json, Statement: is an empty list"),
        ({"Version": "2024-01-01", "Statement": ONE}, "Version: is '2012-10-17' or '2008-10-17', not '2024-01-01'"),
        ({"PolicyDocument": document(ONE)}, "p.json: has 'PolicyDocument', which is none of Id, Statement, Version"),
        (document(ONE | {"Sid": "A"}, ONE | {"Sid": "A"}), "p.json, Statement: has Sid 'A' more than once"),
    ],
)
def test_a_file_that_is_no_policy(policy: Any, problem: str) -> None:
    """The file, the place, what is wrong with it."""
    assert problem in refused(policy)


def test_what_is_refused_says_what_to_do() -> None:
    """The grammar that the file does not follow."""
    with pytest.raises(UserError, match="reference_policies_grammar") as raised:
        parse_policy("{}", "p.json")
    assert raised.value.then.startswith("This is not an identity-based policy as IAM defines it")


def test_values_may_stand_alone_or_in_lists() -> None:
    """One statement or many, one action or many, also for conditions, as in IAM."""
    alone = {"Statement": ONE | {"Condition": {"Bool": {"aws:a": True}}}}
    listed = document(
        ONE
        | {
            "Action": ["ecs:*"],
            "Resource": ["*"],
            "Condition": {"Bool": {"aws:a": ["true"]}},
        },
        version="2008-10-17",
    )
    assert parse_policy(alone, "p") == parse_policy(listed, "p")


def test_operators_are_read_in_any_case() -> None:
    """Also with what stands before and after them."""
    spelled = [{"ForAnyValue:StringNotLikeIfExists": {"k": "v"}}, {"foranyvalue:stringnotlikeifexists": {"k": "v"}}]
    first, second = (parse_policy(document(allow(Condition=one)), "p").statements[0].conditions for one in spelled)
    assert first == second


def test_a_file_is_read(tmp_path: Path) -> None:
    """With or without a byte order mark; the policy is named after it."""
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(document(ONE)), encoding="utf-8-sig")
    policy = read_policy(path)
    assert policy.name == str(path)
    assert policy.has_variables


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is said which, and why."""
    with pytest.raises(UserError, match=r"none\.json: cannot be read: No such file or directory"):
        read_policy(tmp_path / "none.json")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(UserError, match="is not text in UTF-8"):
        read_policy(binary)
