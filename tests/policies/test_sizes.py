"""IAM takes every document, and every role takes its own."""

from __future__ import annotations

import pytest

from tests.policies.emitted import BOOTSTRAP, DOCUMENTS
from tests.policies.sizes import sizes
from tests.support.environments import ALL


@pytest.mark.parametrize("name", [*ALL, *DOCUMENTS, *BOOTSTRAP])
def test_documents_fit_into_iams_limits(name: str) -> None:
    """Of each environment, with the bootstrap stack's: policies, trust policies, all inline ones of a role together."""
    assert not [it for it in sizes(name) if it.value > it.limit]
