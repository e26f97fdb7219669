"""Streaming: a wave too large for memory, opened so that its tables are counted in one pass."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from resurvey.core.codebook import Codebook, Survey
from resurvey.core.errors import SurveyError
from resurvey.counts.design import design_error, wave_design
from resurvey.counts.streamed import StreamedColumns, streams
from resurvey.prepare.indicators import indicator_parts
from resurvey.reading.formats import STORED_FROM
from resurvey.reading.parquet import load_codebook, load_columns, open_batches
from resurvey.study.expansion import CROSS
from resurvey.tables.banners import all_items
from resurvey.tables.response_sets import find_set

if TYPE_CHECKING:
    from resurvey.counts.design import Design

logger = logging.getLogger(__name__)


def open_respondents(
    responses: str | Path,
    codebook: str | Path,
    wave: Mapping[str, Any],
    tables: Mapping[str, Any],
    banners: Mapping[str, Any],
    indicators: Mapping[str, Any],
    stream_from: int = STORED_FROM,
) -> Survey:
    """Open the respondents of a wave for counting, in memory or, when they are many, in batches.

    Parameters
    ----------
    responses, codebook : str or Path
        What `resurvey.reading.parquet.save_survey` wrote.
    wave : dict
        The wave in `config/config.yaml`: its weight, strata and clusters.
    tables, banners, indicators : dict
        `tables` and `banners` of `config/tables.yaml`, and `config/indicators.yaml`: what will be
        counted together.
    stream_from : int
        Rows of the file from which on it is read in batches.

    Returns
    -------
    Survey
        The data is an Arrow table, or `StreamedColumns` that has counted what the tables need.

    Notes
    -----
    Replicate weights, raking, finite populations and several stages of sampling need the
    respondents in memory. Correlations, scales, and numbers of very many different values read
    their own columns into memory, and these alone.
    """
    batches, schema, rows = open_batches(responses)
    book = load_codebook(codebook)
    if rows < stream_from or book.reconstructed:
        return Survey(*load_columns(responses, codebook))
    design = _declared_design(wave)
    if not streams(design):
        logger.warning(
            "%s: %d respondents are read into memory, because the wave has replicate weights, "
            "raking, a finite population or several stages of sampling",
            responses,
            rows,
        )
        return Survey(*load_columns(responses, codebook))
    try:
        columns = StreamedColumns(batches, schema, rows, book, design)
    except SurveyError as problem:
        raise design_error(wave, problem) from None
    needed = [names for names in needed_together(book, tables, banners, indicators) if names]
    columns.count(names for names in needed if all(name in schema.names for name in names))
    logger.info("%s: %d respondents counted in batches", responses, rows)
    return Survey(cast("Any", columns), book)


def _declared_design(wave: Mapping[str, Any]) -> "Design | None":
    try:
        return wave_design(wave)
    except SurveyError as problem:
        raise design_error(wave, problem) from None


def needed_together(
    codebook: Codebook,
    tables: Mapping[str, Any],
    banners: Mapping[str, Any],
    indicators: Mapping[str, Any],
) -> Iterator[tuple[str, ...]]:
    """Go through the sets of variables whose answers are counted together.

    Parameters
    ----------
    codebook : Codebook
        Says what the items of response sets are.
    tables, banners, indicators : dict
        As `open_respondents` takes them.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> book = Codebook({name: Variable(name) for name in ("q", "sex", "age")})
    >>> tables = {"t": {"rows": ["q"], "columns": "sex", "where": {"age": 1}}}
    >>> list(needed_together(book, tables, {}, {}))
    [('q',), ('sex',), ('age',), ('q', 'age'), ('q', 'sex', 'age'), ('age',), ('sex',)]
    """
    for name in codebook:
        yield (name,)
    for table in tables.values():
        group, strata, where = table.get("columns"), table.get("strata"), table.get("where", {})
        for row in [*table.get("rows", ()), *table.get("summaries", ())]:
            yield _columns(codebook, row, *where)
            yield _columns(codebook, row, group, *where)
            if strata:
                yield _columns(codebook, row, group, strata, *where)
        for pair in table.get("pairs", ()):
            yield _columns(codebook, pair["before"], pair["after"], *where)
        yield tuple(where)
        if group:
            yield _columns(codebook, group)
    for banner in banners.values():
        columns, where = banner["columns"], banner.get("where", {})
        # What else stands aside is not known yet; what it would be crossed with costs little.
        rows = banner.get("rows") or [
            *all_items(codebook, columns, banner.get("means", False)),
            *_texts(codebook, tables),
        ]
        for name in (*rows, *columns):
            yield _columns(codebook, name, *where)
        for row, column in product(rows, columns):
            yield _columns(codebook, row, column, *where)
        yield tuple(where)
    yield from _needed_indicators(indicators)


def _texts(codebook: Codebook, tables: Mapping[str, Any]) -> list[str]:
    """Tabulated texts without a list of answers, which get one (`with_text_answers`)."""
    named = [name for table in tables.values() for name in table.get("rows", ())]
    return [
        name
        for name in dict.fromkeys(named)
        if name in codebook and codebook[name].measure == "text" and not codebook[name].codes
    ]


def _needed_indicators(indicators: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    declared, column = indicators.get("indicators", {}), indicators.get("columns")
    for name, entry in declared.items():
        if "difference" in entry:
            continue
        for own in (name, *(indicator_parts(entry) if "share" in entry else ())):
            yield (own, column) if column else (own,)
    for entry in indicators.get("combinations", {}).values():
        yield tuple(entry["of"])


def _columns(codebook: Codebook, *names: str | None) -> tuple[str, ...]:
    """Variables of the file behind questions, response sets and crossed columns."""
    found: dict[str, None] = {}
    for name in names:
        if not name:
            continue
        if CROSS in name and name not in codebook:
            found |= dict.fromkeys(name.split(CROSS))
        else:
            response_set = find_set(codebook, name)
            members: Sequence[str] = response_set.items if response_set else (name,)
            found |= dict.fromkeys(members)
    return tuple(found)
