"""Appendix: the frequencies of every variable, and the codebook."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from markupsafe import Markup

from resurvey.core.codebook import Codebook
from resurvey.core.lines import FrequencyLine as Line
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Cell, Column, Row, Table, cells_of


def frequencies_table(
    lines: Sequence[Line], labels: Labels, numerals: Numerals, number: str, say: Wording
) -> Table:
    """List ``frequencies.csv`` by variable, the codes without an answer too."""
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line["variable"], []).append(line)
    rows = []
    for name, found in by_name.items():
        base = say(
            "report.variable_base",
            base=whole(int(found[0]["base"]), name_number("frequency", name, "base")),
            respondents=whole(int(found[0]["respondents"]), name_number("respondents")),
        )
        about = Markup('{} <span class="unit">({}, {})</span>')
        question = Cell(about.format(labels.variable(name), name, base))
        rows.append(Row("question", (question,), attributes={"data-frequencies": name}))
        rows += [_frequency(line, labels, numerals, say) for line in found]
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
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_question"),
        flat=True,
        attributes={
            "data-filter": say.plain("report.frequencies"),
            "data-filter-by": "table",
        },
    )


def _frequency(line: Line, labels: Labels, numerals: Numerals, say: Wording) -> Row:
    """One answer, or one reason for no answer."""
    kind, count = line["kind"], Fraction(line["count"])
    label = {
        "values": say.plain("report.many_values"),
        "system_missing": labels.words["no_answer"],
    }.get(kind) or labels.answer(line["variable"], line["code"], line["answer"])
    place = "frequency", line["variable"], line["code"] or kind
    share = numerals.shown_percent(
        count, Fraction(line["respondents"]), name_number(*place, "percent")
    )
    valid = Shown(NOTHING)
    if kind in ("answer", "values"):
        name = name_number(*place, "valid_percent")
        valid = numerals.shown_percent(count, Fraction(line["base"]), name)
    counted = whole(int(line["count"]), name_number(*place, "count"))
    missing = kind in ("user_missing", "system_missing")
    cells = cells_of(label, line["code"], counted, share, valid)
    return Row("missing" if missing else "answer", cells)


def codebook_table(codebook: Codebook, language: str, words: Mapping[str, str]) -> Table:
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
