"""What does not fit together on sheet Accounts: whose an account is, and how it is shared."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from billow.contracts.customers import Account
from billow.money import exact_text, total
from billow.problems import Problem

_WHOLE = 100
_NEEDS = {"share": ("Share %",), "tag": ("Tag",), "resource_group": ()}
_MAY_HAVE = {"share": ("Share %",), "tag": ("Tag", "Value"), "resource_group": ("Value",), "": ()}


def account_problems(accounts: Sequence[Account]) -> Iterator[Problem]:
    """Yield what is wrong with each row, and with the rows of one account on the same days."""
    by_key: dict[tuple[str, str], list[Account]] = {}
    for account in accounts:
        yield from _cells(account)
        by_key.setdefault((account.vendor, account.account.casefold()), []).append(account)
    for same in by_key.values():
        ordered = sorted(same, key=lambda a: a.valid_from or date.min)
        clashes = list(_clashes(ordered))
        yield from clashes
        if not clashes:
            yield from _shares(ordered)


def _cells(account: Account) -> Iterator[Problem]:
    filled = {
        "Share %": account.share is not None,
        "Tag": bool(account.tag),
        "Value": bool(account.value),
    }
    how = account.split_by or "nothing"
    for column, is_filled in filled.items():
        if not is_filled and column in _NEEDS.get(account.split_by, ()):
            hint = f"Fill in {column}, or clear Split by."
            yield _about(account, "INP-031", f"A row split by {how} has no {column}.", column, hint)
        if is_filled and column not in _MAY_HAVE[account.split_by]:
            hint = "Clear the cell, or choose in Split by how the account is shared."
            yield _about(account, "INP-031", f"{column} has no effect in a row split by {how}.", column, hint)
    if account.share is not None and not 0 < account.share <= _WHOLE:
        sentence = f"A share of {exact_text(account.share)} % cannot be."
        yield _about(account, "INP-032", sentence, "Share %", "Write a percentage above 0, at most 100.")


def _clashes(ordered: Sequence[Account]) -> Iterator[Problem]:
    """Yield rows that contradict on a day they share: two owners of the whole, of one value, or two ways."""
    for first, second in combinations(ordered, 2):
        if (first.valid_through or date.max) < (second.valid_from or date.min):
            continue
        name = f"Account {second.account} of {second.vendor}"
        if (first.split_by, first.tag) != (second.split_by, second.tag):
            hint = "Choose the same Split by, and the same Tag, in all rows of the account."
            yield _about(
                second, "INP-033", f"{name} is split in two ways on the same days.", "Split by", hint
            )
        elif not first.split_by:
            sentence = f"{name} belongs to {first.customer} and to {second.customer} on the same days."
            hint = "End the earlier row with Valid through on the day before the later one begins."
            yield _about(second, "INP-011", sentence, "Valid from", hint)
        elif first.split_by == "share" and first.customer == second.customer:
            sentence = f"{name} has two shares of {second.customer} on the same days."
            hint = "Write one row with the sum of both shares."
            yield _about(second, "INP-033", sentence, "Customer", hint)
        elif first.split_by != "share" and first.value.casefold() == second.value.casefold():
            what = f'"{second.value}"' if second.value else "what has no row of its own"
            sentence = f"{name} gives {what} to {first.customer} and to {second.customer} on the same days."
            yield _about(second, "INP-033", sentence, "Value", "Name each value in one row only.")


def _shares(ordered: Sequence[Account]) -> Iterator[Problem]:
    """Yield a problem for the first day on which the shares of an account are not the whole."""
    ends = (a.valid_through + timedelta(days=1) for a in ordered if a.valid_through)
    for day in sorted({*(a.valid_from or date.min for a in ordered), *ends}):
        held = [a for a in ordered if a.split_by == "share" and a.holds_on(day)]
        shares = total(a.share for a in held if a.share is not None)
        if held and shares != _WHOLE:
            since = f" from {day}" if day > date.min else ""
            name = f"Account {held[0].account} of {held[0].vendor}"
            sentence = f"The shares of {name} come to {exact_text(shares)} %{since}."
            yield _about(held[-1], "INP-032", sentence, "Share %", "Let the shares of each day come to 100.")
            return


def _about(account: Account, code: str, sentence: str, column: str, hint: str) -> Problem:
    return Problem(code, sentence, replace(account.place, column=column), hint)
