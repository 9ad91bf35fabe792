"""Who is in the example: the reseller's customers, their accounts at the vendors, and the month.

>>> [account.name for account in accounts("Microsoft") if account.customer == "C-1004"]
['Hoogwater Logistiek B.V.', 'Hoogwater Warehousing B.V.']
"""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

from billow.example.tables import rows
from billow.periods import month

SEED = 2026
MONTH_NAME = "2026-06"
MONTH = month(MONTH_NAME)
RESELLER = "Northstar Cloud B.V."


@dataclass(frozen=True)
class Account:
    """One customer's account at a vendor, with what the vendor's report says about it.

    ``is_small``: a customer without a VAT number, who buys a handful of licences.
    """

    key: str
    name: str
    customer: str
    country: str
    domain: str
    is_small: bool


def accounts(vendor: str) -> list[Account]:
    """Return the accounts at ``vendor``, in the order of sheet Accounts."""
    customers = {row["Customer"]: row for row in rows("customers")}
    found = []
    for row in rows("accounts"):
        if row["Vendor"] == vendor:
            customer = customers[row["Customer"]]
            domain = customer["E-mail"].partition("@")[2]
            account = Account(
                row["Account"],
                row["Name in report"],
                row["Customer"],
                customer["Country"],
                domain,
                is_small=not customer["VAT no"],
            )
            found.append(account)
    return found


def guid(*words: str) -> str:
    """Return the identifier that belongs to ``words``: always the same, so that sheets can name it.

    >>> guid("C-1002", "M365-BP") == guid("C-1002", "M365-BP")
    True
    """
    return str(uuid5(NAMESPACE_DNS, " ".join(words)))
