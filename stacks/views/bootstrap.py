"""The end of the bootstrap stack, for people and for programs: before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.terminal import counted
from stacks.views import failure
from stacks.views.destroy import text as destroyed_text

if TYPE_CHECKING:
    from stacks.bootstrap.destruction import BootstrapDestruction, DestroyedBootstrap, GoingRole

UNIT, UNITS = 1024, ("bytes", "KB", "MB", "GB")


def question(found: BootstrapDestruction) -> str:
    """Return what goes and what is lost with it."""
    where = f"account {found.account_id}, {found.region}"
    if found.destruction is None:
        lines = [f"The stack {found.stack_name} is gone from {where}; what it has left is deleted."]
    else:
        lines = [
            f"{found.stack_name} in {where} will be deleted: {counted(len(found.destruction.deleted), 'resource')}."
        ]
    lines += [f"The role {role.name} goes{_last_use(role)}." for role in found.roles]
    for it in found.buckets:
        held = f"{counted(it.versions, 'version')} of objects ({_size(it.size)})"
        lines.append(f"The bucket {it.bucket} goes with {held}; they cannot be restored:")
        lines.append("  templates and durations of earlier deployments, and journals of takeovers.")
    if found.uses.elsewhere:
        names = ", ".join(found.uses.elsewhere)
        lines.append(f"It holds templates of stacks that are not here: {names}. Are they gone, or in another region?")
    return "\n".join([*lines, *found.uses.notes])


def text(done: DestroyedBootstrap) -> str:
    """Return what is gone; or what failed first, and what to do."""
    found = done.found
    if found.is_nothing:
        where = f"account {found.account_id}, {found.region}"
        return f"Nothing to destroy: there is no stack {found.stack_name} in {where}, nor a bucket that it has left."
    if done.destroyed is not None and not done.destroyed.succeeded:
        return destroyed_text(done.destroyed)
    gone = [f"Deleted {found.stack_name} in {done.destroyed.seconds:.0f} s."] if done.destroyed else []
    return "\n".join(
        [
            *gone,
            *(
                f"Deleted the bucket {name} with {counted(count, 'version')} of objects."
                for name, count in done.emptied
            ),
        ]
    )


def document(done: DestroyedBootstrap) -> dict[str, Any]:
    """Return the same as a JSON document; `state` is null where there was no stack."""
    found, destroyed = done.found, done.destroyed
    return {
        "environment": found.environment,
        "stack": found.stack_name,
        "account": found.account_id,
        "region": found.region,
        "state": destroyed.state if destroyed else None,
        "succeeded": done.succeeded,
        "seconds": destroyed.seconds if destroyed else 0.0,
        "buckets": [{"name": name, "versions": count} for name, count in done.emptied],
        "roles": [role.name for role in found.roles],
        "failure": failure.document(destroyed.failure if destroyed else None),
        "next_step": (destroyed.next_step if destroyed else "") or None,
    }


def _last_use(role: GoingRole) -> str:
    return f" (last used on {role.used_at:%Y-%m-%d})" if role.used_at else ""


def _size(count: int) -> str:
    number, unit = float(count), 0
    while number >= UNIT and unit < len(UNITS) - 1:
        number, unit = number / UNIT, unit + 1
    return f"{number:.0f} {UNITS[unit]}"
