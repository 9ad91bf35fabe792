"""A discount's own lines: one per VAT code it is taken off, as EN 16931 wants allowances (BG-20).

The discount was rounded once; it is split over the codes, and within each over the lines, without losing a
cent. A code or line whose sum is below zero takes no part.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from billow.catalog.discounts import Discount
from billow.invoicing.document import Line, Share
from billow.invoicing.texts import correction_words
from billow.money import allocate
from billow.rating.line import RatedLine

_Weights = Sequence[tuple[str, Fraction]]  # by line id


def discount_lines(
    line: RatedLine, discount: Discount, language: str, codes: Mapping[str, str]
) -> list[Line]:
    """Return the lines of a rated discount; ``codes`` is the VAT code of each line it is taken off."""
    by_code: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for line_id, weight in line.shares:
        by_code[codes[line_id]].append((line_id, weight))
    whole = [sum((weight for _, weight in own), Fraction(0)) for own in by_code.values()]
    said = f" – {correction_words(language, line.corrects)}" if line.corrects else ""  # noqa: RUF001
    nets = allocate(line.amount, [max(weight, Fraction(0)) for weight in whole], line.currency)
    return [
        Line(
            line_id=line.line_id if net == line.amount else f"{line.line_id}-{code}",
            vendor=line.vendor,
            product=discount.discount,
            text=discount.text_in(language) + said,
            net=net,
            vat_code=code,
            quantity=line.quantity,
            unit="",
            period=line.period,
            revenue_group=discount.revenue_group,
            driver=line.driver,
            model=line.model,
            price_row=line.price_row,
            steps=_steps(line, net, code),
            shares=_shares(own, net, line.currency),
        )
        for (code, own), net in zip(by_code.items(), nets, strict=True)
        if net
    ]


def _steps(line: RatedLine, net: Decimal, code: str) -> tuple[str, ...]:
    part = () if net == line.amount else (f"{net} of {line.amount} {line.currency} is for VAT code {code}",)
    return (*(step.text for step in line.parts), *part)


def _shares(weights: _Weights, net: Decimal, currency: str) -> tuple[Share, ...]:
    nets = allocate(net, [max(weight, Fraction(0)) for _, weight in weights], currency)
    return tuple(Share(line_id, share) for (line_id, _), share in zip(weights, nets, strict=True) if share)
