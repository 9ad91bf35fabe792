"""Rules that ship with Billow: rows of the workbook's sheets as dated data, each file beside its cases.

``defaults`` is what a new workbook begins with; ``examples`` shows how prices are written. A rule lies in
``x.yaml``, the cases that prove it in ``x.cases.yaml``.

>>> [path.name for path in rule_files("defaults")][:2]
['charge_policy.yaml', 'ledger.yaml']
>>> cases_of(rule_files("defaults")[0]).name
'charge_policy.cases.yaml'
"""

from pathlib import Path

FOLDERS = ("defaults", "examples")


def rule_files(folder: str) -> tuple[Path, ...]:
    """Return the rule files of a folder by name; ``ValueError`` for a folder that is not ours."""
    if folder not in FOLDERS:
        raise ValueError(f"{folder!r} is not one of {', '.join(FOLDERS)}")
    found = (Path(__file__).parent / folder).glob("*.yaml")
    return tuple(sorted(path for path in found if not path.name.endswith(".cases.yaml")))


def cases_of(rule: Path) -> Path:
    """Return where the cases of a rule file lie."""
    return rule.with_suffix(".cases.yaml")
