"""The rows of sheet Settings as typed values; what is missing or wrong is a problem with its row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import iban
from stdnum.exceptions import ValidationError

from billow.invoicing.document import Party
from billow.invoicing.texts import LANGUAGES
from billow.money import is_currency
from billow.periods import Method
from billow.problems import Place, Problem, Severity
from billow.workbook.reading import Row
from billow.workbook.sheets import SETTINGS

_REQUIRED = ("company", "country", "base_currency", "number_series")


@dataclass(frozen=True)
class Settings:
    """How this workbook bills, by the keys of the settings table; blank cells have their default."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = field(default=())

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def number(self, key: str) -> Decimal:
        """Return a setting that counts something."""
        return Decimal(self.texts[key])

    @property
    def method(self) -> Method:
        """Return the default proration method."""
        return Method(self.texts["proration"])

    @property
    def seller(self) -> Party:
        """Return the seller as it stands on invoices."""
        text = self.texts
        return Party(
            name=text["company"],
            address=text["address"],
            postcode=text["postcode"],
            city=text["city"],
            country=text["country"],
            vat_number=text["vat_number"],
            registration_number=text["registration_number"],
            email=text["email"],
            iban=text["iban"],
            bic=text["bic"],
        )


def read_settings(rows: list[Row], file: str) -> Settings:
    """Return the settings; a wrong value is a problem, and its default stands in for it."""
    by_name = {row["Name"]: row for row in rows}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for setting in SETTINGS:
        row = by_name.get(setting.name)
        value = _shown(row["Value"]) if row else ""
        place = row.at("Value") if row else Place(file, "Settings")
        text = value or setting.default
        if problem := _wrong(setting.key, setting.name, text, setting.type, place):
            problems.append(problem)
            text = setting.default
        texts[setting.key] = text
    return Settings(texts, tuple(problems))


def _shown(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _wrong(key: str, name: str, text: str, kind: str, place: Place) -> Problem | None:
    """Return what is wrong with a setting, or None."""
    if key in _REQUIRED and not text:
        hint = "Fill it in on sheet Settings, column Value; drafts can be made without it."
        return Problem("SET-001", f"The setting {name} is empty.", place, hint, Severity.BLOCK)
    if text and kind in {"integer", "decimal"} and not _is_number(text, whole=kind == "integer"):
        sentence = f'"{text}" is not a number for the setting {name}.'
        return Problem("SET-002", sentence, place, "Write digits, with a point for decimals, no unit.")
    if (allowed := _ALLOWED.get(key)) and text not in allowed:
        hint = f"Choose one of: {', '.join(allowed)}."
        return Problem("SET-003", f'"{text}" is not a choice for the setting {name}.', place, hint)
    if key == "base_currency" and not is_currency(text):
        sentence = f'"{text}" is not a currency for the setting {name}.'
        return Problem("SET-003", sentence, place, "Write the three letters of ISO 4217, such as EUR.")
    if key == "iban" and text and not _is_iban(text):
        hint = "Check each digit; a wrong IBAN sends your customers' money elsewhere."
        return Problem("SET-004", f'"{text}" is not a valid IBAN.', place, hint)
    return None


_ALLOWED: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "proration": tuple(method.value for method in Method),
    "fx_day": ("period_end",),
}


def _is_number(text: str, *, whole: bool) -> bool:
    if whole:
        return re.fullmatch(r"\d{1,9}", text) is not None
    try:
        return Decimal(text).is_finite() and re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
    except InvalidOperation:
        return False


def _is_iban(text: str) -> bool:
    try:
        iban.validate(text)
    except ValidationError:
        return False
    return True
