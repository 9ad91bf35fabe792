"""Files are written whole or not at all, and named without leaving their folder."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.exports.files import write_bytes, write_text
from billow.file_names import safe_name
from billow.problems import Refused

NAMES = [
    # sentence, name, file name
    ("a plain name stays", "Contoso GmbH", "Contoso GmbH"),
    ("umlauts stay", "Müller & Söhne", "Müller & Söhne"),
    ("a way up is no way up", "../../etc/passwd", "_.._etc_passwd"),
    ("nor is a Windows one", "..\\..\\evil", "_.._evil"),
    ("a drive is no drive", "C:\\win", "C__win"),
    ("only dots", "...", "_"),
    ("nothing", "", "_"),
    ("a device of Windows", "NUL.txt", "_NUL.txt"),
    ("a device in disguise", "com¹", "_com1"),
    ("a wide slash becomes a slash, and then not", "a\uff0fb", "a_b"),
    ("text that runs backwards is turned round", "a\u202egpj.exe", "agpj.exe"),
    ("line breaks and zero bytes go", "a\nb\0c", "abc"),
    ("a dot at the end would vanish on Windows", "Contoso B.V.", "Contoso B.V"),
    ("80 bytes, and no half letter", "ü" * 50, "ü" * 40),
    ("what is too long keeps both endings", "a" * 90 + ".csv.gz", "a" * 73 + ".csv.gz"),
    ("what is no ending is cut like any text", "a.b " + "c" * 90, "a.b " + "c" * 76),
]


@pytest.mark.parametrize(("sentence", "name", "expected"), NAMES)
def test_safe_names(sentence: str, name: str, expected: str) -> None:
    assert safe_name(name) == expected, sentence


@given(st.text(max_size=200))
def test_any_name_stays_in_its_folder(name: str) -> None:
    made = safe_name(name)
    assert 0 < len(made.encode()) <= 80
    assert Path("folder", made).parent == Path("folder")
    assert made not in {".", ".."}
    assert safe_name(made) == made


def test_a_file_is_replaced_in_one_step_and_its_fingerprint_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "journal.csv"
    assert write_text(path, "first\r\n") == hashlib.sha256(b"first\r\n").hexdigest()
    write_bytes(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    taken = tmp_path / "journal.csv"
    taken.mkdir()
    (taken / "old").write_text("old", encoding="utf-8")
    with pytest.raises(Refused, match="EXP-003") as refusal:
        write_bytes(taken, b"new")
    assert "Close the file" in refusal.value.problems[0].hint
    assert (taken / "old").exists()
    assert list(tmp_path.iterdir()) == [taken]
