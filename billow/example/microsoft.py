"""Partner Center's reconciliation file of new-commerce lines for one invoice.

Microsoft cuts amounts off, and where it does is documented: a licence line is
ROUNDDOWN(EffectiveUnitPrice x PCToBCExchangeRate, 2) x BillableQuantity, a usage line
ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice x BillableQuantity, 2) x PCToBCExchangeRate, 2), and Total is
Subtotal + TaxTotal. Source: Microsoft, "Use the reconciliation files".

>>> licence_subtotal(Decimal("13.933333333333"), Decimal(1), Decimal(5))
Decimal('69.65')
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billow.example.azure import (
    INVOICE,
    PARTNER,
    PARTNER_MPN,
    RATE,
    RATE_DAY,
    Meter,
    plan_of,
    us_date,
    used,
)
from billow.example.parties import MONTH, SEED, Account, accounts, guid
from billow.example.seats import SeatCharge, charges, ordinary, scripted
from billow.example.tables import Row, columns, csv_text, rows
from billow.money import Rounding, rounded
from billow.periods import Period, inclusive

ODD_CUSTOMER = "C-1017"  # the one whose azure plan lines are not the sum of the daily file
ODD_AMOUNT = Decimal("4.37")
_TAX = Decimal("0.21")
_TERMS = {
    ("P1M", False): "One-Month commitment for monthly billing",
    ("P1Y", False): "One-Year commitment for monthly/yearly billing",
    ("P1Y", True): "One-Year commitment for yearly billing",
    ("P3Y", False): "Three-3 Years commitment for monthly/yearly billing",
}


def licence_subtotal(price: Decimal, rate: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of a licence line: the price is cut off, then multiplied."""
    return rounded(price * rate, 2, Rounding.DOWN) * quantity


def usage_subtotal(price: Decimal, rate: Decimal, quantity: Decimal) -> Decimal:
    """Return the amount of a usage line: cut off in dollars, and once more in euros."""
    return rounded(rounded(price * quantity, 2, Rounding.DOWN) * rate, 2, Rounding.DOWN)


def lines(seed: int = SEED) -> list[Row]:
    """Return the lines of the invoice, customer by customer."""
    seats = [charge for one in (*scripted(), *ordinary(seed)) for charge in charges(one)]
    found = [_seat_line(charge) for charge in seats]
    found += [_one_off(row) for row in rows("oneoffs")] + _azure_lines(seed)
    order = {account.key: number for number, account in enumerate(accounts("Microsoft"))}
    return sorted(found, key=lambda line: order[line["CustomerId"]])


def report(seed: int = SEED) -> bytes:
    """Return the file as the portal delivers it: byte order mark, CRLF, dates month first."""
    return csv_text(columns("recon"), lines(seed), "\r\n").encode("utf-8-sig")


def _line(account: Account, subtotal: Decimal, period: Period, **cells: str) -> Row:
    """Return what every line has, and ``cells``; the ids of orders follow from what is charged."""
    tax = rounded(subtotal * _TAX, 2, Rounding.HALF_UP)
    order = guid(account.key, cells["SubscriptionId"], "order").replace("-", "")
    return {
        "PartnerId": PARTNER,
        "CustomerId": account.key,
        "CustomerName": account.name,
        "CustomerDomainName": account.domain,
        "CustomerCountry": account.country,
        "InvoiceNumber": INVOICE,
        "MpnId": PARTNER_MPN,
        "Tier2MpnId": "0",
        "OrderId": order[:12],
        "OrderDate": us_date(period.start),
        "AvailabilityId": f"DZH318Z0{order[12:16].upper()}",
        "AlternateId": order[16:28],
        "ProductName": cells["SkuName"],
        "Subtotal": f"{subtotal:.2f}",
        "TaxTotal": f"{tax:.2f}",
        "Total": f"{subtotal + tax:.2f}",
        "Currency": "EUR",
        "PublisherName": "Microsoft",
        "SubscriptionDescription": cells["SkuName"],
        "ChargeStartDate": us_date(period.start),
        "ChargeEndDate": us_date(period.through),
        "PricingCurrency": "EUR",
        "PCToBCExchangeRate": "1",
        "PCToBCExchangeRateDate": us_date(RATE_DAY),
        "SubscriptionStartDate": us_date(period.start),
        "SubscriptionEndDate": us_date(period.through),
        "ProductCategory": "license-based",
    } | cells


def _seat_line(charge: SeatCharge) -> Row:
    seats, licence, term = charge.seats, charge.seats.licence, charge.seats.running_term
    changed = charge.kind == seats.change
    reference = guid(seats.customer, seats.change)
    return _line(
        seats.account,
        licence_subtotal(charge.price, Decimal(1), Decimal(charge.quantity)),
        charge.period,
        ProductId=licence.product_id,
        SkuId=licence.sku_id,
        SkuName=licence.name,
        ChargeType=charge.kind,
        UnitPrice=str(seats.unit_price()),
        Quantity=str(abs(charge.quantity)),
        BillableQuantity=str(charge.quantity),
        EffectiveUnitPrice=str(charge.price),
        PriceAdjustmentDescription='["Price for given billing period"]' if changed else "",
        SubscriptionId=seats.subscription,
        TermAndBillingCycle=_TERMS[seats.term, seats.yearly],
        BillingFrequency="Annual" if seats.yearly else "Monthly",
        SubscriptionStartDate=us_date(term.start),
        SubscriptionEndDate=us_date(term.through),
        ReferenceId=reference if charge.kind == "convert" else "",
    )


def _one_off(row: Row) -> Row:
    """Return a line of the table ``oneoffs``: a trial, a marketplace product, a reservation, a credit."""
    account = next(one for one in accounts("Microsoft") if one.customer == row["Customer"])
    first, through = (date.fromisoformat(row[name]) for name in ("ChargeStartDate", "ChargeEndDate"))
    cells = {name: row[name] for name in row if name != "Customer" and not name.endswith("Date")}
    price, rate = Decimal(row["EffectiveUnitPrice"]), Decimal(row["PCToBCExchangeRate"])
    subscription = (
        plan_of(account) if row["SkuName"] == "Azure plan" else guid(row["Customer"], row["SkuName"])
    )
    subtotal = licence_subtotal(price, rate, Decimal(row["BillableQuantity"]))
    return _line(account, subtotal, inclusive(first, through), **(cells | {"SubscriptionId": subscription}))


def _azure_lines(seed: int) -> list[Row]:
    """Return the monthly totals per meter: the sum of the daily file, for all customers but one."""
    quantities: dict[tuple[Account, str], Decimal] = defaultdict(Decimal)
    totals: dict[tuple[Account, str], Decimal] = defaultdict(Decimal)
    meters: dict[str, Meter] = {}
    for use in used(seed):
        name = use.meter.row["Meter"]
        meters[name] = use.meter
        quantities[use.account, name] += use.quantity
        totals[use.account, name] += use.total
    odd = next(key for key in totals if key[0].customer == ODD_CUSTOMER)
    totals[odd] += ODD_AMOUNT
    return [_azure_line(key[0], meters[key[1]], quantities[key], totals[key]) for key in totals]


def _azure_line(account: Account, meter: Meter, quantity: Decimal, total: Decimal) -> Row:
    price = price_for(total, quantity)
    meter_name = f"{meter.row['Category']} - {meter.row['Name']} - EU West"
    earned = f'["{meter.credit}.0% Partner earned credit for services managed"]' if meter.credit else ""
    return _line(
        account,
        usage_subtotal(price, RATE, quantity),
        MONTH,
        ProductId="DZH318Z0BNZ5",
        SkuId=meter.row["SkuId"],
        SkuName=f"Azure plan {meter.row['Category']}",
        ChargeType="new",
        UnitPrice=str(meter.list_price),
        Quantity="1",
        BillableQuantity=str(quantity),
        EffectiveUnitPrice=str(price),
        PriceAdjustmentDescription=earned,
        SubscriptionDescription="Azure plan",
        SubscriptionId=plan_of(account),
        TermAndBillingCycle=meter_name,
        UnitType=meter.row["Unit"],
        PricingCurrency="USD",
        PCToBCExchangeRate=str(RATE),
        MeterDescription=meter_name,
        ProductCategory="usage-based",
    )


def price_for(total: Decimal, quantity: Decimal) -> Decimal:
    """Return the least unit price (12 decimals) whose usage line comes to ``total`` euros.

    A month is not its days multiplied out: every day was cut off to the cent. The unit price of the
    monthly line absorbs that, as Microsoft's averaged prices do.

    >>> usage_subtotal(price_for(Decimal("110.29"), Decimal("612.4167")), RATE, Decimal("612.4167"))
    Decimal('110.29')
    """
    cents = -(-Fraction(total) * 100 // Fraction(RATE))
    dollars = Fraction(cents) / 100
    steps = -(-dollars * 10**12 // Fraction(quantity))
    return Decimal(int(steps)).scaleb(-12)
