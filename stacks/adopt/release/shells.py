"""Commands that remove resources from a state, with addresses that reach Terraform as they are, in each shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def sh_backup(program: str, file: str) -> str:
    """Return the command that keeps the state in a file, which only its owner can read: a state has secrets."""
    return f"(umask 077 && {program} state pull > {shlex.quote(file)})"


def sh_removal(program: str, addresses: Sequence[str]) -> str:
    """Return one command, so that the state is written once, with an address a line."""
    return " \\\n  ".join([f"{program} state rm", *map(shlex.quote, addresses)])


def powershell_backup(program: str, file: str) -> str:
    """Return the same for PowerShell, whose `>` writes UTF-16 before version 6, which Terraform does not read.

    https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection
    """
    return f'[IO.File]::WriteAllLines("$PWD/{file}", [string[]]({program} state pull))'


def powershell_removals(program: str, addresses: Sequence[str]) -> Iterator[str]:
    """Yield commands for PowerShell: one for all addresses without quotes, one for each with them.

    PowerShell before 7.3 drops the quotes in an argument, and later ones do not. After `--%` all of them pass on a line
    as it is, but for `%NAME%` of an environment variable; Terraform splits it by the rules of Windows, with a backslash
    before each quote.
    https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing
    """
    plain = [it for it in addresses if '"' not in it]
    if plain:
        yield " `\n  ".join([f"{program} state rm", *(f"'{it}'" for it in plain)])
    for address in addresses:
        if '"' in address:
            yield f"{program} --% state rm {_windows_argument(address)}"


def _windows_argument(text: str) -> str:
    r"""Return an argument in quotes; backslashes before a quote are doubled.

    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
    """
    found, backslashes = [], 0
    for letter in text:
        if letter == "\\":
            backslashes += 1
            continue
        found.append("\\" * (2 * backslashes + 1 if letter == '"' else backslashes) + letter)
        backslashes = 0
    return '"' + "".join(found) + "\\" * (2 * backslashes) + '"'
