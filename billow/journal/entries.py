"""Making the journal: for each issued invoice one balanced entry in the invoice's own currency.

The debtor gets the gross amount in debit; revenue (per account, cost centre and VAT code) and VAT (per
code) stand in credit. A negative amount changes sides, so no amount in a journal is ever negative. What
is billed beyond its billing month, such as a year in advance, keeps a line of its own per period, so that
the accounting system can spread it. Where its product is earned by month or by day, the journal spreads it:
what is earned later goes to deferred revenue, and an entry for each later month releases it.

An invoice in another currency than the books stays in its own currency; the entry says so
(``is_foreign``) and carries the rate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from billow.invoicing.document import Document, Line
from billow.journal.deferral import Earned
from billow.journal.entry import NOTHING, Entry, EntryLine, Journal, Role
from billow.journal.ledger import LedgerRule, choose
from billow.journal.recognition import AT_ONCE, Slice, earned, reaches_beyond, released_on, slices
from billow.money import total
from billow.periods import Period, month
from billow.problems import Problem, Severity, in_order

_Placed = Sequence[tuple[Line, LedgerRule]]


def entries(
    documents: Iterable[Document], rules: Sequence[LedgerRule], *, defer: bool = True
) -> Journal | tuple[Problem, ...]:
    """Return the journal of all documents, or everything that stands in its way.

    ``defer`` is off for a schedule from which the accounting system makes the entries of later months.
    """
    made: list[Entry] = []
    problems: list[Problem] = []
    for document in documents:
        result = _entries(document, rules, defer=defer)
        if isinstance(result[0], Entry):
            made.extend(entry for entry in result if isinstance(entry, Entry))
        else:
            problems.extend(problem for problem in result if isinstance(problem, Problem))
    return in_order(problems) if problems else Journal(tuple(made))


def _entries(
    document: Document, rules: Sequence[LedgerRule], *, defer: bool
) -> Sequence[Entry] | Sequence[Problem]:
    """Return the entry of an invoice and those that release what it defers, or what is wrong."""
    if document.issue_date is None or document.due_date is None or not document.is_issued:
        sentence = f"{document.name} is a draft and cannot be journalled."
        return [
            _problem(document, "JRN-005", sentence, "Issue it first; only issued invoices go to the books.")
        ]
    placed, problems = _place(document, rules)
    if problems:
        return problems
    head, accounts, problems = _accounts(document, placed)
    found = _groups(document, placed, defer=defer)
    problems += [_no_deferred_account(document, group) for group in found if group.lacks_account(document)]
    if problems:
        return problems
    lines = (
        _line(Role.DEBTOR, head.debtor_account, document.total, text=document.number),
        *(line for group in found for line in group.lines(document)),
        *_vat(document, accounts),
    )
    _prove(document, lines)
    invoice = Entry(
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
    return invoice, *_releases(invoice, found, document)


def _releases(invoice: Entry, found: Sequence["_Group"], document: Document) -> list[Entry]:
    """Return an entry per later month: what the invoice deferred becomes revenue."""
    by_month: dict[str, list[tuple[_Group, Earned]]] = {}
    for group in found:
        for part in group.later(document):
            by_month.setdefault(f"{part.period.start:%Y-%m}", []).append((group, part))
    return [
        replace(
            invoice,
            number=f"{invoice.number}.{name}",
            issue_date=released_on(parts[0][1], invoice.issue_date),
            due_date=released_on(parts[0][1], invoice.issue_date),
            description=f"{invoice.number} {invoice.name}, earned in {name}",
            billing_month=name,
            lines=tuple(line for group, part in parts for line in group.release(part)),
        )
        for name, parts in sorted(by_month.items())
    ]


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


@dataclass
class _Group:
    """What goes to one revenue account for the same days, and is earned in the same way."""

    rule: LedgerRule
    cost_centre: str
    vat_code: str
    recognition: str = AT_ONCE
    parts: list[tuple[Line, Slice]] = field(default_factory=list)

    @property
    def whole(self) -> Slice:
        """All of it, from the first to the last day of its parts."""
        periods = [part.period for _, part in self.parts if part.period]
        span = Period(min(p.start for p in periods), max(p.end for p in periods)) if periods else None
        return Slice(total(part.amount for _, part in self.parts), span, self.recognition)

    @property
    def vendors(self) -> str:
        return ", ".join(dict.fromkeys(line.vendor or line.product for line, _ in self.parts))

    def lacks_account(self, document: Document) -> bool:
        """Tell whether something is to be deferred and the ledger names no account for it."""
        return not self.rule.deferred_revenue and self.whole.is_prepaid(document.billing_month)

    def later(self, document: Document) -> tuple[Earned, ...]:
        """Return what is earned in each month after the billing month."""
        whole, name = self.whole, document.billing_month
        return earned(whole, name, document.currency)[1] if whole.is_prepaid(name) else ()

    def lines(self, document: Document) -> list[EntryLine]:
        """Return the lines of the invoice's own entry."""
        whole, text = self.whole, f"{self.vendors} {document.billing_month}"
        later = total([NOTHING, *(part.amount for part in self.later(document))])
        revenue = self._line(Role.REVENUE, later - whole.amount, whole.period, text)
        if not later or whole.period is None:
            return [revenue] if revenue.balance else []
        end = month(document.billing_month).end
        rest = Period(max(whole.period.start, end), whole.period.end)
        now = Period(whole.period.start, rest.start) if whole.period.start < rest.start else None
        lines = [replace(revenue, **_days(now)), self._line(Role.DEFERRED, -later, rest, text)]
        return [line for line in lines if line.balance]

    def release(self, part: Earned) -> list[EntryLine]:
        """Return the lines that make a month's part revenue; its VAT was owed with the invoice."""
        text = f"{self.vendors} {part.period.start:%Y-%m}"
        lines = (
            self._line(Role.DEFERRED, part.amount, part.period, text),
            self._line(Role.REVENUE, -part.amount, part.period, text),
        )
        return [replace(line, vat_code="") for line in lines if line.balance]

    def _line(self, role: Role, balance: Decimal, period: Period | None, text: str) -> EntryLine:
        account = self.rule.deferred_revenue if role is Role.DEFERRED else self.rule.revenue_account
        return _line(
            role,
            account,
            balance,
            vat_code=self.vat_code,
            cost_centre=self.cost_centre,
            text=text,
            period=period,
        )


def _groups(document: Document, placed: _Placed, *, defer: bool) -> list[_Group]:
    """Put together what has the same account, cost centre, VAT code and days beyond the month."""
    lines = {line.line_id: line for line in document.lines}
    groups: dict[tuple[object, ...], _Group] = {}
    for line, rule in placed:
        cost_centre = rule.cost_centre or document.cost_centre
        for part in slices(line, lines, document.billing_month):
            beyond = part.period if reaches_beyond(part.period, document.billing_month) else None
            prepaid = defer and part.is_prepaid(document.billing_month)
            recognition = part.recognition if prepaid else AT_ONCE
            deferred = rule.deferred_revenue if prepaid else ""
            key = (rule.revenue_account, deferred, cost_centre, line.vat_code, beyond, recognition)
            group = groups.setdefault(key, _Group(rule, cost_centre, line.vat_code, recognition))
            group.parts.append((line, part))
    return list(groups.values())


def _no_deferred_account(document: Document, group: _Group) -> Problem:
    line = group.parts[0][0]
    sentence = f"{document.name} prepays {line.product} and sheet Ledger mapping names no deferred revenue."
    hint = (
        f"Fill in Deferred revenue in the row that is for revenue group "
        f'"{line.revenue_group}", or set Recognition of the product to at_once on sheet Products.'
    )
    problem = _problem(document, "JRN-006", sentence, hint)
    return replace(problem, place=replace(group.rule.place, column="Deferred revenue"))


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
        **_days(period),
    )


def _days(period: Period | None) -> dict[str, Any]:
    return {
        "period_from": period.start if period else None,
        "period_through": period.through if period else None,
    }


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
