"""AWS WAF: the web ACL of the load balancer, and its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from troposphere import GetAtt, Ref
from troposphere.logs import LogGroup
from troposphere.wafv2 import (
    AllowAction,
    BlockAction,
    CountAction,
    CustomResponse,
    DefaultAction,
    LoggingConfiguration,
    LoggingConfigurationFieldToMatch,
    ManagedRuleGroupStatement,
    OverrideAction,
    RateBasedStatement,
    RuleAction,
    RuleActionOverride,
    SingleHeader,
    Statement,
    VisibilityConfig,
    WebACL,
    WebACLAssociation,
    WebACLRule,
)

from templates.identity import arn
from templates.retention import RetentionDays
from templates.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.elasticloadbalancingv2 import LoadBalancer

    from templates.identity import Identity
    from templates.model import Builder
    from templates.values import KeyArn

WINDOW = 300
"""Seconds of the window in which the requests of an address are counted."""
TOO_MANY_REQUESTS = 429
"""HTTP status "Too Many Requests"."""
SIGN_IN_RULES = ("SizeRestrictions_Cookie_HEADER",)
"""Rules of the common rule group that the cookies of a signed-in user can violate: it allows 10,240 bytes, and the load
balancer sets up to 16 K (Elastic Load Balancing, "Authenticate users")."""
SECRET_HEADERS = ("authorization", "cookie")
"""Headers that are redacted in the log."""


class Waf(Section):
    """`[network.waf]`: AWS WAF in front of the load balancer.

    It blocks what AWS's managed groups for common attacks, known bad inputs and addresses of ill repute find, but lets
    uploads pass, and addresses that send too much.
    """

    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] = 2000
    """Requests that one address may send in 5 minutes. Opening a Streamlit page takes about a hundred, and all users
    behind one office's router are one address."""
    log_retention_days: RetentionDays = 30
    """Days after which the log entries of blocked, counted and allowed requests are deleted."""


def add_web_acl(
    stack: Builder[Any], identity: Identity, waf: Waf, balancer: LoadBalancer, *, signs_in: bool, key: KeyArn | None
) -> None:
    """Add the web ACL of the load balancer, and its log. `signs_in` allows large cookies."""
    counted = (*identity.profile.uninspected_bodies, *(SIGN_IN_RULES if signs_in else ()))
    acl = stack.add(
        WebACL(
            "WebAcl",
            Name=identity.names.web_acl or identity.stem,
            Scope="REGIONAL",
            DefaultAction=DefaultAction(Allow=AllowAction()),
            VisibilityConfig=_visible("web-acl"),
            Rules=[
                _limit(0, waf.rate_limit),
                _group(1, "AWSManagedRulesAmazonIpReputationList"),
                _group(2, "AWSManagedRulesCommonRuleSet", counted),
                _group(3, "AWSManagedRulesKnownBadInputsRuleSet"),
            ],
        )
    )
    stack.add(WebACLAssociation("WebAclAssociation", ResourceArn=Ref(balancer), WebACLArn=GetAtt(acl, "Arn")))
    _log(stack, identity, waf, acl, key)


def _log(stack: Builder[Any], identity: Identity, waf: Waf, acl: WebACL, key: KeyArn | None) -> None:
    """Add the log of all requests, and its log group."""
    name = identity.web_acl_log_group
    group = stack.add(
        LogGroup(
            "WebAclLogGroup",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            LogGroupName=name,
            RetentionInDays=waf.log_retention_days,
            **({"KmsKeyId": key.expression} if key else {}),
        )
    )
    stack.add(
        LoggingConfiguration(
            "WebAclLogging",
            DependsOn=group.title,
            ResourceArn=GetAtt(acl, "Arn"),
            # Without the ":*" at the end of the group's own ARN, which WAF rejects.
            LogDestinationConfigs=[arn("logs", f"log-group:{name}")],
            RedactedFields=[
                LoggingConfigurationFieldToMatch(SingleHeader=SingleHeader(Name=header)) for header in SECRET_HEADERS
            ],
        )
    )


def _group(priority: int, name: str, counted: Sequence[str] = ()) -> WebACLRule:
    """Return a managed rule group of AWS, some of whose rules only count."""
    overrides = [RuleActionOverride(Name=rule, ActionToUse=RuleAction(Count=CountAction())) for rule in counted]
    return WebACLRule(
        Name=name,
        Priority=priority,
        OverrideAction=OverrideAction(**{"None": {}}),
        Statement=Statement(
            ManagedRuleGroupStatement=ManagedRuleGroupStatement(
                VendorName="AWS", Name=name, **({"RuleActionOverrides": overrides} if overrides else {})
            )
        ),
        VisibilityConfig=_visible(name),
    )


def _limit(priority: int, requests: int) -> WebACLRule:
    """Return a rule that blocks an address while it exceeds this number of requests."""
    return WebACLRule(
        Name="rate-limit",
        Priority=priority,
        Action=RuleAction(Block=BlockAction(CustomResponse=CustomResponse(ResponseCode=TOO_MANY_REQUESTS))),
        Statement=Statement(
            RateBasedStatement=RateBasedStatement(Limit=requests, EvaluationWindowSec=WINDOW, AggregateKeyType="IP")
        ),
        VisibilityConfig=_visible("rate-limit"),
    )


def _visible(name: str) -> VisibilityConfig:
    return VisibilityConfig(SampledRequestsEnabled=True, CloudWatchMetricsEnabled=True, MetricName=name)
