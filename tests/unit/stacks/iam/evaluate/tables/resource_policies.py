"""Resource-based policies in the same account, Principal and NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

# fmt: off
from __future__ import annotations

from typing import Any

from stacks.iam.evaluate.principals import Caller
from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    DENIED,
    KEY_POLICIES,
    LOGIC,
    NOT_ALLOWED,
    NOT_PRINCIPAL,
    PRINCIPAL,
    UNKNOWN,
    Json,
    Table,
    allow,
    ask,
    deny,
    document,
)

ACCOUNT = "arn:aws:iam::123456789012:root"
ROLE = "arn:aws:iam::123456789012:role/deploy"
SESSION = "arn:aws:sts::123456789012:assumed-role/deploy/ci"
USER = "arn:aws:iam::123456789012:user/carlos"
BUCKET = "arn:aws:s3:::carlos"
IN_ROLE, IS_USER = Caller(SESSION), Caller(USER)
NARROW = document(allow(Action="ecs:*"))
CLOSED = "a statement with NotPrincipal never matches in it"
NEVER_DIRECT = "only a caller's own ARN is beyond limits to it"


def grant(principal: Any, **elements: Any) -> Json:
    """A bucket's policy that grants everything on it."""
    return document(allow(Principal=principal, Resource=[BUCKET, BUCKET + "/*"], **elements))


def refuse(**elements: Any) -> Json:
    """A bucket's policy that refuses everything on it."""
    return document(deny(Resource=[BUCKET, BUCKET + "/*"], **elements))


def put(caller: Caller | None, context: dict[str, str | list[str] | None] | None = None) -> Any:
    """A file is saved in the bucket."""
    return ask("s3:PutObject", BUCKET + "/a", context, caller)


buckets = Table("resource-based policy")
row = buckets.row
row("either allows: identity", LOGIC, [allow()], put(IS_USER), ALLOWED, resource=(grant({"AWS": ROLE}),))
row("either allows: resource", LOGIC, [], put(IS_USER), ALLOWED, resource=(grant({"AWS": USER}),))
row("neither allows", LOGIC, [], put(IS_USER), NOT_ALLOWED, resource=(grant({"AWS": ROLE}),))
row("another action", LOGIC, [], ask("s3:PutObject", "arn:aws:s3:::other/a", caller=IS_USER), NOT_ALLOWED,
    resource=(grant({"AWS": USER}),))
row("resource denies", LOGIC, [allow()], put(IS_USER), DENIED, resource=(refuse(Principal={"AWS": USER}),))
row("resource denies another", LOGIC, [allow()], put(IS_USER), ALLOWED, resource=(refuse(Principal={"AWS": ROLE}),))
row("identity denies", LOGIC, [deny(Action="s3:*")], put(IS_USER), DENIED, resource=(grant({"AWS": USER}),))
row("account: delegates", PRINCIPAL, [], put(IS_USER), NOT_ALLOWED, resource=(grant({"AWS": ACCOUNT}),))
row("account: delegated", PRINCIPAL, [allow()], put(IS_USER), ALLOWED, resource=(grant({"AWS": ACCOUNT}),))
row("account denied", PRINCIPAL, [allow()], put(IS_USER), DENIED, resource=(refuse(Principal={"AWS": "123456789012"}),))
row("another account denied", PRINCIPAL, [allow()], put(IS_USER), ALLOWED,
    resource=(refuse(Principal={"AWS": "111122223333"}),))
row("everyone", PRINCIPAL, [], put(IS_USER), ALLOWED, resource=(grant("*"),))
row("everyone of AWS", PRINCIPAL, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": "*"}),))
row("everyone denied", PRINCIPAL, [allow()], put(IN_ROLE), DENIED, resource=(refuse(Principal="*"),))
row("role of a session", PRINCIPAL, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": ROLE}),))
row("role with a path", PRINCIPAL, [], put(IN_ROLE), ALLOWED,
    resource=(grant({"AWS": ROLE.replace("role/", "role/ci/")}),))
row("another role", PRINCIPAL, [], put(IN_ROLE), NOT_ALLOWED, resource=(grant({"AWS": ROLE + "-other"}),))
row("another account's role", PRINCIPAL, [], put(IN_ROLE), NOT_ALLOWED,
    resource=(grant({"AWS": "arn:aws:iam::111122223333:role/deploy"}),))
row("the session", PRINCIPAL, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": SESSION}),))
row("another session", PRINCIPAL, [], put(IN_ROLE), NOT_ALLOWED, resource=(grant({"AWS": SESSION + "2"}),))
row("case of a user", PRINCIPAL, [], put(IS_USER), NOT_ALLOWED,
    resource=(grant({"AWS": USER.replace("carlos", "Carlos")}),),
    emulator="it compares principals without regard to case")
row("one of several", PRINCIPAL, [], put(IS_USER), ALLOWED, resource=(grant({"AWS": [ROLE, USER]}),))
row("a service is nobody else", PRINCIPAL, [], put(IS_USER), NOT_ALLOWED,
    resource=(grant({"Service": "ecs.amazonaws.com"}),))
row("unknown caller", PRINCIPAL, [], put(None), UNKNOWN, resource=(grant({"AWS": USER}),))
row("unknown caller, everyone", PRINCIPAL, [], put(None), ALLOWED, resource=(grant("*"),))
row("unknown caller, perhaps denied", PRINCIPAL, [allow()], put(None), UNKNOWN,
    resource=(refuse(Principal={"AWS": USER}),))

limits = Table("resource-based policy and limits")
row = limits.row
row("role: boundary", LOGIC, [], put(IN_ROLE), NOT_ALLOWED, resource=(grant({"AWS": ROLE}),), boundary=NARROW)
row("role: wide boundary", LOGIC, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": ROLE}),),
    boundary=document(allow()))
row("role: session policy", LOGIC, [], put(IN_ROLE), NOT_ALLOWED, resource=(grant({"AWS": ROLE}),), session=(NARROW,))
row("session: boundary", LOGIC, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": SESSION}),), boundary=NARROW)
row("session: session policy", LOGIC, [], put(IN_ROLE), ALLOWED, resource=(grant({"AWS": SESSION}),), session=(NARROW,))
row("user: boundary", LOGIC, [], put(IS_USER), ALLOWED, resource=(grant({"AWS": USER}),), boundary=NARROW)
row("user: boundary denies", LOGIC, [], put(IS_USER), DENIED, resource=(grant({"AWS": USER}),),
    boundary=document(deny(Action="s3:*")))
row("everyone: boundary", PRINCIPAL, [], put(IN_ROLE), UNKNOWN, resource=(grant("*"),), boundary=NARROW)
row("everyone with that ARN: boundary", PRINCIPAL, [], put(IN_ROLE, {"aws:PrincipalArn": ROLE}), ALLOWED,
    boundary=NARROW,
    resource=(grant("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}),), emulator=NEVER_DIRECT)
row("service control policy", LOGIC, [], put(IS_USER), NOT_ALLOWED, resource=(grant({"AWS": USER}),),
    service_control=((NARROW,),),
    emulator="it has no service control policies, and as a boundary they do not limit a grant to the user itself")
row("federated user", LOGIC, [], put(Caller("arn:aws:sts::123456789012:federated-user/eve")), ALLOWED, boundary=NARROW,
    resource=(grant({"AWS": "arn:aws:sts::123456789012:federated-user/eve"}),),
    emulator="only users and role sessions are principals of their own to it")

excluded = Table("not principal")
row = excluded.row
row("all but him and his account", NOT_PRINCIPAL, [allow()], put(IS_USER), ALLOWED,
    resource=(refuse(NotPrincipal={"AWS": [USER, ACCOUNT]}),))
row("all but another", NOT_PRINCIPAL, [allow()], put(IS_USER), DENIED, emulator=CLOSED,
    resource=(refuse(NotPrincipal={"AWS": "arn:aws:iam::111122223333:user/Bob"}),))
row("all but him, his account perhaps", NOT_PRINCIPAL, [allow()], put(IS_USER), UNKNOWN,
    resource=(refuse(NotPrincipal={"AWS": USER}),))
row("all but session, role and account", NOT_PRINCIPAL, [allow()], put(IN_ROLE), ALLOWED,
    resource=(refuse(NotPrincipal={"AWS": [SESSION, ROLE, ACCOUNT]}),))
row("without the role", NOT_PRINCIPAL, [allow()], put(IN_ROLE), UNKNOWN,
    resource=(refuse(NotPrincipal={"AWS": [SESSION, ACCOUNT]}),))
row("documented: by condition", PRINCIPAL, [allow()], put(IS_USER, {"aws:PrincipalArn": USER}), ALLOWED,
    resource=(refuse(Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": USER}}),))
row("documented: by condition, another", PRINCIPAL, [allow()], put(IN_ROLE, {"aws:PrincipalArn": ROLE}), DENIED,
    resource=(refuse(Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": USER}}),))

keys = Table("key policy")
row = keys.row
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
decrypt = ask("kms:Decrypt", KEY, caller=IN_ROLE)
row("enables IAM policies", KEY_POLICIES, [allow(Action="kms:*")], decrypt, ALLOWED,
    resource=(document(allow(Principal={"AWS": ACCOUNT})),))
row("does not", KEY_POLICIES, [allow(Action="kms:*")], decrypt, NOT_ALLOWED,
    resource=(document(allow(Principal={"AWS": USER})),))
row("allows the role", KEY_POLICIES, [], decrypt, ALLOWED, resource=(document(allow(Principal={"AWS": ROLE})),))
row("IAM policies do not", KEY_POLICIES, [], decrypt, NOT_ALLOWED,
    resource=(document(allow(Principal={"AWS": ACCOUNT})),))
