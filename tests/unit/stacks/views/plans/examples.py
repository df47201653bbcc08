"""Plans by hand, for what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stacks.cloudformation.change_set import ChangeSet, Request
from stacks.cloudformation.changes import Change, PropertyChange, StackChanges
from stacks.cloudformation.drift import Difference, Drift, Drifted
from stacks.cloudformation.stack import Stack
from stacks.estimate.estimating import Estimate, Step
from stacks.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

NESTED = "AWS::CloudFormation::Stack"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REPOSITORY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-prod"


def change(action: str, name: str, kind: str = "AWS::ECS::Service", **more: Any) -> Change:
    """A change of one resource."""
    return Change(action=action, logical_id=name, type=kind, **more)


def nested(name: str, *changes: Change, action: str = "Modify", **more: Any) -> Change:
    """A nested stack with changes in it."""
    inside = StackChanges(stack_id=name, changes=changes)
    return Change(action=action, logical_id=name, type=NESTED, nested=inside, **more)


def plan(*changes: Change, existing: Stack | None = None, notes: tuple[str, ...] = (), **more: Any) -> Plan:
    """A plan of the root stack."""
    request = Request(
        environment="prod",
        stack_name="preto-2-prod",
        delete_command="",
        template="https://bucket/key",
        existing=existing,
        notes=notes,
    )
    change_set = ChangeSet(change_set_id="c", stack_id="s", stack_name="preto-2-prod", stack_is_new=True)
    return Plan(request=request, changes=StackChanges(stack_id="s", changes=changes), change_set=change_set, **more)


def deployed(days: int = 3) -> Stack:
    """The root stack, updated some days ago."""
    return Stack(
        stack_id="s",
        name="preto-2-prod",
        state="UPDATE_COMPLETE",
        state_reason="",
        parameters={},
        outputs={},
        protected=False,
        changed_at=NOW - timedelta(days=days),
    )


def new_image() -> Plan:
    """Another image: the task definition is replaced, the service follows, autoscaling is proven equal."""
    image = PropertyChange(
        path="ContainerDefinitions[web].Image",
        before=f"{REPOSITORY}:v41",
        after=f"{REPOSITORY}:v42",
        recreates="yes",
    )
    definition = change(
        "Modify",
        "TaskDefinition",
        "AWS::ECS::TaskDefinition",
        replacement="True",
        properties=(image,),
        consequence="new revision, the old one stays until the service has moved",
    )
    follows = PropertyChange(
        path="TaskDefinition",
        before="${TaskDefinition}",
        after="${TaskDefinition}",
        certainty="depends",
        causes=("Ecs/TaskDefinition",),
    )
    service = change(
        "Modify",
        "Service",
        replacement="False",
        properties=(follows,),
        certainty="depends",
        causes=("Ecs/TaskDefinition",),
        consequence="rolling update, 2 tasks, circuit breaker on",
    )
    target = change("Modify", "ScalableTarget", "AWS::ApplicationAutoScaling::ScalableTarget", certainty="none")
    return plan(
        nested("Ecs", definition, service),
        nested("Autoscaling", target, certainty="none"),
        existing=deployed(),
        account_id="123456789012",
        region="ap-northeast-2",
        made_at=NOW,
        estimate=estimate(),
    )


def estimate() -> Estimate:
    """Over a minute, learnt from twelve deployments."""
    step = Step(path="Ecs/Service", type="AWS::ECS::Service", action="update", seconds=71.0, learnt_from=12)
    return Estimate(seconds=80.0, steps=(step,), every=())


def everything() -> Plan:
    """One of each: replaced and retained, removed, adopted, added, perhaps replaced, unproven, changed by hand."""
    name = PropertyChange(path="RepositoryName", before="preto-2", after="preto-2-prod", recreates="yes")
    repository = change(
        "Modify",
        "Repository",
        "AWS::ECR::Repository",
        replacement="True",
        policy="ReplaceAndRetain",
        properties=(name,),
        consequence="a new, empty repository; the images stay behind in the old one; the old one is retained",
    )
    secret = PropertyChange(
        path="Environment[TOKEN]", before="****", after="****", certainty="unproven", recreates="yes"
    )
    cluster = change(
        "Modify",
        "Cluster",
        "AWS::ECS::Cluster",
        replacement="Conditional",
        properties=(secret,),
        certainty="unproven",
    )
    long = PropertyChange(path="Description", before="a" * 120, after="b" * 300)
    group = change("Modify", "Group", "AWS::EC2::SecurityGroup", replacement="False", properties=(long,))
    tags = PropertyChange(path="Tags[Team]", before=None, after="data")
    logs = change(
        "Modify",
        "LogGroup",
        "AWS::Logs::LogGroup",
        replacement="False",
        properties=(tags,),
        old={"RetentionInDays": 30},
        new={"RetentionInDays": 30, "Tags": [{"Key": "Team", "Value": "data"}]},
    )
    gone = PropertyChange(path="BucketName", before="preto-2-uploads"), PropertyChange(path="Tags[Team]", before="data")
    bucket = change("Remove", "Bucket", "AWS::S3::Bucket", consequence="its objects go with it", properties=gone)
    return plan(
        nested("Ecr", repository),
        nested("Ecs", cluster, group, logs, change("Import", "Old", "AWS::Logs::LogGroup")),
        nested("New", *added(), action="Add"),
        nested("Gone", bucket, action="Remove"),
        existing=deployed(1),
        account_id="123456789012",
        region="ap-northeast-2",
        made_at=NOW,
        notes=("No image tag given: the service keeps v41.",),
        drift=drift(),
    )


def drift() -> Drift:
    """One resource changed by hand, one deleted, one not checked."""
    by_hand = (Difference(pointer=("RetentionInDays",), expected="30", actual="7"),)
    return Drift(
        environment="prod",
        stack_name="preto-2-prod",
        drifted=(
            Drifted(
                path="Ecs/LogGroup", type="AWS::Logs::LogGroup", physical_id="g", deleted=False, differences=by_hand
            ),
            Drifted(path="Iam/TaskRole", type="AWS::IAM::Role", physical_id="r", deleted=True),
        ),
        checked=5,
        unchecked=("Network/Vpc",),
    )


def added() -> tuple[Change, Change]:
    """A task definition and its service, with properties of which most are of no interest."""
    properties = {
        "ContainerDefinitions[web].Environment[STREAMLIT_SERVER_PORT]": "8501",
        "ContainerDefinitions[web].Image": f"{REPOSITORY}:v42",
        "Cpu": "256",
        "Family": "preto-2-prod",
        "Memory": "512",
        "NetworkMode": "awsvpc",
    }
    definition = change(
        "Add",
        "TaskDefinition",
        "AWS::ECS::TaskDefinition",
        properties=tuple(PropertyChange(path=path, after=value) for path, value in properties.items()),
    )
    refers = PropertyChange(
        path="TaskDefinition", after="${TaskDefinition}", certainty="depends", causes=("New/TaskDefinition",)
    )
    count = PropertyChange(path="DesiredCount", after=2)
    return definition, change("Add", "Service", properties=(count, refers))


def large(children: int = 20, resources: int = 25) -> Plan:
    """Many children with many changed resources, each with several properties."""

    def properties(number: int) -> Iterable[PropertyChange]:
        for index in range(4):
            yield PropertyChange(
                path=f"Property{index}", before=f"old value {number}" * 4, after=f"new value {number}" * 4
            )

    return plan(
        *(
            nested(
                f"Child{child}",
                *(
                    change("Modify", f"Resource{number}", replacement="False", properties=tuple(properties(number)))
                    for number in range(resources)
                ),
            )
            for child in range(children)
        ),
        existing=deployed(),
        made_at=NOW,
    )
