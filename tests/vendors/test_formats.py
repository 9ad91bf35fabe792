"""Mistakes in the tables that describe a report, and every transform."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billow.problems import Place
from billow.sheets.columns import SHEETS
from billow.vendors import Formats, Imported
from billow.vendors.format_checks import KINDS
from tests.vendors.conftest import FORMAT, MAPPING, mapping_rows

Read = Callable[..., Imported]
Rows = Callable[..., list[tuple[Any, ...]]]

MAPPING_SHEET, FORMATS_SHEET = "Report mapping", "Report formats"
# what it is, changed mapping row (target, source, transform), code, sentence, column, words of the hint
WRONG_ROWS = [
    (
        "an unknown transform",
        ("SkuId", "Sku", "txt"),
        "IMP-021",
        'There is no transform "txt".',
        "Transform",
        '"text"',
    ),
    (
        "an unknown target",
        ("SkuID", "Sku", "text"),
        "IMP-022",
        'There is no column to fill "SkuID".',
        "Target",
        '"SkuId"',
    ),
    (
        "an unknown value map",
        ("ChargeCategory", "Kind", "map:house_kid"),
        "IMP-025",
        'There is no value map "house_kid".',
        "Transform",
        '"house_kind"',
    ),
    (
        "an amount without num",
        ("ListCost", "List", "text"),
        "IMP-026",
        'The transform "num" for ListCost cannot work: the column ListCost needs it, or it would hold text.',
        "Transform",
        "manual",
    ),
    (
        "a text with num",
        ("SkuId", "Sku", "num"),
        "IMP-026",
        'The transform "num" for SkuId cannot work: the column SkuId holds text.',
        "Transform",
        "manual",
    ),
    (
        "a missing argument",
        ("SkuId", "Sku", "default"),
        "IMP-026",
        'The transform "default" for SkuId cannot work: an argument is missing after the colon.',
        "Transform",
        "manual",
    ),
    (
        "an argument too many",
        ("SkuId", "Sku", "lower:x"),
        "IMP-026",
        'The transform "lower" for SkuId cannot work: it takes no argument, not "x".',
        "Transform",
        "manual",
    ),
    (
        "a division by no power of ten",
        ("ListCost", "List", "num|div:3"),
        "IMP-026",
        'The transform "div" for ListCost cannot work: it wants 10, 100, 1000 and so on.',
        "Transform",
        "manual",
    ),
]


@pytest.mark.parametrize(
    ("row", "code", "sentence", "column", "hint"), [r[1:] for r in WRONG_ROWS], ids=[r[0] for r in WRONG_ROWS]
)
def test_a_wrong_row_of_the_mapping(
    row: tuple[str, str, str], code: str, sentence: str, column: str, hint: str, house: Formats
) -> None:
    target, source, transform = row
    cells = {"format_id": "house", "target": target, "source": source, "transform": transform, "row": 41}
    (problem,) = house.with_rows(mapping=[cells], file="Billing.xlsx").problems
    assert (problem.code, problem.sentence) == (code, sentence)
    assert problem.place == Place("Billing.xlsx", MAPPING_SHEET, 41, column)
    assert hint in problem.hint


def test_a_mapping_of_an_unknown_format(house: Formats) -> None:
    cells = {"format_id": "hous", "target": "SkuId", "source": "Sku", "transform": "text"}
    (problem,) = house.with_rows(mapping=[cells]).problems
    assert (problem.code, problem.sentence) == ("IMP-023", 'There is no report format "hous".')
    assert problem.place == Place("", MAPPING_SHEET, 2, "Format")
    assert problem.hint == 'Did you mean "house"?'


def test_a_format_without_an_amount(shipped: Formats) -> None:
    (problem,) = shipped.with_rows([FORMAT], mapping_rows({"SkuId": ("Sku", "text")})).problems
    assert (problem.code, problem.sentence) == ("IMP-024", 'The format "house" maps no column to BilledCost.')
    assert problem.place == Place("", FORMATS_SHEET, 2)


WRONG_FORMATS = [
    (
        "a date order that is none",
        {"dates": "us"},
        "Dates",
        '"us" is not one of auto, iso, mdy, dmy, auto-mdy, auto-dmy.',
    ),
    (
        "a kind that is none",
        {"kind": "stock"},
        "Kind",
        (
            '"stock" is not one of usage, invoice, quantity, no charges, orders, inventory, invoice_detail, '
            "commitment."
        ),
    ),
    (
        "a split that is none",
        {"explode": "VAT"},
        "Tax column",
        '"VAT" is not tax: or credits: and the name of a column.',
    ),
    ("no decimal sign", {"decimal": ";"}, "Decimal sign", '";" is not one of auto, point, comma.'),
    (
        "a time zone that is none",
        {"zone": "Berlin"},
        "Time zone",
        '"Berlin" is no time zone such as America/Los_Angeles.',
    ),
    (
        "a check that does not exist",
        {"checks": "sums:A=B"},
        "Checks",
        'There is no check "sums"; known are sum, times, sign, positive, negative, case.',
    ),
    (
        "a check that is written wrongly",
        {"checks": "sum:Net+VAT"},
        "Checks",
        '"sum:Net+VAT" is not written as sum:A+B=C.',
    ),
    ("nothing to know it by", {"must_have": ""}, "Must have", "It is empty."),
    ("no total to prove", {"total_check": None}, "Total check", "It is empty."),
]


@pytest.mark.parametrize(
    ("change", "column", "said"), [r[1:] for r in WRONG_FORMATS], ids=[r[0] for r in WRONG_FORMATS]
)
def test_a_wrong_row_of_the_formats(
    change: dict[str, object], column: str, said: str, house: Formats, read: Read
) -> None:
    wrong = house.with_rows([{**FORMAT, **change}], file="Billing.xlsx")
    (problem,) = wrong.problems
    assert problem.code == "IMP-027"
    assert problem.sentence == f'The report format "house" has a wrong entry in {column}. {said}'
    assert problem.place == Place("Billing.xlsx", FORMATS_SHEET, 2, column)
    refused = read("Net,Kind,Customer\n", formats=wrong)
    assert refused.parquet is None, "nothing is imported by it"
    assert problem in refused.problems
    other = read("BilledCost,ChargeCategory,ChargePeriodStart\n", "focus.csv", formats=wrong)
    assert other.parquet is not None, "other formats go on working"


def test_rows_of_a_sheet_replace_shipped_rows_with_their_key(shipped: Formats) -> None:
    assert shipped["ms_nce_recon"].must_have
    changed = shipped.with_rows(
        formats=[{"format_id": "ms_nce_recon", "vendor": "M", "must_have": "A", "total_check": "B"}],
        mapping=[{"format_id": "ms_nce_recon", "target": "SkuId", "source": "A", "transform": "text"}],
        value_maps=[{"map": "ms_charge_category", "from": "NEW", "to": "Usage"}],
    )
    assert changed["ms_nce_recon"].must_have == ("A",)
    assert len(changed.mapping_of("ms_nce_recon")) == len(shipped.mapping_of("ms_nce_recon"))
    assert changed.value_map("ms_charge_category")["new"] == "Usage"


# what it shows, target, source, transform, cells of the report, what is stored
TRANSFORMS = [
    ("text keeps what stands there", "SkuId", "A", "text", {"A": " Ab "}, "Ab"),
    ("lower", "SkuId", "A", "lower", {"A": "AB-Ü"}, "ab-ü"),
    ("upper", "SkuId", "A", "upper", {"A": "eur"}, "EUR"),
    ("the first filled of several", "SkuId", "A|B|C", "text", {"A": "", "B": "b", "C": "c"}, "b"),
    ("const", "SkuId", "", "const:it's", {"A": "x"}, "it's"),
    ("default where nothing is filled", "SkuId", "A", "default:none yet", {"A": ""}, "none yet"),
    ("default is not taken where something is", "SkuId", "A", "default:x", {"A": "a"}, "a"),
    ("else another column", "SkuId", "A", "json:k|else:B", {"A": "{}", "B": "b"}, "b"),
    ("ifset where the column is filled", "SkuId", "A", "ifset:B:Usage", {"A": "a", "B": "1 Hour"}, "Usage"),
    ("ifset where it is empty", "SkuId", "A", "ifset:B:Usage", {"A": "a", "B": ""}, "a"),
    ("map in any casing", "SkuId", "A", "map:house_kind", {"A": "LICENCE"}, "Purchase"),
    ("map of an unknown word", "SkuId", "A", "map:house_kind", {"A": "x"}, None),
    ("map with a default", "ChargeFrequency", "A", "map:ms_charge_frequency", {"A": "x"}, "One-Time"),
    (
        "concat keeps the place of an empty cell",
        "SkuId",
        "A+B+C",
        "concat:/",
        {"A": "a", "B": "", "C": "c"},
        "a//c",
    ),
    (
        "zfillpart gives back the zeros that Excel took",
        "SkuId",
        "A+B",
        "concat:/|zfillpart:/:2:4",
        {"A": "CFQ", "B": "2"},
        "CFQ/0002",
    ),
    (
        "parts keeps the first parts, joined anew",
        "SkuId",
        "A",
        "parts:::2:/",
        {"A": "CFQ:0002:XYZ"},
        "CFQ/0002",
    ),
    (
        "zfillpart leaves what is long enough",
        "SkuId",
        "A+B",
        "concat:/|zfillpart:/:2:4",
        {"A": "CFQ", "B": "000XY"},
        "CFQ/000XY",
    ),
    ("json", "SkuId", "A", "json:name", {"A": '{"name":"Cloud","n":1}'}, "Cloud"),
    ("json of a text that is none", "SkuId", "A", "json:name", {"A": "{broken"}, None),
    ("jsonkey takes the key", "SkuId", "A", "jsonkey:id", {"A": '{"osId":"OS-1","id":"0d7"}'}, "0d7"),
    ("jsonkey leaves a plain text", "SkuId", "A", "jsonkey:id", {"A": "0d7"}, "0d7"),
    ("tags stay as written", "Tags", "A", "tags", {"A": '{"env":"prod"}'}, '{"env":"prod"}'),
    (
        "tags get the braces that Azure leaves out",
        "Tags",
        "A",
        "tags",
        {"A": '"env": "prod"'},
        '{"env": "prod"}',
    ),
    (
        "kvlist is Google's list of labels as one object",
        "Tags",
        "A",
        "kvlist",
        {"A": '[{"key": "env", "value": "prod"}, {"key": "a", "value": "1"}]'},
        '{"env":"prod","a":"1"}',
    ),
    ("kvlist of an empty list", "Tags", "A", "kvlist", {"A": "[]"}, None),
    (
        "kvlist, then one of its values",
        "x_SubscriptionId",
        "A",
        "kvlist|json:workspace.googleapis.com/subscription_id|else:B",
        {"A": '[{"key": "workspace.googleapis.com/subscription_id", "value": "S1"}]', "B": "E"},
        "S1",
    ),
    (
        "taggroup gathers what is filled",
        "Tags",
        "tag/*",
        "taggroup",
        {"tag/env": 'a"b', "tag/no": "", "tag/x:y": "1"},
        '{"env":"a\\"b","x:y":"1"}',
    ),
    ("taggroup of nothing", "Tags", "tag/*", "taggroup", {"tag/env": ""}, None),
    ("num", "ListCost", "A", "num", {"A": "1.5"}, Decimal("1.5")),
    ("div moves the point", "x_PartnerCreditRate", "A", "num|div:100", {"A": "15"}, Decimal("0.15")),
    (
        "div keeps every digit",
        "x_PartnerCreditRate",
        "A",
        "num|div:1000",
        {"A": "0.0000000000001"},
        Decimal("1E-16"),
    ),
    ("neg turns the sign", "ListCost", "A", "num|neg", {"A": "(1.50)"}, Decimal("1.5")),
    ("month of a day", "x_InvoiceMonth", "A", "month", {"A": "2026-06-30"}, "2026-06"),
    ("month of Google's form", "x_InvoiceMonth", "A", "month", {"A": "202606"}, "2026-06"),
    ("month written so", "x_InvoiceMonth", "A", "month", {"A": "2026-06"}, "2026-06"),
    (
        "case: savings plan",
        "EffectiveCost",
        "A",
        "case:aws_effective",
        {
            "A": "SavingsPlanCoveredUsage",
            "lineItem/UnblendedCost": "5",
            "savingsPlan/SavingsPlanEffectiveCost": "3",
        },
        Decimal(3),
    ),
    (
        "case: reservation",
        "EffectiveCost",
        "A",
        "case:aws_effective",
        {"A": "DiscountedUsage", "lineItem/UnblendedCost": "0", "reservation/EffectiveCost": "2"},
        Decimal(2),
    ),
    (
        "case: negation",
        "EffectiveCost",
        "A",
        "case:aws_effective",
        {"A": "SavingsPlanNegation", "lineItem/UnblendedCost": "-5"},
        Decimal(0),
    ),
    (
        "case: plain usage",
        "EffectiveCost",
        "A",
        "case:aws_effective",
        {"A": "Usage", "lineItem/UnblendedCost": "5"},
        Decimal(5),
    ),
]


@pytest.mark.parametrize(
    ("target", "source", "transform", "cells", "stored"),
    [r[1:] for r in TRANSFORMS],
    ids=[r[0] for r in TRANSFORMS],
)
def test_a_transform(
    target: str,
    source: str,
    transform: str,
    cells: dict[str, str],
    stored: object,
    house: Formats,
    read: Read,
    rows_of: Rows,
) -> None:
    formats = house.with_rows(mapping=mapping_rows({**MAPPING, target: (source, transform)}))
    assert formats.problems == ()
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells.values()]
    content = f"Net,Kind,Customer,{','.join(cells)}\n12.50,licence,Contoso,{','.join(quoted)}\n"
    imported = read(content, formats=formats, billing_month="2026-06")
    assert rows_of(imported, target) == [(stored,)]


def test_every_transform_is_documented_and_tried() -> None:
    from billow.vendors import transforms  # noqa: PLC0415 - its docstring is what is tested

    tried = {step.partition(":")[0] for row in TRANSFORMS for step in row[3].split("|")}
    documented = (transforms.__doc__ or "").replace(",", " ").replace(":", " ").split()
    assert set(transforms.TRANSFORMS) <= set(documented)
    assert set(transforms.TRANSFORMS) - tried <= {"date", "end", "same"}, (
        "these three have tests of their own"
    )


def test_the_sheet_offers_every_kind_that_a_format_may_have() -> None:
    assert set(SHEETS["tblFormats"].column("Kind").choices) == set(KINDS)
