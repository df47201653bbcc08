"""The needs of an environment, derived once: they change only with what they are derived from.

Deriving reads the resource schemas, for which cfn-lint has to be imported; that takes longer than all else in a plan.
An entry that is missing, damaged or not what `_stored` gives is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks import iam as permissions
from stacks.errors import UserError
from stacks.files import write_file
from stacks.iam.derive import deployment
from stacks.iam.derive.needs import Need, Needs, Phase, Reason

if TYPE_CHECKING:
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

ENTRIES = 64
"""Environments and states of them that are kept, the newest; each is some hundred kilobytes."""


def needs(settings: Settings, rendered: Rendered, account_id: str, cache: Path, bucket: str = "") -> Needs:
    """What `deployment.needs` derives, from the cache where it is there."""
    path = cache / f"{_key(settings, rendered, account_id, bucket)}.json"
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        return _read(json.loads(path.read_text(encoding="utf-8")))
    found = deployment.needs(settings, rendered, account_id, bucket)
    with suppress(OSError, UserError):  # A cache that cannot be written is left alone.
        cache.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(_stored(found)), "")
        _prune(cache)
    return found


def _key(settings: Settings, rendered: Rendered, account_id: str, bucket: str) -> str:
    """A digest of all that the needs depend on; of no need does the image's tag decide."""
    parts = {
        "settings": settings.model_dump(mode="json", exclude={"image_tag"}),
        "templates": dict(rendered.templates),
        "tags": dict(rendered.tags),
        "account": account_id,
        "bucket": bucket,
        **_derived_by(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def _derived_by() -> dict[str, Any]:
    """What derives them, which stays as it is while the process runs."""
    here = Path(permissions.__file__).parent
    return {
        "cfn-lint": version("cfn-lint"),
        "sources": {
            path.relative_to(here).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in here.rglob("*.py")
        },
    }


def _stored(found: Needs) -> dict[str, Any]:
    return {
        "environment": found.environment,
        "stack_name": found.stack_name,
        "deployer": [_stored_need(need) for need in found.deployer],
        "cloudformation": [_stored_need(need) for need in found.cloudformation],
        "unknown": list(found.unknown),
        "own_role": found.own_role,
    }


def _stored_need(need: Need) -> dict[str, Any]:
    return {
        "action": need.action,
        "resources": list(need.resources),
        "context": {key: list(values) for key, values in need.context.items()},
        "phases": sorted(need.phases),
        "why": vars(need.why),
        "source": need.source,
    }


def _read(stored: dict[str, Any]) -> Needs:
    return Needs(
        environment=stored["environment"],
        stack_name=stored["stack_name"],
        deployer=tuple(_read_need(it) for it in stored["deployer"]),
        cloudformation=tuple(_read_need(it) for it in stored["cloudformation"]),
        unknown=tuple(stored["unknown"]),
        own_role=bool(stored["own_role"]),
    )


def _read_need(stored: dict[str, Any]) -> Need:
    return Need(
        action=stored["action"],
        resources=tuple(stored["resources"]),
        context={key: tuple(values) for key, values in stored["context"].items()},
        phases=frozenset(Phase(it) for it in stored["phases"]),
        why=Reason(**stored["why"]),
        source=stored["source"],
    )


def _prune(cache: Path) -> None:
    for path in sorted(cache.glob("*.json"), key=lambda it: it.stat().st_mtime_ns, reverse=True)[ENTRIES:]:
        path.unlink(missing_ok=True)
