"""A format proposed for a report that nobody described yet: from its header, its cells, and known words.

What a column is follows from its name (``billow.vendors.words``) and from what its cells hold: an amount
has numbers, a date has days. What cannot be known is asked, never guessed. The proposal is rows of the
three tables, so a person corrects it where every format is kept.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.charges import COLUMNS, ColumnType
from billow.money import is_currency
from billow.problems import Place, Problem, Refused
from billow.vendors.days import DayOrder, read_moment
from billow.vendors.figures import DecimalSign, DoesNotFit, decimal_sign, read_number
from billow.vendors.formats import TARGETS, Formats
from billow.vendors.headers import Header
from billow.vendors.plain import make_plain
from billow.vendors.words import likenesses, meaning_of

_LOOKED_AT = 5_000  # rows; more of them say nothing new about what a column holds
_MOST_KINDS = 20  # a column of more words than these says no kind of charge
_MOST = Decimal("0.95")
_KNOWN_BY = ("BilledCost", "x_CustomerKey", "SkuId", "ChargePeriodStart", "PricingQuantity")
_BESIDE = ("tax", "gross")  # columns that are told apart and fill nothing of ours
_MARKS = "+*=|;"
_LOWER = {"x_CustomerKey"}
_UPPER = {"BillingCurrency"}


@dataclass(frozen=True)
class Match:
    """A header and what it is proposed to be; ``like`` is the known name that it looks like."""

    header: str
    target: str
    like: str
    score: float


@dataclass(frozen=True)
class Proposal:
    """A format as rows of the three tables, with what led to it and what it leaves open."""

    format_row: Mapping[str, str]
    mapping_rows: Sequence[Mapping[str, str]]
    value_rows: Sequence[Mapping[str, str]]
    header: tuple[str, ...]
    matches: Sequence[Match]
    questions: Sequence[str] = ()

    def laid_over(self, formats: Formats) -> Formats:
        """Return the known formats and this one."""
        return formats.with_rows([self.format_row], self.mapping_rows, self.value_rows)


@dataclass(frozen=True)
class Answers:
    """What a person says: names, columns (target to header, blank for none), and constants."""

    format_id: str
    vendor: str
    columns: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""


@dataclass
class _Cells:
    """The columns of a report's first rows, as texts."""

    header: tuple[str, ...]
    columns: dict[str, list[str]]
    sign: DecimalSign = DecimalSign.POINT

    def filled(self, name: str) -> list[str]:
        return [cell for cell in self.columns[name] if cell]

    def numbers(self, name: str) -> list[Decimal | None]:
        return [self._number(cell) for cell in self.columns[name]]

    def _number(self, cell: str) -> Decimal | None:
        try:
            return read_number(cell, comma=self.sign is DecimalSign.COMMA) if cell else None
        except DoesNotFit:
            return None


def propose(path: Path, formats: Formats, answers: Answers) -> Proposal:
    """Return the format proposed for a report; raise ``Refused`` where no column can be its amount."""
    cells = _read(path)
    _refuse_unknown_answers(path.name, cells.header, answers)
    matches = _matches(cells, formats, answers)
    by_target = {match.target: match.header for match in matches}
    if "BilledCost" not in by_target:
        raise Refused([_no_amount(path.name, cells.header)])
    kinds = _kinds(cells, by_target.get("ChargeCategory"))
    format_row = _format_row(cells, by_target, answers)
    rows, questions = _mapping_rows(by_target, answers, has_kinds=bool(kinds))
    values = [{"map": f"{answers.format_id}_kind", "from": word, "to": kind} for word, kind in kinds.items()]
    if unknown := ", ".join(row["from"] for row in values if not row["to"]):
        questions.append(
            f"What kind of charge are {unknown}? Until sheet Value maps says so, they are imported by their "
            "sign and wait on sheet To do."
        )
    return Proposal(
        format_row, rows, [row for row in values if row["to"]], cells.header, matches, tuple(questions)
    )


def _read(path: Path) -> _Cells:
    with TemporaryDirectory(prefix="billow-") as folder:
        plain = make_plain(path, Path(folder))
        csv.field_size_limit(1 << 24)
        with plain.path.open(encoding="utf-8-sig", newline="") as text:
            lines = [line for line in csv.reader(text, delimiter=plain.delimiter) if any(line)]
            rows = [line for line in islice(lines, 1, _LOOKED_AT + 1) if len(line) == len(plain.header)]
    columns = {
        name: [row[number].strip() for row in rows] for number, name in enumerate(plain.header) if name
    }
    everything = (cell for column in columns.values() for cell in column if cell and not _is_day(cell))
    figures = [cell for cell in everything if _is_number(cell)]
    return _Cells(tuple(columns), columns, decimal_sign(figures, plain.delimiter))


def _matches(cells: _Cells, formats: Formats, answers: Answers) -> list[Match]:
    """Give each header at most one meaning and each column of ours at most one header, the likest first."""
    header = Header(cells.header)
    found = [
        Match(str(cells.header[number]), target, "as said", 1)
        for target, name in answers.columns.items()
        if name and (number := header.find(name)) is not None
    ]
    taken = {match.header for match in found}
    filled = set(answers.columns)
    possible = [
        Match(name, likeness.target, likeness.like, likeness.score)
        for name in cells.header
        if "|" not in name  # a source could not name it
        for likeness in likenesses(name, formats)
        if _fits(cells, name, likeness.target)
    ]
    for match in sorted(possible, key=lambda match: (-match.score, cells.header.index(match.header))):
        if match.header not in taken and match.target not in filled:
            found.append(match)
            taken.add(match.header)
            filled.add(match.target)
    return sorted(_with_key(found), key=lambda match: cells.header.index(match.header))


def _with_key(matches: list[Match]) -> list[Match]:
    """Let the customer's name be the account too, where the report has no number for it."""
    named = {match.target: match for match in matches}
    name = named.get("x_CustomerName")
    if name is None or "x_CustomerKey" in named:
        return matches
    return [*matches, replace(name, target="x_CustomerKey", score=0.5)]


def _fits(cells: _Cells, name: str, target: str) -> bool:
    """Tell whether what a column holds can be what its name says."""
    filled = cells.filled(name)
    if not filled:
        return target not in _KNOWN_BY
    kind = TARGETS.get(target, ColumnType.DECIMAL)
    if target == "BillingCurrency":
        return all(is_currency(cell.upper()) for cell in set(filled))
    if target == "ChargeCategory":
        return len(set(filled)) <= _MOST_KINDS
    if kind is ColumnType.DATE:
        return _share(_is_day(cell) for cell in filled) >= _MOST
    if kind is ColumnType.DECIMAL:
        return _share(_is_number(cell) for cell in filled) >= _MOST
    return True


def _share(held: Iterable[bool]) -> Decimal:
    found = list(held)
    return Decimal(sum(found)) / Decimal(len(found))


def _is_day(cell: str) -> bool:
    return any(read_moment(cell, order) is not None for order in DayOrder)


def _is_number(cell: str) -> bool:
    try:
        return any(read_number(cell, comma=comma) is not None for comma in (True, False))
    except DoesNotFit:
        return True


def _kinds(cells: _Cells, name: str | None) -> dict[str, str]:
    return {word: meaning_of(word) for word in sorted(set(cells.filled(name)))} if name else {}


def _format_row(cells: _Cells, by_target: Mapping[str, str], answers: Answers) -> dict[str, str]:
    known_by = [by_target[target] for target in _KNOWN_BY if target in by_target]
    others = [name for name in cells.header if name not in by_target.values()]
    tax = by_target.get("tax", "")
    return {
        "format_id": answers.format_id,
        "vendor": answers.vendor,
        "kind": "invoice",
        "must_have": "|".join(known_by),
        "dates": "auto",
        "end_inclusive": "no" if _ends_are_exclusive(cells, by_target) else "yes",
        "explode": f"tax:{tax}" if tax else "",
        "total_check": by_target["BilledCost"],
        "checks": "; ".join(_checks(cells, by_target)),
        "known_columns": "|".join(others),
        "notes": "proposed from a report",
    }


def _ends_are_exclusive(cells: _Cells, by_target: Mapping[str, str]) -> bool:
    """Tell whether periods end on the day on which the next begin: from the 1st to the 1st."""
    names = (by_target.get("ChargePeriodStart"), by_target.get("ChargePeriodEnd"))
    if not all(names):
        return False
    orders = (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)
    for order in orders:
        days = [[read_moment(cell, order) for cell in cells.filled(str(name))] for name in names]
        if all(moment is not None and moment.day == 1 for column in days for moment in column):
            return days[0] != days[1]
    return False


def _checks(cells: _Cells, by_target: Mapping[str, str]) -> list[str]:
    """Return the checks of meaning that hold in every row of this report."""
    name = by_target.get
    net, tax, gross = (name(target, "") for target in ("BilledCost", *_BESIDE))
    quantity, price = name("PricingQuantity", ""), name("ContractedUnitPrice", "")
    found: list[str] = []
    cent = Decimal("0.02")
    if any(mark in header for header in (net, tax, gross, quantity, price) for mark in _MARKS):
        return found  # a check could not name them
    if tax and gross and _all_hold(cells, (net, tax, gross), lambda n, t, g: abs(n + t - g) <= cent):
        found.append(f"sum:{net}+{tax}={gross}")
    if (
        quantity
        and price
        and _all_hold(cells, (quantity, price, net), lambda q, p, n: abs(q * p - n) <= max(cent, abs(n) / 10))
    ):
        found.append(f"times:{quantity}*{price}={net}")
    elif quantity and _all_hold(cells, (quantity, net), lambda q, n: q * n >= 0):
        found.append(f"sign:{quantity}={net}")
    return found


def _all_hold(cells: _Cells, names: Sequence[str], holds: Callable[..., bool]) -> bool:
    rows = [row for row in zip(*(cells.numbers(name) for name in names), strict=True) if None not in row]
    return bool(rows) and all(holds(*row) for row in rows)


def _mapping_rows(
    by_target: Mapping[str, str], answers: Answers, *, has_kinds: bool
) -> tuple[list[dict[str, str]], list[str]]:
    """Return the mapping and what it leaves open."""
    rows = [("ServiceProviderName", "", f"const:{answers.vendor}")]
    questions = []
    rows += [
        (column.name, by_target[column.name], _transform(column.name, column.type, answers))
        for column in COLUMNS
        if column.name in by_target
    ]
    if has_kinds:
        rows.append(("x_ChargeType", by_target["ChargeCategory"], "text"))
    else:
        rows.append(("ChargeCategory", "", "const:Purchase"))
    if "BillingCurrency" not in by_target:
        if answers.currency:
            rows.append(("BillingCurrency", "", f"const:{answers.currency}"))
        else:
            questions.append(
                "Which currency are the amounts in? No column says it: name one with --currency."
            )
    if "x_CustomerKey" not in by_target:
        questions.append(
            "Which column is the customer's account? Name it with --column x_CustomerKey=HEADER."
        )
    elif by_target["x_CustomerKey"] == by_target.get("x_CustomerName"):
        questions.append(
            "The account is the customer's name, and names change. Is there a column with a number?"
        )
    mapped = [
        {"format_id": answers.format_id, "target": t, "source": s, "transform": how} for t, s, how in rows
    ]
    return mapped, questions


def _transform(target: str, kind: ColumnType, answers: Answers) -> str:
    if target == "ChargeCategory":
        return f"map:{answers.format_id}_kind"
    if kind is ColumnType.DATE:
        return "date|end" if target.endswith("End") else "date"
    if kind is ColumnType.DECIMAL:
        return "num"
    return "lower" if target in _LOWER else "upper" if target in _UPPER else "text"


def _refuse_unknown_answers(file: str, names: tuple[str, ...], answers: Answers) -> None:
    header, problems = Header(names), []
    for target, name in answers.columns.items():
        if target not in TARGETS and target not in _BESIDE:
            sentence = f'There is no column to fill "{target}".'
            problems.append(
                Problem("IMP-022", sentence, Place(file), "The manual lists them under Report mapping.")
            )
        elif name and header.find(name) is None:
            near = header.nearest(name)
            hint = f'Did you mean "{near}"?' if near else f"It has: {', '.join(names)}."
            problems.append(Problem("IMP-005", f'{file} has no column "{name}".', Place(file), hint))
    if problems:
        raise Refused(problems)


def _no_amount(file: str, names: tuple[str, ...]) -> Problem:
    return Problem(
        "IMP-058",
        f"No column of {file} looks like the amount before tax.",
        Place(file, row=1),
        f"Name it with --column BilledCost=HEADER. The headers are: {', '.join(names)}.",
    )
