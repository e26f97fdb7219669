"""Wave comparison: what the waves counted, and every file of the comparison over time."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, add_notes
from resurvey.core.survey import Survey
from resurvey.counts.design import wave_design
from resurvey.reading.observed_answers import with_text_answers
from resurvey.reading.parquet import load_columns
from resurvey.study.declarations import Table, TrendPart
from resurvey.study.order import TrendWave
from resurvey.tables.blocks import CROSSTAB_COLUMNS
from resurvey.tables.inference import (
    ADJUSTED_COLUMNS,
    adjust_comparisons,
    adjust_tests,
    label_nominal,
)
from resurvey.waves.contract.panel_members import Match, allowed
from resurvey.waves.trend.panel_changes import PANEL_COLUMNS, compare_members
from resurvey.waves.trend.pooled_sample import Pool, PooledCounts, pool_waves, vouch
from resurvey.waves.trend.question_tests import (
    CHANGE_COLUMNS,
    MOVED_COLUMNS,
    compare_question,
    group_questions,
    rank_questions,
)
from resurvey.waves.trend.questionnaire_changes import Moving, describe_changes, describe_rewording
from resurvey.waves.trend.series import follow_cells, stack_lines
from resurvey.waves.trend.share_changes import (
    DIFFERENCE_COLUMNS,
    SLOPE_COLUMNS,
    compare_series,
    fit_slope,
)

TREND_FILES = {
    "waves": (
        *("wave", "time", "respondents", "origin", "design", "against", "shared"),
        *("same_id", "panel", "compared", "contradicting", "contradictions"),
    ),
    "crosstabs": ("wave", *CROSSTAB_COLUMNS),
    "differences": DIFFERENCE_COLUMNS,
    "tests": CHANGE_COLUMNS,
    "slopes": SLOPE_COLUMNS,
    "panel": PANEL_COLUMNS,
    "moved": MOVED_COLUMNS,
}
"""CSV files of the room and their columns."""

NO_IDENTITY = Note("no_identity")
RUNNING_NUMBERS = Note("running_numbers")
NUMBERED_ANEW = Note("numbered_anew")


def compare_waves(
    waves: Sequence[TrendWave],
    tables: Mapping[str, Table],
    declared: TrendPart,
    *,
    sample: str = "unknown",
    language: str = "",
    wording: Mapping[tuple[str, str, str], tuple[str, str]] | None = None,
    changes: Moving | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Compare the waves of a study, table by table.

    `sample` says how respondents were chosen; without random selection p-values are noted as
    nominal. `wording` and `changes` are as `read_wording` and `read_changes` give them. The result
    has the lines of every file in `TREND_FILES`.

    Raises
    ------
    SurveyError
        Fewer than two waves, a reference that is no wave, or respondents who cannot be told
        apart (`number_members`) or cannot be the same people (`check_people`).
    """
    names = [one.name for one in waves]
    if len(waves) < 2:
        raise SurveyError("config/config.yaml: a comparison over time needs at least two waves")
    reference = str(declared.get("reference", names[0]))
    if reference not in names:
        raise SurveyError(
            f"config/trend.yaml: `reference` names '{reference}', which is no wave"
            f"{nearest(reference, names)}"
        )
    pool, matches = vouch(pool_waves(waves, declared.get("panel", True)), declared)
    counts = PooledCounts(pool, tables)
    place = names.index(reference)
    differences: list[dict[str, Any]] = []
    slopes: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    # Table by table: what was counted for its differences serves its slopes and its tests.
    for name, cells in groupby(follow_cells(waves, list(tables)), lambda one: one.keys["table"]):
        # Within an answer all respondents are always 100 per cent.
        of_rows = tables[name].get("percent", "column") == "row"
        series = [one for one in cells if not (of_rows and one.keys["column_code"] == TOTAL)]
        for one in series:
            differences += compare_series(one, pool, counts, place)
        slopes += [line for one in series if (line := fit_slope(one, pool, counts)) is not None]
        for answers in group_questions(series).values():
            tests += compare_question(answers, pool, counts, place)
    panel = list(compare_members(pool, _questions(tables), place, language))
    for line in differences:
        line["wording"] = describe_rewording(line, wording or {}, names)
    _mark_changes(waves, changes or {}, differences, slopes, tests, panel)
    _note_strangers(pool, declared, matches, differences, slopes, tests)
    _adjust(differences, slopes, tests, panel)
    for lines in (differences, slopes, tests, panel):
        label_nominal(lines, sample)
    return {
        "waves": _list_waves(pool, matches, allowed(declared)),
        "crosstabs": stack_lines(waves, CROSSTAB_COLUMNS),
        "differences": differences,
        "tests": tests,
        "slopes": slopes,
        "panel": panel,
        "moved": rank_questions(tests, differences, *declared_multiplicity(declared)),
    }


def _mark_changes(
    waves: Sequence[TrendWave], changes: Moving, *files: Sequence[dict[str, Any]]
) -> None:
    """Say beside every number which change of the questionnaire moved it, too."""
    names = [one.name for one in waves]
    sets = {
        name: list(declared["variable_list"])
        for wave in waves
        for name, declared in wave.survey.codebook.multiple_response.items()
    }
    for lines in files:
        for line in lines:
            # A test is of the whole question, another number of one answer or a sum of answers.
            codes = str(line["row_code"]).split("+") if line.get("row_code") else None
            if "first" in line:
                compared = names[names.index(line["first"]) : names.index(line["last"]) + 1]
            elif "waves" in line:
                compared = str(line["waves"]).split(" ")
            else:
                compared = [line[key] for key in ("wave", "against") if line.get(key)]
            variables = sets.get(line["row_variable"], [line["row_variable"]])
            line["changed"] = (
                describe_changes(variables, compared, changes, names, codes)
                if len(compared) > 1
                else ""
            )


def _list_waves(pool: Pool, matches: Sequence[Match], most: float) -> list[dict[str, Any]]:
    """List the waves, each with the respondents that it shares with every earlier one."""
    found = {(one.wave, one.against): one for one in matches}
    lines = []
    for place, wave in enumerate(pool.waves):
        own = {
            "wave": wave.name,
            "time": wave.time,
            "respondents": wave.respondents,
            "origin": wave.survey.codebook.origin,
            "design": "sampling design" if pool.designed[place] else "",
        }
        earlier = [
            {
                "against": pool.waves[one].name,
                "shared": int(pool.shared[place, one]),
                **_vouched(found.get((wave.name, pool.waves[one].name)), pool, place, one, most),
            }
            for one in range(place)
        ]
        lines += [own | one for one in earlier or [{}]]
    return lines


def _vouched(
    match: Match | None, pool: Pool, place: int, against: int, most: float
) -> dict[str, Any]:
    """Say of two waves whether those with the same id were found to be the same people."""
    if match is None:
        return {}
    kept = pool.members[place] is not None and pool.members[against] is not None
    doubt = "unchecked" if match.unknown(most) else "checked"
    return {
        "same_id": match.shared,
        "panel": doubt if kept else "running_numbers",
        "compared": match.compared,
        "contradicting": match.contradicting,
        "contradictions": match.told(),
    }


def declared_multiplicity(declared: TrendPart) -> tuple[str, str]:
    """How the study adjusts p-values for being many: the method, and of what level.

    Examples
    --------
    >>> declared_multiplicity({"multiplicity": {"method": "holm"}})
    ('holm', 'study')
    """
    chosen = declared.get("multiplicity", {})
    return chosen.get("method", "benjamini_hochberg"), chosen.get("level", "study")


def _questions(tables: Mapping[str, Table]) -> list[str]:
    return list(dict.fromkeys(row for table in tables.values() for row in table["rows"]))


def _adjust(
    differences: Sequence[dict[str, Any]],
    slopes: Sequence[dict[str, Any]],
    tests: Sequence[dict[str, Any]],
    panel: Sequence[dict[str, Any]],
) -> None:
    """Adjust p-values for being many: those of a file are one family, whoever is compared.

    All respondents and groups, neighbouring waves and all of them together are looked at on the
    same page; families apart would promise less than a study has tried. Only subtotals are left
    out: a subtotal is a sum of answers that are tested themselves.
    """
    for lines in (differences, slopes):
        adjust_comparisons([line for line in lines if line["kind"] == "answer"])
    changed = [line | {"table": ""} for line in panel if line.get("row_code")]
    adjust_comparisons(changed)
    for line, adjusted in zip([one for one in panel if one.get("row_code")], changed, strict=True):
        line |= {name: adjusted[name] for name in ADJUSTED_COLUMNS[2:]}
    adjust_tests(tests)


def _note_strangers(
    pool: Pool,
    declared: TrendPart,
    matches: Sequence[Match],
    *files: Sequence[dict[str, Any]],
) -> None:
    """Say beside every test why the respondents of its waves are taken to be different people."""
    note = NO_IDENTITY if declared.get("panel", True) else NUMBERED_ANEW
    matched = {name for one in matches for name in (one.wave, one.against)}
    strangers = {
        wave.name for wave, own in zip(pool.waves, pool.members, strict=True) if own is None
    }
    for lines in files:
        for line in lines:
            compared = {line.get("wave"), line.get("against"), *str(line.get("waves")).split(" ")}
            # A slope is of all waves that have the question.
            compared |= strangers if "slope" in line else set()
            unknown = strangers & compared
            if line.get("p_value") is not None and unknown:
                why = RUNNING_NUMBERS if unknown <= matched else note
                line |= add_notes(line, why)


def read_waves(
    waves: Sequence[Mapping[str, Any]],
    files: Mapping[str, Sequence[str | Path]],
    tables: Mapping[str, Table],
) -> list[TrendWave]:
    """Read what was counted in every wave, and who answered.

    Parameters
    ----------
    waves : sequence of dict
        ``name``, ``time`` and ``wave`` (its entry in `config/config.yaml`), in the order of time.
    files : dict
        ``crosstabs``, ``responses`` and ``codebooks``: one path a wave, in the same order.
    tables : dict
        `tables` of `config/tables.yaml`.
    """
    found = []
    for one, crosstabs, responses, codebook in zip(
        waves, files["crosstabs"], files["responses"], files["codebooks"], strict=True
    ):
        survey = with_text_answers(Survey(*load_columns(responses, codebook)), tables)
        found.append(
            TrendWave(
                one["name"],
                float(one["time"]),
                read_csv(crosstabs),
                survey,
                wave_design(one["wave"]),
                str(one["wave"].get("id", "")),
            )
        )
    return found
