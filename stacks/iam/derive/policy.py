"""From needs to IAM policy documents: as few statements as say why, split where IAM takes no document that long."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals, StringLike

from stacks.place import ANYTHING
from templates.policy_sizes import MANAGED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stacks.iam.derive.needs import Need

NAMED = 3
"""Resources that a Sid names; of more it names the modules."""

Context = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement before it is one: actions that are allowed on the same resources under the same conditions."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Context = ()


def policy_documents(needs: Iterable[Need], limit: int = MANAGED) -> tuple[dict[str, Any], ...]:
    """Policy documents of at most `limit` characters each that allow the needs, and nothing else."""
    found: list[list[Grant]] = [[]]
    for grant in (part for whole in group_grants(needs) for part in _parts(whole, limit)):
        if found[-1] and document_size(_document([*found[-1], grant])) > limit:
            found.append([])
        found[-1].append(grant)
    return tuple(_document(group) for group in found if group)


def document_size(document: Mapping[str, Any]) -> int:
    """Characters as IAM counts them."""
    return len(json.dumps(document, separators=(",", ":")))


def group_grants(needs: Iterable[Need]) -> tuple[Grant, ...]:
    """Return the statements: those of single resources first, then resources that allow the same together."""
    allowed: dict[tuple[str, Context], dict[str, list[Need]]] = {}
    for need in needs:
        for resource in need.resources:
            place = (resource, tuple(sorted((key, tuple(values)) for key, values in need.context.items())))
            allowed.setdefault(place, {}).setdefault(need.action, []).append(need)
    together: dict[tuple[Context, tuple[str, ...]], list[tuple[str, list[Need]]]] = {}
    for (resource, context), actions in allowed.items():
        why = [need for needs_ in actions.values() for need in needs_]
        together.setdefault((context, tuple(sorted(actions))), []).append((resource, why))
    merged = [
        Grant(
            sid=_sid([resource for resource, _ in members], context, [need for _, why in members for need in why]),
            actions=actions,
            resources=tuple(sorted(resource for resource, _ in members)),
            context=context,
        )
        for (context, actions), members in together.items()
    ]
    return tuple(_numbered(sorted(merged, key=lambda it: (it.sid, it.resources, it.context))))


def _sid(resources: Sequence[str], context: Context, why: Sequence[Need]) -> str:
    """Letters and digits that say what needs it, and where that is all that limits it, that tags or nothing do."""
    keys = dict(context)
    if services := keys.get("iam:PassedToService"):
        return f"PassRolesTo{_word(services[0].partition('.')[0])}"
    if services := keys.get("iam:AWSServiceName"):
        return f"ServiceLinkedRoleOf{_word(services[0].removesuffix('.amazonaws.com'))}"
    return "".join((
        _subject(resources, why),
        "ByTag" if any(key.startswith("aws:ResourceTag/") for key in keys) else "",
        "OnAnything" if list(resources) == [ANYTHING] else "",
    ))  # fmt: skip


def _subject(resources: Sequence[str], why: Sequence[Need]) -> str:
    """`NetworkListenerAndLoadBalancer`; where these are many, `NetworkSubnet`, after what the ARNs are of."""
    services = {_arn_type(resource).partition("-")[0] for resource in resources}
    why = [need for need in why if _service(need.why.type) in services] or why
    modules = sorted({need.why.module for need in why})
    named = sorted({need.why.logical_id for need in why if need.why.type})
    arn_types = sorted({_arn_type(resource) for resource in resources} - {ANYTHING})
    if len(modules) > 1 or not 0 < len(named) <= NAMED:
        named = arn_types if len(arn_types) <= NAMED else []
    return "And".join(map(_word, modules)) + "And".join(map(_word, named))


def _service(resource_type: str) -> str:
    """Return `elasticloadbalancing` for `AWS::ElasticLoadBalancingV2::Listener`: whose resources the type's are."""
    return resource_type.lower().split("::")[1].removesuffix("v2") if resource_type else ""


def _arn_type(arn: str) -> str:
    """Return the service and the kind of resource of an ARN: `ec2-subnet`."""
    if arn == ANYTHING:
        return ANYTHING
    _, _, service, _, _, resource = arn.split(":", 5)
    kind = re.split(r"[/:]", resource)
    return f"{service}-{kind[0]}" if len(kind) > 1 and service != "s3" else service


def _word(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", text))


def _numbered(merged: Sequence[Grant]) -> Iterator[Grant]:
    """Sids differ within a policy."""
    total = Counter(grant.sid for grant in merged)
    seen: Counter[str] = Counter()
    for grant in merged:
        seen[grant.sid] += 1
        sid = f"{grant.sid}{seen[grant.sid]}" if total[grant.sid] > 1 else grant.sid
        yield Grant(sid=sid, actions=grant.actions, resources=grant.resources, context=grant.context)


def _parts(grant: Grant, limit: int) -> Iterator[Grant]:
    """Yield the statement, or several where it alone is longer than a document may be."""
    if document_size(_document([grant])) <= limit:
        yield grant
        return
    by_resource = len(grant.resources) > len(grant.actions)
    items = grant.resources if by_resource else grant.actions
    half = len(items) // 2
    for letter, part in (("a", items[:half]), ("b", items[half:])):
        smaller = Grant(
            sid=f"{grant.sid}{letter}",
            actions=grant.actions if by_resource else part,
            resources=part if by_resource else grant.resources,
            context=grant.context,
        )
        yield from _parts(smaller, limit)


def _document(group: Sequence[Grant]) -> dict[str, Any]:
    policy = PolicyDocument(Version="2012-10-17", Statement=[_statement(grant) for grant in group])
    document: dict[str, Any] = json.loads(policy.to_json())
    return document


def _statement(grant: Grant) -> Statement:
    more: dict[str, Any] = {}
    if grant.context:
        more["Condition"] = Condition(list(_conditions(grant.context)))
    return Statement(
        Sid=grant.sid,
        Effect=Allow,
        Action=[Action(*action.split(":", 1)) for action in grant.actions],
        Resource=list(grant.resources),
        **more,
    )


def _conditions(context: Context) -> Iterator[Any]:
    exact = {key: _single(values) for key, values in context if not any("*" in value for value in values)}
    like = {key: _single(values) for key, values in context if key not in exact}
    if exact:
        yield StringEquals(exact)
    if like:
        yield StringLike(like)


def _single(values: tuple[str, ...]) -> Any:  # noqa: ANN401 - IAM takes one value bare
    return values[0] if len(values) == 1 else list(values)
