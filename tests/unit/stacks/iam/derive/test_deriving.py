"""Which rights follow from what a template says: each feature brings its own, and no other."""

from __future__ import annotations

import pytest

from stacks.cloudformation import schemas
from stacks.iam.derive.needs import Phase
from stacks.iam.derive.reference import resource_types_of
from stacks.place import ANYTHING
from tests.support.environments import (
    ACCOUNT,
    ALL,
    KEY,
    SECRET,
    actions,
    derived,
    feature,
    only,
    rights,
)

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/preto-2-prod-Iam-*-"


def arn(service: str, resource: str) -> str:
    """An ARN in the tests' account and region."""
    return f"arn:aws:{service}:ap-northeast-2:{ACCOUNT}:{resource}"


def test_the_warning_of_the_terraform_project_is_a_line_of_its_own() -> None:
    """`application-autoscaling:TagResource` is needed, and the scalable target with its tags is named as the reason."""
    (need,) = feature("plain").find("application-autoscaling:TagResource")
    assert (need.why.module, need.why.logical_id, need.why.type) == ("Autoscaling", "ScalableTarget", TARGET)
    assert need.why.property == "Tags"
    assert need.resources == (arn("application-autoscaling", "scalable-target/*"),)
    assert {Phase.CREATE, Phase.UPDATE} <= need.phases


def test_what_other_services_would_need_is_left_out() -> None:
    """A scalable target of ECS needs nothing of Lambda, though its schema lists it; a web ACL only load balancers'."""
    found = actions(feature("waf").needs.cloudformation)
    services = {action.partition(":")[0] for action in found}
    assert not services & {
        "lambda",
        "amplify",
        "apigateway",
        "apprunner",
        "appsync",
        "cognito-idp",
        "firehose",
        "s3tables",
    }
    assert "elasticloadbalancing:SetWebACL" in found
    assert "ec2:AssociateVerifiedAccessInstanceWebAcl" not in found


def test_what_is_known_only_when_it_is_deployed_may_be_any_of_its_kind() -> None:
    """Which VPC is the default one stands in no template: the group of the load balancer may be made in each."""
    found = {arn for need in feature("default VPC").find("ec2:CreateSecurityGroup") for arn in need.resources}
    assert found == {arn("ec2", "security-group/*"), arn("ec2", "vpc/*")}


def test_a_given_key_is_meant_exactly() -> None:
    """The repository, the secret: each with the key that the environment file names, and with no other."""
    found = [need for need in feature("given key").needs.cloudformation if need.action.startswith("kms:")]
    assert {need.why.type for need in found} == {"AWS::ECR::Repository", "AWS::SecretsManager::Secret"}
    assert {need.resources for need in found} == {(KEY,)}


@pytest.mark.parametrize(
    ("name", "brings"),
    [
        ("schedules", {"application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"}),
        ("own key", {"kms:CreateKey", "kms:CreateGrant", "logs:AssociateKmsKey", "kms:GenerateDataKey"}),
        ("waf", {"wafv2:CreateWebACL", "wafv2:AssociateWebACL", "logs:CreateLogDelivery", "logs:PutResourcePolicy"}),
        ("logs", {"s3:CreateBucket", "s3:PutEncryptionConfiguration", "s3:PutBucketPolicy"}),
        ("https", {"acm:RequestCertificate", "route53:ChangeResourceRecordSets"}),
        ("cognito", {"cognito-idp:DescribeUserPoolClient"}),
        ("monitoring", {"cloudwatch:PutDashboard", "sns:CreateTopic", "sns:Subscribe", "logs:PutQueryDefinition"}),
        ("pull-through cache", {"ecr:CreatePullThroughCacheRule"}),
        ("enhanced scanning", {"inspector2:Enable", "ecr:PutRegistryScanningConfiguration"}),
        ("flow logs", {"ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"}),
        ("boundary", {"iam:PutRolePermissionsBoundary"}),
        ("policies", {"iam:AttachRolePolicy", "iam:DetachRolePolicy"}),
    ],
)
def test_a_feature_brings_its_rights_and_without_it_they_are_not_there(name: str, brings: set[str]) -> None:
    """Nobody grants KMS, WAF, S3 or DNS to a deployment that has none of it."""
    assert brings <= actions(feature(name).needs.cloudformation)
    assert not brings & actions(feature("plain").needs.cloudformation)


def test_exactly_the_roles_that_are_handed_on_may_be_passed() -> None:
    """Each to its one service, by the name that CloudFormation will give it."""
    found = {
        (resource, need.context["iam:PassedToService"])
        for need in feature("blue green").find("iam:PassRole")
        for resource in need.resources
    }
    assert found == {
        (f"{ROLE}TaskExecutionRole-*", ("ecs-tasks.amazonaws.com",)),
        (f"{ROLE}TaskRole-*", ("ecs-tasks.amazonaws.com",)),
        (f"{ROLE}LoadBalancerRole-*", ("ecs.amazonaws.com",)),
    }


def test_services_may_make_their_own_role_and_no_other() -> None:
    """`iam:CreateServiceLinkedRole` names the service in the ARN and in the condition."""
    found = feature("waf").find("iam:CreateServiceLinkedRole")
    services = {need.context["iam:AWSServiceName"] for need in found}
    assert services == {
        ("ecs.amazonaws.com",),
        ("ecs.application-autoscaling.amazonaws.com",),
        ("elasticloadbalancing.amazonaws.com",),
    }
    for need in found:
        (service,) = need.context["iam:AWSServiceName"]
        assert all(f":role/aws-service-role/{service}/" in resource for resource in need.resources)


def test_roles_can_be_made_with_their_boundary_only() -> None:
    """Who deploys with a permissions boundary cannot make a role without it; without one nothing is asked."""
    boundary = {"iam:PermissionsBoundary": (f"arn:aws:iam::{ACCOUNT}:policy/boundary",)}
    assert all(dict(need.context) == boundary for need in feature("boundary").find("iam:CreateRole"))
    assert all(not need.context for need in feature("plain").find("iam:CreateRole"))


def test_names_make_arns() -> None:
    """What a template names is named in the right; what CloudFormation names is a pattern of the stack's name."""
    plain = feature("plain")
    assert plain.find("ecs:CreateService")[0].resources == (arn("ecs", "service/preto-2-prod/preto-2-prod"),)
    assert plain.find("ecr:CreateRepository")[0].resources == (arn("ecr", "repository/preto-2-prod"),)
    assert plain.find("secretsmanager:CreateSecret")[0].resources == (arn("secretsmanager", "secret:CookieSecret-*"),)
    assert plain.find("iam:CreateRole")[0].resources == (f"{ROLE}TaskExecutionRole-*",)
    assert plain.find("cloudformation:CreateStack")[0].resources == (
        arn("cloudformation", "stack/preto-2-prod-Autoscaling-*/*"),
    )
    assert feature("logs").find("s3:CreateBucket")[0].resources == ("arn:aws:s3:::preto-2-prod-network-*-logbucket-*",)


def test_names_that_come_from_another_stack_are_followed() -> None:
    """The target's service is that of the Ecs stack, and its alarms are called after it."""
    (need,) = feature("plain").find("ecs:UpdateService", TARGET)
    assert need.resources == (arn("ecs", "service/preto-2-prod/preto-2-prod"),)
    (alarms,) = feature("plain").find("cloudwatch:PutMetricAlarm", TARGET)
    assert alarms.resources == (arn("cloudwatch", "alarm:TargetTracking-service/preto-2-prod/preto-2-prod-*"),)


def test_what_an_environment_file_names_is_meant_exactly() -> None:
    """A given VPC, a given listener, a given zone, a given secret, a given role."""
    (group,) = [
        need for need in feature("given network").find("ec2:CreateSecurityGroup") if need.why.logical_id[0] == "L"
    ]
    assert arn("ec2", "vpc/vpc-0123456789abcdef0") in group.resources
    assert all(
        "/app/shared/" in arn
        for need in feature("shared listener").find("elasticloadbalancing:CreateRule")
        for arn in need.resources
    )
    assert feature("https").find("route53:ChangeResourceRecordSets")[0].resources == (
        "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
    )
    assert {need.resources for need in feature("oidc").find("secretsmanager:GetSecretValue")} >= {(f"{SECRET}*",)}
    assert feature("github").find("iam:PutRolePolicy", "AWS::IAM::RolePolicy")[0].resources == (
        f"arn:aws:iam::{ACCOUNT}:role/GitHubActionsRole",
    )


def test_what_is_known_by_its_tags_only_is_limited_by_them() -> None:
    """What EC2 has named is deleted or changed only with this deployment's tags; what is being made has none yet."""
    tags = {"aws:ResourceTag/Project": ("preto-2",), "aws:ResourceTag/Environment": ("prod",)}
    for action in (
        "ec2:DeleteVpc",
        "ec2:DeleteSubnet",
        "ec2:ReleaseAddress",
        "ec2:CreateRoute",
        "ec2:DeleteSecurityGroup",
    ):
        assert all(tags.items() <= need.context.items() for need in feature("plain").find(action)), action
    (made,) = feature("plain").find("ec2:CreateVpc")
    assert not made.context


def test_what_is_limited_by_its_tags_has_them_from_the_call_that_makes_it() -> None:
    """By its schema: where tags come with a later call, what is called between the two may not hang on them."""
    needs = [need for name in ("https", "hardened") for need in feature(name).needs.cloudformation]
    limited = {it.why.type for it in needs if any(key.startswith("aws:ResourceTag/") for key in it.context)}
    tagged = {it for it in limited if schemas.taggable("ap-northeast-2", it)}
    assert {"AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::CertificateManager::Certificate"} <= tagged
    assert {it for it in tagged if not schemas.tagged_when_made("ap-northeast-2", it)} == set()
    assert not schemas.tagged_when_made("ap-northeast-2", "AWS::EC2::SubnetCidrReservation")
    assert not schemas.tagged_when_made("ap-northeast-2", "AWS::EC2::Route")


def test_anything_is_allowed_on_anything_only_where_iam_knows_no_resource() -> None:
    """No action is a pattern, and `*` as the resource is AWS's word for it that there is no other."""
    for name in ALL:
        for need in feature(name).needs.cloudformation:
            assert ANYTHING not in need.action
            assert (ANYTHING in need.resources) == (not resource_types_of(need.action)), need


def test_without_an_account_its_place_in_arns_is_open() -> None:
    """The environment file need not name it; everything else is as narrow as before."""
    open_ = rights(aws={"region": "ap-northeast-2"})
    assert open_.find("ecr:CreateRepository")[0].resources == ("arn:aws:ecr:ap-northeast-2:*:repository/preto-2-prod",)


def test_other_partitions_have_other_arns() -> None:
    """China's ARNs begin with aws-cn."""
    china = rights(aws={"region": "cn-north-1"})
    assert all(
        arn == ANYTHING or arn.startswith("arn:aws-cn:")
        for need in china.needs.cloudformation
        for arn in need.resources
    )


QUEUE = {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {"ServiceNamespace": "ecs"}}


def test_without_tags_nothing_is_tagged_and_with_those_of_the_stack_it_is() -> None:
    """CloudFormation puts a stack's tags on all of its resources, so they count like a resource's own."""
    tagging = {"application-autoscaling:TagResource", "application-autoscaling:UntagResource"}
    assert not tagging & actions(only({"Target": QUEUE}))
    assert tagging <= actions(only({"Target": QUEUE}, tags={"Project": "app"}))


def test_a_type_that_nobody_has_reviewed_gets_all_that_its_schema_lists() -> None:
    """Broad is safe: a stream works without a record, on all streams of the account."""
    found = {need.action: need.resources for need in only({"Stream": {"Type": "AWS::Kinesis::Stream"}})}
    assert {"kinesis:CreateStream", "kinesis:DeleteStream", "kinesis:UpdateShardCount"} <= found.keys()
    assert found["kinesis:CreateStream"] == (arn("kinesis", "stream/*"),)


def test_roles_of_a_type_that_nobody_has_reviewed_may_all_be_passed() -> None:
    """Its schema says that it passes roles, and not which: none is left out."""
    (need,) = [it for it in only({"Function": {"Type": "AWS::Lambda::Function"}}) if it.action == "iam:PassRole"]
    assert need.resources == (f"arn:aws:iam::{ACCOUNT}:role/*",)


def test_what_is_kept_is_not_deleted() -> None:
    """The registry's scanning stays when its stack goes: nobody needs the right to switch Amazon Inspector off."""
    found = actions(feature("enhanced scanning").of("AWS::ECR::RegistryScanningConfiguration"))
    assert "inspector2:Enable" in found
    assert "inspector2:Disable" not in found
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert "s3:DeleteBucket" not in actions(only({"Bucket": bucket}))
    bucket["DeletionPolicy"] = "RetainExceptOnCreate"
    assert "s3:DeleteBucket" in actions(only({"Bucket": bucket}))


def test_names_that_would_be_too_long_are_open_at_their_end() -> None:
    """CloudFormation shortens them, nobody says how: only the beginning is relied on."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
    found = only({"RoleWithQuiteALongName": role}, name="an-application-with-a-very-long-name-in-production")
    assert {need.resources for need in found} == {(f"arn:aws:iam::{ACCOUNT}:role/an-applic*",)}


def test_a_resource_under_a_condition_counts() -> None:
    """The first deployment has no service, and the next one must not fail for want of a right."""
    assert feature("plain").find("ecs:CreateService")


def test_both_values_of_a_condition_are_meant() -> None:
    """A name that depends on a condition may be either."""
    group = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": {"Fn::If": ["C", "one", {"Ref": "AWS::Region"}]}},
    }
    (need,) = [need for need in only({"Group": group}) if need.action == "logs:CreateLogGroup"]
    assert set(need.resources) == {arn("logs", "log-group:one:*"), arn("logs", "log-group:ap-northeast-2:*")}


@pytest.mark.parametrize("name", ["one", {"Ref": "Given"}])
def test_a_log_group_is_asked_for_by_the_one_arn_that_aws_asks_for(name: object) -> None:
    """Without `:*` for its tags, with it for the rest: a policy with exactly these lacks nothing."""
    found = {
        need.action: need.resources
        for need in only({"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name, "Tags": []}}})
    }
    plain = arn("logs", "log-group:one" if name == "one" else "log-group:*")
    of_tags = {"logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource"}
    assert {action: found[action] for action in of_tags} == dict.fromkeys(of_tags, (plain,))
    others = {"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:GetDataProtectionPolicy"}
    assert {action: found[action] for action in others} == dict.fromkeys(others, (f"{plain}:*",))


def test_what_no_schema_says_is_said() -> None:
    """A type of somebody's own has no schema here: its rights are not known, and named as such."""
    found = derived({"Thing": {"Type": "Example::Own::Thing"}})
    assert (found.needs, found.unknown) == ((), ("Root/Thing (Example::Own::Thing)",))
    for name in ALL:
        assert feature(name).needs.unknown == (), name


def test_zones_that_nobody_has_chosen_are_looked_for_by_whom_cloudformation_acts_as() -> None:
    """`Fn::GetAZs` is in the template of a new VPC, whether a plan names the zones or not."""
    wanted = {it.action: it.why for it in feature("prod").needs.cloudformation if "Fn::GetAZs" in it.why.sentence}
    assert wanted.keys() == {"ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones"}
    assert {(it.module, it.logical_id) for it in wanted.values()} == {("Root", "Network")}
