r"""The journal in plain text for hledger, which proves by itself that every entry balances.

``hledger -f journal.hledger check --strict`` accepts nothing that was not declared, so accounts and
currencies stand on top. Debtors are ``debtors:account:customer``, revenue ``revenue:account`` and, where it
has one, the cost centre, VAT ``vat:account:code``; revenue that is earned later is ``deferred:account``.

A code keeps only letters, digits and ``. _ -``; any other sign is written as in a web address, so that two
codes never become one. A name loses the signs that mean something to hledger.

>>> account_part("13 00:x"), plain("Contoso; | #1\nB.V.")
('13%2000%3Ax', 'Contoso, / #1 B.V.')
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from billow.journal.entry import Entry, EntryLine, Journal, Role
from billow.money import minor_units

_SIGN = re.compile(r"[^\w.-]", re.ASCII)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_TYPES = {"debtors": "A", "revenue": "R", "vat": "L", "deferred": "L"}  # asset, revenue, liability


def text(journal: Journal) -> str:
    """Return the journal; the same journal is always the same text."""
    return "".join(f"{line}\n" for line in (*_declarations(journal), *_entries(journal)))


def account_part(code: str) -> str:
    """Return a code as one part of an account's name."""
    return _SIGN.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), code) or "none"


def plain(name: str) -> str:
    """Return a name without the signs that would end a description."""
    return _SPACES.sub(" ", name).replace(";", ",").replace("|", "/").strip()


def account(entry: Entry, line: EntryLine) -> str:
    """Return the account of an entry line."""
    code = account_part(line.account)
    if line.role is Role.DEBTOR:
        return f"debtors:{code}:{account_part(entry.customer)}"
    if line.role is Role.VAT:
        return f"vat:{code}:{account_part(line.vat_code)}"
    kind = f"{line.role.value}:{code}"
    return f"{kind}:{account_part(line.cost_centre)}" if line.cost_centre else kind


def _declarations(journal: Journal) -> Iterator[str]:
    yield "decimal-mark ."
    for currency in sorted({entry.currency for entry in journal.entries}):
        yield f"commodity {_sample(currency)}"
    for name in sorted({account(entry, line) for entry in journal.entries for line in entry.lines}):
        yield f"account {name}  ; type: {_TYPES[name.partition(':')[0]]}"


def _entries(journal: Journal) -> Iterator[str]:
    for entry in journal.entries:
        yield ""
        code = account_part(entry.number)
        yield f"{entry.issue_date} * ({code}) {plain(entry.name)} | {plain(entry.billing_month)}"
        yield f"    ; due: {entry.due_date}, journal: {account_part(entry.journal)}"
        for line in entry.lines:
            yield f"    {account(entry, line)}  {_amount(line.balance, entry.currency)}{_comment(line)}"


def _comment(line: EntryLine) -> str:
    tags = [f"vat: {account_part(line.vat_code)}"] if line.vat_code else []
    if line.period_from and line.period_through:
        tags.append(f"from: {line.period_from}, through: {line.period_through}")
    return f"  ; {', '.join(tags)}" if tags else ""


def _amount(amount: Decimal, currency: str) -> str:
    return f"{amount:.{minor_units(currency)}f} {currency}"


def _sample(currency: str) -> str:
    """Return an amount that shows how the currency is written; hledger wants its decimal point."""
    digits = minor_units(currency)
    return f"1000.{'0' * digits} {currency}"
