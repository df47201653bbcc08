"""The deployments on which the controls are asserted."""

from __future__ import annotations

import pytest

from tests.controls.deployment import Deployment, deployment

SIDECAR = (
    'ecs_sidecars=[{"name":"agent","image":"111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/agent:1",'
    '"user":"1000","read_only":true}]'
)
VOLUME = 'ecs_volumes=[{"name":"models","file_system_id":"fs-0123456789abcdef0","path":"/models"}]'


@pytest.fixture(scope="session")
def hardened() -> Deployment:
    """Give what `environments/hardened.toml` deploys."""
    return deployment("hardened")


@pytest.fixture(scope="session")
def crowded() -> Deployment:
    """Give the same with a sidecar and a volume in each task."""
    return deployment("hardened", SIDECAR, VOLUME)
