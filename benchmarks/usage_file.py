"""A FOCUS-like report of any size, made by seeded SQL: 65 columns, 500 customers, 75 000 lines to be.

The columns are FOCUS 1.2's 57, six of 1.3, and a customer's id and name. Costs and quantities carry ten
decimals; each row belongs to one of 75 000 groups of customer, account and SKU; one group in 200 is a
negative correction. The same row number always makes the same row.

All columns are text, but in ``.typed.parquet`` amounts are decimals and moments are timestamps, as vendors
write Parquet, and in ``.nested.parquet`` tags are a map and price details a struct besides.

>>> len(HEADER)
65
"""

from pathlib import Path

import duckdb

CUSTOMERS, ACCOUNTS, SKUS, GROUPS = 500, 1_250, 300, 75_000
MONTH = "2026-05"

# Each column and the SQL of its text; i is the row, g its group, a its account, c its customer, s its SKU,
# d its day and h a number that looks random.
_COLUMNS = {
    "ProviderName": "'Contoso Cloud'",
    "PublisherName": "CASE WHEN s % 10 = 0 THEN 'Publisher ' || s ELSE 'Contoso Cloud' END",
    "InvoiceIssuerName": "'Contoso Cloud'",
    "InvoiceId": "'INV-2026-05-' || lpad(CAST(c % 5 AS VARCHAR), 4, '0')",
    "BillingAccountId": "'100000000001'",
    "BillingAccountName": "'Reseller payer account'",
    "BillingAccountType": "'Billing Account'",
    "SubAccountId": "'2' || lpad(CAST(a AS VARCHAR), 11, '0')",
    "SubAccountName": "'account-' || a",
    "SubAccountType": "'Sub Account'",
    "BillingPeriodStart": "'2026-05-01T00:00:00Z'",
    "BillingPeriodEnd": "'2026-06-01T00:00:00Z'",
    "ChargePeriodStart": "strftime(DATE '2026-05-01' + d, '%Y-%m-%dT00:00:00Z')",
    "ChargePeriodEnd": "strftime(DATE '2026-05-01' + d + 1, '%Y-%m-%dT00:00:00Z')",
    "ChargeCategory": "'Usage'",
    "ChargeClass": "CASE WHEN g % 200 = 0 THEN 'Correction' END",
    "ChargeDescription": "'Usage of meter ' || s || ', on demand'",
    "ChargeFrequency": "'Usage-Based'",
    "BilledCost": "CAST(cost AS VARCHAR)",
    "EffectiveCost": "CAST(cost AS VARCHAR)",
    "ListCost": "CAST(list_cost AS VARCHAR)",
    "ContractedCost": "CAST(cost AS VARCHAR)",
    "ListUnitPrice": "CAST(CAST((s + 1) * 0.0125 AS DECIMAL(18, 10)) AS VARCHAR)",
    "ContractedUnitPrice": "CAST(CAST((s + 1) * 0.0100 AS DECIMAL(18, 10)) AS VARCHAR)",
    "PricingCategory": "'Standard'",
    "PricingQuantity": "CAST(quantity AS VARCHAR)",
    "PricingUnit": "unit",
    "PricingCurrency": "'EUR'",
    "PricingCurrencyContractedUnitPrice": "CAST(CAST((s + 1) * 0.0100 AS DECIMAL(18, 10)) AS VARCHAR)",
    "PricingCurrencyEffectiveCost": "CAST(cost AS VARCHAR)",
    "PricingCurrencyListUnitPrice": "CAST(CAST((s + 1) * 0.0125 AS DECIMAL(18, 10)) AS VARCHAR)",
    "BillingCurrency": "'EUR'",
    "ConsumedQuantity": "CAST(quantity AS VARCHAR)",
    "ConsumedUnit": "unit",
    "ServiceName": "'Service ' || s % 40",
    "ServiceCategory": "CASE WHEN s % 3 = 0 THEN 'Compute' ELSE 'Storage' END",
    "ServiceSubcategory": "'Other'",
    "SkuId": "'SKU-' || lpad(CAST(s AS VARCHAR), 5, '0')",
    "SkuMeter": "'Meter ' || s",
    "SkuPriceId": "'PRICE-' || lpad(CAST(s AS VARCHAR), 5, '0')",
    "SkuPriceDetails": "'{\"InstanceSeries\":\"M' || s % 9 || '\",\"CoreCount\":' || s % 64 || '}'",
    "ResourceId": "'/accounts/' || a || '/resources/' || md5(CAST(g * 8 + h % 8 AS VARCHAR))",
    "ResourceName": "'resource-' || (g * 8 + h % 8)",
    "ResourceType": "'Type ' || s % 30",
    "RegionId": "'region-' || a % 12",
    "RegionName": "'Region ' || a % 12",
    "AvailabilityZone": "'zone-' || a % 3",
    "CommitmentDiscountId": "NULL",
    "CommitmentDiscountName": "NULL",
    "CommitmentDiscountCategory": "NULL",
    "CommitmentDiscountType": "NULL",
    "CommitmentDiscountStatus": "NULL",
    "CommitmentDiscountQuantity": "NULL",
    "CommitmentDiscountUnit": "NULL",
    "CapacityReservationId": "NULL",
    "CapacityReservationStatus": "NULL",
    "Tags": '\'{"Environment":"prod","CostCenter":"cc-\' || c || \'","Owner":"team-\' || a % 20 || \'"}\'',
    "ServiceProviderName": "'Contoso Cloud'",
    "HostProviderName": "'Contoso Cloud'",
    "AllocatedMethodId": "NULL",
    "AllocatedMethodDetails": "NULL",
    "AllocatedResourceId": "NULL",
    "AllocatedResourceName": "NULL",
    "x_CustomerId": "'C' || lpad(CAST(c AS VARCHAR), 4, '0')",
    "x_CustomerName": "'Müller & Söhne ' || c",
}
HEADER = tuple(_COLUMNS)
DECIMALS = {name for name in HEADER if name.endswith(("Cost", "UnitPrice", "Quantity"))}
MOMENTS = {name for name in HEADER if "Period" in name}
NESTED = {
    "SkuPriceDetails": "{'InstanceSeries': 'M' || s % 9, 'CoreCount': s % 64}",
    "Tags": "MAP {'Environment': 'prod', 'CostCenter': 'cc-' || c, 'Owner': 'team-' || a % 20}",
}
_ROWS = """
SELECT *, CAST(cost * 1.25 AS DECIMAL(28, 10)) AS list_cost FROM (
  SELECT *, CAST(CAST(quantity AS DECIMAL(18, 10)) * (s + 1) * 0.01 AS DECIMAL(28, 10)) AS cost FROM (
    SELECT i, g, h, g % $accounts AS a, g % $accounts % $customers AS c,
      (g % $accounts * 7 + g // $accounts * 5) % $skus AS s, CAST(h % 31 AS INTEGER) AS d,
      CASE WHEN g % 3 = 0 THEN 'Hours' ELSE 'GB' END AS unit,
      CAST((CASE WHEN g % 200 = 0 THEN -1 ELSE 1 END) * ((h >> 8) % 1000000007) * 0.0000001003
        AS DECIMAL(18, 10)) AS quantity
    FROM (SELECT i, i % $groups AS g, CAST(hash(i) % 4294967296 AS BIGINT) AS h FROM range($rows) AS t(i))))
"""


def is_nested(path: Path) -> bool:
    """Tell whether a report has columns with maps and structs."""
    return ".nested" in path.suffixes


def write_report(path: Path, rows: int) -> None:
    """Write a report of so many rows to ``path``, as csv, csv.gz or Parquet of a kind by its ending."""
    sizes = {"accounts": ACCOUNTS, "customers": CUSTOMERS, "skus": SKUS, "groups": GROUPS, "rows": rows}
    rows_sql = _ROWS
    for name, size in sizes.items():
        rows_sql = rows_sql.replace(f"${name}", str(size))
    shown = ", ".join(f'{sql} AS "{name}"' for name, sql in _columns_of(path).items())
    how = "FORMAT parquet, COMPRESSION zstd" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {shown} FROM ({rows_sql})) TO '{path}' ({how})")  # noqa: S608


def _columns_of(path: Path) -> dict[str, str]:
    """Return the columns of a report and the SQL of their values, in the types of its kind."""
    columns = {name: f"CAST({sql} AS VARCHAR)" for name, sql in _COLUMNS.items()}
    if {".typed", ".nested"} & set(path.suffixes):
        columns |= {name: f"CAST({columns[name]} AS DECIMAL(38, 18))" for name in DECIMALS}
        columns |= {name: f"CAST({columns[name]} AS TIMESTAMP)" for name in MOMENTS}
    return columns | (NESTED if is_nested(path) else {})
