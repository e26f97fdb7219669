"""Terminal: the audit of a typed table as lines of text, in the language that was asked for."""

from collections.abc import Iterator, Sequence

from resurvey.audit.page.typed import Teller, WordedCell, WordedQuestion


def show_questions(told: Sequence[WordedQuestion], teller: Teller, sample: str) -> str:
    """Write what was found in each question, the reading first."""
    parts = ["\n".join(_question(one, teller)) for one in told]
    if any(one.bounds for one in told):
        parts.append(teller.plain(f"sample_{sample}"))
    return "\n\n".join(parts)


def _question(one: WordedQuestion, teller: Teller) -> Iterator[str]:
    say = teller.plain
    yield one.title
    yield f"{say('reading')}: {one.reading}. {one.reason}."
    yield f"{say('verdict')}: {one.verdict_word}. {' '.join(one.sentences)}"
    if one.faults and one.verdict != "misprints":
        yield say("possible_sets")
    for fault in one.faults:
        if one.verdict == "misprints":
            yield fault.sentence
        for some in fault.sets:
            yield f"  {some}"
        if fault.more:
            yield f"  {fault.more}"
    for name, sentence in one.others:
        yield f"{say('other_reading')}: {name}. {sentence}"
    yield ""
    yield from _table(one, teller)
    for name, printed, recomputed, verdict in one.statistics:
        yield f"{name}: {printed}; {say('recomputed')}: {recomputed} – {verdict}"
    for bound in one.bounds:
        robust = bound.robust if bound.robust not in ("", "—", bound.values) else ""
        more = f"  ({say('any_misprint', values=robust)})" if robust else ""
        yield f"{bound.name}: {bound.values}{more}"
    if one.test:
        yield one.test
    if one.card:
        yield say("chance_short", **one.card.chance)
    if one.assumptions:
        yield f"{say('rests')}:"
        yield from (f"  – {sentence}" for sentence in one.assumptions)
    if one.notes:
        yield f"{say('noted')}:"
        yield from (f"  – {sentence}" for sentence in one.notes)


def _table(one: WordedQuestion, teller: Teller) -> Iterator[str]:
    people = teller.plain("people")
    lines = [["", *(word for column in one.columns for word in (column, people))]]
    for label, _, cells in one.rows:
        row = [word for cell in cells for word in (cell.printed or "–", _counts(cell))]
        lines.append([label, *row])
    lines.append([teller.plain("base"), *(word for base in one.bases for word in ("", base))])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *rest = line
        words = [word.rjust(width) for word, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *words]).rstrip()


def _counts(cell: WordedCell) -> str:
    """Write the count of the table that is shown, and its range over all tables."""
    if not cell.counts:
        return "–"
    return f"{cell.counts} ({cell.range})" if cell.range else cell.counts
