"""Methods of the worked cases that we do not compute, each with its reason."""

from types import MappingProxyType

SKIPPED = MappingProxyType(
    {
        "rule_conflict_multiply": "decided otherwise: the most specific price wins, a tie is a problem",
        "calendar_month_inclusive_round_up": "decided otherwise: a share is never rounded before pricing",
        "tax_globally": "decided otherwise: each line is rounded before VAT (EN 16931), which gives 6527.81",
    }
)
