"""Every IAM document that this project writes, as IAM gets it: with account, region and names filled in.

Those in the templates of the environments in the repository and of settings that make something of their own, those of
the bootstrap stack with everything that it can have, and those that `permissions` derives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from stacks.iam.derive.policy import policy_documents
from stacks.iam.derive.resources.identifiers import Tree
from stacks.place import place
from stacks.rendered.rendered import ROOT, Rendered
from templates import bootstrap
from tests.support.environments import ACCOUNT, ALL, KEY, SECRET, feature, rights
from tests.unit.templates.test_bootstrap_rights import BOUNDARY, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.tree import Resource
    from tests.support.environments import Rights

REGION = "ap-northeast-2"
DOCUMENTS: dict[str, dict[str, Any]] = {
    "pulled by others": {"ecr": {"pull_account_ids": ("210987654321",)}},
    "secrets and statements": {
        "ecs": {
            "image": "ghcr.io/team/app",
            "registry_credentials_arn": SECRET,
            "secrets": {"API": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/team/api"},
            "secret_key_arns": (KEY,),
        },
        "iam": {
            "task_statements": (
                {"sid": "ReadBucket", "actions": ("s3:GetObject",), "resources": ("arn:aws:s3:::team-data/*",)},
            )
        },
    },
}
"""Settings whose documents no other environment of the tests has."""
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
MADE_PROVIDER = {"Fn::GetAtt": ["GitHubProvider", "Arn"]}
"""The same provider where the stack makes it; no environment has its type."""
THERE = {"github_branches": (), "existing_github_role": True, "oidc_provider_arn": PROVIDER}
BOOTSTRAP: dict[str, dict[str, Any]] = {
    "bootstrap": {},
    "bootstrap with all": SETTINGS | {"permissions_boundary_arn": BOUNDARY, "repository_names": ("team/app",)},
    "bootstrap without a boundary": SETTINGS,
    "bootstrap with a role that is there": SETTINGS | THERE,
}
"""Settings of the bootstrap stack that between them make all of its documents."""
PROPERTIES = {
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::RolePolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
}
"""Where resources other than roles have their document."""
FUNCTIONS = ("Ref", "Fn::")


class Use(Enum):
    """What a document is for."""

    IDENTITY = "an identity-based policy"
    RESOURCE = "a resource-based policy"
    TRUST = "a role's trust policy"


@dataclass(frozen=True)
class Emitted:
    """A document: in which environment, of which resource (of what type), and for what."""

    environment: str
    resource: str
    type: str
    use: Use
    document: Mapping[str, Any]

    @property
    def where(self) -> str:
        """Where a reader finds it."""
        return f"{self.environment}, {self.resource}"


DERIVED = "derived"
"""The type of the documents that no template has."""


@cache
def emitted() -> tuple[Emitted, ...]:
    """All of them; what several environments have alike is there once."""
    found = {json.dumps([it.type, it.use.value, it.document]): it for it in reversed([*_all()])}
    return tuple(reversed(found.values()))


def _all() -> Iterator[Emitted]:
    for name in (*BOOTSTRAP, *ALL, *DOCUMENTS):
        yield from of(name)


@cache
def of(name: str) -> tuple[Emitted, ...]:
    """Those of one environment, or of the bootstrap stack with some settings."""
    if name in BOOTSTRAP:
        body = bootstrap.build("preto-2", bootstrap.Settings(**BOOTSTRAP[name])).body
        rendered = Rendered(
            environment="bootstrap",
            stack_name="preto-2-bootstrap",
            templates={ROOT: body},
            parameters={},
            tags={},
        )
        return tuple(_templates(name, rendered))
    found = rights(**DOCUMENTS[name]) if name in DOCUMENTS else feature(name)
    return (*_templates(name, found.rendered), *_derived(name, found))


def _derived(environment: str, found: Rights) -> Iterator[Emitted]:
    for caller in ("deployer", "cloudformation"):
        for number, document in enumerate(policy_documents(getattr(found.needs, caller)), start=1):
            yield Emitted(environment, f"derived for {caller}, {number}", DERIVED, Use.IDENTITY, document)


def _templates(environment: str, rendered: Rendered) -> Iterator[Emitted]:
    # The tree leaves open what the address of a service ends with.
    texts = {name: text.replace("${AWS::URLSuffix}", "amazonaws.com") for name, text in rendered.templates.items()}
    tree = Tree(replace(rendered, templates=texts), place(REGION, ACCOUNT))
    for resource in tree.resources():
        name = f"{resource.module.name}.{resource.logical_id}"
        for part, use, document in _of(resource):
            filled = _filled(document, tree, resource)
            yield Emitted(environment, f"{name}{part}", resource.type, use, filled)


def _of(resource: Resource) -> Iterator[tuple[str, Use, Any]]:
    properties = resource.properties
    if resource.type == "AWS::IAM::Role":
        yield " (trust)", Use.TRUST, properties["AssumeRolePolicyDocument"]
        for policy in properties.get("Policies", ()):
            yield f"/{policy['PolicyName']}", Use.IDENTITY, policy["PolicyDocument"]
    elif document := properties.get(PROPERTIES.get(resource.type, "")):
        yield "", Use.IDENTITY if resource.type.startswith("AWS::IAM::") else Use.RESOURCE, document


def _filled(part: Any, tree: Tree, resource: Resource) -> Any:
    """A part of a document, with what its functions give."""
    if isinstance(part, list):
        return [value for it in part for value in _each(_filled(it, tree, resource))]
    if not isinstance(part, dict):
        return part
    if part == MADE_PROVIDER:
        return PROVIDER
    if any(name.startswith(FUNCTIONS) for name in part):
        texts = tree.texts(part, resource.module)
        assert "*" not in texts, f"{resource.module.name}.{resource.logical_id}: what is {part}?"
        return texts[0] if len(texts) == 1 else list(texts)
    return {name: _filled(value, tree, resource) for name, value in part.items()}


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
