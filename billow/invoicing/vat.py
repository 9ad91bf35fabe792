"""Which VAT applies: from rules, never typed per invoice; its amount on document sums, half-up.

A rule is found by country (the very country, then EU, then ``*``), by whether the customer has a VAT
number, and by the product's VAT class. Sources: VAT Directive art. 44 and 196, EN 16931 BG-23.

>>> rules = [VatRule("EU", "yes", "*", "AE"), VatRule("*", "any", "*", "G"), VatRule("NL", "any", "*", "S21")]
>>> [vat_code(rules, country, number, "services")[0] for country, number in (("BE", "BE0403019261"),
...                                                                          ("NL", ""), ("GB", ""))]
['AE', 'S21', 'G']
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.invoicing.document import Line, VatLine
from billow.money import Rounding, round_to
from billow.problems import NOWHERE, Place

EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


@dataclass(frozen=True)
class VatRule:
    """A row of the VAT rules: country (or EU, ``*``), VAT number (yes, no, any), class, and the code."""

    country: str
    vat_number: str
    vat_class: str
    code: str
    place: Place = NOWHERE


@dataclass(frozen=True)
class VatCode:
    """A VAT code with its EN 16931 category and rate in percent, both days of validity included."""

    code: str
    category: str
    rate: Decimal
    valid_from: date | None = None
    valid_through: date | None = None
    text: str = ""
    texts: dict[str, str] = field(default_factory=dict, hash=False)
    vatex: str = ""
    place: Place = NOWHERE

    def holds_on(self, day: date) -> bool:
        """Tell whether the rate holds on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_through is None or day <= self.valid_through
        )


def vat_code(
    rules: Iterable[VatRule], country: str, vat_number: str, vat_class: str
) -> tuple[str, tuple[VatRule, ...]]:
    """Return the code of the most specific rule, and the rules that tie for it (none: no code)."""
    fitting = [rule for rule in rules if _fits(rule, country, vat_number, vat_class)]
    best = max((_specificity(rule) for rule in fitting), default=None)
    winners = tuple(rule for rule in fitting if _specificity(rule) == best)
    return (winners[0].code if winners else "", winners)


def _fits(rule: VatRule, country: str, vat_number: str, vat_class: str) -> bool:
    return (
        (rule.country in {country, "*"} or (rule.country == "EU" and country in EU_COUNTRIES))
        and rule.vat_number in {"any", "yes" if vat_number else "no"}
        and rule.vat_class in {vat_class, "*"}
    )


def _specificity(rule: VatRule) -> tuple[int, int, int]:
    country = {"*": 0, "EU": 1}.get(rule.country, 2)
    return country, int(rule.vat_number != "any"), int(rule.vat_class != "*")


def vat_lines(
    lines: Sequence[Line], codes: dict[str, VatCode], currency: str, language: str
) -> tuple[VatLine, ...]:
    """Return VAT per code, in order of code: the rate on the sum of the rounded nets, half-up once."""
    nets: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        nets[line.vat_code] += line.net
    return tuple(_vat_line(codes[code], net, currency, language) for code, net in sorted(nets.items()))


def _vat_line(code: VatCode, net: Decimal, currency: str, language: str) -> VatLine:
    vat = round_to(Fraction(net) * Fraction(code.rate) / 100, currency, Rounding.HALF_UP)
    text = code.texts.get(language) or code.text
    return VatLine(code.code, code.category, code.rate, net, vat, text, code.vatex)
