"""A vendor's report format as three tables that finance can edit: formats, mapping, value maps.

*Formats* says how a report is known by its header and how its dates and totals are meant; *mapping* says
which column of the report becomes which column of ours, through a pipeline of named transforms (their
list is in ``billow.vendors.transforms``); *value maps* translate a vendor's words. Rows typed into a sheet
replace shipped rows with the same key, so a changed report needs no developer.

>>> formats = Formats.shipped()
>>> formats["ms_nce_recon"].vendor, formats.problems
('Microsoft', ())
>>> house = {"format_id": "disty", "vendor": "Disty", "must_have": "Net|Kind", "total_check": "Net"}
>>> amount = {"format_id": "disty", "target": "BilledCost", "source": "Net", "transform": "number"}
>>> print(formats.with_rows(formats=[house], mapping=[amount]).problems[0])
IMP-021  There is no transform "number".
  where   sheet Report mapping, row 2, column Transform
  hint    Did you mean "num"?
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

from billow.charges import COLUMNS, ColumnType
from billow.problems import Place, Problem, in_order
from billow.vendors.format_checks import (
    APPLIED,
    COMMITMENT,
    INVOICE_DETAIL,
    LISTS,
    ORDER_KINDS,
    check_format,
    check_mapping,
)

FORMATS_SHEET, MAPPING_SHEET, VALUES_SHEET = "Report formats", "Report mapping", "Value maps"
TARGETS = {column.name: column.type for column in COLUMNS}
# What of a charge is not stored with it: read from the file as it was archived, where somebody asks for it.
_BESIDE = {APPLIED: ColumnType.TEXT}
# What a format of orders or of an inventory fills. Moments stay text until it is known where the customer is.
ORDER_TARGETS = {
    **dict.fromkeys(
        ("x_CustomerKey", "x_CustomerName", "x_SubscriptionId", "SkuId", "ServiceName", "ChargeDescription"),
        ColumnType.TEXT,
    ),
    **dict.fromkeys(("x_Term", "x_BillingFrequency", "x_OrderId", "x_OrderKind"), ColumnType.TEXT),
    **dict.fromkeys(("x_OrderTime", "x_EndTime", "x_BilledBy"), ColumnType.TEXT),
    "PricingQuantity": ColumnType.DECIMAL,
}
# What a format of invoice lines fills, to compare the vendor's invoices with what was imported.
DETAIL_TARGETS = {
    **dict.fromkeys(
        ("ServiceProviderName", "InvoiceId", "x_InvoiceStatus", "x_InvoiceMonth", "BillingCurrency"),
        ColumnType.TEXT,
    ),
    "ChargeCategory": ColumnType.TEXT,
    "x_InvoiceDate": ColumnType.DATE,
    "BilledCost": ColumnType.DECIMAL,
}
# What a format of contract commitments fills, to show how much of each was used.
COMMITMENT_TARGETS = {
    **dict.fromkeys(("x_ContractId", "x_CommitmentId", "x_CommitmentCategory"), ColumnType.TEXT),
    **dict.fromkeys(("x_CommitmentType", "x_CommitmentStatus", "ChargeDescription"), ColumnType.TEXT),
    **dict.fromkeys(("ServiceProviderName", "PricingUnit", "BillingCurrency"), ColumnType.TEXT),
    **dict.fromkeys(("x_CommitmentStart", "x_CommitmentEnd"), ColumnType.DATE),
    **dict.fromkeys(("PricingQuantity", "BilledCost"), ColumnType.DECIMAL),
}

_NOWHERE = Place()


@dataclass(frozen=True)
class ReportFormat:
    """How one kind of report is known and meant.

    ``must_have`` and ``must_not_have`` name header columns. ``dates`` is iso, mdy, dmy or auto (decided from
    the file's cells, refused where they leave it open). ``end_inclusive``: the vendor's end is the last day.
    ``explode`` ``tax:COLUMN`` makes a row of its own of each row's tax, ``credits:COLUMN`` of each credit in
    a list. ``total_check`` is the column whose sum the import must reproduce. ``known_columns`` are columns
    that exist without our using them. ``decimal`` is point, comma or auto (decided from the file's cells);
    ``zone`` is the time zone in which the vendor's days begin, blank for UTC. ``counts_as`` names the format
    in whose place the sets count: the same money in another form is never added to it. ``checks`` say what
    the amounts mean (``billow.vendors.meaning``). ``based_on`` names a format with the same header: its
    columns and mapping hold here too, and a file is read so only where this format is asked for by name.
    ``delivery``: ``replaces`` or ``adds`` where every such report does; blank where its rows decide.
    """

    format_id: str
    vendor: str
    kind: str = "usage"
    must_have: tuple[str, ...] = ()
    must_not_have: tuple[str, ...] = ()
    dates: str = "auto"
    end_inclusive: bool = False
    explode: str = ""
    total_check: tuple[str, ...] = ()
    known_columns: tuple[str, ...] = ()
    notes: str = ""
    decimal: str = "auto"
    zone: str = ""
    counts_as: str = ""
    based_on: str = ""
    checks: tuple[str, ...] = ()
    place: Place = _NOWHERE
    delivery: str = ""

    @property
    def tax_column(self) -> str:
        """The column that holds each row's tax, or nothing."""
        return self._split_off("tax")

    @property
    def credits_column(self) -> str:
        """The column that holds each row's credits, a list or an amount, or nothing."""
        return self._split_off("credits")

    @property
    def set_name(self) -> str:
        """The name under which sets of this format replace each other."""
        return self.counts_as or self.format_id

    @property
    def has_amounts(self) -> bool:
        """Whether the report says money; a usage report of quantities gets its cost from our own sheet."""
        return self.kind != "quantity"

    @property
    def has_charges(self) -> bool:
        """Whether the report holds charges at all; others are known so that nobody takes them for some."""
        return self.kind not in {"no charges", *ORDER_KINDS, *LISTS}

    def _split_off(self, what: str) -> str:
        parts = dict(part.strip().partition(":")[::2] for part in self.explode.split("|"))
        return parts.get(what, "")


@dataclass(frozen=True)
class MappingRow:
    """One target column: from which source columns, through which transforms.

    ``source`` is ``A|B`` (the first filled), ``A+B`` (joined), ``prefix/*`` (a group) or empty (a constant).
    """

    format_id: str
    target: str
    source: str
    transform: str
    place: Place = _NOWHERE

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The pipeline as (name, argument) pairs; an argument runs up to the next bar."""
        parts = (step.partition(":") for step in self.transform.split("|") if step)
        return tuple((name.strip(), argument) for name, _, argument in parts)

    @property
    def sources(self) -> tuple[str, ...]:
        """The source columns by name."""
        return tuple(name.strip() for name in re.split(r"[|+]", self.source) if name.strip())


@dataclass(frozen=True)
class ValueRow:
    """A vendor's word and ours; ``*`` stands for every other word. Words compare in lower case."""

    map: str
    word: str
    meaning: str
    place: Place = _NOWHERE


@dataclass(frozen=True)
class Formats:
    """All report formats with their mappings and value maps, and what is wrong with them."""

    by_id: Mapping[str, ReportFormat]
    mapping: Mapping[tuple[str, str], MappingRow]
    values: Mapping[tuple[str, str], ValueRow]
    problems: tuple[Problem, ...] = ()
    file: str = field(default="", compare=False)

    @classmethod
    def shipped(cls) -> "Formats":
        """Return the formats that come with Billow."""
        tables = files("billow.vendors") / "shipped"
        rows = {
            name: list(csv.DictReader((tables / f"{name}.csv").read_text("utf-8").splitlines()))
            for name in ("formats", "mapping", "valuemaps")
        }
        empty = cls({}, {}, {})
        return empty.with_rows(rows["formats"], rows["mapping"], rows["valuemaps"])

    def __getitem__(self, format_id: str) -> ReportFormat:
        return self.by_id[format_id]

    def mapping_of(self, format_id: str) -> tuple[MappingRow, ...]:
        """Return the mapping rows of one format, in the order of the table."""
        base = self.by_id[format_id].based_on if format_id in self.by_id else ""
        found = {target: row for (owner, target), row in self.mapping.items() if base and owner == base}
        own = {target: row for (owner, target), row in self.mapping.items() if owner == format_id}
        return tuple((found | own).values())

    def value_map(self, name: str) -> dict[str, str]:
        """Return one value map, its words in lower case."""
        return {word: row.meaning for (owner, word), row in self.values.items() if owner == name}

    def with_rows(
        self,
        formats: Sequence[Mapping[str, object]] = (),
        mapping: Sequence[Mapping[str, object]] = (),
        value_maps: Sequence[Mapping[str, object]] = (),
        *,
        file: str = "",
    ) -> "Formats":
        """Return these formats with the rows of three sheets laid over them.

        A row's place is its position in the list, the header being row 1, unless it brings its own ``row``.
        """
        by_id, rows, values = dict(self.by_id), dict(self.mapping), dict(self.values)
        for place, cells in _placed(formats, file, FORMATS_SHEET):
            if cells["format_id"]:
                by_id[cells["format_id"]] = _format(cells, place)
        for place, cells in _placed(mapping, file, MAPPING_SHEET):
            if cells["format_id"]:
                key = (cells["format_id"], cells["target"])
                rows[key] = MappingRow(*key, cells["source"], cells["transform"], place)
        for place, cells in _placed(value_maps, file, VALUES_SHEET):
            if cells["map"]:
                word = cells["from"]
                values[cells["map"], word.lower()] = ValueRow(cells["map"], word, cells["to"], place)
        by_id = {name: _with_base(report, by_id) for name, report in by_id.items()}
        laid = Formats(by_id, rows, values, (), file or self.file)
        wrong = [problem for format_id in by_id for problem in laid.problems_of(format_id)]
        strays = [row for (format_id, _), row in rows.items() if format_id not in by_id]
        return replace(laid, problems=in_order([*wrong, *_wrong_rows(laid, strays)]))

    def problems_of(self, format_id: str) -> list[Problem]:
        """Return what is wrong with one format: it stops imports by that format and no others."""
        rows = self.mapping_of(format_id)
        targets = [row.target for row in rows]
        return [*check_format(self[format_id], targets, self.by_id), *_wrong_rows(self, rows)]


def _placed(rows: Sequence[Mapping[str, object]], file: str, sheet: str) -> Iterable[tuple[Place, "_Cells"]]:
    for number, row in enumerate(rows, start=2):
        own = row.get("row")
        yield Place(file, sheet, own if isinstance(own, int) else number), _Cells(row)


class _Cells:
    """A row's cells by column name; a column that is missing or empty reads as an empty text."""

    def __init__(self, row: Mapping[str, object]) -> None:
        self._row = row

    def __getitem__(self, column: str) -> str:
        value = self._row.get(column)
        # blanks at the ends may be meant in a separator (concat: - ), so transforms keep theirs
        text = "" if value is None else str(value)
        return text if column == "transform" else text.strip()


def _format(cells: _Cells, place: Place) -> ReportFormat:
    return ReportFormat(
        format_id=cells["format_id"],
        vendor=cells["vendor"] or cells["format_id"],
        kind=cells["kind"].lower() or "usage",
        must_have=_names(cells["must_have"]),
        must_not_have=_names(cells["must_not_have"]),
        dates=cells["dates"].lower() or "auto",
        end_inclusive=cells["end_inclusive"].lower() in {"yes", "true", "ja", "oui", "1"},
        explode=cells["explode"],
        total_check=_names(cells["total_check"]),
        known_columns=_names(cells["known_columns"]),
        notes=cells["notes"],
        decimal=cells["decimal"].lower() or "auto",
        zone=cells["zone"],
        counts_as=cells["counts_as"],
        based_on=cells["based_on"],
        checks=tuple(check.strip() for check in cells["checks"].split(";") if check.strip()),
        place=place,
        delivery=cells["delivery"].lower(),
    )


def _with_base(report: ReportFormat, by_id: Mapping[str, ReportFormat]) -> ReportFormat:
    """Return a format with what it takes from the one that it is based on."""
    base = by_id.get(report.based_on)
    if base is None:
        return report
    own = ("format_id", "vendor", "notes", "counts_as", "based_on", "checks", "place")
    return replace(base, **{name: getattr(report, name) for name in own})


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|") if name.strip())


def _wrong_rows(formats: Formats, rows: Iterable[MappingRow]) -> Iterable[Problem]:
    maps = {row.map for row in formats.values.values()}
    for row in rows:
        report = formats.by_id.get(row.format_id)
        yield from check_mapping(row, formats.by_id, maps, _targets_of(report))


def _targets_of(report: ReportFormat | None) -> Mapping[str, ColumnType]:
    """Return what the mapping of a format may fill."""
    if report and report.kind in LISTS:
        return {INVOICE_DETAIL: DETAIL_TARGETS, COMMITMENT: COMMITMENT_TARGETS}[report.kind]
    return ORDER_TARGETS if report and report.kind in ORDER_KINDS else TARGETS | _BESIDE
