"""Sheet names: generated, so that a spreadsheet program accepts them and none stands twice."""

import re

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
LONGEST = 31
RESERVED = "history"


class SheetNames:
    """Hands out sheet names.

    Examples
    --------
    >>> names = SheetNames()
    >>> names.take("Table 1"), names.take("table 1"), names.take("q1/q2: 'why'")
    ('Table 1', 'table 1 (2)', "q1 q2  'why")
    """

    def __init__(self) -> None:
        self.taken = {RESERVED}

    def take(self, wanted: str) -> str:
        """Return a free name near the wanted one: at most 31 characters, no forbidden ones."""
        plain = _FORBIDDEN.sub(" ", wanted).strip(" '") or "-"
        number, name = 1, _cut(plain, LONGEST)
        while name.casefold() in self.taken:
            number += 1
            ending = f" ({number})"
            name = _cut(plain, LONGEST - len(ending)) + ending
        self.taken.add(name.casefold())
        return name


def _cut(text: str, longest: int) -> str:
    """Cut to so many UTF-16 units, which is what spreadsheets count."""
    while len(text.encode("utf-16-le")) // 2 > longest:
        text = text[:-1]
    return text.strip(" '") or "-"
