"""Reads a state: version 4 of Terraform and OpenTofu, and the output of `terraform show -json`."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.terraform import shown, version4
from stacks.terraform.documents import PULL, load_object, malformed, refused
from stacks.terraform.instances import Allowed, Instance, Reading
from stacks.terraform.state import Revision, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Allowed", "read_revision", "read_state"]

_VERSION = 4
_OPENTOFU = "registry.opentofu.org/"
_PLAN = ("resource_changes", "planned_values", "prior_state")
_SHOWN = frozenset({"format_version", "terraform_version"})
_OTHER = {
    "provider_schemas": "the output of `terraform providers schema -json`",
    "diagnostics": "the output of `terraform validate -json`",
}


def read_state(content: bytes, allowed: Allowed, *, source: str, as_is: bool = False) -> State:
    """Return the state that a text is, with the allowed attributes of its resources and nothing else of them.

    `source` names it in messages. With `as_is`, tainted resources and a state without resources are no errors: so it is
    read to learn what Terraform still holds. Raises UserError, which never has anything of the content but addresses.
    """
    document = load_object(content, source)
    _refuse_others(document, source)
    form = version4 if "version" in document else shown
    instances = list(form.instances(document, Reading(source=source, allowed=allowed)))
    found = [it for it in instances if not it.is_deposed]
    _refuse_duplicates(found, source)
    if not as_is:
        _refuse_unusable(found, source)
    resources = tuple(it.resource for it in found)
    revision = _revision(document, content, source)
    return State(
        program_version=_text(document, "terraform_version", source) or "",
        serial=revision.serial,
        lineage=revision.lineage,
        md5=revision.md5,
        resources=resources,
        is_opentofu=any(it.provider.startswith(_OPENTOFU) for it in resources),
        deposed=tuple(dict.fromkeys(it.resource.address for it in instances if it.is_deposed)),
    )


def read_revision(content: bytes, *, source: str) -> Revision:
    """Return what distinguishes a state from a later one, and read nothing else of it. Raises UserError."""
    document = load_object(content, source)
    _refuse_others(document, source)
    return _revision(document, content, source)


def _revision(document: Mapping[str, Any], content: bytes, source: str) -> Revision:
    serial = document.get("serial")
    if serial is not None and (isinstance(serial, bool) or not isinstance(serial, int) or serial < 0):
        raise malformed(source, "serial", "is no whole number from 0 on")
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return Revision(serial=serial, lineage=_text(document, "lineage", source), md5=md5)


def _text(document: Mapping[str, Any], name: str, source: str) -> str | None:
    """Return a text that can be printed as it is."""
    value = document.get(name)
    if value is not None and not (isinstance(value, str) and value.isprintable()):
        raise malformed(source, name, "is no text")
    return value


def _refuse_others(document: Mapping[str, Any], source: str) -> None:
    """Raise UserError for everything that is no state of version 4, and no output of `terraform show -json`."""
    if any(name in document for name in _PLAN):
        then = "A plan says what will change, not what runs: use `terraform show -json` without a plan's file."
        raise refused(source, "it is a plan, not a state", then)
    if "encrypted_data" in document:
        then = "OpenTofu decrypts it: tofu state pull | python build.py adopt ENV --state -"
        raise refused(source, "it is a state that OpenTofu has encrypted", then)
    if other := next((words for name, words in _OTHER.items() if name in document), ""):
        raise refused(source, f"it is {other}, not a state")
    if "version" in document:
        _refuse_version(document, source)
    elif "format_version" not in document or ("values" not in document and set(document) - _SHOWN):
        raise refused(source, "it is JSON, but no Terraform state: it has no version")
    elif str(document["format_version"]).partition(".")[0] not in {"0", "1"}:
        then = f"Use the state itself: {PULL}"
        raise refused(source, "its format_version is newer than 1.x, which can be read", then)


def _refuse_version(document: Mapping[str, Any], source: str) -> None:
    version = document["version"]
    if "backend" in document and "resources" not in document:
        then = "Name the directory that .terraform is in: --state DIRECTORY"
        raise refused(source, "it says where the state is, and is none itself", then)
    if isinstance(version, bool) or not isinstance(version, int):
        raise malformed(source, "version", "is no whole number")
    if version < _VERSION:
        then = "Terraform 0.12 or newer writes version 4: upgrade, and run `terraform apply` once."
        raise refused(source, f"it is a state of version {max(version, 0)}; version 4 can be read", then)
    if version > _VERSION:
        then = "Use a newer version of this program, or `terraform show -json > FILE` and --state FILE."
        raise refused(source, "its version is newer than 4, which can be read", then)


def _refuse_duplicates(found: Sequence[Instance], source: str) -> None:
    counted = Counter(it.resource.address for it in found)
    if twice := [address for address, count in counted.items() if count > 1]:
        raise malformed(source, twice[0], "is in it more than once")


def _refuse_unusable(found: Sequence[Instance], source: str) -> None:
    """Raise UserError where nothing can be taken over, or something that Terraform wants to replace."""
    if not any(not it.resource.is_data for it in found):
        raise _empty(source)
    if tainted := [it.resource.address for it in found if it.is_tainted]:
        names = ", ".join(tainted)
        then = "Let Terraform replace them (`terraform apply`), or keep them: `terraform untaint ADDRESS` for each."
        raise UserError(source, f"Terraform has marked for replacement (tainted): {names}", then, code=Code.STATE)


def _empty(source: str) -> UserError:
    then = "Is it the right state, and the right workspace? `terraform workspace list`, `terraform state list`"
    return refused(source, "it has no resources that Terraform manages", then)
