"""Reading any vendor's report: formats as tables, one tolerant reader, control totals that must agree.

``import_report`` turns a file into normalised charges; ``detect`` says what a file is; ``raw_totals`` adds
the file up again by other means; ``convert`` writes the charges for people and other programs.
"""

from billow.vendors.control import RawTotals, raw_totals
from billow.vendors.convert import convert
from billow.vendors.detect import Detection, detect
from billow.vendors.formats import Formats, MappingRow, ReportFormat, ValueRow
from billow.vendors.importer import Imported, import_report

__all__ = [
    "Detection",
    "Formats",
    "Imported",
    "MappingRow",
    "RawTotals",
    "ReportFormat",
    "ValueRow",
    "convert",
    "detect",
    "import_report",
    "raw_totals",
]
