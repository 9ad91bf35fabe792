"""What happens with each kind of vendor charge: bill it, keep it as margin, absorb it, exclude it.

Partner discounts and credits are kept unless a row says otherwise, so that our margin is never handed on
by accident; everything else is billed. Vendor tax is never billed: it has its own column in the proof.

>>> policy_for([], vendor="AWS", charge_type="SppDiscount", category=Category.CREDIT).policy
'keep'
"""

from collections.abc import Iterable
from dataclasses import dataclass

from billow.charges import Category
from billow.problems import NOWHERE, Place


@dataclass(frozen=True)
class ChargePolicy:
    """A row of the policy sheet: for a vendor (or ``*``) and its charge type or FOCUS category."""

    vendor: str
    charge_type: str
    policy: str
    reason: str = ""
    place: Place = NOWHERE


def explicit_policy(
    policies: Iterable[ChargePolicy], *, vendor: str, charge_type: str
) -> ChargePolicy | None:
    """Return the row that names this very charge type, or None."""
    named = [p for p in policies if p.charge_type.casefold() == charge_type.casefold() != ""]
    return next((p for wanted in (vendor, "*") for p in named if p.vendor == wanted), None)


def policy_for(
    policies: Iterable[ChargePolicy], *, vendor: str, charge_type: str, category: Category
) -> ChargePolicy:
    """Return the row for the charge type, else for the category, else the default."""
    rows = tuple(policies)
    for word in (charge_type, category.value):
        if row := explicit_policy(rows, vendor=vendor, charge_type=word):
            return row
    if category is Category.CREDIT:
        return ChargePolicy("*", category.value, "keep", "partner discounts and credits are kept")
    return ChargePolicy("*", category.value, "bill")
