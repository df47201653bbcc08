"""What prevents the creation of new resources: names in use, and quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError, coded
from stacks.preflight import names, quotas
from stacks.preflight.quotas import check_quotas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.aws.session import Aws
    from stacks.preflight.names import NewName
    from stacks.preflight.quotas import QuotaResult
    from stacks.request.created import Created
    from stacks.settings import Settings


@coded(Code.PREFLIGHT)
def check_creation(aws: Aws, settings: Settings, created: Sequence[Created]) -> tuple[str, ...]:
    """Raise one UserError for all names in use and all exceeded quotas; return warnings, and what is not known.

    Makes no calls if nothing is created.
    """
    if not created:
        return ()
    lookup = names.look_up(aws, names.new_names(created))
    checked = check_quotas(aws, quotas.quota_needs(settings, created))
    exceeded = [it for it in checked if it.exceeded]
    if lookup.in_use or exceeded:
        raise _refusal(lookup.in_use, exceeded)
    return (*_unknown(lookup.unknown), *(it.warning for it in checked if it.warning))


def _refusal(in_use: Sequence[NewName], exceeded: Sequence[QuotaResult]) -> UserError:
    """Return one error for all names and quotas."""
    what = " and ".join([*(["names"] if in_use else []), *(["quotas"] if exceeded else [])])
    why, then = [], []
    if in_use:
        why.append(f"in use outside this stack: {', '.join(f'{it} ({it.path})' for it in in_use)}")
        settings = " or ".join(dict.fromkeys(it.lookup.setting for it in in_use))
        then.append(f"Delete the resources with these names if they are not needed, or set another {settings}.")
    if exceeded:
        why.append("; ".join(it.exceeded for it in exceeded))
        then += ["Delete what is not needed, or request an increase:", *(f"  {it.raise_it}" for it in exceeded)]
    return UserError(what, "; ".join(why), "\n".join(then))


def _unknown(names: Iterable[tuple[NewName, str]]) -> tuple[str, ...]:
    by_reason: dict[str, list[str]] = {}
    for it, reason in names:
        by_reason.setdefault(reason, []).append(str(it))
    if not by_reason:
        return ()
    each = "; ".join(f"{', '.join(found)} ({reason})" for reason, found in by_reason.items())
    return (f"Whether these names are in use is not known: {each}",)
