"""The transforms of the mapping table: a closed list, each one column at a time.

==================== =========================================================================
text                 the cell as it is, without blanks at its ends
lower, upper         in small or capital letters (identifiers, currencies)
num                  an exact number; the decimal sign is decided once for the file
date                 the UTC day
end                  after date: an exclusive end day; what ends within a day takes the day in
month                the month of a date (or 202606, 2026-06) as ``2026-06``
const:TEXT           always TEXT
default:TEXT         TEXT where nothing is filled
else:COLUMN          the cell of COLUMN where nothing is filled
ifset:COLUMN:TEXT    TEXT where COLUMN is filled
map:NAME             the word's meaning in the value map NAME; ``*`` is every other word
concat:SEPARATOR     the cells of ``A+B`` joined, empty ones too
zfillpart:SEP:N:W    the Nth part between SEP filled with zeros up to W (Excel drops them)
parts:SEP:N:NEW      the first N parts between SEP, joined by NEW (parts:::2:/ makes A:1:B into A/1)
json:KEY             the value of KEY in a cell that holds a JSON object
jsonkey:KEY          the same, or the cell as it is where it holds no object
tags                 a cell that holds tags as JSON, kept as text; braces are put where Azure leaves them out
kvlist               a list of keys and values, as Google writes labels, as one JSON object
taggroup             the filled columns of ``prefix/*`` as one JSON object
div:N                a number divided by 10, 100 or 1000 (percent to share)
neg                  a number with its sign turned
case:aws_effective   AWS's effective cost: what savings plans and reservations make of a line
same                 each column of ours that the report has under the same name
==================== =========================================================================

A mapping is compiled into one SQL expression, so that no row is ever handled alone.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Complaint = str


class Makes(StrEnum):
    """What a pipeline yields."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


def _none(argument: str) -> Complaint:
    return f'it takes no argument, not "{argument}"' if argument else ""


def _some(argument: str) -> Complaint:
    return "" if argument else "an argument is missing after the colon"


def _pattern(pattern: str, meaning: str) -> Callable[[str], Complaint]:
    return lambda argument: "" if re.fullmatch(pattern, argument) else f"it wants {meaning}"


TRANSFORMS: dict[str, Callable[[str], Complaint]] = {
    **dict.fromkeys(["text", "lower", "upper", "num", "date", "end", "month", "tags", "taggroup"], _none),
    **dict.fromkeys(["kvlist"], _none),
    **dict.fromkeys(["neg", "same"], _none),
    **dict.fromkeys(["const", "default", "else", "map", "json", "jsonkey", "concat"], _some),
    "ifset": _pattern(r"[^:]+:.+", "a column and a text, ifset:UnitType:Usage"),
    "zfillpart": _pattern(r"[^:]+:[1-9]:[1-9]\d?", "a separator, a part and a width, zfillpart:/:2:4"),
    "parts": _pattern(r".+:[1-9]:[^:]*", "a separator, a number of parts and what joins them, parts:::2:/"),
    "div": _pattern(r"10{1,6}", "10, 100, 1000 and so on"),
    "case": _pattern("aws_effective", "the name of a case: aws_effective"),
}
MAKES = {"num": Makes.NUMBER, "case": Makes.NUMBER, "date": Makes.DATE, "same": Makes.TEXT}

_AWS_COLUMNS = {
    "plan": ("savingsPlan/SavingsPlanEffectiveCost", "savings_plan_savings_plan_effective_cost"),
    "reservation": ("reservation/EffectiveCost", "reservation_effective_cost"),
    "unblended": ("lineItem/UnblendedCost", "line_item_unblended_cost"),
}


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@dataclass
class Compiler:
    """Compiles mapping rows against the header of one file.

    ``find`` gives a column's number by its name. ``numbers`` and ``days`` collect which columns the
    expressions read as a number (``n3``), a day (``d3``) or an end (``x3``, ``e3``), ``months`` which of the
    days may be written as a month; all that are read in some way are ``used`` (``c3`` is the text).
    """

    find: Callable[[str], int | None]
    group: Callable[[str], Mapping[str, int]]
    values: Callable[[str], Mapping[str, str]]
    end_inclusive: bool
    numbers: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)

    def expression(self, source: str, steps: Iterable[tuple[str, str]]) -> str:
        """Return the SQL of one mapping row; ``NULL`` where the file has none of its sources."""
        named = dict(steps)
        if "const" in named:
            return quoted(named["const"])
        if "date" in named:
            ends = "e" if self.end_inclusive else "x"
            return self._first(source, ends if "end" in named else "d", self.days)
        for name, compiled in (
            ("taggroup", self._tag_group),
            ("case", self._aws_effective),
            ("num", lambda text: self._shifted(self._first(text, "n", self.numbers), steps)),
            ("month", self._month),
        ):
            if name in named:
                return compiled(source)
        return self._text(source, steps)

    def cell(self, name: str) -> str:
        """Return the text cell of the column ``name``, or NULL."""
        number = self.find(name)
        if number is None:
            return "NULL"
        self.used.add(number)
        return f"c{number}"

    def number(self, names: Iterable[str]) -> str:
        """Return the number in the first filled of the columns ``names``."""
        return self._first("|".join(names), "n", self.numbers)

    def _first(self, source: str, prefix: str, used: set[int]) -> str:
        found = [number for name in source.split("|") if (number := self.find(name.strip())) is not None]
        used.update(found)
        self.used.update(found)
        columns = [f"{prefix}{number}" for number in found]
        return f"coalesce({', '.join(columns)})" if len(columns) > 1 else "".join(columns) or "NULL"

    def _text(self, source: str, steps: Iterable[tuple[str, str]]) -> str:
        if "+" in source and any(name == "concat" for name, _ in steps):
            cells = [f"coalesce({self.cell(name.strip())}, '')" for name in source.split("+")]
            sql = f"concat_ws({quoted(dict(steps)['concat'])}, {', '.join(cells)})"
        else:
            cells = [cell for name in source.split("|") if (cell := self.cell(name.strip())) != "NULL"]
            sql = f"coalesce({', '.join(cells)})" if len(cells) > 1 else "".join(cells) or "NULL"
        for name, argument in steps:
            sql = self._step(sql, name, argument)
        return sql

    def _step(self, sql: str, name: str, argument: str) -> str:
        column, _, text = argument.partition(":")
        compiled: dict[str, Callable[[], str]] = {
            "lower": lambda: f"lower({sql})",
            "upper": lambda: f"upper({sql})",
            "default": lambda: f"coalesce({sql}, {quoted(argument)})",
            "else": lambda: f"coalesce({sql}, {self.cell(argument)})",
            "ifset": lambda: f"CASE WHEN {self.cell(column)} IS NOT NULL THEN {quoted(text)} ELSE {sql} END",
            "map": lambda: self.mapped(sql, argument),
            "zfillpart": lambda: _zero_filled(sql, argument),
            "parts": lambda: _first_parts(sql, argument),
            "json": lambda: _json_value(sql, argument, otherwise="NULL"),
            "tags": lambda: f"CASE WHEN {sql} LIKE '\"%' THEN '{{' || {sql} || '}}' ELSE {sql} END",
            "kvlist": lambda: _object_of_list(sql),
            "jsonkey": lambda: _json_value(sql, argument, otherwise=sql),
        }
        return compiled[name]() if name in compiled else sql

    def mapped(self, sql: str, name: str) -> str:
        """Return the meaning of a word in a value map; NULL where the map does not know it."""
        meanings = dict(self.values(name))
        other = meanings.pop("*", None)
        arms = " ".join(f"WHEN {quoted(word)} THEN {quoted(meaning)}" for word, meaning in meanings.items())
        rest = "NULL" if other is None else quoted(other)
        return f"nullif(CASE lower({sql}) {arms} ELSE {rest} END, '')" if arms else rest

    def _month(self, source: str) -> str:
        days = self._first(source, "d", self.days)
        self.months.update(number for name in source.split("|") if (number := self.find(name)) is not None)
        text = self._text(source, ())
        if text == "NULL":
            return "NULL"
        packed = f"regexp_extract({text}, '^((?:19|20)[0-9]{{2}})-?(0[1-9]|1[0-2])$', ['y', 'm'])"
        return f"coalesce(CAST({days} AS VARCHAR)[:7], nullif({packed}['y'] || '-' || {packed}['m'], '-'))"

    def _shifted(self, sql: str, steps: Iterable[tuple[str, str]]) -> str:
        for name, argument in steps:
            if name == "div":
                # moving the decimal point in the text is exact; an engine's division is not
                sql = f"CAST(CAST({sql} AS VARCHAR) || 'e-{len(argument) - 1}' AS DECIMAL(38, 24))"
            elif name == "neg":
                sql = f"(-{sql})"
        return sql

    def _tag_group(self, source: str) -> str:
        members = self.group(source)
        if not members:
            return "NULL"
        self.used.update(members.values())
        pairs = [
            f"CASE WHEN c{number} IS NOT NULL THEN {quoted(json.dumps(name))} || ':' "
            f"|| CAST(to_json(c{number}) AS VARCHAR) END"
            for name, number in members.items()
        ]
        return f"nullif('{{' || concat_ws(',', {', '.join(pairs)}) || '}}', '{{}}')"

    def _aws_effective(self, source: str) -> str:
        # Source: AWS cost and usage report, "savings plan effective cost" and "reservation effective cost":
        # covered usage costs what the commitment costs, and the commitment's own fee and negation nothing.
        plan, reservation, unblended = (
            self.number(_AWS_COLUMNS[name]) for name in ("plan", "reservation", "unblended")
        )
        return (
            f"CASE lower({self.cell(source)}) "
            f"WHEN 'savingsplancoveredusage' THEN coalesce({plan}, {unblended}) "
            f"WHEN 'discountedusage' THEN coalesce({reservation}, {unblended}) "
            f"WHEN 'savingsplannegation' THEN 0 WHEN 'savingsplanupfrontfee' THEN 0 ELSE {unblended} END"
        )


def _zero_filled(sql: str, argument: str) -> str:
    separator, part, width = argument.rsplit(":", 2)
    pieces = f"string_split({sql}, {quoted(separator)})"
    # lpad cuts what is longer than the width, hence the comparison
    filled = (
        f"list_transform({pieces}, lambda piece, place: CASE WHEN place = {part} AND length(piece) < {width} "
        f"AND piece <> '' THEN lpad(piece, {width}, '0') ELSE piece END)"
    )
    return f"array_to_string({filled}, {quoted(separator)})"


def _first_parts(sql: str, argument: str) -> str:
    separator, count, new = argument.rsplit(":", 2)
    return f"array_to_string(list_slice(string_split({sql}, {quoted(separator)}), 1, {count}), {quoted(new)})"


def _json_value(sql: str, key: str, *, otherwise: str) -> str:
    # a CASE is evaluated in order: what does not look like an object is never parsed
    path = quoted(f'$."{key}"')
    return (
        f"CASE WHEN {sql} LIKE '{{%' AND json_valid({sql}) "
        f"THEN nullif(json_extract_string({sql}, {path}), '') ELSE {otherwise} END"
    )


def _object_of_list(sql: str) -> str:
    pairs = (
        f'list_transform(from_json({sql}, \'[{{"key":"VARCHAR","value":"VARCHAR"}}]\'), '
        "lambda tag: CAST(to_json(tag.key) AS VARCHAR) || ':' || CAST(to_json(tag.value) AS VARCHAR))"
    )
    return (
        f"CASE WHEN {sql} LIKE '[{{%' AND json_valid({sql}) "
        f"THEN '{{' || array_to_string({pairs}, ',') || '}}' END"
    )
