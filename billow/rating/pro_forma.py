"""A pro forma report and the vendor's own hold the same use twice, and only one of them may be billed.

A pro forma (AWS Billing Conductor) says what a vendor's customer is told to pay; the vendor's own report says
what we pay. From which an account is billed stands on sheet Accounts, column *Bill from*. Until it does, the
vendor's own report is left aside where both are there, and the customer's invoice waits.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from billow.charges import Category, Charge
from billow.contracts.customers import OWN_REPORT, PRO_FORMA, Account
from billow.money import exact_text, total
from billow.periods import month
from billow.problems import Place, Problem, Severity
from billow.rating.books import Books
from billow.rating.two_reports import SameMoney, TwoReports

BILLED_PRO_FORMA = "billed from the pro forma report"
BILLED_OWN = "billed from the vendor's own report"


def compare(charges: Sequence[Charge], books: Books, billing_month: str) -> SameMoney:
    """Say which of the two reports bills each account of a month."""
    if not any(charge.is_proforma for charge in charges) and not any(a.bill_from for a in books.accounts):
        return SameMoney()
    accounts: dict[tuple[str, str, str], TwoReports] = defaultdict(TwoReports)
    for charge in charges:
        if charge.category is not Category.TAX and charge.home_month == billing_month:
            both = accounts[charge.vendor, charge.customer_key.casefold(), charge.share_of]
            (both.beside if charge.is_proforma else both.own).append(charge)
    excluded: dict[str, str] = {}
    problems: list[Problem] = []
    for both in accounts.values():
        account = _account(both, books, billing_month)
        bill_from = account.bill_from if account else ""
        if both.beside and both.own:
            aside, why = (
                (both.beside, BILLED_OWN) if bill_from == OWN_REPORT else (both.own, BILLED_PRO_FORMA)
            )
            excluded |= dict.fromkeys((charge.key for charge in aside), why)
            problems += [_twice(both, account)] if account and not bill_from else []
        elif account and bill_from == (OWN_REPORT if both.beside else PRO_FORMA):
            problems.append(_missing(both, account, billing_month))
    return SameMoney(excluded, problems=tuple(problems))


def _account(both: TwoReports, books: Books, billing_month: str) -> Account | None:
    first = (both.beside or both.own)[0]
    day = (first.period or month(billing_month)).start
    return books.owner(first.vendor, first.customer_key, day, first.share_of)


def _twice(both: TwoReports, account: Account) -> Problem:
    return Problem(
        "RAT-021",
        f"Account {account.account} of {account.vendor} is in a pro forma report ({_said(both.beside)}) and "
        f"in the vendor's own ({_said(both.own)}): it would be billed twice.",
        Place(account.place.file, "Accounts", account.place.row, "Bill from"),
        f"Choose {PRO_FORMA} or {OWN_REPORT} in column Bill from; the other report is then left aside.",
        Severity.BLOCK,
        account.customer,
    )


def _missing(both: TwoReports, account: Account, billing_month: str) -> Problem:
    names = ("a pro forma", "the vendor's own")
    there, wanted = names if both.beside else names[::-1]
    return Problem(
        "RAT-022",
        f"Account {account.account} of {account.vendor} is billed from {wanted} report; for "
        f"{billing_month} only {there} is there ({_said(both.beside or both.own)}).",
        Place(account.place.file, "Accounts", account.place.row, "Bill from"),
        "Import the other report, or clear column Bill from.",
        Severity.BLOCK,
        account.customer,
    )


def _said(charges: Sequence[Charge]) -> str:
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for charge in charges:
        sums[charge.currency].append(charge.billed_cost)
    return ", ".join(f"{exact_text(total(amounts))} {currency}" for currency, amounts in sorted(sums.items()))
