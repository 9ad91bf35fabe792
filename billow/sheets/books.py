"""Rows of the input sheets as the values the core works with."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billow.catalog.cost_prices import CostPrice
from billow.catalog.discounts import Discount
from billow.catalog.exchange import ExchangeRate
from billow.catalog.list_prices import ListPrice, ListPrices
from billow.catalog.policy import ChargePolicy
from billow.catalog.prices import Price, Tier
from billow.catalog.products import Product, SkuRule
from billow.contracts.coterm import co_termed
from billow.contracts.credits import NEW_COMMERCE_HOURS
from billow.contracts.customers import Account, Customer
from billow.contracts.own_usage import OwnUsage
from billow.contracts.subscriptions import Adjustment, Change, Subscription
from billow.invoicing.vat import VatCode, VatRule
from billow.journal.ledger import LedgerRule
from billow.periods import Method, Period, inclusive
from billow.rating.books import Books, Decision
from billow.sheets.reading import Row
from billow.users.named import NamedUser


def books_of(
    rows: Mapping[str, Sequence[Row]],
    *,
    base_currency: str,
    proration: Method = Method.CALENDAR_DAYS,
    exclusion_limit: Decimal = Decimal(500),
    time_zone: str = "",
) -> Books:
    """Return the rows of the input sheets, by table, as values; a table that is not there has no rows."""

    def of(table: str) -> Sequence[Row]:
        return rows.get(table, ())

    tiers = _tiers(of("tblTiers"))
    return Books(
        base_currency=base_currency,
        proration=proration,
        exclusion_limit=exclusion_limit,
        time_zone=time_zone,
        customers=[_customer(row) for row in of("tblCustomers")],
        accounts=[_account(row) for row in of("tblAccounts")],
        products=[_product(row) for row in of("tblProducts")],
        sku_rules=[_sku_rule(row) for row in of("tblSkuRules")],
        prices=[_price(row, tiers) for row in of("tblPrices")],
        discounts=[_discount(row, tiers) for row in of("tblDiscounts")],
        policies=[_policy(row) for row in of("tblChargePolicy")],
        subscriptions=co_termed(_subscription(row) for row in of("tblSubscriptions") if row["Start"]),
        changes=[_change(row) for row in of("tblChanges") if row["Effective"]],
        adjustments=[_adjustment(row) for row in of("tblAdjustments") if row["Unit price"] is not None],
        own_usage=[_own_usage(row) for row in of("tblOwnUsage") if _has_days(row)],
        users=[_user(row) for row in of("tblUsers") if _has_days(row)],
        cost_prices=[_cost_price(row) for row in of("tblCostPrices") if row["Unit cost"] is not None],
        list_prices=ListPrices(tuple(_list_price(row) for row in of("tblListPrices"))),
        exchange_rates=[_rate(row) for row in of("tblFx") if row["Date"] and row["Rate"]],
        decisions=[
            Decision(row["Key"], _text(row, "Decision"), _text(row, "Reason"), _text(row, "Decided by"))
            for row in of("tblTodo")
        ],
    )


def _text(row: Row, column: str) -> str:
    value: Any = row[column]
    return "" if value is None else str(value).strip()


def _customer(row: Row) -> Customer:
    return Customer(
        customer=_text(row, "Customer"),
        name=_text(row, "Name"),
        status=row["Status"] or "active",
        group=_text(row, "Group"),
        address=_text(row, "Address"),
        postcode=_text(row, "Postcode"),
        city=_text(row, "City"),
        country=_text(row, "Country").upper(),
        vat_number=_text(row, "VAT no"),
        registration_number=_text(row, "Registration no"),
        email=_text(row, "E-mail"),
        buyer_reference=_text(row, "Buyer reference"),
        purchase_order=_text(row, "PO no"),
        payment_days=row["Payment days"],
        currency=_text(row, "Currency"),
        language=row["Language"] or "",
        plan=_text(row, "Plan"),
        cost_centre=_text(row, "Cost centre"),
        place=row.place,
        segment=_text(row, "Segment"),
        time_zone=_text(row, "Time zone"),
    )


def _account(row: Row) -> Account:
    return Account(
        vendor=_text(row, "Vendor"),
        account=_text(row, "Account"),
        customer=_text(row, "Customer"),
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
        confirmed_by=_text(row, "Confirmed by"),
        place=row.place,
        split_by=row["Split by"] or "",
        share=row["Share %"],
        tag=_text(row, "Tag"),
        value=_text(row, "Value"),
        bill_from=row["Bill from"] or "",
    )


def _product(row: Row) -> Product:
    texts = {language: _text(row, f"Text {language}") for language in ("nl", "de")}
    return Product(
        product=_text(row, "Product"),
        text=_text(row, "Text"),
        texts={language: text for language, text in texts.items() if text},
        vendor=_text(row, "Vendor"),
        family=_text(row, "Family"),
        unit=_text(row, "Unit"),
        proration=row["Proration"] or "",
        show_per=row["Show per"] or "subscription",
        vat_class=_text(row, "VAT class"),
        revenue_group=_text(row, "Revenue group"),
        place=row.place,
        on_increase=row["On increase"] or "now",
        on_decrease=row["On decrease"] or "now",
        change_style=row["Change style"] or "net_delta",
        refund=row["Refund"] or "",
        window_hours=NEW_COMMERCE_HOURS if row["Window hours"] is None else row["Window hours"],
        recognition=row["Recognition"] or "at_once",
        users_counted=row["Users counted"] or "days",
    )


def _sku_rule(row: Row) -> SkuRule:
    return SkuRule(
        _text(row, "Vendor"), row["Match"] or "sku", _text(row, "SKU"), _text(row, "Product"), row.place
    )


def _policy(row: Row) -> ChargePolicy:
    vendor, kind = _text(row, "Vendor"), _text(row, "Charge type")
    return ChargePolicy(vendor, kind, row["Policy"] or "bill", _text(row, "Reason"), row.place)


def _rate(row: Row) -> ExchangeRate:
    pair = (_text(row, "Currency from"), _text(row, "Currency to"))
    return ExchangeRate(*pair, row["Date"], row["Rate"], _text(row, "Source"))


def _tiers(rows: Sequence[Row]) -> dict[str, tuple[Tier, ...]]:
    """Return the tiers of each set, ascending, the open one last."""
    sets: dict[str, list[Tier]] = {}
    for row in rows:
        if row["Unit price"] is not None:
            fee = row["Flat fee"] or Decimal(0)
            tier = Tier(row["Up to"], row["Unit price"], fee, row["Package size"])
            sets.setdefault(_text(row, "Tier set"), []).append(tier)
    return {
        name: tuple(sorted(tiers, key=lambda tier: (tier.up_to is None, tier.up_to or 0)))
        for name, tiers in sets.items()
    }


def _price(row: Row, tiers: Mapping[str, tuple[Tier, ...]]) -> Price:
    return Price(
        price_id=f"row {row.number}",
        scope=row["Scope"] or "everyone",
        who=_text(row, "Who"),
        plan=_text(row, "Plan"),
        applies_to=row["Applies to"] or "product",
        product=_text(row, "Product"),
        term=_text(row, "Term"),
        billing=row["Billing"] or "",
        model=row["Model"] or "pass_through",
        base=row["Base"] or "billed",
        value=row["Price or %"] or Decimal(0),
        currency=_text(row, "Currency"),
        per=row["Per"] or "month",
        tiers=tiers.get(_text(row, "Tier set"), ()),
        price_date=row["Price date"] or "",
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
        place=row.place,
        segment=_text(row, "Segment"),
        market=_text(row, "Market"),
        included=row["Included"] or Decimal(0),
        minimum_quantity=row["Minimum quantity"] or Decimal(0),
        round_up_to=row["Round up to"],
        package_size=row["Package size"] or Decimal(1),
        fixed_fee=row["Fixed fee"] or Decimal(0),
        minimum=row["Minimum spend"],
        maximum=row["Maximum spend"],
        commitment=row["Commitment"],
        overage=row["Overage %"] or Decimal(0),
        counted_over=row["Counted over"] or "line",
        bundle=_text(row, "Bundle"),
    )


def _discount(row: Row, tiers: Mapping[str, tuple[Tier, ...]]) -> Discount:
    texts = {language: _text(row, f"Text {language}") for language in ("nl", "de")}
    return Discount(
        discount=_text(row, "Discount"),
        text=_text(row, "Text"),
        texts={language: text for language, text in texts.items() if text},
        on=row["On"] or "line",
        scope=row["Scope"] or "everyone",
        who=_text(row, "Who"),
        applies_to=row["Applies to"] or "all",
        what=_text(row, "What"),
        kind=row["Kind"] or "percent",
        value=row["Value"] or Decimal(0),
        currency=_text(row, "Currency"),
        bands=tiers.get(_text(row, "Tier set"), ()),
        condition=row["Condition"] or "",
        at_least=row["At least"] or Decimal(0),
        counted_of=_text(row, "Counted of"),
        counted_per=row["Counted per"] or "customer",
        order=row["Order"] or 0,
        exclusive=row["Combines"] == "alone",
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
        cap=row["Cap"],
        revenue_group=_text(row, "Revenue group"),
        place=row.place,
        units_given=row["Units given"],
    )


def _list_price(row: Row) -> ListPrice:
    return ListPrice(
        sku=_text(row, "SKU"),
        article=_text(row, "Article"),
        term=row["Term"] or "",
        billing=row["Billing"] or "",
        segment=_text(row, "Segment"),
        market=_text(row, "Market").upper(),
        currency=_text(row, "Currency"),
        up_to=row["Up to"],
        list_price=row["List price"] or Decimal(0),
        cost_price=row["Cost price"],
        unit=_text(row, "Unit"),
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
        source=_text(row, "Source"),
        place=row.place,
    )


def _subscription(row: Row) -> Subscription:
    return Subscription(
        subscription=_text(row, "Subscription"),
        customer=_text(row, "Customer"),
        product=_text(row, "Product"),
        billed_by=row["Billed by"] or "vendor",
        start=row["Start"],
        through=row["Term through"],
        term=_text(row, "Term"),
        quantity=Decimal(1) if row["Quantity"] is None else row["Quantity"],
        agreed_price=row["Agreed price"],
        currency=_text(row, "Currency"),
        billed_until=row["Billed until"],
        purchase_order=_text(row, "PO no"),
        status=row["Status"] or "active",
        billing=row["Billing"] or "monthly",
        in_arrears=row["Advance/arrears"] == "arrears",
        anchor_day=row["Anchor day"],
        at_term_end=row["At term end"] or "cancel",
        notice_by=row["Notice by"],
        trial_through=row["Trial through"],
        co_term_with=_text(row, "Co-term with"),
        replaces=_text(row, "Replaces"),
        place=row.place,
        order=_text(row, "Order"),
    )


def _change(row: Row) -> Change:
    return Change(
        number=row["No"] or row.number,
        subscription=_text(row, "Subscription"),
        effective=row["Effective"],
        kind=row["Kind"] or "",
        quantity=row["Quantity"],
        price=row["Price"],
        reported=row["Reported"],
        place=row.place,
        order=_text(row, "Order"),
    )


def _adjustment(row: Row) -> Adjustment:
    return Adjustment(
        number=row["No"] or row.number,
        customer=_text(row, "Customer"),
        billing_month=_text(row, "Month"),
        text=_text(row, "Text"),
        unit_price=row["Unit price"],
        quantity=Decimal(1) if row["Quantity"] is None else row["Quantity"],
        product=_text(row, "Product"),
        currency=_text(row, "Currency"),
        place=row.place,
    )


def _has_days(row: Row) -> bool:
    """Tell whether the row has a period; one that ends before it begins is told by the checks."""
    first, through = row["From"], row["Through"]
    return first is not None and (through is None or through >= first)


def _own_usage(row: Row) -> OwnUsage:
    return OwnUsage(
        number=row["No"] or row.number,
        customer=_text(row, "Customer"),
        product=_text(row, "Product"),
        period=inclusive(row["From"], row["Through"] or row["From"]),
        quantity=row["Quantity"] or Decimal(0),
        subscription=_text(row, "Subscription"),
        text=_text(row, "Text"),
        unit_cost=row["Unit cost"],
        month=_text(row, "Month"),
        place=row.place,
    )


def _cost_price(row: Row) -> CostPrice:
    return CostPrice(
        vendor=_text(row, "Vendor"),
        article=_text(row, "Article"),
        cost=row["Unit cost"],
        currency=_text(row, "Currency").upper(),
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
    )


def _user(row: Row) -> NamedUser:
    through = row["Through"]
    return NamedUser(
        customer=_text(row, "Customer"),
        product=_text(row, "Product"),
        key=_text(row, "User"),
        period=inclusive(row["From"], through) if through else Period(row["From"], date.max),
        name=_text(row, "Name"),
        counts=row["Counted"] != "no",
        place=row.place,
    )


def vat_rule(row: Row) -> VatRule:
    """Return a row of the VAT rules."""
    where, what = row["Country"] or "", row["Class"] or "*"
    return VatRule(where, row["VAT number"], what, row["VAT code"] or "", row.place)


def vat_code(row: Row) -> VatCode:
    """Return a row of sheet VAT."""
    texts = {language: _text(row, f"Text {language}") for language in ("nl", "de")}
    return VatCode(
        code=_text(row, "Code"),
        category=row["Category"] or "",
        rate=row["Rate"] or Decimal(0),
        valid_from=row["Valid from"],
        valid_through=row["Valid through"],
        text=_text(row, "Text"),
        texts={language: text for language, text in texts.items() if text},
        vatex=_text(row, "VATEX"),
        place=row.place,
    )


def ledger_rule(row: Row) -> LedgerRule:
    """Return a row of the ledger mapping."""
    return LedgerRule(
        revenue_group=_text(row, "Revenue group") or "*",
        customer_group=_text(row, "Customer group") or "*",
        vat_code=_text(row, "VAT code") or "*",
        debtor_account=_text(row, "Debtor account"),
        revenue_account=_text(row, "Revenue account"),
        vat_account=_text(row, "VAT account"),
        cost_centre=_text(row, "Cost centre"),
        journal=_text(row, "Journal") or "VRK",
        deferred_revenue=_text(row, "Deferred revenue"),
        place=row.place,
    )
