"""Credits that stand in a list beside a gross cost, as Google writes them, or as one amount in a column.

A list is JSON, or what Python prints of one (single quotes, ``None``), as some exports hold it. An amount
is kept as it is written; a credit lowers the cost, so it is negative.

>>> read_credits("[{'name': 'Free trial', 'amount': -5e-06, 'type': 'PROMOTION'}]")
[Credit(amount='-5e-06', kind='PROMOTION', name='Free trial', customer_amount='')]
>>> read_credits("-1.50"), read_credits("[]"), read_credits("[{broken")
([Credit(amount='-1.50', kind='credit', name='', customer_amount='')], [], None)
"""

import ast
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Credit:
    """One credit of a row; amounts are text, to be read like every other number of the file."""

    amount: str
    kind: str = "credit"
    name: str = ""
    customer_amount: str = ""


def read_credits(cell: str) -> list[Credit] | None:
    """Return the credits in a cell; None where it is neither a list of credits nor an amount."""
    text = cell.strip()
    if not text.startswith("["):
        return [Credit(text)]
    found = _listed(text)
    if found is None or not all(isinstance(entry, dict) and "amount" in entry for entry in found):
        return None
    return [
        Credit(
            _text(entry["amount"]),
            _text(entry.get("type")) or "credit",
            _text(entry.get("name")),
            _text(entry.get("customer_amount")),
        )
        for entry in found
    ]


def _listed(text: str) -> list[dict[str, object]] | None:
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return None
    return found if isinstance(found, list) else None


def _text(value: object) -> str:
    return "" if value is None else str(value)
