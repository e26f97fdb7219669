"""Disclosure control: what of a wave's results is emptied before anything leaves the house.

A released file has one more column, `suppressed`: ``confidential`` where the count of a line is
hidden, ``derived`` where only numbers that follow from a hidden count are. Why a count is hidden
(too small, a zero that tells of a whole group, or only to protect another) stands in the register
alone, which stays in the house: "hidden to protect another" says that the count is not small, and
"zero" says the count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.safety.linked_cells import Files, LinkedCells, link_cells
from resurvey.safety.primary import Primary, Rules, find_primary

SUPPRESSED = "suppressed"
"""Last column of a protected file."""
CONFIDENTIAL, DERIVED = "confidential", "derived"
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
    """

    files: dict[str, list[dict[str, str]]]
    register: list[dict[str, str]]
    facts: dict[str, int]


def protect_tables(
    files: Files,
    declared: Mapping[str, Any] | None,
    codebook: Codebook,
    *,
    where: Mapping[str, Mapping[str, Any]] | None = None,
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
    where : dict, optional
        Table or banner -> its condition, where it has one; see `link_cells`.

    Returns
    -------
    ProtectedTables
        Nothing given is changed. A file of no known kind is emptied of everything.

    Raises
    ------
    SurveyError
        The declaration allows less than 5 persons or names a variable that is not there.

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
    rules = Rules.read(declared)
    linked = link_cells(files, codebook, where)
    primary = find_primary(linked, rules)
    secondary: set[int] = set()
    return _emptied(files, linked, primary, secondary, rules)


def _emptied(
    files: Files,
    linked: LinkedCells,
    primary: Primary,
    secondary: set[int],
    rules: Rules,
) -> ProtectedTables:
    """Empty the fields that follow from hidden cells."""
    hidden = primary.cells | secondary
    safe = {
        name: [{**line, SUPPRESSED: ""} for line in lines] for name, lines in sorted(files.items())
    }
    touched: set[tuple[str, int]] = set()
    emptied = 0
    for one in linked.fields:
        if hidden.intersection(one.cells):
            file, number, column = one.place
            safe[file][number][column] = ""
            touched.add((file, number))
            emptied += 1
    register = []
    for file, number in sorted(touched):
        cell = linked.lines.get((file, number))
        rule = _rule_of(cell, primary, secondary)
        safe[file][number][SUPPRESSED] = DERIVED if rule == DERIVED else CONFIDENTIAL
        register.append({**_name_line(file, files[file][number]), "rule": rule})
    printed = [number for number, cell in enumerate(linked.cells) if cell.printed]
    facts = {
        "threshold": rules.threshold,
        "cells": len(printed),
        "small": sum(number in primary.small for number in printed),
        "zero": sum(number in primary.zero for number in printed),
        "secondary": sum(number in secondary for number in printed),
        "fields": emptied,
    }
    return ProtectedTables(safe, register, facts)


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
        return "/".join(line[name] for name in names if line.get(name))

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
