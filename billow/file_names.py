"""File names made of texts that others wrote: of customers, vendors and reports.

>>> safe_name('AC/DC: "Live"?'), safe_name("con"), safe_name("..")
('AC_DC_ _Live__', '_con', '_')
"""

import re
import unicodedata

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LAST_BEFORE_ENDINGS = re.compile(r".(?=(\.[^.]{1,8}){0,2}$)")  # up to two, such as .csv.gz
_LONGEST = 80  # bytes; leaves room for folders in the 260 characters of a Windows path


def safe_name(text: str) -> str:
    """Return a file name of ``text`` that every system takes and that stays in its folder.

    A name that is too long keeps its endings, by which programs know the file. Two names can become one:
    always add something unique, such as the invoice number.
    """
    plain = unicodedata.normalize("NFKC", text)  # first, since it makes COM1 of COM¹ and / of a wide slash
    seen = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("C"))
    name = _FORBIDDEN.sub("_", seen).strip(" .")
    if not name or _RESERVED.fullmatch(name):
        name = f"_{name}"
    while len(name.encode()) > _LONGEST:
        name = _LAST_BEFORE_ENDINGS.sub("", name, count=1).rstrip(" .")
    return name
