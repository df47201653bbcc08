"""Trust policies: who may assume a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.trust import Caller, WebIdentity
from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    DENIED,
    MANY_VALUES,
    NOT_ALLOWED,
    OIDC,
    OPERATORS,
    PRINCIPAL,
    UNKNOWN,
    Json,
    Table,
    ask,
    document,
    trusts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.iam.evaluate.evaluation import Outcome, Request

PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
SERVICES = "only the account's root passes for a service in it"
WEB = "sts:AssumeRoleWithWebIdentity"
AUD, SUB = "token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"
MAIN = "repo:octo-org/octo-repo:ref:refs/heads/main"


def github(sub: str | list[str], operator: str = "StringEquals") -> Json:
    """A role for GitHub Actions."""
    condition: Json = {"StringEquals": {AUD: "sts.amazonaws.com"}}
    condition[operator] = condition.get(operator, {}) | {SUB: sub}
    return trusts({"Federated": PROVIDER}, WEB, Condition=condition)


def token(sub: str, aud: str = "sts.amazonaws.com", provider: str = PROVIDER) -> tuple[Caller, Request]:
    """A request with GitHub's token."""
    return WebIdentity(provider, {"sub": sub, "aud": aud}).request()


def assume(caller: Caller, action: str = "sts:AssumeRole", **context: str) -> tuple[Caller, Request]:
    """A request of somebody in AWS; keys of the context have `__` for their colon."""
    return caller, ask(action, context={key.replace("__", ":"): value for key, value in context.items()})


def of(table: Table) -> Callable[..., None]:
    """Adds rows with who asks beside what is asked."""

    def add(name: str, page: str, asked: tuple[Caller, Request], outcome: Outcome, **rest: Any) -> None:
        table.row(name, page, [], asked[1], outcome, caller=asked[0], **rest)

    return add


tokens = Table("web identity")
row = of(tokens)
row("the branch", OIDC, token(MAIN), ALLOWED, trust=github(MAIN))
row("another branch", OIDC, token(MAIN + "-2"), NOT_ALLOWED, trust=github(MAIN))
row("a tag of that name", OIDC, token("repo:octo-org/octo-repo:ref:refs/tags/main"), NOT_ALLOWED,
    trust=github(MAIN))
row("a pull request", OIDC, token("repo:octo-org/octo-repo:pull_request"), NOT_ALLOWED, trust=github(MAIN))
row("another repository", OIDC, token(MAIN.replace("octo-repo", "fork")), NOT_ALLOWED, trust=github(MAIN))
row("the case of sub", OPERATORS, token(MAIN.replace("octo-org", "Octo-Org")), NOT_ALLOWED, trust=github(MAIN))
row("another audience", OIDC, token(MAIN, aud="https://github.com/octo-org"), NOT_ALLOWED, trust=github(MAIN))
row("another provider", OIDC, token(MAIN, provider=PROVIDER.replace("token.", "evil.")), NOT_ALLOWED,
    trust=github(MAIN))
row("another account's provider", OIDC, token(MAIN, provider=PROVIDER.replace("123456789012", "111122223333")),
    NOT_ALLOWED, trust=github(MAIN))
row("like", OIDC, token(MAIN), ALLOWED, trust=github("repo:octo-org/octo-repo:*", "StringLike"))
row("like is not a longer name", OIDC, token(MAIN.replace("octo-repo", "octo-repo-evil")), NOT_ALLOWED,
    trust=github("repo:octo-org/octo-repo:*", "StringLike"))
row("too wide is wide", OIDC, token(MAIN.replace("octo-repo", "octo-repo-evil")), ALLOWED,
    trust=github("repo:octo-org/octo-repo*", "StringLike"))
row("equals has no wildcards", OPERATORS, token(MAIN), NOT_ALLOWED, trust=github("repo:octo-org/octo-repo:*"))
row("one of two", OIDC, token("repo:octo-org/octo-repo:environment:prod"), ALLOWED,
    trust=github([MAIN, "repo:octo-org/octo-repo:environment:prod"]))
row("all values of nothing", MANY_VALUES, WebIdentity(PROVIDER, {"aud": "sts.amazonaws.com"}).request(), ALLOWED,
    trust=github(MAIN, "ForAllValues:StringEquals"))
row("no sub", OIDC, WebIdentity(PROVIDER, {"aud": "sts.amazonaws.com"}).request(), NOT_ALLOWED, trust=github(MAIN))
row("by AssumeRole", OIDC, assume(Caller("arn:aws:iam::123456789012:user/eve")), NOT_ALLOWED, trust=github(MAIN))
row("a claim that nobody knows", OIDC, token(MAIN), UNKNOWN, trust=trusts({"Federated": PROVIDER}, WEB, Condition={
    "StringEquals": {"token.actions.githubusercontent.com:actor": "octocat"}}))
row("denied", OIDC, token(MAIN), DENIED, trust=document(
    *github(MAIN)["Statement"],
    {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Condition": {"StringLike": {SUB: "*main"}}}))

assumed = Table("trust")
row = of(assumed)
USER, ROLE = "arn:aws:iam::123456789012:user/carlos", "arn:aws:iam::123456789012:role/ci"
row("user", PRINCIPAL, assume(Caller(USER)), ALLOWED, trust=trusts({"AWS": USER}))
row("another user", PRINCIPAL, assume(Caller(USER + "2")), NOT_ALLOWED, trust=trusts({"AWS": USER}))
row("account", PRINCIPAL, assume(Caller(USER)), ALLOWED, trust=trusts({"AWS": "arn:aws:iam::123456789012:root"}))
row("account's number", PRINCIPAL, assume(Caller(USER)), ALLOWED, trust=trusts({"AWS": "123456789012"}))
row("another account", PRINCIPAL, assume(Caller(USER)), NOT_ALLOWED, trust=trusts({"AWS": "111122223333"}))
row("the root user", PRINCIPAL, assume(Caller("arn:aws:iam::123456789012:root")), ALLOWED,
    trust=trusts({"AWS": "123456789012"}))
row("session of a role", PRINCIPAL, assume(Caller("arn:aws:sts::123456789012:assumed-role/ci/1")), ALLOWED,
    trust=trusts({"AWS": ROLE}))
row("another action", PRINCIPAL, assume(Caller(USER), "sts:TagSession"), NOT_ALLOWED, trust=trusts({"AWS": USER}))
row("service", PRINCIPAL, assume(Caller("cloudformation.amazonaws.com", "Service")), ALLOWED,
    trust=trusts({"Service": "cloudformation.amazonaws.com"}), emulator=SERVICES)
row("another service", PRINCIPAL, assume(Caller("ec2.amazonaws.com", "Service")), NOT_ALLOWED,
    trust=trusts({"Service": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]}))
row("one of two services", PRINCIPAL, assume(Caller("ecs-tasks.amazonaws.com", "Service")), ALLOWED,
    trust=trusts({"Service": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]}), emulator=SERVICES)
row("a user is no service", PRINCIPAL, assume(Caller(USER)), NOT_ALLOWED,
    trust=trusts({"Service": "ecs.amazonaws.com"}))
row("some actions", PRINCIPAL, assume(Caller(USER), "sts:*"), UNKNOWN, trust=trusts({"AWS": USER}))
row("all actions", PRINCIPAL, assume(Caller(USER), "sts:*"), ALLOWED, trust=trusts({"AWS": USER}, "sts:*"))
row("too many wildcards", PRINCIPAL, assume(Caller(USER), "sts:*"), UNKNOWN,
    trust=trusts({"AWS": USER}, f"sts:*a{'?' * 20}"))
row("everyone", PRINCIPAL, assume(Caller(USER)), ALLOWED, trust=trusts("*"))
row("source account", PRINCIPAL,
    assume(Caller("cloudformation.amazonaws.com", "Service"), aws__SourceAccount="123456789012"), ALLOWED,
    emulator=SERVICES, trust=trusts({"Service": "cloudformation.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}))
row("source account of another", PRINCIPAL,
    assume(Caller("cloudformation.amazonaws.com", "Service"), aws__SourceAccount="111122223333"), NOT_ALLOWED,
    trust=trusts({"Service": "cloudformation.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}))
