"""The needs of an environment, derived once: they change only with what they are derived from.

Deriving reads the resource schemas, for which cfn-lint has to be imported; that takes longer than all else in a plan.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import iam, rendered
from stacks.files import Cache, digest, digest_sources
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.needs import Needs
from templates import resource_types

if TYPE_CHECKING:
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings


def remembered_needs(settings: Settings, rendered: Rendered, account_id: str, folder: Path, bucket: str = "") -> Needs:
    """Return what `deployment_needs` derives, from the cache in a folder where it is there."""
    cache: Cache[Needs] = Cache(folder, Needs)
    key = needs_key(settings, rendered, account_id, bucket)
    found = cache.load(key)
    if found is None:
        found = deployment_needs(settings, rendered, account_id, bucket)
        cache.store(key, found)
    return found


def needs_key(settings: Settings, rendered: Rendered, account_id: str, bucket: str) -> str:
    """Return a digest of all that the needs depend on, which the image's tag is not."""
    return digest(
        {
            "settings": settings.model_dump(mode="json", exclude={"image_tag"}),
            "templates": dict(rendered.templates),
            "tags": dict(rendered.tags),
            "account": account_id,
            "bucket": bucket,
            "cfn-lint": version("cfn-lint"),
            "sources": _sources(),
        }
    )


@lru_cache(maxsize=1)
def _sources() -> tuple[dict[str, str], ...]:
    """Return the digests of the sources that needs are derived by; they stay the same while the process runs."""
    files = (iam.__file__, rendered.__file__, resource_types.__file__)
    return tuple(digest_sources(Path(file).parent) for file in files)
