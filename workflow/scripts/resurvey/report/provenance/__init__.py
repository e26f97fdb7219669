"""Provenance: where every number of a report comes from, down to the people it counts.

``results/{wave}/report/provenance.json`` (fixed name) holds, sorted, one line a number::

    {"wave": "2022",
     "numbers": {identity: {...}},
     "items": {variable: {"wording": ..., "source": name in the raw file}},
     "steps": {number: {"action", "variables", "rows_touched", "cells_touched",
                        "rows_removed", "why"}},            cleaning steps
     "inputs": {path: SHA-256}, "config": {part: SHA-256}, "rules": {rule: {"code", "after"}},
     "formulas": {key: symbols}}

A number (what is empty is left out)::

    {"value": unrounded, as the file has it,   "unit": "percent",
     "formula": key of "formulas",             "from": [identities it is computed from],
     "rule": rule that made it,                "file": in results/{wave}, "line": {key columns},
     "items": [variables of the data],         "steps": [cleaning steps that concern them],
     "inputs": [paths], "config": [parts],
     "printed": text of the publication,       "verdict": judgement on it,
     "who": {variable: [codes] or "answered" or "system_missing"}, "weight": variable,
     "without": {variable: [codes]}, "also": {…}}     counts of people only; {} is everybody

No time, commit, machine, other wave or other language enters: the same results give the same bytes.
"""
