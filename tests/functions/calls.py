"""Calls of every function that needs no run, and what they show: every host is asked the same.

The figures are worked out by hand; a blank cell is None, and days are shown as the numbers of a sheet.
"""

from typing import Any

from billow.functions import OMITTED
from tests.functions.ranges import CUSTOMERS, PRICES, PRODUCTS, day, table

JUNE = [day("2026-06-14"), day("2026-06-30"), day("2026-06-01"), day("2026-06-30")]
STEPS = [[[10.0], [None]], [[5.0], [4.0]]]
NO_DISCOUNTS = table("tblDiscounts")
NO_TIERS = table("tblTiers")
RATES = table("tblFx", {"Currency from": "USD", "Currency to": "EUR", "Date": JUNE[1], "Rate": 0.9})
CONTRACTS = table(
    "tblSubscriptions",
    {"Subscription": "S-1", "Customer": "C-1", "Product": "CARE", "Start": JUNE[2], "Quantity": 10.0},
)
CHANGES = table(
    "tblChanges",
    {"No": 1.0, "Subscription": "S-1", "Effective": JUNE[0], "Kind": "remove", "Quantity": 3.0},
)
# The functions whose answer has days: hosts that have a kind of their own for days show that.
WITH_DAYS = {"BILLOW_PERIODS", "BILLOW_QUOTE"}
CALLS: list[tuple[str, list[Any], Any]] = [
    ("BILLOW_PRORATE", [[[300.0], [None]], *JUNE],
     [[170.0], ["#BILLOW: amounts is blank; it is the amount of the whole cycle."]]),
    ("BILLOW_PRORATION", JUNE, [["17 of 30 days"]]),
    ("BILLOW_PERIODS", [day("2026-01-31"), day("2026-04-02"), "monthly"],
     [["From", "Through"], [day("2026-01-31"), day("2026-02-27")], [day("2026-02-28"), day("2026-03-30")],
      [day("2026-03-31"), day("2026-04-02")]]),
    ("BILLOW_RATE", [[[5.0, 12.0]], *STEPS, OMITTED, OMITTED, 1.0], [[20.0, 54.0]]),
    ("BILLOW_RATE", ["#N/A", *STEPS], [["#BILLOW: quantities is #N/A."]]),
    ("BILLOW_RATE_PARTS", [12.333, *STEPS],
     [["Part", "Amount"], ["10 x 5 EUR (up to 10)", 50.0], ["2.333 x 4 EUR (above)", 9.332],
      ["rounded half up from 59.332 to 59.33 EUR", -0.002]]),
    ("BILLOW_PRICE", ["C-1", [["CARE"], ["SOFA"]], JUNE[0], PRICES, CUSTOMERS, PRODUCTS],
     [[30.0], ["#BILLOW: There is no product SOFA on sheet Products."]]),
    ("BILLOW_QUOTE", ["C-2", "CARE", 2.0, *JUNE[:2], PRICES, NO_TIERS, NO_DISCOUNTS, CUSTOMERS, PRODUCTS],
     [["From", "Through", "Days", "Net", "Currency"], [JUNE[0], JUNE[1], "17 of 30 days", 34.0, "EUR"]]),
    ("BILLOW_SEATS", ["C-1", "CARE", [[JUNE[2]], [JUNE[0]]], CONTRACTS, CHANGES], [[10.0], [7.0]]),
    ("BILLOW_VAT", [[[10.02], [10.02], [5.0]], [[21.0], [21.0], [9.0]]],
     [["Category", "Rate", "Net", "VAT"], ["S", 9.0, 5.0, 0.45], ["S", 21.0, 20.04, 4.21]]),
    ("BILLOW_FX", [1000.0, "USD", "EUR", JUNE[1], RATES], [[900.0]]),
    ("BILLOW_ALLOCATE", [100.0, [[1.0], [1.0], [1.0]]], [[33.34], [33.33], [33.33]]),
    ("BILLOW_CHECK", ["yesterday"], [['#BILLOW: "yesterday" is not what Billow_Run says; name that cell.']]),
]  # fmt: skip
