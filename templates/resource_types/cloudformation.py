"""Nested stacks, and the placeholder of a root that is taken over."""

from __future__ import annotations

from templates.resource_types.record import HERE, Grant, Lacking, ResourceType, Service, arn, only

TYPES = (
    ResourceType(
        type="AWS::CloudFormation::Stack",
        longest=128,
        ref="arn",
        arns={"cloudformation:stack": arn("cloudformation", "stack/{name}/*")},
        only=(
            only(
                "*:UpdateTerminationProtection *:SetStackPolicy",
                why="a nested stack's template says nothing of either; `deploy` sets them itself",
            ),
        ),
        lacking=(
            Lacking(
                actions=("ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones"),
                steps=("create", "update"),
                property="Parameters.AvailabilityZones.Fn::Join.Fn::GetAZs",
                why="Fn::GetAZs, where the zones come from if nobody names them, reads those of the caller",
                source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html",
            ),
            Lacking(
                actions=(
                    "cloudformation:CreateChangeSet",
                    "cloudformation:DeleteChangeSet",
                    "cloudformation:DescribeChangeSet",
                    "cloudformation:ExecuteChangeSet",
                ),
                steps=("create", "update"),
                why="a change set of the root makes one for each nested stack",
                source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html",
            ),
            Lacking(
                actions=("cloudformation:TagResource", "cloudformation:UntagResource"),
                steps=("create", "update"),
                property="Tags",
                why="a nested stack is tagged like its parent",
                source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html",
            ),
            Lacking(
                actions=("s3:GetObject",),
                steps=("create", "update"),
                property="TemplateURL",
                why="CloudFormation reads the nested template from the artifact bucket",
                source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html",
            ),
        ),
    ),
    ResourceType(type="AWS::CloudFormation::WaitConditionHandle"),
)

SERVICE = Service(
    types=TYPES,
    drift=(Grant("ReadForDrift", "cloudformation", "BatchDescribeTypeConfigurations", when=HERE),),
)
