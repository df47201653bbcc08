"""What holds for any policies and requests."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Decision, Outcome, Policies, decide
from stacks.iam.evaluate.matching import classes, glob
from tests.unit.stacks.iam.evaluate.rows import ALLOWED, DENIED, NOT_ALLOWED, UNKNOWN, Json, ask, document

texts = st.text("ab*?", max_size=4)
short = st.text("ab*?", max_size=2)
words = st.text("ab", max_size=4)
KEYS = ("aws:RequestTag/a", "aws:RequestTag/b")


def arn(name: str) -> str:
    """A bucket's ARN."""
    return f"arn:aws:s3:::{name}"


@st.composite
def statements(
    draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Deny"), names: st.SearchStrategy[str] = texts
) -> Json:
    """A statement about actions `s:...` and buckets of few letters, perhaps on a condition."""
    actions = draw(st.lists(texts.map("s:{}".format).filter(lambda one: len(one) > 2), min_size=1, max_size=2))
    resources = draw(st.lists(names.map(arn), min_size=1, max_size=2))
    operator = draw(st.sampled_from(["StringEquals", "StringNotEquals", "StringLikeIfExists", "Null"]))
    value = draw(st.sampled_from(["true", "false"]) if operator == "Null" else words)
    condition = {"Condition": {operator: {draw(st.sampled_from(KEYS)): value}}} if draw(st.booleans()) else {}
    return {
        "Effect": draw(st.sampled_from(effects)),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): actions,
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): resources,
    } | condition


policies = st.lists(statements(), max_size=4)
contexts = st.dictionaries(st.sampled_from(KEYS), st.one_of(st.none(), words), max_size=2)
known = st.fixed_dictionaries({key: st.one_of(st.none(), words) for key in KEYS})


def by(some: list[Json], action: str, name: str, context: Any) -> Decision:
    """The decision by one policy with these statements; without any, by no policy."""
    documents = (parse_policy(document(*some), "p"),) if some else ()
    return decide(ask(f"s:{action}", arn(name), context), Policies(documents))


@settings(deadline=None)
@given(policies, statements(("Allow",)), texts, texts, contexts)
def test_one_more_allow_takes_nothing_away(some: list[Json], more: Json, action: str, name: str, context: Any) -> None:
    """What is allowed stays allowed, what is denied stays denied."""
    before, after = (by(each, action, name, context).outcome for each in (some, [*some, more]))
    if before in {ALLOWED, DENIED}:
        assert after is before


@settings(deadline=None)
@given(policies, statements(("Deny",)), texts, texts, contexts)
def test_one_more_deny_allows_nothing(some: list[Json], more: Json, action: str, name: str, context: Any) -> None:
    """What is not allowed stays refused; only what is allowed with it was allowed before."""
    before, after = (by(each, action, name, context).outcome for each in (some, [*some, more]))
    if after is ALLOWED:
        assert before is ALLOWED
    if before in {NOT_ALLOWED, DENIED}:
        assert after in {NOT_ALLOWED, DENIED}


@settings(deadline=None)
@given(policies, texts, texts, contexts, st.data())
def test_a_pattern_is_decided_as_all_it_stands_for(
    some: list[Json], action: str, name: str, context: Any, data: st.DataObject
) -> None:
    """A certain outcome is the outcome of every instance, but that some of what is not allowed may be denied."""
    outcome = by(some, action, name, context).outcome
    one = by(some, data.draw(instances(action)), data.draw(instances(name)), context).outcome
    if outcome in {ALLOWED, DENIED}:
        assert one is outcome
    if outcome is NOT_ALLOWED:
        assert one in {NOT_ALLOWED, DENIED}


@settings(deadline=None)
@given(st.lists(statements(names=short), max_size=4), words, short, known)
def test_a_pattern_is_undecided_only_if_it_differs(some: list[Json], action: str, name: str, context: Any) -> None:
    """With everything known, an unknown outcome has an instance that is allowed and one that is not."""
    if by(some, action, name, context).outcome is UNKNOWN:
        every = {by(some, action, one, context).outcome for one in all_instances(name)}
        assert ALLOWED in every
        assert every & {DENIED, NOT_ALLOWED}


@settings(deadline=None)
@given(policies, words, words, contexts, known)
def test_what_becomes_known_changes_nothing_certain(
    some: list[Json], action: str, name: str, context: Any, more: Any
) -> None:
    """What is decided without a key is decided the same with it, whatever it is."""
    before = by(some, action, name, context).outcome
    after = by(some, action, name, more | context).outcome
    if before is NOT_ALLOWED:
        assert after in {NOT_ALLOWED, DENIED}
    elif before is not UNKNOWN:
        assert after is before


@settings(deadline=None)
@given(texts, st.lists(texts, max_size=4))
def test_classes_are_those_of_all_words(asked: str, patterns: list[str]) -> None:
    """Every word that is asked for is in a class, and every class has a word that is as it says."""
    found = classes(glob(asked), tuple(glob(one) for one in patterns))
    matching = [re.compile(one.replace("*", ".*").replace("?", "."), re.DOTALL) for one in patterns]

    def kind(word: str) -> frozenset[int]:
        return frozenset(i for i, one in enumerate(matching) if one.fullmatch(word))

    assert {kind(word) for word in all_instances(asked)} <= set(found)
    assert all(kind(example) == which for which, example in found.items())
    assert all(re.fullmatch(asked.replace("*", ".*").replace("?", "."), example) for example in found.values())


@settings(max_examples=200, deadline=None)
@given(policies, words.filter(bool), words, known)
def test_the_embedded_aws_agrees(some: list[Json], action: str, name: str, context: Any) -> None:
    """For any concrete request of which everything is known."""
    emulator = pytest.importorskip("ministack.core.iam_evaluator")
    values = {key.lower(): value for key, value in context.items()}
    asked = emulator.EvalContext("", "User", "123456789012", f"s:{action}", arn(name), "", service_context=values)
    said = emulator.evaluate(asked, [emulator.parse_policy_document(document(*some))]).decision
    outcomes = {"Allow": Outcome.ALLOWED, "Deny": Outcome.DENIED, "ImplicitDeny": Outcome.NOT_ALLOWED}
    assert by(some, action, name, context).outcome is outcomes[said]


def instances(pattern: str) -> st.SearchStrategy[str]:
    """Words that a pattern stands for."""
    wild = {"*": st.text("abc", max_size=3), "?": st.sampled_from("abc")}
    return st.tuples(*(wild.get(one, st.just(one)) for one in pattern)).map("".join)


def all_instances(pattern: str) -> list[str]:
    """The short words that a pattern stands for; enough of them to tell patterns of four characters apart."""
    fillings = ["".join(word) for n in range(4) for word in itertools.product("abc", repeat=n)]
    wild = {"*": fillings, "?": list("abc")}
    choices = [wild.get(one, [one]) for one in re.sub(r"\*+", "*", pattern)]
    return ["".join(word) for word in itertools.islice(itertools.product(*choices), 3000)]
