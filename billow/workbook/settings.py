"""The rows of sheet Settings as typed values; what is missing or wrong is a problem with its row."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as NotValid

from billow.invoicing.document import Party
from billow.invoicing.texts import LANGUAGES
from billow.money import is_currency
from billow.periods import Method, is_zone
from billow.problems import Place, Problem, Severity
from billow.sheets.columns import SETTINGS
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


_Number = Annotated[Decimal, BeforeValidator(_number)]


class Settings(BaseModel):
    """How this workbook bills, by the keys of the settings table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str
    address: str
    postcode: str
    city: str
    country: str
    vat_number: str
    registration_number: str
    iban: Annotated[str, AfterValidator(_iban)]
    bic: str
    email: str
    logo: str
    base_currency: Annotated[str, AfterValidator(_currency)]
    language: Literal["nl", "en", "de"]
    number_series: str
    payment_days: Annotated[int, BeforeValidator(_whole)]
    proration: Method
    movement_percent: _Number
    minimum_margin: _Number
    exclusion_limit: _Number
    data_folder: str
    allowed_hosts: str
    time_zone: Annotated[str, AfterValidator(_zone)]
    partner_tenant: str
    partner_application: str
    charge_engine: Annotated[str, AfterValidator(_engine)]

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


def read_settings(rows: list[Row], file: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings, blank cells with their default, and what is wrong with them.

    For a wrong value its default stands in, so that the rest can be read and all mistakes be told.
    """
    by_name = {row["Name"]: row for row in rows}
    texts = {s.key: _shown(by_name.get(s.name)) or s.default for s in SETTINGS}
    places = {
        s.key: by_name[s.name].at("Value") if s.name in by_name else Place(file, "Settings") for s in SETTINGS
    }
    problems = [] if texts["company"] else [_no_company(places["company"])]
    try:
        return Settings.model_validate(texts), tuple(problems)
    except ValidationError as wrong:
        defaults = {setting.key: setting.default for setting in SETTINGS}
        for error in wrong.errors():
            key = str(error["loc"][0])
            problems.append(_problem(key, texts[key], places[key], error))
            texts[key] = defaults[key]
        return Settings.model_validate(texts), tuple(problems)


def _shown(row: Row | None) -> str:
    value: Any = row["Value"] if row else None
    return "" if value is None else str(value).strip()


def _no_company(place: Place) -> Problem:
    hint = "Fill it in on sheet Settings, column Value; drafts can be made without it."
    return Problem("SET-001", "The setting Company is empty.", place, hint, Severity.BLOCK)


def _problem(key: str, text: str, place: Place, error: Mapping[str, Any]) -> Problem:
    """Return what is wrong with one setting, in a bookkeeper's words."""
    name = next(setting.name for setting in SETTINGS if setting.key == key)
    message = str(error["msg"])
    if message.endswith("number"):
        sentence = f'"{text}" is not a number for the setting {name}.'
        return Problem("SET-002", sentence, place, "Write digits, with a point for decimals, no unit.")
    if message.endswith("currency"):
        sentence = f'"{text}" is not a currency for the setting {name}.'
        return Problem("SET-003", sentence, place, "Write the three letters of ISO 4217, such as EUR.")
    if message.endswith("zone"):
        sentence = f'"{text}" is not a time zone for the setting {name}.'
        return Problem("SET-003", sentence, place, f"{ZONE_HINT}.")
    if message.endswith("iban"):
        hint = "Check each digit; a wrong IBAN sends your customers' money elsewhere."
        return Problem("SET-004", f'"{text}" is not a valid IBAN.', place, hint)
    if message.endswith("engine"):
        sentence = "The setting Charge engine is not the address of an engine, or holds a password."
        hint = (
            f"Begin with one of: {', '.join(f'{name}://' for name in _ENGINES)}; a password stands in the "
            "environment variable BILLOW_ENGINE_PASSWORD. Blank adds charges up on this computer."
        )
        return Problem("SET-005", sentence, place, hint)
    allowed = LANGUAGES if key == "language" else tuple(method.value for method in Method)
    hint = f"Choose one of: {', '.join(allowed)}."
    return Problem("SET-003", f'"{text}" is not a choice for the setting {name}.', place, hint)
