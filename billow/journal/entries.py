"""Making the journal: for each issued invoice one balanced entry in the invoice's own currency.

The debtor gets the gross amount in debit; revenue (per account, cost centre and VAT code) and VAT (per
code) stand in credit. A negative amount changes sides, so no amount in a journal is ever negative. What
is billed beyond its billing month, such as a year in advance, keeps a line of its own per period, so that
the accounting system can spread it.

An invoice in another currency than the books stays in its own currency; the entry says so
(``is_foreign``) and carries the rate.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from billow.invoicing.document import Document, Line
from billow.journal.entry import NOTHING, Entry, EntryLine, Journal, Role
from billow.journal.ledger import LedgerRule, choose
from billow.periods import Period, month
from billow.problems import Problem, Severity, in_order

_Placed = Sequence[tuple[Line, LedgerRule]]


def entries(documents: Iterable[Document], rules: Sequence[LedgerRule]) -> Journal | tuple[Problem, ...]:
    """Return the journal of all documents, or everything that stands in its way."""
    made: list[Entry] = []
    problems: list[Problem] = []
    for document in documents:
        result = _entry(document, rules)
        if isinstance(result, Entry):
            made.append(result)
        else:
            problems.extend(result)
    return in_order(problems) if problems else Journal(tuple(made))


def _entry(document: Document, rules: Sequence[LedgerRule]) -> Entry | list[Problem]:
    if document.issue_date is None or document.due_date is None or not document.is_issued:
        sentence = f"{document.name} is a draft and cannot be journalled."
        return [
            _problem(document, "JRN-005", sentence, "Issue it first; only issued invoices go to the books.")
        ]
    placed, problems = _place(document, rules)
    if problems:
        return problems
    head, accounts, problems = _accounts(document, placed)
    if problems:
        return problems
    lines = (
        _line(Role.DEBTOR, head.debtor_account, document.total, text=document.number),
        *_revenue(document, placed),
        *_vat(document, accounts),
    )
    _prove(document, lines)
    return Entry(
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        journal=head.journal,
        customer=document.buyer.number,
        name=document.buyer.name,
        description=f"{document.number} {document.buyer.name} {document.billing_month}",
        billing_month=document.billing_month,
        currency=document.currency,
        lines=lines,
        base_currency=document.base_currency,
        exchange_rate=document.exchange_rate,
    )


def _place(
    document: Document, rules: Sequence[LedgerRule]
) -> tuple[list[tuple[Line, LedgerRule]], list[Problem]]:
    placed: list[tuple[Line, LedgerRule]] = []
    problems: list[Problem] = []
    for line in document.lines:
        choice = choose(
            rules,
            revenue_group=line.revenue_group,
            customer_group=document.customer_group,
            vat_code=line.vat_code,
        )
        if isinstance(choice, Problem):
            problems.append(choice)
        else:
            placed.append((line, choice))
    return placed, problems


def _accounts(document: Document, placed: _Placed) -> tuple[LedgerRule, dict[str, str], list[Problem]]:
    """Return a rule for the head of the entry and the account of each VAT code that is charged."""
    if not placed:
        raise ValueError(f"{document.name} has no lines")
    heads = sorted({f"{rule.journal}/{rule.debtor_account}" for _, rule in placed})
    problems = [_torn(document, "journals or debtor accounts", heads)] if len(heads) > 1 else []
    accounts: dict[str, str] = {}
    for vat_line in document.vat_lines:
        if not vat_line.vat:
            continue
        named = sorted({rule.vat_account for line, rule in placed if line.vat_code == vat_line.code})
        if len(named) > 1:
            problems.append(_torn(document, f"VAT accounts for {vat_line.code}", named))
        elif not any(named):
            charged = f'{document.name} charges VAT "{vat_line.code}"'
            sentence = f"{charged} and sheet Ledger mapping names no VAT account."
            hint = "Fill in VAT account in the row of sheet Ledger mapping that is for this VAT code."
            problems.append(_problem(document, "JRN-004", sentence, hint))
        else:
            accounts[vat_line.code] = named[0]
    return placed[0][1], accounts, problems


def _revenue(document: Document, placed: _Placed) -> list[EntryLine]:
    groups: dict[tuple[str, str, str, Period | None], list[Line]] = {}
    for line, rule in placed:
        beyond = line.period if _reaches_beyond(line.period, document.billing_month) else None
        cost_centre = rule.cost_centre or document.cost_centre
        groups.setdefault((rule.revenue_account, cost_centre, line.vat_code, beyond), []).append(line)
    result = []
    for (account, cost_centre, vat_code, _), lines in groups.items():
        net = sum((line.net for line in lines), NOTHING)
        periods = [line.period for line in lines if line.period]
        vendors = ", ".join(dict.fromkeys(line.vendor or line.product for line in lines))
        result.append(
            _line(
                Role.REVENUE,
                account,
                -net,
                vat_code=vat_code,
                cost_centre=cost_centre,
                text=f"{vendors} {document.billing_month}",
                period=Period(min(p.start for p in periods), max(p.end for p in periods))
                if periods
                else None,
            )
        )
    return [line for line in result if line.balance]


def _reaches_beyond(period: Period | None, billing_month: str) -> bool:
    if period is None:
        return False
    whole = month(billing_month)
    return period.start < whole.start or period.end > whole.end


def _vat(document: Document, accounts: dict[str, str]) -> list[EntryLine]:
    return [
        _line(Role.VAT, accounts[line.code], -line.vat, vat_code=line.code, text=f"VAT {line.code}")
        for line in document.vat_lines
        if line.vat
    ]


def _line(
    role: Role,
    account: str,
    balance: Decimal,
    *,
    vat_code: str = "",
    cost_centre: str = "",
    text: str = "",
    period: Period | None = None,
) -> EntryLine:
    return EntryLine(
        role,
        account,
        debit=max(balance, NOTHING),
        credit=max(-balance, NOTHING),
        vat_code=vat_code,
        cost_centre=cost_centre,
        text=text,
        period_from=period.start if period else None,
        period_through=period.through if period else None,
    )


def _prove(document: Document, lines: Sequence[EntryLine]) -> None:
    """An entry that does not balance is a bug of ours: it must never reach the books."""
    rest = sum((line.balance for line in lines), NOTHING)
    debtor = sum((line.balance for line in lines if line.role is Role.DEBTOR), NOTHING)
    if rest or debtor != document.total:
        raise AssertionError(f"the entry of {document.number} is out of balance by {rest}")


def _torn(document: Document, what: str, values: Sequence[str]) -> Problem:
    return _problem(
        document,
        "JRN-003",
        f"{document.name} would need two {what}: {' and '.join(value or '(blank)' for value in values)}.",
        "Give all rows of sheet Ledger that one invoice can meet the same account and journal.",
    )


def _problem(document: Document, code: str, sentence: str, hint: str) -> Problem:
    return Problem(code, sentence, hint=hint, severity=Severity.STOP, customer=document.buyer.number)
