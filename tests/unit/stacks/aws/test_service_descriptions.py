"""botocore's descriptions of services."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader

from stacks.aws.descriptions import Descriptions, described_session, known_services

FOLDER = f"{botocore.__path__[0]}/data"


@pytest.mark.parametrize("file", ["sts/2011-06-15/service-2", "sdk-default-configuration"])
def test_they_are_what_botocore_reads(file: str) -> None:
    """Compressed or not, the content is the same, in the same order."""
    found, expected = Descriptions().load_file(f"{FOLDER}/{file}"), JSONFileLoader().load_file(f"{FOLDER}/{file}")
    assert found == expected
    assert list(found) == list(expected)


def test_a_description_that_is_not_there_is_none() -> None:
    """As botocore expects, which looks in several folders."""
    assert Descriptions().load_file(f"{FOLDER}/sts/2011-06-15/nothing") is None


def test_sessions_share_what_was_read_for_one() -> None:
    """A description is megabytes large; a second session reads nothing."""
    first, second = (it.get_service_model("sts").metadata for it in (described_session(), described_session()))
    assert first is second


@pytest.mark.parametrize("description", ["service-2", "paginators-1"])
def test_the_known_services_are_those_of_botocore(description: str) -> None:
    """A session refuses the name of any other, as with botocore alone."""
    folder = Path(FOLDER)
    expected = sorted({it.parents[1].name for it in folder.glob(f"*/*/{description}.json*")})
    assert known_services(Loader(), description) == expected
    with pytest.raises(UnknownServiceError):
        described_session().create_client("no-such-service", region_name="us-east-1")
