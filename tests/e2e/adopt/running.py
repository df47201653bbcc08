"""What runs of the team's application, as the services' own APIs describe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.accounts import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "preto-2-streamlit-app"
"""The stem of the names of what Terraform made."""
CLUSTER, SERVICE = f"{NAME}-cluster", f"{NAME}-service"


@dataclass(frozen=True)
class Application:
    """The application in an account."""

    account: Account

    def described(self) -> dict[str, Any]:
        """Return every resource that Terraform made, as it is described now, by its ARN or name.

        Descriptions have times of creation and of changes, revisions, tags and attributes: what is equal before and
        after has not been touched.
        """
        return dict(
            pair
            for part in (self._repository, self._roles, self._balancing, self._containers, self._scaling)
            for pair in part()
        )

    def physical_ids(self) -> set[str]:
        """Return CloudFormation's physical ids of what Terraform made, but for the task definition."""
        named = {NAME, CLUSTER, f"service/{CLUSTER}/{SERVICE}|ecs:service:DesiredCount|ecs"}
        other = (":repository/", ":cluster/", ":task-definition/", ":task/", ":scalable-target/")
        return named | {it for it in self.described() if not any(part in it for part in other)}

    def service(self) -> dict[str, Any]:
        """Return the ECS service."""
        (it,) = self.account.client("ecs").describe_services(cluster=CLUSTER, services=[SERVICE], include=["TAGS"])[
            "services"
        ]
        return dict(it)

    def tasks(self) -> set[str]:
        """Return the ARNs of the running tasks."""
        return set(self.account.client("ecs").list_tasks(cluster=CLUSTER, desiredStatus="RUNNING")["taskArns"])

    def revisions(self) -> list[str]:
        """Return the ARNs of the task definition's revisions."""
        found: list[str] = self.account.client("ecs").list_task_definitions(familyPrefix=NAME)["taskDefinitionArns"]
        return found

    def healthy(self) -> int:
        """Return how many targets of the load balancer are healthy."""
        balancing = self.account.client("elbv2")
        (group,) = balancing.describe_target_groups(Names=[f"{NAME}-tg"])["TargetGroups"]
        health = balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        return sum(it["TargetHealth"]["State"] == "healthy" for it in health)

    def _repository(self) -> Iterator[tuple[str, Any]]:
        ecr = self.account.client("ecr")
        for it in ecr.describe_repositories()["repositories"]:
            tags = ecr.list_tags_for_resource(resourceArn=it["repositoryArn"])["tags"]
            lifecycle = ecr.get_lifecycle_policy(repositoryName=it["repositoryName"])["lifecyclePolicyText"]
            images = ecr.describe_images(repositoryName=it["repositoryName"])["imageDetails"]
            yield it["repositoryArn"], (it, tags, lifecycle, images)

    def _roles(self) -> Iterator[tuple[str, Any]]:
        iam = self.account.client("iam")
        for name in (f"{NAME}-exec-role", f"{NAME}-task-role"):
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            yield name, (iam.get_role(RoleName=name)["Role"], attached, inline)

    def _balancing(self) -> Iterator[tuple[str, Any]]:
        elb = self.account.client("elbv2")

        def tags(arn: str) -> Any:
            return elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]

        for it in elb.describe_load_balancers()["LoadBalancers"]:
            arn = it["LoadBalancerArn"]
            attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
            yield arn, (it, attributes, tags(arn))
            for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
                rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
                yield listener["ListenerArn"], (listener, rules, tags(listener["ListenerArn"]))
        for it in elb.describe_target_groups()["TargetGroups"]:
            arn = it["TargetGroupArn"]
            attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
            health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            yield arn, (it, attributes, health, tags(arn))

    def _containers(self) -> Iterator[tuple[str, Any]]:
        ecs, logs = self.account.client("ecs"), self.account.client("logs")
        (cluster,) = ecs.describe_clusters(clusters=[CLUSTER], include=["TAGS", "SETTINGS"])["clusters"]
        yield cluster["clusterArn"], cluster
        service = self.service()
        yield service["serviceArn"], service
        for arn in self.revisions():
            yield arn, ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        (group,) = logs.describe_log_groups(logGroupNamePrefix=f"/ecs/{NAME}")["logGroups"]
        yield group["logGroupName"], (group, logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"])
        for task in ecs.describe_tasks(cluster=CLUSTER, tasks=sorted(self.tasks()))["tasks"]:
            yield task["taskArn"], task

    def _scaling(self) -> Iterator[tuple[str, Any]]:
        scaling = self.account.client("application-autoscaling")
        for it in scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]:
            tags = scaling.list_tags_for_resource(ResourceARN=it["ScalableTargetARN"])["Tags"]
            yield it["ScalableTargetARN"], (it, tags)
        for it in scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]:
            yield it["PolicyARN"], it
