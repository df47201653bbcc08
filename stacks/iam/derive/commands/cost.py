"""What `cost` calls: AWS's price list, which is the same for everybody."""

from __future__ import annotations

from stacks.iam.derive.calls import NOTHING, calls_of

CALLS = calls_of("cost", ("pricing:GetProducts", NOTHING, "the prices of the region"))
