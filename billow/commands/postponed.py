"""What was postponed returns next month: charges that an issued month left parked are looked at again.

When a month is issued, the charges that wait by decision *postpone* are noted beside the workbook. The next
month rates them with its own, as lines of their own, until they are billed or excluded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billow.charges import Charge
from billow.commands.desk import Desk
from billow.commands.kept import read_kept, write_kept
from billow.rating.placing import Fate, Placed
from billow.rating.splitting import split


@dataclass(frozen=True)
class Postponed:
    """A charge that an earlier month left: its mark and month, and its cost then."""

    charge_key: str
    import_id: str
    billing_month: str
    currency: str
    cost: Decimal


def note(desk: Desk, month: str, placed: Sequence[Placed]) -> None:
    """Note what ``month`` leaves parked, now that its invoices are issued."""
    rows = [
        {
            "charge": item.charge.key,
            "import": item.charge.import_id,
            "month": item.charge.billing_month,
            "currency": item.charge.currency,
            "cost": str(item.charge.billed_cost),
            "why": item.why,
        }
        for item in placed
        if item.fate is Fate.PARKED
    ]
    write_kept(desk.data / "postponed" / f"{month}.json", rows)


def before(desk: Desk, month: str) -> tuple[Postponed, ...]:
    """Return what the last issued month before ``month`` left, and what that had been left itself."""
    earlier = [path for path in (desk.data / "postponed").glob("*.json") if path.stem < month]
    if not earlier:
        return ()
    rows = read_kept(max(earlier), list[dict[str, str]]) or []
    return tuple(
        Postponed(row["charge"], row["import"], row["month"], row["currency"], Decimal(row["cost"]))
        for row in rows
    )


def charges_of(desk: Desk, postponed: Sequence[Postponed]) -> list[Charge]:
    """Return the charges as the store holds them; a newer delivery of their month may have changed them."""
    wanted = {item.charge_key for item in postponed}
    months = sorted({item.billing_month for item in postponed})
    return [
        charge
        for name in months
        for charge in split(desk.store.charges(name), desk.inputs.books)
        if charge.key in wanted
    ]
