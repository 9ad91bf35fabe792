"""An example to try Billow with: a reseller, 25 customers, and one month of vendor reports.

Everybody is invented. The same seed gives the same bytes, so that results can be compared; identifiers,
customers and prices do not depend on the seed, what was used and bought does.
"""

from collections.abc import Callable
from pathlib import Path

from billow.example import aws, azure, distributor, focus, microsoft
from billow.example.parties import SEED

REPORTS: dict[str, Callable[[int], bytes]] = {
    "microsoft_invoice_2026-06.csv": microsoft.report,
    "microsoft_daily_usage_2026-06.csv": azure.report,
    "aws_cur2_2026-06.csv.gz": aws.report,
    "skyline_focus_2026-06.csv": focus.report,
    "brightcloud_2026-06.xlsx": distributor.report,
}


def write_reports(folder: Path, seed: int = SEED) -> list[Path]:
    """Write the vendors' reports of the month into ``folder`` and return their paths.

    Sheet Report sources of the example names them as ``reports/2026-06/...`` beside the workbook.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, report in REPORTS.items():
        path = folder / name
        path.write_bytes(report(seed))
        paths.append(path)
    return paths


__all__ = ["REPORTS", "SEED", "write_reports"]
