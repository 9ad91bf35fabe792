"""The first completeness proof: every vendor file, in every currency, is accounted for to the last cent.

imported = billed + covered by a contract + kept as margin + vendor tax + own use + parked + excluded.
The left side is recomputed from the archived file, the right side comes from the documents (issued, or
drafts where none is issued yet) and from what is open or was decided on sheet To do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from billow.charges import Charge, ImportTotals
from billow.contracts.drivers import COST_ONLY
from billow.invoicing.document import Document
from billow.money import exact_text, total
from billow.problems import Place, Problem, Severity
from billow.rating.placing import Fate, Placed


@dataclass(frozen=True)
class FileProof:
    """One file and currency: what was imported and, by fate, what became of it."""

    import_id: str
    vendor: str
    file_name: str
    billing_month: str
    currency: str
    imported: Decimal
    fates: Mapping[Fate, Decimal] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal:
        """What is not accounted for; the proof holds when it is 0."""
        return total((self.imported, *(amount.copy_negate() for amount in self.fates.values())))


def file_proofs(
    imports: Sequence[ImportTotals],
    imported: Mapping[tuple[str, str], Decimal],
    placed: Sequence[Placed],
    documents: Sequence[Document],
    waiting: Collection[str] = (),
) -> tuple[FileProof, ...]:
    """Return a proof per import and currency; ``imported`` is by (import id, currency), tax included.

    ``waiting`` names the customers that a problem of their own holds up (no rate, no VAT rule): what no
    document shows of theirs yet counts as parked, so that the proof does not hold up everybody else.
    """
    amounts: dict[tuple[str, str], dict[Fate, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for item in placed:
        if item.fate not in {Fate.BILLED, Fate.CONTRACT}:
            amounts[item.charge.import_id, item.charge.currency][item.fate].append(item.charge.billed_cost)
    for document in documents:
        for line in document.lines:
            fate = Fate.CONTRACT if line.driver in COST_ONLY else Fate.BILLED
            for source in line.sources:
                amounts[source.import_id, source.currency][fate].append(source.cost)
    for charge in _unshown(placed, documents, waiting):
        amounts[charge.import_id, charge.currency][Fate.PARKED].append(charge.billed_cost)
    fates = {key: {fate: total(found) for fate, found in by.items()} for key, by in amounts.items()}
    by_id = {totals.import_id: totals for totals in imports}
    keys = sorted({*imported, *(key for key in fates if key[0] in by_id)})
    return tuple(
        _proof(by_id[import_id], currency, imported.get((import_id, currency), Decimal(0)), fates)
        for import_id, currency in keys
    )


def _unshown(
    placed: Sequence[Placed], documents: Sequence[Document], waiting: Collection[str]
) -> list[Charge]:
    """Return the charges of waiting customers that should be on a document and are on none."""
    if not waiting:
        return []
    shown = {
        (source.import_id, source.charge_key)
        for document in documents
        for line in document.lines
        for source in line.sources
    }
    due = [item for item in placed if item.fate in {Fate.BILLED, Fate.CONTRACT} and item.customer in waiting]
    return [item.charge for item in due if (item.charge.import_id, item.charge.key) not in shown]


def _proof(
    totals: ImportTotals,
    currency: str,
    imported: Decimal,
    fates: Mapping[tuple[str, str], Mapping[Fate, Decimal]],
) -> FileProof:
    found = fates.get((totals.import_id, currency), {})
    return FileProof(
        totals.import_id,
        totals.vendor,
        totals.file_name,
        totals.billing_month,
        currency,
        imported,
        {fate: found.get(fate, Decimal(0)) for fate in Fate},
    )


def proof_problems(proofs: Sequence[FileProof]) -> list[Problem]:
    """Return a problem for each proof that does not hold."""
    return [
        Problem(
            "CHK-001",
            f"{exact_text(proof.difference)} {proof.currency} of {proof.file_name} ({proof.vendor}) is not "
            "accounted for.",
            Place(sheet="Proof files"),
            "Import the report again; if it stays, the store was changed from outside: restore it.",
            Severity.BLOCK,
        )
        for proof in proofs
        if proof.difference != 0
    ]
