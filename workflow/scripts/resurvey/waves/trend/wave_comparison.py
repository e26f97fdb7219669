"""Wave comparison: what the waves asked and counted, and every file of the comparison over time."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import groupby, pairwise, product
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from resurvey.core.cells import read_crosstabs
from resurvey.core.codebook import Codebook, Survey, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.core.lines import FrequencyLine
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, add_notes
from resurvey.core.progress import track
from resurvey.counts.design import wave_design
from resurvey.index.declaration import index_items
from resurvey.prepare.indicators import parts_behind
from resurvey.reading.observed_answers import with_text_answers
from resurvey.reading.parquet import FileColumns, load_codebook
from resurvey.study.declarations import Table, TrendPart
from resurvey.study.order import TrendWave
from resurvey.tables.blocks import CROSSTAB_COLUMNS
from resurvey.tables.domains import crossed_names, read_crossed, with_crossed
from resurvey.tables.frequencies import told_respondents
from resurvey.tables.inference import (
    ADJUSTED_COLUMNS,
    adjust_comparisons,
    adjust_tests,
    label_nominal,
)
from resurvey.waves.contract.panel_members import Match, allowed_contradictions
from resurvey.waves.contract.routing import ASKED_CHANGE, HALF
from resurvey.waves.trend.index_changes import INDEX_COLUMNS, compare_indices
from resurvey.waves.trend.pooled_sample import (
    Pool,
    PooledCounts,
    check_panel,
    follow_cells,
    pool_waves,
    stack_lines,
)
from resurvey.waves.trend.question_tests import (
    CHANGE_COLUMNS,
    MOVED_COLUMNS,
    compare_question,
    group_questions,
    rank_questions,
)
from resurvey.waves.trend.share_changes import (
    DIFFERENCE_COLUMNS,
    PANEL_COLUMNS,
    SLOPE_COLUMNS,
    compare_members,
    compare_series,
    fit_slope,
)

Changes = Mapping[tuple[str, str, str], tuple[str, str]]

KINDS = ("wording", "answer_wording")
"""Differences of ``drift.csv`` that are changes of wording."""

MOVING = (
    "routing",
    "base",
    "type",
    "meaning",
    "new_answer",
    "vanished_answer",
    "merged_answer",
    "missing_codes",
    "wording",
    "answer_wording",
    "unlabelled",
    "other_alphabet",
    "range",
)
"""Differences of ``drift.csv`` that move a share, or may, though nobody changed an opinion.

Codes without labels, and labels in another alphabet, may stand for anything. Numbers count where
the middle half of the answers lies elsewhere; a new largest one is a note, which marks nothing.
"""

BARE = "unlabelled"
"""Difference of a question of which the file has no labels."""

GROUP_LIMITS = "group_limits"
"""Change of groups that every wave cuts anew, at quantiles of its own answers."""

OFFERED = ("new_answer", "vanished_answer")
"""Differences of which one undoes the other."""

_COUNTED = re.compile(r"(?:^|; )(?:(.*?): )?(\d+) / (\d+)(?=;|$)")
_UNDONE = {"routing": HALF, "base": ASKED_CHANGE}
"""Change of a share from which it is another filter or base; less undoes the change."""


def read_wording(files: Sequence[str | Path]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Read from the drift reports what was worded otherwise than in the wave before.

    Parameters
    ----------
    files : sequence of path
        ``results/{wave}/import/drift.csv`` of the waves that have one.

    Returns
    -------
    dict
        (wave, variable, code) -> the wording before and after; the code is empty for the
        question itself. What is worded as in the wave before is no change, whatever the
        codebook says; the codebook stands in where the wave before did not ask.
    """
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for file in files:
        for line in read_csv(file):
            if line["difference"] not in KINDS or line["severity"] == "note":
                continue
            key = line["wave"], line["variable"], line["code"]
            if line["against"] != "codebook" or key not in found:
                found[key] = line["before"], line["after"]
    return found


def describe_rewording(line: Mapping[str, Any], wording: Changes, names: Sequence[str]) -> str:
    """Say how question and answer were reworded between the two waves of a line.

    Examples
    --------
    >>> changed = {("2023", "q", ""): ("A?", "B?"), ("2024", "q", ""): ("B?", "A?")}
    >>> line = {"wave": "2023", "against": "2022", "row_variable": "q", "row_code": "1"}
    >>> describe_rewording(line, changed, ["2022", "2023", "2024"])
    '“A?” → “B?”'
    >>> describe_rewording(line | {"wave": "2024"}, changed, ["2022", "2023", "2024"])
    ''
    """
    if not wording or not line.get("against"):
        return ""
    first, last = sorted(names.index(str(line[key])) for key in ("wave", "against"))
    found = []
    row = str(line["row_code"])
    # An answer's own code may have a plus.
    codes = dict.fromkeys(code for code in (row, *row.split("+")) if code != TOTAL)
    for code in ("", *codes):
        steps = [
            wording[key]
            for name in names[first + 1 : last + 1]
            if (key := (name, str(line["row_variable"]), code)) in wording
        ]
        if steps and steps[0][0] != steps[-1][1]:
            found.append(f"“{steps[0][0]}” → “{steps[-1][1]}”")
    return "; ".join(found)


@dataclass(frozen=True)
class Asked:
    """One change of what was asked, of whom, or of the answers offered, by the `wave` that made it.

    `kind` is one of `MOVING`, or `GROUP_LIMITS`; `code` is empty where the change is about the
    whole question.
    """

    wave: str
    variable: str
    kind: str
    code: str = ""

    def __str__(self) -> str:
        """Write the change as it stands in the files of the trend room."""
        return " ".join(filter(None, (f"{self.wave}: {self.kind}", self.variable, self.code)))

    @classmethod
    def read(cls, text: str) -> "list[Asked]":
        """Read what `describe_changes` wrote.

        Examples
        --------
        >>> Asked.read("2024: new_answer plan 4; 2024: routing plan")[0].code
        '4'
        """
        found = []
        for part in filter(None, text.split("; ")):
            wave, _, rest = part.partition(": ")
            kind, variable, *code = rest.split(" ", 2)
            found.append(cls(wave, variable, kind, code[0] if code else ""))
        return found


Moving = Mapping[Asked, tuple[str, str]]


class AskedChanges(dict[Asked, tuple[str, str]]):
    """What moves shares between a wave and the one before it: change -> before and after."""

    @cached_property
    def by_question(self) -> dict[tuple[str, str], list[tuple[int, Asked]]]:
        """(wave, variable) -> its changes, each with its place among all."""
        found: dict[tuple[str, str], list[tuple[int, Asked]]] = {}
        for place, change in enumerate(self):
            found.setdefault((change.wave, change.variable), []).append((place, change))
        return found


def read_changes(files: Sequence[str | Path]) -> AskedChanges:
    """Read from the drift reports what moves shares between a wave and the one before it.

    Parameters
    ----------
    files : sequence of path
        ``results/{wave}/import/drift.csv`` of the waves that have one.

    Returns
    -------
    AskedChanges
        Change -> what was before and after. What differs from the codebook alone is no change
        between two waves, and neither are labels that the wave before had not in its file either:
        what its codes mean the codebook says.
    """
    found = AskedChanges()
    lines = [line for file in files for line in read_csv(file)]
    bare = {(line["wave"], line["variable"]) for line in lines if line["difference"] == BARE}
    for line in lines:
        if line["difference"] not in MOVING or line["against"] == "codebook":
            continue
        if line["difference"] == BARE and (line["against"], line["variable"]) in bare:
            continue
        # What becomes of an answer is the study's own decision, and still moves the share.
        if line["severity"] != "note" or line["difference"] in ("merged_answer", *OFFERED):
            change = Asked(line["wave"], line["variable"], line["difference"], line["code"])
            found[change] = line["before"], line["after"]
    return found


def describe_changes(
    variables: Iterable[str],
    waves: Iterable[str],
    changes: Moving,
    names: Sequence[str],
    codes: Iterable[str] | None = None,
) -> str:
    """Say what was asked otherwise between some waves.

    Examples
    --------
    >>> asked = Asked("2023", "q", "routing"), Asked("2024", "q", "routing")
    >>> changes = {asked[0]: ("job = 2: 0 / 50", "job = 2: 48 / 51"),
    ...            asked[1]: ("job = 2: 48 / 51", "job = 2: 1 / 60")}
    >>> describe_changes(["q"], ["2022", "2023"], changes, ["2022", "2023", "2024"])
    '2023: routing q'
    >>> describe_changes(["q"], ["2022", "2024"], changes, ["2022", "2023", "2024"])
    ''
    """
    return "; ".join(map(str, list_changes(variables, waves, changes, names, codes)))


def list_changes(
    variables: Iterable[str],
    waves: Iterable[str],
    changes: Moving,
    names: Sequence[str],
    codes: Iterable[str] | None = None,
) -> list[Asked]:
    """List what was asked otherwise between some waves, the first change first.

    Examples
    --------
    >>> changes = {Asked("2023", "q", "routing"): ("job = 2: 0 / 50", "job = 2: 48 / 51")}
    >>> [change.kind for change in list_changes(["q"], ["2022", "2023"], changes, ["2022", "2023"])]
    ['routing']
    """
    places = sorted(names.index(wave) for wave in waves)
    spanned = names[places[0] + 1 : places[-1] + 1] if places else []
    asked = None if codes is None else set(codes)
    if not isinstance(changes, AskedChanges):
        changes = AskedChanges(changes)
    chains: dict[tuple[str, str, str], list[tuple[int, Asked]]] = {}
    for key in product(spanned, variables):
        for rank, change in changes.by_question.get(key, ()):
            if change.kind == "answer_wording" and asked is not None and change.code not in asked:
                continue
            group = "answers" if change.kind in OFFERED else change.kind
            chains.setdefault((change.variable, group, change.code), []).append((rank, change))
    found = []
    for (_, group, _), chain in chains.items():
        ends = changes[chain[0][1]][0], changes[chain[-1][1]][1]
        if len(places) == 2 and len(chain) > 1 and _same_again(group, *ends):
            continue
        found += chain
    return [change for _, change in sorted(found, key=lambda ranked: ranked[0])]


def _same_again(kind: str, before: str, after: str) -> bool:
    """Return whether two ends of a chain of changes are the same."""
    if before == after:
        return True
    if kind not in _UNDONE:
        return False
    shares = [
        {
            group: int(count) / int(base)
            for group, count, base in _COUNTED.findall(text)
            if int(base)
        }
        for text in (before, after)
    ]
    if not shares[0] or set(shares[0]) != set(shares[1]):
        return False
    return all(abs(shares[0][group] - shares[1][group]) < _UNDONE[kind] for group in shares[0])


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
    "indices": (*INDEX_COLUMNS, "changed"),
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
    indices: Mapping[str, Any] | None = None,
    indicators: Mapping[str, Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Compare the waves of a study, table by table.

    `sample` says how respondents were chosen; without random selection p-values are noted as
    nominal. `wording` and `changes` are as `read_wording` and `read_changes` give them, `indices`
    is ``config/index.yaml``, `indicators` the indicators and scales of ``config/indicators.yaml``:
    what is made of a changed question is marked as it is. The result has the lines of every file
    in `TREND_FILES`.

    Raises
    ------
    SurveyError
        Fewer than two waves, a reference that is no wave, or respondents who cannot be told
        apart (`number_members`) or cannot be the same people (`check_people`).
    """
    names = [wave.name for wave in waves]
    if len(waves) < 2:
        raise SurveyError("config/config.yaml: a comparison over time needs at least two waves")
    reference = str(declared.get("reference", names[0]))
    if reference not in names:
        raise SurveyError(
            f"config/trend.yaml: `reference` names '{reference}', which is no wave"
            f"{nearest(reference, names)}"
        )
    pool, matches = check_panel(pool_waves(waves, declared.get("panel", True)), declared)
    counts = PooledCounts(pool, tables)
    reference_wave = names.index(reference)
    differences: list[dict[str, Any]] = []
    slopes: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    # Table by table: what was counted for its differences serves its slopes and its tests.
    followed = groupby(follow_cells(waves, list(tables)), lambda cell: cell.keys["table"])
    for name, cells in track(followed, "tables over time", len(tables)):
        # Within an answer all respondents are always 100 per cent.
        of_rows = tables[name].get("percent", "column") == "row"
        series = [cell for cell in cells if not (of_rows and cell.keys["column_code"] == TOTAL)]
        for cell in series:
            differences += compare_series(cell, pool, counts, reference_wave)
        slopes += [line for cell in series if (line := fit_slope(cell, pool, counts)) is not None]
        for answers in group_questions(series).values():
            tests += compare_question(answers, pool, counts, reference_wave)
    panel = list(compare_members(pool, _questions(tables), reference_wave, language))
    for line in differences:
        line["wording"] = describe_rewording(line, wording or {}, names)
    lines = {"differences": differences, "tests": tests, "slopes": slopes, "panel": panel}
    made = {**(indicators or {}), **index_items(indices or {})}
    asked = AskedChanges({**(changes or {}), **_moved_limits(waves, made)})
    for name, own in lines.items():
        _mark_changes(waves, asked, own, tables, made)
        if name != "panel":
            _note_strangers(pool, declared, matches, own)
    _adjust(lines)
    for own in lines.values():
        label_nominal(own, sample)
    multiplicity = declared_multiplicity(declared)
    of_indices = [
        line | {"changed": _changed_items(line, asked, names, made)}
        for line in compare_indices(pool, indices or {}, indicators or {}, reference_wave)
    ]
    label_nominal(of_indices, sample)
    return {
        "waves": _list_waves(pool, matches, allowed_contradictions(declared)),
        "crosstabs": stack_lines(waves, CROSSTAB_COLUMNS),
        **lines,
        "moved": rank_questions(lines["tests"], lines["differences"], *multiplicity),
        "indices": of_indices,
    }


def _moved_limits(
    waves: Sequence[TrendWave], made: Mapping[str, Mapping[str, Any]]
) -> dict[Asked, tuple[str, str]]:
    """Find groups cut at quantiles whose limits differ from those of the wave before.

    Each wave has about as many people in every such group, whatever became of them.
    """
    found = {}
    for name, entry in made.items():
        recode = entry.get("recode", {})
        if "quantiles" not in recode:
            continue
        limits = {}
        for wave in waves:
            if name in wave.survey.codebook:
                variable = wave.survey.codebook[name]
                labels = [
                    text for code in variable.answers for text in variable.codes[code].values()
                ]
                # Labels of the study's own hide the limits: they count as different.
                limits[wave.name] = wave.name if recode.get("codes") else "; ".join(labels)
        for before, after in pairwise(limits):
            if limits[before] != limits[after]:
                found[Asked(after, name, GROUP_LIMITS)] = limits[before], limits[after]
    return found


def _changed_items(
    line: Mapping[str, Any],
    changes: Moving,
    names: Sequence[str],
    made: Mapping[str, Mapping[str, Any]],
) -> str:
    """Say what was asked otherwise of the questions behind a change of an index."""
    if not line.get("against"):
        return ""
    others = {*made, *line["items"].split()}
    index = "_".join(filter(None, (line["index"], line.get("dimension"))))
    # Of all that the index is made of, what is made of this line's questions alone.
    behind = [
        part for part in parts_behind(index, made) if others.issuperset(parts_behind(part, made))
    ]
    return describe_changes(behind, [line["wave"], line["against"]], changes, names)


def _mark_changes(
    waves: Sequence[TrendWave],
    changes: Moving,
    lines: Sequence[dict[str, Any]],
    tables: Mapping[str, Table],
    made: Mapping[str, Mapping[str, Any]],
) -> None:
    """Add to every line which changes of the questionnaire moved its number, too."""
    names = [wave.name for wave in waves]
    sets = {
        name: list(declared["variable_list"])
        for wave in waves
        for name, declared in wave.survey.codebook.multiple_response.items()
    }

    @cache
    def moved(name: str, codes: tuple[str, ...] | None, compared: tuple[str, ...]) -> list[Asked]:
        behind = [part for item in sets.get(name, [name]) for part in parts_behind(item, made)]
        # The codes of what is made of a question are not those of the question.
        own = None if name in made else codes
        return list_changes(behind, compared, changes, names, own)

    for line in lines:
        line["changed"] = ""
        if not changes:
            continue
        if "first" in line:
            compared = names[names.index(line["first"]) : names.index(line["last"]) + 1]
        elif "waves" in line:
            compared = str(line["waves"]).split(" ")
        else:
            compared = [line[key] for key in ("wave", "against") if line.get(key)]
        if len(compared) < 2:
            continue
        counted = _counted_answers(line, tables)
        found = [change for own in counted for change in moved(*own, tuple(compared))]
        line["changed"] = "; ".join(map(str, dict.fromkeys(found)))


def _counted_answers(
    line: Mapping[str, Any], tables: Mapping[str, Table]
) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """List the variables that decide who is counted in a line, with their answers that matter.

    No list of answers stands for all of them.
    """
    # A test is of the whole question, another number of one answer or a sum of answers.
    row = str(line.get("row_code") or "")
    yield line["row_variable"], (row, *row.split("+")) if row else None
    column = line.get("column_variable")
    if column and line["column_code"] != TOTAL:
        for name, code in read_crossed(column, str(line["column_code"])).items():
            yield name, (code,)
    # Members of a panel are compared outside any table.
    for name, value in tables.get(line.get("table", ""), {}).get("where", {}).items():
        if isinstance(value, Mapping):
            yield name, None
        else:
            yield name, tuple(map(str, value if isinstance(value, list) else [value]))


def _list_waves(pool: Pool, matches: Sequence[Match], most: float) -> list[dict[str, Any]]:
    """List the waves, each with the respondents that it shares with every earlier one."""
    found = {(match.wave, match.against): match for match in matches}
    lines = []
    for index, wave in enumerate(pool.waves):
        own = {
            "wave": wave.name,
            "time": wave.time,
            "respondents": wave.respondents,
            "origin": wave.survey.codebook.origin,
            "design": "sampling design" if pool.designed[index] else "",
        }
        earlier = [
            {
                "against": pool.waves[before].name,
                "shared": int(pool.shared[index, before]),
                **_vouched(
                    found.get((wave.name, pool.waves[before].name)), pool, index, before, most
                ),
            }
            for before in range(index)
        ]
        lines += [own | pair for pair in earlier or [{}]]
    return lines


def _vouched(
    match: Match | None, pool: Pool, index: int, against: int, most: float
) -> dict[str, Any]:
    """Say of two waves whether those with the same id were found to be the same people."""
    if match is None:
        return {}
    kept = pool.members[index] is not None and pool.members[against] is not None
    doubt = "unchecked" if match.unknown(most) else "checked"
    return {
        "same_id": match.shared,
        "panel": doubt if kept else "running_numbers",
        "compared": match.compared,
        "contradicting": match.contradicting,
        "contradictions": match.by_variable(),
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


def _adjust(files: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Adjust p-values for being many: those of a file are one family, whoever is compared.

    All respondents and groups, neighbouring waves and all of them together are looked at on the
    same page; families apart would promise less than a study has tried. Only subtotals are left
    out: a subtotal is a sum of answers that are tested themselves.
    """
    for name in ("differences", "slopes"):
        adjust_comparisons([line for line in files[name] if line["kind"] == "answer"])
    answers = [line for line in files["panel"] if line.get("row_code")]
    of_study = [line | {"table": ""} for line in answers]
    adjust_comparisons(of_study)
    for line, adjusted in zip(answers, of_study, strict=True):
        line |= {name: adjusted[name] for name in ADJUSTED_COLUMNS[2:]}
    adjust_tests(files["tests"])


def _note_strangers(
    pool: Pool, declared: TrendPart, matches: Sequence[Match], lines: Sequence[dict[str, Any]]
) -> None:
    """Note beside every test why the respondents of its waves are taken to be different people."""
    note = NO_IDENTITY if declared.get("panel", True) else NUMBERED_ANEW
    matched = {name for match in matches for name in (match.wave, match.against)}
    strangers = {
        wave.name for wave, own in zip(pool.waves, pool.members, strict=True) if own is None
    }
    for line in lines:
        compared = {line.get("wave"), line.get("against"), *str(line.get("waves")).split(" ")}
        # A slope is of all waves that have the question.
        compared |= strangers if "slope" in line else set()
        unknown = strangers & compared
        if line.get("p_value") is not None and unknown:
            why = RUNNING_NUMBERS if unknown <= matched else note
            line |= add_notes(line, why)


WAVE_FILES = ("crosstabs", "codebooks", "frequencies", "responses")
"""Files of the waves that `read_waves` takes, by the names that the rule gives them."""


def read_waves(
    waves: Sequence[Mapping[str, Any]],
    files: Mapping[str, Sequence[str | Path]],
    tables: Mapping[str, Table],
) -> list[TrendWave]:
    """Read what was counted in every wave, and who answered where that is asked.

    Parameters
    ----------
    waves : sequence of dict
        ``name``, ``time`` and ``wave`` (its entry in `config/config.yaml`), in the order of time.
    files : dict
        `WAVE_FILES`, one path a wave in the same order: ``responses`` where respondents are needed
        (`compares_respondents`), else ``frequencies``, and none of the other.
    tables : dict
        `tables` of `config/tables.yaml`.
    """
    look = partial(_look, tables=tables) if files["responses"] else _count
    people = files["responses"] or files["frequencies"]
    return [
        TrendWave(
            declared["name"],
            float(declared["time"]),
            read_crosstabs(crosstabs),
            look(respondents, load_codebook(codebook)),
            wave_design(declared["wave"]),
            str(declared["wave"].get("id", "")),
        )
        for declared, crosstabs, respondents, codebook in zip(
            waves, files["crosstabs"], people, files["codebooks"], strict=True
        )
    ]


def _look(responses: str | Path, book: Codebook, tables: Mapping[str, Table]) -> Survey:
    """Look at the respondents of a wave; a column is read when it is asked for."""
    survey = with_text_answers(Survey(cast("Any", FileColumns.of(responses)), book), tables)
    return with_crossed(survey, crossed_names(tables, {}))


def _count(frequencies: str | Path, book: Codebook) -> Survey:
    """Take the number of respondents from a table file: of them nothing is read."""
    number = told_respondents(cast("list[FrequencyLine]", read_csv(frequencies)))
    nobody = pa.RecordBatch.from_struct_array(pa.nulls(number, pa.struct([])))
    return Survey(cast("Any", nobody), book)
