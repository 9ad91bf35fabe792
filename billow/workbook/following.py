"""What looks at a table from elsewhere: charts and names that show whole columns follow its rows.

Excel does the same when rows are added by hand; a chart that stayed behind would show half a month.
"""

import re

from billow.workbook.markup import Area, column_letters, main
from billow.workbook.moving import grown
from billow.workbook.package import Package

_REFERENCE = re.compile(r"((?:'(?:[^']|'')+'|[^'!(),:;]+)!)(\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?)")
_CHART = re.compile(r"xl/charts/chart(Ex)?[0-9]+\.xml")


def follow(package: Package, title: str, body: Area, rows: int) -> None:
    """Let charts and names that show rows ``body`` of sheet ``title`` show all of its ``rows``."""
    if rows == len(body.rows):
        return
    for part in package.names:
        if _CHART.fullmatch(part):
            _follow_chart(package, part, title, body, rows)
    names = package.tree(package.workbook_part).find(main("definedNames"))
    for node in names if names is not None else ():
        text = node.text or ""
        if ":" in text:  # a single named cell stays a cell
            node.text = _followed(text, title, body, rows)
            if node.text != text:
                package.touch(package.workbook_part)


def _follow_chart(package: Package, part: str, title: str, body: Area, rows: int) -> None:
    for node in package.tree(part).iter():
        if isinstance(node.tag, str) and node.tag.endswith("}f") and node.text:
            text = _followed(node.text, title, body, rows)
            if text != node.text:
                node.text = text
                package.touch(part)


def _followed(text: str, title: str, body: Area, rows: int) -> str:
    def replace(found: re.Match[str]) -> str:
        sheet = found[1][:-1].strip("'").replace("''", "'")
        old = found[2].replace("$", "")
        new = grown(old, body, rows)
        return found[0] if sheet != title or new == old else found[1] + _fixed(Area.of(new))

    return _REFERENCE.sub(replace, text)


def _fixed(area: Area) -> str:
    first = f"${column_letters(area.left)}${area.top}"
    last = f"${column_letters(area.right)}${area.bottom}"
    return first if first == last else f"{first}:{last}"
