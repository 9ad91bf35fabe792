"""The benchmark of a month compares like with like: all sides come to the same lines and money."""

from pathlib import Path

import pytest

from benchmarks.usage_month import OURS, Desk, spent
from benchmarks.usage_script import KINDS

ROWS = 300


def test_billow_and_the_scripts_come_to_the_same_lines_and_money(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.lay_out(ROWS)
    for name in (OURS, *KINDS):
        assert min(spent(desk.command(name))) > 0
    ours = desk.lines(OURS)
    assert ours.total() == ROWS  # each row of so small a report is an account and SKU of its own
    assert [desk.lines(name) for name in KINDS] == [ours, ours]


def test_a_side_that_fails_stops_the_benchmark(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.lay_out(1)
    command = desk.command("exact")
    desk.report.unlink()
    with pytest.raises(AssertionError, match="No such file"):
        spent(command)
