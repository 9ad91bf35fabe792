"""What a vendor billed against its own arithmetic done again, and its invoice against its reports.

The sums are by account, kind and reason; a row that comes to something else gets the first reason for which
the reports give the evidence. Nothing of this is ever billed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from billow.charges import Charge
from billow.contracts.credits import NEW_COMMERCE_HOURS
from billow.money import Rounding, exact_text, rounded, total
from billow.problems import Place, Problem, Severity
from billow.rating.azure_plan import DAILY_FORMAT
from billow.reconcile.arithmetic import CENT, EXACT, Kind, VendorRows, amount_of
from billow.reconcile.reasons import Evidence, Reason

_CELL = Context(prec=15)  # the digits that a cell holds
_Key = tuple[str, str, str, Kind, str, Reason]


@dataclass(frozen=True)
class Reconciled:
    """What a vendor billed and what its arithmetic gives, for rows of one account, kind and reason.

    Of a vendor's invoice, ``billed`` is its total as typed and ``replayed`` what its reports say.
    """

    vendor: str
    invoice: str
    account: str
    kind: Kind
    currency: str
    reason: Reason
    billed: Decimal
    replayed: Decimal
    rows: int
    first_row: int = 0

    @property
    def difference(self) -> Decimal:
        """What was billed more than the arithmetic gives."""
        return total((self.billed, self.replayed.copy_negate()))


def replay(found: Iterable[VendorRows], window_hours: int = NEW_COMMERCE_HOURS) -> tuple[Reconciled, ...]:
    """Do the arithmetic of all rows again and sum by account, kind and reason, in their order.

    A row that cannot be done again counts as 0 in ``replayed``.
    """
    amounts: dict[_Key, list[Decimal]] = {}
    counts: dict[_Key, list[int]] = {}
    known = list(found)
    evidence: Evidence | None = None
    with localcontext(EXACT):
        for row in known:
            again = amount_of(row)
            reason = Reason.AGREES
            if again != row.amount:
                evidence = evidence or Evidence.of(known, window_hours)
                reason = evidence.reason(row, again)
            key = (row.vendor, row.invoice, row.account, row.kind, row.currency, reason)
            both = amounts.setdefault(key, [Decimal(0), Decimal(0)])
            both[0] += row.amount * row.rows
            both[1] += (again or Decimal(0)) * row.rows
            count = counts.setdefault(key, [0, row.first_row])
            count[0] += row.rows
            count[1] = min(count[1], row.first_row)
    return tuple(Reconciled(*key, *_two(amounts[key]), *counts[key]) for key in sorted(amounts))


def _two(amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return amounts[0], amounts[1]


def vendor_invoice(
    vendor: str,
    invoice: str,
    currency: str,
    net: Decimal,
    charges: Sequence[Charge],
    replayed: Sequence[Reconciled],
    monthly: Sequence[Charge] = (),
) -> Reconciled:
    """Compare a vendor's invoice, as typed from its PDF, with its charges of the month in its currency.

    Where ``invoice`` is blank, all of them are on it. ``monthly`` are the lines of an azure plan whose daily
    usage is among the charges; they are not counted a second time. A ``net`` with all the digits that a cell
    holds agrees with charges that have more.
    """
    own = [charge for charge in charges if invoice in {"", charge.invoice_id}]
    imported = total(charge.billed_cost for charge in own)
    net = imported if net == _CELL.create_decimal(imported) else net
    unnamed = [charge for charge in charges if invoice and not charge.invoice_id]
    about = [row for row in replayed if (row.vendor, row.currency) == (vendor, currency)]
    about = [row for row in about if invoice in {"", row.invoice}]
    difference = total((net, imported.copy_negate()))
    return Reconciled(
        vendor,
        invoice,
        "",
        Kind.VENDOR_INVOICE,
        currency,
        _late_in_azure(difference, own, [charge for charge in monthly if invoice in {"", charge.invoice_id}])
        or _reason_of_total(difference, invoice, own, unnamed, about),
        net,
        imported,
        sum(charge.rows for charge in own),
    )


def _late_in_azure(difference: Decimal, own: Sequence[Charge], monthly: Sequence[Charge]) -> Reason | None:
    used = total(charge.billed_cost for charge in own if charge.format_id == DAILY_FORMAT)
    lines = total(charge.billed_cost for charge in monthly)
    is_late = difference != 0 and monthly and total((lines, used.copy_negate())) == difference
    return Reason.LATE_USAGE if is_late else None


def _reason_of_total(
    difference: Decimal,
    invoice: str,
    own: Sequence[Charge],
    unnamed: Sequence[Charge],
    about: Sequence[Reconciled],
) -> Reason:
    if abs(difference) <= _rounded_by(own):
        return Reason.AGREES if difference == 0 else Reason.ROUNDING
    if unnamed and total(charge.billed_cost for charge in unnamed) == difference:
        return Reason.UNMAPPED
    for reason in dict.fromkeys(row.reason for row in about):
        # The invoice may say what the arithmetic gives, where the report says something else.
        if total(row.difference for row in about if row.reason is reason) == difference.copy_negate():
            return reason
    if difference > 0 and any(charge.is_estimate for charge in (*own, *unnamed)):
        return Reason.LATE_USAGE
    untold = any(row.reason in {Reason.UNEXPLAINED, Reason.UNMAPPED} for row in about)
    is_credit = difference < 0 and invoice and about and not untold
    return Reason.CREDIT_NOT_IN_FILE if is_credit else Reason.UNEXPLAINED


def _rounded_by(charges: Sequence[Charge]) -> Decimal:
    """Return how far rounding can bring an invoice from its report.

    A cent, or half a cent for each account and service whose charges do not end on a cent.
    """
    finer = {(c.customer_key, c.service) for c in charges if c.billed_cost != _to_cents(c.billed_cost)}
    return max(CENT, CENT / 2 * len(finer))


def _to_cents(amount: Decimal) -> Decimal:
    return rounded(amount, 2, Rounding.DOWN)


def replay_problems(found: Iterable[Reconciled]) -> list[Problem]:
    """Return a note for whatever is neither equal nor rounding; what is billed does not depend on it.

    A vendor's invoice has its own problem on sheet Vendor invoices.
    """
    return [
        Problem(
            "CHK-004",
            f"{exact_text(row.difference)} {row.currency} of {row.vendor}'s {row.kind.value} for account "
            f"{row.account} (invoice {row.invoice or 'none yet'}) is not what its own arithmetic gives: "
            f"{row.reason.value}, rows: {row.rows}, the first is row {row.first_row} of the file.",
            Place(sheet="Reconciliation"),
            "Compare the rows with the vendor's invoice and claim what is wrong there. Customers are billed "
            "from the amounts as delivered.",
            Severity.NOTE,
        )
        for row in found
        if row.kind is not Kind.VENDOR_INVOICE and row.reason not in {Reason.AGREES, Reason.ROUNDING}
    ]
