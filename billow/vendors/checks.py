"""What an import proves before it writes: the sum, the month, and that every kind of charge is known."""

from collections.abc import Iterator
from decimal import Decimal

from billow.money import exact_text, is_currency
from billow.problems import Place, Problem, Refused, Severity
from billow.vendors.formats import ReportFormat
from billow.vendors.table import Table


def check_charges(table: Table, report: ReportFormat) -> Iterator[Problem]:
    """Yield what is wrong with the charges as a whole."""
    yield from _totals_differ(table)
    yield from _unknown_types(table)
    ((empty,), *_) = table.fetch("SELECT count(*) FROM charges WHERE empty_amount")
    if empty:
        yield Problem(
            "IMP-020",
            f"{empty} rows of {table.file} have an empty amount; they were kept and count as zero.",
            Place(table.file),
            "Compare the total with the vendor's invoice.",
            Severity.NOTE,
        )
    yield from _currencies(table, report)


def _currencies(table: Table, report: ReportFormat) -> Iterator[Problem]:
    if not report.has_amounts:
        return
    found = table.fetch(
        "SELECT BillingCurrency, count(*), sum(BilledCost), min(x_SourceRow) FROM charges "
        "GROUP BY 1 ORDER BY 1"
    )
    for currency, count, amount, line in found:
        if currency is not None and not is_currency(str(currency)):
            yield Problem(
                "IMP-052",
                f'"{currency}" is no currency: {count} rows with {_shown(amount)}.',
                Place(table.file, row=int(str(line)) + 1),
                "Map the vendor's word to a code such as EUR: BillingCurrency with map:NAME in Report "
                "mapping, and the word in Value maps.",
            )
    for nameless, amount in ((row[1], row[2]) for row in found if row[0] is None):
        yield Problem(
            "IMP-017",
            f"{nameless} rows of {table.file} with the amount {_shown(amount)} name no currency.",
            Place(table.file, column="BillingCurrency"),
            "Map a column to BillingCurrency in the sheet Report mapping, or a constant such as const:EUR.",
            Severity.BLOCK,
        )


def _totals_differ(table: Table) -> Iterator[Problem]:
    found = table.fetch(
        "SELECT coalesce(BillingCurrency, ''), sum(BilledCost), sum(total) FROM charges GROUP BY 1 "
        "HAVING sum(BilledCost) <> coalesce(sum(total), 0) ORDER BY 1"
    )
    for currency, mapped, total in found:
        yield Problem(
            "IMP-013",
            f"The charges of {table.file} sum to {_shown(mapped)} {currency}, its total column to "
            f"{_shown(total)} {currency}.",
            Place(table.file),
            "Compare the source of BilledCost in Report mapping with Total check in Report formats.",
        )


def _unknown_types(table: Table) -> Iterator[Problem]:
    found = table.fetch(
        "SELECT coalesce(word, ''), BillingCurrency, count(*), sum(BilledCost), min(x_SourceRow) "
        "FROM charges WHERE x_IsUnknownType GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for word, currency, count, amount, line in found:
        named = f'The charge type "{word}"' if word else "An empty charge type"
        yield Problem(
            "IMP-012",
            f"{named} is not known: {count} rows with {_shown(amount)} {currency or ''}".rstrip() + ".",
            Place(table.file, row=int(str(line)) + 1),
            "Add it to the sheet Value maps as Usage, Purchase, Credit, Adjustment or Tax, and "
            "import the file again.",
            Severity.BLOCK,
        )


def check_month(table: Table, billing_month: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the billing month of the set and the months that the report itself names.

    Raise ``Refused`` where the report is of another month than the one being billed.
    """
    counted = table.fetch(
        "SELECT x_InvoiceMonth, count(*) FROM charges WHERE x_InvoiceMonth IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1 DESC"
    )
    named = tuple(sorted(str(name) for name, _ in counted))
    starts = table.fetch(
        "SELECT strftime(day, '%Y-%m') AS month, sum(rows) FROM (SELECT ChargePeriodStart AS day, "
        "count(*) AS rows FROM charges GROUP BY 1) WHERE day IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 DESC"
    )
    begun = str(starts[0][0]) if starts else ""
    if billing_month is not None:
        _refuse_other_month(table, billing_month, named, begun)
    chosen = billing_month or (str(counted[0][0]) if counted else begun)
    if not chosen and table.rows:
        raise Refused([*table.problems, _no_month(table)])
    if len(named) > 1:
        table.problems.append(_several_months(table, named, chosen))
    return chosen, named


def _refuse_other_month(table: Table, billing_month: str, named: tuple[str, ...], begun: str) -> None:
    """Raise ``Refused`` where the report names other months, or names none and no charge touches this one."""
    ((touching,),) = table.connection.execute(
        "SELECT count(*) FROM charges WHERE ChargePeriodStart < CAST($1 AS DATE) + INTERVAL 1 MONTH "
        "AND coalesce(ChargePeriodEnd, ChargePeriodStart + 1) > CAST($1 AS DATE) "
        "OR strftime(ChargePeriodStart, '%Y-%m') = $2",
        [f"{billing_month}-01", billing_month],
    ).fetchall()
    if (named and billing_month not in named) or (not named and begun and not touching):
        raise Refused([*table.problems, _other_month(table, billing_month, named or (begun,))])


def _other_month(table: Table, billing_month: str, months: tuple[str, ...]) -> Problem:
    return Problem(
        "IMP-014",
        f"{table.file} is of {' and '.join(months)}, not of {billing_month}.",
        Place(table.file),
        "Choose the report of the month being billed, or change the month and import again.",
    )


def _no_month(table: Table) -> Problem:
    return Problem(
        "IMP-053",
        f"{table.file} names no day and no month.",
        Place(table.file),
        "Say which month it is of: billow import with --period and the month, such as 2026-06.",
    )


def _several_months(table: Table, named: tuple[str, ...], chosen: str) -> Problem:
    return Problem(
        "IMP-028",
        f"{table.file} holds charges of {len(named)} billing months; all of them count in {chosen}.",
        Place(table.file),
        "Ask the vendor for one report for each month, or say which month is being billed.",
        Severity.NOTE,
    )


def _shown(amount: object) -> str:
    return exact_text(Decimal(str(amount or 0)))
