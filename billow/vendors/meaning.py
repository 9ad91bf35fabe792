"""Whether the amounts of a report still mean what its format says: sign, unit, tax.

A vendor that turns the sign of credits, writes cents for euros or takes tax into the amount changes no
header. So a format says what must hold between its own columns, row by row:

=============================== ============================================================
sum:A+B=C                       A and B make C (net and tax make the total)
times:A*B*C=D                   quantity times price times rate is D, within a tenth
sign:A=B                        A and B have the same sign (quantity and amount)
positive:WORD,WORD              rows of these charge types are not below zero
negative:WORD,WORD              rows of these charge types are not above zero
case:azure_actual               what a reservation or savings plan covers costs nothing
=============================== ============================================================

A column may be ``A|B``, the first that the file has. A check needs its columns: without one of them it is
silent, as it is where amounts are too small to tell. One odd row is a vendor's matter. More than one in
twenty is a changed meaning, and stops the file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from billow.problems import Place, Problem
from billow.vendors.table import Table
from billow.vendors.transforms import Compiler, quoted

_MOST = 20  # one row in so many may differ
_CENT = "0.02"  # rounding of the parts and of their sum
# Below these a vendor's truncating of a price to cents decides more than its meaning does.
_TELLING_PRICE, _TELLING_AMOUNT = "0.1", "0.5"
_FORMS = {
    "sum": re.compile(r"[^+=]+\+[^+=]+=[^+=]+"),
    "times": re.compile(r"[^*=]+(\*[^*=]+)+=[^*=]+"),
    "sign": re.compile(r"[^=]+=[^=]+"),
    "positive": re.compile(r".+"),
    "negative": re.compile(r".+"),
    "case": re.compile(r"azure_actual"),
}


@dataclass(frozen=True)
class Meaning:
    """One check of a format, compiled for a file: true where it holds, false where not, else NULL."""

    check: str
    sql: str


def complaint(check: str) -> str:
    """Return what is wrong with a check as written, or nothing.

    >>> complaint("sum:Net+VAT=Gross"), complaint("sum:Net")
    ('', '"sum:Net" is not written as sum:A+B=C')
    """
    name, _, argument = check.partition(":")
    if name not in _FORMS:
        return f'there is no check "{name}"; known are {", ".join(_FORMS)}'
    shown = {"sum": "sum:A+B=C", "times": "times:A*B=C", "sign": "sign:A=B", "case": "case:azure_actual"}
    return "" if _FORMS[name].fullmatch(argument) else f'"{check}" is not written as {shown.get(name, name)}'


def columns_of(check: str) -> list[str]:
    """Return the columns that a check reads.

    >>> columns_of("times:Quantity*Price|Rate=Net"), columns_of("negative:Credit")
    (['Quantity', 'Price', 'Rate', 'Net'], [])
    """
    name, _, argument = check.partition(":")
    found = re.split(r"[+*=|]", argument) if name in {"sum", "times", "sign"} else []
    return [column.strip() for column in found]


def needed_by(check: str) -> list[str]:
    """Return the columns without which a check is silent: all but rates.

    >>> needed_by("times:Quantity*Price*Rate=Net")
    ['Quantity', 'Price', 'Net']
    """
    name, _, argument = check.partition(":")
    factors, _, result = argument.partition("=")
    without = f"{name}:{'*'.join(factors.split('*')[:2])}={result}"
    return columns_of(without if name == "times" else check)


def compiled(checks: Iterable[str], compiler: Compiler, amount: str, word: str) -> list[Meaning]:
    """Return the checks that this file has the columns for, over its cells."""
    found = []
    for check in checks:
        name, _, argument = check.partition(":")
        if name in {"positive", "negative"}:
            sql = _by_word(word, argument, amount, least=name == "positive")
        elif name == "case":
            sql = _azure_actual(compiler, amount)
        else:
            sql = _between(name, argument, compiler)
        if "NULL" not in sql.split():
            found.append(Meaning(check, sql))
    return found


def changed_meaning(table: Table, meanings: Sequence[Meaning]) -> Iterator[Problem]:
    """Yield a problem for each check that too many rows of ``charges`` fail (columns ``check0`` on)."""
    for number, meaning in enumerate(meanings):
        ((told, off, line),) = table.fetch(
            f"SELECT count(check{number}), count(*) FILTER (WHERE NOT check{number}), "  # noqa: S608 - ours
            f"min(x_SourceRow) FILTER (WHERE NOT check{number}) FROM charges"
        )
        rows, wrong = int(str(told)), int(str(off))
        if wrong * _MOST <= rows:
            continue
        place = Place(table.file, row=int(str(line)) + 1)
        if meaning.check.startswith("case:"):
            yield _amortized(table, place)
        else:
            yield _changed(table, place, meaning.check, f"{wrong} of {rows}")


def _changed(table: Table, place: Place, check: str, share: str) -> Problem:
    return Problem(
        "IMP-050",
        f"The amounts of {table.file} are not what its format says ({check}): {share} rows differ, this is "
        "the first.",
        place,
        "Compare the row with the vendor's invoice: is the sign turned, the unit another, tax inside? If the "
        "vendor has changed the report, correct Report mapping, and the column Checks of Report formats.",
    )


def _amortized(table: Table, place: Place) -> Problem:
    return Problem(
        "IMP-051",
        f"{table.file} is Azure's amortized cost: it spreads over the usage what the actual cost bills as a "
        "purchase.",
        place,
        "Import the export of the actual cost. Only where customers are billed by amortized cost, name the "
        "format azure_amortized for this file: it then counts instead of the actual cost, never beside it.",
    )


def _between(name: str, argument: str, compiler: Compiler) -> str:
    left, _, right = argument.partition("=")
    parts = re.split(r"[+]" if name == "sum" else r"[*]", left)
    numbers = [compiler.number(part.strip().split("|")) for part in parts]
    result = compiler.number(right.strip().split("|"))
    if name == "times":
        # a rate that no column gives is one: the prices are in the billed currency then
        numbers = [*numbers[:2], *(number for number in numbers[2:] if number != "NULL")]
        return "NULL" if "NULL" in (*numbers, result) else _times(numbers, result)
    if "NULL" in (*numbers, result):
        return "NULL"
    if name == "sum":
        return f"abs({' + '.join(numbers)} - {result}) <= {_CENT}"
    return f"CASE WHEN {numbers[0]} <> 0 AND {result} <> 0 THEN sign({numbers[0]}) = sign({result}) END"


def _times(numbers: list[str], result: str) -> str:
    # floating numbers are right here: this compares sizes, and no amount comes of it
    factors = [f"CAST({number} AS DOUBLE)" for number in numbers]
    expected, units = f"({' * '.join(factors)})", f"abs({factors[0]})"
    telling = f"abs({expected}) >= greatest({_TELLING_AMOUNT}, {_TELLING_PRICE} * {units})"
    return f"CASE WHEN {telling} THEN abs({expected} - CAST({result} AS DOUBLE)) <= 0.1 * abs({expected}) END"


def _by_word(word: str, words: str, amount: str, *, least: bool) -> str:
    if word == "NULL":
        return "NULL"
    listed = ", ".join(quoted(name.strip().lower()) for name in words.split(","))
    told = f"lower({word}) IN ({listed}) AND {amount} <> 0"
    return f"CASE WHEN {told} THEN {amount} {'>' if least else '<'} 0 END"


def _azure_actual(compiler: Compiler, amount: str) -> str:
    model, kind = compiler.cell("PricingModel"), compiler.cell("ChargeType")
    if "NULL" in (model, kind):
        return "NULL"
    models = "('reservation', 'savingsplan', 'savings plan')"
    covered = f"(lower({kind}) = 'usage' AND lower({model}) IN {models})"
    unused = f"lower({kind}) IN ('unusedreservation', 'unusedsavingsplan')"
    return f"CASE WHEN {covered} OR {unused} THEN {amount} = 0 END"
