"""What is wrong with a contract, or soon to be decided: changes that cannot be, days billed twice, notice.

>>> from datetime import date
>>> soon = Subscription("K-1", "C-1", "CARE", "contract", date(2026, 1, 1), notice_by=date(2026, 7, 15))
>>> print(contract_problems(soon, {}, [soon], "2026-06")[0].sentence)
Subscription K-1 of customer C-1 runs on unless notice is given by 2026-07-15.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from billow.contracts.changes import contract_segments, overdrawn
from billow.contracts.drivers import words_of
from billow.contracts.subscriptions import Change, Subscription, changes_of
from billow.periods import Period, month
from billow.problems import Problem, Severity

_NEEDS = {"add": "Quantity", "remove": "Quantity", "set": "Quantity", "price": "Price"}
_WITHOUT_QUANTITY = frozenset({"price", "pause", "resume", "cancel"})
_LAST_DAY = 31


def contract_problems(
    subscription: Subscription,
    changes: Mapping[str, Sequence[Change]],
    all_of_them: Iterable[Subscription],
    text: str,
) -> list[Problem]:
    """Return what a person must know of a subscription in the month ``text``, by its row and changes.

    ``changes`` are those of all subscriptions, ``by_subscription``.
    """
    if subscription.status != "active":
        return []
    own = changes_of(subscription, changes)
    return [
        *_notice(subscription, month(text)),
        *_anchor(subscription),
        *_incomplete(subscription, own),
        *_idle(subscription, own),
        *changes_that_cannot_be(subscription, own),
        *_billed_twice(subscription, changes, all_of_them, month(text)),
    ]


def _notice(subscription: Subscription, whole: Period) -> Iterator[Problem]:
    """Tell of a notice day in the month before it comes."""
    day = subscription.notice_by
    if day and month(f"{whole.end:%Y-%m}").start <= day < month(f"{whole.end:%Y-%m}").end:
        follows = {"cancel": "ends", "renew": "renews", "extend": "is extended by the month"}
        what = f"{follows[subscription.at_term_end]} after {subscription.through}"
        if subscription.through is None:
            what = "runs on"
        yield _problem(
            "CON-001",
            subscription,
            f"Subscription {subscription.subscription} of customer {subscription.customer} {what} unless "
            f"notice is given by {day}.",
            "Ask the customer; then change At term end or Notice by on sheet Subscriptions.",
            "Notice by",
            Severity.NOTE,
        )


def _anchor(subscription: Subscription) -> Iterator[Problem]:
    day = subscription.anchor_day
    if day is not None and not 1 <= day <= _LAST_DAY:
        yield _problem(
            "CON-002",
            subscription,
            f"Subscription {subscription.subscription} begins its periods on day {day}, which no month has.",
            "Write a day from 1 to 31; in a shorter month its last day stands for it.",
            "Anchor day",
        )


def _incomplete(subscription: Subscription, own: Sequence[Change]) -> Iterator[Problem]:
    for change in own:
        column = _NEEDS.get(change.kind)
        if column and (change.quantity if column == "Quantity" else change.price) is None:
            sentence = f"Change {change.number} ({change.kind}) of {change.subscription} has no {column}."
            hint = f"Fill in {column} on sheet Changes."
            yield _about(subscription, change, "CON-003", sentence, hint, column)


def _idle(subscription: Subscription, own: Sequence[Change]) -> Iterator[Problem]:
    """Find what is filled in and would be ignored: the schedule of a row that the vendor's lines bill."""
    name = subscription.subscription
    hint = "Clear the cell, or set Billed by to contract on sheet Subscriptions."
    if subscription.billed_by != "contract":
        how = words_of(subscription.billed_by)
        filled = {
            "Billing": subscription.billing != "monthly",
            "Advance/arrears": subscription.in_arrears,
            "Anchor day": subscription.anchor_day is not None,
            "Trial through": subscription.trial_through is not None,
        }
        for column in (name for name, is_set in filled.items() if is_set):
            sentence = f"{column} of {name} has no effect: it is billed by {how}."
            yield _problem("CON-006", subscription, sentence, hint, column)
        for change in own:
            sentence = f"Change {change.number} has no effect: {name} is billed by {how}."
            hint = "Delete the row, or set Billed by to contract on sheet Subscriptions."
            yield _about(subscription, change, "CON-006", sentence, hint, "Subscription")
        return
    for change in own:
        idle = (
            "Price" if change.price is not None and change.kind != "price" else "",
            "Quantity" if change.quantity is not None and change.kind in _WITHOUT_QUANTITY else "",
        )
        for column in filter(None, idle):
            sentence = f"{column} of change {change.number} ({change.kind}) of {name} has no effect."
            hint = "Clear the cell, or make it a change of its own on sheet Changes."
            yield _about(subscription, change, "CON-006", sentence, hint, column)


def cannot_be(subscription: Subscription, own: Sequence[Change]) -> bool:
    """Tell whether a contract would come to fewer seats than none, so that no line may come of it."""
    return any(changes_that_cannot_be(subscription, own))


def changes_that_cannot_be(subscription: Subscription, own: Sequence[Change]) -> Iterator[Problem]:
    """Yield a problem for each quantity by which a contract would come to fewer seats than none."""
    return chain(_below_zero(subscription, own), _overdrawn(subscription, own))


def _below_zero(subscription: Subscription, own: Sequence[Change]) -> Iterator[Problem]:
    name = subscription.subscription
    hint = "Write a quantity of 0 or more; seats are taken away by a change of kind remove."
    if subscription.billed_by == "contract" and subscription.quantity < 0:
        sentence = f"Subscription {name} begins with {subscription.quantity:f} seats."
        yield _problem("CON-007", subscription, sentence, hint, "Quantity")
    for change in own:
        if change.quantity is not None and change.quantity < 0:
            sentence = (
                f"Change {change.number} ({change.kind}) of {name} has a quantity of {change.quantity:f}."
            )
            yield _about(subscription, change, "CON-007", sentence, hint, "Quantity")


def _overdrawn(subscription: Subscription, own: Sequence[Change]) -> Iterator[Problem]:
    for change in overdrawn(subscription, own):
        if change.quantity is not None and change.quantity < 0:
            continue  # told already
        sentence = (
            f"Change {change.number} takes {change.quantity} from {change.subscription} on "
            f"{change.effective}, which has fewer."
        )
        hint = "Correct Quantity, Effective or Reported on sheet Changes, or use cancel to end all of it."
        yield _about(subscription, change, "CON-004", sentence, hint, "Quantity")


def _billed_twice(
    subscription: Subscription,
    changes: Mapping[str, Sequence[Change]],
    others: Iterable[Subscription],
    whole: Period,
) -> Iterator[Problem]:
    """Find days on which a subscription and the one it replaces are both billed."""
    key = subscription.replaces.casefold()
    if not key:
        return
    old = next((s for s in others if s.subscription.casefold() == key), None)
    if old is None or old == subscription:
        return
    pairs = ((one, two) for one in _days(old, changes, whole) for two in _days(subscription, changes, whole))
    both = next((shared for one, two in pairs if (shared := one.overlap(two))), None)
    if both:
        yield _problem(
            "CON-005",
            subscription,
            f"Subscription {subscription.subscription} replaces {old.subscription}, but both are billed for "
            f"{both}.",
            f"End {old.subscription} with Term through on the day before, or cancel it on sheet Changes.",
            "Replaces",
        )


def _days(subscription: Subscription, changes: Mapping[str, Sequence[Change]], whole: Period) -> list[Period]:
    if subscription.billed_by != "contract":
        active = subscription.active_in(whole)
        return [active] if active else []
    own = changes_of(subscription, changes)
    return [segment.period for segment in contract_segments(subscription, own, whole)]


def _problem(
    code: str,
    subscription: Subscription,
    sentence: str,
    hint: str,
    column: str,
    severity: Severity = Severity.BLOCK,
) -> Problem:
    place = replace(subscription.place, column=column)
    return Problem(code, sentence, place, hint, severity, subscription.customer)


def _about(
    subscription: Subscription, change: Change, code: str, sentence: str, hint: str, column: str
) -> Problem:
    place = replace(change.place, column=column)
    return Problem(code, sentence, place, hint, Severity.BLOCK, subscription.customer)
