"""Whom a role's trust policy lets in: decided like a policy of whoever is named, on any resource.

Trust policies "must explicitly allow access for principals"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html); what the caller's own
policies say to it is another question. For who is named how, see
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Decision, Policies, Request, decide


@dataclass(frozen=True)
class Caller:
    """Who makes a request: an ARN (user, role session, root), a service, or an identity provider.

    Of a role session `name` is the session's ARN, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    """

    name: str
    kind: Literal["AWS", "Service", "Federated"] = "AWS"

    @property
    def names(self) -> set[str]:
        """What a policy can call it: itself, its role, its account."""
        found = re.fullmatch(r"arn:([\w-]+):(?:iam|sts)::(\d{12}):(.+)", self.name) if self.kind == "AWS" else None
        if found is None:
            return {self.name}
        partition, account, entity = found.groups()
        session = re.fullmatch(r"assumed-role/([^/]+)/.+", entity)
        roles = {f"arn:{partition}:iam::{account}:role/{session[1]}"} if session else set()
        return {self.name, f"arn:{partition}:iam::{account}:root", account, *roles}


@dataclass(frozen=True)
class WebIdentity:
    """A token of an OpenID Connect provider, by the provider's ARN and the token's claims."""

    provider: str
    claims: Mapping[str, str]

    def request(self) -> tuple[Caller, Request]:
        """The provider, and the AssumeRoleWithWebIdentity with this token.

        Its condition keys are the provider's name and the claim's, like `token.actions.githubusercontent.com:sub`
        (reference_policies_iam-condition-keys.html). It has no values for `sub` and `aud` if the token has none.
        """
        host = self.provider.partition(":oidc-provider/")[2]
        claims = {"sub": (), "aud": ()} | {name: (value,) for name, value in self.claims.items()}
        context = {f"{host}:{name}": values for name, values in claims.items()}
        return Caller(self.provider, "Federated"), Request("sts:AssumeRoleWithWebIdentity", context=context)


def decide_trust(document: Mapping[str, Any], caller: Caller, request: Request) -> Decision:
    """Whether the trust policy allows a request to assume its role. It may not have NotPrincipal."""
    statements = [_of_caller(it) for it in document["Statement"] if _names(it["Principal"], caller)]
    policy = {**document, "Statement": statements}
    return decide(request, Policies((parse_policy(policy, "trust"),) if statements else ()))


def _names(principal: Any, caller: Caller) -> bool:
    named = {"AWS": "*"} if principal == "*" else principal
    listed = named.get(caller.kind, []) if principal != "*" else ["*"]
    names = {listed} if isinstance(listed, str) else {*listed}
    return bool(names & caller.names) or ("*" in names and (principal == "*" or caller.kind == "AWS"))


def _of_caller(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement as one of the caller's own policies."""
    return {name: value for name, value in statement.items() if name != "Principal"} | {"Resource": "*"}
