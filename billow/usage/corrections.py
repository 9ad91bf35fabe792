"""The rows by which a delivery differs from what was accepted before: the charges of a correction.

A row of the new file that was not accepted before is taken as it is; an accepted row that the new file does
not hold any more is taken with its amounts turned round. Identical rows are legal: of three where there were
two, one is new. Every row keeps the file and row number that it came with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from billow.charges import COLUMNS, CONTENT, HASH_OFFSET
from billow.locked import locked

# What is turned round with a row; prices and rates stay what they are.
_AMOUNTS = (
    "ConsumedQuantity PricingQuantity ListCost ContractedCost BilledCost EffectiveCost x_RebilledCost"
).split()
# What makes two rows be about the same thing, whatever they say of it.
_THING = (
    "BillingAccountId x_CustomerKey SubAccountId x_SubscriptionId SkuId SkuPriceId ResourceId "
    "ChargePeriodStart ChargePeriodEnd BillingCurrency"
).split()
_SAME = " AND ".join(f"n.{name} IS NOT DISTINCT FROM o.{name}" for name in _THING)
_NEGATED = f"""
    SELECT count(*) FROM (SELECT * FROM read_parquet($1) WHERE BilledCost < 0) n
    WHERE EXISTS (SELECT 1 FROM read_parquet($2) o WHERE {_SAME} AND o.BilledCost = -n.BilledCost)
    AND NOT EXISTS (SELECT 1 FROM read_parquet($1) o WHERE {_SAME} AND o.BilledCost = -n.BilledCost)
"""  # noqa: S608 - the names are ours
_SUMS = f"""
    SELECT {", ".join(_THING)}, sum(BilledCost) AS cost, min(BilledCost) AS least FROM read_parquet($%d)
    WHERE ChargeCategory IN ('Usage', 'Purchase') GROUP BY ALL
"""  # noqa: S608 - the names are ours
_TAKEN_BACK = f"""
    SELECT count(*), coalesce(sum(n.cost), 0) FROM ({_SUMS % 1}) n JOIN ({_SUMS % 2}) o ON {_SAME}
    WHERE n.cost <= 0 AND n.least < 0 AND o.cost > 0
"""  # noqa: S608 - the names are ours


def write_correction(new: Path, accepted: Sequence[Path], import_id: str, target: Path) -> None:
    """Write the rows that bring ``accepted`` to ``new`` to the Parquet file ``target``."""
    # That an estimate or a pro forma became final is no difference of its own.
    cells = [f'"{name}"' for name in CONTENT if name not in {"x_IsEstimate", "x_IsProforma"}]
    # Two sums of 64 bits, over the cells and over the cells from behind: no two rows are alike by chance.
    marks = f"hash({', '.join(cells)}) AS m1, hash({', '.join(reversed(cells))}) AS m2"
    nth = "row_number() OVER (PARTITION BY m1, m2 ORDER BY x_SourceFile, x_SourceRow) AS nth"
    own = {"x_ImportId": "$1"}
    turned = {
        "x_RowHash": f"CAST(CAST(hash(x_RowHash, 'turned') AS HUGEINT) - {HASH_OFFSET} AS BIGINT)",
        **{name: f"-{name}" for name in _AMOUNTS},
    }
    quoted = "'" + str(target).replace("'", "''") + "'"
    with locked([new, *accepted], target.parent) as connection:
        for name, files in (("added", [new]), ("gone", list(accepted))):
            # Without anything accepted there is nothing gone, and a table of no rows has the same columns.
            connection.execute(
                f"CREATE TABLE {name} AS SELECT *, {nth} FROM "  # noqa: S608 - the names are ours
                f"(SELECT *, {marks} FROM read_parquet($1) WHERE $2)",
                [[str(path) for path in files or [new]], bool(files)],
            )
        connection.execute(
            f"COPY (SELECT {_columns(own)} FROM added ANTI JOIN gone USING (m1, m2, nth) UNION ALL "  # noqa: S608
            f"SELECT {_columns(own | turned)} FROM gone ANTI JOIN added USING (m1, m2, nth) "
            f"ORDER BY x_SourceFile, x_SourceRow) TO {quoted} (FORMAT parquet, COMPRESSION zstd)",
            [import_id],
        )


def _columns(instead: Mapping[str, str]) -> str:
    return ", ".join(f'{instead.get(c.name, c.name)} AS "{c.name}"' for c in COLUMNS)


@dataclass(frozen=True)
class Style:
    """What the rows of a delivery say about it, beside what they would replace or add to."""

    is_corrections_only: bool
    negated: int
    taken_back: int
    amount_taken_back: Decimal


def style_of(new: Path, accepted: Sequence[Path]) -> Style:
    """Look for what only a file that adds would hold.

    Rows of ChargeClass *Correction* and no others; a row that takes back an accepted one that is not in the
    file itself (``negated``); a thing once charged for, of which the file takes back at least as much as it
    charges (``taken_back``).
    """
    with locked([new, *accepted]) as connection:
        files = [str(new)], [str(path) for path in accepted]
        ((only, negative),) = connection.execute(
            "SELECT count(*) > 0 AND bool_and(coalesce(ChargeClass, '') = 'Correction'), "
            "count(*) FILTER (WHERE BilledCost < 0) FROM read_parquet($1)",
            [files[0]],
        ).fetchall()
        if not accepted or not negative:  # as in most deliveries, of which some have millions of rows
            return Style(bool(only), 0, 0, Decimal(0))
        ((negated,),) = connection.execute(_NEGATED, files).fetchall()
        ((taken_back, amount),) = connection.execute(_TAKEN_BACK, files).fetchall()
    return Style(bool(only), int(negated), int(taken_back), Decimal(str(amount)))
