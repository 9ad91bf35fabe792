"""A thing in the data that a person must look at: code, sentence, place, hint.

A mistake in the data is a value. It is collected, sorted by sheet and row and shown, all of them in
one run; it is never a traceback. An exception is a bug of ours or a refused read or write.

>>> place = Place("Billing.xlsx", sheet="Prices", row=41, column="Currency")
>>> problem = Problem("PRC-001", 'There is no price for "Microsoft 365 E5".', place, "Add a row.")
>>> print(problem)
PRC-001  There is no price for "Microsoft 365 E5".
  where   Billing.xlsx, sheet Prices, row 41, column Currency
  hint    Add a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem holds up.

    ``STOP``: the command ends and nothing is written. ``BLOCK``: work goes on, the documents it touches
    cannot be issued. ``NOTE``: worth knowing, holds up nothing.
    """

    STOP = "stop"
    BLOCK = "block"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Place:
    """Where the thing stands: a file, and in it a sheet, a row (1 is the first) and a column's header."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        named = (
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        return ", ".join(part for part in named if part)


NOWHERE = Place()


@dataclass(frozen=True)
class Problem:
    """One thing to look at. ``sentence`` makes sense alone: in a cell it is all that a clerk sees.

    ``customer`` limits a BLOCK to that customer's documents; empty, it holds up the whole run.
    """

    code: str
    sentence: str
    place: Place = NOWHERE
    hint: str = ""
    severity: Severity = Severity.STOP
    customer: str = ""

    def __post_init__(self) -> None:
        if self.code not in MEANINGS:
            raise KeyError(f"problem code {self.code} has no line in MEANINGS")

    def __str__(self) -> str:
        lines = [f"{self.code}  {self.sentence}"]
        if where := str(self.place):
            lines.append(f"  where   {where}")
        if self.hint:
            lines.append(f"  hint    {self.hint}")
        return "\n".join(lines)


class Refused(Exception):  # noqa: N818 - a refusal is not an error of the program
    """A command ends here: these problems stop it.

    Nothing was written, unless ``done`` says in words what was, before the rest was refused.
    """

    def __init__(self, problems: Iterable[Problem], done: str = "") -> None:
        self.problems = in_order(problems)
        self.done = done
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, each once, what stops first, then by file, sheet, row, column and code."""
    weight = {Severity.STOP: 0, Severity.BLOCK: 1, Severity.NOTE: 2}
    return tuple(
        sorted(set(problems), key=lambda p: (weight[p.severity], p.place, p.code, p.sentence, p.customer))
    )


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Raise ``Refused`` when one of the problems is a STOP; it then carries all of them."""
    found = in_order(problems)
    if any(problem.severity is Severity.STOP for problem in found):
        raise Refused(found)


# Every code that exists, with what it means; docs/manual/problems.md is made from this table, and a test
# proves that each code is provoked by a test. The prefix names the part of the work it belongs to.
MEANINGS: dict[str, str] = {
    # reading a vendor's report
    "IMP-001": "a report cannot be opened: missing, damaged, locked or of a kind that is not read",
    "IMP-002": "a report is cut off, or a line has too few or too many fields",
    "IMP-003": "no report format matches the header of a file",
    "IMP-004": "two report formats match the header of a file equally well",
    "IMP-005": "a column that the format needs is missing",
    "IMP-006": "a report has columns that no format knows; they are left out",
    "IMP-007": "a cell cannot be read; the row is kept without it",
    "IMP-008": "an amount billed cannot be read",
    "IMP-009": "a number has more digits than can be kept exactly",
    "IMP-010": "it is not clear whether the comma or the point is the decimal sign",
    "IMP-011": "it is not clear whether the day or the month comes first",
    "IMP-012": "a charge type is not in the value map",
    "IMP-013": "the charges read do not sum to the total column of the file",
    "IMP-014": "a file is of another month than the one being billed",
    "IMP-015": "a file is not written in UTF-8; it was read in another encoding",
    "IMP-016": "header rows repeated inside a file were left out",
    "IMP-017": "charges name no currency",
    "IMP-018": "an archive or workbook is refused: several reports in it, too large unpacked, or hostile",
    "IMP-019": "a report has a header and no rows",
    "IMP-020": "rows have an empty amount; they count as zero",
    "IMP-021": "the mapping names a transform that does not exist",
    "IMP-022": "the mapping names a column to fill that does not exist",
    "IMP-023": "the mapping names a report format that does not exist",
    "IMP-024": "a report format maps no column to the amount",
    "IMP-025": "the mapping names a value map that does not exist",
    "IMP-026": "a transform has a wrong argument or the wrong kind of result",
    "IMP-027": "a report format has a wrong entry",
    "IMP-028": "a report holds charges of several billing months",
    "IMP-030": "a stored set of charges does not agree with what was recorded at its import",
    "IMP-031": "a stored set of charges or an archived report is missing or cannot be read",
    "IMP-032": "the catalogue of imports is missing or cannot be read",
    "IMP-041": "a file is not a price list of Microsoft",
    "IMP-042": "a price list gives one article two prices from the same day",
    "IMP-043": "the steps of a price in a price list do not follow each other",
    "IMP-044": "a price of a price list was left out: its term, billing plan, dates or steps cannot be used",
    "IMP-050": "amounts of a report are not what its format says: sign, unit, or tax inside",
    "IMP-051": "a report is Azure's amortized cost, which is never added to the actual cost",
    "IMP-052": "a report names a currency that does not exist",
    "IMP-053": "a report names no day and no month",
    "IMP-054": "a file is a known report that holds no charges",
    "IMP-055": "a file is empty",
    "IMP-057": "a column that a format reads is gone; what it fills stays empty",
    "IMP-058": "no column of a report looks like its amount, so no format can be proposed",
    "IMP-060": "it is not clear whether a report replaces the earlier delivery or adds to it",
    "IMP-061": "a report states anew only a part of what an earlier one did",
    # fetching reports
    "PUL-001": "the address of a report source cannot be used",
    "PUL-002": "a host may not be asked for reports",
    "PUL-003": "what reads a kind of address is not installed",
    "PUL-004": "there is no secret for a source, or no tenant and application for Partner Center",
    "PUL-005": "a secret stands in the workbook",
    "PUL-006": "a vendor, store or host refuses access, does not answer, or has nothing there",
    "PUL-007": "a vendor has no data yet",
    "PUL-008": "a manifest or an answer of a vendor cannot be used",
    "PUL-009": "a report has more or fewer rows than its manifest says",
    "IMP-062": "an inventory has so few of an earlier one's accounts that it is taken for a part of it",
    "IMP-063": "an inventory is older than one that was read before, which counts for the accounts of both",
    "IMP-090": "a format of orders or of an inventory lacks a column that it needs",
    "IMP-091": "a row of an order file or an inventory cannot be read",
    "IMP-092": "a file holds no orders and no inventory",
    "IMP-093": "a row of a list of a vendor's invoices cannot be read",
    "IMP-094": "a vendor's invoice is in two currencies",
    "IMP-095": "a vendor's invoice is still open; it is left out",
    "IMP-096": "a vendor's invoice stands on the sheet as typed, and the vendor's list says otherwise",
    "IMP-097": "a row of a list of contract commitments cannot be read",
    "IMP-098": "a list of contract commitments says two things of one commitment",
    "IMP-099": "charges do not say clearly to which commitments they are applied",
    # the workbook
    "WBK-001": "the file is not there, cannot be read, or is not an Excel workbook",
    "WBK-002": "the file is not opened because it could do harm",
    "WBK-003": "the workbook was not made by Billow, or by a newer one",
    "WBK-004": "a sheet or its table is missing",
    "WBK-005": "a column is missing or was renamed",
    "WBK-006": "a cell that must be filled in is blank",
    "WBK-007": "a cell that must hold a number does not",
    "WBK-008": "a cell that must hold a whole number does not",
    "WBK-009": "a cell that must hold a date does not",
    "WBK-010": "a word is not in the list of its column",
    "WBK-011": "a formula gives an error",
    "WBK-012": "a formula has no stored value",
    "WBK-013": "Excel has cut off the last digits of a long number",
    "WBK-014": "a cell that must hold a month does not",
    "WBK-015": "something stands below a table where its rows would go",
    "WBK-016": "the workbook is open elsewhere or cannot be written",
    "WBK-017": "the workbook was changed while a command was working on it",
    "WBK-018": "two rows have the same key",
    "WBK-019": "a named cell is missing",
    "WBK-021": "something stands where migrate would add a sheet, a column or a setting",
    "WBK-022": "a workbook that is open in Excel does not lie in a folder of this computer",
    "WBK-023": "the workbook was made by an earlier Billow, and lacks what was added since",
    "WBK-024": "there is no table or sheet of a name",
    # commands
    "CMD-001": "a month is not written as year and month",
    "CMD-002": "today's data would give an issued invoice another amount",
    "CMD-003": "a report source finds no file",
    "CMD-004": "there is no report to import",
    "CMD-005": "a month has nothing to invoice",
    "CMD-006": "a customer has no invoice in the month",
    "CMD-007": "one reason for all customers after the first month",
    "CMD-008": "everything chosen is already issued",
    "CMD-009": "a draft changed since it was generated",
    "CMD-010": "nothing is issued that could be exported",
    "CMD-011": "the invoices were already handed over",
    "CMD-012": "a workbook would be overwritten, or its name does not end in .xlsx",
    "CMD-013": "charges would be written as neither .csv nor .parquet",
    "CMD-014": "an invoice date lies before the billing month",
    "CMD-015": "an invoice that is to be explained does not exist",
    "CMD-016": "an increase finds no price that it could raise",
    "CMD-017": "a file that Billow keeps beside the workbook is damaged",
    "CMD-018": "an invoice has no line of that number or mark",
    "CMD-019": "a new report format has a name that is taken, or that cannot be one",
    "CMD-020": "a decision of an issued month was changed on sheet To do; it stays as it was",
    "CMD-050": "there is no run to undo",
    "CMD-051": "the last run cannot be undone, since it issued or handed over",
    "CMD-060": "a formula that was frozen cannot come back to its cell",
    "CMD-061": "a formula cannot be turned into a value, since it was never calculated",
    "CMD-030": "a contract whose periods are asked for does not exist",
    "CMD-040": "the selected cell is not in the row of an invoice line",
    # Excel and the add-in
    "EXC-001": "Excel does not say in which folder a workbook of OneDrive or SharePoint lies",
    "EXC-003": "there is no Excel for this system",
    "EXC-004": "Python lies in a folder whose name the add-in cannot read",
    "EXC-005": "xlwings, which leads from Excel to Python, is not installed",
    "EXC-006": "the add-in cannot be replaced while Excel has it loaded",
    "EXC-010": "a file of the add-in is not installed",
    "EXC-011": "the installed add-in is of another version of Billow",
    "EXC-012": "the settings of the add-in are missing, or name another Python",
    "EXC-013": "xlwings has another version than the one compiled into the add-in",
    # settings, and what does not fit together among the input sheets
    "SET-001": "a setting that is needed is empty",
    "SET-002": "a setting is not a number",
    "SET-003": "a setting is not among its choices",
    "SET-004": "the IBAN is not valid",
    "SET-005": "the engine for charges is not there, is not known, or its address holds a password",
    "INP-001": "a currency is not one of ISO 4217",
    "INP-002": "a price of our own has no currency",
    "INP-003": "a price in tiers names a tier set that does not exist",
    "INP-004": "a price has no figure",
    "INP-005": "a margin of 100 % or more",
    "INP-006": "a price for one customer, group or subscription does not say which",
    "INP-007": "a validity ends before it begins",
    "INP-008": "a tier set has no open step, several, or a bound twice",
    "INP-009": "a country is not one of ISO 3166",
    "INP-010": "a VAT number is not one of its country",
    "INP-011": "a vendor account belongs to two customers on the same days",
    "INP-012": "an exchange rate is not above zero",
    "INP-014": "a VAT rate is not from 0 to 100 percent",
    "INP-015": "payment days are not from 0 to 3650",
    "INP-016": "a price is below zero, or more than 100 percent is taken off",
    "INP-017": "a price lacks a cell that its model needs",
    "INP-018": "a price fills in a cell that its model does not use",
    "INP-019": "figures of a price cannot be, or contradict each other",
    "INP-030": "a time zone is not one of the IANA list",
    "INP-031": "an account that is split lacks a cell, or fills in one that has no effect",
    "INP-032": "the shares of an account do not come to 100 percent",
    "INP-033": "rows of one account contradict each other on the same days",
    # rule files
    "RUL-001": "a rule file is empty or not written as one",
    "RUL-002": "a rule file has a key, a sheet or a column that is not known",
    "RUL-003": "a rule file lacks a key, or says nothing there",
    "RUL-004": "a rule file says a thing twice",
    "RUL-005": "the first day of a value is not a date, or stands before an earlier one",
    # what we sell, and its prices
    "PRC-001": "no price applies to a charge on its price date",
    "PRC-002": "the prices that fit leave a gap on the price date",
    "PRC-003": "two prices are equally specific",
    "PRC-004": "a price on cost or list has no amount to start from (a list of 0, a margin of 100 %)",
    "PRC-005": "a price per unit meets a charge without quantity",
    "PRC-006": "a price per month or year meets pay-per-use",
    "PRC-007": "a contract has no price of our own, and none on list",
    "PRC-008": "a net refund meets a price that has none below zero (package, volume, stair-step, flat fees)",
    "PRC-009": "a bundle has no price of its own, or nothing that counts it",
    "PRC-010": "more units cost less beyond a bound of a volume price",
    "PRC-011": "two rows of the price sheet are equally specific on the same days",
    "PRC-012": "the rows of one price leave a gap in time",
    "PRC-013": "a price ends, nothing follows, and its product is still used",
    "PRC-014": "a contract's price starts from list, and its product has no list price, or several",
    "DSC-001": "a discount lacks a cell that it needs",
    "DSC-002": "a cell of a discount has no effect",
    "DSC-003": "a discount of nothing, of less, or of more than 100 %",
    "DSC-004": "a discount counts or takes off what nobody sells",
    "DSC-005": "two discounts that stand alone meet on one line",
    "DSC-006": "a discount is more than what is left, and was capped",
    "PRD-001": "an article is more than one product by equally specific rules",
    "FX-001": "an exchange rate is missing",
    # contracts
    "CON-001": "a notice day comes in the next month",
    "CON-002": "the anchor day of a contract is no day of a month",
    "CON-003": "a change of a contract lacks its quantity or price",
    "CON-004": "a change takes away more seats than a contract has",
    "CON-005": "a subscription and the one it replaces are billed for the same days",
    "CON-006": "a cell of a contract or of its change has no effect",
    "CON-007": "a contract or a change of it has a quantity below zero",
    # what makes a line: vendor's lines, contract, users, own usage
    "DRV-001": "two drivers bill one subscription, or the users of one product, for the same days",
    "DRV-002": "users are listed for a product that no subscription bills by users",
    "DRV-003": "a row of own usage is of a closed customer, or its subscription does not fit",
    "DRV-004": "own usage belongs to an earlier month of which the customer has no invoice",
    # rating and invoicing
    "RAT-001": "rows of a report wait for a decision",
    "RAT-002": "the two Microsoft reports of an azure plan differ",
    "RAT-003": "a subscription, fee or adjustment has no line this month",
    "RAT-004": "an exclusion above the limit has nobody's name",
    "RAT-005": "an open item was decided without a reason",
    "RAT-006": "a decision does not settle an open item of its kind",
    "RAT-020": "an order or an inventory waits to be accepted",
    "RAT-021": "an account is in a pro forma report and in the vendor's own, and nobody said which is billed",
    "RAT-022": "the report from which an account is to be billed is not there",
    "RAT-007": "a report holds quantities and no money, and an article of it has no cost price",
    "VAT-001": "no VAT rule fits a customer and VAT class",
    "VAT-002": "a VAT code has no rate on the day",
    "VAT-003": "reverse charge for a customer without a VAT number",
    "VAT-004": "two VAT rules are equally specific",
    # register and issuing
    "REG-001": "a register already stands where a new one was asked for",
    "REG-002": "the register is missing",
    "REG-003": "the register belongs to another workbook",
    "REG-004": "the file is not a register of this version",
    "REG-005": "a document of this customer and month was issued with other content",
    "REG-006": "the number series cannot give numbers",
    "REG-007": "the register is busy or cannot be written",
    "REG-008": "an issued document was altered",
    "REG-009": "the chain of issued documents is broken",
    "REG-010": "a number is missing in a series",
    "REG-011": "the register's columns say something else than the document",
    # exports
    "JRN-001": "no row of sheet Ledger fits an invoice line",
    "JRN-002": "two rows of sheet Ledger fit equally well",
    "JRN-003": "one invoice would need two journals, debtor accounts or VAT accounts",
    "JRN-004": "VAT is charged and its row of sheet Ledger names no VAT account",
    "JRN-005": "a draft was to be journalled",
    "JRN-006": "revenue is to be deferred and its row of sheet Ledger names no account for it",
    "EXP-001": "there is no such target to hand over to",
    "EXP-002": "a code would be read as a formula by a spreadsheet",
    "EXP-003": "a file cannot be written",
    "EXP-004": "the logo cannot be used",
    "EXP-005": "an invoice could not be made into a PDF",
    # checks
    "CHK-001": "a vendor file is not accounted for to the last cent",
    "CHK-003": "a vendor's invoice differs from what was imported, without a reason",
    "CHK-004": "amounts of a vendor are not what its own arithmetic gives",
    "CHK-005": "charges use a commitment that no list names",
    "CHK-006": "a commitment is used in another currency or unit than it is agreed in",
    "MOV-001": "a customer's invoice needs a reason before it is issued",
    # installing
    "INS-001": "LibreOffice is not there, or no path leads to it",
    "INS-002": "LibreOffice refused the functions; its own words stand in the message",
}
