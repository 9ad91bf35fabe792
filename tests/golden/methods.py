"""One function per method of the worked cases: inputs in, our figures out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from . import by_days, by_discount, by_model, by_spend, by_sums
from .inputs import Inputs

METHODS: Mapping[str, Callable[[Inputs], dict[str, Any]]] = MappingProxyType(
    {
        # charge models
        "standard": by_model.per_unit,
        "attribute_mapping": by_model.price_by_attribute,
        "graduated": by_model.graduated,
        "graduated_with_flat_fee": by_model.graduated,
        "graduated_mixed_flat_unit": by_model.graduated,
        "graduated_incremental": by_model.graduated,
        "graduated_prorated_events": by_model.graduated_events,
        "tiered_blocks_all_tiers": by_model.graduated_blocks,
        "tiered_blocks_top_tier": by_model.volume_blocks,
        "volume": by_model.volume,
        "volume_with_flat_fee": by_model.volume,
        "volume_mixed_flat_unit": by_model.volume,
        "volume_prorated": by_model.volume_prorated,
        "package_round_up": by_model.package,
        "percentage_plus_fixed": by_model.percentage,
        "graduated_percentage": by_model.graduated_percentage,
        # quantity rules, minimum, maximum and commitment
        "minimum_quantity": by_spend.priced_quantity,
        "free_units_across_splits": by_spend.free_units,
        "package_minimum_spend": by_spend.topped_up,
        "minimum_spend": by_spend.topped_up,
        "maximum_spend": by_spend.capped,
        "tier_cap": by_spend.capped_units,
        "minimum_true_up": by_spend.true_up,
        "prorated_minimum_true_up": by_spend.true_up,
        "tier_bounds_upper_inclusive": by_model.rates_of_tier,
        # a share of a period
        "calendar_month_days_inclusive": by_days.calendar_days,
        "monthly_rate_skip_days": by_days.calendar_days,
        "day_based_inclusive": by_days.from_start,
        "day_based_inclusive_both_ends": by_days.in_quarter,
        "day_based_inclusive_start": by_days.upgrade_less_invoiced,
        "anniversary_period_days_half_open": by_days.up_to_cycle_day,
        "number_of_cycles_half_open": by_days.cycles,
        "half_open_days": by_days.half_open,
        "actual_days_inclusive": by_days.days_of_month,
        "daily_rate_rounded_first": by_days.days_of_month,
        "legacy_correction": by_days.days_of_month,
        "annual_daily_inclusive": by_days.days_of_year,
        "annual_days_inclusive_rounded_daily_rate": by_days.segments_of_year,
        "annual_monthly_month_portions": by_days.portions_of_year,
        "month_and_a_half": by_days.until_end_of_invoice_month,
        "inclusive_cancel_factor": by_days.until_cancelled,
        "bc_start_of_month": by_days.start_of_month,
        "bc_end_of_month": by_days.end_of_month,
        "fixed_30_day_month": by_days.fixed_30,
        "full_hours_ceil": by_days.hours,
        "calendar_days_in_customer_timezone": by_days.in_zone,
        "half_month": by_days.half_months,
        "weekly_days_over_7": by_days.weeks,
        # where periods end
        "period_end_start_of_month": by_days.period_end,
        "period_end_end_of_month": by_days.month_end,
        "anniversary_day_clamped_but_remembered": by_days.remembered_day,
        # changes: the old taken back, the new charged
        "credit_and_charge_day_based_inclusive": by_sums.credit_and_charge,
        "credit_and_charge_days": by_sums.downgrade,
        "deduct_paid_remainder": by_sums.deduct_paid,
        "unused_days_credit": by_sums.unused_days,
        "anniversary_days_inclusive": by_sums.full_reversal,
        "rebill_old_and_new_quantity": by_sums.rebilled,
        "sku_conversion": by_sums.converted,
        "legacy_cycle_instance_prorate": by_sums.whole_fee_reversed,
        "credit_cap": by_sums.capped,
        "full_refund_window": by_sums.refunded,
        "trial_to_paid": by_sums.trial,
        # discounts
        "percent_compound": by_discount.off_a_line,
        "percent_before_fixed": by_discount.off_a_line,
        "coupon_order_metric_plan_all_proportional": by_discount.coupons,
        # sums, VAT, splitting
        "co_term_two_subscriptions": by_sums.on_one_invoice,
        "proration_lines_plus_next_period": by_sums.with_vat,
        "coupon_proportional_then_tax": by_sums.coupon_then_vat,
        "distribute_over_lines": by_sums.distributed,
        "distribute_over_lines_remainder": by_sums.distributed,
        "full_months_equal": by_sums.deferred,
        "stub_days_then_equal_months_remainder_last": by_sums.deferred,
        "annual_to_monthly_cost": by_sums.monthly_cost,
        "rounddown_unit_price": by_sums.cut_off,
    }
)
