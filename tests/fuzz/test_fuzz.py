"""No bytes bring a parser to anything but an answer or problems; who looks for such bytes would find them."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from billow_templates import template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.full import EXAMPLES, FULL
from tests.fuzz.parsers import PARSERS, corpus, words
from tests.fuzz.seeded import SEEDED, seeded

ROOT = Path(__file__).parents[2]
SECONDS = 30
# A run of these takes milliseconds, or a third of a second; the others take less than one millisecond.
SLOW = {"workbook": EXAMPLES // 4, "report": EXAMPLES // 6}


@st.composite
def edited(draw: st.DrawFn, parser: str) -> bytes:
    """Draw a file of the corpus with some places overwritten, by words of the dictionary or any bytes."""
    data = draw(st.sampled_from(corpus(parser)))
    piece = st.sampled_from(words(parser)) | st.binary(max_size=6)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(start + 24, len(data))))
        data = data[:start] + draw(piece) + data[end:]
    return data


@st.composite
def retold(draw: st.DrawFn, parser: str) -> bytes:
    """Draw a file of the corpus with one or two of its words replaced, so that its form holds."""
    parts = re.findall(rb"[\w.]+|\W", draw(st.sampled_from(corpus(parser)))) or [b""]
    for _ in range(draw(st.integers(1, 2))):
        parts[draw(st.integers(0, len(parts) - 1))] = draw(st.sampled_from(words(parser)))
    return b"".join(parts)


def bytes_for(parser: str) -> st.SearchStrategy[bytes]:
    """Return bytes that a parser may meet: files that were changed, words in a row, or anything."""
    in_a_row = st.lists(st.sampled_from(words(parser)) | st.binary(max_size=3), max_size=6).map(b"".join)
    return edited(parser) | retold(parser) | in_a_row | st.binary(max_size=64)


def tried(parser: str, run: Callable[[bytes], None], examples: int) -> None:
    """Let Hypothesis try a parser; what breaks it is raised with the bytes that do."""

    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(bytes_for(parser))
    def one(data: bytes) -> None:
        run(data)

    one()


@pytest.mark.parametrize("parser", PARSERS)
def test_what_once_broke_a_parser_does_so_no_more(parser: str) -> None:
    files = corpus(parser)
    assert files
    for data in files:
        PARSERS[parser](data)


@pytest.mark.parametrize("parser", PARSERS)
def test_hypothesis_finds_nothing_but_problems(parser: str) -> None:
    tried(parser, PARSERS[parser], SLOW.get(parser, EXAMPLES * 2))


@pytest.mark.parametrize("parser", SEEDED)
def test_hypothesis_finds_a_seeded_mistake(parser: str) -> None:
    with pytest.raises(SEEDED[parser][1]):
        tried(parser, seeded(parser), 5000)


def by_atheris(parser: str, folder: Path, seconds: int, *words: str) -> tuple[int, str]:
    """Let atheris try a parser in a process of its own; return how that ended, and what it said last."""
    pytest.importorskip("atheris", reason="atheris has wheels for Linux only")
    command = [sys.executable, "-m", "tests.fuzz", parser, "--seconds", str(seconds), "--found", str(folder)]
    done = subprocess.run(
        [*command, *words], check=False, cwd=ROOT, capture_output=True, text=True, errors="replace"
    )
    return done.returncode, done.stderr[-3000:] + done.stdout[-3000:]


# Atheris is led by the lines of Python that run; what pydantic checks in a manifest is compiled.
@pytest.mark.parametrize("parser", [parser for parser in SEEDED if parser != "manifest"])
def test_atheris_finds_a_seeded_mistake(parser: str, tmp_path: Path) -> None:
    code, said = by_atheris(parser, tmp_path, 60, "--seeded")
    assert code != 0
    assert SEEDED[parser][1].__name__ in said
    assert list(tmp_path.glob("crash-*")), "the bytes are kept"


@pytest.mark.skipif(
    not FULL, reason="half a minute for each parser; make test-full and make fuzz try them all"
)
@pytest.mark.parametrize("parser", PARSERS)
def test_atheris_finds_nothing_but_problems(parser: str, tmp_path: Path) -> None:
    code, said = by_atheris(parser, tmp_path, SECONDS)
    assert code == 0, said


def test_the_parts_of_the_workbook_that_are_tried_first_are_parts_of_it() -> None:
    """Else they would be put where nobody expects them, and be refused before anything is read."""
    parts = [data.partition(b"\n")[0].decode() for data in corpus("workbook") if not data.startswith(b"PK")]
    with ZipFile(template("Billing")) as archive:
        assert set(parts) <= set(archive.namelist())
    assert len(parts) > 5
