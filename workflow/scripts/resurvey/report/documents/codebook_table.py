"""Codebook table: the variables of a wave with their codes and labels, for the workbook."""

from collections.abc import Mapping

from resurvey.core.codebook import Codebook
from resurvey.report.documents.manuscript import Column, Row, Table
from resurvey.report.documents.part_tables import cells_of


def codebook_table(
    codebook: Codebook, language: str, number: str, words: Mapping[str, str]
) -> Table:
    """List every code of every variable; a variable without codes has one row."""
    rows = []
    for variable in codebook.variables.values():
        own = (
            variable.name,
            variable.title(language),
            words.get(f"measure_{variable.measure}", variable.measure),
        )
        if not variable.codes:
            rows.append(Row("answer", cells_of(*own, "", "", "")))
        for code in variable.codes:
            missing = variable.is_missing(code)
            kind = words["counts_as_missing" if missing else "counts_as_answer"]
            label = variable.answer(code, language)
            rows.append(Row("missing" if missing else "answer", cells_of(*own, code, label, kind)))
    return Table(
        "report/codebook",
        number,
        words["sheet_codebook"],
        "",
        (
            Column(words["variable"]),
            Column(words["wording"]),
            Column(words["measure"]),
            Column(words["code"], number=True),
            Column(words["answer_label"]),
            Column(words["counts_as"]),
        ),
        tuple(rows),
        fine=True,
    )
