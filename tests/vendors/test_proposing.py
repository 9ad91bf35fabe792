"""What is proposed for a report that nobody described: columns by name and content, and what is asked."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billow.problems import Refused
from billow.vendors import Answers, Formats, Proposal, import_report, propose
from tests.vendors import distributor

DUTCH = (
    "Factuurnummer;Klantnr;Klant;Artikelcode;Omschrijving;Soort;Periode van;Periode t/m;Aantal;Prijs;"
    "Bedrag excl. BTW;Valuta\n"
    "F1;K-9;Bakker BV;A-1;Mailbox;Abonnement;01-06-2026;30-06-2026;3;1,50;4,50;EUR\n"
    "F1;K-10;De Wit;A-2;Opslag;Verbruik;01-06-2026;30-06-2026;2;0,25;0,50;EUR\n"
)
ENGLISH = (
    "Bill number,End customer ID,Part no,Item description,From,To,Qty,Line total net,Ship date\n"
    "B1,C1,P1,Seats,2026-06-01,2026-07-01,3,4.50,2026-05-30\n"
    "B1,C2,P1,Seats,2026-06-01,2026-07-01,-1,-1.50,2026-05-30\n"
)


def _proposed(tmp_path: Path, content: str, formats: Formats, **answers: Any) -> Proposal:
    path = tmp_path / "disty.csv"
    path.write_text(content, encoding="utf-8")
    return propose(path, formats, Answers("disty", "Disty", **answers))


def _columns(proposal: Proposal) -> dict[str, str]:
    return {row["target"]: row["source"] or row["transform"] for row in proposal.mapping_rows}


def test_a_dutch_report(tmp_path: Path, shipped: Formats) -> None:
    proposal = _proposed(tmp_path, DUTCH, shipped)
    assert _columns(proposal) == {
        "ServiceProviderName": "const:Disty",
        "InvoiceId": "Factuurnummer",
        "x_CustomerKey": "Klantnr",
        "x_CustomerName": "Klant",
        "SkuId": "Artikelcode",
        "ChargeDescription": "Omschrijving",
        "ChargeCategory": "Soort",
        "x_ChargeType": "Soort",
        "ChargePeriodStart": "Periode van",
        "ChargePeriodEnd": "Periode t/m",
        "PricingQuantity": "Aantal",
        "ContractedUnitPrice": "Prijs",
        "BilledCost": "Bedrag excl. BTW",
        "BillingCurrency": "Valuta",
    }
    assert {row["from"]: row["to"] for row in proposal.value_rows} == {
        "Abonnement": "Purchase",
        "Verbruik": "Usage",
    }
    assert proposal.format_row["checks"] == "times:Aantal*Prijs=Bedrag excl. BTW"
    assert (proposal.format_row["end_inclusive"], proposal.questions) == ("yes", ())
    totals = import_report(
        tmp_path / "disty.csv", proposal.laid_over(shipped), out_dir=tmp_path / "out"
    ).totals
    assert totals
    assert (totals.format_id, totals.billed) == ("disty", {"EUR": Decimal(5)})


def test_an_english_report_without_a_currency(tmp_path: Path, shipped: Formats) -> None:
    proposal = _proposed(tmp_path, ENGLISH, shipped)
    assert proposal.format_row["end_inclusive"] == "no"  # from the first to the first
    assert proposal.format_row["checks"] == "sign:Qty=Line total net"
    assert proposal.format_row["known_columns"] == "Ship date"
    assert proposal.questions == (
        "Which currency are the amounts in? No column says it: name one with --currency.",
    )
    answered = _proposed(tmp_path, ENGLISH, shipped, currency="USD")
    assert (_columns(answered)["BillingCurrency"], answered.questions) == ("const:USD", ())


# what it is, header and row, answers, target, the header it gets
MATCHES = [
    ("a number is no description", "Amount,Text\n1.00,7\n", {}, "ChargeDescription", "Text"),
    ("a column of words is no amount", "Amount,Net\nabc,1.00\n", {}, "BilledCost", "Net"),
    ("days are no quantity", "Net,Quantity,From\n1,2026-06-01,2026-06-01\n", {}, "PricingQuantity", None),
    ("a currency is a code", "Net,Currency,Curr\n1,Euro,EUR\n", {}, "BillingCurrency", "Curr"),
    ("a name is the account where nothing else is", "Net,Klant\n1,Bakker\n", {}, "x_CustomerKey", "Klant"),
    ("what a person says goes first", "Net,Betrag\n1,2\n", {"BilledCost": "Betrag"}, "BilledCost", "Betrag"),
    ("a person may want none", "Net,Qty\n1,2\n", {"PricingQuantity": ""}, "PricingQuantity", None),
    ("net goes before gross", "Gross amount,Net amount\n2,1\n", {}, "BilledCost", "Net amount"),
]


@pytest.mark.parametrize(
    ("content", "columns", "target", "header"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES]
)
def test_what_a_column_is_taken_for(
    content: str, columns: dict[str, str], target: str, header: str | None, tmp_path: Path, shipped: Formats
) -> None:
    proposal = _proposed(tmp_path, content, shipped, columns=columns)
    assert _columns(proposal).get(target) == header


REFUSED = [
    ("no amount", "Colour,Size\nred,L\n", {}, "IMP-058", "Name it with --column BilledCost=HEADER."),
    ("a column that is not there", "Net\n1\n", {"BilledCost": "Nett"}, "IMP-005", 'Did you mean "Net"?'),
    ("a target that is not there", "Net\n1\n", {"Cost": "Net"}, "IMP-022", "manual"),
]


@pytest.mark.parametrize(
    ("content", "columns", "code", "hint"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_proposal_that_cannot_be_made(
    content: str, columns: dict[str, str], code: str, hint: str, tmp_path: Path, shipped: Formats
) -> None:
    with pytest.raises(Refused) as refused:
        _proposed(tmp_path, content, shipped, columns=columns)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert hint in problem.hint


def test_an_unknown_word_is_asked_and_not_mapped(tmp_path: Path, shipped: Formats) -> None:
    path = distributor.write(tmp_path / "disty.xlsx")
    proposal = propose(path, shipped, Answers("disty", "Disty"))
    assert {row["from"]: row["to"] for row in proposal.value_rows} == {
        "Miete": "Purchase",
        "Verbrauch": "Usage",
        "Gutschrift Mai": "Credit",
    }
    assert proposal.format_row["explode"] == "tax:MwSt"
    (question,) = proposal.questions
    assert question.startswith("What kind of charge are Sonstiges? Until sheet Value maps says so,")


def test_a_header_that_no_table_could_name_is_left_alone(tmp_path: Path, shipped: Formats) -> None:
    proposal = _proposed(tmp_path, "Net|Amount,Amount,C++ Qty\n9,1,1\n", shipped)
    assert _columns(proposal)["BilledCost"] == "Amount"
    assert proposal.format_row["checks"] == ""
    assert proposal.laid_over(shipped).problems == ()
