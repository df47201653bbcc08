"""How large the templates of all environments are, against what CloudFormation takes."""

from __future__ import annotations

import json

from stacks import settings
from stacks.build.render import render
from tests.bench.measure import ROOT, verdict

LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200}
"""Of one template (CloudFormation, "Understand CloudFormation quotas")."""
LONGEST = 1_000_000
"""Bytes of a template that is passed as an object in S3 (likewise); ours are."""
FOLDER = ROOT / "environments"


def main() -> None:
    """Print a table for each environment, and the largest figures of all beside their limits."""
    most = dict.fromkeys([*LIMITS, "bytes"], 0)
    print("Templates of each environment")
    for environment in settings.known(FOLDER):
        print(f"  {environment:14}" + "".join(f"{column.lower():>12}" for column in most))
        for name, text in sorted(render(settings.load(environment, directory=FOLDER)).templates.items()):
            template = json.loads(text)
            row = {part: len(template.get(part, ())) for part in LIMITS} | {"bytes": len(text.encode())}
            most = {column: max(most[column], row[column]) for column in most}
            print(f"    {name.partition('.')[0]:12}" + "".join(f"{value:12}" for value in row.values()))
    for column, limit in (LIMITS | {"bytes": LONGEST}).items():
        print(verdict(f"{column.lower()} of the largest", most[column], limit))
