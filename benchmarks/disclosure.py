"""Disclosure: small counts attacked and found, before and after protection.

An invented survey of 1,200 respondents and 60 questions by four groupings (and two of them crossed)
is tabulated, protected and attacked: each small count is bounded from everything that is released
together. It counts as found where the interval is narrower than 3. Beside it stand the suppression
of small counts alone, and that of every table by itself by tau-ARGUS (pytauargus, optimal
suppression; frequency rule with the same threshold), which knows nothing of the other tables. Then
one respondent is taken out, a hundred times, and the release made again beside the first one.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey import SurveyError  # noqa: E402
from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.core.files import csv_text, parse_csv  # noqa: E402
from resurvey.safety.attack import WIDTH, attack_cells, attack_release, narrow  # noqa: E402
from resurvey.safety.disclosure import protect_tables  # noqa: E402
from resurvey.safety.primary import Rules, find_primary  # noqa: E402
from resurvey.safety.tracing import link_cells  # noqa: E402
from resurvey.tables.domains import crossed_names, with_crossed  # noqa: E402
from resurvey.tables.tabulation import TABLE_FILES, fill_tables  # noqa: E402

RESPONDENTS, QUESTIONS, REMOVALS, SEED = 1200, 60, 100, 15
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "No answer", "mean": "Mean"}
GROUPS = {"sex": (0.46, 0.54), "age": (0.2, 0.35, 0.45), "school": (0.05, 0.35, 0.2, 0.4)}
GROUPS["region"] = (0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05)


def respondents(draw):
    """Draw groups and questions of three to six answers, some of them rare, 4 % unanswered."""
    columns = {
        name: draw.choice(len(shares), RESPONDENTS, p=shares) + 1 for name, shares in GROUPS.items()
    }
    for number in range(1, QUESTIONS + 1):
        shares = draw.dirichlet(np.full(draw.integers(3, 7), 1.5))
        answers = draw.choice(len(shares), RESPONDENTS, p=shares) + 1
        answers[draw.random(RESPONDENTS) < 0.04] = 99
        columns[f"q{number}"] = answers
    return pd.DataFrame(columns)


def tabulated(people, questions):
    """Tabulate the questions by every grouping, as a run does."""
    codes = {name: sorted(map(int, people[name].unique())) for name in people}
    book = Codebook(
        {
            name: Variable(name, {}, "ordinal", dict.fromkeys(codes[name], {}), (99,))
            for name in people
        }
    )
    banners = {
        "overview": {"rows": questions, "columns": [*GROUPS, "sex*age"], "letters": False},
    }
    tables = {"by_sex": {"rows": questions, "columns": "sex"}}
    survey = with_crossed(Survey(people, book), crossed_names(tables, banners))
    lines = fill_tables(survey, tables, {}, {}, "", WORDS, banners=banners)
    files = {
        f"tables/{name}.csv": parse_csv(csv_text(columns, lines[name]).splitlines(keepends=True))
        for name, columns in TABLE_FILES.items()
    }
    return files, survey.codebook


def blocks_of(linked):
    """Cells of each table of two or three variables, by their codes."""
    blocks = {}
    for number, cell in enumerate(linked.cells):
        if cell.printed and len(cell.conditions) > 1 and not cell.population:
            names = tuple(name for name, _ in cell.conditions)
            codes = tuple(code for _, code in cell.conditions)
            if all(code.isdigit() for code in codes):
                blocks.setdefault(names, {})[codes] = number
    return blocks


def tau_argus(linked, primary):
    """Hide cells in each table alone by tau-ARGUS; its folder holds true counts and is deleted."""
    import pytauargus

    hidden = set()
    for names, cells in blocks_of(linked).items():
        if not primary & set(cells.values()):
            continue
        columns = [f"v{at}" for at, _ in enumerate(names)]
        rows = [
            {
                **{name: f"c{int(code):03}" for name, code in zip(columns, codes, strict=True)},
                "n": 1,
            }
            for codes, number in cells.items()
            for _ in range(linked.cells[number].count)
        ]
        folder = tempfile.mkdtemp()
        try:
            rule = f"FREQ({Rules().threshold},30)"
            result = pytauargus.protect(
                rows, columns, "n", safety_rules=rule, suppress="OPT(1)", workdir=folder
            )
            for row in result.tables[0].dataframe().to_dict("records"):
                codes = [row[name] for name in columns]
                if row["status"] == "M" and all(code.startswith("c") for code in codes):
                    found = cells.get(tuple(str(int(code[1:])) for code in codes))
                    hidden |= {found} - {None}
        finally:
            shutil.rmtree(folder)
    return hidden - primary


def main():
    """Print the table of the attacks and the count of removals refused."""
    draw = np.random.default_rng(SEED)
    people = respondents(draw)
    questions = [name for name in people if name.startswith("q")]
    files, book = tabulated(people, questions)
    linked = link_cells(files, book)
    primary = find_primary(linked, Rules()).cells
    printed = {number for number in primary if linked.cells[number].printed}
    print(f"{RESPONDENTS} respondents, {QUESTIONS} questions: {len(linked.cells)} cells counted,")
    print(f"{len(linked.relations)} sums between them, {len(primary)} small counts attacked")

    def found(hidden):
        return len(narrow(attack_cells(linked, hidden, primary, enough=WIDTH)))

    print(f"small counts hidden alone:  {found(printed):5} found")
    try:
        alone = tau_argus(linked, primary)
        print(f"each table by tau-ARGUS:    {found(printed | alone):5} found,", end=" ")
        print(f"{len(alone)} more cells hidden")
    except ImportError:
        print("each table by tau-ARGUS:    pytauargus is not installed")
    started = time.process_time()
    safe = protect_tables(files, None, book)
    took = time.process_time() - started
    left = narrow(attack_release(linked, safe.files, primary, enough=WIDTH))
    print(f"all tables linked:          {len(left):5} found,", end=" ")
    print(f"{safe.facts['secondary']} more cells hidden")
    print(f"CPU seconds to protect and attack: {took:.1f}")

    few = questions[:6]
    files, book = tabulated(people[[*GROUPS, *few]], few)
    entries = protect_tables(files, None, book).entries(release="first", wave="w")
    refused = 0
    for person in draw.choice(RESPONDENTS, REMOVALS, replace=False):
        files, _ = tabulated(people[[*GROUPS, *few]].drop(index=person), few)
        try:
            protect_tables(files, None, book, earlier=entries)
        except SurveyError:
            refused += 1
    print(f"releases without one respondent refused: {refused} of {REMOVALS}")


if __name__ == "__main__":
    main()
