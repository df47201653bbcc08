"""What keeps new resources from being created: names that are taken, and quotas."""

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
    """Raise UserError, naming everything that is in the way at once; give what may be, or could not be found out.

    Nothing is asked where nothing is created.
    """
    if not created:
        return ()
    looked = names.look_up(aws, names.new_names(created))
    checked = check_quotas(aws, quotas.quota_needs(settings, created))
    exceeded = [it for it in checked if it.exceeded]
    if looked.taken or exceeded:
        raise _refusal(looked.taken, exceeded)
    return (*_unknown(looked.unknown), *(it.warning for it in checked if it.warning))


def _refusal(taken: Sequence[NewName], exceeded: Sequence[QuotaResult]) -> UserError:
    """Return one error for all of it."""
    what = " and ".join([*(["names"] if taken else []), *(["quotas"] if exceeded else [])])
    why, then = [], []
    if taken:
        why.append(f"taken, by what is not of this stack: {', '.join(f'{it} ({it.path})' for it in taken)}")
        settings = " or ".join(dict.fromkeys(it.lookup.setting for it in taken))
        then.append(f"Delete what has these names if nobody needs it any more, or set another {settings}.")
    if exceeded:
        why.append("; ".join(it.exceeded for it in exceeded))
        then += ["Delete what is not needed, or have AWS raise it:", *(f"  {it.raise_it}" for it in exceeded)]
    return UserError(what, "; ".join(why), "\n".join(then))


def _unknown(names: Iterable[tuple[NewName, str]]) -> tuple[str, ...]:
    by_reason: dict[str, list[str]] = {}
    for it, reason in names:
        by_reason.setdefault(reason, []).append(str(it))
    if not by_reason:
        return ()
    each = "; ".join(f"{', '.join(found)} ({reason})" for reason, found in by_reason.items())
    return (f"Whether these names are taken is not known: {each}",)
