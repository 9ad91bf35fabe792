"""A real LibreOffice serves the functions: installed by the command, typed into cells of the example."""

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pytest
from billow_udfs.calc import extension

from billow.functions import FUNCTIONS
from billow.workbook import Workbook
from billow.workbook.examples import NAMED
from tests.commands.clerk import MONTH, billow, rows
from tests.functions.ranges import day
from tests.functions.runs import run_of

pytestmark = pytest.mark.office
NOBODY = 65534
# LibreOffice refuses extensions of its administrator's own: there the program runs as nobody.
UNOPKG = """#!/bin/sh
if [ "$1" = add ]; then
    for last in "$@"; do :; done
    cp "$last" {profile}/billow.oxt && chmod 644 {profile}/billow.oxt
    set -- add --force {profile}/billow.oxt
fi
exec {as_nobody} env HOME={profile} {unopkg} "$@" -env:UserInstallation=file://{profile}/lo
"""


class Calc(NamedTuple):
    """An office with the functions, and the environment in which commands find its program."""

    profile: Path
    path: str


@pytest.fixture(scope="module")
def calc() -> Iterator[Calc]:
    """A profile of its own, into which ``billow install --calc`` has put the functions."""
    folder = Path(mkdtemp(prefix="billow-calc-"))
    program = shutil.which("unopkg")
    assert program is not None
    is_root = os.geteuid() == 0
    _give_away(folder)
    as_nobody = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups" if is_root else ""
    programs = folder / "programs"
    programs.mkdir()
    wrapper = programs / "unopkg"
    wrapper.write_text(UNOPKG.format(profile=folder, as_nobody=as_nobody, unopkg=program), encoding="utf-8")
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IEXEC)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", path)
        said = billow("install", "--calc")
    assert said.code == 0, said.err
    yield Calc(folder, path)
    shutil.rmtree(folder)


def _give_away(folder: Path) -> None:
    """Let nobody own the profile, also what the administrator's LibreOffice has left in it."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def driven(calc: Calc, workbook: Path, *steps: dict[str, Any]) -> list[Any]:
    """Return what LibreOffice says to the steps, taken in a copy of nothing: it never saves."""
    if Workbook.open(workbook).cell("Billow_Run"):
        run_of(workbook)
    done = subprocess.run(
        ["/usr/bin/python3", str(Path(__file__).with_name("uno_host.py")), str(calc.profile / "lo")],
        input=json.dumps({"open": workbook.resolve().as_uri(), "steps": steps}),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


JUNE = '"2026-06-14";"2026-06-30";"2026-06-01";"2026-06-30"'
SHEETS = "tblPrices;tblCustomers;tblProducts"
LINE = "@line"
# A function as it is typed, and what its first cells show; figures as in the tests of each function.
TYPED: dict[str, tuple[str, Any]] = {
    "BILLOW_PRORATE": (f"(300;{JUNE})", 170.0),
    "BILLOW_PRORATION": (f"({JUNE})", "17 of 30 days"),
    "BILLOW_PERIODS": (
        '("2026-01-31";"2026-04-02";"monthly")',
        [["From", "Through"], [day("2026-01-31"), day("2026-02-27")]],
    ),
    "BILLOW_RATE": ("({5|10|12};{10;99};{5;4})", [[25.0], [50.0], [58.0]]),
    "BILLOW_RATE_PARTS": ("(12;{10;99};{5;4})", [["Part", "Amount"], ["10 x 5 EUR (up to 10)", 50.0]]),
    "BILLOW_PRICE": (f'("C-1002";"SUPPORT";"2026-06-30";{SHEETS})', 195.0),
    "BILLOW_QUOTE": (
        '("C-1002";"SUPPORT";2;"2026-06-14";"2026-06-30";tblPrices;tblTiers;tblDiscounts;tblCustomers;tblProducts)',
        [
            ["From", "Through", "Days", "Net", "Currency"],
            [day("2026-06-14"), day("2026-06-30"), "17 of 30 days", 221.0, "EUR"],
        ],
    ),
    "BILLOW_VAT": ("({10.02;10.02};{21;21})", [["Category", "Rate", "Net", "VAT"], ["S", 21.0, 20.04, 4.21]]),
    "BILLOW_FX": ('(1000;"USD";"EUR";"2026-06-30";tblFx)', "@rate"),
    "BILLOW_ALLOCATE": ("(100;{1;1;1})", [[33.34], [33.33], [33.33]]),
    "BILLOW_SEATS": ('("C-1001";"SUPPORT";"2026-06-30";tblSubscriptions;tblChanges)', 1.0),
    "BILLOW_USAGE": (f'(Billow_Run;"C-1001";"NONE";"{MONTH}")', 0.0),
    "BILLOW_USAGE_TABLE": (
        f'(Billow_Run;"C-1001";"{MONTH}";"vendor")', [["Vendor", "Quantity", "Unit", "Cost", "Currency"]],
    ),
    "BILLOW_INVOICED": (f'(Billow_Run;"C-1001";"{MONTH}")', "@net"),
    "BILLOW_USERS": (f'(Billow_Run;"C-1001";"SUPPORT";"{MONTH}";"count")', [["From", "Through", "Users"]]),
    "BILLOW_COMPARE": (
        f'(Billow_Run;"C-1003";"{MONTH}";"{MONTH}";"revenue_group")',
        [
            ["Revenue group", MONTH, MONTH, "Difference", "Currency"],
            ["licences", 3400.2, 3400.2, 0.0, "EUR"],
            ["services", 195.0, 195.0, 0.0, "EUR"],
        ],
    ),
    "BILLOW_CHECK": ("(Billow_Run)", "OK"),
    "BILLOW_EXPLAIN": (f'(Billow_Run;"{LINE}")', [["Step", "Amount"]]),
    "BILLOW_LIST_PRICE": (
        '(Billow_Run;"CFQ7TTC0LCHC/0002";"2026-06-30";"P1Y";"monthly";"EUR";"Commercial";"NL")', 264.0,
    ),
}  # fmt: skip


def test_every_function_is_typed_into_a_cell(calc: Calc, issued_month: Path) -> None:
    assert set(TYPED) == set(FUNCTIONS)
    rate = next(row["Rate"] for row in rows(issued_month, "tblFx") if row["Currency from"] == "USD")
    net = next(row["Net"] for row in rows(issued_month, "tblInvoices") if row["Customer"] == "C-1001")
    known = {"@rate": float(round(rate * 1000, 2)), "@net": float(net)}
    line = rows(issued_month, "tblLines")[0]["Line"]
    steps: list[dict[str, Any]] = []
    for at, (name, (cells, _)) in enumerate(TYPED.items()):
        area = f"A{at * 5 + 1}:E{at * 5 + 4}"
        steps += [{"array": {area: f"={name}{cells.replace(LINE, line)}"}}, {"read": area}]
    shown = driven(calc, issued_month, *steps)[1::2]
    for (name, (_, expected)), found in zip(TYPED.items(), shown, strict=True):
        wanted = known.get(expected, expected) if isinstance(expected, str) else expected
        block = wanted if isinstance(wanted, list) else [[wanted]]
        assert [row[: len(block[0])] for row in found[: len(block)]] == block, name


def test_a_changed_price_changes_the_answer_at_once(calc: Calc, issued_month: Path) -> None:
    """LibreOffice recalculates by itself when the cell on sheet Prices changes; nothing is run."""
    book = Workbook.open(issued_month)
    row = next(r for r in book.read("tblPrices") if r["Product"] == "SUPPORT" and r["Scope"] == "everyone")
    place = f"J{row.number}"
    asked = f'=BILLOW_PRICE("C-1002";"SUPPORT";"2026-06-30";{SHEETS})'
    shown = driven(
        calc,
        issued_month,
        {"set": {"A1": asked}},
        {"read": "A1"},
        {"sheet": "Prices", "set": {place: 200.5}},
        {"read": "A1"},
    )
    assert (shown[1], shown[3]) == ([[float(row["Price or %"])]], [[200.5]])


def test_blanks_and_mistakes_show_their_sentence(calc: Calc, issued_month: Path) -> None:
    shown = driven(
        calc,
        issued_month,
        {"set": {"G1": 30.0, "G3": "x"}},
        {"array": {"A1:A3": f"=BILLOW_PRORATE(G1:G3;{JUNE})"}},
        {"set": {"B1": '=BILLOW_CHECK("/etc/passwd")'}},
        {"read": "A1:B3"},
    )[-1]
    assert [row[0] for row in shown] == [
        17.0,
        "#BILLOW: amounts is blank; it is the amount of the whole cycle.",
        '#BILLOW: "x" in column amounts is not a number.',
    ]
    assert shown[0][1] == '#BILLOW: "/etc/passwd" is not what Billow_Run says; name that cell.'


# What the examples of the shipped workbook show before anything is typed; figures by hand: 17 of 30 days of
# 300 and of 45.50; 10 units at 5 and the rest at 4; 21 % of 20.04 and 9 % of 5; 100 in three parts.
SHIPPED: dict[str, list[list[Any]]] = {
    "BILLOW_PRORATE": [[170.0], [25.78]],
    "BILLOW_PRORATION": [["17 of 30 days"]],
    "BILLOW_PERIODS": [["From", "Through"], [day("2026-01-31"), day("2026-02-27")]],
    "BILLOW_RATE": [[25.0], [50.0], [58.0]],
    "BILLOW_RATE_PARTS": [["Part", "Amount"], ["10 x 5 EUR (up to 10)", 50.0], ["2 x 4 EUR (above)", 8.0]],
    "BILLOW_VAT": [["Category", "Rate", "Net", "VAT"], ["S", 9.0, 5.0, 0.45], ["S", 21.0, 20.04, 4.21]],
    "BILLOW_ALLOCATE": [[33.34], [33.33], [33.33]],
}


def connected(calc: Calc, workbook: Path) -> dict[str, list[list[Any]]]:
    """What LibreOffice shows in the cells of each example after ``billow connect``."""
    assert billow("connect", workbook).code == 0
    places = Workbook.open(workbook).named_blocks(NAMED)
    shown = driven(calc, workbook, *({"sheet": title, "read": area} for title, area in places.values()))
    return {name.replace(NAMED, "BILLOW_"): found for name, found in zip(places, shown, strict=True)}


def test_the_examples_of_the_shipped_workbook_live_or_say_what_they_lack(calc: Calc, tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook).code == 0
    shown = connected(calc, workbook)
    assert set(shown) == set(FUNCTIONS)
    for name, found in shown.items():
        if name in SHIPPED:
            assert found[: len(SHIPPED[name])] == SHIPPED[name], name
        else:
            assert str(found[0][0]).startswith("#BILLOW: "), name


def test_the_examples_show_the_figures_of_the_workbook_they_stand_in(calc: Calc, issued: Path) -> None:
    run_of(issued)
    first = rows(issued, "tblSubscriptions")[0]
    net = next(r["Net"] for r in rows(issued, "tblInvoices") if r["Customer"] == first["Customer"])
    shown = connected(calc, issued)
    assert not [
        name for name, found in shown.items() if str(found[0][0]).startswith("#") and name != "BILLOW_COMPARE"
    ]
    assert shown["BILLOW_PRICE"] == [[195.0]]
    assert shown["BILLOW_CHECK"] == [["OK"]]
    assert shown["BILLOW_INVOICED"] == [[float(net)]]
    assert shown["BILLOW_QUOTE"][1][2:5] == ["17 of 30 days", 221.0, "EUR"]
    assert "No run has looked at 2026-05" in shown["BILLOW_COMPARE"][0][0]


def test_the_same_code_gives_the_same_bytes() -> None:
    assert extension() == extension()


def test_uninstall_takes_them_out_and_then_there_is_nothing_to_take(
    calc: Calc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", calc.path)
    _give_away(calc.profile)
    assert billow("uninstall", "--calc").code == 0
    again = billow("uninstall", "--calc", "--json")
    assert (again.code, again.data["problems"][0]["code"]) == (1, "INS-002")
    assert billow("install", "--calc").code == 0


def test_without_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = billow("install", "--calc", "--json")
    assert (said.code, said.data["problems"][0]["code"]) == (1, "INS-001")
