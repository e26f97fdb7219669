"""Lines of the table room for a survey small enough to count by hand."""

from pathlib import Path

from resurvey.core.notes import write_notes

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "report/templates"
TABLES = {"jobs": {"rows": ["fit"], "columns": "gender"}}


def table_lines(table, variable, group, counts, bases, note=None, respondents=102):
    """Lines of ``crosstabs.csv`` for counts ``{row code: {column code: count}}``."""
    rows = {**{row: (cells, "answer") for row, cells in counts.items()}, "total": (bases, "total")}
    lines = []
    for row, (cells, kind) in rows.items():
        kind = "subtotal" if "+" in row else kind
        for column, count in cells.items():
            base = bases[column]
            percent = 100 * count / base if count is not None and base else ""
            lines.append(
                {
                    "table": table,
                    "row_variable": variable,
                    "row_code": row,
                    "row_label": f"{variable} {row}",
                    "column_variable": group if column != "total" else group,
                    "column_code": column,
                    "column_label": f"column {column}",
                    "kind": kind,
                    "count": "" if count is None else str(count),
                    "base": "" if count is None else str(base),
                    "percent": str(percent),
                    "unweighted_base": "" if count is None else str(int(base)),
                    "lost_system_missing": str(int(respondents - bases.get("total", 0))),
                    "adjusted_residual": "",
                    **write_notes(*([note] if note and count is None else [])),
                }
            )
    return lines


def frequency_lines(codebook, respondents=102):
    """One line per answer: three people each, and the others gave the first."""
    return [
        {
            "variable": name,
            "label": variable.title(),
            "code": str(code),
            "answer": variable.answer(code),
            "kind": "answer",
            "count": str(3 if at else respondents - 3 * (len(variable.codes) - 1)),
            "respondents": str(respondents),
            "base": str(respondents),
            "percent": "",
            "valid_percent": "",
            "weighted_count": "",
            "weighted_base": "",
            "weighted_percent": "",
        }
        for name, variable in codebook.variables.items()
        for at, code in enumerate(variable.codes)
    ]
