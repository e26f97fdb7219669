"""Release: what a public set holds beside the protected tables, and what it tells of itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.notes import Note, write_notes
from resurvey.safety.attack import released_cells
from resurvey.safety.definitions import Definitions
from resurvey.safety.disclosure import DERIVED, SUPPRESSED, ProtectedTables
from resurvey.safety.linked_cells import ANSWERED, Cell, Condition
from resurvey.safety.tracing import population_of

DRAFT = "unsigned"
"""Name of a release that nobody has signed yet."""

CLEANING, MODELS, SUMMARIES = "clean/log.csv", "models/", "tables/summaries.csv"
_BAR = "bin_"
_FLOW = ("rows_before", "rows_touched", "cells_touched", "rows_after")


def public_facts(facts: Mapping[str, int]) -> dict[str, int]:
    """What the public set tells of its protection: how much is hidden, and not by which rule.

    Examples
    --------
    >>> facts = {"threshold": 10, "cells": 9, "small": 2, "zero": 0, "secondary": 2, "fields": 31}
    >>> public_facts(facts)
    {'threshold': 10, 'cells': 9, 'hidden': 4, 'fields': 31}
    """
    hidden = sum(facts[rule] for rule in ("small", "zero", "secondary"))
    told = {"threshold": facts["threshold"], "cells": facts["cells"]}
    return {**told, "hidden": hidden, "fields": facts["fields"]}


def protect_flow(steps: Iterable[Mapping[str, str]], threshold: int) -> list[dict[str, str]]:
    """Take from the ledger of the cleaning what tells of few respondents.

    Where each step touched nobody or at least `threshold` respondents, all is told. Otherwise no
    step tells its numbers, and all of them together only where they are not few: with what is
    known of the others a single one would follow.

    Parameters
    ----------
    steps : iterable of dict
        Lines of ``clean/log.csv``.
    threshold : int
        Fewer are few.

    Examples
    --------
    >>> names = ("step", "rows_before", "rows_touched", "cells_touched", "rows_after")
    >>> step = dict(zip(names, ("1", "203", "3", "0", "200")))
    >>> [protect_flow([step], 10)[0][name] for name in names]
    ['1', '', '', '', '200']
    """
    lines = [dict(step) for step in steps]

    def is_few(number: int) -> bool:
        return 0 < number < threshold

    def removed(first: Mapping[str, str], last: Mapping[str, str]) -> int:
        return int(first["rows_before"]) - int(last["rows_after"])

    numbers = [int(line[name]) for line in lines for name in ("rows_touched", "cells_touched")]
    numbers += [removed(line, line) for line in lines]
    if not any(map(is_few, numbers)):
        return [{**line, SUPPRESSED: ""} for line in lines]
    kept = {"rows_after": lines[-1]["rows_after"]}
    ends = {} if is_few(removed(lines[0], lines[-1])) else {"rows_before": lines[0]["rows_before"]}
    hidden = [{**line, **dict.fromkeys(_FLOW, ""), SUPPRESSED: DERIVED} for line in lines]
    hidden[0] |= ends
    hidden[-1] |= kept
    return hidden


def protect_models(
    files: Mapping[str, Sequence[Mapping[str, str]]],
) -> dict[str, list[dict[str, str]]]:
    """Keep a model back as a whole where a coefficient or an effect of it is kept back.

    What is left of a model is no model, and its estimates together tell of the one that lacks.

    Parameters
    ----------
    files : dict
        Path under ``results/{wave}`` -> protected lines.

    Examples
    --------
    >>> line = {"model": "m", "kind": "linear", "outcome": "y", "estimate": "", "note": ""}
    >>> lines = {"models/coefficients.csv": [{**line, "suppressed": "derived"}]}
    >>> protect_models(lines)["models/coefficients.csv"][0]["note"]
    'not computed: some of its estimates would give a respondent away'
    """
    estimated = [f"{MODELS}{name}.csv" for name in ("coefficients", "effects")]
    estimates = [line for name in estimated for line in files.get(name, ())]
    kept = {
        line["model"]: dict.fromkeys(("model", "kind", "outcome"), "")
        for line in estimates
        if line[SUPPRESSED] and line.get("part", "coefficient") == "coefficient"
    }
    for line in estimates:
        for key in kept.get(line["model"], ()):
            kept[line["model"]][key] = line.get(key) or kept[line["model"]][key]
    why = write_notes(Note("model_kept_back", "not_computed"))
    safe: dict[str, list[dict[str, str]]] = {}
    for name, lines in files.items():
        if not name.startswith(MODELS):
            safe[name] = [dict(line) for line in lines]
            continue
        told: list[dict[str, str]] = []
        for line in lines:
            model = line["model"]
            if model not in kept:
                told.append(dict(line))
            elif all(before["model"] != model for before in told):
                names = {key: value for key, value in kept[model].items() if key in line}
                told.append({**dict.fromkeys(line, ""), **names, **why, SUPPRESSED: DERIVED})
        safe[name] = told
    return safe


def protect_bars(
    files: Mapping[str, Sequence[Mapping[str, str]]],
) -> dict[str, list[dict[str, str]]]:
    """Leave out the bars of histograms beyond the outermost ones that still tell somebody.

    The last bar ends at the greatest value that anybody gave, whatever it tells of its count; bars
    of nobody before it say how far from all others this one is. Emptied, they would still say how
    many they are, so their lines go.

    Parameters
    ----------
    files : dict
        Path under ``results/{wave}`` -> protected lines.

    Examples
    --------
    >>> names = ("table", "row_variable", "column_variable", "column_code")
    >>> bar = {**dict.fromkeys(names, ""), "suppressed": ""}
    >>> counts = ("12", "", "30", "0", "")
    >>> lines = [
    ...     {**bar, "statistic": f"bin_{number}", "lower": str(number), "value": count}
    ...     for number, count in enumerate(counts, 1)
    ... ]
    >>> [line["lower"] for line in protect_bars({SUMMARIES: lines})[SUMMARIES]]
    ['1', '2', '3']
    """
    safe = {name: [dict(line) for line in lines] for name, lines in files.items()}
    blocks: dict[tuple[str, ...], list[int]] = {}
    lines = safe.get(SUMMARIES, [])
    for number, line in enumerate(lines):
        if line["statistic"].startswith(_BAR):
            names = ("table", "row_variable", "column_variable", "column_code")
            blocks.setdefault(tuple(line[name] for name in names), []).append(number)
    beyond: set[int] = set()
    for numbers in blocks.values():
        if not any(lines[number][SUPPRESSED] or not lines[number]["value"] for number in numbers):
            continue
        ordered = sorted(numbers, key=lambda number: float(lines[number]["lower"]))
        told = [at for at, number in enumerate(ordered) if float(lines[number]["value"] or 0)]
        inside = ordered[told[0] : told[-1] + 1] if told else []
        beyond |= set(numbers).difference(inside)
        for number in {*inside[:1], *inside[-1:]}:
            # A histogram without its ends is not whole, and says so.
            lines[number][SUPPRESSED] = lines[number][SUPPRESSED] or DERIVED
    if beyond:
        safe[SUMMARIES] = [line for number, line in enumerate(lines) if number not in beyond]
    return safe


def told_domains(found: ProtectedTables, book: Codebook, definitions: Definitions) -> list[str]:
    """Return the tables with a condition of which the number of respondents may be told.

    The others, who do not meet the condition, are then nobody or not few; and no answer that the
    condition names, nor the base of the table, is hidden: its size would tell of it.

    Parameters
    ----------
    found : ProtectedTables
        The tables as they are released, with what was traced.
    book : Codebook
        That of the tables.
    definitions : Definitions
        As they were given to `protect_tables`.
    """
    linked, threshold = found.linked, found.facts["threshold"]
    known = released_cells(linked, found.files)
    hidden = [
        cell for number, cell in enumerate(linked.cells) if cell.printed and number not in known
    ]
    everybody = [cell.count for cell in linked.cells if cell.printed and not cell.conditions]
    told = []
    for name, size in book.domains.items():
        population, always = population_of(name, definitions, book)
        others = [count - size for count in everybody]
        few = size < threshold or not others or any(0 < left < threshold for left in others)
        asked = definitions.where.get(name, {})
        if not few and not any(
            (cell.population.rstrip("'") == population and _is_whole(cell, always))
            or _is_named(cell, asked, definitions)
            for cell in hidden
        ):
            told.append(name)
    return told


def _is_whole(cell: Cell, always: Collection[Condition]) -> bool:
    """Whether a cell is of all in a population, or of all of them who answered a question."""
    codes = [code for name, code in cell.conditions if (name, code) not in always]
    return set(always) <= set(cell.conditions) and all(code == ANSWERED for code in codes)


def _is_named(cell: Cell, asked: Mapping[str, Any], definitions: Definitions) -> bool:
    """Whether all that a cell is about is what a condition asks for."""
    for name, code in cell.conditions:
        source, _ = definitions.parts.get(name, (name, {}))
        if source not in asked:
            return False
        wanted = asked[source]
        codes = wanted if isinstance(wanted, list | tuple) else [wanted]
        listed = name == source and not isinstance(wanted, Mapping) and "missing" not in codes
        if listed and code not in set(map(str, codes)):
            return False
    return bool(cell.conditions)


def public_codebook(
    book: Codebook, threshold: int, released: Collection[str] = (), domains: Collection[str] = ()
) -> Codebook:
    """Take from a codebook what tells of few people.

    Notes in the header of the raw file may say anything of anybody, and what stood out when the
    file was read is told by row or by number of respondents; sizes of groups and counts of
    respondents without a weight go where they are below the threshold. Answers in somebody's own
    words are no labels, but those of variables that are `released` by name. Sizes of populations
    are told of the tables that `domains` names; see `told_domains`.

    Examples
    --------
    >>> book = Codebook({}, notes=("Aigul called",), domains={"few": 3, "many": 300})
    >>> safe = public_codebook(book, 10, domains=["many"])
    >>> safe.notes, safe.domains
    ((), {'many': 300})
    >>> public_codebook(Codebook({}, flags=("weight 'w' is nought in rows 21, 61",)), 10).flags
    ()
    """
    weighting = book.weighting
    few = (weighting.get(name, 0) for name in ("zero", "missing"))
    variables = {
        name: replace(variable, codes={})
        if _is_written(variable) and name not in released
        else variable
        for name, variable in book.variables.items()
    }
    return replace(
        book,
        variables=variables,
        notes=(),
        flags=(),
        domains={name: size for name, size in book.domains.items() if name in domains},
        weighting={} if any(0 < number < threshold for number in few) else weighting,
    )


def _is_written(variable: Variable) -> bool:
    """Whether the codes of a variable are what somebody wrote: texts that no label explains."""
    return any(isinstance(code, str) and not labels for code, labels in variable.codes.items())
