"""What of a manifest is not taken over, and what there is instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.new.copilot.reading import Reading

TAKEN = {
    "name": (),
    "type": (),
    "http": ("path", "healthcheck", "stickiness", "allowed_source_ips", "deregistration_delay", "alias", "hosted_zone"),
    "image": ("port", "location", "credentials", "build"),
    "cpu": (),
    "memory": (),
    "platform": (),
    "count": (),
    "exec": (),
    "entrypoint": (),
    "command": (),
    "variables": (),
    "secrets": (),
    "storage": ("ephemeral", "readonly_fs"),
    "logging": ("retention",),
}
"""Keys that are read, with those in them where not all are."""
INSTEAD_OF = {
    "on": "[[tasks]] has scheduled tasks",
    "retries": "[[tasks]] has retries",
    "timeout": "a task of [[tasks]] runs until it ends",
    "sidecars": "write [[ecs.sidecars]]",
    "network": 'placement: public is [network] egress = "public"; VPC, subnets and groups are settings of [network]',
    "env_file": "write its variables into [ecs.environment]",
    "observability": "[monitoring] has alarms and a dashboard; tracing needs a sidecar",
    "deployment": "[ecs.deployment] has the strategies",
    "publish": "topics are made elsewhere; [[iam.task_statements]] lets the app publish to them",
    "subscribe": "queues are made elsewhere; [[iam.task_statements]] lets the app read them",
    "nlb": "there is an Application Load Balancer only",
    "taskdef_overrides": "there is a setting for most, or a change of templates/ecs/",
    "storage.volumes": "write [[ecs.volumes]]",
    "image.healthcheck": "[ecs] container_health_check asks the health path by itself",
    "image.depends_on": "a sidecar of [[ecs.sidecars]] starts with the container",
    "http.additional_rules": "[network.listener] has the rules of a shared load balancer",
    "http.version": "the load balancer speaks HTTP/1.1 to the tasks",
    "http.redirect_to_https": "[network.https] redirect_http",
    "http.target_container": "the load balancer reaches the app, or the sidecar of [network] tls_port",
    "logging.destination": "logs go to CloudWatch Logs; another destination needs a sidecar",
}
"""Where a key that is not taken over is to be found, instead of it."""

NOWHERE = "has no place in an environment file"


def note_others(it: Reading) -> None:
    """Name each key of a manifest that is not taken over."""
    for key, value in it.manifest.document.items():
        known = TAKEN.get(key)
        if known is None:
            it.note(key, INSTEAD_OF.get(key, NOWHERE))
        elif known and isinstance(value, dict):
            for inner in value:
                if inner not in known:
                    it.note(f"{key}.{inner}", INSTEAD_OF.get(f"{key}.{inner}", NOWHERE))
