"""Delete a state of the sandbox, and with it the state's accounts: `python -m sandbox.forget FOLDER`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from sandbox import lease
from stacks.errors import Code, UserError


def forget(state_dir: Path) -> None:
    """Delete a folder with a sandbox's state, if it exists.

    Raises UserError if a sandbox runs on it, which would continue without its files, or if it holds anything else.
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
    """Run the command and return its exit code."""
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
