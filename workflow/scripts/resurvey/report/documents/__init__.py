"""Documents: the report as Word, Excel, PDF, slides, LaTeX fragments and CSV."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from resurvey.core.progress import track, working
from resurvey.report.arrangement import arrange_report
from resurvey.report.blocks import Report
from resurvey.report.documents.fragments import write_latex, write_separated
from resurvey.report.results import Results


def read_pictures(
    alt: str | Path, drawings: Iterable[str], models: str | Path | None, language: str
) -> dict[str, bytes]:
    """Read the PNG of every drawing, and those of models under the names ``model/{name}``."""
    found = {name: Path(alt).with_name(f"{name}.{language}.png") for name in drawings}
    if models is not None:
        ending = f".{language}.png"
        for path in sorted(Path(models).glob(f"*{ending}")):
            found[f"model/{path.name.removesuffix(ending)}"] = path
    return {name: path.read_bytes() for name, path in found.items()}


FORMATS = ("docx", "xlsx", "pdf", "pptx", "latex", "csv")
"""Formats that `documents:` in `config/config.yaml` may name, in the order of their making."""


def make_documents(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    pictures: Mapping[str, bytes],
    templates: str | Path,
    formats: Collection[str] = FORMATS,
) -> dict[str, bytes]:
    """Make the documents of one wave in one language: path below the report's folder -> content.

    `words` are the shared ones of the language, `pictures` the PNG of each figure; in the folder
    `templates` are the looks of the PDF and of Word. The study's tables are in ``latex`` and
    ``csv``, one file each.

    Raises
    ------
    SurveyError
        A document could not be written without cutting a text, or was refused by its program.
    """
    arranged = arrange_report(results, study, words, wave, language)
    report = arranged.on_paper
    said = words["documents"]
    made: dict[str, bytes] = {}
    if "docx" in formats:
        from resurvey.report.documents.word import write_word

        with working(f"Word ({language})"):
            looks = Path(templates) / "report.docx"
            made[f"report.{language}.docx"] = write_word(report, said, pictures, looks)
    if "xlsx" in formats:
        from resurvey.report.documents.excel import write_excel

        with working(f"Excel ({language})"):
            made[f"tables.{language}.xlsx"] = write_excel(report, said)
    if "pdf" in formats:
        from resurvey.report.documents.pdf import write_pdf

        with working(f"PDF ({language})"):
            made[f"report.{language}.pdf"] = write_pdf(report, Path(templates) / "report.typ")
    if "pptx" in formats:
        from resurvey.report.documents.slides import write_slides

        with working(f"slides ({language})"):
            made[f"report.{language}.pptx"] = write_slides(arranged, pictures)
    return made | _fragments(report, list(study["tables"]["tables"]), formats)


def _fragments(
    report: Report, names: Collection[str], formats: Collection[str]
) -> dict[str, bytes]:
    """Write every table of the study by itself."""
    made = {}
    for name in track(names, f"tables, {report.language}"):
        own = [table for table in report.tables if table.name == name]
        ending = f"{name}.{report.language}"
        if "latex" in formats:
            made[f"latex/{ending}.tex"] = write_latex(name, own, report).encode()
        if "csv" in formats:
            made[f"csv/{ending}.csv"] = write_separated(own, report).encode()
    return made
