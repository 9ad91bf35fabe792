"""The rows of sheet Settings as typed values; what is missing or wrong is a problem with its row.

>>> _READ["payment_days"]("30"), _READ["company"]("Nimbus B.V.")
(30, 'Nimbus B.V.')
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as NotValid

from billow.invoicing.document import Party
from billow.invoicing.texts import LANGUAGES
from billow.money import is_currency
from billow.periods import Method, is_zone
from billow.problems import Place, Problem, Severity
from billow.sheets.columns import SETTINGS, Setting
from billow.sheets.reading import Row

ZONE_HINT = "Write continent and city as the IANA list has them, such as Europe/Amsterdam"
# Where charges can be added up; docs/engines.md says what each needs.
_ENGINES = ("pyspark", "trino", "snowflake", "bigquery", "duckdb")


def _number(text: str) -> Decimal:
    # A plain figure only: what else a parser takes (1_000, 1e3, Arabic digits) was a slip of the hand.
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is None:
        raise ValueError("number")
    return Decimal(text)


def _whole(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,4}", text) is None:
        raise ValueError("number")
    return int(text)


def _currency(text: str) -> str:
    if not is_currency(text):
        raise ValueError("currency")
    return text


def _iban(text: str) -> str:
    try:
        return str(stdnum_iban.validate(text)) if text else ""
    except NotValid as error:
        raise ValueError("iban") from error


def _zone(text: str) -> str:
    if not is_zone(text):
        raise ValueError("zone")
    return text


def _engine(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in _ENGINES or parts.password):
        raise ValueError("engine")
    return text


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError("language")
    return text


@dataclass(frozen=True)
class Settings:
    """How this workbook bills, by the keys of the settings table; beside a type stands what reads it."""

    company: str
    address: str
    postcode: str
    city: str
    country: str
    vat_number: str
    registration_number: str
    iban: Annotated[str, _iban]
    bic: str
    email: str
    logo: str
    base_currency: Annotated[str, _currency]
    language: Annotated[str, _language]
    number_series: str
    payment_days: Annotated[int, _whole]
    proration: Annotated[Method, Method]
    movement_percent: Annotated[Decimal, _number]
    minimum_margin: Annotated[Decimal, _number]
    exclusion_limit: Annotated[Decimal, _number]
    data_folder: str
    allowed_hosts: str
    time_zone: Annotated[str, _zone]
    partner_tenant: str
    partner_application: str
    charge_engine: Annotated[str, _engine]

    @property
    def seller(self) -> Party:
        """Return the seller as it stands on invoices."""
        return Party(
            name=self.company,
            address=self.address,
            postcode=self.postcode,
            city=self.city,
            country=self.country,
            vat_number=self.vat_number,
            registration_number=self.registration_number,
            email=self.email,
            iban=self.iban,
            bic=self.bic,
        )


_READ: dict[str, Callable[[str], Any]] = {
    name: getattr(hint, "__metadata__", (str,))[0]
    for name, hint in get_type_hints(Settings, include_extras=True).items()
}


def read_settings(rows: list[Row], file: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings, blank cells with their default, and what is wrong with them.

    For a wrong value its default stands in, so that the rest can be read and all mistakes be told.
    """
    by_name = {row["Name"]: row for row in rows}
    values: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS:
        row, read = by_name.get(setting.name), _READ[setting.key]
        text = _shown(row) or setting.default
        place = row.at("Value") if row else Place(file, "Settings")
        try:
            values[setting.key] = read(text)
        except ValueError as wrong:
            problems.append(_problem(setting, text, place, str(wrong)))
            values[setting.key] = read(setting.default)
        if setting.key == "company" and not text:
            problems.append(_no_company(place))
    return Settings(**values), tuple(problems)


def _shown(row: Row | None) -> str:
    value: Any = row["Value"] if row else None
    return "" if value is None else str(value).strip()


def _no_company(place: Place) -> Problem:
    hint = "Fill it in on sheet Settings, column Value; drafts can be made without it."
    return Problem("SET-001", "The setting Company is empty.", place, hint, Severity.BLOCK)


def _problem(setting: Setting, text: str, place: Place, wrong: str) -> Problem:
    """Return what is wrong with one setting, in a bookkeeper's words."""
    name = setting.name
    if wrong == "number":
        sentence = f'"{text}" is not a number for the setting {name}.'
        return Problem("SET-002", sentence, place, "Write digits, with a point for decimals, no unit.")
    if wrong == "currency":
        sentence = f'"{text}" is not a currency for the setting {name}.'
        return Problem("SET-003", sentence, place, "Write the three letters of ISO 4217, such as EUR.")
    if wrong == "zone":
        sentence = f'"{text}" is not a time zone for the setting {name}.'
        return Problem("SET-003", sentence, place, f"{ZONE_HINT}.")
    if wrong == "iban":
        hint = "Check each digit; a wrong IBAN sends your customers' money elsewhere."
        return Problem("SET-004", f'"{text}" is not a valid IBAN.', place, hint)
    if wrong == "engine":
        sentence = "The setting Charge engine is not the address of an engine, or holds a password."
        hint = (
            f"Begin with one of: {', '.join(f'{name}://' for name in _ENGINES)}; a password stands in the "
            "environment variable BILLOW_ENGINE_PASSWORD. Blank adds charges up on this computer."
        )
        return Problem("SET-005", sentence, place, hint)
    allowed = LANGUAGES if wrong == "language" else tuple(method.value for method in Method)
    hint = f"Choose one of: {', '.join(allowed)}."
    return Problem("SET-003", f'"{text}" is not a choice for the setting {name}.', place, hint)
