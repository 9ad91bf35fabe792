"""No more is given back for a contract's period than was issued for it and not credited yet."""

from decimal import Decimal
from fractions import Fraction

import pytest

from billow.catalog.products import Product
from billow.contracts.subscriptions import Change
from billow.rating.issued import IssuedLine
from billow.rating.line import RatedLine
from billow.rating.rate import rate

from .contract_samples import change
from .samples import MONTH, books, contract, days

YEAR, MAY = days("1-01", "12-31"), days("5-01", "5-31")
LAST_YEAR = days("2025-01-01", "2025-12-31")
GONE = (change("6-01", "cancel"),)
# The year is 12 x 300.00 by the sheet of today; cancelled from June on, 7 x 300.00 = 2100.00 would go back.
CAPS = [
    # sentence, issued for the year, what June comes to
    ("the invoice says what the sheet says", [("3600.00", YEAR)], "-2100.00"),
    ("nothing is known of an invoice", [], "-2100.00"),
    ("the price was lower then: all of it and not more", [("1800.00", YEAR)], "-1800.00"),
    ("some of it is credited already", [("3600.00", YEAR), ("-2000.00", YEAR)], "-1600.00"),
    ("to the cent what is left", [("2100.01", YEAR), ("-0.01", YEAR)], "-2100.00"),
    ("all of it is credited already", [("3600.00", YEAR), ("-3600.00", YEAR)], "0.00"),
    ("what was billed for another year is not this one's", [("100.00", LAST_YEAR)], "-2100.00"),
]


def june(style: str, issued: list[IssuedLine], changes: tuple[Change, ...] = GONE) -> list[RatedLine]:
    care = Product("CARE", "Managed service", change_style=style)
    sheets = books(subscriptions=[contract(billing="yearly")], changes=changes, products=[care])
    month = rate([], sheets, MONTH, issued)
    assert all(sum(part.amount for part in line.parts) == Fraction(line.amount) for line in month.lines)
    assert month.problems == ()
    return list(month.lines)


@pytest.mark.parametrize("style", ["net_delta", "credit_and_charge", "full_reversal"])
@pytest.mark.parametrize(("sentence", "amounts", "expected"), CAPS)
def test_a_credit_is_held_to_what_was_issued(
    sentence: str, amounts: list[tuple[str, object]], expected: str, style: str
) -> None:
    issued = [IssuedLine("k-1", period, Decimal(amount), "EUR") for amount, period in amounts]  # type: ignore[arg-type]
    assert str(sum(line.amount for line in june(style, issued))) == expected, sentence


def test_the_line_says_why_less_is_given_back() -> None:
    (line,) = june("net_delta", [IssuedLine("K-1", YEAR, Decimal(1800), "EUR")])
    assert line.parts[-1].text == "no more given back than the 1800 EUR that was issued and not credited yet"
    assert line.parts[-1].amount == 300


def test_what_is_charged_more_is_not_capped_and_other_currencies_say_nothing() -> None:
    euro, dollar = (IssuedLine("K-1", YEAR, Decimal(1), currency) for currency in ("EUR", "USD"))
    (more,) = june("net_delta", [euro], (change("6-01", "add", "1"),))
    (less,) = june("net_delta", [dollar])
    assert (more.amount, less.amount) == (Decimal("2100.00"), Decimal("-2100.00"))


def test_a_part_of_the_period_is_enough_to_find_it() -> None:
    (line,) = june("net_delta", [IssuedLine("K-1", MAY, Decimal(40), "EUR")])
    assert line.amount == Decimal("-40.00")
