"""Secrets that a template names and CloudFormation reads: `{{resolve:secretsmanager:...}}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.iam.derive.needs import Need, Phase, Reason
from stacks.iam.derive.resources.targets import text_leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.iam.derive.resources.identifiers import Tree
    from stacks.rendered.tree import Resource

REFERENCE = re.compile(r"\{\{resolve:secretsmanager:(?P<arn>arn:(?:[^:}]*:){5}[^:}]+)")
SOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html"


def secret_needs(tree: Tree, resource: Resource) -> Iterator[Need]:
    """Reading each secret that a property of the resource names by its ARN."""
    found = {
        match["arn"]: name
        for name, value in resource.properties.items()
        for text in text_leaves(tree, value, resource)
        if (match := REFERENCE.search(text))
    }
    for arn, name in found.items():
        yield Need(
            action="secretsmanager:GetSecretValue",
            # Secrets Manager appends six characters to the name; an ARN may be given without them.
            resources=(f"{arn}*",),
            phases=frozenset({Phase.CREATE, Phase.UPDATE, Phase.ROLLBACK}),
            why=Reason(
                module=resource.module.name,
                logical_id=resource.logical_id,
                type=resource.type,
                property=name,
                sentence=f"CloudFormation reads the secret that {name} names",
            ),
            source=SOURCE,
        )
