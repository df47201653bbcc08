"""How it is shown where the time went."""

from __future__ import annotations

from stacks.views import spans
from tests.unit.stacks.cloudformation.test_spans import resource


def test_the_slowest_are_shown_with_their_part_of_the_critical_path() -> None:
    """Those that others hid say so; what took less than a second is left out."""
    took = [
        resource("Network/Vpc", 0, 12),
        resource("Iam/Role", 0, 17),
        resource("Ecr/Repository", 0, 0.4),
        resource("Network/LoadBalancer", 12, 128),
        resource("Ecs/Service", 128, 247),
    ]
    assert spans.lines(took) == [
        "Where the time went (critical path: 4 min 7 s):",
        "  Ecs/Service           119 s  create  48 %",
        "  Network/LoadBalancer  116 s  create  47 %",
        "  Iam/Role               17 s  create  beside others",
        "  Network/Vpc            12 s  create  5 %",
    ]


def test_a_quick_operation_needs_no_explanation() -> None:
    """Nothing is shown where nothing took a second; programs still get the times."""
    took = [resource("A", 0, 0.25)]
    assert spans.lines(took) == []
    assert spans.document(took) == {
        "critical_path": {"seconds": 0.25, "paths": ["A"]},
        "resources": [
            {
                "path": "A",
                "type": "T",
                "action": "create",
                "start": "2026-11-23T12:00:00+00:00",
                "seconds": 0.25,
                "status": "CREATE_COMPLETE",
            }
        ],
    }
