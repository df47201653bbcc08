"""The server process itself; `sandbox.child` starts it."""

from __future__ import annotations

import sys

from sandbox.options import parse_options
from sandbox.server import main

if __name__ == "__main__":
    sys.exit(main(parse_options(sys.argv[1:])))
