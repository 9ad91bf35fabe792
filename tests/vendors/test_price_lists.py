"""Microsoft's price lists are read as they come: dates, steps, placeholders and lost zeros."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from billow.catalog.list_prices import (
    ListPrice,
    ListPrices,
    ListQuery,
    list_amount,
    list_changes,
    merged,
    monthly_price,
    step_starts,
    units_in_step,
)
from billow.problems import Refused, Severity
from billow.vendors.price_lists import PriceList, read_price_list

LISTS = Path(__file__).parent.parent / "data" / "price_lists"
LICENCES = LISTS / "synthetic_price_list_nce_license_DE.csv"
AZURE = LISTS / "synthetic_price_list_azure_plan.csv"
JUNE = date(2026, 6, 1)
HEADER = (
    "ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,PricingTierRangeMin,"
    "PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,ERP Price,Segment"
)
PLAIN = "CFQ7TTC0LCHC,2,Premium,P1Y,Monthly,NL,EUR,211.2,,,2026-01-01,9999-11-30,264,Commercial"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def read(folder: Path, *rows: str) -> PriceList:
    return read_price_list(written(folder, *rows))


def refusal(folder: Path, *rows: str, header: str = HEADER) -> str:
    with pytest.raises(Refused) as refused:
        read_price_list(written(folder, *rows, header=header))
    return str(refused.value)


def found(path: Path, sku: str, day: date = JUNE, **asked: str) -> list[str]:
    """Return the list prices that hold, as text."""
    prices = ListPrices(read_price_list(path).prices)
    return [str(p.list_price) for p in prices.find(ListQuery(sku, day, **{"market": "DE", **asked}))]


def test_the_licence_list_is_read_whole() -> None:
    listed = read_price_list(LICENCES)
    assert (listed.rows, len(listed.prices), listed.problems) == (35, 35, ())
    assert {price.source for price in listed.prices} == {LICENCES.name}
    # the sums of its columns ERP Price and UnitPrice
    assert sum(price.list_price for price in listed.prices) == Decimal("8503.54")
    assert sum(price.cost_price or 0 for price in listed.prices) == Decimal("6801.832")


@pytest.mark.parametrize(
    ("sku", "day", "asked", "price"),
    [
        pytest.param("CFQ7TTC0LCHC/0002", JUNE, {"term": "P1Y", "billing": "yearly"}, ["264"], id="a year"),
        pytest.param(
            "CFQ7TTC0LCHC/0002", JUNE, {"term": "P1Y", "billing": "monthly"}, ["264"],
            id="a year billed monthly stands in the list for the year",
        ),
        pytest.param(
            "cfq7ttc0lchc/0002", JUNE, {"term": "P1M", "billing": "monthly"}, ["26.4"],
            id="a month; case makes no difference",
        ),
        pytest.param(
            "CFQ7TTC0LCHC/0002", JUNE, {"term": "P1M", "billing": "monthly", "segment": "education"},
            ["10.56"], id="a segment",
        ),
        pytest.param(
            "CFQ7TTC0LCHC/0002", JUNE, {"term": "P1M", "billing": "monthly", "segment": "Charity"}, [],
            id="a segment that is not in the list",
        ),
        pytest.param(
            "CFQ7TTC0LCHC/0002", JUNE, {"term": "P1M", "billing": "monthly", "market": "US"}, [],
            id="another market",
        ),
        pytest.param(
            "CFQ7TTC0LCHC/0002", JUNE, {"term": "P1M", "billing": "monthly", "currency": "USD"}, [],
            id="another currency",
        ),
        pytest.param("CFQ7TTC0LCHC/0002", date(2025, 12, 31), {"term": "P1Y", "billing": "yearly"}, [],
            id="the day before the list begins"),
        pytest.param("CFQ7TTC0LH18/0001", date(2025, 12, 31), {"term": "P1Y", "billing": "yearly"}, ["70"],
            id="the last day before the new price"),
        pytest.param("CFQ7TTC0LH18/0001", date(2026, 1, 2), {"term": "P1Y", "billing": "yearly"}, ["72"],
            id="where two overlap, the last to start holds"),
        pytest.param("CFQ7TTC0LF8S/0001", JUNE, {"term": "P1M"}, ["0"], id="a trial has no billing plan"),
        pytest.param("CFQ7TTC0HDK0/0001", date(2021, 2, 4), {"term": "P1Y", "billing": "yearly",
            "market": "US", "currency": "USD"}, ["144"], id="the last day of an American date"),
        pytest.param("CFQ7TTC0HDK0/0001", date(2021, 2, 5), {"term": "P1Y", "billing": "yearly",
            "market": "US", "currency": "USD"}, [], id="the day after it"),
    ],
)  # fmt: skip
def test_a_list_price_is_found(sku: str, day: date, asked: dict[str, str], price: list[str]) -> None:
    assert found(LICENCES, sku, day, **asked) == price


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        pytest.param("0", "0", id="nothing"),
        pytest.param("100", "100", id="the last unit of the first step"),
        pytest.param("101", "100.8", id="Microsoft's own example: 100 x 1 + 1 x 0.80"),
        pytest.param("100.5", "100.4", id="half a unit beyond belongs to the next step"),
        pytest.param("100001", "80020.5", id="100 x 1 + 99,900 x 0.80 + 1 x 0.50"),
        pytest.param("-101", "-100.8", id="a refund"),
    ],
)
def test_steps_of_usage_are_graduated(quantity: str, amount: str) -> None:
    steps = ListPrices(read_price_list(AZURE).prices).find(
        ListQuery("DDD123456ABC/01AB", JUNE, market="US", currency="USD")
    )
    assert [step.up_to for step in steps] == [100, 100000, None]
    assert list_amount(steps, Decimal(quantity)) == Fraction(amount)


USAGE = (
    ListPrice("X", up_to=Decimal(100)), ListPrice("X", up_to=Decimal(1000)), ListPrice("X"),
)  # fmt: skip
SEATS = tuple(ListPrice("X", term="P1Y", up_to=step.up_to) for step in USAGE)


@pytest.mark.parametrize(
    ("steps", "quantities", "units"),
    [
        pytest.param(USAGE, ["60", "90"], ["100", "50", "0"], id="a customer fills the steps together"),
        pytest.param(USAGE, ["1500"], ["100", "900", "500"], id="usage beyond the last bound"),
        pytest.param(USAGE, ["100"], ["100", "0", "0"], id="usage up to a bound"),
        pytest.param(SEATS, ["60", "150"], ["60", "150", "0"], id="each term has all its seats in one step"),
        pytest.param(SEATS, ["100", "101"], ["100", "101", "0"], id="a bound belongs to its step"),
        pytest.param(SEATS, ["-60", "60"], ["0", "0", "0"], id="a refund takes seats out of its step"),
    ],
)
def test_units_are_those_that_a_step_prices(
    steps: tuple[ListPrice, ...], quantities: list[str], units: list[str]
) -> None:
    above = step_starts(steps[::-1])
    found = [units_in_step(step, above[step.key], map(Decimal, quantities)) for step in steps]
    assert [str(one) for one in found] == units


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        pytest.param("10", "100", id="ten at the price of the first step"),
        pytest.param("11", "99", id="the eleventh puts all into the second step"),
        pytest.param("-10", "-100", id="a refund of ten, as they were charged"),
    ],
)
def test_the_quantity_chooses_one_step_of_a_term(quantity: str, amount: str) -> None:
    steps = (
        ListPrice("X", term="P1Y", up_to=Decimal(10), list_price=Decimal(120)),
        ListPrice("X", term="P1Y", list_price=Decimal(108)),
    )
    assert list_amount(steps, Decimal(quantity)) == Fraction(amount)


@pytest.mark.parametrize(
    ("term", "price", "month"),
    [("P1M", "26.4", "132/5"), ("P1Y", "100", "25/3"), ("P3Y", "792", "22"), ("", "0.05", "1/20")],
)
def test_a_price_is_for_the_whole_term(term: str, price: str, month: str) -> None:
    assert monthly_price(ListPrice("X", term=term, list_price=Decimal(price))) == Fraction(month)


def test_lost_zeros_are_put_back_and_placeholder_years_are_open(tmp_path: Path) -> None:
    row = PLAIN.replace("2026-01-01,9999-11-30", "1753-01-01,9999-12-31")
    (price,) = read(tmp_path, row).prices
    assert (price.sku, price.valid_from, price.valid_through) == ("CFQ7TTC0LCHC/0002", None, None)
    assert (price.list_price, price.cost_price) == (Decimal(264), Decimal("211.2"))


def test_an_end_at_midnight_leaves_that_day_out(tmp_path: Path) -> None:
    (price,) = read(tmp_path, PLAIN.replace("9999-11-30", "2026-07-01T00:00:00Z")).prices
    assert price.valid_through == date(2026, 6, 30)


def test_the_same_row_twice_is_one_price(tmp_path: Path) -> None:
    assert len(read(tmp_path, PLAIN, PLAIN).prices) == 1


def test_only_wanted_articles_are_kept() -> None:
    listed = read_price_list(LICENCES, lambda sku: sku.startswith("CFQ7TTC0LCHC"))
    assert (listed.rows, len(listed.prices)) == (35, 8)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        pytest.param(("P1Y", "P7D"), "TermDuration", id="a week is no term of ours"),
        pytest.param(("Monthly", "Fortnightly"), "BillingPlan", id="a plan that no charge has"),
        pytest.param(("211.2,", ","), "UnitPrice", id="no price"),
        pytest.param(("2026-01-01", "2026-13-01"), "EffectiveStartDate", id="a thirteenth month"),
        pytest.param(("9999-11-30", "soon"), "EffectiveEndDate", id="a word for a date"),
        pytest.param((",,,2026", ",x,,2026"), "PricingTierRangeMin", id="a word for a quantity"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_said(
    tmp_path: Path, cells: tuple[str, str], column: str
) -> None:
    listed = read(tmp_path, PLAIN.replace(*cells, 1), PLAIN)
    (problem,) = listed.problems
    assert (problem.code, problem.severity, problem.place.row, problem.place.column) == (
        "IMP-044", Severity.NOTE, 2, column,
    )  # fmt: skip
    assert len(listed.prices) == 1


def test_many_rows_that_are_left_out_are_counted(tmp_path: Path) -> None:
    listed = read(tmp_path, *[PLAIN.replace("P1Y", "P7D")] * 25)
    assert len(listed.problems) == 21
    assert "5 more prices" in " ".join(problem.sentence for problem in listed.problems)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            [PLAIN, PLAIN.replace(",264,", ",270,")],
            "IMP-042  list.csv gives CFQ7TTC0LCHC/0002 two prices from the same day: 264 in "
            "row 2 and 270 in row 3.",
            id="two prices from one day",
        ),
        pytest.param(
            [PLAIN.replace(",,,2026", ",1,10,2026"), PLAIN.replace(",,,2026", ",12,,2026")],
            "IMP-043  The steps of the price of CFQ7TTC0LCHC/0002 do not follow each other: nothing holds "
            "between 10 and 12 units.",
            id="the eleventh unit has no price",
        ),
        pytest.param(
            [PLAIN.replace(",,,2026", ",1,10,2026")], "nothing holds above 10 units", id="no open step"
        ),
        pytest.param([PLAIN.replace("211.2", "cheap")], 'IMP-008  "cheap" is not an amount.', id="no amount"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(tmp_path: Path, rows: list[str], said: str) -> None:
    assert said in refusal(tmp_path, *rows)


def test_another_file_is_no_price_list(tmp_path: Path) -> None:
    text = refusal(tmp_path, "C-1,5", header="Customer,Amount")
    assert "IMP-041  list.csv is not a price list of Microsoft: it has no column ProductId" in text


def test_what_a_list_changes_is_told_against_the_price_that_holds_when_it_begins() -> None:
    held = [
        ListPrice("A/0001", term="P1Y", list_price=Decimal(120), valid_from=date(2025, 1, 1)),
        ListPrice("B/0001", term="P1Y", list_price=Decimal(60), valid_from=date(2025, 1, 1)),
    ]
    incoming = [
        ListPrice("A/0001", term="P1Y", list_price=Decimal(132), valid_from=date(2026, 7, 1)),
        ListPrice("B/0001", term="P1Y", list_price=Decimal(60), valid_from=date(2026, 7, 1)),
        ListPrice("C/0001", term="P1M", list_price=Decimal(5), valid_from=date(2026, 7, 1)),
    ]
    changes = list_changes(held, incoming)
    assert [(c.new.sku, c.old.list_price if c.old else None, c.monthly) for c in changes] == [
        ("A/0001", Decimal(120), Fraction(1)),
        ("C/0001", None, Fraction(5)),
    ]
    after = ListPrices(merged(held, incoming))
    asked = [ListQuery("A/0001", day, term="P1Y") for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert [after.find(query)[0].list_price for query in asked] == [120, 132]
    assert len(merged(held, held)) == 2
