"""A distributor's list of orders, and the rows of three sheets that describe it."""

from collections.abc import Mapping
from pathlib import Path

FORMAT = {
    "Format": "nordhandel",
    "Vendor": "Nordhandel",
    "Kind": "orders",
    "Must have": "Bestellnummer|Vertrag|Art|Zeitpunkt",
    "Dates": "auto",
}
MAPPING = {
    "x_OrderId": ("Bestellnummer", "text"),
    "x_CustomerKey": ("Kunde", "text"),
    "x_SubscriptionId": ("Vertrag", "text"),
    "SkuId": ("Artikel", "text"),
    "PricingQuantity": ("Anzahl", "num"),
    "x_OrderKind": ("Art", "map:nordhandel_kind"),
    "x_OrderTime": ("Zeitpunkt", "text"),
}
KINDS = {"Neu": "start", "Mehr": "add", "Weniger": "remove", "Kündigung": "cancel", "Umbenannt": "ignore"}
HEADER = "Bestellnummer;Kunde;Vertrag;Artikel;Anzahl;Art;Zeitpunkt"
NEW = "N-1;NH-10;V-1;MW;4;Neu;2026-06-15T22:30:00Z"
MORE = "N-2;NH-10;V-1;MW;2;Mehr;2026-06-21T10:00:00+02:00"
ENDED = "N-3;NH-10;V-1;MW;;Kündigung;2026-06-26T22:30:00Z"
RENAMED = "N-4;NH-10;V-1;MW;;Umbenannt;2026-06-27"


def write(path: Path, *rows: str) -> Path:
    """Write a list with these rows."""
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def mapping_rows() -> list[Mapping[str, str]]:
    """Return the rows of sheet Report mapping."""
    return [
        {"Format": FORMAT["Format"], "Target": target, "Source": source, "Transform": transform}
        for target, (source, transform) in MAPPING.items()
    ]


def value_rows() -> list[Mapping[str, str]]:
    """Return the rows of sheet Value maps."""
    return [{"Map": "nordhandel_kind", "From": word, "To": kind} for word, kind in KINDS.items()]
