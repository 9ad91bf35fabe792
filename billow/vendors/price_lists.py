"""Microsoft's price lists: new commerce licences and the azure plan, read like any report.

``UnitPrice`` is what we pay and ``ERP Price`` what Microsoft suggests to ask, both for the whole term; a
list without the latter (the azure plan) has list prices in ``UnitPrice``. The years 1753 and 9999 mean
*always* and *open*. Excel drops the zeros in front of ``SkuId``: they are put back.
Source: Microsoft, "Get a price sheet" and the columns of the price sheets of Partner Center.

A row of a term or billing plan that no charge can have is left out and said.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.catalog.list_prices import ListPrice
from billow.money import exact_text
from billow.problems import Place, Problem, Refused, Severity, in_order, refuse_if_any
from billow.vendors.days import DayOrder, end_day, possible_orders, read_moment
from billow.vendors.headers import Header
from billow.vendors.plain import make_plain
from billow.vendors.reading import number_sql, read_numbers
from billow.vendors.table import Table, keep_cells, open_table

_NEEDED = (
    "ProductId", "SkuId", "TermDuration", "Market", "Currency", "UnitPrice", "EffectiveStartDate",
    "EffectiveEndDate",
)  # fmt: skip
_OPTIONAL = (
    "SkuTitle", "BillingPlan", "UnitOfMeasure", "PricingTierRangeMin", "PricingTierRangeMax", "ERP Price",
    "Segment",
)  # fmt: skip
_TERMS = {"P1M": "P1M", "P1Y": "P1Y", "P3Y": "P3Y", "PAYG-1": "", "": ""}
_PLANS = {"monthly": "monthly", "annual": "yearly", "triennial": "triennial", "onetime": "", "": ""}
_ALWAYS, _OPEN = 1753, 9999
_NO_LIMIT = Decimal(10) ** 15  # 9223372036854780000, or what Excel makes of it, is no number of seats
_NUMBER = re.compile(r"\d[\d,]*(\.\d+)?([eE]\+?\d{1,2})?")
_SKU_DIGITS = 4
_LISTED = 20  # rows left out that are named one by one

Cells = Mapping[str, str]


@dataclass(frozen=True)
class PriceList:
    """The prices of a file as delivered, how many rows it has, and what a person should look at."""

    file: str
    rows: int
    prices: tuple[ListPrice, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Read:
    """A price with its row in the file and the first unit of its step."""

    row: int
    first_unit: Decimal | None
    price: ListPrice


def read_price_list(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> PriceList:
    """Return the list prices of the ``wanted`` articles of a file; ``Refused`` if it cannot be trusted.

    A whole market has tens of thousands of prices, and a workbook needs those of what it sells.
    """
    with TemporaryDirectory(prefix="billow-") as folder:
        plain = make_plain(path, Path(folder))
        columns = _columns(path.name, Header(plain.header))
        with open_table(plain, path.name, Path(folder)) as table:
            rows = list(_rows(table, columns))
            problems = list(table.problems)
    refuse_if_any(problems)
    dates = [cells[name] for _, cells in rows for name in ("EffectiveStartDate", "EffectiveEndDate")]
    order = _order(dates)
    kept: list[_Read] = []
    left_out: list[Problem] = []
    for number, cells in rows:
        if not wanted(_sku(cells)):
            continue
        if column := _unreadable(cells, order):
            left_out.append(_left_out(path.name, number, column, cells))
        else:
            kept.append(_Read(number, _units(cells["PricingTierRangeMin"]), _price(cells, path.name, order)))
    problems += [*left_out[:_LISTED], *_others(left_out), *_contradictions(kept), *_broken_steps(kept)]
    refuse_if_any(problems)
    prices = tuple(dict.fromkeys(read.price for read in kept))
    return PriceList(path.name, len(rows), prices, in_order(problems))


def _columns(file: str, header: Header) -> dict[str, int]:
    found = {name: header.find(name) for name in (*_NEEDED, *_OPTIONAL)}
    missing = [name for name in _NEEDED if found[name] is None]
    if missing:
        raise Refused(
            [
                Problem(
                    "IMP-041",
                    f"{file} is not a price list of Microsoft: it has no column {', '.join(missing)}.",
                    Place(file),
                    "Download the licence or azure plan price list from Partner Center, as csv.",
                )
            ]
        )
    return {name: number for name, number in found.items() if number is not None}


def _rows(table: Table, columns: Mapping[str, int]) -> list[tuple[int, Cells]]:
    """Return each row of the file with its number and its cells; prices with every digit."""
    keep_cells(table, columns.values())
    figures = [columns[name] for name in ("UnitPrice", "ERP Price") if name in columns]
    read_numbers(table, figures, figures)
    shown, joins = [], []
    for number in columns.values():
        sql, join = number_sql(table, number) if number in figures else (f"c{number}", "")
        shown.append(f"CAST({sql} AS VARCHAR)")
        joins.append(join)
    blank = dict.fromkeys((*_NEEDED, *_OPTIONAL), "")
    rows = table.fetch(f"SELECT line, {', '.join(shown)} FROM cells {' '.join(joins)} ORDER BY line")  # noqa: S608 - ours
    return [
        (
            int(str(line)) + 1,
            blank | {n: str(v) for n, v in zip(columns, values, strict=True) if v is not None},
        )
        for line, *values in rows
    ]


def _order(dates: Iterable[str]) -> DayOrder:
    """Return the order of day and month: as the file proves it, else as Microsoft writes it."""
    orders = possible_orders(dates)
    return orders.pop() if len(orders) == 1 else DayOrder.MONTH_FIRST


def _unreadable(cells: Cells, order: DayOrder) -> str:
    """Return the column for which a row is left out, blank where it can be used."""
    if cells["TermDuration"].upper() not in _TERMS:
        return "TermDuration"
    if cells["BillingPlan"].casefold() not in _PLANS:
        return "BillingPlan"
    if not cells["UnitPrice"]:
        return "UnitPrice"
    for name in ("EffectiveStartDate", "EffectiveEndDate"):
        if cells[name] and read_moment(cells[name], order) is None:
            return name
    for name in ("PricingTierRangeMin", "PricingTierRangeMax"):
        if cells[name] and not _NUMBER.fullmatch(cells[name]):
            return name
    return ""


def _price(cells: Cells, file: str, order: DayOrder) -> ListPrice:
    cost, retail = _plain(cells["UnitPrice"]), cells["ERP Price"]
    return ListPrice(
        sku=_sku(cells),
        article=cells["SkuTitle"],
        term=_TERMS[cells["TermDuration"].upper()],
        billing=_PLANS[cells["BillingPlan"].casefold()],
        segment=cells["Segment"],
        market=cells["Market"].upper(),
        currency=cells["Currency"].upper(),
        up_to=_units(cells["PricingTierRangeMax"]),
        list_price=_plain(retail) if retail else cost,
        cost_price=cost if retail else None,
        unit=cells["UnitOfMeasure"],
        valid_from=_first_day(cells["EffectiveStartDate"], order),
        valid_through=_last_day(cells["EffectiveEndDate"], order),
        source=file,
    )


def _sku(cells: Cells) -> str:
    return f"{cells['ProductId']}/{cells['SkuId'].zfill(_SKU_DIGITS)}"


def _plain(text: str) -> Decimal:
    """Return a price without the zeros that the engine pads it with.

    >>> _plain("264.000000"), _plain("0.0000")
    (Decimal('264'), Decimal('0'))
    """
    return Decimal(exact_text(Decimal(text)))


def _units(text: str) -> Decimal | None:
    """Return a bound of a step, None where it is open.

    >>> _units("100"), _units("9223372036854780000"), _units("")
    (Decimal('100'), None, None)
    """
    units = Decimal(text.replace(",", "")) if text else _NO_LIMIT
    return units if units < _NO_LIMIT else None


def _first_day(text: str, order: DayOrder) -> date | None:
    moment = read_moment(text, order)
    return moment.date() if moment and moment.year > _ALWAYS else None


def _last_day(text: str, order: DayOrder) -> date | None:
    moment = read_moment(text, order)
    return end_day(moment) - timedelta(days=1) if moment and moment.year < _OPEN else None


def _left_out(file: str, row: int, column: str, cells: Cells) -> Problem:
    said = f'"{cells[column]}" in {column}' if cells[column] else f"no {column}"
    return Problem(
        "IMP-044",
        f"The price of {_sku(cells)} in row {row} was left out: it has {said}.",
        Place(file, row=row, column=column),
        "If you sell this article, type its price into sheet List prices.",
        Severity.NOTE,
    )


def _others(left_out: Sequence[Problem]) -> list[Problem]:
    """Return one line for what is not listed row by row."""
    count = len(left_out) - _LISTED
    if count <= 0:
        return []
    sentence = f"{count} more prices were left out for the same kind of reason."
    return [Problem("IMP-044", sentence, Place(left_out[0].place.file), left_out[0].hint, Severity.NOTE)]


def _contradictions(kept: Sequence[_Read]) -> list[Problem]:
    """Two prices of one article that start on the same day would be a guess."""
    first: dict[tuple[object, ...], _Read] = {}
    problems = []
    for read in kept:
        other = first.setdefault(read.price.key, read)
        if other.price != read.price:
            problems.append(
                Problem(
                    "IMP-042",
                    f"{read.price.source} gives {read.price.sku} two prices from the same day: "
                    f"{exact_text(other.price.list_price)} in row {other.row} and "
                    f"{exact_text(read.price.list_price)} in row {read.row}.",
                    Place(read.price.source, row=read.row),
                    "Delete the row that is wrong from a copy of the file, and import the copy.",
                )
            )
    return problems


def _broken_steps(kept: Sequence[_Read]) -> list[Problem]:
    """The steps of a price follow each other, and the last one is open."""
    steps: dict[tuple[object, ...], list[_Read]] = defaultdict(list)
    for read in kept:
        steps[*read.price.item, read.price.valid_from].append(read)
    problems = []
    for own in steps.values():
        ordered = sorted(own, key=lambda read: (read.price.up_to is None, read.price.up_to or 0))
        reached: Decimal | None = Decimal(0)
        for read in ordered:
            if reached is not None and (read.first_unit or Decimal(0)) > reached + 1:
                problems.append(
                    _gap(read, f"nothing holds between {reached:f} and {read.first_unit:f} units")
                )
            reached = read.price.up_to
        if reached is not None:
            problems.append(_gap(ordered[-1], f"nothing holds above {reached:f} units"))
    return problems


def _gap(read: _Read, said: str) -> Problem:
    return Problem(
        "IMP-043",
        f"The steps of the price of {read.price.sku} do not follow each other: {said}.",
        Place(read.price.source, row=read.row, column="PricingTierRangeMin"),
        "Download the price list again; if it stays so, type this price into sheet List prices.",
    )
