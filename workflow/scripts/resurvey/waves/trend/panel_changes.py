"""Panel: the respondents who are in two waves, each compared with themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.counting import encode
from resurvey.core.notes import Note, write_notes
from resurvey.statistics.proportions import newcombe_paired, paired_tests
from resurvey.statistics.results import Result, refused
from resurvey.waves.trend.pooled_sample import Pool
from resurvey.waves.trend.share_changes import name_comparison, pairs_of

PANEL_COLUMNS = (
    "row_variable",
    "row_code",
    "row_label",
    "wave",
    "against",
    "comparison",
    "members",
    "both",
    "gained",
    "lost",
    "neither",
    "percent",
    "against_percent",
    "difference",
    "lower",
    "upper",
    "test",
    "statistic",
    "df",
    "p_value",
    "holm_article",
    "benjamini_hochberg_article",
    "changed",
    "note",
    "note_data",
)
SEVERAL = Note("several_answers", "not_computed")
WEIGHTED = Note("paired_equal", "not_computed")


def compare_members(
    pool: Pool, variables: Sequence[str], reference: int, language: str = ""
) -> Iterator[dict[str, Any]]:
    """Compare the answers of everybody who is in two waves.

    Yields
    ------
    dict
        Keys of `PANEL_COLUMNS`. For each answer: members with an answer in both waves, those who
        gained or lost it, the change with Newcombe's paired 95 % interval and McNemar's exact
        test; for the question as a whole (`row_code` empty) Bowker's and Stuart and Maxwell's.
    """
    places = range(len(pool.waves))
    for wave, against in pairs_of(list(places), reference):
        if not pool.shared[wave, against]:
            continue
        rows = pool.rows_of_members(wave, against)
        keys = {
            "wave": pool.waves[wave].name,
            "against": pool.waves[against].name,
            "comparison": name_comparison(wave, against, reference),
        }
        for variable in variables:
            books = [pool.waves[index].survey.codebook for index in (wave, against)]
            own = {"row_variable": variable, **keys}
            if not all(variable in book for book in books):
                if all(variable in book.multiple_response for book in books):
                    yield own | {"members": len(rows[0]), **write_notes(SEVERAL)}
                continue
            if pool.designed[wave] or pool.designed[against]:
                refusal = {"test": "mcnemar_exact", **write_notes(WEIGHTED)}
                yield own | {"members": len(rows[0]), **refusal}
                continue
            counts, codes = _square(pool, variable, (wave, against), rows)
            yield from _lines(own, counts, codes, books[0][variable], language)


def _square(
    pool: Pool, variable: str, places: tuple[int, int], rows: tuple[Any, Any]
) -> tuple[Any, list[Code]]:
    """Members by their answer now (rows) and then (columns), same codes in the same order."""
    positions, codes = [], []
    for wave, own in zip(places, rows, strict=True):
        survey = pool.waves[wave].survey
        found, answers = encode(survey.data[variable], survey.codebook[variable])
        positions.append((found[own], answers))
        codes += answers
    both = list(dict.fromkeys(codes))
    place_of = {code: number for number, code in enumerate(both)}
    now, then = (
        np.array([*(place_of[code] for code in answers), len(both)])[found]
        for found, answers in positions
    )
    counts = np.zeros((len(both) + 1, len(both) + 1), dtype=np.int64)
    np.add.at(counts, (now, then), 1)
    return counts[:-1, :-1], both


def _lines(
    keys: Mapping[str, Any], counts: Any, codes: Sequence[Code], variable: Any, language: str
) -> Iterator[dict[str, Any]]:
    members = int(counts.sum())
    for number, code in enumerate(codes):
        both = int(counts[number, number])
        gained = int(counts[number].sum()) - both
        lost = int(counts[:, number].sum()) - both
        neither = members - both - gained - lost
        line = {
            **keys,
            "row_code": str(code),
            "row_label": variable.answer(code, language),
            "members": members,
            "both": both,
            "gained": gained,
            "lost": lost,
            "neither": neither,
        }
        if not members:
            yield line | write_notes(Note("no_member_answered", "not_compared"))
            continue
        ends = [100 * end for end in newcombe_paired(both, gained, lost, neither)]
        line |= {
            "percent": 100 * (both + gained) / members,
            "against_percent": 100 * (both + lost) / members,
            **dict(zip(("difference", "lower", "upper"), ends, strict=True)),
        }
        square = np.array([[both, gained], [lost, neither]], dtype=np.float64)
        found = next(result for result in paired_tests(square) if result.test == "mcnemar_exact")
        yield line | _values(found)
    whole = paired_tests(counts.astype(np.float64)) if members else []
    for name in ("bowker", "stuart_maxwell"):
        found = next(
            (result for result in whole if result.test == name), refused(name, Note("no_members"))
        )
        yield {**keys, "row_code": "", "members": members, **_values(found)}


def _values(found: Result) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in ("test", "statistic", "df", "p_value")}
    return numbers | write_notes(*found.notes)
