"""Methods: how a survey was made and cleaned, its codebook, the frequencies of every variable."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.core.codebook import Codebook
from resurvey.core.lines import FrequencyLine, Line
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Joined, Numerals, Shown, no_number, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Cell, Column, Item, Items, Row, Table, cells_of
from resurvey.report.sentences import Sentences
from resurvey.tables.domains import is_crossed

ITEMS = (
    "conducted_by",
    "sponsor",
    "population",
    "sampling_frame",
    "selection",
    "mode",
    "field_dates",
    "sample_size",
    "response_rate",
    "weighting",
    "questionnaire",
    "ethics",
)
"""What every survey report should tell; the list for a study that declares none of its own."""


def disclosure_table(
    declared: Sequence[Mapping[str, Any]] | None,
    known: Mapping[str, Markup],
    silence: str,
    sentences: Sentences,
    number: str,
    say: Wording,
) -> Table:
    """List how the survey was made: what the study declares, or those of `ITEMS` that are known.

    `silence` stands where the study declares an item and says nothing of it.
    """
    if declared:
        pairs = [
            (sentences.fill(item["item"]), sentences.fill(item.get("answer") or ""))
            for item in declared
        ]
    else:
        pairs = [(say(f"disclosure.{item}"), known[item]) for item in ITEMS if item in known]
    return Table(
        "report/disclosure",
        number,
        say.plain("report.disclosure"),
        "",
        (
            Column(say.plain("documents.item"), width=1.4),
            Column(say.plain("documents.answer"), width=3),
        ),
        tuple(
            Row("answer" if answer else "missing", cells_of(item, answer or silence))
            for item, answer in pairs
        ),
        look="definitions",
    )


def cleaning_reasons(
    log: Sequence[Line], declared: Sequence[Mapping[str, Any]], labels: Labels
) -> dict[str, str]:
    """Why each step of the cleaning ledger was made; the first is the import."""
    reasons = {}
    for line in log:
        number = int(line["step"])
        spec = declared[number - 1] if 0 < number <= len(declared) else {}
        reasons[line["step"]] = labels.pick(spec.get("why"), line["why"])
    return reasons


def cleaning_blocks(
    log: Sequence[Line],
    declared: Sequence[Mapping[str, Any]],
    labels: Labels,
    number: str,
    say: Wording,
) -> tuple[Items, Table]:
    """Show the flow of respondents, of which paper tells the two ends, and list the steps."""
    counts = ("rows_before", "rows_touched", "cells_touched", "rows_removed", "rows_after")
    reasons = cleaning_reasons(log, declared, labels)
    flow, rows = [], []
    for line in log:
        step, why = line["step"], reasons[line["step"]]
        removed = dict(line)
        told = line["rows_before"], line["rows_after"]
        removed["rows_removed"] = str(int(told[0]) - int(told[1])) if all(told) else ""
        numbers = [
            _counted(removed, name, name_number("cleaning", int(step), name)) for name in counts
        ]
        lost = removed["rows_removed"] != "0"
        name = f"cleaning.{line['action']}"
        action = say.plain(name) if say.has(name) else line["action"]
        outcome = say("report.flow_removed", n=numbers[3]) if lost else say("report.flow_kept")
        lead = f"{step}. {action}: {why}" if why else f"{step}. {action}"
        flow.append(Item(outcome, lead, "loss" if lost else "step", in_print=False))
        variables = ", ".join(labels.variable(variable) for variable in line["variables"].split())
        rows.append(Row("answer", cells_of(step, action, variables, why, *numbers)))
    ends = (("report.flow_raw", rows[0]), ("report.flow_analysed", rows[-1]))
    first, last = (Item(row.cells[-1].value, say.plain(name), "end") for name, row in ends)
    table = Table(
        "report/cleaning",
        number,
        say.plain("report.file_cleaning"),
        "",
        (
            Column(say.plain("report.step"), width=0.55),
            Column(say.plain("report.action"), width=1.1),
            Column(say.plain("report.variables"), width=1.6),
            Column(say.plain("report.why"), width=2, look="why"),
            *(Column(say.plain(f"report.{name}"), number=True, width=1) for name in counts),
        ),
        tuple(rows),
        fine=True,
        attributes={"data-table": "cleaning"},
    )
    return Items((first, *flow[1:], last), "flow"), table


def frequencies_table(
    lines: Sequence[FrequencyLine],
    labels: Labels,
    numerals: Numerals,
    number: str,
    say: Wording,
    reconstructed: bool = False,
) -> Table:
    """List ``frequencies.csv`` by variable, the codes without an answer too.

    Of `reconstructed` records nobody knows whether somebody outside a base gave no answer.
    """
    nobody = say.plain("report.outside_base") if reconstructed else labels.words["no_answer"]
    by_name: dict[str, list[FrequencyLine]] = {}
    for line in lines:
        by_name.setdefault(line["variable"], []).append(line)
    weighted = any(line["weighted_count"] for line in lines)
    more = ("weighted_count", "weighted_percent") if weighted else ()
    rows = []
    for name, found in by_name.items():
        base = say(
            "report.variable_base",
            base=_counted(found[0], "base", name_number("frequency", name, "base")),
            respondents=_counted(found[0], "respondents", name_number("respondents")),
        )
        about = Markup('{} <span class="unit">({}, {})</span>')
        question = Cell(about.format(labels.variable(name), name, base))
        rows.append(Row("question", (question,), attributes={"data-frequencies": name}))
        rows += [_frequency(line, labels, numerals, say, nobody, weighted) for line in found]
    return Table(
        "report/frequencies",
        number,
        say.plain("report.frequencies"),
        "",
        (
            Column(say.plain("report.answer"), width=3),
            Column(say.plain("report.code"), number=True, width=0.7),
            Column(say.plain("report.count"), number=True, width=0.7),
            Column(say.plain("report.percent"), number=True, width=0.7),
            Column(say.plain("report.valid_percent"), number=True),
            *(Column(say.plain(f"report.{name}"), number=True) for name in more),
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_question"),
        flat=True,
        file="tables/frequencies.csv",
        attributes={
            "data-filter": say.plain("report.frequencies"),
            "data-filter-by": "table",
        },
    )


def _frequency(
    line: FrequencyLine,
    labels: Labels,
    numerals: Numerals,
    say: Wording,
    nobody: str,
    weighted: bool,
) -> Row:
    """One answer, or one reason for no answer."""
    kind = line["kind"]
    label = {
        "values": say.plain("report.many_values"),
        "system_missing": nobody,
    }.get(kind) or labels.answer(line["variable"], line["code"], line["answer"])
    if kind == "answer" and not line["code"]:
        label = say.plain("release.rare_answers")
    place = "frequency", line["variable"], line["code"] or kind
    share = _share(line, ("count", "respondents"), numerals, name_number(*place, "percent"))
    valid = Shown(NOTHING)
    if kind in ("answer", "values"):
        name = name_number(*place, "valid_percent")
        valid = _share(line, ("count", "base"), numerals, name)
    counted = _counted(line, "count", name_number(*place, "count"))
    missing = kind in ("user_missing", "system_missing")
    cells: list[str | Shown | Joined] = [label, line["code"], counted, share, valid]
    if weighted:
        total, part = no_number(line), name_number(*place, "weighted_percent")
        if line["weighted_count"]:
            weight = numerals.count(Fraction(line["weighted_count"]))
            total = Shown(weight, identity=name_number(*place, "weighted_count"))
        share = _share(line, ("weighted_count", "weighted_base"), numerals, part)
        cells += [total, Shown(NOTHING) if missing else share]
    return Row("missing" if missing else "answer", cells_of(*cells))


def _counted(line: Mapping[str, Any], field: str, identity: str) -> Shown:
    """Show a count of a line, or that it is kept back."""
    return whole(int(line[field]), identity) if line[field] else no_number(line)


def _share(
    line: Mapping[str, Any], fields: tuple[str, str], numerals: Numerals, identity: str
) -> Shown:
    """Show the share that one field of a line is of another, or that it is kept back."""
    if not all(line[field] for field in fields):
        return no_number(line)
    count, base = (Fraction(line[field]) for field in fields)
    return numerals.shown_percent(count, base, identity)


def codebook_table(codebook: Codebook, language: str, words: Mapping[str, str]) -> Table:
    """List every code of every variable; a variable without codes has one row."""
    rows = []
    for variable in codebook.variables.values():
        if is_crossed(variable):
            continue
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
            cells = cells_of(*own, str(code), variable.answer(code, language), kind)
            rows.append(Row("missing" if missing else "answer", cells))
    return Table(
        "report/codebook",
        "",
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
