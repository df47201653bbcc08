"""Other states than a plain one: older and other programs, other resources, failed runs, and secrets everywhere."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from typing import Any

from tests.support.terraform_states import AWS, OPENTOFU_AWS, add_instance, resource

PLANTED = "pl4nt3d-secret"
"""What every secret of `with_secrets` begins with; nothing else does."""
RANDOM = 'provider["registry.terraform.io/hashicorp/random"]'
TLS = 'provider["registry.terraform.io/hashicorp/tls"]'
ANY_ADDRESS = "0.0.0.0/0"


def security_group_inline(group: str, vpc: str) -> list[dict[str, Any]]:
    """Return a security group with its rules inside."""
    ingress = _inline(80, "tcp", "HTTP")
    attributes = _group(group, vpc) | {"ingress": [ingress], "egress": [_inline(0, "-1", "")]}
    return [resource("aws_security_group.alb", attributes, schema_version=1)]


def security_group_rules(group: str, vpc: str) -> list[dict[str, Any]]:
    """Return a security group with rules of their own, by `aws_security_group_rule`; several CIDRs are one rule."""
    ingress = _rule(group, "ingress", 80, "tcp", [ANY_ADDRESS])
    several = _rule(group, "ingress", 8501, "tcp", ["10.0.0.0/24", "10.0.1.0/24"]) | {"security_group_rule_id": ""}
    egress = _rule(group, "egress", 0, "-1", [ANY_ADDRESS])
    return [
        resource("aws_security_group.alb", _group(group, vpc), schema_version=1),
        resource("aws_security_group_rule.egress", egress, schema_version=2),
        resource("aws_security_group_rule.http", ingress, schema_version=2),
        resource("aws_security_group_rule.several", several, schema_version=2),
    ]


def security_group_vpc_rules(group: str, vpc: str) -> list[dict[str, Any]]:
    """Return a security group with rules of their own, by `aws_vpc_security_group_*_rule`."""
    common: dict[str, Any] = {
        "security_group_id": group,
        "cidr_ipv4": ANY_ADDRESS,
        "cidr_ipv6": None,
        "description": None,
    }
    common |= {"prefix_list_id": None, "referenced_security_group_id": None, "tags": None, "tags_all": {}}
    ingress = common | _named("sgr-0aaaaaaaaaaaaaaaa") | {"from_port": 80, "to_port": 80, "ip_protocol": "tcp"}
    egress = common | _named("sgr-0bbbbbbbbbbbbbbbb") | {"from_port": None, "to_port": None, "ip_protocol": "-1"}
    return [
        resource("aws_security_group.alb", _group(group, vpc), schema_version=1),
        resource("aws_vpc_security_group_egress_rule.all", egress),
        resource("aws_vpc_security_group_ingress_rule.http", ingress),
    ]


def other_providers() -> list[dict[str, Any]]:
    """Return resources that are not AWS's."""
    return [
        resource("null_resource.push", {"id": "5577", "triggers": None}, provider=AWS.replace("aws", "null")),
        resource("random_password.db", {"id": "none", "result": "x", "length": 16}, provider=RANDOM),
        resource("terraform_data.marker", {"id": "ab"}, provider='provider["terraform.io/builtin/terraform"]'),
        resource("tls_private_key.key", {"id": "cd", "algorithm": "RSA"}, provider=TLS),
    ]


def default_resources(vpc: str) -> list[dict[str, Any]]:
    """Return what AWS has made and Terraform only manages."""
    return [
        resource("aws_default_security_group.default", _group("sg-0d0d0d0d0d0d0d0d0", vpc), schema_version=1),
        resource("aws_default_vpc.default", {"id": vpc, "cidr_block": "172.31.0.0/16"}, schema_version=1),
    ]


def opentofu(document: dict[str, Any]) -> dict[str, Any]:
    """Return the state as OpenTofu writes it."""
    changed = json.loads(json.dumps(document).replace(json.dumps(AWS)[1:-1], json.dumps(OPENTOFU_AWS)[1:-1]))
    return {**changed, "terraform_version": "1.10.6"}


def legacy(document: dict[str, Any]) -> dict[str, Any]:
    """Return the state as Terraform 0.12 wrote it: providers by name, `each`, attributes without sensitive ones."""
    changed = json.loads(json.dumps(document).replace(json.dumps(AWS)[1:-1], "provider.aws"))
    del changed["check_results"]
    for it in changed["resources"]:
        key = it["instances"][0].get("index_key")
        it.update({} if key is None else {"each": "list" if isinstance(key, int) else "map"})
        for instance in it["instances"]:
            del instance["sensitive_attributes"]
    return {**changed, "terraform_version": "0.12.31"}


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """Return what `terraform show -json` prints of the state."""
    root: dict[str, Any] = {}
    for it in document["resources"]:
        module = _module(root, it.get("module", ""))
        for instance in it["instances"]:
            described = {key: it[key] for key in ("mode", "type", "name")}
            described |= {"index": instance["index_key"]} if "index_key" in instance else {}
            described |= {"deposed_key": instance["deposed"]} if "deposed" in instance else {}
            described |= {"tainted": True} if instance.get("status") == "tainted" else {}
            described |= {"provider_name": it["provider"].split('"')[1], "values": instance["attributes"]}
            module.setdefault("resources", []).append(described)
    values = {"outputs": {name: {**it, "sensitive": False} for name, it in document["outputs"].items()}}
    version = document["terraform_version"]
    return {"format_version": "1.0", "terraform_version": version, "values": {**values, "root_module": root}}


def with_secrets(document: dict[str, Any]) -> dict[str, Any]:
    """Return the state with a secret in every place that can hold one.

    That are outputs, attributes of our resources and of others, data sources, environment variables, providers' private
    data, deposed instances and results of checks.
    """
    found = deepcopy(document)
    found["outputs"]["password"] = {"value": f"{PLANTED}-output", "type": "string", "sensitive": True}
    found["check_results"] = [{"object_kind": "output", "failure_messages": [f"{PLANTED}-check"]}]
    for it in found["resources"]:
        for instance in it["instances"]:
            instance["private"] = base64.b64encode(f"{PLANTED}-private".encode()).decode() + PLANTED
            instance["attributes"]["something_new"] = f"{PLANTED}-attribute"
            instance["identity"] = {"token": f"{PLANTED}-identity"}
        if it["type"] == "aws_ecs_task_definition":
            _hide_in_containers(it["instances"][0]["attributes"])
    old = {"name": f"{PLANTED}-deposed", "arn": f"{PLANTED}-deposed"}
    add_instance(next(it for it in found["resources"] if it["mode"] == "managed"), old, deposed="0a1b2c3d")
    found["resources"] += [
        resource("data.aws_secretsmanager_secret_version.db", {"secret_string": f"{PLANTED}-data"}, schema_version=0),
        resource("aws_db_instance.db", {"id": "db", "password": f"{PLANTED}-db"}, schema_version=2),
        resource("aws_iam_access_key.ci", {"id": "AKIAEXAMPLE", "secret": f"{PLANTED}-key"}),
        resource("aws_ssm_parameter.key", {"id": "/key", "value": f"{PLANTED}-parameter"}),
        resource("random_password.it", {"result": f"{PLANTED}-random", "bcrypt_hash": PLANTED}, provider=RANDOM),
        resource("tls_private_key.it", {"private_key_pem": f"{PLANTED}-pem"}, provider=TLS),
    ]
    return found


def _hide_in_containers(attributes: dict[str, Any]) -> None:
    containers = json.loads(attributes["container_definitions"])
    for it in containers:
        it["environment"].append({"name": "DB_PASSWORD", "value": f"{PLANTED}-environment"})
    attributes["container_definitions"] = json.dumps(containers)


def _module(root: dict[str, Any], address: str) -> dict[str, Any]:
    """Return the module of an address without keys that have a dot, made where it is missing."""
    at, steps = root, address.split(".")
    for index in range(1, len(steps), 2):
        inside = ".".join(steps[: index + 1])
        children = at.setdefault("child_modules", [])
        if not any(it["address"] == inside for it in children):
            children.append({"address": inside})
        at = next(it for it in children if it["address"] == inside)
    return at


def _named(rule: str) -> dict[str, Any]:
    return {"id": rule, "security_group_rule_id": rule, "arn": f"arn:aws:ec2:ap-northeast-2:123456789012:rule/{rule}"}


def _group(group: str, vpc: str) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:ec2:ap-northeast-2:123456789012:security-group/{group}",
        "description": "Managed by Terraform",
        "egress": [],
        "id": group,
        "ingress": [],
        "name": "alb",
        "name_prefix": "",
        "owner_id": "123456789012",
        "revoke_rules_on_delete": False,
        "tags": {},
        "tags_all": {},
        "timeouts": None,
        "vpc_id": vpc,
    }


def _inline(port: int, protocol: str, description: str) -> dict[str, Any]:
    return {
        "cidr_blocks": [ANY_ADDRESS],
        "description": description,
        "from_port": port,
        "ipv6_cidr_blocks": [],
        "prefix_list_ids": [],
        "protocol": protocol,
        "security_groups": [],
        "self": False,
        "to_port": port,
    }


def _rule(group: str, direction: str, port: int, protocol: str, blocks: list[str]) -> dict[str, Any]:
    rule = f"sgr-0{port:016x}"[:21]
    return {
        "cidr_blocks": blocks,
        "description": "",
        "from_port": port,
        "id": f"sgrule-{port}",
        "ipv6_cidr_blocks": None,
        "prefix_list_ids": None,
        "protocol": protocol,
        "security_group_id": group,
        "security_group_rule_id": rule,
        "self": False,
        "source_security_group_id": None,
        "timeouts": None,
        "to_port": port,
        "type": direction,
    }
