"""AWS: one session, made once, and its clients.

Only this file imports boto3; `errors` beside it knows botocore's errors, and `descriptions` what it reads.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from stacks.aws.clients import Clients
from stacks.aws.descriptions import described_session
from stacks.aws.errors import translate_aws_errors
from stacks.errors import Code, UserError
from templates.partitions import PARTITIONS

if TYPE_CHECKING:
    from stacks.settings import AwsSettings

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
"""Longest wait for a connection."""
ANSWER_SECONDS = 20
"""Longest wait for the answer to one attempt."""
FIRST_ANSWER_SECONDS = 5.0
"""Longest wait for the first answer, which says who is calling."""
ATTEMPTS = 6
"""Times that a call is made at most: throttling and failing servers are often over soon."""


class Calls:
    """Counts what is sent, every attempt at a call, so that there is a measure for how much is asked."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, **_: object) -> None:
        """Count one. Threads may rarely count two as one."""
        self.made += 1


@dataclass(frozen=True, kw_only=True)
class Aws(Clients):
    """One caller in one account and region, and its clients, made when they are first used; `close` it at the end.

    `calls` counts those of all its clients. `bucket_regions` are those of buckets that are known to be in another one.
    """

    account_id: str
    caller_arn: str
    partition: str
    region: str
    session: boto3.Session
    endpoint_url: str | None
    attempts: int = ATTEMPTS
    calls: Calls = field(default_factory=Calls)
    bucket_regions: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, Aws] = field(default_factory=dict, init=False, repr=False)
    """The same caller in other regions, as `in_region` has made it."""

    def in_region(self, region: str) -> Aws:
        """Return the same caller in a region; it is closed with this one."""
        if region == self.region:
            return self
        return self.elsewhere.get(region) or self.elsewhere.setdefault(region, replace(self, region=region))

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its classes when it runs
        """S3's has the bucket in the path: other endpoints than AWS's have no host name for each bucket."""
        make: Any = self.session.client
        config = self._config.merge(Config(s3={"addressing_style": "path"})) if service == "s3" else self._config
        return make(service, region_name=self.region, endpoint_url=self.endpoint_url, config=config)

    def object_url(self, bucket: str, key: str) -> str:
        """Return an object's address on AWS, in path style, which CloudFormation and its emulators understand.

        It is not that of the endpoint in use, which may be another one the next time (a VPC endpoint, a free port). A
        bucket has to be addressed in its own region, which need not be the stack's
        (https://github.com/aws/aws-cli/issues/4372).
        """
        suffix = next(it.suffix for it in PARTITIONS if it.name == self.partition)
        return f"https://s3.{self.bucket_regions.get(bucket, self.region)}.{suffix}/{bucket}/{key}"

    def close(self) -> None:
        """Close the connections of the clients that were made, in other regions as well."""
        for client in self.made:
            client.close()
        for aws in self.elsewhere.values():
            aws.close()

    @property
    def _config(self) -> Config:
        return Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"mode": "adaptive", "total_max_attempts": self.attempts},
        )


def configured_region() -> str | None:
    """Return the region that boto3 would take: of AWS_DEFAULT_REGION, or of the profile; None where there is none.

    Raises UserError for a profile that does not exist, or a configuration that cannot be read.
    """
    with translate_aws_errors():
        found = described_session().get_config_variable("region")
    return str(found) if found else None


def connect(
    settings: AwsSettings,
    *,
    endpoint_url: str | None = None,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    answer_seconds: float = FIRST_ANSWER_SECONDS,
) -> Aws:
    """Find out who is calling, and hold on to it; nothing else is done.

    `endpoint_url` wins over the settings' endpoint, which wins over what boto3 finds in its own configuration
    (`AWS_ENDPOINT_URL`); keys, where given, win over the credentials that boto3 finds. `answer_seconds` bounds each of
    two attempts to be answered. Raises UserError where there are no usable credentials, nothing answers, or another
    account answers than `[aws] account_id` names.
    """
    endpoint_url, calls = endpoint_url or settings.endpoint, Calls()
    with translate_aws_errors():
        try:
            session = boto3.Session(
                region_name=settings.region,
                aws_access_key_id=access_key_id,
                aws_secret_access_key=secret_access_key,
                botocore_session=described_session(),
            )
            session.events.register("needs-retry", _tell_retry)
            session.events.register("before-send", calls)
            sts = session.client("sts", endpoint_url=endpoint_url, config=_first_call(answer_seconds))
        except ValueError as error:  # botocore's word for an endpoint that is no URL
            raise UserError(
                "AWS endpoint", str(error), "Look at AWS_ENDPOINT_URL and [aws] endpoint.", code=Code.ENDPOINT
            ) from error
        try:
            with closing(sts):
                caller = sts.get_caller_identity()
            account_id = caller["Account"]
        except KeyError as error:  # XML of somebody else: botocore looks no closer
            raise UserError(
                "AWS endpoint", f"it does not answer as AWS does: no {error}", "Is the URL right?", code=Code.ENDPOINT
            ) from error
    if settings.account_id is not None and settings.account_id != account_id:
        raise UserError(
            "wrong AWS account",
            f"{account_id} answers ({caller['Arn']}), and [aws] account_id is {settings.account_id}",
            "Nothing was done. Choose other credentials, for instance with AWS_PROFILE.",
            code=Code.ACCOUNT,
        )
    return Aws(
        account_id=account_id,
        caller_arn=caller["Arn"],
        partition=caller["Arn"].split(":")[1],
        region=settings.region,
        session=session,
        endpoint_url=endpoint_url,
        calls=calls,
    )


def _tell_retry(*, attempts: int, operation: Any, caught_exception: Exception | None, **_: object) -> None:  # noqa: ANN401 - botocore's model
    """Say that something is waited for when a call has got no answer for the second time."""
    if caught_exception is not None and attempts > 1:
        logger.info("AWS %s: still no answer after %d attempts", operation.name, attempts)


def _first_call(answer_seconds: float) -> Config:
    """Fewer and shorter attempts: an address that does not answer is told at once."""
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=answer_seconds,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
