"""The named ways of counting a part of a cycle, each with one worked line.

Sources of the conventions: Microsoft, Lago and ERPNext (calendar days), Kill Bill and Chargebee
(anniversary, fixed 30), Dynamics 365 (annual and monthly portions), Waldur (half months, hours),
Business Central (start and end of month).

>>> Method("fixed_30") is Method.FIXED_30
True
"""

from enum import StrEnum


class Method(StrEnum):
    """How a part of a cycle is counted; the name is printed on the line.

    CALENDAR_DAYS: in each calendar month the used days over that month's days, summed:
    20 January through 10 February is 12/31 + 10/28.
    ANNIVERSARY_DAYS: in each cycle (a month from the anchor day) the used days over that cycle's days:
    with anchor 15, 1 through 14 July is 14/30 of the cycle 15 June through 14 July.
    FIXED_30: every month has 30 days; the 31st is free, the last of February counts for what it lacks:
    23 May through 14 June is 8/30 + 14/30.
    ANNUAL_365: the days over 365 of a year's price, leap year or not: 1 through 31 January is 31/365.
    ANNUAL_ACTUAL: the days over the days of the year from the anchor, 365 or 366:
    12 August through 22 December 2019 is 133/366, for that year holds 29 February 2020.
    MONTHLY_PORTIONS: a year's price in twelve equal months, the first and the last by their days:
    12 August through 22 December is 20/31 + 3 + 22/31 twelfths.
    WHOLE_MONTHS: each calendar month that is touched counts in full: 30 June through 1 August is 3.
    HALF_MONTH: a month has two halves, through the 15th and from the 16th; a whole half is 1/2, a part of
    one its days over the month's days: 14 through 31 July is 2/31 + 1/2.
    HOURS: in each calendar month the started hours over that month's hours: 10 June is 24/720.
    FULL_PERIOD: each cycle that is touched counts in full, however short: 30 June alone is 1.
    BC_START_OF_MONTH: whole months from the first day on, the rest over the days of the month it lies in:
    31 January through 28 February is 1 + 1/31, for the next month is 28 February through 30 March.
    BC_END_OF_MONTH: the same, but who begins in the last three days of a month stays as near to its end:
    28 February through 31 March is 1 + 1/30, for the next month is 31 March through 29 April.
    NONE: nothing is prorated, the amount is taken once: 30 June alone is 1, and so is a quarter.
    """

    CALENDAR_DAYS = "calendar_days"
    ANNIVERSARY_DAYS = "anniversary_days"
    FIXED_30 = "fixed_30"
    ANNUAL_365 = "annual_365"
    ANNUAL_ACTUAL = "annual_actual"
    MONTHLY_PORTIONS = "monthly_portions"
    WHOLE_MONTHS = "whole_months"
    HALF_MONTH = "half_month"
    HOURS = "hours"
    FULL_PERIOD = "full_period"
    BC_START_OF_MONTH = "bc_start_of_month"
    BC_END_OF_MONTH = "bc_end_of_month"
    NONE = "none"

    @property
    def counts_days(self) -> bool:
        """Tell whether fewer days cost less; else what is touched is billed in full."""
        return self not in {Method.WHOLE_MONTHS, Method.FULL_PERIOD, Method.NONE}

    @property
    def unit(self) -> str:
        """What is counted: days or hours."""
        return "hours" if self is Method.HOURS else "days"
