"""The workbooks that finance opens: ``Billing.xlsx`` and, above 25 invoices, ``Invoices.xlsx``.

Both are built by ``python -m billow.workbook.template`` and are never edited by hand.

>>> template("Billing").name
'Billing.xlsx'
"""

from pathlib import Path


def template(name: str) -> Path:
    """Return where the template of that name lies; ``FileNotFoundError`` when there is none."""
    path = Path(__file__).with_name(f"{name}.xlsx")
    if not path.is_file():
        raise FileNotFoundError(path.name)
    return path
