"""Roles, keys and secrets."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls

_PROVIDER = "OpenIDConnectProvider"
_ENCRYPTED = "kms:GenerateDataKey@{KmsKeyId}?KmsKeyId kms:Decrypt@{KmsKeyId}?KmsKeyId"

CALLS: dict[str, Calls] = {
    "AWS::IAM::ManagedPolicy": Calls(
        service="iam",
        on="policy/{id}",
        name="ManagedPolicyName",
        create="CreatePolicy AttachRolePolicy@role/{Roles}?Roles",
        update="CreatePolicyVersion DeletePolicyVersion ListPolicyVersions AttachRolePolicy@role/{Roles}?Roles",
        delete="DeletePolicy DetachRolePolicy@role/{Roles}?Roles ListPolicyVersions",
        read="GetPolicy GetPolicyVersion ListEntitiesForPolicy",
    ),
    "AWS::IAM::OIDCProvider": Calls(
        service="iam",
        on="oidc-provider/{id}",
        create=f"Create{_PROVIDER} Tag{_PROVIDER}?Tags",
        update=f"Update{_PROVIDER}Thumbprint AddClientIDTo{_PROVIDER} RemoveClientIDFrom{_PROVIDER} "
        f"Tag{_PROVIDER}?Tags Untag{_PROVIDER}?-Tags",
        delete=f"Delete{_PROVIDER}",
        read=f"Get{_PROVIDER}",
    ),
    "AWS::IAM::Role": Calls(
        service="iam",
        on="role/{id}",
        name="RoleName",
        longest=64,
        create="CreateRole TagRole?Tags PutRolePolicy?Policies AttachRolePolicy?ManagedPolicyArns",
        update="UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription PutRolePolicy?Policies "
        "DeleteRolePolicy?-Policies AttachRolePolicy?ManagedPolicyArns DetachRolePolicy?-ManagedPolicyArns "
        "PutRolePermissionsBoundary?PermissionsBoundary DeleteRolePermissionsBoundary?-PermissionsBoundary "
        "TagRole?Tags UntagRole?-Tags",
        delete="DeleteRole DeleteRolePolicy?Policies DetachRolePolicy?ManagedPolicyArns",
        read="GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy?Policies",
    ),
    "AWS::IAM::RolePolicy": Calls(
        service="iam",
        on="role/{RoleName}",
        create="PutRolePolicy",
        update="PutRolePolicy",
        delete="DeleteRolePolicy",
        read="GetRolePolicy",
    ),
    "AWS::KMS::Alias": Calls(
        service="kms",
        on="{id}",
        name="AliasName",
        # https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html: on the alias and on the key.
        create="CreateAlias CreateAlias@{key}",
        update="UpdateAlias UpdateAlias@{key}",
        delete="DeleteAlias DeleteAlias@{key}",
        read="ListAliases@*",
    ),
    "AWS::KMS::Key": Calls(
        service="kms",
        on="key/{id}",
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html: what
        # CreateKey depends on.
        create="CreateKey@* PutKeyPolicy?KeyPolicy TagResource?Tags EnableKeyRotation?EnableKeyRotation",
        update="PutKeyPolicy?KeyPolicy EnableKeyRotation?EnableKeyRotation DisableKeyRotation?-EnableKeyRotation "
        "UpdateKeyDescription?Description TagResource?Tags UntagResource?-Tags",
        delete="ScheduleKeyDeletion",
        read="DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
    ),
    "AWS::SecretsManager::Secret": Calls(
        service="secretsmanager",
        on="secret:{id}-0a1b2c",
        name="Name",
        short=True,
        # https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: the key as the caller.
        create=f"CreateSecret TagResource?Tags GetRandomPassword@*?GenerateSecretString {_ENCRYPTED}",
        update=f"UpdateSecret TagResource?Tags UntagResource?-Tags {_ENCRYPTED}",
        delete="DeleteSecret",
        read="DescribeSecret",
    ),
}
