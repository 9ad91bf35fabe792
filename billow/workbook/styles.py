"""How cells look: one named style per kind of cell, used by the template and by the writer.

The template shows every style once on the hidden sheet Lists. A writer looks a style's number up there,
since Excel renumbers styles whenever it saves; so a style sheet is never edited afterwards.

>>> from billow.sheets.columns import SHEETS
>>> style_of(SHEETS["tblPrices"].column("Currency")), style_of(SHEETS["tblMargin"].column("Margin"))
('input_text', 'calc_money')
"""

from billow.sheets.columns import Column

NAVY, SLATE, INK, GREY, LINE, PALE = "#1F3A5F", "#5B6B7F", "#1D2733", "#6B7785", "#D5DBE3", "#EEF2F7"
INPUT_FILL, INPUT_INK = "#FFF9DB", "#1F4FBF"
GREEN, RED, AMBER = "#2E7D5B", "#B3261E", "#C98A00"
TABS = {"Control": NAVY, "Inputs": AMBER, "Results": GREEN}

AMOUNT = "#,##0.00####;[Red]-#,##0.00####"
MONEY = "#,##0.00;[Red]-#,##0.00"
DAY = "yyyy-mm-dd"

Look = dict[str, object]

_FORMATS: dict[str, Look] = {
    "text": {"num_format": "@", "align": "left", "indent": 1},
    "decimal": {"num_format": "General", "align": "right"},
    "amount": {"num_format": AMOUNT},
    "money": {"num_format": MONEY},
    "percent": {"num_format": "0.0%;[Red]-0.0%"},
    "integer": {"num_format": "0"},
    "date": {"num_format": DAY, "align": "left", "indent": 1},
}
_CELL: Look = {"font_size": 10, "font_color": INK, "valign": "top", "bottom": 1, "bottom_color": LINE}
_INPUT: Look = {"bg_color": INPUT_FILL, "font_color": INPUT_INK, "bottom_color": "#E8DDB0"}


def _cells() -> dict[str, Look]:
    """Body cells of tables. Result text never turns into a formula, even when a person edits it."""
    looks: dict[str, Look] = {}
    for name, number_format in _FORMATS.items():
        looks[name] = {**_CELL, **number_format}
        looks[f"calc_{name}"] = {**_CELL, **number_format, "num_format": number_format["num_format"]}
        looks[f"input_{name}"] = {**_CELL, **_INPUT, **number_format}
    looks["text"] |= {"num_format": "General", "quote_prefix": True}
    looks["calc_text"] |= {"num_format": "General"}
    looks["input_setting"] = {**looks["input_text"], "num_format": "General", "align": "left"}
    looks["wrapped"] = {**looks["text"], "text_wrap": True}
    looks["calc_answer"] = {"font_size": 10, "font_color": INK, "align": "left", "indent": 1}
    looks["input_wrapped"] = {**looks["input_text"], "text_wrap": True}
    return looks


_HEAD: Look = {"bold": True, "font_size": 10, "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True}
_PAGE: dict[str, Look] = {
    "title": {"bold": True, "font_size": 18, "font_color": NAVY, "valign": "vcenter"},
    "about": {"font_size": 10, "font_color": GREY, "valign": "top"},
    "link": {"font_size": 10, "font_color": "#1F6FB2", "underline": 1, "valign": "vcenter"},
    "flag": {"bold": True, "font_size": 10, "font_color": GREY, "valign": "vcenter"},
    "header": {**_HEAD, "bg_color": NAVY, "align": "left", "indent": 1},
    "header_right": {**_HEAD, "bg_color": NAVY, "align": "right"},
    "header_calc": {**_HEAD, "bg_color": SLATE, "align": "left", "indent": 1},
    "header_calc_right": {**_HEAD, "bg_color": SLATE, "align": "right"},
    "heading": {"bold": True, "font_size": 13, "font_color": NAVY, "valign": "vcenter"},
    "step": {
        **_CELL,
        "align": "left",
        "indent": 1,
        "valign": "vcenter",
        "text_wrap": True,
        "quote_prefix": True,
    },
    "step_name": {
        **_CELL,
        "align": "left",
        "indent": 1,
        "valign": "vcenter",
        "bold": True,
        "font_size": 11,
        "font_color": NAVY,
    },
    "step_line": {"font_size": 10, "font_color": INK, "valign": "vcenter", "indent": 1},
    "section": {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 2, "bottom_color": NAVY},
}

_ON_INVOICE: Look = {"font_size": 10, "font_color": INK, "valign": "top"}
_SMALL: Look = {"font_size": 9, "font_color": GREY, "valign": "top"}
_RULE: Look = {"top": 1, "top_color": LINE}
_RIGHT: Look = {"align": "right"}
_STRONG: Look = {"bold": True}
_TOTAL: Look = {"bold": True, "font_size": 12, "font_color": "#FFFFFF", "bg_color": NAVY, "valign": "vcenter"}


def _invoice() -> dict[str, Look]:
    """Styles of an invoice sheet; amounts with 0, 2 and 3 decimals, since currencies differ."""
    text = {**_ON_INVOICE, "quote_prefix": True, "text_wrap": True}
    looks: dict[str, Look] = {
        "invoice_company": {
            **_ON_INVOICE,
            "bold": True,
            "font_size": 18,
            "font_color": NAVY,
            "valign": "vcenter",
        },
        "invoice_title": {
            **_ON_INVOICE,
            **_RIGHT,
            "bold": True,
            "font_size": 20,
            "font_color": NAVY,
            "valign": "vcenter",
        },
        "invoice_draft": {
            "bold": True,
            "font_size": 12,
            "font_color": "#FFFFFF",
            "bg_color": RED,
            "align": "center",
            "valign": "vcenter",
        },
        "invoice_rule": {"top": 2, "top_color": NAVY},
        "invoice_label": {**_SMALL},
        "invoice_small": {**_SMALL, "text_wrap": True, "quote_prefix": True},
        "invoice_small_right": {**_SMALL, **_RIGHT, "quote_prefix": True},
        "invoice_text": text,
        "invoice_strong": {**text, **_STRONG},
        "invoice_value": {**_ON_INVOICE, **_STRONG, **_RIGHT, "quote_prefix": True},
        "invoice_date": {**_ON_INVOICE, **_STRONG, **_RIGHT, "num_format": DAY},
        "invoice_head": {**_HEAD, "bg_color": NAVY},
        "invoice_head_unit": {**_HEAD, "bg_color": NAVY, "align": "left", "indent": 1},
        "invoice_head_right": {**_HEAD, **_RIGHT, "bg_color": NAVY},
        "invoice_group": {**text, **_STRONG, "font_color": NAVY, "bg_color": PALE, "valign": "vcenter"},
        "invoice_line": {**text, **_RULE},
        "invoice_note": {
            **_SMALL,
            "text_wrap": True,
            "italic": True,
            "align": "left",
            "indent": 1,
            "quote_prefix": True,
        },
        "invoice_unit": {**_ON_INVOICE, **_RULE, "align": "left", "indent": 1, "quote_prefix": True},
        "invoice_period": {**_ON_INVOICE, **_RULE, "font_size": 9, "quote_prefix": True},
        "invoice_quantity": {**_ON_INVOICE, **_RULE, **_RIGHT, "num_format": "General"},
        "invoice_price": {**_ON_INVOICE, **_RULE, "num_format": "#,##0.00####"},
        "invoice_rate": {**_ON_INVOICE, **_RULE, **_RIGHT, "quote_prefix": True},
        "invoice_subtotal_label": {**_ON_INVOICE, **_RULE, **_STRONG, **_RIGHT},
        "invoice_total_label": {**_TOTAL},
    }
    for ending, number_format in {"_0": "#,##0", "": "#,##0.00", "_3": "#,##0.000"}.items():
        amount: Look = {"num_format": number_format, "align": "right"}
        looks[f"invoice_amount{ending}"] = {**_ON_INVOICE, **_RULE, **amount}
        looks[f"invoice_subtotal{ending}"] = {**_ON_INVOICE, **_RULE, **_STRONG, **amount}
        looks[f"invoice_total{ending}"] = {**_TOTAL, **amount}
    return looks


PALETTE: dict[str, Look] = {**_cells(), **_PAGE, **_invoice()}

_PREFIX = {"input": "input_", "formula": "calc_", "result": ""}
WRAPS = 44.0  # a column of words wider than this is read as a sentence


def style_of(column: Column) -> str:
    """Return the name of the style for the body cells of a column."""
    kind = {"choice": "text", "text": "text"}.get(column.type, column.type)
    if kind == "decimal" and column.unit not in {"", "%"}:
        kind = "amount"
    if kind == "text" and column.width >= WRAPS and column.role != "formula":
        kind = "wrapped"
    return _PREFIX[column.role] + kind


def header_of(column: Column) -> str:
    """Return the name of the style for a header: calculated columns are grey, numbers stand right."""
    right = column.type in {"decimal", "money", "percent", "integer"}
    return "header" + ("_calc" if column.role == "formula" else "") + ("_right" if right else "")
