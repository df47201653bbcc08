"""The command line: `python build.py COMMAND ...`; `python build.py --help` lists the commands."""

from __future__ import annotations

import contextlib
import os
import sys

from stacks.cli import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more, and the exit code is decided
            stream.flush()
    # Everything is closed by now: taking hundreds of modules apart one by one would only take time.
    os._exit(code)
