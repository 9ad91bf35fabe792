"""The orders and inventories that were read, kept beside the workbook until its sheets say the same.

An order stays on the list for good; of an inventory the newest one of each account counts, in whatever order
they are read. An account that a newer inventory does not have, though it has most of those that an earlier
one had with it, is gone.

What the list asks for and the sheets do not say stands on sheet To do. What a person accepts there is
written, what a person excludes with a reason is never asked for again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from billow.commands.desk import Desk, latest_month
from billow.commands.kept import read_kept, write_kept
from billow.contracts.orders import GONE, Order
from billow.inputs import inputs_of
from billow.money import exact_text
from billow.periods import month as month_of
from billow.problems import Place
from billow.rating.orders import CHANGES, SUBSCRIPTIONS, Proposal, proposals
from billow.sheets.columns import SHEETS
from billow.sheets.raw import BLANK
from billow.sheets.reading import Row
from billow.sheets.values import Fault, typed
from billow.vendors.orders import OrderFile


@dataclass(frozen=True)
class Inventory:
    """The accounts that one inventory had, as far as no newer one had them too."""

    vendor: str
    accounts: frozenset[str]
    seen: date


@dataclass(frozen=True)
class Overtaken:
    """What newer inventories say of a file's accounts: which they know, since when others are gone."""

    newer: tuple[Inventory, ...] = ()
    known: frozenset[str] = frozenset()
    gone: Mapping[str, date] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class OrderList:
    """What was read so far, and the marks that were excluded, each with its reason."""

    orders: tuple[Order, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict, hash=False)
    inventories: tuple[Inventory, ...] = ()

    def with_file(self, file: OrderFile) -> "OrderList":
        """Return the list with what a file says: new orders, or the newest inventory of its accounts."""
        if file.kind == "inventory":
            return self._with_inventory(file)
        known = {_event(order) for order in self.orders if not order.is_state}
        new = [order for order in dict.fromkeys(file.rows) if _event(order) not in known]
        return replace(self, orders=(*self.orders, *new))

    def lacking(self, file: OrderFile) -> tuple[frozenset[str], list[tuple[Inventory, frozenset[str]]]]:
        """Return the accounts that are gone, and earlier inventories of which this one has too few to tell.

        It must have at least half of an earlier one's accounts: fewer are a part, such as one customer's.
        """
        now, own = _accounts(file), _inventory(file)
        gone, unclear = set[str](), list[tuple[Inventory, frozenset[str]]]()
        for earlier in self.inventories if own else ():
            if own is None or (earlier.vendor, earlier.seen > own.seen) != (own.vendor, False):
                continue
            common = earlier.accounts & now
            if not common or common == earlier.accounts:
                continue
            if _has_most(common, earlier.accounts):
                gone |= earlier.accounts - now
            else:
                unclear.append((earlier, common))
        return frozenset(gone), unclear

    def overtaken(self, file: OrderFile) -> Overtaken:
        """Return what inventories newer than this one, that were read before it, say of its accounts."""
        now, own = _accounts(file), _inventory(file)
        if own is None:
            return Overtaken()
        newer = [one for one in self.inventories if one.vendor == own.vendor and one.seen > own.seen]
        newer.sort(key=lambda one: one.seen)
        later = frozenset(order.account for order in self._later(own))
        known = now & later.union(*(one.accounts for one in newer))
        since = next((one.seen for one in newer if _has_most(one.accounts & now, now)), None)
        gone = {} if since is None else dict.fromkeys(now - known, since)
        return Overtaken(tuple(newer), known, gone)

    def _later(self, own: Inventory) -> list[Order]:
        """Return what was seen of the vendor's accounts after an inventory was made."""
        states = (order for order in self.orders if order.is_state and order.vendor == own.vendor)
        return [order for order in states if order.day_seen("") > own.seen]

    def _with_inventory(self, file: OrderFile) -> "OrderList":
        now, own = _accounts(file), _inventory(file)
        if own is None:
            return self
        gone, _ = self.lacking(file)
        late = self.overtaken(file)
        fresh = now - late.known - late.gone.keys()
        shown, shown_later = _shown(file.rows), _shown(self._later(own))
        orders = []
        for order in self.orders:
            if not order.is_state or order.vendor != own.vendor or order.account not in fresh | gone:
                orders.append(order)
            elif order.account in gone:
                orders += _ended(order, shown, file.rows[0].seen)
        for order in file.rows:
            if order.account in fresh:
                orders.append(order)
            elif order.account in late.gone:
                orders += _ended(order, shown_later, late.gone[order.account])
        others = [one if one in late.newer else _without(one, own, now | gone) for one in self.inventories]
        inventories = (*others, replace(own, accounts=fresh))
        return replace(self, orders=(*orders,), inventories=tuple(one for one in inventories if one.accounts))


def _has_most(common: Collection[str], accounts: Collection[str]) -> bool:
    return bool(common) and 2 * len(common) >= len(accounts)


def _without(one: Inventory, own: Inventory, accounts: frozenset[str]) -> Inventory:
    return replace(one, accounts=one.accounts - accounts) if one.vendor == own.vendor else one


def _shown(orders: Iterable[Order]) -> set[str]:
    return {order.subscription.casefold() for order in orders}


def _ended(order: Order, shown: Collection[str], seen: date | datetime | None) -> list[Order]:
    """Return the end of what an account that is gone still had, unless it is ``shown`` with another one."""
    is_left = order.kind == "active" and order.subscription.casefold() not in shown
    return [replace(order, kind=GONE, when=None, seen=seen)] if is_left else []


def _accounts(file: OrderFile) -> frozenset[str]:
    return frozenset(order.account for order in file.rows)


def _inventory(file: OrderFile) -> Inventory | None:
    return Inventory(file.vendor, _accounts(file), file.rows[0].day_seen("")) if file.rows else None


def _event(order: Order) -> Order:
    """Return what makes an order the same one: not when it was read."""
    return replace(order, seen=None)


def load(desk: Desk) -> OrderList:
    """Return the list that lies beside the workbook."""
    return read_kept(desk.data / "orders.json", OrderList) or OrderList()


def keep(desk: Desk, listed: OrderList) -> None:
    """Put the list beside the workbook."""
    rows = [{name: _said(value) for name, value in asdict(order).items()} for order in listed.orders]
    inventories = [
        {"vendor": one.vendor, "accounts": sorted(one.accounts), "seen": one.seen.isoformat()}
        for one in listed.inventories
    ]
    found = {"orders": rows, "refused": dict(listed.refused), "inventories": inventories}
    write_kept(desk.data / "orders.json", found)


def _said(value: Any) -> Any:
    if isinstance(value, Decimal):
        return exact_text(value)
    return value.isoformat() if isinstance(value, date) else value


def asked(desk: Desk, month: str) -> list[Proposal]:
    """Return what the list asks of the sheets."""
    listed = load(desk)
    return proposals(listed.orders, desk.inputs.books, month, listed.refused)


def with_decisions(desk: Desk) -> tuple[Desk, list[str]]:
    """Write what was accepted on sheet To do, and return the desk as it is then, and what was written."""
    listed, books = load(desk), desk.inputs.books
    rows: dict[str, list[dict[str, Any]]] = {SUBSCRIPTIONS: [], CHANGES: []}
    known = {table: list(desk.inputs.rows[table]) for table in rows}
    refused, done = dict(listed.refused), []
    for proposal in proposals(listed.orders, books, latest_month(desk) or "", refused):
        decision = books.decision(proposal.item.key)
        if decision and decision.decision == "exclude" and decision.reason.strip():
            refused[proposal.mark] = decision.reason
        elif decision and decision.decision == "accept" and proposal.table:
            done.append(f"Written: {proposal.item.what}.")
            _write(desk, proposal, rows)
            known[proposal.table] = [_filled(row, proposal) for row in known[proposal.table]]
    if refused != listed.refused:
        keep(desk, replace(listed, refused=refused))
    if not done:
        return desk, []
    number = max((change.number for change in books.changes), default=0)
    for count, row in enumerate(rows[CHANGES], start=number + 1):
        row["No"] = count
    for table in (table for table in rows if rows[table]):
        desk.book.append(table, rows[table])
        there = known[table]
        first = max((row.number for row in there), default=0) + 1
        there += [new_row(desk, table, row, number) for number, row in enumerate(rows[table], start=first)]
    inputs = inputs_of({**desk.inputs.rows, **known}, desk.path.name, desk.inputs.problems)
    return replace(desk, inputs=inputs), done


def new_row(desk: Desk, table: str, values: Mapping[str, Any], number: int) -> Row:
    """Return a row as it will be read, with the defaults of the columns that stay blank."""
    read = {column.name: typed(column, BLANK) for column in SHEETS[table].columns}
    blank = {name: None if isinstance(value, Fault) else value for name, value in read.items()}
    return Row(number, blank | dict(values), {}, Place(desk.path.name, SHEETS[table].title, number))


def _filled(row: Row, proposal: Proposal) -> Row:
    return replace(row, values={**row.values, **proposal.values}) if row.number == proposal.row else row


def _write(desk: Desk, proposal: Proposal, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Add the rows of a proposal; what took effect in an issued month is settled in the first open one."""
    values = dict(proposal.values)
    if proposal.row:
        desk.book.fill(proposal.table, proposal.row, values)
        return
    rows[proposal.table].append(values)
    issued = desk.register.months()
    if f"{proposal.day:%Y-%m}" not in issued:
        return
    heard = month_of(max(issued)).end
    if proposal.table == CHANGES:
        values["Reported"] = heard
    elif values["Billed by"] == "contract":
        rows[CHANGES].append(
            {
                "Subscription": values["Subscription"],
                "Effective": values["Start"],
                "Kind": "start",
                "Quantity": values["Quantity"],
                "Reason": "Provisioned in a month that is issued",
                "Reported": heard,
            }
        )


def todo_rows(found: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return the rows of sheet To do where no month is imported yet."""
    return [
        {
            "Key": proposal.item.key,
            "Kind": proposal.item.kind,
            "Customer": proposal.item.customer,
            "Vendor": proposal.item.vendor,
            "What": proposal.item.what,
            "Proposal": proposal.item.proposal,
        }
        for proposal in found
    ]
