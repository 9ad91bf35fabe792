"""What Billow keeps beside a workbook from one run to the next: JSON, checked when it is read.

Other programs have these files in their hands too: a synchronised folder, a backup, a full disk. What is cut
off or of another form is refused in words, before anything of it is used.
"""

import json
from pathlib import Path
from typing import TypeVar

from billow.exports.files import write_text
from billow.problems import Place, Problem, Refused

_Kind = TypeVar("_Kind")


def read_kept(path: Path, kind: type[_Kind]) -> _Kind | None:
    """Return what a file keeps; None where there is no such file; ``Refused`` if it is none of its kind."""
    if not path.exists():
        return None
    # imported here: it takes a tenth of a second, and most workbooks keep nothing of this
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        return TypeAdapter(kind).validate_json(path.read_bytes(), strict=True)
    except ValidationError:
        sentence = f"{path.name}, which Billow keeps beside the workbook, is damaged."
        hint = f"Put {path.name} back from a backup of folder {path.parent.name}."
        raise Refused([Problem("CMD-017", sentence, Place(path.name), hint)]) from None


def write_kept(path: Path, found: object) -> None:
    """Keep lists and mappings of texts and numbers; the file is written whole or not at all."""
    write_text(path, json.dumps(found, indent=1, ensure_ascii=False))
