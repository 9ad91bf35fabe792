"""One billing month as it stands: charges, rated lines, documents, proofs, movement and every problem.

Check, invoice and issue look at the same month; they differ only in what they do with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billow.catalog.cost_prices import cost_on
from billow.charges import Category, Charge, ImportTotals
from billow.commands import postponed
from billow.commands.collector import collector_paused
from billow.commands.commitments import Agreed, agreed_at
from billow.commands.decided import as_decided
from billow.commands.desk import Desk
from billow.commands.issued import issued_before
from billow.commands.late_usage import with_late_usage
from billow.commands.order_list import asked
from billow.contracts.credits import NEW_COMMERCE_HOURS
from billow.invoicing.document import Document
from billow.invoicing.draft import drafts
from billow.invoicing.explanation import explaining
from billow.money import exact_text, total
from billow.periods import month as month_of
from billow.problems import Place, Problem, Refused, Severity, in_order
from billow.rating.azure_plan import REPLACED_BY_DAILY
from billow.rating.orders import order_problems
from billow.rating.rate import RatedMonth, rate
from billow.rating.splitting import whole_key
from billow.reconcile.movement import Limits, Movement, gate, movements
from billow.reconcile.proofs import FileProof, file_proofs, proof_problems
from billow.reconcile.replay import Reconciled, replay, replay_problems, vendor_invoice
from billow.sheets.reading import Row
from billow.vendors import raw_totals


@dataclass(frozen=True)
class BillingMonth:
    """Everything known of a month. ``documents`` are the issued ones, and drafts for the other customers."""

    name: str
    imports: tuple[ImportTotals, ...]
    rated: RatedMonth
    documents: tuple[Document, ...]
    last: dict[str, Document]
    proofs: tuple[FileProof, ...]
    movements: tuple[Movement, ...]
    vendor_invoices: tuple["VendorInvoice", ...]
    reconciled: tuple[Reconciled, ...]
    problems: tuple[Problem, ...]
    agreed: Agreed

    @property
    def drafts(self) -> tuple[Document, ...]:
        """The documents that are not issued yet."""
        return tuple(document for document in self.documents if not document.is_issued)

    @property
    def issued(self) -> tuple[Document, ...]:
        """The documents that have their number."""
        return tuple(document for document in self.documents if document.is_issued)

    def blocking(self, customer: str) -> tuple[Problem, ...]:
        """Return what holds up a customer's document: its own problems and those of the whole run."""
        return tuple(
            p for p in self.problems if p.severity is not Severity.NOTE and p.customer in {"", customer}
        )


@dataclass(frozen=True)
class VendorInvoice:
    """A vendor's invoice as typed from its PDF, against what was imported."""

    row: Row
    compared: Reconciled

    @property
    def imported(self) -> Decimal:
        """What the reports say before tax."""
        return self.compared.replayed

    @property
    def net(self) -> Decimal:
        """What the invoice says before tax."""
        return Decimal(self.row["Net"])

    @property
    def reason(self) -> str:
        """Why it may differ, in a person's words."""
        return str(self.row["Reason"] or "").strip()

    @property
    def difference(self) -> Decimal:
        """What the invoice says more than the reports."""
        return self.compared.difference


@collector_paused()
def look_at(desk: Desk, month: str, proved: Collection[str] = ()) -> BillingMonth:
    """Rate the month and compare it with the vendors' files, the register and last month.

    The files of the imports ``proved`` were put into the store and hashed there by this very command.
    """
    desk, stays = as_decided(desk, month)
    books, waiting_usage = with_late_usage(desk.inputs.books, desk.register, month)
    imports = tuple(desk.store.imports(month))
    kept = [totals.import_id for totals in imports if totals.import_id not in proved]
    altered = [problem for import_id in kept for problem in desk.store.verify(import_id)]
    _refuse_unreadable(altered)
    # Python waits here for nothing but its own: files are added up where it is not needed, on another core
    with ThreadPoolExecutor(max_workers=1) as beside:
        added_up = beside.submit(_imported, desk, imports)
        left = postponed.before(desk, month)
        charges = [*desk.store.charges(month), *postponed.charges_of(desk, left)]
        rated = rate(charges, books, month, issued_before(desk, month), _restated(desk, month, charges))
        ordered = asked(desk, month)
        rated = replace(rated, open_items=(*rated.open_items, *(proposal.item for proposal in ordered)))
        made = drafts(rated.lines, books, desk.inputs.invoicing, month, explaining(rated, books))
        imported = added_up.result() | _left(left)
    issued = {document.buyer.number: document for document in desk.register.documents(month)}
    documents = _documents(made.documents, issued)
    last = desk.register.last_month_before(month)
    limits = Limits(desk.inputs.settings.movement_percent, desk.inputs.settings.minimum_margin)
    earlier = _imports_of(desk, left)
    proofs = file_proofs((*imports, *earlier), imported, rated.placed, documents)
    windows = [product.window_hours for product in books.products]
    replayed = replay(desk.store.vendor_rows(month), max(windows, default=NEW_COMMERCE_HOURS))
    invoices = tuple(_vendor_invoices(desk, month, charges, rated, replayed))
    agreed = agreed_at(desk, month)
    problems = (
        *desk.inputs.problems,
        *stays,
        *waiting_usage,
        *rated.problems,
        *order_problems(ordered, books, month),
        *made.problems,
        *_changed_since(made.documents, issued),
        *proof_problems(proofs),
        *altered,
        *_invoice_problems(invoices),
        *replay_problems(replayed),
        *desk.register.verify(),
        *agreed.problems,
    )
    return BillingMonth(
        month,
        imports,
        rated,
        documents,
        last,
        proofs,
        movements(documents, last, rated.placed, books, limits),
        invoices,
        (*replayed, *(invoice.compared for invoice in invoices)),
        in_order(_in_workbook(problem, desk.path.name) for problem in problems),
        agreed,
    )


def _restated(desk: Desk, month: str, charges: Sequence[Charge]) -> dict[str, list[Charge]]:
    """Return the charges, as they stand now, of each issued month that something here corrects."""
    corrected = sorted({charge.corrects for charge in charges} - {""})
    return {name: desk.store.restated(name, month) for name in corrected}


def _in_workbook(problem: Problem, file: str) -> Problem:
    """Return the problem with the workbook's name where it names a sheet only."""
    if problem.place.file or not problem.place.sheet:
        return problem
    place = problem.place
    return replace(problem, place=Place(file, place.sheet, place.row, place.column))


def _refuse_unreadable(altered: Sequence[Problem]) -> None:
    """Refuse where a file is lost or cannot be read: there is nothing to add up then."""
    if any(problem.code == "IMP-031" for problem in altered):
        raise Refused(altered)


def reasons(desk: Desk, month: str) -> dict[str, str]:
    """Return the reasons typed on sheet Movement, if the sheet shows this very month."""
    return desk.inputs.reasons() if desk.shown_month == month else {}


def gate_problems(month: BillingMonth, written: dict[str, str], customers: Iterable[str]) -> list[Problem]:
    """Return what the movement gate refuses among ``customers``.

    Without an earlier issued month one written reason covers all new customers.
    """
    chosen = set(customers)
    reasons_given = dict(written)
    if not month.last and (first := next((text for text in written.values() if text.strip()), "")):
        reasons_given = {m.customer: written.get(m.customer, "").strip() or first for m in month.movements}
    return [problem for problem in gate(month.movements, reasons_given) if problem.customer in chosen]


def _documents(made: Sequence[Document], issued: dict[str, Document]) -> tuple[Document, ...]:
    by_customer = {document.buyer.number: document for document in made} | issued
    return tuple(by_customer[number] for number in sorted(by_customer))


def _changed_since(made: Sequence[Document], issued: dict[str, Document]) -> list[Problem]:
    """Return a note for each issued document that today's data would make otherwise."""
    return [
        Problem(
            "CMD-002",
            f"Invoice {issued[document.buyer.number].number} of customer {document.buyer.number} was issued "
            f"over {issued[document.buyer.number].total} {document.currency}; today's data would give "
            f"{document.total} {document.currency}.",
            Place(sheet="Invoices"),
            "An issued invoice never changes. Bring the difference to the next month on sheet Adjustments.",
            Severity.NOTE,
            document.buyer.number,
        )
        for document in made
        if document.buyer.number in issued and not _same(document, issued[document.buyer.number])
    ]


def _same(draft: Document, issued: Document) -> bool:
    figures = ("net", "vat", "total", "currency")
    return all(getattr(draft, name) == getattr(issued, name) for name in figures)


def _imported(desk: Desk, imports: Sequence[ImportTotals]) -> dict[tuple[str, str], Decimal]:
    """Add up the archived files again, by other means than the import, tax included.

    A correction is what its file says more than those that were accepted before it.
    """
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for totals in imports:
        day = month_of(totals.corrects or totals.billing_month).start
        for currency, amount in _added_up(desk, totals, day).items():
            found[totals.import_id, currency].append(amount)
        for earlier in filter(None, map(desk.store.totals, totals.against)):
            for currency, amount in _added_up(desk, earlier, day).items():
                found[totals.import_id, currency].append(amount.copy_negate())
    return {key: total(amounts) for key, amounts in found.items()}


def _added_up(desk: Desk, totals: ImportTotals, day: date) -> dict[str, Decimal]:
    """Return the amounts of an archived file; of one without money, its quantities at their cost."""
    raw = raw_totals(desk.store.archived(totals.import_id), desk.formats, totals.format_id)
    books = desk.inputs.books
    costs: dict[str, list[Decimal]] = defaultdict(list)
    for article, quantity in raw.quantities.items():
        price = cost_on(books.cost_prices, totals.vendor, article, day)
        if price is None:
            costs[books.base_currency].append(Decimal(0))
        else:
            costs[price.currency].append(price.of(quantity))
    return {currency: total(found) for currency, found in costs.items()} | {
        currency: total((raw.billed.get(currency, Decimal(0)), raw.tax.get(currency, Decimal(0))))
        for currency in {*raw.billed, *raw.tax}
    }


def _left(left: Sequence[postponed.Postponed]) -> dict[tuple[str, str], Decimal]:
    """Return what earlier months left, as what this month has to account for."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for item in left:
        found[item.import_id, item.currency].append(item.cost)
    return {key: total(costs) for key, costs in found.items()}


def _imports_of(desk: Desk, left: Sequence[postponed.Postponed]) -> list[ImportTotals]:
    wanted = {item.import_id for item in left}
    months = sorted({item.billing_month for item in left})
    return [totals for name in months for totals in desk.store.imports(name) if totals.import_id in wanted]


def _vendor_invoices(
    desk: Desk,
    month: str,
    charges: Sequence[Charge],
    rated: RatedMonth,
    replayed: Sequence[Reconciled],
) -> list[VendorInvoice]:
    # The azure plan's monthly lines are on the same invoice as its daily usage: counted once.
    twice = {whole_key(p.charge.key) for p in rated.placed if p.why == REPLACED_BY_DAILY}
    found = []
    for row in desk.inputs.rows["tblVendorInvoices"]:
        if row["Period"] != month or row["Net"] is None:
            continue
        seller = (row["Vendor"], row["Currency"])
        # A correction is on the vendor's invoice of its own month.
        real = [charge for charge in charges if not (charge.is_proforma or charge.corrects)]
        sold = [c for c in real if (c.vendor, c.currency) == seller and c.category is not Category.TAX]
        own = [charge for charge in sold if charge.key not in twice]
        monthly = [charge for charge in sold if charge.key in twice]
        invoice = row["Invoice"] or ""
        compared = vendor_invoice(seller[0], invoice, seller[1], Decimal(row["Net"]), own, replayed, monthly)
        found.append(VendorInvoice(row, compared))
    return found


def _invoice_problems(invoices: Sequence[VendorInvoice]) -> list[Problem]:
    return [
        Problem(
            "CHK-003",
            f"The invoice of {invoice.row['Vendor']} says {invoice.net:f}, its reports say "
            f"{exact_text(invoice.imported)}.",
            invoice.row.at("Reason"),
            "Look for what is missing or twice; if the difference is right, write why in column Reason.",
            Severity.BLOCK,
        )
        for invoice in invoices
        if invoice.difference != 0 and not invoice.reason
    ]
