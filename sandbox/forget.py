"""Deleting a state of the embedded AWS, and so its accounts: `python -m sandbox.forget FOLDER`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from sandbox import lease
from stacks.errors import Code, UserError


def forget(state_dir: Path) -> None:
    """Delete the folder, where it is one of the sandbox's, or nothing is there.

    Raises UserError where a sandbox runs on it, which would go on without its files, or where it holds something else.
    """
    if not state_dir.exists():
        return
    what = f"The sandbox's state in {state_dir}"
    if not lease.is_state(state_dir):
        raise UserError(what, "the folder is not one of the sandbox's", "Nothing was deleted.", code=Code.SANDBOX)
    place = lease.become_server(state_dir)
    if place is None:
        record = lease.read_record(state_dir)
        end = f"End it first: kill {record.pid}" if record else "Wait until it has ended."
        raise UserError(what, "a sandbox runs on it", end, code=Code.SANDBOX)
    with place:
        shutil.rmtree(state_dir)


def main(arguments: list[str]) -> int:
    """Run the command; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.forget", description=__doc__)
    parser.add_argument("folder", type=Path)
    try:
        forget(parser.parse_args(arguments).folder)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
