"""Rule E9103: what can be tagged is tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from stacks.rendered.expressions import If, parse

if TYPE_CHECKING:
    from cfnlint.template import Template

REQUIRED = ("Project", "Environment", "ManagedBy")


class RequiredTags(CloudFormationLintRule):
    """Resources that the provider's schema calls taggable need the project's tags, whatever conditions hold."""

    id = "E9103"
    shortdesc = "A taggable resource has the project's tags"
    description = f"Every resource that can be tagged has the tags {', '.join(REQUIRED)}."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html"
    tags = ["resources", "tags"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Name the tags that are missing, resource by resource."""
        matches = []
        for logical_id, resource in cfn.get_resources().items():
            name = _tag_property(cfn.regions[0], resource.get("Type"))
            if name is None:
                continue
            properties = resource.get("Properties")
            tags = properties.get(name) if isinstance(properties, dict) else None
            missing = [tag for tag in REQUIRED if tag not in _keys(tags)]
            if missing:
                path: list[str | int] = ["Resources", logical_id]
                path += ["Properties", name] if tags is not None else []
                matches.append(RuleMatch(path, f"{resource['Type']} has no tag {', '.join(missing)}"))
        return matches


def _tag_property(region: str, resource_type: object) -> str | None:
    """Return the property that holds a type's tags; None if there is none, or the type is unknown, which E3006 says."""
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type).schema
    except (ResourceNotFoundError, AttributeError):
        return None
    tagging = schema.get("tagging", {})
    name = tagging.get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    return name if tagging.get("taggable") and name in schema.get("properties", {}) else None


def _keys(tags: object) -> set[str]:
    """Return the keys that are there whichever way conditions go. Tags are a list of keys and values, or a map."""
    if isinstance(tags, list):
        return set().union(*(_keys(item) for item in tags))
    if not isinstance(tags, dict):
        return set()
    if isinstance(choice := parse(tags), If):
        return _keys(choice.then) & _keys(choice.otherwise)
    if "Key" in tags:
        return {tags["Key"]} if isinstance(tags["Key"], str) else set()
    return {key for key in tags if isinstance(key, str)}
