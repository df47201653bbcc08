"""The table of AWS's partitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from templates.partitions import partition_of

BOTOCORE = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("known", BOTOCORE["partitions"], ids=lambda it: it["id"])
def test_botocore_knows_the_same(known: dict[str, Any]) -> None:
    """Every region is in one partition, with its suffixes."""
    regions = {name for name in known["regions"] if not name.endswith("-global")}
    assert regions
    for region in regions:
        found = partition_of(region)
        suffixes = (known["outputs"]["dnsSuffix"], known["outputs"]["dualStackDnsSuffix"])
        assert found.name == known["id"]
        assert (found.suffix, f"api.{found.dual_stack_suffix}") == suffixes
