"""The words on an invoice in the customer's language.

>>> words("de", "invoice"), words("nl", "net")
('Rechnung', 'Totaal excl. btw')
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from billow.periods import Method, Proration

__all__ = [
    "LANGUAGES",
    "Fraction",
    "Method",
    "correction_words",
    "group_words",
    "labels",
    "proration_words",
    "replace",
    "unit_words",
    "words",
]

LANGUAGES = ("nl", "en", "de")

_WORDS: dict[str, tuple[str, str, str]] = {
    # the three texts of a row are Dutch, English and German
    "invoice": ("Factuur", "Invoice", "Rechnung"),
    "credit_note": ("Creditnota", "Credit note", "Rechnungskorrektur"),
    "draft": ("CONCEPT", "DRAFT", "ENTWURF"),
    "number": ("Factuurnummer", "Invoice number", "Rechnungsnummer"),
    "date": ("Factuurdatum", "Invoice date", "Rechnungsdatum"),
    "due": ("Vervaldatum", "Due date", "Fällig am"),
    "period": ("Periode", "Period", "Zeitraum"),
    "customer_number": ("Klantnummer", "Customer number", "Kundennummer"),
    "reference": ("Uw referentie", "Your reference", "Ihre Referenz"),
    "purchase_order": ("Inkooporder", "Purchase order", "Bestellnummer"),
    "vat_number": ("Btw-nummer", "VAT number", "USt-IdNr."),
    "registration_number": ("Registratienummer", "Registration", "Registernummer"),
    "description": ("Omschrijving", "Description", "Beschreibung"),
    "quantity": ("Aantal", "Quantity", "Menge"),
    "unit": ("Eenheid", "Unit", "Einheit"),
    "unit_price": ("Prijs", "Price", "Preis"),
    "amount": ("Bedrag", "Amount", "Betrag"),
    "subtotal": ("Subtotaal", "Subtotal", "Zwischensumme"),
    "net": ("Totaal excl. btw", "Total excl. VAT", "Summe netto"),
    "vat": ("Btw", "VAT", "USt"),
    "over": ("over", "on", "auf"),
    "taxable": ("Grondslag", "Taxable amount", "Bemessungsgrundlage"),
    "total": ("Te betalen", "Total to pay", "Zahlbetrag"),
    "base_vat": ("Btw in", "VAT in", "USt in"),
    "rate": ("Koers", "Exchange rate", "Wechselkurs"),
    "payment": (
        "Wij verzoeken u dit bedrag uiterlijk {due} over te maken op {iban} onder vermelding van {number}.",
        "Please pay by {due} to {iban}, quoting {number}.",
        "Bitte überweisen Sie bis zum {due} auf {iban} unter Angabe von {number}.",
    ),
    "payment_draft": (
        "DRAFT: dit is een concept en geen factuur; betaal niet op dit document.",
        "DRAFT: this is not an invoice; do not pay on this document.",
        "DRAFT: dies ist ein Entwurf und keine Rechnung; bitte nicht bezahlen.",
    ),
    "payment_credit": (
        "Dit bedrag wordt met u verrekend; u hoeft niets te betalen.",
        "This amount is credited to you; there is nothing to pay.",
        "Dieser Betrag wird Ihnen gutgeschrieben; es ist nichts zu bezahlen.",
    ),
    "page": ("Pagina {page} van {pages}", "Page {page} of {pages}", "Seite {page} von {pages}"),
    "days": ("{used} van {of} dagen", "{used} of {of} days", "{used} von {of} Tagen"),
    "hours": ("{used} van {of} uur", "{used} of {of} hours", "{used} von {of} Stunden"),
    "half_month": ("een halve maand", "half a month", "ein halber Monat"),
    "bill_to": ("Factuur aan", "Bill to", "Rechnung an"),
    "vat_rate": ("Tarief", "Rate", "Satz"),
    "payment_title": ("Betaling", "Payment", "Zahlung"),
    "payment_reference": ("Kenmerk", "Reference", "Verwendungszweck"),
    "page_word": ("Pagina", "Page", "Seite"),
    "correction": ("correctie van {month}", "correction of {month}", "Korrektur von {month}"),
    "own": ("Diensten", "Services", "Leistungen"),
    "discounts": ("Kortingen", "Discounts", "Rabatte"),
    "late": ("gebruik in {month}", "used in {month}", "genutzt im {month}"),
    "months": ("{count} maanden", "{count} months", "{count} Monate"),
    "one_month": ("{count} maand", "{count} month", "{count} Monat"),
    "months_of": ("{count} van {of} maanden", "{count} of {of} months", "{count} von {of} Monaten"),
}

_UNITS: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    # one and many, in Dutch, English and German
    "licence": (("licentie", "licenties"), ("licence", "licences"), ("Lizenz", "Lizenzen")),
    "user": (("gebruiker", "gebruikers"), ("user", "users"), ("Nutzer", "Nutzer")),
    "usage": (("verbruik", "verbruik"), ("usage", "usage"), ("Verbrauch", "Verbrauch")),
    "hour": (("uur", "uur"), ("hour", "hours"), ("Stunde", "Stunden")),
    "month": (("maand", "maanden"), ("month", "months"), ("Monat", "Monate")),
}


def words(language: str, key: str) -> str:
    """Return the text ``key`` in ``language``; ``KeyError`` when either does not exist."""
    if language not in LANGUAGES:
        raise KeyError(f"there are no texts in {language!r}")
    return _WORDS[key][LANGUAGES.index(language)]


def group_words(language: str, vendor: str, driver: str) -> str:
    """Return what a line stands under: its vendor, our own services, or the discounts on all of them.

    >>> group_words("nl", "AWS", "discount"), group_words("nl", "", "discount"), group_words("de", "", "")
    ('AWS', 'Kortingen', 'Leistungen')
    """
    return vendor or words(language, "discounts" if driver == "discount" else "own")


def correction_words(language: str, month: str) -> str:
    """Return what a line corrects.

    >>> correction_words("de", "2026-05")
    'Korrektur von 2026-05'
    """
    return words(language, "correction").format(month=month)


def unit_words(language: str, unit: str, quantity: Decimal) -> str:
    """Return a unit for ``quantity`` in ``language`` where it has a word there, else as it is written.

    >>> unit_words("nl", "licence", Decimal(57)), unit_words("de", "licence", Decimal(1))
    ('licenties', 'Lizenz')
    >>> unit_words("de", "GB", Decimal(3))
    'GB'
    """
    forms = _UNITS.get(unit)
    if forms is None:
        return unit
    one, many = forms[LANGUAGES.index(language)]
    return one if abs(quantity) == 1 else many


def labels(language: str) -> dict[str, str]:
    """Return every text in ``language``, by key."""
    return {key: words(language, key) for key in _WORDS}


def proration_words(language: str, proration: Proration) -> str:
    """Return the share of a price in words; empty where exactly one price period is billed.

    >>> march = Proration(Method.CALENDAR_DAYS, Fraction(17, 31), ((17, 31),))
    >>> proration_words("en", march), proration_words("de", replace(march, counted=((31, 31), (3, 30))))
    ('17 of 31 days', '1 Monat + 3 von 30 Tagen')
    >>> year = Proration(Method.ANNIVERSARY_DAYS, Fraction(12), ((365, 365),), cycle_months=12)
    >>> proration_words("nl", year), proration_words("en", replace(year, price_months=12))
    ('12 maanden', '')
    >>> half = Proration(Method.HALF_MONTH, Fraction(35, 62), ((2, 31), (1, 2)))
    >>> proration_words("en", half)
    '2 of 31 days + half a month'
    >>> proration_words("de", replace(half, method=Method.HOURS, counted=((24, 720),)))
    '24 von 720 Stunden'
    """
    whole = sum(used == of for used, of in proration.counted) * proration.cycle_months
    cycle, price = proration.cycle_months, proration.price_months
    lead = "" if cycle == price else f"{_months(language, cycle, price)} × "  # noqa: RUF001 - as printed
    days = [
        lead + _counted(language, proration.method, used, of) for used, of in proration.counted if used != of
    ]
    if whole and (days or whole != price):
        days.insert(0, _months(language, whole, price))
    return " + ".join(days)


def _counted(language: str, method: Method, used: int, of: int) -> str:
    if method is Method.HALF_MONTH and (used, of) == (1, 2):
        return words(language, "half_month")
    return words(language, method.unit).format(used=used, of=of)


def _months(language: str, count: int, price_months: int) -> str:
    """Return a number of months, seen from the months a price is for: 12 months, 1 of 12 months."""
    if price_months > count:
        return words(language, "months_of").format(count=count, of=price_months)
    return words(language, "one_month" if count == 1 else "months").format(count=count)
