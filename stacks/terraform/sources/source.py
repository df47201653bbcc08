"""A place where a state is kept, which can be read, and read again to see that nothing has changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.terraform.reading import read_revision, read_state

if TYPE_CHECKING:
    from stacks.terraform.instances import Allowed
    from stacks.terraform.state import Revision, State


@dataclass(frozen=True, kw_only=True)
class Content:
    """The text of a state, which is not part of the `repr`."""

    text: bytes = field(repr=False)


class Source(ABC):
    """Where a state is. Nothing of its content is held."""

    name: str
    """For messages: a path, `s3://BUCKET/KEY`, "standard input"."""
    notes: tuple[str, ...] = ()
    """What whoever uses it should know, one sentence each."""
    repeatable: bool = True
    """Whether it can be read again."""
    errored: Source | None = None
    """A state that Terraform could not write to its backend, where there is one."""

    def read(self, allowed: Allowed, *, as_is: bool = False) -> State:
        """Return the state, with the allowed attributes of its resources (`stacks.terraform.reading.read_state`).

        Raises UserError where it is locked, not there, not to be read, or no state that can be used.
        """
        self.refuse_locked()
        content = self.load()
        found = read_state(content.text, allowed, source=self.name, as_is=as_is)
        self._refuse_errored(found)
        return found

    def refuse_unrepeatable(self) -> None:
        """Raise UserError where it cannot be read again, before something is done that needs that."""
        if not self.repeatable:
            raise self.unrepeatable()

    def unrepeatable(self) -> UserError:
        """Return the error for a second reading where there can be none."""
        then = "Name the file, the Terraform directory or s3://BUCKET/KEY instead."
        return UserError(self.name, "it can be read only once", then, code=Code.USAGE)

    def check_unchanged(self, revision: Revision) -> None:
        """Raise UserError where it is locked, or has changed since the revision was read."""
        self.refuse_locked()
        content = self.load()
        now = read_revision(content.text, source=self.name)
        if now.md5 == revision.md5:
            return
        if now.lineage != revision.lineage:
            why = "it is another state now: its lineage has changed"
        elif now.serial != revision.serial:
            why = f"it has changed since it was read: serial {revision.serial} is now {now.serial}"
        else:
            why = "its content has changed since it was read" + ("" if now.serial is None else ", without a new serial")
        then = "Let nobody run Terraform meanwhile, and begin again with a look: adopt ENV --state SOURCE"
        raise UserError(self.name, why, then, code=Code.STATE)

    def _refuse_errored(self, state: State) -> None:
        """Raise UserError where a later state than this is one that Terraform could not write."""
        if self.errored is None:
            return
        later = read_revision(self.errored.load().text, source=self.errored.name)
        if later.lineage == state.lineage and (later.serial or 0) > (state.serial or 0):
            why = f"a later state, serial {later.serial}, is in {self.errored.name}: Terraform could not write it"
            raise UserError(self.name, why, "Run `terraform state push errored.tfstate` there first.", code=Code.STATE)

    @abstractmethod
    def refuse_locked(self) -> None:
        """Raise UserError where somebody holds its lock."""

    @abstractmethod
    def load(self) -> Content:
        """Return its text. Raises UserError."""

    @abstractmethod
    def document(self) -> dict[str, Any]:
        """Return where it is, for `restore_source`; nothing of what is in it."""
