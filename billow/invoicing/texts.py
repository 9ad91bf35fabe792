"""The words on an invoice in the customer's language.

>>> words("de", "invoice"), proration_words("nl", ((17, 30),))
('Rechnung', '17 van 30 dagen')
"""

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
        "Dit is een concept en geen factuur; betaal niet op dit document.",
        "This is a draft and not an invoice; do not pay on this document.",
        "Dies ist ein Entwurf und keine Rechnung; bitte nicht bezahlen.",
    ),
    "payment_credit": (
        "Dit bedrag wordt met u verrekend; u hoeft niets te betalen.",
        "This amount is credited to you; there is nothing to pay.",
        "Dieser Betrag wird Ihnen gutgeschrieben; es ist nichts zu bezahlen.",
    ),
    "page": ("Pagina {page} van {pages}", "Page {page} of {pages}", "Seite {page} von {pages}"),
    "days": ("{used} van {of} dagen", "{used} of {of} days", "{used} von {of} Tagen"),
    "bill_to": ("Factuur aan", "Bill to", "Rechnung an"),
    "vat_rate": ("Tarief", "Rate", "Satz"),
    "payment_title": ("Betaling", "Payment", "Zahlung"),
    "payment_reference": ("Kenmerk", "Reference", "Verwendungszweck"),
    "page_word": ("Pagina", "Page", "Seite"),
    "of_word": ("van", "of", "von"),
    "own": ("Diensten", "Services", "Leistungen"),
    "whole_months": ("{count} maanden", "{count} months", "{count} Monate"),
    "from_agreement": ("Volgens overeenkomst", "As agreed", "Laut Vertrag"),
    "user": ("gebruiker", "user", "Nutzer"),
    "licence": ("licentie", "licence", "Lizenz"),
    "unit_of_usage": ("verbruik", "usage", "Verbrauch"),
    "hour": ("uur", "hour", "Stunde"),
    "month": ("maand", "month", "Monat"),
}

_UNITS = frozenset(("licence", "unit_of_usage", "hour", "month", "user"))


def words(language: str, key: str) -> str:
    """Return the text ``key`` in ``language``; ``KeyError`` when either does not exist."""
    if language not in LANGUAGES:
        raise KeyError(f"there are no texts in {language!r}")
    return _WORDS[key][LANGUAGES.index(language)]


def unit_words(language: str, unit: str) -> str:
    """Return a unit in ``language`` where it has a word there, else as it is written.

    >>> unit_words("de", "licence"), unit_words("de", "GB")
    ('Lizenz', 'GB')
    """
    key = {"usage": "unit_of_usage"}.get(unit, unit)
    return words(language, key) if key in _UNITS else unit


def labels(language: str) -> dict[str, str]:
    """Return every text in ``language``, by key."""
    return {key: words(language, key) for key in _WORDS}


def proration_words(language: str, counted: tuple[tuple[int, int], ...]) -> str:
    """Return used days of cycles in words, whole cycles first counted together; empty when all are whole.

    >>> proration_words("en", ((30, 30),)), proration_words("en", ((12, 31), (10, 28)))
    ('', '12 of 31 days + 10 of 28 days')
    """
    if all(used == of for used, of in counted):
        return ""
    parts = [words(language, "days").format(used=used, of=of) for used, of in counted if used != of]
    whole = sum(used == of for used, of in counted)
    if whole:
        parts.insert(0, words(language, "whole_months").format(count=whole))
    return " + ".join(parts)
