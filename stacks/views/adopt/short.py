"""Values as a person reads them: ARNs by what tells them apart, policies statement by statement.

A JSON document has them whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{0,12}:(?=\S*/\S*$)")
"""What all ARNs of a look have in common, before a name that has parts."""
CONDITIONS = " with conditions"


def identifier(values: Mapping[str, str]) -> str:
    """Return an identifier on one line: ARNs without partition, service, region and account, nothing twice."""
    short = [arn(value) for value in values.values()]
    kept = [it for index, it in enumerate(short) if not any(it in other for other in short[:index])]
    return " ".join(kept)


def arn(value: str) -> str:
    """Return an ARN whose name has parts without what is before them, a scaling policy's by its name alone.

    Any other text is returned unchanged.
    """
    if value.startswith("arn:") and ":policyName/" in value:
        return value.rpartition(":")[2]
    return _ARN.sub("", value) if _ARN.match(value) else value


def clauses(value: Any) -> list[str] | None:  # noqa: ANN401 - any JSON
    """Return what a policy says, a clause for each statement or rule; None for anything else."""
    found = document(value)
    if not isinstance(found, Mapping):
        return None
    statements, rules = found.get("Statement"), found.get("rules")
    if statements is not None:
        return [_statement(it) for it in _listed(statements) if isinstance(it, Mapping)]
    if isinstance(rules, list) and rules:
        return [_rule(it) for it in rules if isinstance(it, Mapping)]
    return None


def document(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what is written as text; anything else, and what is no JSON, unchanged."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _statement(it: Mapping[str, Any]) -> str:
    """Return `Allow s3:GetObject on arn:aws:s3:::books/*`, or `Allow sts:AssumeRole for ecs-tasks.amazonaws.com`."""
    actions = _words(it.get("Action")) or f"all but {_words(it.get('NotAction'))}"
    principal = it.get("Principal", it.get("NotPrincipal"))
    if isinstance(principal, Mapping):
        principal = [name for names in principal.values() for name in _listed(names)]
    whom = f" for {'all but ' if 'NotPrincipal' in it else ''}{_words(principal)}" if principal else ""
    resources = _words(it.get("Resource")) or (f"all but {_words(it['NotResource'])}" if "NotResource" in it else "")
    where = f" on {resources}" if resources else ""
    return f"{it.get('Effect')} {actions}{whom}{where}{CONDITIONS if it.get('Condition') else ''}"


def _rule(it: Mapping[str, Any]) -> str:
    """Return a rule of a lifecycle policy: `untagged: expire after 7 days`, `any: keep 2`."""
    chosen = it.get("selection")
    of = chosen if isinstance(chosen, Mapping) else {}
    tags = _words(of.get("tagPatternList") or of.get("tagPrefixList"))
    number, kind = of.get("countNumber"), of.get("countType")
    until = f"keep {number}" if kind == "imageCountMoreThan" else f"expire after {number} {of.get('countUnit', 'days')}"
    return f"{of.get('tagStatus')}{f' {tags}' if tags else ''}: {until}"


def _words(value: Any) -> str:  # noqa: ANN401 - any JSON
    return ", ".join(it if isinstance(it, str) else json.dumps(it, default=str) for it in _listed(value))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [] if value is None else [value]
