"""The command line where the project is installed: `preto COMMAND ...`, and `python -m stacks COMMAND ...`."""

import gc
import sys

# Commands import much, and drop little of what they make: looking for cycles after every 700 new objects, as is the
# default, takes a tenth of their time.
gc.set_threshold(50000)

from stacks.cli import main  # noqa: E402 - the imports are most of it


def run(program: str) -> None:
    """Run the command line that the process was started with, as `program`, and end the process with its exit code."""
    code = main(sys.argv[1:], program)
    gc.freeze()  # What is left goes with the process: no look for cycles in it, either.
    sys.exit(code)


def preto() -> None:
    """Run the console script."""
    run("preto")


if __name__ == "__main__":
    run("python -m stacks")
