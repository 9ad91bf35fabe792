"""One account of several customers: exact parts that sum to the whole, by share, tag or resource group."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.charges import Category, Charge
from billow.contracts.customers import Account
from billow.inputs.account_checks import account_problems
from billow.money import total
from billow.problems import Place
from billow.rating.placing import Fate
from billow.rating.rate import rate
from billow.rating.splitting import split

from .samples import JUNE, MONTH, books, charge, contract, day, seats

SHARES = {"C-1": "60", "C-2": "40"}


def account(customer: str, **given: Any) -> Account:
    return Account("Microsoft", "A-5", customer, confirmed_by="ada", place=Place("", "Accounts", 9), **given)


def shares(**of: str) -> list[Account]:
    """Return the rows of account A-5, split by share: C_1="60" is 60 % of C-1."""
    rows = (of or {name.replace("-", "_"): share for name, share in SHARES.items()}).items()
    return [account(name.replace("_", "-"), split_by="share", share=Decimal(share)) for name, share in rows]


def tagged(**of: str) -> list[Account]:
    """Return the rows of account A-5, split by tag: C_1="web" is what bears web."""
    return [
        account(name.replace("_", "-"), split_by="tag", tag="team", value=value) for name, value in of.items()
    ]


def shared(key: str = "c1", cost: str = "100.00", **given: Any) -> Charge:
    return charge(key, cost, customer_key="A-5", **given)


def parts(one: Charge, accounts: list[Account], **given: Any) -> dict[str, str]:
    """Return what each customer gets of a charge."""
    found = split([one], books(accounts=accounts, **given))
    return {part.share_of: str(part.billed_cost.normalize()) for part in found}


@pytest.mark.parametrize(
    ("one", "accounts", "expected"),
    [
        pytest.param(shared(), shares(), {"C-1": "6E+1", "C-2": "4E+1"}, id="by share"),
        pytest.param(
            shared(cost="0.01"),
            shares(C_1="33.33", C_2="66.67"),
            {"C-1": "0.003333", "C-2": "0.006667"},
            id="a cent is split exactly",
        ),
        pytest.param(shared(cost="-5"), shares(), {"C-1": "-3", "C-2": "-2"}, id="a credit too"),
        pytest.param(
            shared(category=Category.TAX), shares(), {"": "1E+2"}, id="the vendor's tax is nobody's part"
        ),
        pytest.param(charge(), shares(), {"": "1E+2"}, id="an account that is not shared"),
        pytest.param(shared(split_value="Web"), tagged(C_1="web", C_2="app"), {"C-1": "1E+2"}, id="by tag"),
        pytest.param(
            shared(split_value="db"), tagged(C_1="web", C_2=""), {"C-2": "1E+2"}, id="the rest by tag"
        ),
        pytest.param(
            shared(split_value="db"), tagged(C_1="web", C_2="app"), {"": "1E+2"}, id="a value that nobody has"
        ),
        pytest.param(
            shared(period=None, billing_month="2026-07"),
            [
                *(replace(row, valid_through=day("6-30")) for row in shares()),
                account("C-2", valid_from=day("7-01")),
            ],
            {"": "1E+2"},
            id="after the days on which it was shared",
        ),
    ],
)
def test_whose_a_charge_is(one: Charge, accounts: list[Account], expected: dict[str, str]) -> None:
    assert parts(one, accounts) == expected


def test_what_a_contract_covers_is_not_divided() -> None:
    one = shared(subscription_id="k-1")
    assert parts(one, shares(), subscriptions=[contract("K-1")]) == {"C-1": "1E+2"}
    assert parts(one, shares(), subscriptions=[contract("K-1", customer="C-0")]) == {
        "C-1": "6E+1",
        "C-2": "4E+1",
    }


def test_seats_and_all_amounts_are_divided_alike() -> None:
    one = seats("c1", "10", JUNE, "50", customer_key="A-5", list_cost=Decimal(80))
    first, second = split([one], books(accounts=shares()))
    assert (first.quantity, first.list_cost, first.contracted_cost) == (Decimal(6), Decimal(48), None)
    assert (second.quantity, second.list_cost) == (Decimal(4), Decimal(32))


@given(
    st.decimals(Decimal(-10) ** 9, Decimal(10) ** 9, places=24),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
)
def test_the_parts_sum_to_the_whole(cost: Decimal, weights: list[int]) -> None:
    found = [Decimal(weight) / sum(weights) * 100 for weight in weights]
    rows = [account(f"C-{n}", split_by="share", share=share) for n, share in enumerate(found)]
    made = split([shared()._replace(billed_cost=cost)], books(accounts=rows))
    assert len(made) == len(rows)
    assert total(part.billed_cost for part in made) == cost
    assert split(made, books(accounts=rows)) == made  # parts are not split again


def test_every_part_has_its_fate_and_the_month_adds_up() -> None:
    charges = [shared("c1", "100.00"), shared("c2", "0.07", sku="X")]
    found = rate(charges, books(accounts=shares()), MONTH)
    fates = [(p.charge.key, p.customer, p.fate, str(p.charge.billed_cost.normalize())) for p in found.placed]
    assert sorted(fates) == [
        ("c1/C-1", "C-1", Fate.BILLED, "6E+1"),
        ("c1/C-2", "C-2", Fate.BILLED, "4E+1"),
        ("c2/C-1", "C-1", Fate.PARKED, "0.042"),
        ("c2/C-2", "C-2", Fate.PARKED, "0.028"),
    ]
    # 10 % markup on each part
    assert {line.customer: line.amount for line in found.lines} == {"C-1": Decimal(66), "C-2": Decimal(44)}


def test_a_value_that_nobody_has_is_parked_by_its_name() -> None:
    found = rate([shared(split_value="db"), shared("c2")], books(accounts=tagged(C_1="web")), MONTH)
    assert {(item.kind, item.what) for item in found.open_items} == {
        ("unknown account", "A-5, value db"),
        ("unknown account", "A-5, without a value"),
    }


WRONG = [
    pytest.param(
        shares(C_1="60", C_2="39"), "INP-032", "Share %", "come to 99 %.", id="a hundredth is nobody's"
    ),
    pytest.param(
        [*shares(), account("C-9", split_by="share", share=Decimal(5), valid_from=day("7-01"))],
        "INP-032",
        "Share %",
        "come to 105 % from 2026-07-01.",
        id="a third comes in later",
    ),
    pytest.param(
        [account("C-1", split_by="share", share=Decimal(0))],
        "INP-032",
        "Share %",
        "A share of 0 %",
        id="no part",
    ),
    pytest.param(
        [account("C-1", split_by="share")], "INP-031", "Share %", "has no Share %", id="which share"
    ),
    pytest.param([account("C-1", split_by="tag")], "INP-031", "Tag", "has no Tag", id="which tag"),
    pytest.param(
        [account("C-1", value="web")], "INP-031", "Value", "Value has no effect", id="a value for nothing"
    ),
    pytest.param(
        [*tagged(C_1="web"), account("C-2", split_by="resource_group", value="app")],
        "INP-033",
        "Split by",
        "split in two ways",
        id="by tag and by resource group",
    ),
    pytest.param(
        [account("C-1"), *tagged(C_2="web")],
        "INP-033",
        "Split by",
        "split in two ways",
        id="a whole and a part",
    ),
    pytest.param(
        tagged(C_1="web", C_2="WEB"),
        "INP-033",
        "Value",
        'gives "WEB" to C-1 and to C-2',
        id="one value twice",
    ),
    pytest.param(
        tagged(C_1="", C_2=""), "INP-033", "Value", "gives what has no row of its own", id="the rest twice"
    ),
    pytest.param(
        [*shares(C_1="50"), *shares(C_1="50")], "INP-033", "Customer", "two shares of C-1", id="two shares"
    ),
    pytest.param(
        [account("C-1"), account("C-2")], "INP-011", "Valid from", "C-1 and to C-2", id="two owners"
    ),
]


@pytest.mark.parametrize(("accounts", "code", "column", "said"), WRONG)
def test_rows_of_an_account_that_contradict(
    accounts: list[Account], code: str, column: str, said: str
) -> None:
    problem = next(iter(account_problems(accounts)))
    assert (problem.code, problem.place) == (code, Place("", "Accounts", 9, column))
    assert said in problem.sentence


def test_rows_of_an_account_that_agree() -> None:
    later = [replace(row, valid_from=day("7-01")) for row in tagged(C_1="web", C_2="")]
    earlier = [replace(row, valid_through=day("6-30")) for row in shares()]
    assert list(account_problems([*earlier, *later, account("C-3", valid_through=day("1-31"))])) != []
    assert list(account_problems([*earlier, *later])) == []
