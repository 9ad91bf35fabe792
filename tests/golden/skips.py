"""Methods of the worked cases that we do not compute, each with its reason."""

from types import MappingProxyType

_DISCOUNT = "not built yet: discounts"

SKIPPED = MappingProxyType(
    {
        "trial_to_paid": "not built yet: trials",
        "percent_compound": _DISCOUNT,
        "percent_before_fixed": _DISCOUNT,
        "coupon_order_metric_plan_all_proportional": _DISCOUNT,
        "rule_conflict_multiply": "decided otherwise: the most specific price wins, a tie is a problem",
        "calendar_month_inclusive_round_up": "decided otherwise: a share is never rounded before pricing",
        "calendar_days_in_customer_timezone": "decided otherwise: periods are whole dates, never instants",
        "tax_globally": "decided otherwise: each line is rounded before VAT (EN 16931), which gives 6527.81",
    }
)
