"""How often AWS is asked while something is happening."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stacks import watch

SECONDS = st.floats(min_value=0, max_value=10_000)


@given(since_start=SECONDS, quiet=SECONDS, calls=st.integers(min_value=1, max_value=50))
def test_the_pause_is_bounded(since_start: float, quiet: float, calls: int) -> None:
    """Never none; never longer than 5 s, unless so many stacks are busy that AWS would be asked too often."""
    pause = watch.pause(since_start=since_start, quiet=quiet, calls=calls)
    assert 0.05 <= pause <= max(5.0, calls / 5)


@given(quiet=SECONDS, calls=st.integers(min_value=1, max_value=50))
def test_aws_is_asked_at_most_five_times_a_second(quiet: float, calls: int) -> None:
    """Once an operation is under way, whatever happens in it."""
    assert calls / watch.pause(since_start=60, quiet=quiet, calls=calls) <= 5


@given(quiet=SECONDS)
def test_the_end_is_seen_soon(quiet: float) -> None:
    """With one busy stack, after at most 5 % of the time in which nothing has happened, or 0.2 s."""
    assert watch.pause(since_start=quiet, quiet=quiet, calls=1) <= max(0.2, 0.05 * quiet)


def test_a_short_operation_is_seen_to_end_at_once() -> None:
    """The first looks follow each other quickly, however many stacks there are."""
    assert watch.pause(since_start=0.1, quiet=0, calls=6) < 0.1
