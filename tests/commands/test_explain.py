"""``billow explain``: every line of the example can be explained, and its parts sum to its amount."""

import io
import shutil
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from billow.commands.desk import open_desk
from billow.commands.explain import Node, printed, tree_of
from tests.commands.clerk import MONTH, billow, rows, snapshot


def ends(node: Node) -> list[Node]:
    """The ends of a tree: what is not explained further."""
    return [end for child in node.children for end in ends(child)] if node.children else [node]


def branch(node: Node, beginning: str) -> Node:
    """The branch whose text begins so."""
    return next(child for child in node.children if child.text.startswith(beginning))


def test_every_line_of_every_invoice_can_be_explained(issued_month: Path) -> None:
    desk = open_desk(issued_month)
    documents = desk.register.documents(MONTH)
    assert len(documents) == 24
    for document in documents:
        for position, line in enumerate(document.lines, start=1):
            tree = tree_of(desk, document, position)
            about = f"{document.number} line {position}"
            model, *rest = (
                child for child in tree.children if child.text.startswith(("Amount by", "Exch", "Rounding:"))
            )
            parts = [Fraction(end.amount) for end in ends(model)]
            parts += [Fraction(step.amount) for step in line.explanation if step.kind == "rounding"]
            parts += [Fraction(step.amount) for step in line.explanation if step.kind == "currency"]
            assert sum(parts, Fraction(0)) == Fraction(line.net), about
            assert rest or line.explanation[-1].kind == "rounding", about
            assert branch(tree, "Price:").children or line.driver == "adjustment", about
            # what is shown of a file comes to what the file costs, where all of it is shown
            for file in branch(tree, "Source:").children:
                shown = [Fraction(row.amount.split()[0]) for row in file.children if row.amount]
                assert shown, about
                if len(shown) == len(file.children):
                    assert sum(shown, Fraction(0)) == Fraction(file.amount.split()[0]), about


# 500 x 0.09 + 1500 x 0.07 + 938 x 0.05 = 45 + 105 + 46.90; sheet Tiers and the distributor's row 3
STORAGE = """\
{name}, line 3 of 10: Back-upopslag   196.90 EUR
├── Source: 1 row of 1 file
│   └── brightcloud_2026-06.xlsx, SHA-256 {sha}, 1 row   123.4 EUR
│       └── row 3: Verbrauch, Speicherplatz Datensicherung, quantity 2938   123.4 EUR
├── Product BC-STORE
│   └── SKU rules row 26: BrightCloud sku BC-BKP-GB is product BC-STORE
├── Price: Prices row 43: product BC-STORE for everyone
│   └── no other price fitted
├── Amount by the price's model: graduated   196.9
│   ├── 500 x 0.09 EUR (up to 500)   45
│   ├── 1500 x 0.07 EUR (up to 2000)   105
│   └── 938 x 0.05 EUR (above)   46.9
├── Rounding: none was needed
└── Amount of the line, VAT code S21   196.90 EUR
"""


def storage(workbook: Path, name: str) -> str:
    """What is said of the line that was worked out above."""
    imports = open_desk(workbook).store.imports(MONTH)
    sha = next(one.sha256 for one in imports if one.file_name == "brightcloud_2026-06.xlsx")
    return STORAGE.format(name=name, sha=sha[:12])


@pytest.mark.parametrize("asked", ["NS-2026-0001", "ns-2026-0001", "C-1001"])
def test_an_issued_line_is_explained_by_number_and_by_customer(issued_month: Path, asked: str) -> None:
    before = snapshot(issued_month.parent)
    said = billow("explain", issued_month, asked, "3")
    assert (said.code, said.out) == (0, storage(issued_month, "NS-2026-0001"))
    assert snapshot(issued_month.parent) == before


@pytest.mark.parametrize("asked", ["DRAFT C-1001", "draft c-1001", "C-1001"])
def test_a_draft_is_explained_as_it_stands(drafted_month: Path, asked: str) -> None:
    said = billow("explain", drafted_month, asked, "3")
    assert (said.code, said.out) == (0, storage(drafted_month, "DRAFT C-1001"))


def test_a_line_is_found_by_its_mark_and_told_to_machines(issued_month: Path) -> None:
    line = next(row for row in rows(issued_month, "tblLines") if row["Product"] == "BC-STORE")
    found = billow("explain", issued_month, line["Invoice"], line["Line"].upper(), "--json").data
    assert (found["line_id"], found["state"], found["currency"]) == (line["Line"], "issued", "EUR")
    assert [part["amount"] for part in found["parts"]] == ["45", "105", "46.9"]
    assert found["tree"]["children"][0]["text"] == "Source: 1 row of 1 file"


def test_twenty_rows_are_shown_and_the_rest_is_counted(issued_month: Path) -> None:
    line = next(row for row in rows(issued_month, "tblLines") if row["Product"] == "AZURE")
    tree = billow("explain", issued_month, line["Invoice"], line["Line"], "--json").data["tree"]
    (file,) = tree["children"][0]["children"]
    count = int(file["text"].split()[-2])
    assert len(file["children"]) == 21
    assert file["children"][-1]["text"] == f"and {count - 20} more"


def test_the_sheet_says_the_same_in_columns(issued_month: Path) -> None:
    line = next(row for row in rows(issued_month, "tblLines") if row["Product"] == "BC-STORE")
    assert line["Product rule"] == "SKU rules row 26: BrightCloud sku BC-BKP-GB is product BC-STORE"
    assert line["Sources"].startswith("1 row of import ")
    licence = next(row for row in rows(issued_month, "tblLines") if row["Product"] == "ENTRA-P1")
    assert licence["Share"] == "one whole period, that is 1 (anniversary_days)"
    assert "goes before one for all" in licence["Prices that lost"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(("NS-2026-9999", "1"), "CMD-015", 'There is no invoice "NS-2026-9999" in 2026-06.',
                     id="a number that was never given"),
        pytest.param(("C-9999", "1"), "CMD-015", 'There is no invoice "C-9999" in 2026-06.',
                     id="a customer that does not exist"),
        pytest.param(("DRAFT C-1001", "1"), "CMD-015", 'There is no invoice "DRAFT C-1001" in 2026-06.',
                     id="a draft of what is issued already"),
        pytest.param(("C-1001", "0"), "CMD-018", 'NS-2026-0001 has no line "0".', id="lines begin at 1"),
        pytest.param(("C-1001", "11"), "CMD-018", 'NS-2026-0001 has no line "11".', id="one beyond the last"),
        pytest.param(("C-1001", "-1"), "CMD-018", "", id="a negative number is an option, refused"),
        pytest.param(("C-1001", "L-0"), "CMD-018", 'NS-2026-0001 has no line "L-0".', id="no such mark"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_refused(
    issued_month: Path, words: tuple[str, str], code: str, sentence: str
) -> None:
    said = billow("explain", issued_month, *words)
    if not sentence:
        assert said.code == 2
        return
    assert said.code == 1
    assert said.err.startswith(f"{code}  {sentence}\n")


def test_before_the_first_run_there_is_nothing_to_explain(tmp_path: Path) -> None:
    workbook = tmp_path / "Billing.xlsx"
    assert billow("new", workbook, "--example").code == 0
    assert billow("explain", workbook, "C-1001", "1").err.startswith('CMD-015  There is no invoice "C-1001".')


def test_a_mistake_in_the_sheets_keeps_no_issued_line_from_being_explained(issued: Path) -> None:
    """Rows of a file that left the store are said to be gone; what was stored with the invoice is told."""
    shutil.rmtree(issued.with_suffix(".data") / "charges")
    said = billow("explain", issued, "C-1001", "3")
    assert "its rows are not in the store any more" in said.out
    assert "500 x 0.09 EUR (up to 500)   45" in said.out


def test_a_store_without_the_import_says_so(issued_month: Path) -> None:
    desk = open_desk(issued_month)
    document = desk.register.documents(MONTH)[0]
    line = document.lines[2]
    sources = tuple(source._replace(import_id="gone") for source in line.sources)
    other = replace(document, lines=(line._replace(sources=sources),))
    (file,) = branch(tree_of(desk, other, 1), "Source:").children
    assert file.text == "import gone, which is not in the store"


def test_an_invoice_of_before_is_explained_by_its_steps(issued_month: Path) -> None:
    desk = open_desk(issued_month)
    document = desk.register.documents(MONTH)[0]
    other = replace(document, lines=(document.lines[2]._replace(explanation=()),))
    steps = branch(tree_of(desk, other, 1), "Steps")
    assert steps.children[0].text == "500 x 0.09 EUR (up to 500)"


def test_a_terminal_without_line_drawing_gets_plain_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    assert printed(Node("10 %", "", (Node("a", "1"), Node("[b]", "2")))) == [
        "10 %",
        "+-- a   1",
        "`-- [b]   2",
    ]
