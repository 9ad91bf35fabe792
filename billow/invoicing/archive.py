"""A document as canonical text: the same document is always the same bytes, so it can be hashed.

Amounts are text with their decimals, dates are ISO; keys are sorted; nothing is lost on the way back.
"""

import json
import types
import typing
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from billow.invoicing.document import Document


def to_text(document: Document) -> str:
    """Return the document as canonical JSON."""
    plain = _plain(document)
    return json.dumps(plain, default=_as_text, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Document:
    """Return the document that ``to_text`` wrote; ``KeyError`` or ``ValueError`` if it is not one."""
    document = _build(Document, json.loads(text))
    if not isinstance(document, Document):
        raise TypeError("the text does not hold a document")
    return document


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """Return what a record of this kind says, by name; nothing of what is no record."""
    is_record = hasattr(kind, "__dataclass_fields__") or hasattr(kind, "_fields")
    return typing.get_type_hints(kind) if is_record else {}


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if names := _fields(kind):
        return {name: _plain(getattr(value, name)) for name in names}
    return [*map(_plain, value)] if isinstance(value, tuple) else value


def _as_text(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(f"{value!r} cannot be kept in a document")


def _build(kind: Any, value: Any) -> Any:
    if fields := _fields(kind):
        return kind(**{name: _build(fields[name], item) for name, item in value.items()})
    if isinstance(kind, types.UnionType):
        inner = next(arg for arg in typing.get_args(kind) if arg is not types.NoneType)
        return None if value is None else _build(inner, value)
    if typing.get_origin(kind) is tuple:
        return tuple(_build(typing.get_args(kind)[0], item) for item in value)
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
