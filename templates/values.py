"""Types of values that are known only during a deployment.

A `Value` wraps a CloudFormation expression or a literal. Each type is a class of its own, so that the ARN of a role
instead of a target group's is an error in mypy, and not in a deployment.

Outputs of other stacks are received by the parameter types `String` and `CommaDelimitedList`, never by AWS-specific
ones such as `AWS::EC2::Subnet::Id`: while CloudFormation creates a nested change set, every output of a sibling is a
placeholder (`{{IntrinsicFunction:.../Fn::GetAtt}}`), which a type that CloudFormation validates rejects
(https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/759).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from troposphere import GetAtt, If, Join


@dataclass(frozen=True)
class Value:
    """An expression of one type; `parameter_type` is the CloudFormation parameter type that receives it."""

    parameter_type: ClassVar[str] = "String"

    expression: Any

    @property
    def wire(self) -> Any:
        """The expression as a string, as which values are passed between stacks."""
        return self.expression


class Text(Value):
    """Any string."""


class Number(Value):
    """An integer or a decimal number: a literal or a root parameter, never another stack's output."""

    parameter_type: ClassVar[str] = "Number"

    @property
    def wire(self) -> Any:
        """The number as a string."""
        return str(self.expression) if isinstance(self.expression, int) else self.expression


class Flag(Value):
    """`true` or `false`; CloudFormation has no parameter type for it."""


class ImageUri(Value):
    """A container image with its tag: `registry/repository:tag`."""


class RepositoryUri(Value):
    """An image repository without a tag: `registry/repository`."""


class RepositoryName(Value):
    """The name of an image repository in ECR."""


class RoleArn(Value):
    """The ARN of an IAM role."""


class TargetGroupArn(Value):
    """The ARN of a load balancer's target group."""


class SecurityGroupId(Value):
    """The id of a security group."""


class Ids(Value):
    """One or more ids: a list inside a template, a comma-separated string between stacks.

    The expression is a list of ids, a `Ref` to a list parameter, or a child's output, which is joined already.
    """

    parameter_type: ClassVar[str] = "CommaDelimitedList"

    @property
    def wire(self) -> Any:
        """The ids with commas between them."""
        return self.expression if isinstance(self.expression, GetAtt) else Join(",", self.expression)


class SecurityGroupIds(Ids):
    """The ids of one or more security groups."""


class SubnetIds(Ids):
    """The ids of one or more subnets."""


class ZoneNames(Value):
    """The names of Availability Zones: a list inside a template, a comma-separated string between stacks.

    The expression is a comma-separated text, an `Fn::If` between such texts, or a `Ref` to a list parameter.
    """

    parameter_type: ClassVar[str] = "CommaDelimitedList"

    @property
    def wire(self) -> Any:
        """The names with commas between them."""
        return self.expression if isinstance(self.expression, str | If) else Join(",", self.expression)


class TaskDefinitionArn(Value):
    """The ARN of a revision of a task definition."""


class LogGroupName(Value):
    """The name of a log group."""


class ClusterName(Value):
    """The name of an ECS cluster."""


class ServiceName(Value):
    """The name of an ECS service."""


class DnsName(Value):
    """A host name."""


class Url(Value):
    """The address of a page: scheme, host and path."""


class SecretArn(Value):
    """The ARN of a secret in Secrets Manager."""


class KeyArn(Value):
    """The ARN of a KMS key."""


class TopicArn(Value):
    """The ARN of an SNS topic."""


class ListenerRuleArn(Value):
    """The ARN of a rule of a load balancer's listener."""


class LoadBalancerArn(Value):
    """The ARN of a load balancer."""


class LoadBalancerName(Value):
    """The full name of a load balancer, as its metrics have it: `app/NAME/ID`."""


class TargetGroupName(Value):
    """The full name of a target group, as its metrics have it: `targetgroup/NAME/ID`."""
