"""Several clerks at once, and a machine that dies in the middle: no gap, no double, none lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import billow
from billow.invoicing import archive
from billow.invoicing.document import Document
from billow.register.register import Register

from .samples import draft, new_register

_WORKER = Path(__file__).with_name("worker.py")


def test_eight_writers_at_once_leave_no_gap(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    writers = [
        _start(tmp_path, f"{writer}", [draft(f"C-{writer}-{n}") for n in range(6)], step=2)
        for writer in range(8)
    ]
    for writer in writers:
        _, complaint = writer.communicate(timeout=120)
        assert writer.returncode == 0, complaint
    numbers = [document.number for document in register.documents()]
    assert numbers == [f"2026-{n:04}" for n in range(1, 49)]
    assert register.verify() == []


def test_killed_while_issuing_and_run_again(tmp_path: Path) -> None:
    new_register(tmp_path)
    drafts = [draft(f"C-{n}") for n in range(1500)]
    chance = random.Random(7)  # noqa: S311 - moments to kill at, not a secret
    killed = halfway = 0
    for attempt in range(60):
        if killed >= 5 and halfway >= 1:
            break
        worker = _start(tmp_path, f"{attempt}", drafts, step=100)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        killed += worker.returncode == -signal.SIGKILL
        halfway += (tmp_path / "register.sqlite-journal").exists()
        register = Register.open(tmp_path / "register.sqlite", "workbook-1")
        before = register.documents()
        assert [x.number for x in before] == [f"2026-{n:04}" for n in range(1, len(before) + 1)]
        assert len(before) % 100 == 0, "a step is issued whole or not at all"
        assert register.verify() == []
    assert killed >= 5, "the harness must really kill"
    assert halfway >= 1, "and kill while a transaction is open"
    last = _start(tmp_path, "last", drafts, step=100)
    last.communicate(timeout=60)
    assert last.returncode == 0
    after = register.documents()
    assert after[: len(before)] == before
    assert [x.buyer.number for x in after] == [x.buyer.number for x in drafts]
    assert [x.number for x in after] == [f"2026-{n:04}" for n in range(1, 1501)]
    assert register.verify() == []


def _start(folder: Path, name: str, drafts: Sequence[Document], *, step: int) -> "subprocess.Popen[str]":
    file = folder / f"{name}.drafts"
    file.write_text("\n".join(archive.to_text(document) for document in drafts), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(_WORKER), str(folder / "register.sqlite"), str(file), str(step)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(billow.__file__).parents[1])},
    )
