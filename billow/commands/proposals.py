"""What a new workbook begins with: VAT, ledger and policy rows, and proposals from last month's reports.

A proposal is a start for a person, not a decision: accounts stay unconfirmed, so the movement gate asks
about each before anything is issued.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billow_rules import rule_files

from billow.charges import Category, Charge
from billow.problems import refuse_if_any
from billow.rating.bases import is_usage
from billow.workbook.rule_rows import read_rules

Rows = list[dict[str, Any]]

DEFAULT_MARKUP = Decimal(10)


def defaults() -> dict[str, Rows]:
    """Return the rows of the shipped rules: VAT codes and rules, accounts, charge policy."""
    found, problems = read_rules(rule_files("defaults"))
    refuse_if_any(problems)
    return {
        table: [{name: value for name, value in row.values.items() if value is not None} for row in rows]
        for table, rows in found.items()
    }


@dataclass(frozen=True)
class Proposal:
    """Rows and settings for a new workbook, and what was found in words."""

    tables: Mapping[str, Rows]
    settings: Mapping[str, str]
    said: tuple[str, ...]


def propose(charges: Sequence[Charge], reports: Sequence[str]) -> Proposal:
    """Return accounts, customers, products and SKU rules for what the reports name, and one markup."""
    base = _most(charge.currency for charge in charges) or "EUR"
    own = [charge for charge in charges if charge.category is not Category.TAX]
    customers, numbers = _customers(own, base)
    products, rules = _products(own)
    tables = {
        "tblCustomers": customers,
        "tblAccounts": _accounts(own, numbers),
        "tblProducts": products,
        "tblSkuRules": rules,
        "tblPrices": [
            {
                "Scope": "everyone", "Applies to": "all", "Model": "markup", "Base": "billed",
                "Price or %": DEFAULT_MARKUP, "Per": "unit", "Note": "Proposed; change it to your own",
            }
        ],
        "tblSources": [{"Path": path, "Active": "yes"} for path in reports],
    }  # fmt: skip
    counts = f"{len(customers)} customers, {len(tables['tblAccounts'])} accounts, {len(products)} products"
    said = (
        f"{counts} and one markup of {DEFAULT_MARKUP} % are proposed.",
        "Look them through: country and VAT number of each customer, and Confirmed by of each account.",
    )
    return Proposal(tables, {"base_currency": base}, said)


def _most(words: Iterable[str]) -> str:
    found = Counter(words).most_common(1)
    return found[0][0] if found else ""


def _account_keys(charges: Sequence[Charge]) -> list[tuple[str, str]]:
    return list(
        dict.fromkeys((charge.vendor, charge.customer_key) for charge in charges if charge.customer_key)
    )


def _name(charges: Sequence[Charge], key: tuple[str, str]) -> str:
    """Return the longest name the report gives an account, else the account itself."""
    own = [c for c in charges if (c.vendor, c.customer_key) == key]
    names = [c.customer_name or c.sub_account_name for c in own]
    return max((name for name in names if name), key=len, default=key[1])


def _customers(charges: Sequence[Charge], base: str) -> tuple[Rows, dict[tuple[str, str], str]]:
    """Propose one customer per name; accounts of the same name are taken for the same customer."""
    numbers: dict[tuple[str, str], str] = {}
    by_name: dict[str, str] = {}
    rows: Rows = []
    for key in _account_keys(charges):
        name = _name(charges, key)
        number = by_name.get(name.casefold())
        if number is None:
            number = by_name[name.casefold()] = f"C-{1001 + len(by_name)}"
            rows.append(
                _customer(number, name, [c for c in charges if (c.vendor, c.customer_key) == key], base)
            )
        numbers[key] = number
    return rows, numbers


def _customer(number: str, name: str, charges: Sequence[Charge], base: str) -> dict[str, Any]:
    currency = _most(charge.currency for charge in charges)
    country = _most(charge.customer_country for charge in charges if charge.customer_country)
    return {
        "Customer": number,
        "Name": name,
        "Status": "active",
        "Country": country or "NL",
        "Currency": "" if currency == base else currency,
        "Note": "Proposed from the report" + ("" if country else "; country assumed"),
    }


def _accounts(charges: Sequence[Charge], numbers: Mapping[tuple[str, str], str]) -> Rows:
    return [
        {"Vendor": key[0], "Account": key[1], "Name in report": _name(charges, key), "Customer": numbers[key]}
        for key in _account_keys(charges)
    ]


def _products(charges: Sequence[Charge]) -> tuple[Rows, Rows]:
    """Propose a product per licence article, and per service of pay-per-use."""
    products: dict[str, dict[str, Any]] = {}
    rules: dict[tuple[str, str, str], dict[str, Any]] = {}
    for charge in charges:
        usage = is_usage(charge) or not charge.sku
        match, word = ("service", charge.service) if usage else ("sku", charge.sku)
        if not word:
            match, word = ("vendor", "") if not charge.sku else ("sku", charge.sku)
        if (charge.vendor, match, word.casefold()) in rules:
            continue
        text = (charge.service if match == "service" else charge.description) or f"{charge.vendor} services"
        code = _free(_code(charge.vendor, text), text, products)
        products.setdefault(code, _product(code, text, charge.vendor, usage=usage))
        rules[charge.vendor, match, word.casefold()] = {
            "Vendor": charge.vendor,
            "Match": match,
            "SKU": word,
            "Product": code,
        }
    return list(products.values()), list(rules.values())


def _product(code: str, text: str, vendor: str, *, usage: bool) -> dict[str, Any]:
    return {
        "Product": code,
        "Text": text,
        "Vendor": vendor,
        "Unit": "" if usage else "licence",
        "Show per": "product" if usage else "subscription",
        "VAT class": "services",
        "Revenue group": "usage" if usage else "licences",
    }


def _free(code: str, text: str, products: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the code, or the next free one where it stands for something else.

    >>> _free("S3", "S3!", {"S3": {"Text": "S3"}})
    'S3-2'
    """
    found, count = code, 1
    while found in products and products[found]["Text"] != text:
        count += 1
        found = f"{code}-{count}"
    return found


def _code(vendor: str, text: str) -> str:
    """Return a product code of letters, digits and dashes.

    >>> _code("Microsoft", "Microsoft 365 E5"), _code("AWS", "Amazon S3")
    ('MICROSOFT-365-E5', 'AWS-AMAZON-S3')
    """
    words = "".join(letter if letter.isalnum() else " " for letter in text.upper()).split()
    lead = "".join(letter if letter.isalnum() else " " for letter in vendor.upper()).split()
    return "-".join(words if words[:1] == lead[:1] else [*lead, *words])
