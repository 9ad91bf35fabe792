"""What does not fit together among the input sheets: prices without tiers, unknown currencies, VAT numbers.

A single wrong cell is found when its sheet is read; here two cells, or two sheets, contradict.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from billow.catalog.price_checks import price_problems
from billow.inputs.account_checks import account_problems
from billow.inputs.discount_checks import discount_problems
from billow.inputs.model_checks import cliff_notes, model_problems, tier_problems
from billow.inputs.settings import ZONE_HINT
from billow.invoicing.vat import EU_COUNTRIES
from billow.money import is_currency
from billow.periods import is_zone
from billow.problems import Place, Problem
from billow.rating.books import Books
from billow.sheets.columns import SHEETS
from billow.sheets.reading import Row

_CURRENCY_COLUMNS = {
    "tblCustomers": ("Currency",),
    "tblPrices": ("Currency",),
    "tblDiscounts": ("Currency",),
    "tblSubscriptions": ("Currency",),
    "tblAdjustments": ("Currency",),
    "tblListPrices": ("Currency",),
    "tblFx": ("Currency from", "Currency to"),
    "tblVendorInvoices": ("Currency",),
}
_LAST_PERCENT = 100
_MOST_DAYS = 3650


def problems_between(
    books: Books, rows: Mapping[str, Sequence[Row]], read: Sequence[Problem] = ()
) -> tuple[Problem, ...]:
    """Return every contradiction among the sheets; most stop the command that read them.

    ``read`` is what was wrong when the cells were read: a cell that was refused is blank here, and nothing
    more is said about it.
    """
    refused = _refused(rows, read)
    found = (
        *_currencies(rows),
        *_prices(rows["tblPrices"], {row["Tier set"] for row in rows["tblTiers"]}),
        *cliff_notes(books.prices),
        *_tiers(rows["tblTiers"], refused),
        *discount_problems(rows["tblDiscounts"], rows["tblTiers"], books.products),
        *_customers(rows["tblCustomers"]),
        *account_problems(books.accounts),
        *_rates(rows["tblFx"]),
        *_ranges(rows),
        *_days(rows),
        *price_problems(books.prices, books.products, _used(books)),
    )
    return tuple(problem for problem in found if problem.place not in refused)


def _refused(rows: Mapping[str, Sequence[Row]], read: Sequence[Problem]) -> set[Place]:
    """Return the cells that the reader refused: of a row that stands twice, all of its key."""
    twins = {(problem.place.sheet, problem.place.row) for problem in read if problem.code == "WBK-018"}
    keys = (
        row.at(column)
        for table, own in rows.items()
        for row in own
        if (row.place.sheet, row.number) in twins
        for column in SHEETS[table].key
    )
    return {*keys, *(problem.place for problem in read if problem.place.column)}


def _used(books: Books) -> dict[str, date | None]:
    """Return the products that a report or a contract asks a price for, each with its last day."""
    reported: dict[str, date | None] = {rule.product: None for rule in books.sku_rules}
    for contract in books.subscriptions:
        if contract.status == "active" and contract.agreed_price is None:
            last = reported.get(contract.product, contract.through)
            through = contract.through
            reported[contract.product] = max(last, through) if last and through else None
    return reported


def _currencies(rows: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    for table, columns in _CURRENCY_COLUMNS.items():
        for row in rows[table]:
            for column in columns:
                if row[column] and not is_currency(row[column]):
                    yield Problem(
                        "INP-001",
                        f'"{row[column]}" is not a currency.',
                        row.at(column),
                        "Write the three letters of ISO 4217 in capitals, such as EUR.",
                    )


def _prices(rows: Iterable[Row], tier_sets: set[str]) -> Iterator[Problem]:
    for row in rows:
        model, value = row["Model"], row["Price or %"]
        yield from model_problems(row, tier_sets)
        if model == "margin" and value is not None and value >= _LAST_PERCENT:
            hint = "A margin is a share of the price and stays below 100; markup may be more."
            yield _about(row, "INP-005", f"A margin of {value:f} % has no price.", "Price or %", hint)
        if row["Scope"] not in {"everyone", None} and not row["Who"]:
            hint = f"Name the {row['Scope']} in column Who, or set Scope to everyone."
            yield _about(row, "INP-006", f"A price for one {row['Scope']} does not say which.", "Who", hint)
        if _reversed(row["Valid from"], row["Valid through"]):
            sentence = f"Valid through {row['Valid through']} lies before Valid from {row['Valid from']}."
            yield _about(row, "INP-007", sentence, "Valid through", "Swap or correct the two dates.")


def _about(row: Row, code: str, sentence: str, column: str, hint: str) -> Problem:
    return Problem(code, sentence, row.at(column), hint)


def _reversed(first: date | None, through: date | None) -> bool:
    return first is not None and through is not None and through < first


def _days(rows: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    for row in (*rows["tblOwnUsage"], *rows["tblUsers"]):
        if _reversed(row["From"], row["Through"]):
            sentence = f"Through {row['Through']} lies before From {row['From']}."
            yield _about(row, "INP-007", sentence, "Through", "Swap or correct the two dates.")


def _tiers(rows: Sequence[Row], refused: Container[Place]) -> Iterator[Problem]:
    """Yield what is wrong with steps; a set of which a bound was refused is not counted."""
    for row in rows:
        yield from tier_problems(row)
    names = {row["Tier set"] for row in rows}
    for name in sorted(filter(None, names)):
        own = [row for row in rows if row["Tier set"] == name]
        if any(row.at("Up to") in refused for row in own):
            continue
        bounds = [row["Up to"] for row in own]
        if bounds.count(None) != 1:
            hint = "Leave Up to blank in exactly one row of the set: the last step, which is open."
            sentence = f'Tier set "{name}" has {bounds.count(None)} open steps.'
            yield _about(own[-1], "INP-008", sentence, "Up to", hint)
        for lower, upper in pairwise(sorted(bound for bound in bounds if bound is not None)):
            if lower == upper:
                hint = "Give each step of the set its own upper bound."
                second = [row for row in own if row["Up to"] == upper][-1]
                yield _about(second, "INP-008", f'Tier set "{name}" has {lower:f} twice.', "Up to", hint)


def _customers(rows: Iterable[Row]) -> Iterator[Problem]:
    for row in rows:
        country, number = (row["Country"] or "").upper(), row["VAT no"]
        if country and (len(country) != 2 or not country.isalpha()):  # noqa: PLR2004 - ISO 3166 alpha-2
            hint = "Write the two letters of ISO 3166, such as NL."
            yield _about(row, "INP-009", f'"{row["Country"]}" is not a country.', "Country", hint)
        elif number and country in EU_COUNTRIES and not _is_vat_number(number, country):
            hint = f"Check it with the customer; a number of {country} begins with its letters."
            yield _about(row, "INP-010", f'"{number}" is not a VAT number of {country}.', "VAT no", hint)
        if row["Time zone"] and not is_zone(row["Time zone"]):
            hint = f"{ZONE_HINT}, or leave it blank for the setting."
            yield _about(row, "INP-030", f'"{row["Time zone"]}" is not a time zone.', "Time zone", hint)


def _is_vat_number(number: str, country: str) -> bool:
    try:
        valid = vat.validate(number)
    except ValidationError:
        return False
    return bool(valid[:2] == ("EL" if country == "GR" else country))


def _rates(rows: Iterable[Row]) -> Iterator[Problem]:
    for row in rows:
        if row["Rate"] is not None and row["Rate"] <= 0:
            hint = "Write how much one unit of the first currency is worth in the second."
            yield _about(row, "INP-012", f"An exchange rate of {row['Rate']:f} cannot be.", "Rate", hint)


def _ranges(rows: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    """Figures that can only be slips of the hand."""
    for row in rows["tblVat"]:
        if row["Rate"] is not None and not 0 <= row["Rate"] <= _LAST_PERCENT:
            hint = "Write the percentage as a plain number: 21 is 21 %."
            yield _about(row, "INP-014", f"A VAT rate of {row['Rate']:f} % cannot be.", "Rate", hint)
    for row in rows["tblCustomers"]:
        days = row["Payment days"]
        if days is not None and not 0 <= days <= _MOST_DAYS:
            hint = "Write how many days the customer has to pay, such as 30."
            yield _about(row, "INP-015", f"{days} days to pay cannot be.", "Payment days", hint)
    for row in rows["tblPrices"]:
        value, model = row["Price or %"] or 0, row["Model"]
        if value < 0 and model not in {"markup", "margin", None}:
            hint = "Write what one unit costs; a credit is a row on sheet Adjustments."
            yield _about(row, "INP-016", f"A price of {value:f} is below zero.", "Price or %", hint)
        if model == "percent_off_list" and value > _LAST_PERCENT:
            hint = "Write the percentage that is taken off, at most 100."
            yield _about(row, "INP-016", f"{value:f} % off list is more than all of it.", "Price or %", hint)
