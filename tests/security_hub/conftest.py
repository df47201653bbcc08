"""The deployments on which the controls are asserted."""

from __future__ import annotations

import pytest

from tests.security_hub.deployment import Deployment, deployment

VOLUME = 'ecs_volumes=[{"name":"models","file_system_id":"fs-0123456789abcdef0","path":"/models"}]'


@pytest.fixture(scope="session", params=["streamlit", "web"])
def hardened(request: pytest.FixtureRequest) -> Deployment:
    """Give what `environments/hardened.toml` deploys, with each framework, and a cookie secret in any case."""
    return deployment("hardened", f"app_framework={request.param}", "security_cookie_secret=true")


@pytest.fixture(scope="session")
def with_volume() -> Deployment:
    """Give the same with a file system on EFS in each task, which a VPC that is new cannot have."""
    return deployment("hardened", VOLUME)
