"""The index of prices leaves out only prices that could not have been chosen, in the order of the sheet."""

from collections.abc import Iterator
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from billow.catalog.price_index import PriceIndex
from billow.catalog.prices import Price, PriceQuery, choose, rivals
from tests.full import EXAMPLES

NAMES = st.sampled_from(["", "E5", "e5", "M365", "STRASSE", "straße"])
PRICES = st.lists(
    st.builds(
        Price,
        price_id=st.uuids().map(str),
        applies_to=st.sampled_from("sku product family vendor all".split()),
        product=NAMES,
        scope=st.sampled_from(["everyone", "customer"]),
        who=st.sampled_from(["C-1", "C-2"]),
        plan=st.sampled_from(["", "gold"]),
        price_date=st.sampled_from(["", "charge_date", "term_start", "period_start"]),
        valid_through=st.sampled_from([None, date(2026, 5, 31)]),
    ),
    max_size=8,
)


def others(asked: PriceQuery) -> Iterator[PriceQuery]:
    """Yield questions that differ in one thing each."""
    yield asked._replace(customer="C-2")
    yield asked._replace(plan="")
    yield asked._replace(term="")
    yield asked._replace(day=date(2026, 5, 1), term="")
    yield asked._replace(term_start=date(2026, 6, 2))


@settings(max_examples=EXAMPLES)
@given(prices=PRICES, sku=NAMES, product=NAMES, family=NAMES, vendor=NAMES)
@example([Price("p1", applies_to="all", product="left over")], "", "E5", "", "")
def test_the_same_price_and_the_same_rivals_come_of_it_as_of_the_whole_sheet(
    prices: list[Price], sku: str, product: str, family: str, vendor: str
) -> None:
    asked = PriceQuery(
        day=date(2026, 6, 1),
        customer="C-1",
        plan="gold",
        sku=sku,
        product=product,
        family=family,
        vendor=vendor,
        term="P1Y",
        term_start=date(2026, 4, 1),
    )
    index = PriceIndex(prices)
    for each in (asked, *others(asked), asked):
        assert index.choose(each) == choose(prices, each)
        assert index.rivals(each) == rivals(prices, each)


def test_prices_of_other_products_are_left_out() -> None:
    prices = [Price("p1", product="E5"), Price("p2", product="F3"), Price("p3", applies_to="all")]
    asked = PriceQuery(day=date(2026, 6, 1), customer="C-1", product="e5")
    assert [price.price_id for price in PriceIndex(prices).near(asked)] == ["p1", "p3"]
