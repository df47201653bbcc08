"""The private names of ministack that the extension uses: all are looked for before anything is changed."""

from __future__ import annotations

import inspect
import re
import sys
from types import ModuleType


class MissingHookError(RuntimeError):
    """ministack lacks private names that the extension uses; the message lists every one."""


def require_hooks() -> None:
    """Raise MissingHookError, naming all that ministack lacks, where the loaded files of the extension use more."""
    missing = sorted({f"{module.__name__}:{name}" for module, name in used_names() if not hasattr(module, name)})
    if missing:
        raise MissingHookError(f"this ministack has no {', '.join(missing).replace('ministack.', '')}")


def used_names() -> set[tuple[ModuleType, str]]:
    """Return each module of ministack with each name that a loaded file of the extension takes from it.

    The text of the files is searched: parsing them would add a tenth to the time that the server takes to start.
    """
    found = set()
    for file in [module for name, module in sys.modules.items() if name.startswith(f"{__package__}.")]:
        aliases = {name: module for name, module in vars(file).items() if _is_ministacks(module)}
        if aliases:
            uses = re.finditer(rf"(?<!from )(?<![\w.\"'/-])({'|'.join(aliases)})\.(\w+)", inspect.getsource(file))
            found |= {(aliases[use[1]], use[2]) for use in uses}
    return found


def _is_ministacks(value: object) -> bool:
    return isinstance(value, ModuleType) and value.__name__.split(".")[0] == "ministack"
