"""Orders and inventories: what a vendor or distributor says was provisioned, changed or ended, and when.

An order is an event. A row of an inventory is a state: the subscription as it stood when the list was made.

>>> from datetime import UTC
>>> late = Order("Microsoft", "t-1", "S-1", "start", datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
>>> late.day("Europe/Berlin"), late.day("")
(datetime.date(2026, 7, 1), datetime.date(2026, 6, 30))
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billow.periods import day_in

EVENTS = ("start", "add", "remove", "set", "cancel")
STATES = ("active", "ended")
GONE = "gone"  # of an inventory that no longer has the account at all, though it has most of the others
ASIDE = "ignore"  # known words that mean nothing to billing, such as a new name


@dataclass(frozen=True)
class Order:
    """One row: an event (``EVENTS``), or of an inventory a state (``STATES``, ``GONE``).

    ``when`` is the moment or the day of the event, or since when the subscription runs; a row that ended
    says when it did. ``seen`` is when an inventory was made. ``billed_by`` is blank where the format leaves
    it to the workbook.
    """

    vendor: str
    account: str
    subscription: str
    kind: str
    when: date | datetime | None = None
    quantity: Decimal | None = None
    order: str = ""
    sku: str = ""
    service: str = ""
    description: str = ""
    customer_name: str = ""
    term: str = ""
    billing: str = ""
    billed_by: str = ""
    seen: date | datetime | None = None

    @property
    def is_state(self) -> bool:
        """Whether the row is one of an inventory."""
        return self.kind in {*STATES, GONE}

    def day(self, zone: str) -> date:
        """Return the first day of the new state where the customer is."""
        return local_day(self.when, zone) or self.day_seen(zone)

    def day_seen(self, zone: str) -> date:
        """Return the day on which the row was seen where the customer is."""
        return local_day(self.seen, zone) or date.min


def local_day(when: date | datetime | None, zone: str) -> date | None:
    """Return the day of a moment in a zone; a day without a time is that day everywhere."""
    return day_in(when, zone) if isinstance(when, datetime) else when
