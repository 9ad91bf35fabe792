"""One vendor report in, one proven set of normalised charges out.

The set is one immutable Parquet file and the totals that were proved about it. Nothing is dropped: a row
that cannot be understood is kept and said, and what would make the sum wrong stops the import before
anything is written.

The **billing month** is the vendor's billing period or invoice. Where the report names it (AWS, FOCUS), each
row keeps its own month and the set counts in the latest; Microsoft's files do not name it, so the caller says
it, else it is the month in which most charges begin. Charge dates are never clipped to it.

The **set key** says which earlier import a new one replaces: format, billing account, and the months where
the report names them (a month is delivered anew until it is closed, at first without an invoice number),
else the invoices, else the month.
"""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from billow.charges import HASH_OFFSET, Category, ImportTotals
from billow.contracts.commitments import Commitment
from billow.periods import month
from billow.problems import Place, Problem, Refused, in_order, refuse_if_any
from billow.vendors.checks import check_charges, check_month
from billow.vendors.commitments import read_commitments
from billow.vendors.detect import format_of
from billow.vendors.drift import changed_columns, unknown_names
from billow.vendors.format_checks import COMMITMENT, INVOICE_DETAIL, LISTS, ORDER_KINDS
from billow.vendors.formats import Formats, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.invoice_details import VendorBill, read_bills
from billow.vendors.mapped import Lineage, as_set, compile_mapping, map_charges
from billow.vendors.meaning import changed_meaning
from billow.vendors.plain import make_typed
from billow.vendors.table import Table, open_table
from billow.vendors.transforms import quoted
from billow.vendors.usual import write_at_once

_NAMED_IN_KEY = 3


@dataclass(frozen=True)
class Imported:
    """A set of charges and its totals, or nothing; and in both cases what a person should look at.

    Where the file lists the vendor's invoices, they are its ``bills``, and where it lists what was agreed to
    be used, its ``commitments``; ``sha256`` says which file it is. ``copy`` is the file as it was delivered,
    hashed as it was copied, where that was wanted.
    """

    totals: ImportTotals | None
    parquet: Path | None
    problems: tuple[Problem, ...]
    bills: tuple[VendorBill, ...] | None = None
    sha256: str = ""
    commitments: tuple[Commitment, ...] | None = None
    copy: Path | None = None


def import_report(
    path: Path,
    formats: Formats,
    *,
    out_dir: Path,
    billing_month: str | None = None,
    format_id: str | None = None,
    with_lists: bool = False,
    with_copy: bool = False,
) -> Imported:
    """Import the report at ``path`` into one Parquet file in ``out_dir``, unless a problem stops it.

    A list of the vendor's invoices or of commitments has no charges. It is refused, or read ``with_lists``.
    ``with_copy`` the report is copied to ``out_dir`` first, and the copy is what is read.
    """
    if billing_month is not None:
        month(billing_month)  # a month that is none is the caller's mistake, not the file's
    out_dir.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".import-", dir=out_dir) as folder:
            copy = Path(folder, "delivered", path.name)
            copy.parent.mkdir()
            plain = make_typed(path, Path(folder), copy if with_copy else None)
            report = _chosen(path.name, plain.header, formats, format_id, with_lists=with_lists)
            with open_table(plain, path.name, Path(folder)) as table, ThreadPoolExecutor(1) as beside:
                on_disk = beside.submit(_sync, copy) if with_copy else None
                if report.kind == INVOICE_DETAIL:
                    bills, told = read_bills(table, report, formats)
                    return Imported(None, None, told, bills, plain.sha256)
                if report.kind == COMMITMENT:
                    agreed, told = read_commitments(table, report, formats)
                    return Imported(None, None, told, None, plain.sha256, agreed)
                found = _import(table, report, formats, out_dir, billing_month)
            if on_disk and found.parquet:
                on_disk.result()
                found = replace(found, copy=copy.replace(found.parquet.with_suffix(".delivered")))
            return found
    except Refused as refused:
        return Imported(None, None, refused.problems)


def _import(
    table: Table, report: ReportFormat, formats: Formats, out_dir: Path, billing_month: str | None
) -> Imported:
    plain = table.plain
    import_id = hashlib.sha256(f"{plain.sha256} {report.format_id}".encode()).hexdigest()[:12]
    lineage = Lineage(import_id, table.file, plain.sha256)
    mapping = compile_mapping(Header(plain.header), report, formats, lineage)
    if not write_at_once(table, mapping):
        map_charges(table, mapping, billing_month)
    chosen, months = check_month(table, billing_month)
    problems = [
        *table.problems,
        *changed_columns(table.file, plain.header, report, formats),
        *check_charges(table, report),
        *changed_meaning(table, mapping.meanings),
    ]
    refuse_if_any(problems)
    left_out = unknown_names(plain.header, report, formats)
    written = _written(table, chosen)
    totals = _totals(table, report, lineage, chosen, months, left_out)
    return Imported(totals, settle(written, out_dir / f"{import_id}.parquet"), in_order(problems))


def _written(table: Table, chosen: str) -> Path:
    """Return the set as a file; ``chosen`` stands in for the months that the report does not name."""
    ((unnamed,),) = table.fetch("SELECT count(*) FROM stored WHERE x_InvoiceMonth IS NULL")
    if table.written is None or unnamed:
        table.written = table.folder / "set.parquet"
        named = f"coalesce(x_InvoiceMonth, {quoted(chosen)}) AS x_InvoiceMonth"
        table.write(as_set(f"(SELECT * REPLACE ({named}) FROM stored)"), table.written)  # noqa: S608
    return table.written


def _chosen(
    file: str, header: tuple[str, ...], formats: Formats, format_id: str | None, *, with_lists: bool
) -> ReportFormat:
    """Return the file's format; where none is found, what is wrong with the formats may be the reason."""
    try:
        report = format_of(file, header, formats, format_id)
    except Refused as refused:
        raise Refused([*refused.problems, *formats.problems]) from refused
    refuse_if_any(formats.problems_of(report.format_id))
    if not report.has_charges and not (with_lists and report.kind in LISTS):
        raise Refused([_no_charges(file, report)])
    return report


def _no_charges(file: str, report: ReportFormat) -> Problem:
    hint = "Use billow orders for it." if report.kind in ORDER_KINDS else report.notes
    return Problem(
        "IMP-054", f'{file} is known as "{report.format_id}" and holds no charges.', Place(file), hint
    )


def settle(written: Path, target: Path) -> Path:
    """Move a finished file to its name, so that under that name there is never half a file."""
    _sync(written)
    written.replace(target)
    return target


def _sync(written: Path) -> None:
    with written.open("rb+") as stream:
        os.fsync(stream.fileno())


def _totals(
    table: Table,
    report: ReportFormat,
    lineage: Lineage,
    chosen: str,
    months: tuple[str, ...],
    left_out: tuple[str, ...],
) -> ImportTotals:
    ((rows, fingerprint, providers),) = table.fetch(
        "SELECT count(*), "  # noqa: S608
        f"CAST(coalesce(sum(CAST(x_RowHash AS HUGEINT) + {HASH_OFFSET}), 0) AS VARCHAR), "
        f"list(DISTINCT ServiceProviderName) FROM read_parquet({quoted(str(table.written))})"
    )
    kinds = table.fetch(
        "SELECT coalesce(x_ChargeType, word, ChargeCategory), count(*), bool_or(x_IsUnknownType) "
        "FROM charges GROUP BY 1 ORDER BY 1"
    )
    set_key, units = _set_key(table, report, chosen, months)
    named = providers if isinstance(providers, list) and len(providers) == 1 else [report.vendor]
    return ImportTotals(
        import_id=lineage.import_id,
        format_id=report.format_id,
        vendor=str(named[0]),
        file_name=lineage.file,
        sha256=lineage.sha256,
        set_key=set_key,
        units=units,
        billing_month=chosen,
        rows_read=table.rows,
        rows_stored=int(str(rows)),
        fingerprint=str(fingerprint),
        billed=_sums(table, "SELECT BillingCurrency, sum(BilledCost) FROM stored WHERE ", is_tax=False),
        tax=_sums(table, "SELECT BillingCurrency, sum(BilledCost) FROM stored WHERE ", is_tax=True),
        source=_sums(table, "SELECT BillingCurrency, sum(total) FROM stored WHERE ", is_tax=False),
        rows_by_charge_type={str(kind): int(str(count)) for kind, count, _ in kinds},
        unknown_columns=left_out,
        unknown_charge_types=tuple(str(kind) for kind, _, unknown in kinds if unknown),
    )


def _sums(table: Table, sql: str, *, is_tax: bool) -> dict[str, Decimal]:
    found = table.fetch(f"{sql} (ChargeCategory = '{Category.TAX}') = {is_tax} GROUP BY 1 ORDER BY 1")
    return {str(currency or ""): Decimal(str(amount or 0)) for currency, amount in found}


def _set_key(
    table: Table, report: ReportFormat, chosen: str, months: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the key of the set, and what it states: each billing account with its month or invoice."""
    ((accounts, invoices, unnumbered),) = table.fetch(
        "SELECT list_sort(list(DISTINCT BillingAccountId)), list_sort(list(DISTINCT InvoiceId)), "
        "count(*) FILTER (WHERE InvoiceId IS NULL) FROM charges"
    )
    ids = invoices if isinstance(invoices, list) else []
    which, column = chosen, quoted(chosen)
    if months:
        which, column = _named(months), f"coalesce(x_InvoiceMonth, {quoted(chosen)})"
    elif ids and not unnumbered:
        which, column = _named(ids), "InvoiceId"
    units = table.fetch(
        f"SELECT DISTINCT coalesce(BillingAccountId, '') || '|' || {column} AS unit "  # noqa: S608 - ours, quoted
        "FROM (SELECT DISTINCT BillingAccountId, x_InvoiceMonth, InvoiceId FROM charges) ORDER BY unit"
    )
    key = "|".join((report.set_name, _named(accounts if isinstance(accounts, list) else []), which))
    return key, tuple(str(unit) for (unit,) in units)


def _named(ids: Iterable[object]) -> str:
    names = [str(name) for name in ids if name is not None]
    if len(names) <= _NAMED_IN_KEY:
        return "+".join(names)
    return hashlib.sha256("+".join(names).encode()).hexdigest()[:12]
