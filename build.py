"""The command line: `python build.py COMMAND ...`; `python build.py --help` lists the commands."""

import gc
import sys

# Commands import much, and drop little of what they make: looking for cycles after every 700 new objects, as is the
# default, takes a tenth of their time.
gc.set_threshold(50000)

from stacks.cli import main  # noqa: E402 - the imports are most of it

if __name__ == "__main__":
    code = main(sys.argv[1:])
    gc.freeze()  # What is left goes with the process: no look for cycles in it, either.
    sys.exit(code)
