"""Conflicts between settings of several modules, found when the settings are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from templates import ecr, ecs, network, policy_sizes
from templates.ecs import environment, image, size
from templates.root import names, role_sizes, scheduled

if TYPE_CHECKING:
    from templates.root.tables import Tables


WITHOUT_SECRETS = ":iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
REMEDIATION = {
    "TaskExecutionRole": "keep several values in one secret, of which :KEY:: after its ARN names each",
    "TaskRole": "move statements into a policy of your own (task_managed_policy_arns)",
}
"""Remediation where the inline policies of a role are too long."""


def refuse_conflicts(settings: Tables) -> None:
    """Raise PydanticCustomError for the first conflict."""
    for check in (
        names.refuse_long_names,
        _traffic_can_be_moved,
        _requests_are_counted_in_one_group,
        _sign_in_excepts_one_path,
        _options_have_a_reader,
        _names_are_free,
        names.refuse_names_twice,
        names.refuse_idle_names,
        _count_in_range,
        _tasks_can_be_replaced,
        _tasks_can_be_counted,
        _repository_is_ours,
        _ports_differ,
        _a_sidecar_takes_https,
        _images_are_reached,
        _image_has_a_name_for_ecs,
        _cookies_are_signed_once,
        _secrets_are_read,
        _task_definition_fits,
        _policies_fit,
        scheduled.refuse_impossible_tasks,
    ):
        check(settings)


def _traffic_can_be_moved(settings: Tables) -> None:
    if settings.ecs.deployment.shifts_traffic:
        network.refuse_traffic_shifting(settings.network)


def _requests_are_counted_in_one_group(settings: Tables) -> None:
    if settings.ecs.deployment.shifts_traffic and settings.autoscaling.request_count_target is not None:
        raise PydanticCustomError(
            "request_count",
            "requests are counted in one target group, and this strategy moves them between two",
            {"key": "autoscaling.request_count_target", "with": ("ecs.deployment.strategy",)},
        )


def _sign_in_excepts_one_path(settings: Tables) -> None:
    if settings.network.sign_in and settings.profile.health_path_is_open:
        network.refuse_pattern(settings.network.health_path)


def _names_are_free(settings: Tables) -> None:
    if f"{settings.environment}-".startswith("bootstrap-"):
        raise PydanticCustomError(
            "name_reserved",
            "the stack would be named {name}, which is reserved for bootstrap stacks",
            {"key": "environment", "name": settings.identity.name},
        )


def _count_in_range(settings: Tables) -> None:
    scaling, count = settings.autoscaling, settings.ecs.desired_count
    if scaling.enabled and not scaling.min_capacity <= count <= scaling.max_capacity:
        raise PydanticCustomError(
            "desired_count",
            "desired_count {count} is outside what autoscaling allows: {min} to {max} tasks",
            {
                "key": "ecs.desired_count",
                "with": ("autoscaling.enabled", "autoscaling.min_capacity", "autoscaling.max_capacity"),
                "count": count,
                "min": scaling.min_capacity,
                "max": scaling.max_capacity,
            },
        )


def _tasks_can_be_replaced(settings: Tables) -> None:
    """ECS rounds the maximum down and the minimum up: with few tasks it may be able to stop none and start none.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    """
    deployment = settings.ecs.deployment
    if deployment.shifts_traffic:
        return
    # With fewer tasks both round to the number of tasks earlier, so the smallest number decides.
    fewest, said_by = _fewest(settings)
    if fewest and deployment.most_at(fewest) == fewest and deployment.fewest_at(fewest) == fewest:
        raise PydanticCustomError(
            "no_room",
            "with {tasks}, which {said_by} allows, {least} % of them is rounded up to {count} that must run and "
            "{most} % down to {count} that may: none could be replaced; 200 starts new tasks beside the old ones",
            {
                "key": "ecs.deployment.maximum_percent",
                "with": (
                    "ecs.deployment.minimum_healthy_percent",
                    "ecs.desired_count",
                    "autoscaling.enabled",
                    "autoscaling.schedules",
                    said_by,
                ),
                "tasks": "1 task" if fewest == 1 else f"{fewest} tasks",
                "said_by": said_by,
                "least": deployment.minimum_healthy_percent,
                "most": deployment.maximum_percent,
                "count": fewest,
            },
        )


def _fewest(settings: Tables) -> tuple[int, str]:
    """Return the smallest number of tasks above 0 during a deployment, and the setting that allows it."""
    scaling = settings.autoscaling
    if not scaling.enabled:
        return settings.ecs.desired_count, "ecs.desired_count"
    counts = [(max(it.low.value, 1), f"autoscaling.{it.low.key}") for it in scaling.limits if it.high.value > 0]
    return min(counts)


def _tasks_can_be_counted(settings: Tables) -> None:
    wanted = next((key for key in ("alarms", "dashboard") if getattr(settings.monitoring, key)), None)
    if wanted and settings.ecs.container_insights in {"disabled", "account"}:
        raise PydanticCustomError(
            "container_insights",
            "running tasks are a metric of Container Insights: ecs.container_insights must be enabled or enhanced",
            {"key": f"monitoring.{wanted}", "with": ("ecs.container_insights",)},
        )


def _repository_is_ours(settings: Tables) -> None:
    ecr.refuse_idle_repository(settings.ecr, settings.ecs.image)


def _ports_differ(settings: Tables) -> None:
    for index, it in enumerate(settings.ecs.sidecars):
        if settings.network.container_port in it.ports:
            position = it.ports.index(settings.network.container_port)
            raise PydanticCustomError(
                "sidecar_port",
                "port {port} is {program}'s; the containers of a task share its network",
                {
                    "key": f"ecs.sidecars[{index}].ports[{position}]",
                    "with": ("network.container_port",),
                    "port": settings.network.container_port,
                    "program": settings.profile.program,
                },
            )


def _a_sidecar_takes_https(settings: Tables) -> None:
    port = settings.network.tls_port
    if port is None:
        return
    proxy = next((it for it in settings.ecs.sidecars if port in it.ports), None)
    if proxy is None or not proxy.essential:
        raise PydanticCustomError(
            "tls_port",
            "an essential sidecar must have port {port} among its ports: the load balancer speaks HTTPS to it",
            {"key": "network.tls_port", "with": ("ecs.sidecars",), "port": port},
        )


def _images_are_reached(settings: Tables) -> None:
    """With VPC endpoints alone tasks reach only ECR, and ECR cannot fetch an image through the cache.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """
    if settings.network.egress != "endpoints":
        return
    if settings.ecr.pull_through_cache is not None:
        raise PydanticCustomError(
            "egress",
            'the first pull of an image through the cache goes out to the internet, and network.egress is "endpoints"',
            {"key": "ecr.pull_through_cache", "with": ("network.egress",)},
        )
    for key, name in settings.ecs.images.items():
        if not image.is_in_ecr(name):
            raise PydanticCustomError(
                "egress",
                '{image} is not in ECR, and tasks reach no other registry with network.egress "endpoints"',
                {"key": f"ecs.{key}", "with": ("network.egress",), "image": name},
            )


def _image_has_a_name_for_ecs(settings: Tables) -> None:
    """The images of sidecars have their tags already; the name of the tree's own repository is short."""
    name = f"{settings.ecs.image}:{settings.image_tag}"
    if settings.ecs.image and len(name) > size.MAX_IMAGE_NAME:
        raise PydanticCustomError(
            "image_name",
            "with its tag the image's name has {length} characters, and ECS takes {longest}",
            {"key": "ecs.image", "with": ("image_tag",), "length": len(name), "longest": size.MAX_IMAGE_NAME},
        )


def _options_have_a_reader(settings: Tables) -> None:
    if settings.ecs.streamlit_options and not settings.profile.options:
        raise PydanticCustomError(
            "idle",
            'means nothing: app.framework is "{framework}"',
            {"key": "ecs.streamlit_options", "with": ("app.framework",), "framework": settings.app.framework},
        )


def _cookies_are_signed_once(settings: Tables) -> None:
    if settings.security.cookie_secret:
        given = settings.ecs
        reserved = {settings.profile.cookie_variable: "it is generated, the same for all tasks"}
        environment.refuse_own(given.environment, given.secrets, reserved, at="ecs.")


def _secrets_are_read(settings: Tables) -> None:
    """Refuse AWS's own policy alone where there are secrets: it allows images and logs, and no secrets.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html
    """
    policies = settings.iam.execution_managed_policy_arns
    if settings.iam.execution_policies or any(not it.endswith(WITHOUT_SECRETS) for it in policies):
        return
    access = ecs.needed_access(settings.ecs)
    cookie = "security.cookie_secret" if settings.security.cookie_secret else ""
    key = "ecs.secrets" if access.secret_arns or access.parameter_arns else cookie
    if key:
        raise PydanticCustomError(
            "secrets_unread",
            "ECS reads secrets with the task execution role, which {policy} does not allow: no task could start",
            {
                "key": "iam.execution_policies",
                "with": (key, "iam.execution_managed_policy_arns"),
                "policy": policies[0],
            },
        )


def _task_definition_fits(settings: Tables) -> None:
    total = size.task_definition_size(settings.identity, settings.ecs, paths=settings.network.app_paths)
    if total <= size.MAX_BYTES:
        return
    parts = size.sizes_by_setting(settings.ecs)
    largest = max(parts, key=lambda key: parts[key])
    raise PydanticCustomError(
        "task_definition",
        "the task definition would have {total} bytes, and ECS takes {most}: {share} are these; move large values into "
        "the image, a secret or S3",
        {
            "key": f"ecs.{largest}",
            "with": tuple(f"ecs.{key.partition('[')[0]}" for key in parts if key != largest),
            "total": total,
            "most": size.MAX_BYTES,
            "share": parts[largest],
        },
    )


def _policies_fit(settings: Tables) -> None:
    given = role_sizes.sizes_by_setting(settings)
    if sum(given.values()) <= policy_sizes.INLINE // 4:  # the templates' own statements take less than the rest
        return
    role, length = max(role_sizes.policy_sizes_by_role(settings).items(), key=lambda it: it[1])
    if length <= policy_sizes.INLINE:
        return
    key = max(given, key=lambda it: given[it])
    raise PydanticCustomError(
        "policies_too_long",
        "the inline policies of {role} would have up to {length} characters, and IAM takes {most} of a role; {then}",
        {
            "key": key,
            "with": tuple(it for it in given if it != key),
            "role": role,
            "then": REMEDIATION[role],
            "length": length,
            "most": policy_sizes.INLINE,
        },
    )
