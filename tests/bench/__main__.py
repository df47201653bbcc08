"""`python -m tests.bench [templates|iam|lint|deploy|waiting|many|plan|terraform ...]`: all of them, or those named."""

from __future__ import annotations

import sys

from tests.bench import deploy, iam, lint, many, plan, templates, terraform, waiting

BENCHES = {
    "templates": templates.main,
    "iam": iam.main,
    "lint": lint.main,
    "deploy": deploy.main,
    "waiting": waiting.main,
    "many": many.main,
    "plan": plan.main,
    "terraform": terraform.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
        print()
