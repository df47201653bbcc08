"""The settings `[ecs]`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.arns import KeyArn, SecretArn
from templates.ecs import environment, image, sidecars, storage
from templates.ecs.alarms import MAX_GRACE_PERIOD
from templates.ecs.deployment import Deployment
from templates.ecs.environment import Secrets, Variables, VariableValue
from templates.ecs.health import HealthCheckCommand
from templates.ecs.image import Repository
from templates.ecs.sidecars import Sidecar
from templates.ecs.spot import Spot, refuse_contradictions
from templates.ecs.storage import DEFAULT_STORAGE, MAX_STORAGE, Directory, Volume
from templates.ecs.user import User
from templates.fargate import MEMORY, MEMORY_BY_CPU, memory_for
from templates.profiles import DEFAULT, ByFramework
from templates.retention import DaysOrForever
from templates.section import Allowed, Section, refuse_idle

STOP_SECONDS = "a whole number from 2 to 120, or 0 for ECS's own"
"""What `stop_timeout` can be."""
WHOLE = 100
"""Percent."""


class Settings(Section):
    """`[ecs]`: the container, its size and how it is replaced."""

    cpu: Literal[256, 512, 1024, 2048, 4096, 8192, 16384] = 4096
    """CPU units of a task; 1024 are one vCPU."""
    memory: Annotated[int, Field(ge=MEMORY[0], le=MEMORY[-1])] = 16384
    """Memory of a task in MiB; which sizes are possible depends on `cpu`."""
    desired_count: Annotated[int, Field(ge=0, le=5000)] = 2
    """Tasks when the service is created; with autoscaling off, also after each update of the service."""
    container_insights: Literal["enabled", "enhanced", "disabled", "account"] = "enabled"
    """Metrics of the cluster, its services and tasks in CloudWatch Container Insights. `account`: as the account's
    setting says when the cluster is created."""
    log_retention_days: DaysOrForever = 30
    """Days after which the containers' log entries are deleted. 0: never."""
    stop_timeout: Annotated[int, Field(ge=0, le=120), Allowed(STOP_SECONDS)] = 120
    """Seconds that a container has between SIGTERM and SIGKILL; Fargate allows 120 at most. 0: ECS's own, 30."""
    availability_zone_rebalancing: bool = False
    """Whether ECS stops tasks that run, and starts others, where one zone has more than another, as after a zone's
    outage. A Streamlit session ends with its task; the next deployment spreads the tasks anyway."""
    health_check_grace_period: Annotated[int, Field(ge=0, le=2147483647)] = 120
    """Seconds after a task's start in which failing health checks of the load balancer do not count."""

    image: Repository = ""
    """Repository in another registry, without the tag, which is `image_tag`. Empty: a repository in ECR that the stack
    creates."""
    registry_credentials_arn: SecretArn | None = None
    """Secret with `username` and `password` for the registry of `image`. A public image needs none, ECR neither."""
    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor; ARM64 is about 20 % cheaper, and the images must be built for it."""
    platform_version: Literal["LATEST", "1.4.0"] = "LATEST"
    """Fargate's platform version."""
    launch_type: Literal["FARGATE"] | None = None
    """Launch type of the service, as Terraform's `launch_type`, instead of a capacity provider strategy; not with
    `[ecs.spot]`. A running service keeps what it has: a change between the two is refused."""
    propagate_tags: Literal["SERVICE", "TASK_DEFINITION", "NONE"] = "SERVICE"
    """From where tasks get their tags: from the service, from the task definition, or not at all."""
    managed_tags: bool = True
    """Whether ECS tags tasks with the names of their cluster and service."""
    capacity_providers: bool = True
    """Whether the cluster has Fargate's capacity providers, FARGATE and FARGATE_SPOT; off only with `launch_type`."""
    ephemeral_storage: Annotated[int, Field(ge=DEFAULT_STORAGE, le=MAX_STORAGE)] = DEFAULT_STORAGE
    """GiB of disk of a task; what is above 20 is paid for."""
    environment: Variables = Variables()
    """Environment variables of the container, in plain text. Those that the templates set are refused."""
    streamlit_options: Annotated[bool, ByFramework("streamlit_options")] = DEFAULT.streamlit_options
    """Whether the templates set Streamlit's options as variables: port, base path and address, headless, no usage
    statistics. Off, the image or `environment` sets them, as `network.container_port` and `base_url_path` say."""
    port_variable: Annotated[
        str,
        Field(pattern=r"^(?:[A-Za-z_][A-Za-z0-9_]{0,127})?$"),
        Allowed("up to 128 letters, digits and _ in quotes, with no digit first"),
        ByFramework("port_variable"),
    ] = DEFAULT.port_variable
    """Variable of the container with `network.container_port`, such as PORT. Empty: none."""
    secrets: Secrets = Secrets()
    """Environment variables whose values ECS reads when a task starts: ARNs of secrets, or of parameters. The execution
    role may read these and no others."""
    secret_key_arns: tuple[KeyArn, ...] = ()
    """KMS keys with which those secrets are encrypted, where it is not with the account's `aws/secretsmanager` or
    `aws/ssm`."""
    log_stream_prefix: Annotated[
        str,
        Field(max_length=100, pattern=r"^[^:*]*$"),
        Allowed("up to 100 characters in quotes, without : and *"),
    ] = ""
    """First part of the names of the container's log streams. Empty: the container's name."""
    port_name: Annotated[
        str,
        Field(pattern=r"^(?:[a-z0-9_][a-z0-9_-]{0,63})?$"),
        Allowed("up to 64 lower-case letters, digits, '_' and '-' in quotes, no '-' first"),
    ] = ""
    """Name of the container's port in the task definition, for what refers to it by name. Empty: none."""
    entry_point: tuple[VariableValue, ...] = ()
    """Entry point that replaces the image's own."""
    command: tuple[VariableValue, ...] = ()
    """Command that replaces the image's own."""
    container_health_check: Annotated[bool, ByFramework("container_health_check")] = DEFAULT.container_health_check
    """Whether ECS also checks the app's health inside the container; by `python`, which must be in the image, or by
    `health_check_command`, which switches it on."""
    health_check_command: HealthCheckCommand = ()
    """Command of that check instead of Python's: `["CMD-SHELL", "curl -f http://localhost:8080/"]`, or `["CMD", ...]`
    without a shell. The container is healthy while its exit code is 0."""
    init: bool = True
    """Run an init process, which forwards signals and reaps child processes."""
    user: User = ""
    """User, and group, as which the container runs. Empty: the image's own."""
    read_only: bool = False
    """Whether the container's root file system is read-only; it writes to `writable_paths` only."""
    writable_paths: Annotated[tuple[Directory, ...], Field(max_length=20)] = ("/tmp",)  # noqa: S108 - a container's own
    """With `read_only`: writable directories, empty when a task starts and deleted with it."""
    exec: bool = False
    """Whether ECS Exec (`exec ENV`) may run commands in the containers; sessions are logged to a log group."""
    sidecars: Annotated[tuple[Sidecar, ...], Field(max_length=9)] = ()
    """Containers beside the app's; ECS has up to 10 in a task."""
    volumes: Annotated[tuple[Volume, ...], Field(max_length=10)] = ()
    """Directories on EFS that the app's container sees."""
    spot: Spot | None = None
    """Fargate Spot."""
    deployment: Deployment = Deployment()
    """How new tasks replace old ones."""

    @property
    def images(self) -> dict[str, str]:
        """The images of all containers by their keys, without one in the tree's own repository."""
        own = {"image": self.image} if self.image else {}
        return own | {f"sidecars[{index}].image": it.image for index, it in enumerate(self.sidecars)}

    @model_validator(mode="after")
    def _variables_can_be_set(self) -> Self:
        reserved = dict(environment.OPTION_VARIABLES) if self.streamlit_options else {}
        if self.port_variable in reserved:
            raise PydanticCustomError(
                "own_variable",
                "{name} is set by streamlit_options",
                {"key": "port_variable", "with": ("streamlit_options",), "name": self.port_variable},
            )
        if self.port_variable:
            reserved[self.port_variable] = "it is network.container_port, by ecs.port_variable"
        environment.refuse_own(self.environment, self.secrets, reserved)
        environment.refuse_twice(self.environment, self.secrets)
        return self

    @model_validator(mode="after")
    def _one_health_check(self) -> Self:
        if not self.container_health_check:
            why = "container_health_check is off"
            refuse_idle(self, ("health_check_command",), why, "container_health_check")
        return self

    @model_validator(mode="after")
    def _ecs_takes_the_stop_timeout(self) -> Self:
        if self.stop_timeout == 1:
            raise PydanticCustomError("stop_timeout", "must be {words}", {"key": "stop_timeout", "words": STOP_SECONDS})
        return self

    @model_validator(mode="after")
    def _capacity_is_there(self) -> Self:
        refuse_contradictions(self.launch_type, self.spot, capacity_providers=self.capacity_providers)
        return self

    @model_validator(mode="after")
    def _containers_fit(self) -> Self:
        sidecars.refuse_impossible(self.sidecars, cpu=self.cpu, memory=self.memory)
        return self

    @model_validator(mode="after")
    def _alarms_look_back_far_enough(self) -> Self:
        if self.deployment.rollback_alarms and self.health_check_grace_period > MAX_GRACE_PERIOD:
            raise PydanticCustomError(
                "rollback_alarms",
                "an alarm looks back a day at most: with rollback_alarms, tasks may take {longest} s to start",
                {
                    "key": "health_check_grace_period",
                    "with": ("deployment.rollback_alarms",),
                    "longest": MAX_GRACE_PERIOD,
                },
            )
        return self

    @model_validator(mode="after")
    def _has_what_is_set(self) -> Self:
        if not self.read_only:
            refuse_idle(self, ("writable_paths",), "read_only is off: all paths are writable", "read_only")
        read = self.secrets or self.registry_credentials_arn or any(it.secrets for it in self.sidecars)
        if not read:
            why = "there are no secrets that are read with a key"
            refuse_idle(self, ("secret_key_arns",), why, "secrets", "registry_credentials_arn", "sidecars")
        return self

    @model_validator(mode="after")
    def _there_is_room_to_rebalance(self) -> Self:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html."""
        if self.availability_zone_rebalancing and self.deployment.maximum_percent == WHOLE:
            raise PydanticCustomError(
                "rebalancing",
                "ECS starts a task before it stops another: not with a maximum_percent of 100",
                {"key": "availability_zone_rebalancing", "with": ("deployment.maximum_percent",)},
            )
        return self

    @model_validator(mode="after")
    def _mounts_differ(self) -> Self:
        if "writable_paths" in self.model_fields_set and not self.read_only:
            raise PydanticCustomError(
                "writable", "means nothing without read_only", {"key": "writable_paths", "with": ("read_only",)}
            )
        storage.refuse_overlaps(self.volumes, self.writable_paths if self.read_only else ())
        return self

    @model_validator(mode="after")
    def _credentials_have_a_registry(self) -> Self:
        if self.registry_credentials_arn and (not self.image or image.is_in_ecr(self.image)):
            raise PydanticCustomError(
                "registry_credentials",
                "is for the registry of ecs.image, which is ECR; there the execution role counts",
                {"key": "registry_credentials_arn", "with": ("image",)},
            )
        return self

    @model_validator(mode="after")
    def _fargate_size(self) -> Self:
        if self.memory not in MEMORY_BY_CPU[self.cpu]:
            raise PydanticCustomError(
                "fargate_size",
                "Fargate has no task with {cpu} CPU units and {memory} MiB; with {cpu} it has {allowed}",
                {
                    "key": "memory",
                    "with": ("cpu",),
                    "cpu": self.cpu,
                    "memory": self.memory,
                    "allowed": memory_for(self.cpu),
                },
            )
        return self
