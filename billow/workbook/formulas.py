"""The calculated columns: one formula per column, in words of the sheet, nothing newer than SUMIFS.

Excel and LibreOffice both calculate them. The template and the writer use the same text.

>>> FORMULAS["tblMovement"]["Change"]
'tblMovement[[#This Row],[This month]]-tblMovement[[#This Row],[Last month]]'
"""

from collections.abc import Mapping
from typing import Any

from billow.rating.azure_plan import REPLACED_BY_DAILY

_OUTCOMES = {
    "Billed": "billed",
    "Contract": "contract",
    "Kept": "kept",
    "Tax": "tax",
    "Own use": "own use",
    "Parked": "parked",
    "Excluded": "excluded",
}


def here(table: str, column: str) -> str:
    """Return the reference to the cell of ``column`` in the formula's own row."""
    return f"{table}[[#This Row],[{column}]]"


def _sum(amount: str, table: str, where: dict[str, str]) -> str:
    criteria = ",".join(f"{table}[{column}],{value}" for column, value in where.items())
    return f"SUMIFS({table}[{amount}],{criteria})"


def _verdict(table: str, filled: str, difference: str) -> str:
    """OK or CHECK, and nothing in a row that is not filled in."""
    return f'IF({here(table, filled)}="","",IF({here(table, difference)}=0,"OK","CHECK"))'


def _share(table: str, part: str, whole: str) -> str:
    return f"IF({here(table, whole)}=0,0,{here(table, part)}/{here(table, whole)})"


def _proof_files() -> dict[str, str]:
    table = "tblProofFiles"

    def outcome(word: str) -> str:
        where = {
            "Import": here(table, "Import"),
            "Currency": here(table, "Currency"),
            "What became of it": f'"{word}"',
        }
        return _sum("Cost", "tblUsage", where)

    parts = f"{table}[[#This Row],[Billed]:[Excluded]]"
    return {
        **{column: outcome(word) for column, word in _OUTCOMES.items()},
        "Difference": f"ROUND({here(table, 'Imported')}-SUM({parts}),10)",
        "Result": _verdict(table, "Key", "Difference"),
    }


def _vendor_invoices() -> dict[str, str]:
    """Only the month that the sheets show has its charges on sheet Usage."""
    table = "tblVendorInvoices"
    where = {
        "Vendor": here(table, "Vendor"),
        "Month": here(table, "Period"),
        "Currency": here(table, "Currency"),
        "What became of it": '"<>tax"',
        # Monthly azure lines stand on the same invoice as the daily usage that is billed: counted once.
        "Why": f'"<>{REPLACED_BY_DAILY}"',
        "Invoiced to us": '"<>no"',
    }
    invoice, imported = here(table, "Invoice"), here(table, "Imported")
    all_of_month = _sum("Cost", "tblUsage", where)
    one = _sum("Cost", "tblUsage", {**where, "Invoice id": invoice})
    shown = f'IF({invoice}="",{all_of_month},{one})'
    return {
        "Imported": f'IF({here(table, "Period")}<>Billow_Period,"",{shown})',
        "Difference": f'IF({imported}="","",ROUND({here(table, "Net")}-{imported},10))',
    }


def _margin() -> dict[str, str]:
    table = "tblMargin"
    where = {column: here(table, column) for column in ("Customer", "Vendor", "Currency")}
    revenue, cost, kept = (here(table, column) for column in ("Revenue", "Cost", "Kept"))
    return {
        "Revenue": _sum("Amount", "tblLines", where),
        "Cost": _sum("Cost", "tblLines", where),
        "Margin": f"{revenue}-{cost}+{kept}",
        "Margin %": _share(table, "Margin", "Revenue"),
    }


def _on_dashboard(table: str) -> dict[str, str]:
    return {
        "Margin": _difference(table, "Revenue", "Cost"),
        "Margin %": _share(table, "Margin", "Revenue"),
    }


def _difference(table: str, left: str, right: str) -> str:
    return f"{here(table, left)}-{here(table, right)}"


FORMULAS: dict[str, dict[str, str]] = {
    # Left and Right differ per row: whoever writes the checks gives them.
    "tblChecks": {
        "Difference": f"ROUND({_difference('tblChecks', 'Left', 'Right')},10)",
        "Result": _verdict("tblChecks", "Check", "Difference"),
    },
    "tblProofFiles": _proof_files(),
    "tblProofCustomers": {
        "Missing": f"{_difference('tblProofCustomers', 'Expected', 'Billed')}"
        f"-{here('tblProofCustomers', 'Waived')}",
        "Result": _verdict("tblProofCustomers", "Customer", "Missing"),
    },
    "tblMovement": {
        "Change": _difference("tblMovement", "This month", "Last month"),
        "Change %": _share("tblMovement", "Change", "Last month"),
    },
    "tblVendorInvoices": _vendor_invoices(),
    "tblLines": {
        "Margin": _difference("tblLines", "Amount", "Cost"),
        "Margin %": _share("tblLines", "Margin", "Amount"),
    },
    "tblMargin": _margin(),
    **{table: _on_dashboard(table) for table in ("tblByMonth", "tblByVendor", "tblByCustomer")},
}

# The figures at the head of the dashboard, each a named cell.
CARDS = {
    "Billow_Month": 'IF(Billow_Period="","no month yet",Billow_Period)',
    "Billow_Revenue": "SUM(tblByCustomer[Revenue])",
    "Billow_Cost": "SUM(tblByCustomer[Cost])",
    "Billow_Margin": "Billow_Revenue-Billow_Cost",
    "Billow_Margin_Share": "IF(Billow_Revenue=0,0,Billow_Margin/Billow_Revenue)",
}

COMPANY = 'IF(Set_company="","Fill in on sheet Settings",Set_company)'

# One word for the whole workbook, shown on every sheet and tested before invoices are issued.
ALL_OK = (
    'IF(COUNTIF(tblChecks[Result],"CHECK")>0,"CHECK",IF(COUNTIF(tblChecks[Result],"OK")>0,"OK","not run"))'
)

_SAID = 110  # characters of a run's summary that fit on the front page; sheet Log has all of it


def _logged(column: str) -> str:
    """Return the reference to a cell of the last run, however the log is sorted."""
    return f"INDEX(tblLog[{column}],MATCH(MAX(tblLog[No]),tblLog[No],0))"


# The last run as the log has it: the command, its month and result; and when, by whom, and what came of it.
LAST_RUN = (
    f'IF(COUNT(tblLog[No])=0,"not run",{_logged("Command")}'
    f'&IF({_logged("Period")}="",""," "&{_logged("Period")})&": "&{_logged("Result")})'
)
LAST_RUN_SAID = (
    f'IF(COUNT(tblLog[No])=0,"",LEFT({_logged("When")},16)&" UTC, "&{_logged("Who")}&": "'
    f'&LEFT({_logged("Summary")},{_SAID})&IF(LEN({_logged("Summary")})>{_SAID},"…",""))'
)


def last_run(logged: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the two formulas of the last run show for a row of the log.

    >>> row = {"Command": "check", "Period": "2026-06", "Result": "done", "Summary": "24 drafts."}
    >>> last_run({**row, "When": "2026-07-08 09:12:44", "Who": "ada"})
    ('check 2026-06: done', '2026-07-08 09:12 UTC, ada: 24 drafts.')
    """
    command, month, result, when, who, said = (
        str(logged.get(name) or "") for name in ("Command", "Period", "Result", "When", "Who", "Summary")
    )
    shown = f"{said[:_SAID]}…" if len(said) > _SAID else said
    return f"{command}{month and f' {month}'}: {result}", f"{when[:16]} UTC, {who}: {shown}"
