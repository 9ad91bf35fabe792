"""Measuring a stored set: its rows, its sums, and two order-free sums of row hashes.

The *fingerprint* is the sum of the hashes that the rows got when they were written; the *content* is made
anew of their cells (``billow.charges.CONTENT``), in the same way. Of an import the two are equal, whatever
the file's name, packing, order or line ends were; rows that a correction turned round keep their own hash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from billow.charges import CONTENT, HASH_OFFSET, Category
from billow.locked import locked


@dataclass(frozen=True)
class Measure:
    """What a set of charges holds."""

    rows: int
    fingerprint: str
    content: str
    billed: Mapping[str, Decimal]
    tax: Mapping[str, Decimal]


@dataclass(frozen=True)
class CustomerDifference:
    """What a replaced set changes for one customer, before tax; 0 where the customer is new or gone."""

    customer_key: str
    currency: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """How much more the vendor now bills."""
        return self.after - self.before


@cache
def hashed_by() -> str:
    """Return the mark of how this engine hashes: the hash of a row with a cell of each type.

    DuckDB promises nothing of its hash() from one version to the next; a hash that is promised costs fifteen
    times as much, more than half of an import.
    """
    with locked([]) as connection:
        ((mark,),) = connection.execute(
            "SELECT CAST(hash('Billow', CAST(NULL AS VARCHAR), DATE '2026-06-30', "
            "CAST(-1.5 AS DECIMAL(38, 24)), CAST(7 AS BIGINT), true) AS VARCHAR)"
        ).fetchall()
    return str(mark)


def measure(parquet: Path) -> Measure:
    """Measure the set in a Parquet file; ``duckdb.Error`` where it cannot be read."""
    columns = ", ".join(f'"{name}"' for name in CONTENT)
    with locked([parquet]) as connection:
        rows, fingerprint, content = connection.execute(
            "SELECT count(*), "  # noqa: S608
            f"CAST(coalesce(sum(CAST(x_RowHash AS HUGEINT) + {HASH_OFFSET}), 0) AS VARCHAR), "
            f"CAST(coalesce(sum(CAST(hash({columns}) AS HUGEINT)), 0) AS VARCHAR) "
            "FROM read_parquet($1)",
            [str(parquet)],
        ).fetchall()[0]
        sums = connection.execute(
            f"SELECT coalesce(BillingCurrency, ''), ChargeCategory = '{Category.TAX}', sum(BilledCost) "  # noqa: S608
            "FROM read_parquet($1) GROUP BY 1, 2 ORDER BY 1, 2",
            [str(parquet)],
        ).fetchall()
    billed = {currency: amount for currency, is_tax, amount in sums if not is_tax}
    tax = {currency: amount for currency, is_tax, amount in sums if is_tax}
    return Measure(rows, fingerprint, content, billed, tax)


def difference_by_customer(before: Sequence[Path], after: Sequence[Path]) -> tuple[CustomerDifference, ...]:
    """Compare sets by customer and currency; only what differs is returned."""
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for place, parquet in enumerate((before, after)):
        for key, amount in _by_customer(parquet).items():
            sums.setdefault(key, [Decimal(0), Decimal(0)])[place] = amount
    return tuple(
        CustomerDifference(*key, *amounts)
        for key, amounts in sorted(sums.items())
        if amounts[0] != amounts[1]
    )


def _by_customer(parquet: Sequence[Path]) -> dict[tuple[str, str], Decimal]:
    with locked(parquet) as connection:
        rows = connection.execute(
            "SELECT coalesce(x_CustomerKey, ''), coalesce(BillingCurrency, ''), sum(BilledCost) "  # noqa: S608
            f"FROM read_parquet($1) WHERE ChargeCategory <> '{Category.TAX}' GROUP BY 1, 2",
            [[str(path) for path in parquet]],
        ).fetchall()
    return {(customer, currency): amount for customer, currency, amount in rows}
