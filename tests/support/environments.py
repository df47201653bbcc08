"""Derive the rights of environments, and select among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.build.render import render
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.needs import Need, Needs
from stacks.iam.derive.resources import Derived, derive_needs
from stacks.place import place
from stacks.rendered.rendered import ROOT, Rendered
from stacks.settings import Settings, known, load

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT_FOLDER = Path(__file__).parents[2]
ACCOUNT = "123456789012"
SECRET = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:client-AbCdEf"
KEY = f"arn:aws:kms:ap-northeast-2:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
CACHE_SECRET = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf"
POOL = f"arn:aws:cognito-idp:ap-northeast-2:{ACCOUNT}:userpool/ap-northeast-2_abcdefghi"
VPC = {
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
    "private_subnet_ids": ["subnet-0cccccccccccccccc", "subnet-0dddddddddddddddd"],
}
HTTPS = {"domain_name": "app.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"}
OIDC = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/user",
    "client_id": "preto",
    "client_secret_arn": SECRET,
}
COGNITO = {"user_pool_arn": POOL, "user_pool_client_id": "abcdef", "user_pool_domain": "preto"}
STEPS = {
    "name": "queue",
    "namespace": "Preto",
    "metric": "Waiting",
    "threshold": 10,
    "steps": [{"distance": 0, "change": 1}],
}

FEATURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "given network": {"network": VPC},
    "given security groups": {
        "network": VPC
        | {
            "load_balancer_security_group_ids": ["sg-0123456789abcdef0"],
            "task_security_group_ids": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
        }
    },
    "default VPC": {"network": {"use_default_vpc": True}},
    "given key": {"security": {"kms_key": KEY}, "ecr": {"encryption_type": "KMS"}},
    "https": {"network": {"https": HTTPS}},
    "oidc": {"network": {"https": HTTPS, "sign_in": OIDC}},
    "cognito": {"network": {"https": HTTPS, "sign_in": COGNITO}},
    "waf": {"network": {"waf": {}}},
    "logs": {"network": {"logs": {}}},
    "flow logs": {"network": {"flow_logs": {}}},
    "endpoints": {"network": {"egress": "endpoints"}},
    "no way out": {"network": {"egress": "public"}},
    "own key": {"security": {"kms_key": "own"}, "ecr": {"encryption_type": "KMS"}},
    "monitoring": {
        "monitoring": {"alarms": True, "dashboard": True, "log_insights": True, "emails": ("team@example.com",)}
    },
    "enhanced scanning": {"ecr": {"enhanced_scanning": True}},
    "pull-through cache": {
        "ecr": {"pull_through_cache": {"prefix": "hub", "upstream": "docker-hub", "credential_arn": CACHE_SECRET}}
    },
    "schedules": {
        "autoscaling": {"schedules": [{"name": "night", "schedule": "cron(0 20 * * ? *)", "min_capacity": 0}]}
    },
    "steps": {"autoscaling": {"steps": [STEPS]}},
    "blue green": {"ecs": {"deployment": {"strategy": "blue_green", "rollback_alarms": True}}},
    "exec": {"ecs": {"exec": True}},
    "boundary": {"iam": {"permissions_boundary_arn": f"arn:aws:iam::{ACCOUNT}:policy/boundary"}},
    "github": {"iam": {"github_actions_role_name": "GitHubActionsRole"}},
    "policies": {"iam": {"task_managed_policy_arns": ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",)}},
    "volumes": {"ecs": {"volumes": ({"name": "data", "file_system_id": "fs-0123456789abcdef0", "path": "/data"},)}},
    "spot": {"ecs": {"spot": {}}},
    "names": {
        "names": {
            "application": "streamlit-app",
            "load_balancer": "preto-2-alb",
            "target_group": "preto-2-tg",
            "cluster": "preto-2-cluster",
            "service": "preto-2-service",
            "task_family": "preto-2-tasks",
            "container": "app",
            "log_group": "/ecs/preto-2-app",
            "execution_role": "preto-2-exec-role",
            "task_role": "preto-2-task-role",
            "cpu_policy": "cpu-autoscaling",
            "memory_policy": "memory-autoscaling",
        }
    },
    "shared listener": {
        "network": VPC
        | {
            "listener": {
                "arn": f"arn:aws:elasticloadbalancing:ap-northeast-2:{ACCOUNT}:listener/app/shared/"
                "0123456789abcdef/fedcba9876543210",
                "priority": 10,
                "hosts": ("app.example.com",),
                "security_group_id": "sg-0123456789abcdef0",
            }
        }
    },
}
"""Settings of Preto-2 that each make something of their own."""
ALL = (*FEATURES, *known(ROOT_FOLDER / "environments"))
"""These, and the environments in the repository."""


@dataclass(frozen=True)
class Rights:
    """The rights that an environment needs."""

    settings: Settings
    rendered: Rendered
    needs: Needs

    def of(self, resource_type: str) -> list[Need]:
        """Return the needs for resources of a type."""
        return [need for need in self.needs.cloudformation if need.why.type == resource_type]

    def find(self, action: str, resource_type: str = "") -> list[Need]:
        """Return the needs for an action."""
        return [
            need
            for need in self.needs.cloudformation
            if need.action == action and (not resource_type or need.why.type == resource_type)
        ]


def rights(**changed: Any) -> Rights:
    """Return the rights that Preto-2 needs in prod, in a known account, with these settings on top."""
    settings = Settings.model_validate(
        {
            "project": "preto-2",
            "environment": "prod",
            "aws": {"region": "ap-northeast-2", "account_id": ACCOUNT},
            **changed,
        }
    )
    return _of(settings)


def _of(settings: Settings) -> Rights:
    rendered = render(settings)
    return Rights(settings, rendered, deployment_needs(settings, rendered))


@cache
def feature(name: str) -> Rights:
    """Return the rights that Preto-2 needs with one of the features, or those of an environment in the repository."""
    if name in FEATURES:
        return rights(**FEATURES[name])
    return _of(load(name, var_files=[], variables=[], directory=ROOT_FOLDER / "environments"))


def actions(needs: Iterable[Need]) -> set[str]:
    """Return the actions of these needs."""
    return {need.action for need in needs}


def only(resources: dict[str, Any], tags: dict[str, str] | None = None, name: str = "app") -> tuple[Need, ...]:
    """Return the rights that a stack of these resources alone needs, in the known account."""
    return derived(resources, tags, name).needs


def derived(resources: dict[str, Any], tags: dict[str, str] | None = None, name: str = "app") -> Derived:
    """Return the same, together with the types that are not known."""
    rendered = Rendered(
        environment="prod",
        stack_name=name,
        templates={ROOT: json.dumps({"Resources": resources})},
        parameters={},
        tags=tags or {},
    )
    return derive_needs(rendered, place("ap-northeast-2", ACCOUNT), "arn:aws:s3:::artifacts/app/*")
