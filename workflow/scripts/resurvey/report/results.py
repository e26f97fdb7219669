"""Results: what the report reads of one wave, every file as text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.core.lines import (
    AssociationLine,
    BannerLine,
    ClaimLine,
    CombinationLine,
    CrosstabLine,
    FrequencyLine,
    IndicatorLine,
    Line,
    PrintedLine,
    QuestionLine,
    QuotationLine,
    QuotedLine,
    RangeLine,
    SummaryLine,
    TestLine,
)
from resurvey.core.names import INDEX_KEYS, INTERVIEW_KEYS
from resurvey.report.models import ModelLines
from resurvey.tables.frequencies import told_respondents

LEDGERS = (
    "crosstabs",
    "tests",
    "association",
    "frequencies",
    "indicators",
    "combinations",
    "cleaning",
    "cells",
    "claims",
    "questions",
    "ranges",
    "banners",
    "joint",
    "comparisons",
    "quotations",
    "quoted",
    "paired",
    "associations",
    "summaries",
    "scales",
    "correlations",
)


@dataclass(frozen=True)
class Results:
    """Lines of every CSV file, the codebook, the drawings with their alternative texts.

    `provenance` is the content of ``provenance.json``; empty where numbers were not traced.
    `disclosure` is that of ``disclosure.json``; only the public set has it.
    """

    crosstabs: Sequence[CrosstabLine]
    tests: Sequence[TestLine]
    association: Sequence[AssociationLine]
    frequencies: Sequence[FrequencyLine]
    indicators: Sequence[IndicatorLine]
    cleaning: Sequence[Line]
    cells: Sequence[PrintedLine]
    claims: Sequence[ClaimLine]
    questions: Sequence[QuestionLine]
    ranges: Sequence[RangeLine]
    codebook: Codebook
    figures: Mapping[str, str] = field(default_factory=dict)
    alt: Mapping[str, Any] = field(default_factory=dict)
    models: ModelLines | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    banners: Sequence[BannerLine] = ()
    combinations: Sequence[CombinationLine] = ()
    joint: Sequence[Line] = ()
    comparisons: Sequence[Line] = ()
    quotations: Sequence[QuotationLine] = ()
    quoted: Sequence[QuotedLine] = ()
    paired: Sequence[Line] = ()
    associations: Sequence[Line] = ()
    summaries: Sequence[SummaryLine] = ()
    scales: Sequence[Line] = ()
    correlations: Sequence[Line] = ()
    index: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    interviews: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    disclosure: Mapping[str, Any] = field(default_factory=dict)

    @property
    def respondents(self) -> int:
        """Respondents analysed."""
        return told_respondents(self.frequencies)


def read_results(
    files: Mapping[str, str | Path],
    codebook: str | Path,
    alt: str | Path | None = None,
    models: Sequence[str | Path] = (),
    language: str = "",
    provenance: str | Path | None = None,
    index: Sequence[str | Path] = (),
    interviews: Sequence[str | Path] = (),
    disclosure: str | Path | None = None,
) -> Results:
    """Read the files of one wave and language.

    Parameters
    ----------
    files : dict
        Path of each of `LEDGERS`.
    codebook : path
        ``codebook.json`` of the table room.
    alt : path, optional
        JSON: figure -> ``{"title": ..., "alt": ..., "drawn": ...}``; the drawings are read from
        ``{figure}.{language}.svg`` beside it. What is not drawn has files that say why, and no
        place in the report.
    models : sequence of paths
        ``coefficients.csv``, ``effects.csv``, ``diagnostics.csv`` and the folder of the models'
        figures; empty where the study declares no model.
    language : str
        Language of the figures.
    provenance : path, optional
        ``provenance.json``: where every number comes from.
    index : sequence of paths
        Files of the indices, in the order of `INDEX_KEYS`; empty where the study declares none.
    interviews : sequence of paths
        Counts of coded interviews, in the order of `INTERVIEW_KEYS`; empty where there are none.
    disclosure : path, optional
        ``disclosure.json`` of the public set.

    Raises
    ------
    SurveyError
        The alternative texts or the provenance are not JSON.
    """
    lines: dict[str, Any] = {name: read_csv(files[name]) for name in LEDGERS}
    texts = _read_json(alt) if alt is not None else {}
    return Results(
        **lines,
        codebook=Codebook.from_json(Path(codebook).read_text(encoding="utf-8")),
        figures={
            name: Path(alt).with_name(f"{name}.{language}.svg").read_text(encoding="utf-8")
            for name, text in texts.items()
            if alt is not None and text["drawn"]
        },
        alt=texts,
        models=_read_models(models, language) if models else None,
        provenance=_read_json(provenance) if provenance is not None else {},
        index={name: read_csv(path) for name, path in zip(INDEX_KEYS, index, strict=False)},
        interviews={
            name: read_csv(path) for name, path in zip(INTERVIEW_KEYS, interviews, strict=False)
        },
        disclosure=_read_json(disclosure) if disclosure is not None else {},
    )


def _read_json(path: str | Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        raise SurveyError(f"{path}: not readable as JSON: {problem}") from None
    return content


def _read_models(paths: Sequence[str | Path], language: str) -> ModelLines:
    coefficients, effects, diagnostics, folder = paths
    ending = f".{language}.svg"
    figures = {
        path.name.removesuffix(ending): path.read_text(encoding="utf-8")
        for path in sorted(Path(folder).glob(f"*{ending}"))
    }
    return ModelLines(read_csv(coefficients), read_csv(effects), read_csv(diagnostics), figures)
