"""A vendor's words for terms and billing, read by keyword; the raw text is kept beside them.

Source of the words: Partner Center reconciliation files, column TermAndBillingCycle.

>>> term_of("One-Year commitment for monthly/yearly billing"), billing_of("Monthly", "1 Year")
('P1Y', 'monthly')
>>> term_of("1 Cache Instance Hour"), billing_of("", "One-Year commitment for yearly billing")
('', 'yearly')
"""

import re
from functools import lru_cache

_TERMS = (
    ("P3Y", re.compile(r"\b(three|3)[- ](3 )?years?\b", re.IGNORECASE)),
    ("P1Y", re.compile(r"\b(one|1)[- ]year\b|\bP1Y\b|\bannual\b", re.IGNORECASE)),
    ("P1M", re.compile(r"\b(one|1)[- ]month\b|\bP1M\b|\bmonthly term\b", re.IGNORECASE)),
)
_BILLING = (
    ("monthly", re.compile(r"\bmonthly\b", re.IGNORECASE)),
    ("yearly", re.compile(r"\b(yearly|annual|annually)\b", re.IGNORECASE)),
    ("triennial", re.compile(r"\btriennial\b", re.IGNORECASE)),
)


# A report has thousands of lines, and few words for terms and billing.
@lru_cache(maxsize=4096)
def term_of(text: str) -> str:
    """Return the term as ISO 8601 duration (P1M, P1Y, P3Y), or blank where the text names none."""
    return next((term for term, pattern in _TERMS if pattern.search(text)), "")


@lru_cache(maxsize=4096)
def billing_of(frequency: str, term_text: str) -> str:
    """Return how a term is billed: monthly, yearly, triennial, or blank; the frequency column goes first."""
    for text in (frequency, term_text):
        for billing, pattern in _BILLING:
            if pattern.search(text):
                return billing
    return ""
