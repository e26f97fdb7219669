"""Fragments: each table of the study by itself, as LaTeX in the style of booktabs and as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from resurvey.core.files import guard_formula
from resurvey.pages.numerals import MINUS
from resurvey.report.blocks import FLAGS, SIGNS, Cell, Report, Row, Table

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
    SIGNS["above"]: r"\ensuremath{\bigtriangleup}",
    SIGNS["below"]: r"\ensuremath{\bigtriangledown}",
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
    notes = [text for text in (*table.under, report.mark) if text]
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


def _set_cell(cell: Cell) -> str:
    r"""Set a cell with its mark and flag before the number, and its letters above the line.

    Examples
    --------
    >>> _set_cell(Cell("28.3", mark="above", letters="Ab"))
    '\\ensuremath{\\bigtriangleup}~28.3\\textsuperscript{Ab}'
    """
    letters = cell.letters.replace(" ", "")
    above = rf"\textsuperscript{{{escape_latex(letters)}}}" if letters else ""
    return escape_latex(cell.marked) + above


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
            lines.append(f"    {' & '.join(map(_set_cell, row.cells))} \\\\")
        last = row
    return lines


BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Stands first, since Excel otherwise takes UTF-8 for the code page of its country."""

_NEGATIVE = re.compile(f"{MINUS}[0-9]+(?:[.,][0-9]+)?")


def _separated(text: str) -> str:
    """Guard a text against being a formula; a number has the minus that such programs read.

    Examples
    --------
    >>> _separated("=1+1"), _separated("\N{MINUS SIGN}2,1")
    ("'=1+1", '-2,1')
    """
    return text.replace(MINUS, "-") if _NEGATIVE.fullmatch(text) else guard_formula(text)


def write_separated(tables: Sequence[Table], report: Report) -> str:
    r"""Write one table of the study, or the two grids of one, as CSV.

    Returns
    -------
    str
        UTF-8 with a byte order mark. Numbers are text as printed; fields are separated by ``;``
        where the language writes a decimal comma, else by ``,``: so Excel of that language opens
        the file in columns. Marks, flags and letters stand in a column of their own behind that
        of their numbers, which stay numbers. A table of several questions has them in a column of
        their own; legend, notes and the mark follow after an empty line.
    """
    stream = io.StringIO()
    separator = ";" if report.decimal == "," else ","
    writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
    for place, table in enumerate(tables):
        if place:
            writer.writerow([])
        _write_table(writer, table)
    notes = list(dict.fromkeys(note for table in tables for note in table.under))
    notes += [report.mark] if report.mark else []
    if notes:
        writer.writerow([])
    for note in notes:
        writer.writerow([_separated(note)])
    return BYTE_ORDER_MARK + stream.getvalue()


def _write_table(writer: Any, table: Table) -> None:
    grouped = any(len(row.cells) == 1 for row in table.rows) and len(table.columns) > 1
    signs = [_signs_of(table, place) for place in range(len(table.columns))]
    headings = [
        text
        for column, own in zip(table.columns, signs, strict=True)
        for text in ([column.heading, f"{column.heading} {own}"] if own else [column.heading])
    ]
    writer.writerow(map(_separated, ([table.group] if grouped else []) + headings))
    question = ""
    for row in table.rows:
        if grouped and len(row.cells) == 1:
            question = row.cells[0].text
            continue
        texts = [
            text
            for place, cell in enumerate(row.cells)
            for text in ([cell.text, _signed(cell)] if signs[place] else [cell.text])
        ]
        writer.writerow(map(_separated, ([question] if grouped else []) + texts))


def _signs_of(table: Table, place: int) -> str:
    """Name what stands beside the numbers of a column; empty where nothing does."""
    cells = [row.cells[place] for row in table.rows if len(row.cells) == len(table.columns)]
    kinds = (
        ("".join(SIGNS.values()), any(cell.mark for cell in cells)),
        *(
            (" ".join(filter(None, signs)), any(cell.flag == flag for cell in cells))
            for flag, signs in FLAGS.items()
        ),
        ("A", any(cell.letters for cell in cells)),
    )
    return " ".join(name for name, there in kinds if there)


def _signed(cell: Cell) -> str:
    """Write what stands beside a number: its mark, its flag and its letters.

    Examples
    --------
    >>> _signed(Cell("28.3", mark="below", flag="small")), _signed(Cell("28.3", letters="A b"))
    ('▼ ( )', 'A b')
    """
    parts = (
        SIGNS.get(cell.mark, ""),
        " ".join(filter(None, FLAGS.get(cell.flag, ()))),
        cell.letters,
    )
    return " ".join(filter(None, parts))
