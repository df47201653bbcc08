"""A load from a CSV file, and every mistake in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.scale.csv_file import MEASURES, TIME, read_csv
from stacks.scale.load import with_cpu
from tests.support.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, *lines: str) -> Path:
    """Write a file of these lines."""
    path = folder / "load.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_rows_last_until_the_next_and_gaps_are_missing(tmp_path: Path) -> None:
    """Five minutes a row; twenty minutes without one are fifteen without data; CPU is that of all tasks together."""
    found = read_csv(
        written(
            tmp_path,
            "Time, CPU, Tasks, Memory, Requests, Sessions",
            "2026-11-30T09:00+09:00,50,2,40,600,10",
            "2026-11-30T09:05+09:00,,2,40,0,10",
            "",
            "2026-11-30T09:10+09:00,80,3,41,900.5,12",
            "2026-11-30T09:30+09:00,10,1,41,1,1",
        )
    )
    assert found.start.isoformat() == "2026-11-30T00:00:00+00:00"
    assert found.minutes == 35
    assert list(found.cpu) == [100] * 5 + [None] * 5 + [240] * 5 + [None] * 15 + [10] * 5
    assert list(found.requests)[9:11] == [0, 900.5]
    assert list(found.tasks)[:6] == [2] * 6
    assert "Each row lasts 5 minutes, as most do; what is not covered is missing." in found.assumptions


def test_semicolons_steps_and_cpu_from_requests(tmp_path: Path) -> None:
    """Columns may be named as steps are; CPU can follow requests where there is none."""
    found = read_csv(
        written(tmp_path, "time;requests;queue", "2026-11-30 09:00;600;5", "2026-11-30 09:01:30;300;"), {"queue"}
    )
    assert found.metrics == {"queue": [5, None]}
    assert list(with_cpu(found, 200).cpu) == [300, 150]
    assert with_cpu(found, None) is found


@pytest.mark.parametrize(
    ("lines", "mistakes"),
    [
        (["cpu", "1"], ["line 1: there is no column time"]),
        (["time,tasks", "2026-11-30T09:00Z,1"], ["line 1: there is none of the columns cpu, memory and requests"]),
        (
            ["time,cpu,cpu,cpus", ""],
            ["line 1: the column 'cpus' is not known", "line 1: the column cpu is there 2 times"],
        ),
        (
            ["time,cpu", "2026-11-30T09:00Z,-1", "2026-11-30T09:00:30Z,1e999", "2026-13-30T09:00Z,1,2"],
            [
                "line 2: the cpu -1 is not a number from 0 on",
                "line 3: the time 2026-11-30T09:00:30Z is not after the line before",
                "line 3: the cpu 1e999 is not a number from 0 on",
                "line 4: 3 values for 2 columns",
            ],
        ),
        (["time,cpu", "2026-11-30T09:00Z,1"], ["line 2: there must be two rows at least"]),
        (
            ["time,cpu", "2026-01-01T09:00Z,1", "2026-11-30T09:00Z,1"],
            ["the last line: the file is longer than 62 days"],
        ),
        (["time,cpu", '2026-01-01T09:00Z,"1'], ["the file is no CSV: unexpected end of data"]),
    ],
)
def test_every_mistake_is_named_with_its_line(tmp_path: Path, lines: list[str], mistakes: list[str]) -> None:
    """All at once, and where the columns are described."""
    with pytest.raises(UserError) as caught:
        read_csv(written(tmp_path, *lines))
    found = str(caught.value)
    assert all(it in found for it in mistakes), found
    assert caught.value.why.count("\n") == len(mistakes)
    assert "docs/guides/choose-scaling.md" in found


def test_more_mistakes_than_anybody_reads_are_counted(tmp_path: Path) -> None:
    """Twenty are listed."""
    with pytest.raises(UserError, match="and 10 more"):
        read_csv(written(tmp_path, "time,cpu", *["never,1"] * 30))


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    """Each says why."""
    with pytest.raises(UserError, match="it cannot be read: No such file"):
        read_csv(tmp_path / "absent.csv")
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="it is not UTF-8"):
        read_csv(tmp_path / "x.csv")


def test_the_guide_has_every_column() -> None:
    """And no other, but for the metrics of steps."""
    guide = (ROOT / "docs" / "guides" / "choose-scaling.md").read_text(encoding="utf-8")
    table = guide.partition("### Columns of a CSV")[2].partition("\n\n`time`")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == {TIME, *MEASURES}
