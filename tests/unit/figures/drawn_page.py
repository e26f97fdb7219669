"""Invented surveys for the figures: people you can count by hand, and labels nobody should use."""

from matplotlib.text import Text

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import width

WORDS = words_of(["en", "ru"])


def variable(name, labels, measure="nominal", **more):
    """A variable whose answers have the codes 1, 2, 3 and so on."""
    codes = {code: {"en": text} for code, text in enumerate(labels, 1)}
    return Variable(name, {"en": more.pop("label", name)}, measure, codes, **more)


def setting(*variables, language="en", reconstructed=False, **more):
    """A study with these variables and one table `t` of all of them, unless told otherwise."""
    book = Codebook({one.name: one for one in variables}, reconstructed=reconstructed)
    more.setdefault("tables", {"t": {"rows": [one.name for one in variables]}})
    return Setting(language, WORDS[language]["figures"], book, **more)


def cells(row, counts, group=None, table="t", **more):
    """Rows of crosstabs.csv: `counts` is group code -> count of every answer, in code order."""
    everybody = [sum(column) for column in zip(*counts.values(), strict=True)]
    columns = {**counts, "total": everybody} if group else {"total": everybody}
    rows = []
    for code, column in columns.items():
        base = sum(column)
        for answer, count in [*enumerate(column, 1), ("total", base)]:
            rows.append(
                {
                    "table": table,
                    "row_variable": row.name,
                    "row_code": str(answer),
                    "row_label": row.answer(answer, "en"),
                    "column_variable": group.name if group else "",
                    "column_code": str(code),
                    "column_label": group.answer(code, "en") if group else "",
                    "kind": "total" if answer == "total" else "answer",
                    "count": str(count),
                    "base": str(base),
                    "percent": repr(100 * count / base) if base else "",
                    "unweighted_base": str(base),
                    "adjusted_residual": more.get("residual", ""),
                    "note": more.get("note", ""),
                }
            )
    return rows


def boxes(canvas):
    """Left, top, right, bottom and words of every text on a canvas, in points."""
    found = []
    for artist in canvas._artists:
        if isinstance(artist, Text):
            words, size = artist.get_text(), artist.get_fontsize()
            wide = width(words, size, artist.get_fontweight() == "bold")
            x, y = artist.get_position()
            left = x - {"left": 0, "center": wide / 2, "right": wide}[artist.get_ha()]
            found.append((left, y - 0.74 * size, left + wide, y + 0.2 * size, words))
    return found


def misplaced(canvas):
    """Texts that leave the page, and pairs of texts that lie on one another."""
    found = []
    placed = boxes(canvas)
    for left, top, right, bottom, words in placed:
        if (
            left < -0.5
            or right > canvas.profile.width + 0.5
            or top < -0.5
            or bottom > canvas.height + 0.5
        ):
            found.append(words)
    ordered = sorted(placed, key=lambda box: box[1])
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other[1] >= one[3]:
                break
            if min(one[2], other[2]) - max(one[0], other[0]) > 0.5:
                found.append((one[4], other[4]))
    return found
