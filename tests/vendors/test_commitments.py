"""A vendor's list of contract commitments is read whole or refused, and never becomes charges."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billow.contracts.commitments import Commitment
from billow.periods import inclusive
from billow.problems import Severity
from billow.vendors import Applied, Formats, Imported, applied, import_report
from billow.vendors.commitments import read_applied

HEAD = (
    "ContractCommitmentId,ContractCommitmentType,ContractCommitmentCategory,ContractCommitmentCost,"
    "ContractCommitmentQuantity,ContractCommitmentUnit,ContractCommitmentDescription,"
    "ContractCommitmentPeriodStart,ContractCommitmentPeriodEnd,ContractId,ContractPeriodStart,ContractPeriodEnd,BillingCurrency"
)
SPEND = "C-1,Savings Plan,Spend,1200.50,,,A year,2026-05-01T00:00:00Z,2027-05-01T00:00:00Z,K-1,,,USD"
HOURS = "C-2,Reservation,Usage,500,8760.0000,Hours,A year,2026-05-01T19:00:00Z,2027-05-01T19:00:00Z,K-1,,,usd"
NEWER = (
    ",ContractCommitmentLifecycleStatus,InvoiceIssuerName,ServiceProviderName",
    ",Active,Nordhandel,Microsoft Azure",
)
D = Decimal


def read(tmp_path: Path, *lines: str, head: str = HEAD) -> Imported:
    """Write a list of these lines and read it."""
    path = tmp_path / "commitments.csv"
    path.write_text("\n".join((head, *lines, "")), encoding="utf-8")
    return import_report(path, Formats.shipped(), out_dir=tmp_path, with_lists=True)


def test_rows_are_commitments_and_a_day_that_has_begun_counts(tmp_path: Path) -> None:
    found = read(tmp_path, SPEND, HOURS)
    assert (found.totals, found.parquet, found.bills, found.problems) == (None, None, None, ())
    year = inclusive(date(2026, 5, 1), date(2027, 4, 30))
    begun = inclusive(date(2026, 5, 1), date(2027, 5, 1))
    plan = Commitment(
        "K-1", "C-1", "Spend", year, "USD", D("1200.5"), kind="Savings Plan", description="A year"
    )
    hours = Commitment(
        "K-1", "C-2", "Usage", begun, "USD", D(500), D(8760), "Hours", "Reservation", "", "A year"
    )
    assert found.commitments == (plan, hours)


def test_who_issued_it_and_how_it_stands_where_the_list_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, SPEND + NEWER[1], head=HEAD + NEWER[0])
    assert found.commitments is not None
    assert [(each.vendor, each.status) for each in found.commitments] == [("Nordhandel", "Active")]


def test_a_row_that_stands_twice_counts_once_and_an_empty_list_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, SPEND, SPEND)
    assert found.commitments is not None
    assert len(found.commitments) == 1
    empty = read(tmp_path)
    assert (empty.commitments, [problem.code for problem in empty.problems]) == ((), ["IMP-019"])


# a sentence; the second row; its code and what is said
REFUSED = [
    ("no number", SPEND.replace("C-1", ""), "IMP-097", "Row 3 of commitments.csv cannot be read: it has no"),
    ("no contract", SPEND.replace("K-1", ""), "IMP-097", "it has no x_ContractId"),
    ("no end", SPEND.replace("2027-05-01T00:00:00Z", ""), "IMP-097", "it has no x_CommitmentEnd"),
    ("an unknown category", SPEND.replace("Spend", "Luck"), "IMP-097", "no category that is Spend or Usage"),
    ("spend without an amount", SPEND.replace("1200.50", ""), "IMP-097", "it has no amount"),
    ("usage without a quantity", HOURS.replace("8760.0000", ""), "IMP-097", "it has no quantity"),
    ("it ends first", SPEND.replace("2027", "2025"), "IMP-097", "ends before it begins, on 2026-05-01"),
    ("no such currency", SPEND.replace("USD", "DOLLAR"), "IMP-052", '"DOLLAR" is no currency.'),
    ("an amount in words", SPEND.replace("1200.50", "much"), "IMP-008", '"much" is not an amount.'),
    ("a day in words", SPEND.replace("2026-05-01T00:00:00Z", "May"), "IMP-097", "no x_CommitmentStart"),
    ("two words on one", HOURS.replace("8760", "8000"), "IMP-098", "says two things of commitment C-2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_row_that_cannot_be_read_refuses_the_list(line: str, code: str, said: str, tmp_path: Path) -> None:
    found = read(tmp_path, HOURS, line)
    assert found.commitments is None
    (problem,) = (problem for problem in found.problems if problem.severity is Severity.STOP)
    assert problem.code == code
    assert said in problem.sentence
    assert (problem.place.row, bool(problem.hint)) == (3, True)


def test_a_house_format_of_commitments_needs_what_tells_them_apart() -> None:
    row = {"format_id": "own", "vendor": "Own", "kind": "commitment", "must_have": "Plan"}
    mapping = [{"format_id": "own", "target": "x_ContractId", "source": "Deal", "transform": "text"}]
    found = Formats.shipped().with_rows([row], mapping).problems
    assert {problem.code for problem in found} == {"IMP-090"}
    said = [problem.sentence for problem in found]
    assert 'The format "own" of kind commitment maps no column to x_CommitmentId.' in said


# --- what charges say that they used

ELEMENT = {"ContractId": "K", "ContractCommitmentId": "C", "ContractCommitmentAppliedCost": 1}
# a sentence; the cell; what was used, or None
CELLS = [
    ("money", ('{"Elements": [{"ContractId": "K", "ContractCommitmentId": "C", '
     '"ContractCommitmentAppliedCost": 0.45500938118820}]}'),
     [Applied("K", "C", "EUR", D("0.45500938118820"))]),
    ("a quantity in its unit", ('{"Elements": [{"ContractId": "K", "ContractCommitmentId": "C", '
     '"ContractCommitmentAppliedCost": null, "ContractCommitmentAppliedQuantity": 2.6220, '
     '"ContractCommitmentAppliedUnit": "Hours"}]}'), [Applied("K", "C", "Hours", D("2.6220"))]),
    ("money and quantity", json.dumps({"Elements": [ELEMENT | {"ContractCommitmentAppliedQuantity": "7"}]}),
     [Applied("K", "C", "EUR", D(1)), Applied("K", "C", "", D(7))]),
    ("two commitments", json.dumps([ELEMENT, ELEMENT | {"ContractId": "L"}]),
     [Applied("K", "C", "EUR", D(1)), Applied("L", "C", "EUR", D(1))]),
    ("named, and nothing used", '{"Elements": [{"ContractId": "K", "ContractCommitmentId": "C"}]}', []),
    ("no commitments", '{"Elements": []}', []),
    ("cut off", '{"Elements": [{"ContractId"', None),
    ("no elements", '{"ContractId": "K"}', None),
    ("a number", "12", None),
    ("an amount in words", json.dumps([ELEMENT | {"ContractCommitmentAppliedCost": "ten"}]), None),
    ("more digits than are kept", ('[{"ContractId": "K", "ContractCommitmentId": "C", '
     '"ContractCommitmentAppliedCost": 1e999}]'), None),
    ("no number at all", json.dumps([ELEMENT | {"ContractCommitmentAppliedCost": float("nan")}]), None),
    ("a contract that is none", json.dumps([ELEMENT | {"ContractId": ["K"]}]), None),
    ("a part that is none", json.dumps([ELEMENT, ["K", "C"]]), None),
    ("deeper than anyone needs", "[" * 100_000, None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "wanted"), [row[1:] for row in CELLS], ids=[row[0] for row in CELLS])
def test_a_cell_says_what_was_used_or_that_it_does_not(cell: str, wanted: list[Applied] | None) -> None:
    found = read_applied(cell, "EUR")
    assert found == wanted


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*ELEMENT, "Elements", "ContractCommitmentAppliedQuantity", ""]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_no_cell_breaks_it(said: object) -> None:
    assert isinstance(read_applied(json.dumps(said), "EUR"), list | None)


def test_a_cell_that_is_wrong_is_told_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    cells = [json.dumps(json.dumps([ELEMENT])).replace('\\"', '""'), '"{broken"', ""]
    lines = [
        f"1,Usage,2026-05-01,{currency},{cell}"
        for currency, cell in zip(("eur", "EUR", "EUR"), cells, strict=True)
    ]
    path.write_text(
        "\n".join(["BilledCost,ChargeCategory,ChargePeriodStart,BillingCurrency,ContractApplied", *lines, ""])
    )
    formats = Formats.shipped()
    found, (problem,) = applied(path, formats, formats["focus"])
    assert found == (Applied("K", "C", "EUR", D(1)),)
    assert (problem.code, problem.severity, problem.place.row) == ("IMP-099", Severity.NOTE, 3)
    assert problem.place.column == "ContractApplied"


def house(source: str, transform: str = "text") -> Formats:
    """FOCUS with a row of sheet Report mapping over it."""
    row = {"format_id": "focus", "target": "ContractApplied", "source": source, "transform": transform}
    return Formats.shipped().with_rows(mapping=[row])


def test_the_mapping_names_the_column(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    cell = json.dumps(json.dumps([ELEMENT])).replace('\\"', '""')
    head = "BilledCost,ChargeCategory,ChargePeriodStart,BillingCurrency,Drawn from,ContractApplied"
    path.write_text(f"{head}\n1,Usage,2026-05-01,EUR,{cell},\n1,Usage,2026-05-01,EUR,,{cell}\n")
    found = {
        source: [part.amount for part in applied(path, formats, formats["focus"])[0]]
        for source in ("Drawn from", "Drawn from|ContractApplied", "Nowhere")
        if not (formats := house(source)).problems
    }
    assert found == {"Drawn from": [D(1)], "Drawn from|ContractApplied": [D(2)], "Nowhere": []}


def test_a_mapped_column_is_no_new_one_and_no_column_of_the_set(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    head = "BilledCost,ChargeCategory,ChargePeriodStart,BillingPeriodStart,BillingCurrency,BillingAccountId"
    path.write_text(f"{head},Drawn from\n1,Usage,2026-05-01,2026-05-01,EUR,payer,[]\n")
    unknown = import_report(path, Formats.shipped(), out_dir=tmp_path)
    mapped = import_report(path, house("Drawn from"), out_dir=tmp_path)
    assert ([p.code for p in unknown.problems], mapped.problems) == (["IMP-006"], ())
    assert unknown.totals is not None
    assert mapped.totals is not None
    assert unknown.totals.fingerprint == mapped.totals.fingerprint


@pytest.mark.parametrize(
    ("source", "transform"),
    [("A", "lower"), ("A", "text|upper"), ("", "const:x"), ("A+B", "text"), ("a/*", "text")],
)
def test_a_mapping_that_would_be_ignored_is_refused(source: str, transform: str) -> None:
    (problem,) = house(source, transform).problems
    assert (problem.code, problem.place.sheet, problem.place.row) == ("IMP-026", "Report mapping", 2)
    assert "its cells are read as they stand, so it takes text and a column" in problem.sentence
