"""Typical durations: what is known of them, and what is assumed."""

from __future__ import annotations

from stacks.estimate.durations import assumed_seconds, expected_seconds


def test_typical_seconds_are_those_of_the_source() -> None:
    """A service takes 119 s to create and 71 s to update; replacing one is creating another."""
    service = "AWS::ECS::Service"
    assert expected_seconds(service, "create") == 119
    assert expected_seconds(service, "update") == 71
    assert expected_seconds(service, "replace") == 119
    assert expected_seconds(service, "delete") == 59.5
    assert expected_seconds(service, "import") == 1


def test_nothing_is_made_up_for_an_unknown_type() -> None:
    """It has no expected duration; where a number is needed, a short one is assumed. A nested stack has none either."""
    for unknown in ("AWS::Pipes::Pipe", "AWS::CloudFormation::Stack"):
        assert expected_seconds(unknown, "create") is None
    assert assumed_seconds("AWS::Pipes::Pipe", "create") == 2
    assert assumed_seconds("AWS::Pipes::Pipe", "update") == 1
