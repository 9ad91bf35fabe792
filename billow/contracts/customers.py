"""Customers, and which vendor account belongs to which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billow.problems import NOWHERE, Place

_BY_VALUE = ("tag", "resource_group")
PRO_FORMA, OWN_REPORT = "pro forma", "own report"  # what an account may be billed from


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
    """A vendor's account (tenant, account number, licence key) of a customer, both days included.

    Of an account that is ``split_by`` share, tag or resource_group the customer has a part: a ``share`` in
    percent, or what bears the ``value`` (of the ``tag``); a blank value is whatever no other row names.
    ``bill_from`` says which bills where a pro forma and the vendor's own report are there.
    """

    vendor: str
    account: str
    customer: str
    valid_from: date | None = None
    valid_through: date | None = None
    confirmed_by: str = ""
    place: Place = NOWHERE
    split_by: str = ""
    share: Decimal | None = None
    tag: str = ""
    value: str = ""
    bill_from: str = ""

    @property
    def is_part(self) -> bool:
        """Whether the customer has only a part of the account."""
        return bool(self.split_by)

    def holds_on(self, day: date) -> bool:
        """Tell whether the account belonged to the customer on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_through is None or day <= self.valid_through
        )


def owner(
    accounts: Iterable[Account], vendor: str, account: str, day: date, share_of: str = ""
) -> Account | None:
    """Return the row by which a vendor account belongs to a customer on ``day``, or None.

    Of an account that is split it is the row of ``share_of``, and nobody's without.
    """
    key = account.casefold()
    own = (a for a in accounts if a.vendor == vendor and a.account.casefold() == key and a.holds_on(day))
    return next((a for a in own if not a.is_part or a.customer == share_of), None)


@dataclass(frozen=True)
class Kept:
    """An account whose charges are told apart by a tag, or (blank) by resource group."""

    vendor: str
    account: str
    tag: str


def told_apart(accounts: Iterable[Account]) -> tuple[Kept, ...]:
    """Return the accounts of which the store keeps a tag or the resource group: those split by one."""
    found = (Kept(a.vendor, a.account.casefold(), a.tag) for a in accounts if a.split_by in _BY_VALUE)
    return tuple(sorted(dict.fromkeys(found), key=lambda kept: (kept.vendor, kept.account, kept.tag)))
