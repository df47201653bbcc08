"""TemplateURL in every form of an S3 address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.clouds import LOG_GROUP, child, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


@pytest.mark.parametrize(
    "form",
    [
        "https://s3.ap-northeast-2.amazonaws.com/{bucket}/a/b.json",
        "https://s3.amazonaws.com/{bucket}/a/b.json",
        "https://{bucket}.s3.ap-northeast-2.amazonaws.com/a/b.json",
        "https://{bucket}.s3.amazonaws.com/a/b.json",
        "https://{bucket}.s3-ap-northeast-2.amazonaws.com/a/b.json",
        "{endpoint}/{bucket}/a/b.json",
    ],
)
def test_an_address_of_any_form_is_found(cloud: Cloud, form: str) -> None:
    """Path style, virtual hosted style with and without a region, and the sandbox's own address."""
    cloud.publish("a/b.json", template({"G": LOG_GROUP}))
    url = form.format(bucket=cloud.bucket, endpoint=cloud.account.address.endpoint_url)
    assert cloud.create("root", template({"A": child(url)})) == "CREATE_COMPLETE"


def test_an_address_with_nothing_behind_it_is_named(cloud: Cloud) -> None:
    """The reason of the child's failure says that S3 has no such key."""
    url = f"https://{cloud.bucket}.s3.amazonaws.com/absent.json"
    assert cloud.create("root", template({"A": child(url)})) == "ROLLBACK_COMPLETE"
    assert cloud.reason("root", "CREATE_FAILED") == f"S3 error: The specified key does not exist: {url}"
