"""Connecting: who is calling is found out first, and what goes wrong there is said in one error."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.aws.session import connect
from stacks.cloudformation.stack import find_stack
from stacks.errors import UserError
from tests.support import faults
from tests.support.proxy import between
from tests.support.world import settings

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws.session import Aws
    from tests.support.accounts import Account
    from tests.support.world import World

KEYS: dict[str, Any] = {"access_key_id": "AKIA", "secret_access_key": "anything"}


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Give a process environment without anybody's credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return monkeypatch


def connect_to(url: str) -> Aws:
    """Connect to an address with some keys."""
    return connect(settings().aws, endpoint_url=url, **KEYS, answer_seconds=0.2)


def refused(answer: faults.Fault) -> UserError:
    """The error when AWS answers like this."""
    with faults.server(lambda _: answer) as url, pytest.raises(UserError) as error:
        connect_to(url)
    return error.value


def test_caller_is_known_after_connecting(account: Account) -> None:
    """Account, partition and region are those that answer."""
    aws = connected_by_keys(account)
    assert (aws.account_id, aws.partition, aws.region) == (account.account_id, "aws", "ap-northeast-2")


def test_the_same_caller_in_another_region(account: Account) -> None:
    """It is made once, its calls are counted with the others, and its clients are of that region."""
    with closing(connected_by_keys(account)) as aws:
        there = aws.in_region("eu-west-1")
        assert there is aws.in_region("eu-west-1")
        assert aws.in_region("ap-northeast-2") is aws
        assert (there.account_id, there.s3.meta.region_name) == (account.account_id, "eu-west-1")
        made = aws.calls.made
        there.s3.list_buckets()
        assert aws.calls.made == made + 1


def test_all_calls_are_counted_with_their_repetitions(account: Account) -> None:
    """Of every service, from the first one: the budget of a deployment is one for all of them."""
    with between(account.address.endpoint_url, lambda call: faults.throttle if call.number == 1 else None) as proxy:
        address = account.address
        keys: dict[str, Any] = {"access_key_id": address.access_key_id, "secret_access_key": address.secret_access_key}
        with closing(connect(settings().aws, endpoint_url=proxy.url, **keys)) as aws:
            for _ in range(2):
                aws.cloudformation.describe_stacks()
                aws.ecs.list_clusters()
            assert proxy.calls == {"GetCallerIdentity": 1, "DescribeStacks": 3, "ListClusters": 3}
            assert aws.calls.made == proxy.calls.total()


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "us-east-1", "s3.us-east-1.amazonaws.com"),
        ("aws", "ap-northeast-2", "s3.ap-northeast-2.amazonaws.com"),
        ("aws-cn", "cn-north-1", "s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_an_objects_address_is_that_of_its_partition(account: Account, partition: str, region: str, host: str) -> None:
    """CloudFormation reads templates from it, whatever endpoint this command talks to."""
    there = replace(connected_by_keys(account), partition=partition, region=region)
    assert there.object_url("bucket", "a/key") == f"https://{host}/bucket/a/key"


def connected_by_keys(account: Account, **section: str) -> Aws:
    """Connect with the account's keys."""
    address = account.address
    wanted = settings(aws={"region": "ap-northeast-2"} | section)
    return connect(
        wanted.aws,
        endpoint_url=address.endpoint_url,
        access_key_id=address.access_key_id,
        secret_access_key=address.secret_access_key,
    )


def test_endpoint_and_keys_come_from_the_process_environment(account: Account, nobody: pytest.MonkeyPatch) -> None:
    """`AWS_ENDPOINT_URL` and the keys work as they do for boto3 and the AWS CLI, for S3 too."""
    for name, value in account.env.items():
        nobody.setenv(name, value)
    with closing(connect(settings().aws)) as aws:
        assert aws.account_id == account.account_id
        aws.s3.create_bucket(Bucket="in-the-path", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        assert [bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]] == ["in-the-path"]


def test_endpoint_of_the_settings_is_used(account: Account, nobody: pytest.MonkeyPatch) -> None:
    """`[aws] endpoint` wins over `AWS_ENDPOINT_URL`."""
    for name, value in account.env.items():
        nobody.setenv(name, value)
    nobody.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    section = settings(aws={"region": "ap-northeast-2", "endpoint": account.address.endpoint_url}).aws
    assert connect(section).account_id == account.account_id


def test_the_named_account_must_answer(account: Account) -> None:
    """`[aws] account_id` of another account ends everything, with both ids in the error."""
    assert connected_by_keys(account, account_id=account.account_id).account_id == account.account_id
    with pytest.raises(UserError, match=rf"{account.account_id} answers.*999999999999") as error:
        connected_by_keys(account, account_id="999999999999")
    assert "Nothing was done" in error.value.then


def test_an_unresolved_sandbox_never_becomes_the_real_aws() -> None:
    """`endpoint = "sandbox"` is refused where no address stands for it."""
    with pytest.raises(UserError, match="sandbox"):
        connect(settings(aws={"region": "ap-northeast-2", "endpoint": "sandbox"}).aws)


def test_no_credentials() -> None:
    """Without credentials the error says where to put them."""
    with pytest.raises(UserError, match="AWS credentials") as error:
        connect(settings().aws, endpoint_url="http://127.0.0.1:9")
    assert "AWS_PROFILE" in error.value.then


def test_unknown_profile(nobody: pytest.MonkeyPatch) -> None:
    """A profile that does not exist is named."""
    nobody.setenv("AWS_PROFILE", "nobody-here")
    with pytest.raises(UserError, match="nobody-here"):
        connect(settings().aws)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "ExpiredToken", "AWS credentials: they have expired"),
        (403, "InvalidClientTokenId", "AWS credentials: AWS does not accept them"),
        (403, "SignatureDoesNotMatch", "AWS credentials: AWS does not accept them"),
        (400, "Throttling", "too many requests"),
        (500, "InternalFailure", "the service itself fails"),
        (503, "ServiceUnavailable", "the service itself fails"),
        (400, "ValidationError", "AWS GetCallerIdentity: no such thing"),
    ],
)
def test_what_aws_refuses(status: int, code: str, said: str) -> None:
    """Each refusal is one error in our words, with AWS's behind it."""
    assert said in str(refused((status, faults.refusal(code, "no such thing"))))


def test_denied_access_names_the_action() -> None:
    """The reader learns which permission is missing."""
    message = "User: arn:aws:iam::1:user/u is not authorized to perform: sts:GetCallerIdentity on resource: x"
    error = refused((403, faults.refusal("AccessDenied", message)))
    assert error.then == "The caller must be allowed to sts:GetCallerIdentity."


def test_a_server_that_is_not_aws() -> None:
    """An endpoint that answers with a page is told apart from AWS."""
    assert "AWS endpoint" in str(refused((200, "<html><body>Welcome")))


def test_a_closed_port() -> None:
    """An endpoint at which nobody listens is named."""
    with faults.closed_port() as url, pytest.raises(UserError, match=f"AWS endpoint: .*{url}"):
        connect_to(url)


def test_a_connection_that_breaks_off() -> None:
    """An endpoint that hangs up is an error like the others."""
    assert "AWS endpoint" in str(refused(faults.RESET))


def test_an_endpoint_that_never_answers() -> None:
    """The wait for the first answer is bounded."""
    with faults.silent_port() as url, pytest.raises(UserError, match=f"AWS endpoint: .*{url}"):
        connect_to(url)


@pytest.mark.parametrize("url", ["not a url", "127.0.0.1:4566"])
def test_an_endpoint_that_is_no_url(url: str, nobody: pytest.MonkeyPatch) -> None:
    """A wrong `AWS_ENDPOINT_URL` is an error, not a traceback."""
    nobody.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(UserError, match="AWS endpoint"):
        connect(settings().aws, **KEYS)


def test_short_faults_are_survived(empty: World) -> None:
    """Throttling, a failing service and a broken connection are tried again."""
    answers = [(400, faults.refusal("Throttling", "Rate exceeded")), (500, ""), faults.RESET]
    behind = empty.account.address.endpoint_url
    with (
        faults.server(lambda _: answers.pop() if answers else None, behind) as url,
        closing(replace(empty.aws, endpoint_url=url)) as aws,
    ):
        assert find_stack(aws, "preto-2-prod") is None
    assert answers == []
