"""What a clerk waits for before a command begins, and what is loaded while it waits for files."""

import subprocess
import sys

import pytest

import billow


def _said(*arguments: str) -> str:
    """Run Python on its own, which must not say a word beside what it was asked."""
    found = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    assert found.stderr == ""
    return found.stdout.strip()


def test_the_program_ends_as_quietly_as_it_began() -> None:
    assert _said("-m", "billow", "--version") == billow.__version__


def test_what_adds_charges_up_is_not_loaded_with_the_program_but_ahead_of_its_time() -> None:
    found = _said(
        "-c",
        "import sys, billow.cli\n"
        "from billow.commands.ahead import load_ahead\n"
        "later = ('ibis', 'billow.usage.aggregate', 'billow.usage.vendor_rows', 'pyarrow.acero')\n"
        "print(any(name in sys.modules for name in later))\n"
        "load_ahead().join()\n"
        "print(all(name in sys.modules for name in later))",
    )
    assert found.split() == ["False", "True"]


def test_what_serves_a_report_in_parts_is_not_loaded_with_the_program() -> None:
    assert _said("-c", "import sys, billow.cli\nprint('fsspec' in sys.modules)") == "False"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, ""),
        (["check", "nowhere.xlsx"], 1, "nowhere.xlsx"),
        (["check"], 2, "Missing argument"),
        (["no-such-command"], 2, "No such command"),
    ],
)
def test_the_program_ends_with_the_code_of_its_command_and_all_it_said(
    arguments: list[str], code: int, said: str
) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "billow", *arguments], capture_output=True, text=True, check=False
    )
    assert (found.returncode, said in found.stderr) == (code, True)
