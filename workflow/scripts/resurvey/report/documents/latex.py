r"""LaTeX: a table of the report as a fragment for ``\input``, in the style of booktabs."""

import re
from collections.abc import Iterable, Sequence

from resurvey.report.blocks import Report, Row, Table

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\char34{}",
    "`": r"\textasciigrave{}",
    "-": "-{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{MINUS SIGN}": r"\ensuremath{-}",
    "\N{EN DASH}": r"\textendash{}",
    "\N{EM DASH}": r"\textemdash{}",
    "\N{MULTIPLICATION SIGN}": r"\ensuremath{\times}",
    "\N{GREEK SMALL LETTER CHI}": r"\ensuremath{\chi}",
    "\N{SUPERSCRIPT TWO}": r"\textsuperscript{2}",
}


def escape_latex(text: str) -> str:
    r"""Write a text so that LaTeX prints it as it stands: no command, no mathematics, no file.

    Examples
    --------
    >>> escape_latex("50 % of $x$ \\input{a_b}")
    '50 \\% of \\$x\\$ \\textbackslash{}input\\{a\\_b\\}'
    """
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in text)
    # Two commas or apostrophes would be set as one quotation mark.
    return escaped.replace(",,", ",{},").replace("''", "'{}'")


def write_latex(name: str, tables: Sequence[Table], report: Report) -> str:
    r"""Write one table of the study, or the two grids of one, as a LaTeX fragment."""
    lines = [
        f"% {_comment(table.numbered)}; needs \\usepackage{{array,booktabs}}" for table in tables
    ] or [f"% {_comment(name)}: no answers"]
    if report.mark:
        lines.append(f"% {_comment(report.mark)}")
    for place, table in enumerate(tables):
        lines += _environment(table, name if place == 0 else f"{name}-{place + 1}", report)
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """Keep a text on the line of its comment, with nothing that could end it."""
    return "".join(letter for letter in text if letter.isprintable())


def _environment(table: Table, name: str, report: Report) -> list[str]:
    number = table.number.split()[-1:]
    columns = "".join(
        _column(share, column.number)
        for share, column in zip(_shares(table), table.columns, strict=True)
    )
    notes = [text for text in (*table.notes, report.mark) if text]
    return [
        r"\begin{table}[htbp]",
        *(rf"  \renewcommand{{\thetable}}{{{escape_latex(word)}}}" for word in number),
        r"  \centering",
        r"  \small",
        rf"  \caption{{{escape_latex(table.caption)}}}",
        rf"  \label{{tab:{re.sub(r'[^A-Za-z0-9-]', '-', name)}}}",
        rf"  \begin{{tabular}}{{@{{}}{columns}@{{}}}}",
        r"    \toprule",
        *_head(table),
        r"    \midrule",
        *_body(table),
        r"    \bottomrule",
        r"  \end{tabular}",
        *(rf"  \par\smallskip{{\footnotesize {escape_latex(note)}\par}}" for note in notes),
        r"\end{table}",
    ]


def _shares(table: Table) -> list[float]:
    whole = sum(column.width for column in table.columns)
    room = 1 - 0.02 * len(table.columns)
    return [room * column.width / whole for column in table.columns]


def _column(share: float, number: bool) -> str:
    side = r"\raggedleft" if number else r"\raggedright"
    return rf">{{{side}\arraybackslash}}p{{{share:.3f}\linewidth}}"


def _line(texts: Iterable[str]) -> str:
    return f"    {' & '.join(map(escape_latex, texts))} \\\\"


def _head(table: Table) -> list[str]:
    lines = []
    if table.spanner and len(table.columns) > 3:
        over = len(table.columns) - 2
        spanner = escape_latex(table.spanner)
        lines.append(rf"     & & \multicolumn{{{over}}}{{c}}{{{spanner}}} \\")
        lines.append(rf"    \cmidrule(l){{3-{len(table.columns)}}}")
    return [*lines, _line(column.heading for column in table.columns)]


def _body(table: Table) -> list[str]:
    lines: list[str] = []
    last: Row | None = None
    for row in table.rows:
        if len(row.cells) == 1 and len(table.columns) > 1:
            lines += [r"    \addlinespace"] if last is not None else []
            text = escape_latex(row.cells[0].text)
            span = len(table.columns)
            width = f"p{{{1 - 0.02 * span:.3f}\\linewidth}}"
            lines.append(rf"    \multicolumn{{{span}}}{{@{{}}{width}@{{}}}}{{\bfseries {text}}} \\")
        else:
            if row.kind == "base" and last is not None and last.kind != "base":
                lines.append(r"    \midrule")
            lines.append(_line(cell.text for cell in row.cells))
        last = row
    return lines
