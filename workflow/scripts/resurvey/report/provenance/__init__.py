"""Provenance: where every number of a report comes from, down to the people it counts.

``results/{wave}/report/provenance.json`` (fixed name) holds, sorted, one line a number::

    {"wave": "2022",
     "numbers": {identity: {...}},
     "items": {variable: {"wording": ..., "source": name in the raw file}},
     "steps": {number: {"action", "variables", "rows_touched", "cells_touched",
                        "rows_removed", "why"}},            cleaning steps
     "inputs": {path: SHA-256}, "config": {part: SHA-256}, "rules": {rule: {"code", "after"}},
     "formulas": {key: symbols},
     "missing": {variable: [codes]}, "missing_ranges": {variable: [[low, high]]},
     "sets": {multiple-response set: {"items": [...], "counted": code or null}}}

A number (what is empty is left out)::

    {"value": unrounded, as the file has it,   "unit": "percent",
     "formula": key of "formulas",             "from": [identities it is computed from],
     "rule": rule that made it,                "file": in results/{wave}, "line": {key columns},
     "items": [variables of the data],         "steps": [cleaning steps that concern them],
     "inputs": [paths], "config": [parts],
     "printed": text of the publication,       "verdict": judgement on it,
     "who": {variable: [codes] or "answered" or "system_missing"}, "weight": variable,
     "without": {variable: [codes]}, "also": {…},     counts of people only; {} is everybody
     "moved_by": [{"who": ...}, ...],          "at_most": true}

Removing a respondent changes the unrounded number if he is among its movers: ``moved_by`` where it
stands (``[]``: nobody, as a share of nobody stays 0), else ``who``, else the movers of all numbers
in ``from``. ``at_most`` marks numbers that move in steps (tallies, verdicts): nobody else moves
them, but one of the movers may not. A number made of rounded parts counts as changed when one of
its unrounded parts changes.

No time, commit, machine, other wave or other language enters: the same results give the same bytes.
"""
