"""The columns of the charge store: FOCUS 1.4 names, and ours with the ``x_`` that FOCUS asks for.

Timestamps are UTC dates, ends exclusive; money and quantities are DECIMAL(38, 24), as delivered, never
recomputed. Source of names and meanings: FOCUS 1.4, Cost and Usage dataset.

>>> [column.name for column in COLUMNS if column.type is ColumnType.INTEGER]
['x_SourceRow', 'x_RowHash']
"""

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a column holds: text (identifiers too), a date, an exact number, a count, or yes/no."""

    TEXT = "text"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """A column of the store: its name, what it holds, and whether rows are told apart by it."""

    name: str
    type: ColumnType


_NAMES = {
    ColumnType.TEXT: (
        # who sells, which bill
        "ServiceProviderName InvoiceIssuerName HostProviderName x_PublisherName BillingAccountId "
        "BillingAccountName InvoiceId InvoiceDetailId x_InvoiceMonth "
        # whose charge
        "x_CustomerKey x_CustomerName x_CustomerCountry x_ResellerId SubAccountId SubAccountName "
        "SubAccountType "
        # what kind
        "ChargeCategory ChargeClass ChargeFrequency ChargeDescription x_ChargeType x_ProrationKind "
        "x_ReferenceId x_SplitFrom x_CreditType "
        # of what
        "ServiceName ServiceCategory SkuId SkuPriceId SkuMeter SkuPriceDetails x_Term x_BillingFrequency "
        "ResourceId ResourceName RegionId Tags "
        # counted and priced in
        "ConsumedUnit PricingUnit BillingCurrency PricingCurrency CommitmentDiscountId "
        "CommitmentDiscountStatus x_SubscriptionId x_PurchaseOrder "
        # where from
        "x_ImportId x_FormatId x_SourceFile x_SourceSha256"
    ),
    ColumnType.DATE: (
        "BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd x_ExchangeRateDate "
        "x_SubscriptionStart x_SubscriptionEnd"
    ),
    ColumnType.DECIMAL: (
        "ConsumedQuantity PricingQuantity ListUnitPrice ContractedUnitPrice ListCost ContractedCost "
        "BilledCost EffectiveCost x_ExchangeRate x_PartnerCreditRate x_RebilledCost"
    ),
    ColumnType.INTEGER: "x_SourceRow x_RowHash",
    ColumnType.BOOLEAN: "x_IsEstimate x_IsProforma x_IsUnknownType",
}

COLUMNS: tuple[Column, ...] = tuple(
    Column(name, kind) for kind, names in _NAMES.items() for name in names.split()
)

# What a row says, apart from where it came from; x_RowHash is made of it.
CONTENT: tuple[str, ...] = tuple(
    column.name
    for column in COLUMNS
    if column.name not in "x_ImportId x_SourceFile x_SourceSha256 x_SourceRow x_SplitFrom x_RowHash".split()
)
HASH_OFFSET = 2**63  # brings 64 bits without a sign to a signed number, which every engine knows
