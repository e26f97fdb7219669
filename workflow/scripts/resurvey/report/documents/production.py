"""Production: all documents of one wave and language, in the formats that the study asks for."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.report.arrangement import arrange_report
from resurvey.report.blocks import Report
from resurvey.report.results import Results


def of_language(paths: Sequence[str], language: str, ending: str) -> list[str]:
    """Choose the files of one language.

    Examples
    --------
    >>> of_language(["figures/pay.en.svg", "figures/pay.ru.svg"], "ru", "svg")
    ['figures/pay.ru.svg']
    """
    return [path for path in paths if path.endswith(f".{language}.{ending}")]


def read_pictures(
    drawings: Sequence[str], models: str | Path | None, language: str
) -> dict[str, bytes]:
    """Read the PNG beside every drawing.

    Parameters
    ----------
    drawings : sequence of paths
        ``{figure}.{language}.svg`` of one language.
    models : path, optional
        Folder with ``{model}.{language}.png``.
    language : str
        Which language.

    Returns
    -------
    dict
        Figure -> PNG; those of models are named ``model/{name}``.
    """
    found = {Path(path).name.split(".")[0]: Path(path).with_suffix(".png") for path in drawings}
    if models is not None:
        ending = f".{language}.png"
        for path in sorted(Path(models).glob(f"*{ending}")):
            found[f"model/{path.name.removesuffix(ending)}"] = path
    return {name: path.read_bytes() for name, path in found.items()}


FORMATS = ("docx", "xlsx", "pdf", "latex", "csv")
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
    """Make the documents of one wave in one language.

    Parameters
    ----------
    results : Results
        Everything counted, tested, drawn and audited.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the documents' language.
    wave, language : str
        Which report.
    pictures : dict
        Figure -> PNG; those of models are named ``model/{name}``.
    templates : path
        Folder of ``report.typ``, the look of the PDF, and ``report.docx``, the styles of Word.
    formats : collection of str
        Some of `FORMATS`.

    Returns
    -------
    dict
        Path below the report's folder -> content: ``report.{language}.docx`` and ``.pdf``,
        ``tables.{language}.xlsx``, and in ``latex`` and ``csv`` a ``{table}.{language}.tex``
        and ``.csv`` for every table of the study.

    Raises
    ------
    SurveyError
        A document could not be written without cutting a text, or was refused by its program.
    """
    report, said = (
        arrange_report(results, study, words, wave, language).on_paper,
        words["documents"],
    )
    made: dict[str, bytes] = {}
    if "docx" in formats:
        from resurvey.report.documents.word import write_word

        made[f"report.{language}.docx"] = write_word(
            report, said, pictures, Path(templates) / "report.docx"
        )
    if "xlsx" in formats:
        from resurvey.report.documents.excel import write_excel

        made[f"tables.{language}.xlsx"] = write_excel(report, said)
    if "pdf" in formats:
        from resurvey.report.documents.pdf import write_pdf

        made[f"report.{language}.pdf"] = write_pdf(report, said, Path(templates) / "report.typ")
    return made | _fragments(report, list(study["tables"]["tables"]), formats)


def _fragments(
    report: Report, names: Collection[str], formats: Collection[str]
) -> dict[str, bytes]:
    """Write every table of the study by itself."""
    from resurvey.report.documents.latex import write_latex
    from resurvey.report.documents.separated import write_separated

    made = {}
    for name in names:
        own = [table for table in report.tables if table.name == name]
        ending = f"{name}.{report.language}"
        if "latex" in formats:
            made[f"latex/{ending}.tex"] = write_latex(name, own, report).encode()
        if "csv" in formats:
            made[f"csv/{ending}.csv"] = write_separated(own, report).encode()
    return made
