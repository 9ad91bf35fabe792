"""What stands on an invoice's page: every word, number and date as it is read in the customer's language.

The template only places what is here. All of it is text, so nothing a customer or vendor is called can
become an instruction.

>>> figure(Decimal("-1234.5"), "nl", 2), day(date(2026, 7, 8), "de"), percent(Decimal("21"), "en")
('-1.234,50', '08.07.2026', '21%')
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from billow.invoicing.document import Document, Line, Party, VatLine
from billow.invoicing.texts import group_words, words
from billow.money import minor_units
from billow.periods import Period, month

_LOCALES = {"nl": "nl_NL", "en": "en_GB", "de": "de_DE"}
_DAYS = {"nl": "dd-MM-yyyy", "en": "d MMM yyyy", "de": "dd.MM.yyyy"}
_LONG_WORD = re.compile(r"\S{25,}")  # about the width of the description; resource ids are far longer
_BREAK = "\u200b"
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), " ")  # no font has a sign for these


def page(document: Document) -> dict[str, Any]:
    """Return the texts of the page, in the order of reading."""
    language = document.language
    texts = {
        "language": language,
        "title": words(language, document.kind),
        "draft": "" if document.is_issued else words(language, "draft"),
        "name": document.number,
        "seller": {
            "name": document.seller.name,
            "lines": _address(document.seller, document.seller, language),
        },
        "buyer": {"name": document.buyer.name, "lines": _buyer(document)},
        "meta": _meta(document),
        "columns": [words(language, key) for key in ("description", "period", "quantity", "unit_price")]
        + [f"{words(language, 'amount')} {document.currency}"],
        "groups": _groups(document),
        "vat": _vat(document),
        "base_vat": _base_vat(document),
        "totals": [
            [words(language, "net"), amount(document.net, document)],
            [words(language, "vat"), amount(document.vat, document)],
        ],
        "total": [words(language, "total"), f"{document.currency}\u00a0{amount(document.total, document)}"],
        "payment": _payment(document),
        "footer": _footer(document.seller, language),
        "page_words": re.split(r"\{page\}|\{pages\}", words(language, "page")),
    }
    return {name: _printable(value) for name, value in texts.items()}


def figure(value: Decimal, language: str, decimals: int, *, up_to: int = 0) -> str:
    """Return a number with its decimals, and more where it has them, ``up_to`` a limit."""
    pattern = "#,##0." + "0" * decimals + "#" * max(up_to - decimals, 0)
    return format_decimal(value, pattern.rstrip("."), locale=_LOCALES[language])


def amount(value: Decimal, document: Document) -> str:
    """Return an amount in the document's currency, as the customer writes it."""
    return figure(value, document.language, minor_units(document.currency))


def day(value: date, language: str) -> str:
    """Return a date as the customer writes it."""
    return format_date(value, _DAYS[language], locale=_LOCALES[language])


def percent(rate: Decimal, language: str) -> str:
    """Return a percentage; German sets a space before the sign."""
    return figure(rate, language, 0, up_to=3) + ("\u00a0%" if language == "de" else "%")


def days(period: Period, language: str) -> str:
    """Return a period with both its first and its last day."""
    if period.days == 1:
        return day(period.start, language)
    return f"{day(period.start, language)} \u2013 {day(period.through, language)}"


def breakable(text: str) -> str:
    """Return a text whose very long words may be broken after a sign, or anywhere if need be.

    >>> breakable("/subscriptions/0a1b2c3d-4e5f").split("\u200b")
    ['/', 'subscriptions/', '0a1b2c3d-', '4e5f']
    """
    return _LONG_WORD.sub(lambda found: _broken(found[0]), text)


def _broken(word: str) -> str:
    parts = re.findall(r"[^/\\_.:@=&?-]{1,20}[/\\_.:@=&?-]?|[/\\_.:@=&?-]", word)
    return _BREAK.join(parts)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_CONTROL)
    if isinstance(value, dict):
        return {name: _printable(item) for name, item in value.items()}
    return [_printable(item) for item in value]


def _address(party: Party, seller: Party, language: str) -> list[str]:
    lines = [party.address, f"{party.postcode} {party.city}".strip()]
    if party is not seller and party.country != seller.country:
        lines.append(str(Locale.parse(_LOCALES[language]).territories.get(party.country, party.country)))
    return [breakable(line) for line in lines if line]


def _buyer(document: Document) -> list[str]:
    lines = _address(document.buyer, document.seller, document.language)
    if document.buyer.vat_number:
        lines.append(f"{words(document.language, 'vat_number')} {document.buyer.vat_number}")
    return lines


def _meta(document: Document) -> list[list[str]]:
    language = document.language
    rows = [
        ("number", document.number),
        ("date", day(document.issue_date, language) if document.issue_date else ""),
        ("due", day(document.due_date, language) if document.due_date else ""),
        ("period", days(month(document.billing_month), language)),
        ("customer_number", document.buyer.number),
        ("reference", document.buyer_reference),
        ("purchase_order", document.purchase_order),
    ]
    return [[words(language, key), breakable(value)] for key, value in rows if value]


def _groups(document: Document) -> list[dict[str, Any]]:
    """Group by vendor, in the order in which they come first; services of our own and discounts have none."""
    vendors: dict[str, list[Line]] = {}
    for line in document.lines:
        name = group_words(document.language, line.vendor, line.driver)
        vendors.setdefault(name, []).append(line)
    return [
        {
            "vendor": breakable(vendor),
            "lines": [_line(line, document) for line in lines],
            "subtotal": [
                f"{words(document.language, 'subtotal')} {vendor}",
                amount(sum((line.net for line in lines), Decimal(0)), document),
            ],
        }
        for vendor, lines in vendors.items()
    ]


def _line(line: Line, document: Document) -> dict[str, str]:
    language = document.language
    notes = [line.note]
    if line.purchase_order not in ("", document.purchase_order):
        notes.append(f"{words(language, 'purchase_order')} {line.purchase_order}")
    return {
        "text": breakable(line.text or line.product),
        "note": breakable(" \u00b7 ".join(note for note in notes if note)),
        "period": days(line.period, language) if line.period else "",
        "quantity": figure(line.quantity, language, 0, up_to=6),
        "unit": breakable(line.unit),
        "price": _price(line.unit_price, document),
        "amount": amount(line.net, document),
    }


def _price(price: Decimal | None, document: Document) -> str:
    """A price is for the eye: six decimals, ten for the tiny prices of cloud meters."""
    if price is None:
        return ""
    up_to = 6 if abs(price) >= Decimal("0.01") else 10
    return figure(price, document.language, minor_units(document.currency), up_to=up_to)


def _vat(document: Document) -> dict[str, Any]:
    language = document.language
    return {
        "columns": [words(language, "vat"), words(language, "taxable"), words(language, "amount")],
        "rows": [_vat_line(line, document) for line in document.vat_lines],
    }


def _vat_line(line: VatLine, document: Document) -> dict[str, str]:
    return {
        "rate": percent(line.rate, document.language),
        "category": line.category,
        "net": amount(line.net, document),
        "vat": amount(line.vat, document),
        "text": line.text,
        "vatex": line.vatex,
    }


def _base_vat(document: Document) -> list[str]:
    """The VAT in the books' currency, which the law asks for beside another currency (art. 91(2))."""
    if document.base_vat is None or document.base_currency in ("", document.currency):
        return []
    language = document.language
    value = figure(document.base_vat, language, minor_units(document.base_currency))
    rate = ""
    if document.exchange_rate is not None:
        shown = figure(document.exchange_rate, language, 2, up_to=8)
        rate = f"{words(language, 'rate')}: 1 {document.currency} = {shown} {document.base_currency}"
    return [f"{words(language, 'base_vat')} {document.base_currency}", value, rate]


def _payment(document: Document) -> str:
    language = document.language
    if not document.is_issued:
        return words(language, "payment_draft")
    if document.total <= 0:
        return words(language, "payment_credit") if document.total else ""
    if not document.seller.iban or document.due_date is None:
        return ""
    due = day(document.due_date, language).replace(" ", "\u00a0")
    iban = _iban(document.seller.iban)
    return words(language, "payment").format(due=due, iban=iban, number=document.number)


def _footer(seller: Party, language: str) -> list[str]:
    who = [
        seller.name,
        seller.registration_number
        and f"{words(language, 'registration_number')} {seller.registration_number}",
        seller.vat_number and f"{words(language, 'vat_number')} {seller.vat_number}",
    ]
    where = [seller.iban and f"IBAN {_iban(seller.iban)}", seller.bic and f"BIC {seller.bic}", seller.email]
    rows = [" \u00b7 ".join(part for part in parts if part) for parts in (who, where)]
    return [row for row in rows if row]


def _iban(iban: str) -> str:
    compact = iban.replace(" ", "")
    return "\u00a0".join(compact[at : at + 4] for at in range(0, len(compact), 4))
