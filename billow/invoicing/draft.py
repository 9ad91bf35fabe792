"""Rated lines become drafts: one combined invoice per customer, over all vendors.

A draft can be made again at will: the same lines give the same document.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from billow.catalog.discounts import Discount
from billow.catalog.exchange import missing_rate, rate_on
from billow.catalog.products import Product
from billow.contracts.customers import Customer
from billow.contracts.drivers import OWN_USAGE
from billow.invoicing.discount_lines import discount_lines
from billow.invoicing.document import Document, Line, Party, Source, Step, VatLine
from billow.invoicing.texts import correction_words, proration_words, unit_words, words
from billow.invoicing.vat import VatCode, VatRule, vat_code, vat_lines
from billow.money import Rounding, exact_text, round_to, rounded
from billow.periods import month
from billow.problems import Place, Problem, Severity, in_order
from billow.rating.books import Books
from billow.rating.discounting import DISCOUNT
from billow.rating.line import RatedLine


@dataclass(frozen=True)
class Invoicing:
    """How invoices are made out: the seller, the defaults, and the VAT rules and codes."""

    seller: Party
    language: str = "en"
    payment_days: int = 30
    vat_rules: Sequence[VatRule] = ()
    vat_codes: Sequence[VatCode] = ()


@dataclass(frozen=True)
class Drafts:
    """The drafts of a month by customer number, and what keeps others from being made."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = field(default=())


def unexplained(_line: RatedLine, _net: Decimal) -> tuple[Step, ...]:
    """Return no steps: where nobody reads them, they need not be made."""
    return ()


def drafts(
    lines: Sequence[RatedLine],
    books: Books,
    invoicing: Invoicing,
    billing_month: str,
    explain: Callable[[RatedLine, Decimal], tuple[Step, ...]] = unexplained,
) -> Drafts:
    """Return a draft per customer that has lines; a customer whose VAT is unclear gets a problem instead.

    ``explain`` says how a line came to what stands of it on the document (``billow.invoicing.explanation``).
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    known: dict[tuple[str, str], _Sold] = {}
    by_customer: dict[str, list[RatedLine]] = defaultdict(list)
    for line in lines:
        by_customer[line.customer].append(line)
    for number, own in sorted(by_customer.items()):
        customer = books.customer(number)
        if customer is None:
            continue
        document, found = _Draft(customer, books, invoicing, billing_month, explain, known).made(own)
        problems += found
        if document:
            documents.append(document)
    return Drafts(tuple(documents), in_order(problems))


@dataclass(frozen=True)
class _Sold:
    """What the lines of a product have in common on all documents in one language."""

    text: str
    vat_class: str
    revenue_group: str
    recognition: str


@dataclass(frozen=True)
class _Draft:
    """One draft in the making."""

    customer: Customer
    books: Books
    invoicing: Invoicing
    billing_month: str
    explain: Callable[[RatedLine, Decimal], tuple[Step, ...]]
    known: dict[tuple[str, str], _Sold]  # by product and language; many customers buy the same

    @cached_property
    def language(self) -> str:
        return self.customer.language or self.invoicing.language

    @property
    def currency(self) -> str:
        return self.customer.currency or self.books.base_currency

    @property
    def day(self) -> date:
        return month(self.billing_month).through

    def made(self, rated: Sequence[RatedLine]) -> tuple[Document | None, list[Problem]]:
        codes, problems = self._codes(rated)
        if problems:
            return None, problems
        lines = tuple([line for one in rated for line in self._lines(one, rated, codes)])
        by_code = {code.code: code for code in codes.values()}
        vats = vat_lines(lines, by_code, self.currency, self.language)
        net = sum((line.net for line in lines), Decimal(0))
        vat = sum((line.vat for line in vats), Decimal(0))
        base_vat, rate, missing = self._base_vat(vats)
        return self._document(lines, vats, net, vat, base_vat, rate), missing

    def _document(
        self,
        lines: tuple[Line, ...],
        vats: tuple[VatLine, ...],
        net: Decimal,
        vat: Decimal,
        base_vat: Decimal | None,
        rate: Fraction | None,
    ) -> Document:
        customer = self.customer
        days = customer.payment_days
        return Document(
            billing_month=self.billing_month,
            seller=self.invoicing.seller,
            buyer=_buyer(customer),
            currency=self.currency,
            language=self.language,
            lines=lines,
            vat_lines=vats,
            net=net,
            vat=vat,
            total=net + vat,
            payment_days=self.invoicing.payment_days if days is None else days,
            buyer_reference=customer.buyer_reference,
            purchase_order=customer.purchase_order,
            customer_group=customer.group,
            cost_centre=customer.cost_centre,
            base_currency=self.books.base_currency,
            base_vat=base_vat,
            exchange_rate=_decimal_rate(rate) if base_vat is not None and rate else None,
        )

    def _sold(self, line: RatedLine) -> _Sold:
        key = (line.product, self.language)
        found = self.known.get(key)
        if found is None:
            product = self.books.product(line.product) or Product(line.product, line.product)
            text, vat_class = product.text_in(self.language), product.vat_class or "services"
            found = self.known[key] = _Sold(text, vat_class, product.revenue_group, product.recognition)
        return found

    def _codes(self, lines: Sequence[RatedLine]) -> tuple[dict[str, VatCode], list[Problem]]:
        """Return the VAT code for each VAT class among the lines."""
        codes: dict[str, VatCode] = {}
        problems: list[Problem] = []
        for vat_class in sorted({self._sold(line).vat_class for line in lines if line.driver != DISCOUNT}):
            code, problem = self._code(vat_class)
            if problem:
                problems.append(problem)
            elif code:
                codes[vat_class] = code
        return codes, problems

    def _code(self, vat_class: str) -> tuple[VatCode | None, Problem | None]:
        customer = self.customer
        name, winners = vat_code(self.invoicing.vat_rules, customer.country, customer.vat_number, vat_class)
        if not winners:
            return None, self._no_rule(vat_class)
        if len({rule.code for rule in winners}) > 1:
            return None, self._tie(winners)
        code = next((c for c in self.invoicing.vat_codes if c.code == name and c.holds_on(self.day)), None)
        if code is None:
            return None, self._problem(
                "VAT-002",
                f'VAT code "{name}" has no rate on {self.day} (customer {customer.customer}).',
                winners[0].place,
                f"Add the code on sheet VAT, valid on {self.day}, or name another code on sheet VAT rules.",
            )
        if code.category == "AE" and not customer.vat_number:
            return None, self._problem(
                "VAT-003",
                f"Customer {customer.customer} gets reverse charge but has no VAT number.",
                customer.place,
                "Fill in VAT no on sheet Customers, or change the row on sheet VAT rules.",
            )
        return code, None

    def _no_rule(self, vat_class: str) -> Problem:
        customer = self.customer
        number = "with" if customer.vat_number else "without"
        return self._problem(
            "VAT-001",
            f"No VAT rule fits customer {customer.customer} (country {customer.country or 'blank'}, {number} "
            f"VAT number) for class {vat_class}.",
            Place(sheet="VAT rules"),
            "Add a row on sheet VAT rules, or correct Country and VAT no on sheet Customers.",
        )

    def _tie(self, winners: Sequence[VatRule]) -> Problem:
        rows = " and ".join(str(rule.place.row or rule.code) for rule in winners)
        return self._problem(
            "VAT-004",
            f"Two VAT rules fit customer {self.customer.customer} equally well: rows {rows}.",
            winners[0].place,
            "Delete one of the rows on sheet VAT rules.",
        )

    def _problem(self, code: str, sentence: str, place: Place, hint: str) -> Problem:
        return Problem(code, sentence, place, hint, Severity.BLOCK, self.customer.customer)

    def _base_vat(self, vats: Sequence[VatLine]) -> tuple[Decimal | None, Fraction | None, list[Problem]]:
        """Return the VAT in the books' currency where the invoice has another one and there is VAT."""
        base = self.books.base_currency
        vat = sum((line.vat for line in vats), Decimal(0))
        if self.currency == base or vat == 0:
            return None, None, []
        rate = rate_on(self.books.exchange_rates, self.currency, base, self.day)
        if rate is None:
            return None, None, [missing_rate(self.currency, base, self.day, self.customer.customer)]
        return round_to(Fraction(vat) * rate, base, Rounding.HALF_UP), rate, []

    def _lines(
        self, line: RatedLine, rated: Sequence[RatedLine], codes: Mapping[str, VatCode]
    ) -> Sequence[Line]:
        if line.driver != DISCOUNT:
            return [self._line(line, self._sold(line), codes)]
        sold = [(one.line_id, self._sold(one)) for one in rated if one.driver != DISCOUNT]
        by_id = {line_id: codes[one.vat_class].code for line_id, one in sold}
        made = discount_lines(line, self._discount(line.discounts[0]), self.language, by_id)
        return [one._replace(explanation=self.explain(line, one.net)) for one in made]

    def _discount(self, name: str) -> Discount:
        return next(discount for discount in self.books.discounts if discount.discount == name)

    def _note(self, line: RatedLine) -> str:
        """Return what the customer needs to follow the amount: the share of the period, and discounts."""
        said = [self._late(line)] if line.driver == OWN_USAGE else []
        if line.proration:
            said.append(proration_words(self.language, line.proration))
        said += [self._discount(name).text_in(self.language) for name in line.discounts]
        return " \u00b7 ".join(filter(None, said))

    def _late(self, line: RatedLine) -> str:
        """Return the month in which own usage was, where that is not the month of the invoice."""
        if not line.period or line.period.end > month(self.billing_month).start:
            return ""
        return words(self.language, "late").format(month=f"{line.period.through:%m/%Y}")

    def _line(self, line: RatedLine, sold: _Sold, codes: Mapping[str, VatCode]) -> Line:
        text = line.text or sold.text
        if line.subscription_name and line.subscription_name.casefold() != text.casefold():
            text = f"{text} – {line.subscription_name}"  # noqa: RUF001 - typography of the invoice
        if line.corrects:
            text = f"{text} – {correction_words(self.language, line.corrects)}"  # noqa: RUF001 - as above
        return Line(
            line_id=line.line_id,
            vendor=line.vendor,
            product=line.product,
            text=text,
            net=line.amount,
            vat_code=codes[sold.vat_class].code,
            quantity=line.quantity,
            unit=unit_words(self.language, line.unit, line.quantity),
            unit_price=line.unit_price,
            note=self._note(line),
            period=line.period,
            subscription=line.subscription,
            purchase_order=line.purchase_order,
            revenue_group=sold.revenue_group,
            recognition=sold.recognition,
            cost=line.cost,
            driver=line.driver,
            model=line.model,
            price_row=line.price_row,
            steps=tuple([part.text for part in line.parts]),
            sources=tuple(
                [Source(c.key, c.import_id, c.currency, c.billed_cost, c.rows) for c in line.charges]
            ),
            explanation=self.explain(line, line.amount),
        )


def _buyer(customer: Customer) -> Party:
    return Party(
        name=customer.name,
        address=customer.address,
        postcode=customer.postcode,
        city=customer.city,
        country=customer.country,
        vat_number=customer.vat_number,
        registration_number=customer.registration_number,
        email=customer.email,
        number=customer.customer,
    )


def _decimal_rate(rate: Fraction) -> Decimal:
    """Return the rate for the eye: exact where it ends, else with ten decimals."""
    text = exact_text(rate)
    return Decimal(text) if "/" not in text else rounded(rate, 10, Rounding.HALF_UP)
