"""Products, and the rules by which a vendor's article is one of them.

The most specific rule wins: the very SKU, then the longest beginning, then the service, then the vendor.

>>> rules = [SkuRule("AWS", "vendor", "", "AWS"), SkuRule("AWS", "service", "Amazon S3", "S3")]
>>> match_rules(rules, vendor="AWS", sku="X1", service="Amazon S3")[0].product
'S3'
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from billow.problems import NOWHERE, Place


@dataclass(frozen=True)
class Product:
    """What we sell. ``texts`` are per language; ``proration`` blank means the default.

    ``on_increase``, ``on_decrease`` (now, period_end), ``change_style``, ``refund`` and ``window_hours`` say
    how changes of a contract are billed; ``recognition`` (at_once, by_month, by_day) when the journal books
    revenue that is billed ahead; ``users_counted`` how users are (``billow.users.counting``).
    """

    product: str
    text: str
    texts: dict[str, str] = field(default_factory=dict, hash=False)
    vendor: str = ""
    family: str = ""
    unit: str = ""
    proration: str = ""
    show_per: str = "subscription"
    vat_class: str = ""
    revenue_group: str = ""
    place: Place = NOWHERE
    on_increase: str = "now"
    on_decrease: str = "now"
    change_style: str = "net_delta"
    refund: str = ""
    window_hours: int = 168
    recognition: str = "at_once"
    users_counted: str = "days"

    def text_in(self, language: str) -> str:
        """Return the text for the invoice in ``language``, or the general one."""
        return self.texts.get(language) or self.text


@dataclass(frozen=True)
class SkuRule:
    """A vendor's article (``match``: sku, prefix, service or vendor) and our product for it."""

    vendor: str
    match: str
    sku: str
    product: str
    place: Place = NOWHERE


_RANK = {"sku": 3, "prefix": 2, "service": 1, "vendor": 0}


def match_rules(rules: Iterable[SkuRule], *, vendor: str, sku: str, service: str) -> list[SkuRule]:
    """Return the most specific rules that fit; none, one, or the several that are equally specific."""
    fitting = [rule for rule in rules if rule.vendor == vendor and _fits(rule, sku, service)]
    best = max((_specificity(rule) for rule in fitting), default=None)
    return [rule for rule in fitting if _specificity(rule) == best]


def _fits(rule: SkuRule, sku: str, service: str) -> bool:
    wanted = rule.sku.casefold()
    match rule.match:
        case "sku":
            return wanted == sku.strip().casefold() != ""
        case "prefix":
            return bool(wanted) and sku.strip().casefold().startswith(wanted)
        case "service":
            return wanted == service.strip().casefold() != ""
        case _:
            return True


def _specificity(rule: SkuRule) -> tuple[int, int]:
    return _RANK[rule.match], len(rule.sku) if rule.match == "prefix" else 0
