"""Identity-based IAM policies, read strictly: what IAM would refuse is refused here, with the place and the reason.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. As in IAM, a value may stand
alone or in a list. Empty lists are refused: a statement with one does nothing, which nobody means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from stacks.errors import Code, UserError, coded
from stacks.iam.evaluate.matching import ARN_SEPARATORS, VARIABLE
from stacks.iam.evaluate.operators import operator
from stacks.iam.evaluate.statements import Condition, Document, Listed, Statement

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES_SINCE = "2012-10-17"
VERSIONS = ("2008-10-17", VARIABLES_SINCE)
GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
ACTION = re.compile(r"\*|\*:\*|[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+")
RESOURCE = re.compile(r"\*+|arn:.*", re.DOTALL)
PRINCIPALS = ("Principal", "NotPrincipal")


@coded(Code.FILE)
def read_policy(path: Path) -> Document:
    """Return the policy in a JSON file. Raises UserError if it cannot be read or is no policy."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(
            str(path), f"cannot be read: {error.strerror}", "Give a file with an IAM policy in JSON."
        ) from None
    except UnicodeDecodeError:
        raise UserError(str(path), "is not text in UTF-8", "Give a file with an IAM policy in JSON.") from None
    return parse_policy(text, str(path))


def parse_policy(policy: str | Mapping[str, Any], name: str) -> Document:
    """Return the policy in a JSON text or in an object of the JSON kind. Raises UserError if it is no policy."""
    return _Reader(name).document(policy)


class _Reader:
    """Reads one document; every refusal says where."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._has_variables = False

    def document(self, policy: str | Mapping[str, Any]) -> Document:
        """Read all of it: JSON without a key twice, a known version, at least one statement, no Sid twice."""
        value = self._json(policy) if isinstance(policy, str) else policy
        if not isinstance(value, Mapping):
            self._refuse("", f"a policy is an object with Version and Statement, this is {_shown(value)}")
        self._only(value, {"Version", "Id", "Statement"}, "")
        version = value.get("Version", VERSIONS[0])
        if version not in VERSIONS:
            self._refuse("Version", f"is {VERSIONS[1]!r} or {VERSIONS[0]!r}, not {_shown(version)}")
        if "Statement" not in value:
            self._refuse("", "has no Statement")
        statements = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
        if not statements:
            self._refuse("Statement", "is an empty list")
        self._has_variables = version == VARIABLES_SINCE
        read = tuple(self._statement(one, f"statement {i}") for i, one in enumerate(statements, 1))
        self._sids_differ(statements)
        return Document(self._name, self._has_variables, read)

    def _json(self, text: str) -> object:
        def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
            for key, _ in pairs:
                if [other for other, _ in pairs].count(key) > 1:
                    self._refuse("", f"has {key!r} twice in one object")
            return dict(pairs)

        try:
            return json.loads(text, object_pairs_hook=unique, parse_float=str)
        except json.JSONDecodeError as error:
            self._refuse(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}")
        except RecursionError:
            self._refuse("", "is nested too deeply for a policy")

    def _statement(self, value: object, place: str) -> Statement:
        if not isinstance(value, Mapping):
            self._refuse(place, f"a statement is an object, not {_shown(value)}")
        sid = value.get("Sid", "")
        if not isinstance(sid, str) or not re.fullmatch(r"[A-Za-z0-9]*", sid):
            self._refuse(place, f"Sid has letters and digits only, not {_shown(sid)}")
        place = f"{place} ({sid})" if sid else place
        elements = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
        self._only(value, {*elements, *PRINCIPALS}, place)
        if value.get("Effect") not in {"Allow", "Deny"}:
            self._refuse(place, f"Effect is 'Allow' or 'Deny', not {_shown(value.get('Effect'))}")
        actions = self._listed(value, "Action", place, _action_problem)
        if actions is None:
            self._refuse(place, "has neither Action nor NotAction")
        resources = self._resources(value, place)
        for name in PRINCIPALS:
            if name in value:
                self._refuse(place, f"has {name}, which an identity-based policy may not have")
        conditions = self._conditions(value.get("Condition", {}), place)
        return Statement(place, value["Effect"] == "Deny", actions, resources, conditions)

    def _resources(self, value: Mapping[str, Any], place: str) -> Listed:
        found = self._listed(value, "Resource", place, _resource_problem)
        if found is None:
            self._refuse(place, "has neither Resource nor NotResource")
        completed = (each for one in found.values for each in _completed(one, variables=self._has_variables))
        return Listed(tuple(completed), found.are_excluded)

    def _listed(
        self, value: Mapping[str, Any], element: str, place: str, problem: Callable[[str], str]
    ) -> Listed | None:
        """Return the values of an element or of its negation; None if the statement has neither."""
        present = [name for name in (element, f"Not{element}") if name in value]
        if len(present) > 1:
            self._refuse(place, f"has both {element} and Not{element}")
        if not present:
            return None
        values = self._strings(value[present[0]], f"{place}: {present[0]}")
        for one in values:
            if problem(one):
                self._refuse(f"{place}: {present[0]}", problem(one))
        return Listed(values, present[0] != element)

    def _conditions(self, block: object, place: str) -> tuple[Condition, ...]:
        if not isinstance(block, Mapping):
            self._refuse(f"{place}: Condition", f"is an object of operators, not {_shown(block)}")
        conditions = []
        for name, keys in block.items():
            where = f"{place}: Condition.{name}"
            found = operator(name)
            if found is None:
                self._refuse(where, "is no condition operator")
            if not isinstance(keys, Mapping):
                self._refuse(where, f"is an object of condition keys, not {_shown(keys)}")
            for key, values in keys.items():
                listed = self._strings(values, f"{where}.{key}", scalars=(str, int, float))
                conditions.append(Condition(found, key, listed))
        return tuple(conditions)

    def _strings(self, value: object, where: str, scalars: tuple[type, ...] = (str,)) -> tuple[str, ...]:
        """Return one value or a list of them as a tuple; truth values and numbers as IAM writes them."""
        values = value if isinstance(value, list) else [value]
        if not values:
            self._refuse(where, "is an empty list")
        for one in values:
            if not isinstance(one, scalars):
                self._refuse(where, f"is text or a list of texts, not {_shown(one)}")
        return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)

    def _sids_differ(self, statements: list[Mapping[str, Any]]) -> None:
        sids = [one["Sid"] for one in statements if one.get("Sid")]
        for sid in sids:
            if sids.count(sid) > 1:
                self._refuse("Statement", f"has Sid {sid!r} more than once")

    def _only(self, value: Mapping[str, Any], elements: set[str], place: str) -> None:
        for element in value:
            if element not in elements:
                known = ", ".join(sorted(elements))
                self._refuse(place, f"has {element!r}, which is none of {known}")

    def _refuse(self, place: str, why: str) -> NoReturn:
        what = f"{self._name}, {place}" if place else self._name
        raise UserError(what, why, f"This is not an identity-based policy as IAM defines it: {GRAMMAR}")


def _action_problem(action: str) -> str:
    return "" if ACTION.fullmatch(action) else f"{action!r} is not '*' or an action like 'ecs:CreateService'"


def _resource_problem(resource: str) -> str:
    return "" if RESOURCE.fullmatch(resource) else f"{resource!r} is neither '*' nor an ARN"


def _completed(resource: str, *, variables: bool) -> tuple[str, ...]:
    """Return an ARN, of fewer than six fields with `*` for those that it lacks.

    "AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields", in identity-based
    policies (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). One in which a `*` ends a segment
    counts as it stands, too, for such a `*` "can expand to match beyond the colon boundaries"
    (reference_policies_elements_resource.html).
    """
    plain = VARIABLE.sub("", resource) if variables else resource
    lacking = ARN_SEPARATORS - plain.count(":")
    if not resource.startswith("arn:") or lacking <= 0:
        return (resource,)
    return (resource + ":*" * lacking, *([resource] if "*:" in resource else []))


def _shown(value: object) -> str:
    """Return the value in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else repr(value)
