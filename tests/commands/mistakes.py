"""Mistakes that people make, each as it is made: in a cell, in a sheet, in a report, on the command line.

Every function takes the workbook of the drafted month, makes its mistake, and returns the command that meets
it. Changes are typed as a clerk types them, or made in the file as other programs leave it.
"""

import gzip
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from tests.commands.clerk import MONTH, add_row, billow, fill_settings, remove_row, type_into

Words = tuple[str | Path, ...]
Make = Callable[[Path], Words]


def cell(table: str, where: Mapping[str, Any], **cells: Any) -> Make:
    """Something is typed into a row; the next *invoice* meets it."""
    named = {name.replace("_", " "): value for name, value in cells.items()}

    def make(workbook: Path) -> Words:
        type_into(workbook, table, where, named)
        return invoice(workbook)

    return make


def price(where: Mapping[str, Any], **cells: Any) -> Make:
    """The same on sheet Prices, whose main column has a name of its own."""
    return cell("tblPrices", where, **{"Price or %" if k == "figure" else k: v for k, v in cells.items()})


def row(table: str, cells: Mapping[str, Any]) -> Make:
    """A row is added."""

    def make(workbook: Path) -> Words:
        add_row(workbook, table, cells)
        return invoice(workbook)

    return make


def setting(key: str, value: str) -> Make:
    """A setting is filled in."""

    def make(workbook: Path) -> Words:
        fill_settings(workbook, {key: value})
        return invoice(workbook)

    return make


def held_up(change: Make) -> Make:
    """The mistake lets drafts through and holds up issuing."""

    def make(workbook: Path) -> Words:
        change(workbook)
        assert billow(*invoice(workbook)).code == 0
        return issue(workbook)

    return make


def without(table: str, where: Mapping[str, Any]) -> Make:
    """A row is deleted."""

    def make(workbook: Path) -> Words:
        remove_row(workbook, table, where)
        return invoice(workbook)

    return make


def invoice(workbook: Path) -> Words:
    return "invoice", workbook, "--period", MONTH


def issue(workbook: Path) -> Words:
    return "issue", workbook, "--period", MONTH, "--reason", "First month on Billow"


def command(*words: str) -> Make:
    """A command that fits badly; nothing in the files is wrong."""
    return lambda workbook: (words[0], workbook, *words[1:])


def after(first: Callable[[Path], Words], second: Make) -> Make:
    """One command, which goes well, and then another."""

    def make(workbook: Path) -> Words:
        assert billow(*first(workbook)).code == 0
        return second(workbook)

    return make


def export(target: str = "hledger") -> Make:
    return command("export", "--period", MONTH, "--to", target)


# --- the workbook as a file


def raw_cell(table: str, column: str, number: int, content: str) -> Make:
    """A cell of a table as another program leaves it: ``content`` stands between ``<c …>`` and ``</c>``."""

    def make(workbook: Path) -> Words:
        put_cell(workbook, table, column, number, content)
        return invoice(workbook)

    return make


def put_cell(workbook: Path, table: str, column: str, number: int, content: str, kind: str = "") -> None:
    """Replace what a cell holds, in the file itself; its style stays."""
    book = openpyxl.load_workbook(workbook, read_only=False)
    sheet = next(s for s in book.worksheets if table in s.tables)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet.title) + 1}.xml"
    top = sheet.tables[table].ref.split(":")[0]
    header = sheet[top].row
    letter = next(c.column_letter for c in sheet[header] if c.value == column)
    book.close()

    def change(text: str) -> str:
        found = re.search(rf'<c r="{letter}{number}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text)
        assert found, f"{sheet.title}!{letter}{number} is not in {part}"
        new = f'<c r="{letter}{number}"{found[1] or ""}{kind}>{content}</c>'
        return text[: found.start()] + new + text[found.end() :]

    change_part(workbook, part, change)


def change_part(workbook: Path, part: str, change: Callable[[str], str]) -> None:
    """Change one part of the file and leave the others as they are."""
    with ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    parts[part] = change(text).encode()
    assert parts[part].decode() != text
    with ZipFile(workbook, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def part_with_table(workbook: Path, table: str) -> str:
    """The part that defines a table."""
    with ZipFile(workbook) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/tables/")]
        return next(name for name in names if f'name="{table}"'.encode() in archive.read(name))


def renamed_column(workbook: Path) -> Words:
    """Excel keeps a table's headers in the table and in the cells."""
    part = part_with_table(workbook, "tblCustomers")
    change_part(workbook, part, lambda text: text.replace('name="VAT no"', 'name="VAT nr"'))
    return invoice(workbook)


def lost_table(workbook: Path) -> Words:
    part = part_with_table(workbook, "tblTiers")
    change_part(workbook, part, lambda text: text.replace('"tblTiers"', '"Tiers2"'))
    return invoice(workbook)


def not_a_workbook(workbook: Path) -> Words:
    other = workbook.with_name("notes.xlsx")
    other.write_text("Customer;Price\n")
    return invoice(other)


def a_workbook_of_another_kind(workbook: Path) -> Words:
    other = openpyxl.Workbook()
    other.save(workbook.with_name("other.xlsx"))
    return invoice(workbook.with_name("other.xlsx"))


def open_in_excel(workbook: Path) -> Words:
    workbook.with_name(f"~${workbook.name}").write_bytes(b"\x08M.Jansen")
    return invoice(workbook)


def damaged(name: str, text: str, command: Make = invoice) -> Make:
    """A file beside the workbook holds what something else left of it."""

    def make(workbook: Path) -> Words:
        path = workbook.with_suffix(".data") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return command(workbook)

    return make


def register_gone(workbook: Path) -> Words:
    (workbook.with_suffix(".data") / "register.sqlite").unlink()
    return issue(workbook)


def copied_with_its_data(workbook: Path) -> Words:
    """A copy beside the register of another workbook."""
    other = workbook.parent / "other" / "Billing.xlsx"
    assert billow("new", other).code == 0
    shutil.copyfile(workbook, other)
    return issue(other)


def copied_alone(workbook: Path) -> Words:
    copy = workbook.with_name("Billing copy.xlsx")
    shutil.copyfile(workbook, copy)
    return issue(copy)


# --- reports


def report(name: str, change: Callable[[bytes], bytes], new_name: str = "", *more: str) -> Make:
    """A report comes in another shape."""

    def make(workbook: Path) -> Words:
        source = workbook.parent / "reports" / MONTH / name
        target = workbook.parent / (new_name or name)
        target.write_bytes(change(source.read_bytes()))
        return "import", workbook, target, *more

    return make


def text(old: str, new: str, count: int = -1) -> Callable[[bytes], bytes]:
    """Replace a text that must be there."""

    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), count)

    return change


def packed(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change what is inside a gz file."""
    return lambda data: gzip.compress(change(gzip.decompress(data)), mtime=0)


def mapped(target: str, **cells: Any) -> Make:
    """The rows of sheet Report mapping describe the distributor's report wrongly."""

    def make(workbook: Path) -> Words:
        type_into(workbook, "tblMapping", {"Target": target}, cells)
        return "import", workbook

    return make


def typed_decision(**cells: Any) -> Make:
    """Something else is typed on sheet To do."""

    def make(workbook: Path) -> Words:
        decide(workbook, {}, cells)
        return invoice(workbook)

    return make


def decide(workbook: Path, where: Mapping[str, Any], cells: Mapping[str, Any]) -> None:
    """Type a decision on sheet To do."""
    type_into(workbook, "tblTodo", where, {name.replace("_", " "): value for name, value in cells.items()})


def unsigned_exclusion(workbook: Path) -> Words:
    """A large account is unknown, and somebody excludes it without signing."""
    account = "9b89ef70-d530-5d1d-aa0f-6cc3e7d7281f"
    remove_row(workbook, "tblAccounts", {"Account": account})
    assert billow(*invoice(workbook)).code == 0
    decide(workbook, {"Kind": "unknown account"}, {"Decision": "exclude", "Reason": "A test tenant"})
    assert billow(*invoice(workbook)).code == 0
    return issue(workbook)


def unheard_of_charge(workbook: Path) -> Words:
    """AWS sends a kind of charge that nobody has heard of."""
    donation = report("aws_cur2_2026-06.csv.gz", packed(text(",Refund,", ",Donation,", 1)))
    for words in (donation(workbook), invoice(workbook)):
        assert billow(*words).code == 0
    return issue(workbook)


def no_exchange_rates(workbook: Path) -> Words:
    for currency in ("USD", "EUR"):
        remove_row(workbook, "tblFx", {"Currency from": currency})
    return invoice(workbook)


def price_after_drafts(workbook: Path) -> Words:
    type_into(workbook, "tblPrices", {"Product": "SUPPORT"}, {"Price or %": 200})
    return issue(workbook)


def ledger_without_licences(workbook: Path) -> Words:
    for group in ("*", "licences"):
        remove_row(workbook, "tblLedger", {"Revenue group": group, "VAT code": "*"})
    return "export", workbook, "--period", MONTH, "--to", "hledger", "--again"


def moved_source(workbook: Path) -> Words:
    elsewhere = {"Path": "reports/2026-07/brightcloud.xlsx"}
    type_into(workbook, "tblSources", {"Format": "brightcloud"}, elsewhere)
    return "import", workbook


def converted(ending: str) -> Make:
    """A report's charges are to be written to a file of that kind."""

    def make(workbook: Path) -> Words:
        source = workbook.parent / "reports" / MONTH / "skyline_focus_2026-06.csv"
        return "formats", "convert", source, "--to", workbook.with_name(f"charges{ending}")

    return make
