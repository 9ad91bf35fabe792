"""What the sheets of the workbook are: tables, columns, what belongs in a cell.

There is one attribute table per sheet (folder ``attributes``). It decides headers, validation, the
template and the messages, so that a column is described once.

>>> SHEETS["tblFx"].title, SHEETS["tblFx"].names[:3]
('FX', ('Currency from', 'Currency to', 'Date'))
>>> SHEETS["tblPrices"].column("Per").choices
('month', 'year', 'unit')
>>> SHEETS["tblAccounts"].column("Customer").list_of
('tblCustomers', 'Customer')
"""

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

_LIST_OF = re.compile(r"=(\w+)\[(.+)\]")


@dataclass(frozen=True)
class Column:
    """One column of a table; ``role`` is input, result or formula."""

    name: str
    type: str
    unit: str
    default: str
    required: bool
    choice: str
    role: str
    width: float
    description: str
    example: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The words a cell may hold, where they are fixed."""
        return () if not self.choice or self.list_of else tuple(self.choice.split("|"))

    @property
    def list_of(self) -> tuple[str, str] | None:
        """The table and column whose values a cell may hold."""
        found = _LIST_OF.fullmatch(self.choice)
        return (found[1], found[2]) if found else None


@dataclass(frozen=True)
class Sheet:
    """One table and the sheet on which it stands; ``key`` are the columns that tell its rows apart."""

    title: str
    table: str
    group: str
    kind: str
    key: tuple[str, ...]
    description: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The headers, in their order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by header."""
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        """Return a column by its header."""
        return self.by_name[name]


@dataclass(frozen=True)
class Setting:
    """One row of sheet Settings; its Value is also the named cell ``Set_<key>``."""

    key: str
    name: str
    default: str
    type: str
    unit: str
    meaning: str


def _records(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath("attributes", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def _column(record: dict[str, str]) -> Column:
    return Column(
        name=record["column"],
        type=record["type"],
        unit=record["unit"],
        default=record["default"],
        required=record["required"] == "yes",
        choice=record["choices"],
        role=record["role"],
        width=float(record["width"]),
        description=record["description"],
        example=record["example"],
    )


def _sheet(record: dict[str, str]) -> Sheet:
    return Sheet(
        title=record["sheet"],
        table=record["table"],
        group=record["group"],
        kind=record["kind"],
        key=tuple(filter(None, record["key"].split("|"))),
        description=record["description"],
        columns=tuple(map(_column, _records(record["table"].removeprefix("tbl").lower()))),
    )


SHEETS: dict[str, Sheet] = {record["table"]: _sheet(record) for record in _records("sheets")}
SETTINGS: tuple[Setting, ...] = tuple(Setting(**record) for record in _records("setting_names"))
