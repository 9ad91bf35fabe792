"""Making deliveries for tests: FOCUS reports of a few rows, imported and committed to a store."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from billow.charges import ImportTotals
from billow.problems import Problem
from billow.usage import ChargeStore, Commit, Delivery
from billow.vendors import Formats, Imported, import_report

HEADER = (
    "BilledCost ChargeCategory ChargeFrequency ChargePeriodStart ChargePeriodEnd BillingPeriodStart "
    "BillingCurrency SubAccountId SkuId ResourceId PricingQuantity BillingAccountId ServiceProviderName "
    "InvoiceId ChargeClass"
).split()


@dataclass(frozen=True)
class Row:
    """What a row of a report says; the rest is the same in all of them."""

    customer: str
    cost: str
    sku: str = "vm"
    resource: str = "r1"
    quantity: str = "1"
    month: str = "2026-05"
    charge_class: str = ""

    @property
    def cells(self) -> list[str]:
        """The cells in the order of the header."""
        first = f"{self.month}-01"
        return [
            self.cost, "Usage", "Usage-Based", first, f"{self.month}-02", first, "EUR", self.customer,
            self.sku, self.resource, self.quantity, "payer", "Cloud", f"I-{self.month}", self.charge_class,
        ]  # fmt: skip


def report(rows: Iterable[Row]) -> str:
    """Return a report of the rows."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([HEADER, *(row.cells for row in rows)])
    return out.getvalue()


@dataclass
class Desk:
    """A store, the months that are issued, and a folder for what vendors send."""

    folder: Path
    formats: Formats
    closed: Collection[str] = ()

    @property
    def store(self) -> ChargeStore:
        """The store under test."""
        return ChargeStore(self.folder / "Billing.data", reread=self._again)

    def _again(self, path: Path, totals: ImportTotals) -> str:
        found = import_report(path, self.formats, out_dir=self.folder / "again", format_id=totals.format_id)
        assert found.totals is not None
        return found.totals.fingerprint

    def read(self, content: str | bytes, name: str = "report.csv") -> tuple[Imported, Path]:
        """Import a report; nothing counts yet."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_report(path, self.formats, out_dir=self.folder / "incoming"), path

    def deliver(self, content: str | bytes, name: str = "report.csv", declared: str = "") -> Commit:
        """Import a report and let it count, as the command does."""
        imported, path = self.read(content, name)
        assert imported.totals is not None, imported.problems
        delivery = self.store.delivery(imported, declared)
        assert isinstance(delivery, Delivery), delivery
        return self.store.commit(imported, path, closed=self.closed, delivery=delivery)

    def unclear(self, content: str) -> Problem:
        """Return the problem that a report leaves open what it does."""
        found = self.store.delivery(self.read(content)[0])
        assert isinstance(found, Problem), found
        return found

    def costs(self, *months: str) -> dict[str, Decimal]:
        """Return what counts by customer, of some months or of all."""
        found: dict[str, Decimal] = {}
        wanted = months or sorted({totals.billing_month for totals in self.store.imports()})
        for month in wanted:
            for charge in self.store.charges(month):
                found[charge.customer_key] = found.get(charge.customer_key, Decimal(0)) + charge.billed_cost
        return {customer: cost for customer, cost in found.items() if cost}
