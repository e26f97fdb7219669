"""Comparison: what was printed beside what the counts give, cells and claims, by verdict."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.claims.telling import tell_readings
from resurvey.audit.comparison import VERDICTS
from resurvey.core.lines import ClaimLine, Line, PrintedLine
from resurvey.core.names import name_number, name_printed, name_recomputed
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import MINUS, NOTHING, Joined, Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    NEXT_LINE,
    Block,
    Cell,
    Column,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
    fold,
    join,
)

if TYPE_CHECKING:
    from resurvey.report.key_numbers import Impossible

DISAGREEING = ("contradicted",)
DOUBTFUL = ("imprecise", "depends_on_reading")
UNCHECKED = ("cannot_be_checked",)
PARTS = {"disagreeing": DISAGREEING, "doubtful": DOUBTFUL, "agreeing": (), "unchecked": UNCHECKED}
"""Tables of claims, each with its verdicts; what is in no other is among those that agree."""
ARGUED = ("disagreeing", "doubtful")
"""Tables of claims that paper has; the others are only looked up, on a page or in files."""

ASSOCIATION_ENDS = {
    "n": ("first_lowest", "first_highest"),
    "both": ("lowest", "highest"),
    "percent": ("lowest_percent", "highest_percent"),
}
"""Whoever gave the first answer, those of them who can have given the second, and their share:
the fields of the lowest and of the highest number each."""


def name_association(line: Line, field: str) -> str:
    """Name a bound of a statement of association."""
    return name_number(
        "range", "association", line["association"], line["first"], line["second"], field
    )


def compare_cells(
    lines: Sequence[PrintedLine],
    titles: Mapping[str, str],
    numbers: Mapping[str, str],
    labels: Labels,
    say: Wording,
    numbering: Numbering,
) -> Iterator[Block]:
    """List every printed cell with its verdict, first those that do not agree as they stand.

    `titles` and `numbers` are of the tables, by name.
    """
    by_table: dict[str, list[PrintedLine]] = {}
    for line in lines:
        by_table.setdefault(line["table"], []).append(line)
    everything = whole(len(lines), name_number("tally", "cells"))
    lead = say.plural("comparison_lead", everything)
    yield Paragraph(join(lead, say("report.comparison_notation")))
    if labels.codebook.reconstructed:
        yield Paragraph(say("report.comparison_circular"))
    tally = _tally([line["verdict"] for line in lines], VERDICTS, say, "cells")
    yield Items(tally, "chips")
    deviating = [
        Row(
            "answer",
            (Cell(numbers.get(name) or titles.get(name, name)), *_deviation(line, labels, say)),
        )
        for name, own in by_table.items()
        for line in own
        if line["verdict"] != "agrees"
    ]
    if deviating:
        table = _deviating_table(deviating, numbering.table(), say)
        yield fold(table, len(deviating), opened=True)
    else:
        yield Paragraph(say("report.deviating_none"))
    rows = []
    for name, own in by_table.items():
        title = cells_of(titles.get(name, name))
        rows.append(Row("question", title, attributes={"data-audit": name}))
        rows += [_ledger_row(line, labels, say) for line in own]
    choices = tuple(item for item in tally if item.look)
    ledger = _ledger_table(rows, choices, numbering.table(), say)
    yield fold(ledger, everything, in_print=False)


def compare_claims(
    lines: Sequence[ClaimLine],
    numbers: Mapping[str, str],
    labels: Labels,
    say: Wording,
    numbering: Numbering,
    original: str,
) -> Iterator[Block]:
    """List every statement of the text, which is in the language `original`, with its verdict."""
    everything = whole(len(lines), name_number("tally", "claims"))
    yield Paragraph(say.plural("claims_lead", everything))
    tally = _tally([line["verdict"] for line in lines], CLAIM_VERDICTS, say, "claims")
    yield Items(tally, "chips")
    parts: dict[str, list[Row]] = {name: [] for name in PARTS}
    for line in lines:
        verdict = line["verdict"]
        part = next((name for name, some in PARTS.items() if verdict in some), "agreeing")
        parts[part].append(_claim(line, labels, numbers, say, original))
    if not parts["disagreeing"]:
        yield Paragraph(say("report.claims_none"))
    for part, rows in parts.items():
        if rows:
            lead = [Paragraph(say("report.claims_unchecked_lead"))] if part == "unchecked" else []
            table = _claims_table(part, rows, numbering.table(), say)
            argued = part in ARGUED
            yield fold(table, len(rows), lead, opened=part == "disagreeing", in_print=argued)


def show_impossible(
    found: Sequence["Impossible"],
    routing: Mapping[str, Mapping[str, Any]],
    labels: Labels,
    say: Wording,
) -> Iterator[Block]:
    """Tell who rated what they cannot know, how that is reckoned, and what may explain it."""
    yield Paragraph(say("audit.across_lead"))
    for one in found:
        who = one.who
        home = next(
            (name for name, own in labels.tables.items() if who["row_variable"] in own["rows"]), ""
        )
        answer = labels.row(home, who["row_variable"], who["row_code"])
        items = tuple(
            Item(
                say(
                    "report.impossible_line",
                    question=labels.variable(line["row_variable"]),
                    n=whole(
                        int(line["respondents"]),
                        name_number(
                            "range", "joint", line["finding"], line["statement"], "respondents"
                        ),
                    ),
                    arithmetic=show_arithmetic(line["arithmetic"]),
                )
            )
            for line in one.rated
        )
        yield Paragraph(
            say("report.impossible", answer=answer, question=labels.variable(who["row_variable"]))
        )
        yield Items(items)
        if why := routing.get(one.route, {}).get("explained_by"):
            yield Paragraph(say("audit.across_why", why=labels.pick(why)))


def show_arithmetic(text: str) -> Markup:
    """Print how a number was reckoned; what enters it is no number of the page's own."""
    return Markup('<span class="arithmetic">{}</span>').format(text.replace("-", MINUS))


def compare_associations(
    lines: Sequence[Line], labels: Labels, say: Wording, numbering: Numbering, original: str
) -> Iterator[Block]:
    """List every statement of association with what the published margins leave of it."""
    yield Paragraph(say("audit.associations_lead"))
    numerals, rows, previous = Numerals(labels.language), [], ""
    for line in lines:
        told: dict[str, str] = {
            part: _in(line, part, labels.language) for part in ("paraphrase", "first", "second")
        }
        quoted = Markup('<span lang="{}">{}</span>').format(
            original, say("report.quoted", text=line["key_phrase"])
        )
        again = line["association"] == previous
        previous = line["association"]
        bounds = say(f"audit.association_{line['status']}")
        if line["arithmetic"]:
            ends = {
                part: _span(line, fields, numerals) for part, fields in ASSOCIATION_ENDS.items()
            }
            bounds = say("audit.association_bounds", **ends)
        cells = (
            # A row without a name of its own would be one that nobody hears of.
            Cell(told["paraphrase"], under=() if again else (quoted,)),
            Cell("" if again else say.plain("report.page", page=line["page"])),
            Cell(say("report.association_pair", first=told["first"], second=told["second"])),
            Cell(bounds),
        )
        rows.append(Row("answer", cells))
    yield Table(
        "report/associations",
        numbering.table(),
        say.plain("audit.associations"),
        "",
        (
            Column(
                say.plain("report.statement"), width=2.6, under=say.plain("documents.quotation")
            ),
            Column(say.plain("report.place"), width=0.9),
            Column(say.plain("audit.association_needs"), width=2.6),
            Column(say.plain("audit.association_leaves"), width=3),
        ),
        tuple(rows),
        fine=True,
        captioned="none",
        file="audit/associations.csv",
        look="ledger",
    )


def _span(line: Line, fields: Iterable[str], numerals: Numerals) -> Joined:
    """Print the bounds of a statement of association, once where they are one."""
    found = {
        text: Shown(text, identity=name_association(line, field))
        for field in reversed(tuple(fields))
        for text in (numerals.rewrite(line[field]),)
    }
    return Joined(tuple(reversed(found.values())), "–")


def _place(line: PrintedLine, labels: Labels) -> tuple[str, str]:
    """Name the row and the column of a printed cell."""
    name, code = line["row_variable"], line["row_code"]
    row = labels.row(line["table"], name.split("-")[0], code, line["row"])
    paired = _has_pair(line, labels)
    if line["column_variable"] or line["column_code"] == "difference":
        column = labels.column(line["column_variable"], line["column_code"], line["column"])
    elif labels.language and name in labels.codebook and paired:
        column = labels.variable(name).partition(": ")[2] or labels.variable(name)
        column = column[:1].upper() + column[1:]
    else:
        column = labels.column("", line["column_code"], line["column"])
    if len(labels.tables.get(line["table"], {}).get("rows", [])) > 1 and not paired:
        row = f"{labels.variable(name)}: {row}"
    return row, column


def _has_pair(line: PrintedLine, labels: Labels) -> bool:
    return bool(labels.tables.get(line["table"], {}).get("pairs"))


def _deviation(line: PrintedLine, labels: Labels, say: Wording) -> tuple[Cell, ...]:
    row, column = _place(line, labels)
    numerals = Numerals(labels.language)
    other = line.get("from_counts", "")
    other = numerals.rewrite(other) if other != line["recomputed"] else ""
    return (
        Cell(row, under=(column,)),
        _number(line["printed"].replace("-", MINUS), name_printed(line)),
        _number(numerals.rewrite(line["recomputed"]), name_recomputed(line)),
        _number(other, name_recomputed(line)),
        _verdict(line["verdict"], say),
        Cell(numerals.rewrite(line.get("arithmetic", ""))),
    )


def _ledger_row(line: PrintedLine, labels: Labels, say: Wording) -> Row:
    place, *numbers, _, verdict, arithmetic = _deviation(line, labels, say)
    cells = (*cells_of(*_place(line, labels)), *numbers, verdict, arithmetic)
    return Row("answer", cells, attributes={"data-verdict": line["verdict"]})


def _number(text: str, identity: str) -> Cell:
    """A number, or a dash where there is none."""
    return Cell(Shown(text, identity=identity) if text else NOTHING)


def _claim(
    line: ClaimLine, labels: Labels, numbers: Mapping[str, str], say: Wording, original: str
) -> Row:
    claim, paragraph = line["claim"], line.get("paragraph", "")
    page = say.plain("report.page", page=line["page"]) if line.get("page") else paragraph
    printed: str | Shown = _word(line, say)
    if line.get("printed"):
        printed = Shown(line["printed"], identity=name_number("claim", claim, "printed"))
    quoted: tuple[Markup, ...] = ()
    if phrase := line.get("key_phrase", ""):
        told = say("report.quoted", text=phrase)
        quoted = (Markup('<span lang="{}">{}</span>').format(original, told),)
    steps = tell_readings(line, labels, numbers, say)
    note = _in(line, "note", labels.language)
    notes = [*steps, Markup("<em>{}</em>").format(note) if note else ""]
    cells = (
        Cell(text_of_claim(line, labels.language), under=quoted),
        Cell(page, title=paragraph),
        Cell(printed),
        _number(
            Numerals(labels.language).rewrite(line.get("recomputed", "")),
            name_number("claim", claim, "recomputed"),
        ),
        _verdict(line["verdict"], say),
        Cell(NEXT_LINE.join(text for text in notes if text)),
    )
    attributes = {"data-claim": claim, "data-verdict": line["verdict"]}
    return Row("answer", cells, anchor=f"claim-{claim}", attributes=attributes)


def _word(line: ClaimLine, say: Wording) -> str:
    """Text in place of a printed number: the claim has a word instead."""
    return say.plain("report.in_words") if line.get("quantifier") else ""


def text_of_claim(line: ClaimLine, language: str) -> str:
    """Say what a claim states, in a language or one that it has."""
    return _in(line, "paraphrase", language)


def _in(line: ClaimLine | Line, key: str, language: str) -> str:
    texts = {name: str(text) for name, text in line.items()}
    for name in (f"{key}_{language}", f"{key}_en", key):
        if texts.get(name):
            return texts[name]
    return next((text for name, text in texts.items() if name.startswith(f"{key}_") and text), "")


def name_verdict(verdict: str, say: Wording) -> str:
    """Word a verdict.

    Examples
    --------
    >>> name_verdict("agrees", Wording({"verdicts": {"agrees": "сходится"}}))
    'сходится'
    """
    place = f"verdicts.{verdict}"
    return say.plain(place) if say.has(place) else verdict


_LOOKS = {
    "agrees": "agrees",
    "agrees_by_printed_parts": "parts",
    "confirmed": "agrees",
    "internally_consistent": "agrees",
    "by_rounded_parts": "parts",
    "imprecise": "parts",
    "depends_on_reading": "parts",
    "cannot_be_checked": "unchecked",
}


def look_of_verdict(verdict: str) -> str:
    """How a verdict looks: agrees, parts, unchecked or disagrees.

    Examples
    --------
    >>> look_of_verdict("agrees"), look_of_verdict("contradicts")
    ('agrees', 'disagrees')
    """
    return _LOOKS.get(verdict, "disagrees")


def _verdict(verdict: str, say: Wording) -> Cell:
    return Cell(name_verdict(verdict, say), verdict=_LOOKS.get(verdict, "disagrees"))


def _tally(
    verdicts: Sequence[str], order: Sequence[str], say: Wording, place: str
) -> tuple[Item, ...]:
    """Count how often each verdict was given."""
    seen = Counter(verdicts)
    return tuple(
        Item(
            whole(seen[verdict], name_number("tally", place, verdict)),
            name_verdict(verdict, say),
            _LOOKS.get(verdict, "disagrees"),
            {"data-verdict": verdict, "data-tally": str(seen[verdict])},
        )
        for verdict in dict.fromkeys([*order, *sorted(seen)])
        if seen[verdict]
    )


def _numbers(say: Wording) -> tuple[Column, Column]:
    printed, recomputed = say.plain("report.printed"), say.plain("report.recomputed")
    return (
        Column(printed, number=True, width=1.3, printed=True),
        Column(recomputed, number=True, width=1.45),
    )


def _deviating_table(rows: Sequence[Row], number: str, say: Wording) -> Table:
    return Table(
        "report/deviating",
        number,
        say.plain("report.deviating"),
        "",
        (
            Column(say.plain("report.column_table"), width=1, look="table-number"),
            Column(say.plain("report.row"), width=1.5, under=say.plain("report.column")),
            *_numbers(say),
            Column(say.plain("report.from_counts"), number=True, width=1.45),
            Column(say.plain("report.verdict"), width=1.2),
            Column(say.plain("report.arithmetic"), width=2, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        captioned="none",
        look="ledger",
    )


def _ledger_table(
    rows: Sequence[Row], choices: tuple[Item, ...], number: str, say: Wording
) -> Table:
    return Table(
        "report/printed",
        number,
        say.plain("report.whole_ledger"),
        "",
        (
            Column(say.plain("report.row"), width=2.2),
            Column(say.plain("report.column"), width=1.1),
            *_numbers(say),
            Column(say.plain("report.verdict"), width=1.1),
            Column(say.plain("report.arithmetic"), width=2.2, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_table"),
        flat=True,
        file="audit/cells.csv",
        look="ledger",
        choices=choices,
        attributes={"data-filter": say.plain("report.whole_ledger")},
    )


def _claims_table(part: str, rows: Sequence[Row], number: str, say: Wording) -> Table:
    statement, quotation = say.plain("report.statement"), say.plain("documents.quotation")
    return Table(
        f"report/claims_{part}",
        number,
        say.plain(f"report.claims_{part}"),
        "",
        (
            Column(statement, width=2.3, under=quotation),
            Column(say.plain("report.place"), width=0.3),
            # As wide as their words, and no wider: the arithmetic needs the room.
            *(replace(column, width=0.3) for column in _numbers(say)),
            Column(say.plain("report.verdict"), width=1.2),
            Column(say.plain("report.arithmetic"), width=6.5, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        captioned="none",
        file="audit/claims.csv",
        look="ledger",
        attributes={"data-filter": say.plain("report.claims")},
    )
