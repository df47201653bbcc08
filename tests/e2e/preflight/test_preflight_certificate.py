"""Certificates that are named: those that a load balancer or a browser would refuse stop a deployment before it begins.

The embedded AWS issues every certificate at once; the other states are answers of AWS's form, given in its place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.preflight.certificate import check_certificate
from tests.e2e.preflight.test_preflight import uploads
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

NAME = "app.example.com"
RECORD = {"Name": "_1.app.example.com.", "Type": "CNAME", "Value": "_2.acm-validations.aws."}
PROOF = {"DomainName": NAME, "ValidationStatus": "PENDING_VALIDATION", "ResourceRecord": RECORD}
DENIED = (400, json.dumps({"__type": "AccessDeniedException", "message": "not authorized"}))


@pytest.fixture
def arn(empty: World) -> str:
    """Give a certificate for `app.example.com` and all names below it, issued."""
    made = empty.aws.acm.request_certificate(DomainName=NAME, SubjectAlternativeNames=[f"*.{NAME}"])
    return made["CertificateArn"]


def network(arn: str, **more: Any) -> dict[str, Any]:
    """The settings that name it."""
    return {"https": {"certificate_arn": arn, **more}}


def checked(world: World, arn: str, **more: Any) -> str:
    """What preflight says of these settings, where they are not refused."""
    return check_certificate(world.aws, settings(network=network(arn, **more)))


def refused(world: World, arn: str, **more: Any) -> UserError:
    """With which words these settings are refused."""
    with pytest.raises(UserError) as error:
        checked(world, arn, **more)
    assert error.value.what == "[network.https] certificate_arn"
    return error.value


def described(world: World, arn: str, **described: Any) -> UserError:
    """What is said of a certificate that ACM describes so."""
    answer = {"Certificate": {"CertificateArn": arn, "DomainName": NAME, **described}}
    with world.behind(lambda action: (200, json.dumps(answer)) if action == "DescribeCertificate" else None) as seen:
        return refused(seen, arn)


def test_nothing_is_uploaded_with_a_name_that_it_is_not_for(world: World, arn: str) -> None:
    """The plan ends before; with a name that the certificate is for, or with none, it is made."""
    with pytest.raises(UserError, match=r"and not for example\.com"):
        world.plan(network=network(arn, domain_name="example.com"))
    assert uploads(world) == 0
    assert world.plan(network=network(arn, domain_name=NAME)).change_set


def test_one_that_is_issued(empty: World, arn: str) -> None:
    """It is taken for its own name, for one below it, or for none."""
    assert not any((checked(empty, arn), checked(empty, arn, domain_name=NAME)))
    assert not checked(empty, arn, domain_name=f"www.{NAME}")


def test_one_that_does_not_exist(empty: World, arn: str) -> None:
    """The error names it and the account."""
    error = refused(empty, f"{arn[:-4]}0000")
    assert f"{arn.rpartition('/')[2][:-4]}0000 in account {empty.account.account_id}" in error.why


@pytest.mark.parametrize("name", ["example.com", "other.com", f"a.b.{NAME}"])
def test_one_that_is_for_other_names(empty: World, arn: str, name: str) -> None:
    """A wildcard is for one level, and not for the name itself; the error says for which names the certificate is."""
    error = refused(empty, arn, domain_name=name)
    assert error.why.endswith(f"is for *.{NAME}, {NAME}, and not for {name}")


def test_one_of_another_account(empty: World, arn: str) -> None:
    """A load balancer does not find it."""
    other = arn.replace(empty.account.account_id, "210987654321")
    assert "the certificate is in account 210987654321, and the load" in refused(empty, other).why


def test_one_that_waits_for_its_records(empty: World, arn: str) -> None:
    """The records that are still to be made are said, ready to be copied, and each once."""
    wildcard, proven = PROOF | {"DomainName": f"*.{NAME}"}, PROOF | {"ValidationStatus": "SUCCESS"}
    error = described(empty, arn, Status="PENDING_VALIDATION", DomainValidationOptions=[PROOF, wildcard])
    assert "is not issued yet" in error.why
    assert error.then.splitlines()[1:] == ["  _1.app.example.com. CNAME _2.acm-validations.aws."]
    mail = {"DomainName": "mail.example.com", "ValidationMethod": "EMAIL", "ValidationStatus": "PENDING_VALIDATION"}
    error = described(empty, arn, Status="PENDING_VALIDATION", DomainValidationOptions=[proven, mail])
    assert error.then.splitlines()[1:] == ["  mail.example.com: the mail that ACM has sent to its owner, answered"]


@pytest.mark.parametrize(
    ("state", "more", "next_step"),
    [
        ("EXPIRED", "", "Import a new one"),
        ("REVOKED", "", "Request a new one"),
        ("VALIDATION_TIMED_OUT", "", "within 72 hours"),
        ("FAILED", "CAA_ERROR", "troubleshooting-failed"),
        ("INACTIVE", "", "Name one that is issued"),
    ],
)
def test_one_that_no_load_balancer_takes(empty: World, arn: str, state: str, more: str, next_step: str) -> None:
    """Each state is said, with ACM's reason where it gives one, and what to do about it."""
    error = described(empty, arn, Status=state, **({"FailureReason": more} if more else {}))
    assert error.why.endswith(f"is {state} ({more})" if more else f"is {state}")
    assert next_step in error.then


def test_one_that_may_not_be_looked_at(empty: World, arn: str) -> None:
    """It is said, and the deployment goes on."""
    with empty.behind(lambda action: DENIED if action == "DescribeCertificate" else None) as seen:
        assert checked(seen, arn).endswith("is valid is not known, because acm:DescribeCertificate is not allowed")


@pytest.mark.parametrize(("until", "holds"), [("2001-02-03T04:05:06Z", False), ("9999-02-03T04:05:06Z", True)])
def test_one_in_iam(empty: World, until: str, *, holds: bool) -> None:
    """IAM says until when it holds, and neither state nor names; the path in its ARN is no part of its name."""
    arn = f"arn:aws:iam::{empty.account.account_id}:server-certificate/elb/app"
    metadata = f"<ServerCertificateName>app</ServerCertificateName><Expiration>{until}</Expiration>"
    inner = f"<ServerCertificateMetadata>{metadata}</ServerCertificateMetadata>"
    body = (
        "<GetServerCertificateResponse><GetServerCertificateResult>"
        f"<ServerCertificate>{inner}</ServerCertificate>"
        "</GetServerCertificateResult></GetServerCertificateResponse>"
    )
    with empty.behind(lambda action: (200, body) if action == "GetServerCertificate" else None) as seen:
        if holds:
            assert not checked(seen, arn)
        else:
            assert refused(seen, arn).why.endswith("elb/app has expired on 2001-02-03")


def test_one_that_iam_does_not_have(empty: World) -> None:
    """It is said as for one of ACM."""
    arn = f"arn:aws:iam::{empty.account.account_id}:server-certificate/app"
    body = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>"
    with empty.behind(lambda action: (404, body) if action == "GetServerCertificate" else None) as seen:
        assert "there is no server-certificate/app in account" in refused(seen, arn).why
