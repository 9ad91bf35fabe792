"""Explain: why this amount? From the rows of the vendor's file to the rounded net of one invoice line.

An issued document is explained from what was stored with it, a draft from the month as it stands.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from billow.commands.billing_month import look_at
from billow.commands.desk import At, Desk, count_of, open_desk
from billow.commands.outcome import Outcome
from billow.contracts.drivers import COST_ONLY, VENDOR
from billow.contracts.own_usage import SHEET as OWN_USAGE_SHEET
from billow.invoicing import explanation
from billow.invoicing.document import Document, Line, Source
from billow.money import exact_text, total
from billow.problems import Place, Problem, Refused, refuse_if_any
from billow.rating.splitting import whole_key
from billow.users.named import SHEET as USERS_SHEET

ROWS_AT_MOST = 20
DRAFT = "DRAFT "
_SHORT = 12  # characters of a SHA-256 that tell files apart for a person
_WIDTH = 200
_PRICED = {VENDOR, *COST_ONLY}  # by sheet Prices; a discount and an adjustment say themselves what they are
_OWN = {OWN_USAGE_SHEET, USERS_SHEET}
_HEADINGS = {
    explanation.PART: "Amount by the price's model",
    explanation.DISCOUNT: "Discounts",
    explanation.CURRENCY: "Exchange",
    explanation.ROUNDING: "Rounding",
}


@dataclass(frozen=True)
class Node:
    """One thing said, the amount that belongs to it, and what explains it further."""

    text: str
    amount: str = ""
    children: tuple["Node", ...] = ()

    def data(self) -> dict[str, Any]:
        """Return the node for --json."""
        return {"text": self.text, "amount": self.amount, "children": [c.data() for c in self.children]}


def explain(workbook: At, invoice: str, line: str) -> Outcome:
    """Say why a line has its amount.

    ``invoice`` is a number, a customer's number, or DRAFT and that; ``line`` its position on the invoice,
    from 1, or its mark on sheet Rated lines.
    """
    desk = open_desk(workbook, tolerant=True)
    document = _document(desk, invoice.strip())
    position = _position(document, line.strip())
    found = document.lines[position - 1]
    tree = tree_of(desk, document, position)
    data = {
        "invoice": document.name,
        "customer": document.buyer.number,
        "month": document.billing_month,
        "state": "issued" if document.is_issued else "draft",
        "line": position,
        "line_id": found.line_id,
        "amount": str(found.net),
        "currency": document.currency,
        "parts": [
            {"kind": step.kind, "text": step.text, "amount": step.amount}
            for step in found.explanation
            if step.amount
        ],
        "tree": tree.data(),
    }
    return Outcome(tuple(printed(tree)), data)


# --- which line


def _document(desk: Desk, asked: str) -> Document:
    """Return the document that is asked for: an issued one by its number, else that of a customer."""
    issued = desk.register.documents()
    by_number = next((d for d in issued if d.number.casefold() == asked.casefold()), None)
    if by_number:
        return by_number
    wants_draft = asked.upper().startswith(DRAFT)
    customer = asked[len(DRAFT) :].strip() if wants_draft else asked
    month = desk.shown_month
    for document in () if wants_draft else issued:
        if (document.buyer.number.casefold(), document.billing_month) == (customer.casefold(), month):
            return document
    for document in _drafts(desk, month):
        if document.buyer.number.casefold() == customer.casefold():
            return document
    sentence = f'There is no invoice "{asked}"' + (f" in {month}." if month else ".")
    hint = (
        "Write its number, the customer's number, or DRAFT and the customer's number, as on sheet Invoices."
    )
    raise Refused([Problem("CMD-015", sentence, Place(desk.path.name, "Invoices"), hint)])


def _drafts(desk: Desk, month: str) -> Sequence[Document]:
    if not month:
        return ()
    refuse_if_any((*desk.inputs.problems, *desk.formats.problems))
    return look_at(desk, month).drafts


def _position(document: Document, asked: str) -> int:
    count = len(document.lines)
    marks = [line.line_id.casefold() for line in document.lines]
    if asked.casefold() in marks:
        return marks.index(asked.casefold()) + 1
    if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= count:
        return int(asked)
    sentence = f'{document.name} has no line "{asked}".'
    hint = f"Write a number from 1 to {count}, or a mark of column Line on sheet Rated lines."
    raise Refused([Problem("CMD-018", sentence, Place(sheet="Rated lines", column="Line"), hint)])


# --- why it has its amount


def tree_of(desk: Desk, document: Document, position: int) -> Node:
    """Return the explanation of a line as a tree; the amounts at its ends sum to the line's."""
    line = document.lines[position - 1]
    title = f"{document.name}, line {position} of {len(document.lines)}: {line.text}"
    amount = f"{line.net} {document.currency}"
    return Node(title, amount, tuple(filter(None, _branches(desk, document, line))))


def _branches(desk: Desk, document: Document, line: Line) -> Iterator[Node | None]:
    yield _sources(desk, line)
    yield _said(line, explanation.PRODUCT, f"Product {line.product}")
    yield _price(line)
    yield _said(line, explanation.SHARE, "Share of the period")
    if not line.explanation:
        # Issued before explanations were kept with the lines: the steps in words are all there is.
        yield Node("Steps, as they were kept", "", tuple(Node(step) for step in line.steps))
    for kind, heading in _HEADINGS.items():
        name = f"{heading}: {line.model}" if kind == explanation.PART and line.model else heading
        yield _said(line, kind, name)
    if not any(step.kind == explanation.ROUNDING for step in line.explanation):
        yield Node("Rounding: none was needed")
    yield Node(f"Amount of the line, VAT code {line.vat_code}", f"{line.net} {document.currency}")


def _said(line: Line, kind: str, heading: str) -> Node | None:
    """Return the steps of one kind under a heading, with their sum where they have amounts."""
    steps = [step for step in line.explanation if step.kind == kind]
    if not steps:
        return None
    amounts = [Fraction(step.amount) for step in steps if step.amount]
    whole = exact_text(sum(amounts, Fraction(0))) if len(amounts) > 1 else ""
    return Node(heading, whole, tuple(Node(step.text, step.amount) for step in steps))


def _price(line: Line) -> Node:
    lost = [Node(f"lost: {s.text}") for s in line.explanation if s.kind == explanation.LOST]
    alone = (Node("no other price fitted"),) if line.driver in _PRICED else ()
    return Node(f"Price: {line.price_row}", "", tuple(lost) or alone)


def _sources(desk: Desk, line: Line) -> Node:
    """Return the rows of the vendors' files behind the line, a branch for each file."""
    by_import: dict[str, list[Source]] = {}
    for source in line.sources:
        if source.import_id not in _OWN:  # the rows of our own sheets are said beside the product
            by_import.setdefault(source.import_id, []).append(source)
    if not by_import:
        own = dict.fromkeys(source.import_id for source in line.sources)
        return Node(f"Source: sheet {', '.join(own)}" if own else "Source: no row of a vendor's report")
    room, files = ROWS_AT_MOST, []
    for import_id, sources in by_import.items():
        node, used = _file(desk, import_id, sources, room)
        room -= used
        files.append(node)
    rows = count_of(sum(source.rows for own in by_import.values() for source in own), "row")
    cost_only = ", only its cost" if line.driver in COST_ONLY else ""
    return Node(f"Source: {rows} of {count_of(len(files), 'file')}{cost_only}", "", tuple(files))


def _file(desk: Desk, import_id: str, sources: Sequence[Source], room: int) -> tuple[Node, int]:
    count = sum(source.rows for source in sources)
    currency = sources[0].currency
    cost = f"{exact_text(total(source.cost for source in sources))} {currency}"
    imported = desk.store.totals(import_id)
    if imported is None:
        return Node(f"import {import_id}, which is not in the store", cost), 0
    title = f"{imported.file_name}, SHA-256 {imported.sha256[:_SHORT]}, {count_of(count, 'row')}"
    found = desk.store.source_rows(
        import_id, [*dict.fromkeys(whole_key(source.charge_key) for source in sources)], room
    )
    rows = sorted((row for each in found.values() for row in each.shown), key=lambda row: row.row)[:room]
    children = [
        Node(
            f"row {row.row}{'' if row.sha256 == imported.sha256 else _taken_back(row.file)}: "
            + ", ".join(filter(None, [row.charge_type, row.description, _quantity(row.quantity)])),
            f"{exact_text(row.amount)} {currency}",
        )
        for row in rows
    ]
    if not found:
        children.append(Node("its rows are not in the store any more"))
    elif len(rows) < count:
        children.append(Node(f"and {count - len(rows)} more"))
    return Node(title, cost, tuple(children)), len(rows)


def _taken_back(file: str) -> str:
    return f" of the earlier {file}, taken back"


def _quantity(quantity: Any) -> str:
    return "" if quantity is None else f"quantity {exact_text(quantity)}"


# --- printing


def printed(node: Node) -> list[str]:
    """Return the tree as lines of text, in characters that the terminal has."""
    encoding = sys.stdout.encoding or "utf-8"
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="\n")
    console = Console(file=out, width=_WIDTH, highlight=False, color_system=None)
    console.print(_branch(node, None))
    out.seek(0)
    return [text.rstrip() for text in out.read().splitlines()]


def _branch(node: Node, parent: Tree | None) -> Tree:
    label = Text(f"{node.text}   {node.amount}" if node.amount else node.text)
    tree = Tree(label) if parent is None else parent.add(label)
    for child in node.children:
        _branch(child, tree)
    return tree
