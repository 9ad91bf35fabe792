"""One vendor account of several customers: each charge goes to its customers by share, tag or resource group.

Parts are exact and sum to the whole. What a subscription on sheet Subscriptions is billed for instead goes
to its customer undivided, and so does tax, which nobody is billed.

>>> from billow.charges import Category
>>> whole = Charge("k", "i", "f", "AWS", "2026-06", "1", Category.USAGE, "EUR", Decimal("10.01"), rows=1)
>>> parts = (("C-1", 75), ("C-2", 25))
>>> shares = [Account("AWS", "1", who, split_by="share", share=Decimal(part)) for who, part in parts]
>>> [(part.key, str(part.billed_cost)) for part in split([whole], Books("EUR", accounts=shares))]
[('k/C-1', '7.5075'), ('k/C-2', '2.5025')]
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Any

from billow.charges import Category, Charge
from billow.contracts.customers import Account
from billow.periods import month
from billow.rating.books import Books

_AMOUNTS = ("billed_cost", "quantity", "list_cost", "contracted_cost", "effective_cost")
_DIGITS = 100  # more than an amount of the store and a percentage have together
_PERCENT = Decimal(100)


def split(charges: Iterable[Charge], books: Books) -> list[Charge]:
    """Return the charges, those of a shared account as the parts of its customers; parts stay as they are."""
    shared: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in books.accounts:
        if account.is_part:
            shared[account.vendor, account.account.casefold()].append(account)
    if not shared:
        return list(charges)
    owners = {s.subscription.casefold(): s.customer for s in books.subscriptions if s.billed_by != "vendor"}
    return [
        part
        for charge in charges
        for part in _parts(charge, shared.get((charge.vendor, charge.customer_key.casefold()), ()), owners)
    ]


def whole_key(key: str) -> str:
    """Return the mark of the charge of which a part has this mark.

    >>> whole_key("a81100a1/C-1"), whole_key("a81100a1")
    ('a81100a1', 'a81100a1')
    """
    return key.partition("/")[0]


def _parts(charge: Charge, accounts: Sequence[Account], owners: dict[str, str]) -> Iterator[Charge]:
    day = (charge.period or month(charge.home_month)).start
    own = [account for account in accounts if account.holds_on(day)]
    if not own or charge.share_of or charge.category is Category.TAX:
        yield charge
        return
    owner = owners.get(charge.subscription_id.casefold()) if charge.subscription_id else None
    if owner in {account.customer for account in own}:
        yield charge._replace(share_of=owner or "")
    elif own[0].split_by == "share":
        yield from _by_share(charge, own)
    else:
        yield _by_value(charge, own)


def _by_value(charge: Charge, own: Sequence[Account]) -> Charge:
    """Return the charge for whoever's row names its value, else for the row without one, else for nobody."""
    value = charge.split_value.casefold()
    named = next((a for a in own if a.value and a.value.casefold() == value), None)
    found = named or next((a for a in own if not a.value), None)
    return charge._replace(share_of=found.customer) if found else charge


def _by_share(charge: Charge, own: Sequence[Account]) -> Iterator[Charge]:
    """Yield the parts; the last one takes what the others left, so that they sum to the whole."""
    with localcontext(prec=_DIGITS):
        left: dict[str, Any] = {name: getattr(charge, name) for name in _AMOUNTS}
        for number, account in enumerate(own, start=1):
            part = {
                name: amount * (account.share or 0) / _PERCENT
                if amount is not None and number < len(own)
                else left[name]
                for name, amount in ((name, getattr(charge, name)) for name in _AMOUNTS)
            }
            left = {name: None if left[name] is None else left[name] - part[name] for name in left}
            key, corrected = (
                f"{mark}/{account.customer}" if mark else "" for mark in (charge.key, charge.corrected_key)
            )
            yield charge._replace(key=key, corrected_key=corrected, share_of=account.customer, **part)
