"""The charge store beside the workbook: vendor files by hash, charges as sets, exact sums.

A set is what one vendor delivers for one account and month. It is replaced as a whole or not at all; who
reads the store sees catalogued sets only.
"""

from billow.usage.deliveries import Delivery
from billow.usage.measure import CustomerDifference
from billow.usage.store import ChargeStore, Commit, Status

__all__ = ["ChargeStore", "Commit", "CustomerDifference", "Delivery", "Status"]
