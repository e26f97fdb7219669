"""PDF: the report set by Typst, tagged, with its own fonts and no time of its making."""

import json
import logging
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unicodedata import normalize

from resurvey.core.errors import SurveyError
from resurvey.core.languages import name_locale
from resurvey.pages.wording import keep_together
from resurvey.report.blocks import (
    APPENDIX,
    Block,
    Figure,
    Heading,
    Items,
    Paragraph,
    Report,
    Table,
    fit_widths,
    fits_together,
    heads_repeat,
    lay_across,
    lies_across,
    place_of,
    rows_at_end,
    stays_whole,
)
from resurvey.report.documents.glyphs import (
    boxed,
    each_text,
    fonts,
    in_doubt,
    lines_of,
    outline_letters,
    respell,
    showable,
)

logger = logging.getLogger("resurvey")

HIGHEST = 1.37
"""Height of a drawing beside its width that fits on a page with its caption."""

TALL = 0.75
"""Height of a drawing beside its width from which on it need not stand where it is told of."""

_UPRIGHT, _ACROSS = (1700, 18, 24), (2570, 18, 24)
"""Width of the text, of a mean letter of a table and of the sides of a cell, in tenths of a mm."""

_SIDES = re.compile(r'viewBox="[0-9.]+ [0-9.]+ ([0-9.]+) ([0-9.]+)"')


def write_pdf(report: Report, template: str | Path) -> bytes:
    """Write the report as a tagged PDF (PDF/UA-1).

    Raises
    ------
    SurveyError
        Typst refuses the document; its own message follows.

    Notes
    -----
    Everything that is said goes to the template as data, never as Typst code, so that a label
    such as ``#import`` is four letters after a sign. Only fonts that come with Typst (Libertinus
    Serif) and with matplotlib (DejaVu Sans, as in the figures) are used. No letter of a label
    stops the document: see `resurvey.report.documents.glyphs`.
    """
    data = json.dumps(_showable(_plain_values(report), report.language), ensure_ascii=False)
    try:
        return _set(template, data, ["ua-1"])
    except SurveyError as problem:
        if "PDF/UA" not in str(problem):
            raise
        written = _set(template, data, [])
        logger.warning(
            "report.%s.pdf is not accessible as PDF/UA-1 says, and letters may be missing in it: "
            "%s; change the label, or leave `pdf` out of `documents:` in config/config.yaml",
            report.language,
            problem,
        )
        return written


def _set(template: str | Path, data: str, standards: list[Any]) -> bytes:
    import typst

    try:
        return typst.compile(
            Path(template).read_bytes(),
            format="pdf",
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"report": data},
            pdf_standards=standards,
            timestamp=0,
        )
    except typst.TypstError as problem:
        raise SurveyError(f"the PDF could not be set: {problem.message}") from None


def _showable(values: dict[str, Any], language: str) -> Any:
    """Write every text with letters that can be shown, and tell of those that are boxes."""
    texts = list(_texts(values))
    letters = in_doubt(texts)
    spelled = respell(letters)
    if missing := boxed(letters) | spelled.keys():
        _mention(sorted(missing), texts, language)

    def change(text: str) -> str:
        return outline_letters(text, spelled) if _is_drawing(text) else showable(text, spelled)

    return each_text(values, change) if letters else values


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield from lines_of(values) if _is_drawing(values) else (values,)
    elif isinstance(values, dict | list | tuple):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts(value)


def _is_drawing(text: str) -> bool:
    return text.startswith("<svg")


def _mention(missing: Sequence[str], texts: Iterable[str], language: str) -> None:
    """Say which letters the PDF shows in another way, and in which labels: the shortest texts."""
    written = {normalize("NFC", text) for text in texts}
    labels = [text for text in written if any(letter in text for letter in missing)]
    labels.sort(key=lambda text: (len(text), text))
    logger.warning(
        "report.%s.pdf: its fonts cannot show %s%s as written, in '%s'%s; a box or a name "
        "stands in the place of such a letter, or its mark beside it; Word and Excel have the text "
        "as it is",
        language,
        ", ".join(f"{letter} ({_codes(letter)})" for letter in missing[:8]),
        f" and {len(missing) - 8} more" if len(missing) > 8 else "",
        "', '".join(label[:40] for label in labels[:3]),
        f" and {len(labels) - 3} more texts" if len(labels) > 3 else "",
    )


def _codes(letter: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in letter)


def _plain_values(report: Report) -> dict[str, Any]:
    language, _, region = name_locale(report.language).partition("-")
    return {
        "language": language,
        "region": region,
        "title": report.title,
        "subtitle": report.subtitle,
        "wave": report.wave,
        "mark": report.mark,
        "contents": report.contents,
        "appendix": APPENDIX if APPENDIX in report.places else "",
        "generator": report.generator,
        "front": [_block(block, report.places) for block in report.blocks[: report.front]],
        "parts": [
            {"across": across, "blocks": [_block(block, report.places) for block in blocks]}
            for across, blocks in lay_across(report.blocks[report.front :])
        ],
    }


def _block(block: Block, places: Collection[str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "text": block.text,
            "place": place_of(block),
            "page": block.anchor == APPENDIX,
        }
    if isinstance(block, Paragraph):
        return {"kind": block.kind, "text": keep_together(block.text), "lead": block.lead}
    if isinstance(block, Items):
        links = [
            [{"text": link.text, "to": link.place if link.place in places else ""} for link in own]
            for own in block.links
        ]
        return {"kind": "items", "texts": list(map(keep_together, block.texts)), "links": links}
    if isinstance(block, Figure):
        return {
            "kind": "figure",
            "caption": f"{block.number}. {block.title}",
            "svg": block.svg,
            "alt": block.alt,
            "tall": _is_tall(block.svg),
            "share": _share_of_width(block.svg),
        }
    if isinstance(block, Table):
        return _table(block)
    raise TypeError(f"no block of paper: {block}")


def _share_of_width(svg: str) -> float:
    """Return how much of the width a drawing takes, so that it is no higher than a page."""
    size = _SIDES.search(svg)
    return 1.0 if size is None else min(1.0, HIGHEST * float(size[1]) / float(size[2]))


def _is_tall(svg: str) -> bool:
    """Return whether a drawing takes so much of a page that text had better flow around it."""
    size = _SIDES.search(svg)
    return size is not None and float(size[2]) > TALL * float(size[1])


def _table(table: Table) -> dict[str, Any]:
    headings = [column.heading for column in table.columns]
    return {
        "kind": "table",
        "place": place_of(table),
        "caption": table.numbered,
        "headings": headings,
        "numbers": [column.number for column in table.columns],
        "widths": fit_widths(table, *(_ACROSS if lies_across(table) else _UPRIGHT)),
        "over": [[over.heading, over.columns] for over in table.over],
        "letters": [column.letter for column in table.columns],
        "most": table.most_letters,
        "repeat": heads_repeat(table),
        "together": fits_together(table),
        "end": rows_at_end(table),
        "rows": [
            {
                "kind": row.kind,
                "whole": stays_whole(row),
                "cells": [[cell.marked, cell.below, cell.letters] for cell in row.cells],
            }
            for row in table.rows
        ],
        "notes": table.under,
        "fine": table.fine,
    }
