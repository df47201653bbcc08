"""`python -m stacks COMMAND ...`: the command line where the project is installed, without its `build.py`."""

import sys

from stacks.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m stacks"))
