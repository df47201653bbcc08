"""What `bootstrap` calls, with `--destroy` and with `--fleet`.

Beside that, CloudFormation creates the resources as the caller; those of a fleet as a role of each account.
"""

from __future__ import annotations

from stacks.iam.derive.calls import (
    ADMINISTRATION_ROLE,
    BOOTSTRAP,
    BUCKET,
    FLEET,
    LEFT_BUCKETS,
    LEFT_OBJECTS,
    NOTHING,
    OPTIONAL,
    STACK_SET,
    STACK_SET_TARGETS,
    STORED,
    UNITS,
    Call,
)

MAKE, DESTROY = "bootstrap", "bootstrap --destroy"
BOTH = (MAKE, DESTROY)
ROLL, STATUS = "bootstrap --fleet", "status --fleet"
LOOK = (ROLL, STATUS)
ACCOUNTS = "which accounts the organizational units have"
GONE = "an artifact bucket goes with all versions of its objects"


def _call(commands: tuple[str, ...], action: str, on: str, why: str, when: str = "") -> Call:
    return Call(action=action, commands=commands, on=on, why=why, when=when)


CALLS: tuple[Call, ...] = (
    _call(BOTH, "cloudformation:DescribeStacks", BOOTSTRAP, "its state and its outputs"),
    _call((DESTROY,), "cloudformation:DescribeStacks", NOTHING, "which stacks were deployed with it"),
    _call(BOTH, "cloudformation:DescribeStackEvents", BOOTSTRAP, "what happens, and why it failed"),
    _call(BOTH, "cloudformation:GetTemplate", BOOTSTRAP, "what is deployed, to compare with"),
    _call(BOTH, "cloudformation:ListStackResources", BOOTSTRAP, "what it has made itself"),
    _call(BOTH, "cloudformation:ListStacks", NOTHING, "what a deleted one has left, and what blocks it"),
    _call((MAKE,), "cloudformation:CreateChangeSet", BOOTSTRAP, "the plan is a change set"),
    _call((MAKE,), "cloudformation:TagResource", BOOTSTRAP, "the stack is tagged"),
    _call((MAKE,), "cloudformation:UntagResource", BOOTSTRAP, "a tag that is no longer set is removed"),
    _call((MAKE,), "cloudformation:DescribeChangeSet", BOOTSTRAP, "what would change"),
    _call((MAKE,), "cloudformation:ListChangeSets", BOOTSTRAP, "change sets that were left behind"),
    _call((MAKE,), "cloudformation:DeleteChangeSet", BOOTSTRAP, "a plan that is not executed is deleted"),
    _call((MAKE,), "cloudformation:ExecuteChangeSet", BOOTSTRAP, "the plan is executed"),
    _call((MAKE,), "cloudformation:CancelUpdateStack", BOOTSTRAP, "Ctrl-C takes an update back"),
    _call((MAKE,), "cloudformation:ContinueUpdateRollback", BOOTSTRAP, "a failed rollback goes on"),
    _call((MAKE,), "cloudformation:RollbackStack", BOOTSTRAP, "what stopped half way is rolled back"),
    _call(BOTH, "cloudformation:DeleteStack", BOOTSTRAP, "it is deleted, or was never created"),
    _call((MAKE,), "s3:PutObject", STORED, "a template that is too long to be sent"),
    _call((MAKE,), "s3:GetObject", STORED, "CloudFormation reads that template"),
    _call((DESTROY,), "s3:GetObject", STORED, "whether a takeover is under way"),
    _call((DESTROY,), "s3:ListBucket", BUCKET, "which stacks have templates in it"),
    _call((DESTROY,), "s3:ListBucketVersions", BUCKET, GONE),
    _call((DESTROY,), "s3:DeleteObjectVersion", STORED, GONE),
    _call((DESTROY,), "s3:DeleteBucket", BUCKET, GONE),
    *(
        _call((DESTROY,), f"s3:{name}", LEFT_BUCKETS if name != "DeleteObjectVersion" else LEFT_OBJECTS, GONE, FLEET)
        for name in ("ListBucket", "ListBucketVersions", "DeleteObjectVersion", "DeleteBucket")
    ),
    _call((MAKE,), "iam:ListOpenIDConnectProviders", NOTHING, "whether GitHub's provider is there already", OPTIONAL),
    _call((MAKE,), "iam:GetOpenIDConnectProvider", NOTHING, "whether it takes tokens for AWS", OPTIONAL),
    _call(BOTH, "iam:GetRole", NOTHING, "whether a role is there already, and when it was used last", OPTIONAL),
    _call((DESTROY,), "iam:ListRoles", NOTHING, "whether other roles trust GitHub's provider", OPTIONAL),
    _call(LOOK, "cloudformation:DescribeStackSet", STACK_SET, "what the stack set is", FLEET),
    _call(LOOK, "cloudformation:ListStackInstances", STACK_SET, "which stacks it has, and how they are", FLEET),
    _call(LOOK, "cloudformation:ListStackSetOperations", STACK_SET, "whether an operation is under way", FLEET),
    _call((ROLL,), "cloudformation:CreateStackSet", NOTHING, "it is made", FLEET),
    _call((ROLL,), "cloudformation:TagResource", STACK_SET, "it is tagged, and with it its stacks", FLEET),
    _call((ROLL,), "cloudformation:UntagResource", STACK_SET, "a tag that is no longer set is removed", FLEET),
    _call((ROLL,), "cloudformation:UpdateStackSet", STACK_SET_TARGETS, "all stacks are updated", FLEET),
    _call((ROLL,), "cloudformation:DeleteStackSet", STACK_SET, "--destroy, when it has no stacks any more", FLEET),
    _call(
        (ROLL,), "cloudformation:CreateStackInstances", STACK_SET_TARGETS, "stacks in new accounts and regions", FLEET
    ),
    _call((ROLL,), "cloudformation:UpdateStackInstances", STACK_SET_TARGETS, "stacks that are not current", FLEET),
    _call(
        (ROLL,), "cloudformation:DeleteStackInstances", STACK_SET_TARGETS, "stacks in what is no longer listed", FLEET
    ),
    _call((ROLL,), "cloudformation:DescribeStackSetOperation", STACK_SET, "how an operation goes", FLEET),
    _call(
        (ROLL,), "cloudformation:ListStackSetOperationResults", STACK_SET, "how it goes in each account, and why", FLEET
    ),
    _call((ROLL,), "cloudformation:StopStackSetOperation", STACK_SET, "Ctrl-C stops it", FLEET),
    _call((ROLL,), "cloudformation:DescribeOrganizationsAccess", NOTHING, "whether StackSets may act", OPTIONAL),
    Call(
        action="iam:PassRole",
        commands=(ROLL,),
        on=ADMINISTRATION_ROLE,
        why="StackSets are handed the administration role",
        when=FLEET,
        to="cloudformation.amazonaws.com",
    ),
    _call(LOOK, "organizations:DescribeOrganization", NOTHING, "which is the management account", UNITS),
    _call(LOOK, "organizations:ListAccountsForParent", NOTHING, ACCOUNTS, UNITS),
    _call(LOOK, "organizations:ListOrganizationalUnitsForParent", NOTHING, ACCOUNTS, UNITS),
    _call((MAKE,), "iam:GetAccountSummary", NOTHING, "IAM's quotas of the account", OPTIONAL),
    _call((MAKE,), "iam:ListRolePolicies", NOTHING, "how much of its quotas a given role uses", OPTIONAL),
    _call((MAKE,), "iam:GetRolePolicy", NOTHING, "how much of its quotas a given role uses", OPTIONAL),
    _call((MAKE,), "iam:ListAttachedRolePolicies", NOTHING, "how much of its quotas a given role uses", OPTIONAL),
)
