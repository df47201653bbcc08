"""`python -m tests.bench [lint|deploy|many ...]`: all of them, or those named."""

from __future__ import annotations

import sys

from tests.bench import deploy, lint, many

BENCHES = {"lint": lint.main, "deploy": deploy.main, "many": many.main}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
        print()
