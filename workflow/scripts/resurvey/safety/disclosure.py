"""Disclosure control: what of a wave's results is emptied before anything leaves the house.

A released file has one more column, `suppressed`: ``confidential`` where the count of a line is
hidden, ``derived`` where only numbers that follow from a hidden count are. Why a count is hidden
(too small, a zero that tells of a whole group, or only to protect another) stands in the register
alone, which stays in the house: "hidden to protect another" says that the count is not small, and
"zero" says the count.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.safety.attack import Work, WorkEnds, attack_release, attack_weighted, narrow
from resurvey.safety.definitions import Definitions
from resurvey.safety.ledger import Entry, check_differences, known_before, make_entries
from resurvey.safety.linked_cells import WEIGHTED, Files, LinkedCells, Place, number_of
from resurvey.safety.primary import Primary, Rules, find_primary
from resurvey.safety.suppression import suppress_cells, suppress_weighted
from resurvey.safety.tracing import READERS, link_cells, names_in

SUPPRESSED = "suppressed"
"""Last column of a protected file."""
CONFIDENTIAL, DERIVED = "confidential", "derived"
MOST_PROVED = 2 * 10**11
"""Work of a release, in the unit of `Work`, until it is refused as not proven."""
REGISTER_COLUMNS = ("file", "table", "row", "column", "rule")
"""Columns of the register: where something is hidden, and by which rule, never what."""


@dataclass(frozen=True)
class ProtectedTables:
    """What may be released of a wave's results, and what was done.

    Attributes
    ----------
    files : dict
        The files given, with the same lines and columns; disclosive fields are empty, and the last
        column, `suppressed`, is ``confidential``, ``derived`` or empty.
    register : list of dict
        `REGISTER_COLUMNS` for every line with a hidden field; `rule` is ``primary``, ``zero``,
        ``secondary`` or ``derived``. **It stays in the house**; `public_register` may leave it.
    facts : dict of int
        ``threshold``; ``cells`` that the files count; ``small`` and ``zero`` ones among them;
        ``secondary``, hidden to protect others; ``fields`` emptied.
    linked : LinkedCells
        What was traced, with the true counts: it stays in the house.
    """

    files: dict[str, list[dict[str, str]]]
    register: list[dict[str, str]]
    facts: dict[str, int]
    linked: LinkedCells = field(repr=False)

    def entries(self, *, release: str, wave: str, people: str = "") -> list[Entry]:
        """Lines for the ledger, to be added where the release is signed; see `make_entries`."""
        return make_entries(self.linked, self.files, release=release, wave=wave, people=people)


def protect_tables(
    files: Files,
    declared: Mapping[str, Any] | None,
    codebook: Codebook,
    *,
    definitions: Definitions | None = None,
    earlier: Sequence[Entry] = (),
    wave: str = "",
    variables: Collection[str] = (),
) -> ProtectedTables:
    """Empty every number of a wave's results that gives a respondent away.

    Parameters
    ----------
    files : dict
        Path under ``results/{wave}`` (``tables/crosstabs.csv``) -> lines, as
        `resurvey.core.files.read_csv` gives them: all files of a wave that are released, in one
        call, because what one hides another may tell.
    declared : dict, optional
        ``disclosure:`` of config.yaml; defaults hold where it is None.
    codebook : Codebook
        That of the tables (``tables/codebook.json``).
    definitions : Definitions, optional
        What tables.yaml, indicators.yaml and index.yaml say (`Definitions.read`). Without it sums
        over groups of answers are not known here, though a reader of their labels knows them.
    earlier : sequence of Entry
        What the ledger has of releases of the same people (``Ledger.read(path).of(people)``).
    wave : str, optional
        The wave that is released, where `earlier` has others of a panel.
    variables : collection of str, optional
        Variables of other waves, which the declaration may name, too.

    Returns
    -------
    ProtectedTables
        Nothing given is changed. A file of no known kind is emptied of everything.

    Raises
    ------
    SurveyError
        The declaration allows less than 5 persons or names a variable that is not there; or the
        survey is so small that no choice of hidden cells protects a person; or the counts differ
        from those of an earlier release by a few persons; or it would take
        more than `MOST_PROVED` to prove that nobody is found.

    Notes
    -----
    Every choice is attacked as it leaves (`attack_release`), with the files themselves: a number
    that was left by mistake stops the release. Weighted counts are hidden with unweighted ones. A
    weighted table that hides a count shows unweighted numbers of respondents for its bases alone:
    both kinds of sums together could give hidden counts back.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> line = {"variable": "vote", "kind": "answer", "respondents": "40", "base": "40"}
    >>> lines = [{**line, "code": "1", "count": "3"}, {**line, "code": "2", "count": "37"}]
    >>> book = Codebook({"vote": Variable("vote", codes={1: {}, 2: {}})})
    >>> safe = protect_tables({"tables/frequencies.csv": lines}, None, book)
    >>> safe.files["tables/frequencies.csv"][0]["count"], safe.register[0]["rule"]
    ('', 'primary')
    """
    rules, linked, primary = _found(files, declared, codebook, definitions, variables)
    known = known_before(linked, earlier, wave)
    aims = primary.cells - known
    work = Work(MOST_PROVED)
    try:
        secondary = suppress_cells(linked, primary.cells, known, work)
        while True:
            secondary |= _twins(linked, primary.cells | secondary) - known
            hidden = primary.cells | secondary
            safe = _emptied(files, linked, primary, secondary, rules, codebook)
            found = (
                attack_weighted(linked, files, safe.files, aims, work) if codebook.weighting else []
            )
            more = suppress_weighted(linked, found, hidden, known, work) if found else set()
            if not more:
                break
            secondary |= more
        left = [*narrow(attack_release(linked, safe.files, aims, known=known, work=work)), *found]
    except WorkEnds as end:
        raise SurveyError(_too_much(linked, files, end.cells)) from None
    if left:
        raise SurveyError(_too_little(linked, files, left[0]))
    check_differences(linked, earlier, rules.threshold, safe.files, wave)
    return safe


def _twins(linked: LinkedCells, hidden: Collection[int]) -> set[int]:
    """Cells with the weighted counts of hidden ones: who has no weight adds nothing to these."""
    found = set()
    for number in hidden:
        cell = linked.cells[number]
        other = {"": WEIGHTED, WEIGHTED: ""}.get(cell.population)
        if cell.printed and cell.conditions and other is not None:
            found.add(linked.find(other, cell.conditions))
    return {one for one in found if one is not None} - set(hidden)


def _found(
    files: Files,
    declared: Mapping[str, Any] | None,
    codebook: Codebook,
    definitions: Definitions | None,
    variables: Collection[str],
) -> tuple[Rules, LinkedCells, Primary]:
    names = {*codebook.variables, *codebook.multiple_response, *variables}
    rules = Rules.read(declared, names)
    if definitions is not None:
        # A group of harmful answers harms as they do.
        made = {
            name for name, (source, _) in definitions.parts.items() if source in rules.sensitive
        }
        rules = replace(rules, sensitive=rules.sensitive | made)
    linked = link_cells(files, codebook, definitions, rules)
    return rules, linked, find_primary(linked, rules)


def _facts(linked: LinkedCells, primary: Primary, rules: Rules) -> dict[str, int]:
    printed = [number for number, cell in enumerate(linked.cells) if cell.printed]
    return {
        "threshold": rules.threshold,
        "cells": len(printed),
        "small": sum(number in primary.small for number in printed),
        "zero": sum(number in primary.zero for number in printed),
    }


def _too_little(linked: LinkedCells, files: Files, number: int) -> str:
    names = [name for name, _ in linked.cells[number].conditions if name]
    of = f" of {' by '.join(repr(name) for name in names)}" if names else ""
    return (
        f"the counts{of}{_where_told(linked, files, number)} cannot be released: with everything "
        "else that is released a reader finds a small one, whatever is hidden; leave the table "
        "out, or take answers together in indicators.yaml"
    )


def _too_much(linked: LinkedCells, files: Files, cells: Collection[int]) -> str:
    """Name the tables whose counts hang together in more ways than can be gone through."""
    inside = set(cells)
    tables: dict[tuple[str, str], int] = {}
    for one in linked.fields:
        if one.exact and one.cells[0] in inside:
            file, line, _ = one.place
            named = (file, _name_line(file, files[file][line])["table"])
            tables[named] = tables.get(named, 0) + 1
    first = sorted(tables, key=lambda named: (-tables[named], named))[:_MOST_NAMED]
    told = ", ".join(f"'{table}' of {file}" for file, table in first)
    return (
        f"whether the hidden counts can be worked out was not proven: {len(inside)} of them hang "
        f"together, most of them in {told}, and to go through them would take too long; nothing is "
        "released; take answers or groups together in indicators.yaml, or leave one of these "
        "tables out"
    )


_MOST_NAMED = 5


def _where_told(linked: LinkedCells, files: Files, number: int) -> str:
    """Name the table that tells a cell or, of one that no file tells, a cell related to it."""
    related = [
        {relation.whole, *relation.parts}
        for relation in linked.relations
        if number in (relation.whole, *relation.parts)
    ]
    for cells in ({number}, set().union(*related) if related else set()):
        told = [one for one in linked.fields if one.exact and one.cells[0] in cells]
        if told:
            # Of several the narrowest, which has the most conditions.
            one = max(told, key=lambda one: len(linked.cells[one.cells[0]].conditions))
            file, line, _ = one.place
            table = _name_line(file, files[file][line])["table"]
            return f" in '{table}' of {file}" if table else f" in {file}"
    return ""


def _emptied(
    files: Files,
    linked: LinkedCells,
    primary: Primary,
    secondary: set[int],
    rules: Rules,
    codebook: Codebook,
) -> ProtectedTables:
    """Empty the fields that follow from hidden cells, and those of which nothing is known."""
    hidden = primary.cells | secondary
    safe = {
        name: [{**line, SUPPRESSED: ""} for line in lines] for name, lines in sorted(files.items())
    }
    places = [
        one.place
        for one in linked.fields
        if hidden.intersection(one.cells)
        or (one.people is not None and one.people < rules.threshold)
    ]
    places += _weighted_and_not(files, set(places))
    places += _untraced(files, {one.place for one in linked.fields})
    places += _same_adjusted(files, set(places))
    places += _rare_answers(files, linked, primary, rules, codebook)
    emptied = set(places)
    touched = {(file, number) for file, number, _ in emptied}
    for file, number, column in emptied:
        safe[file][number][column] = ""
    register = []
    for file, number in sorted(touched):
        rule = _rule_of(linked.lines.get((file, number)), primary, secondary)
        safe[file][number][SUPPRESSED] = DERIVED if rule == DERIVED else CONFIDENTIAL
        gone = {column: "" for column in _ANSWERS if (file, number, column) in emptied}
        register.append({**_name_line(file, {**files[file][number], **gone}), "rule": rule})
    facts = _facts(linked, primary, rules)
    facts["secondary"] = sum(linked.cells[number].printed for number in secondary)
    facts["fields"] = len(emptied)
    return ProtectedTables(safe, register, facts, linked)


def _weighted_and_not(files: Files, emptied: set[Place]) -> list[Place]:
    """Find unweighted counts of weighted tables in which a count is hidden.

    Two sums of hidden cells, weighted and not, are two equations: where all of a group have one
    weight, as after weighting to its size, they give two hidden counts back.
    """
    found = []
    kinds = ("tables/crosstabs", "tables/banners", "tables/indicators", "tables/combinations")
    for file in (*(f"{kind}.csv" for kind in kinds), "index/types.csv"):
        lines = files.get(file, ())
        blocks: dict[tuple[str, ...], list[int]] = {}
        for number, line in enumerate(lines):
            names = ("table", "row_variable", "index", "answer_variable", "indicator")
            blocks.setdefault(tuple(line.get(name, "") for name in names), []).append(number)
        for numbers in blocks.values():
            weighted = any(
                lines[number].get("unweighted_count")
                and number_of(lines[number]["count"])
                != number_of(lines[number]["unweighted_count"])
                for number in numbers
            )
            places = [
                (file, number, column)
                for number in numbers
                for column in lines[number]
                if column.startswith("unweighted_") and column.endswith("count")
            ]
            if weighted and emptied.intersection(places):
                found += [
                    (file, number, column)
                    for file, number, column in places
                    if lines[number].get("kind") != "total" and lines[number][column]
                ]
    return found


def _untraced(files: Files, traced: set[Place]) -> list[Place]:
    """Find numbers of which nobody said what they tell: they stay in the house."""
    found = []
    for file, lines in files.items():
        for number, line in enumerate(lines):
            for column, text in line.items():
                known = file in READERS and (column in names_in(file) or number_of(text) is None)
                if text and not known and (file, number, column) not in traced:
                    found.append((file, number, column))
    return found


_ADJUSTED = ("bonferroni_", "holm_", "benjamini_hochberg_")


def _same_adjusted(files: Files, emptied: set[Place]) -> list[Place]:
    """Find adjusted p-values equal to one that is hidden: steps of a correction repeat others."""
    found = []
    for file, lines in files.items():
        columns = [name for name in (lines[0] if lines else ()) if name.startswith(_ADJUSTED)]
        for column in columns:
            gone = {
                line[column]
                for number, line in enumerate(lines)
                if (file, number, column) in emptied
            }
            gone -= {"", "1.0", "1"}
            found += [
                (file, number, column)
                for number, line in enumerate(lines)
                if line[column] in gone and (file, number, column) not in emptied
            ]
    return found


_ANSWERS = ("code", "answer", "row_code", "row_label")


def _rare_answers(
    files: Files, linked: LinkedCells, primary: Primary, rules: Rules, codebook: Codebook
) -> list[Place]:
    """Find codes and labels that are a person's own words, or a number that few have."""
    found = []
    for (file, number), cell in linked.lines.items():
        line = files[file][number]
        if line.get("kind") != "answer" or not file.startswith("tables/"):
            continue
        name = line.get("variable") or line.get("row_variable") or ""
        code = line.get("code") or line.get("row_code") or ""
        variable = codebook.variables.get(name)
        if variable is None or name in rules.released:
            continue
        listed = code in set(map(str, variable.codes))
        written = variable.measure == "text" and not listed
        rare = cell in primary.small and (not listed or number_of(code) is None)
        if written or rare:
            found += [(file, number, column) for column in _ANSWERS if line.get(column)]
    return found


def _rule_of(cell: int | None, primary: Primary, secondary: set[int]) -> str:
    if cell in primary.small:
        return "primary"
    if cell in primary.zero:
        return "zero"
    return "secondary" if cell in secondary else DERIVED


_TABLE = ("table", "variable", "scale", "name", "model", "index", "indicator", "combination")
_ROW = ("row_variable", "row_code", "code", "kind", "statistic", "test", "measure", "item", "part")
_COLUMN = ("column_variable", "column_code", "first_code", "second_code")


def _name_line(file: str, line: Mapping[str, str]) -> dict[str, str]:
    """Name a line by its file, table, row and column, as the register does."""

    def joined(names: Sequence[str]) -> str:
        # The statistic of a test is its value, and no name.
        told = (
            line[name]
            for name in names
            if line.get(name) and (name != "statistic" or number_of(line[name]) is None)
        )
        return "/".join(told)

    return {
        "file": file,
        "table": next((line[name] for name in _TABLE if line.get(name)), ""),
        "row": joined(_ROW),
        "column": joined(_COLUMN),
    }


def public_register(register: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the register as it may be released: where something is hidden, not by which rule.

    Examples
    --------
    >>> public_register([{"file": "f", "table": "t", "row": "r", "column": "", "rule": "zero"}])
    [{'file': 'f', 'table': 't', 'row': 'r', 'column': '', 'rule': 'confidential'}]
    """
    return [
        {**line, "rule": DERIVED if line["rule"] == DERIVED else CONFIDENTIAL} for line in register
    ]
