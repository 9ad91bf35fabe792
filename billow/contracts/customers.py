"""Customers, and which vendor account belongs to which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billow.problems import NOWHERE, Place


@dataclass(frozen=True)
class Customer:
    """A customer; ``customer`` is its number, the debtor code in accounting. Status ``own`` is ourselves."""

    customer: str
    name: str
    status: str = "active"
    group: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_number: str = ""
    registration_number: str = ""
    email: str = ""
    buyer_reference: str = ""
    purchase_order: str = ""
    payment_days: int | None = None
    currency: str = ""
    language: str = ""
    plan: str = ""
    cost_centre: str = ""
    place: Place = NOWHERE
    segment: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Account:
    """A vendor's account (tenant, account number, licence key) of a customer, both days included."""

    vendor: str
    account: str
    customer: str
    valid_from: date | None = None
    valid_through: date | None = None
    confirmed_by: str = ""
    place: Place = NOWHERE

    def holds_on(self, day: date) -> bool:
        """Tell whether the account belonged to the customer on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_through is None or day <= self.valid_through
        )


def owner(accounts: Iterable[Account], vendor: str, account: str, day: date) -> Account | None:
    """Return the row by which a vendor account belongs to a customer on ``day``, or None."""
    key = account.casefold()
    return next(
        (a for a in accounts if a.vendor == vendor and a.account.casefold() == key and a.holds_on(day)), None
    )
