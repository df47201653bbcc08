"""How large the IAM documents of prod, hardened and the bootstrap stack are, against what IAM takes."""

from __future__ import annotations

from tests.bench.measure import verdict
from tests.policies.emitted import BOOTSTRAP
from tests.policies.sizes import sizes

ENVIRONMENTS = ("prod", "hardened", *(name for name, settings in BOOTSTRAP.items() if settings))


def main() -> None:
    """Print a table for each, with the part of the limit, and the largest part of all."""
    most = 0.0
    print("IAM documents (characters without white space, or policies), and their part of IAM's limit")
    for environment in ENVIRONMENTS:
        print(f"  {environment}")
        for it in sizes(environment):
            most = max(most, it.share)
            print(f"    {it.what:55}{it.value:8}{it.limit:8}{it.share:8.2f}")
    print(verdict("largest part of a limit", most, 1))
