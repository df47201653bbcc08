"""The command line of a clone: `python build.py COMMAND ...`; `python build.py --help` lists the commands."""

from stacks.__main__ import run

if __name__ == "__main__":
    run("python build.py")
