"""A study whose every label is hostile: markup, code, formulas, and twelve long columns."""

import pandas as pd
import pyreadstat

from invented import write_study

HOSTILE = "</script><script>window.stolen=1</script><img src=x onerror=window.stolen=1>"
TEMPLATE = "{{ 7 * 7 }}{% raw %}${7*7}`"
FORMULA = '=HYPERLINK("x")'
LONG = "A label that a questionnaire's author found too dear to shorten, number"

CONFIG = """
title: {en: '%s'}
waves:
  "1": {file: resources/1/raw.sav, label: '<b onclick=stolen()>first</b>'}
languages: [en]
"""
TABLES = """
tables:
  answers: {rows: [q1], columns: place, subtotals: [{of: [1, 2], label: {en: '<svg onload=x()>'}}]}
"""
TEXT = """
introduction: ['<style>@import "x"</style> and {answers/q1/1/total} per cent']
tables:
  answers: {title: '<iframe src=x> & "quoted"'}
"""


def write_hostile_study(folder):
    """Write the study; three hundred people, twelve places, three answers."""
    people = pd.DataFrame(
        {
            "q1": [1 + (place * place // 7) % 3 for place in range(300)],
            "place": [1 + place % 12 for place in range(300)],
        }
    )
    path = folder / "resources/1/raw.sav"
    path.parent.mkdir(parents=True)
    pyreadstat.write_sav(
        people,
        str(path),
        column_labels={"q1": HOSTILE, "place": TEMPLATE},
        variable_value_labels={
            "q1": {1: FORMULA, 2: HOSTILE, 3: TEMPLATE},
            "place": {place: f"{LONG} {place}" for place in range(1, 13)},
        },
    )
    return write_study(folder, config=CONFIG % HOSTILE, tables=TABLES, **{"text.en": TEXT})
