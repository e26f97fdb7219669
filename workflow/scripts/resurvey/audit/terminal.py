"""Terminal: the audit of a typed table as lines of text."""

from collections.abc import Iterator, Sequence

from resurvey.audit.page.cards import Card

MOST_MISPRINTS = 12


def show_cards(cards: Sequence[Card], alpha: str) -> str:
    """Write what was found in each question, for a terminal.

    Parameters
    ----------
    cards : sequence of Card
        As the page shows them, in English.
    alpha : str
        Level of the verdict.
    """
    return "\n\n".join("\n".join(_card(card, alpha)) for card in cards)


def _card(card: Card, alpha: str) -> Iterator[str]:
    yield card.title
    yield from _table(card)
    if not card.solved:
        yield "No counts of people print like this, whatever the bases."
        yield from _misprints(card)
    elif card.solutions == "1":
        yield f"Exactly one table of counts prints like this; its base is {card.base}."
    else:
        yield (
            f"{card.solutions} tables of counts print like this, with {card.base_sets} possible "
            f"bases ({card.base}); shown is the one with the largest base."
        )
    for bound in card.bounds:
        yield f"{bound.name}: {bound.values}" + (
            f"  (any one cell a misprint: {bound.robust})"
            if bound.robust not in ("", bound.values)
            else ""
        )
    if card.verdict:
        verdict = card.verdict.replace("in none", "in none of the")
        yield f"Pearson's test at {alpha}: {verdict} solutions."
    yield (
        f"Invented percentages of this shape fit some counts in {card.chance['fits']} of "
        f"{card.chance['draws']} draws, {card.chance['percent']} % (95 % interval "
        f"{card.chance['low']} to {card.chance['high']} %; {card.chance['generator']}, "
        f"seed {card.chance['seed']})."
    )


def _table(card: Card) -> Iterator[str]:
    lines = [["", *(word for column in card.columns for word in (column, "people"))]]
    for row in card.rows:
        cells = [word for cell in row.cells for word in (cell.printed or "–", cell.count or "–")]
        lines.append([row.label, *cells])
    lines.append(["base", *(word for base in card.bases for word in ("", base))])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *rest = line
        cells = [word.rjust(width) for word, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _misprints(card: Card) -> Iterator[str]:
    first = card.misprints[0]
    if not first["cells"]:
        yield f"No set of up to {first['searched']} cells explains it."
        return
    yield (
        f"At least {first['size']} cell(s) must be misprinted; {first['sets']} such set(s), "
        "and nothing tells which:"
    )
    for one in card.misprints[:MOST_MISPRINTS]:
        changes = [
            f"{cell['row']}, {cell['column']}: {cell['printed']} (nearest {cell['nearest']})"
            for cell in one["cells"]
        ]
        yield "  " + "; ".join(changes)
    if len(card.misprints) > MOST_MISPRINTS:
        yield "  …"
