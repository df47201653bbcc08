"""The AWS of an environment, the embedded one included."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sandbox
from stacks.aws import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.settings import Settings


@contextmanager
def connected(settings: Settings) -> Iterator[Aws]:
    """Give the AWS of an environment; the embedded one runs for the time of the block."""
    if not settings.aws.is_embedded:
        with closing(session.connect(settings.aws)) as aws:
            yield aws
        return
    running = sandbox.running(
        state_dir=Path(settings.aws.sandbox_state),
        region=settings.aws.region,
        time_scale=settings.aws.sandbox_time_scale,
        enforce_iam=settings.aws.sandbox_enforce_iam,
    )
    with running as found:
        address = found.as_account(settings.aws.account_id or found.account_id)
        connection = session.connect(
            settings.aws,
            endpoint_url=address.endpoint_url,
            access_key_id=address.access_key_id,
            secret_access_key=address.secret_access_key,
        )
        with closing(connection) as aws:
            yield aws
