"""Reading any vendor's report: formats as tables, one tolerant reader, control totals that must agree.

``import_report`` turns a file into normalised charges; ``detect`` says what a file is; ``raw_totals`` adds
the file up again by other means; ``convert`` writes the charges for people and other programs; ``propose``
describes a report that nobody described yet.
"""

from billow.vendors.commitments import Applied, applied, applied_columns
from billow.vendors.control import RawTotals, raw_totals
from billow.vendors.convert import convert
from billow.vendors.detect import Detection, detect
from billow.vendors.formats import Formats, MappingRow, ReportFormat, ValueRow
from billow.vendors.importer import Imported, import_report
from billow.vendors.invoice_details import VendorBill
from billow.vendors.proposing import Answers, Proposal, propose

__all__ = [
    "Answers",
    "Applied",
    "Detection",
    "Formats",
    "Imported",
    "MappingRow",
    "Proposal",
    "RawTotals",
    "ReportFormat",
    "ValueRow",
    "VendorBill",
    "applied",
    "applied_columns",
    "convert",
    "detect",
    "import_report",
    "propose",
    "raw_totals",
]
