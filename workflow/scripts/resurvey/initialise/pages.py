"""Pages: the YAML files of a new study, with the guesses explained beside them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.codebook import Code, Labels, Variable, as_labels, pick_label
from resurvey.files import hash_file
from resurvey.initialise.guess import MOST_GROUPS, MOST_TABLES, Guess
from resurvey.initialise.yaml_text import comment, yaml_text
from resurvey.study import RESERVED, WAVE
from resurvey.survey import Survey

_NAMED = 12
_LARGEST = 1e308


def wave_name(file: Path) -> str:
    """Name the wave after the year in the file's name, else after the file, else 1.

    Examples
    --------
    >>> wave_name(Path("Опрос 2022.sav")), wave_name(Path("anes96.SAV")), wave_name(Path("ы.csv"))
    ('2022', 'anes96', '1')
    """
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", file.stem)
    if year:
        return year[0]
    name = re.sub(r"[^a-z0-9_-]+", "_", file.stem.casefold()).strip("_-")[:32]
    return name if WAVE.fullmatch(name) and name not in RESERVED else "1"


def config_page(
    survey: Survey,
    guess: Guess,
    source: Path,
    wave: str,
    raw: str,
    languages: Sequence[str],
    declared: Mapping[str, Any],
) -> str:
    """Write `config/config.yaml`: one wave, its file, what is unknown about the sample."""
    book = survey.codebook
    title = _clean(book.file_label) or _clean(source.stem) or "Survey"
    spoken = list(languages) or _languages(survey) or [_language(survey)]
    about = {"file": raw, "sha256": hash_file(str(source)), **declared}
    text = comment(
        f"Written by `python -m resurvey init` from {source.name!r}: {len(survey.data)} "
        f"respondents, {len(book.variables)} variables. Every key is described in "
        "workflow/schemas/config.schema.yaml."
    )
    text += yaml_text({"title": title})
    text += comment("Languages of the report; the labels are shown as they are in the file.")
    text += yaml_text({"languages": spoken})
    text += comment(
        "How respondents were chosen: probability, purposive, census or unknown. While it is "
        "unknown, p-values are labelled nominal and no margins of error are printed."
    )
    text += yaml_text({"sample": "unknown"})
    for clause in book.assumed:
        text += comment(f"Assumed in reading the file: {clause}.")
    text += yaml_text({"waves": {wave: about}})
    if guess.counts:
        text += comment(
            f"Every row is another combination of answers, and {guess.counts} says how many "
            f"respondents gave it: {int(survey.data[guess.counts].sum())} in all. If the rows are "
            "respondents after all, take these two lines away.",
            2,
        )
        text += yaml_text({"weight": guess.counts, "weight_kind": "frequency"}, 2)
    elif book.weight:
        text += comment(
            f"The file says that its cases are weighted by {book.weight}. To use the weight, take "
            "away the first # of the next line.",
            2,
        )
        text += comment(yaml_text({"weight": book.weight}), 2)
    elif guess.weights:
        names = ", ".join(guess.weights)
        text += comment(
            f"{names} looks like a weight. To use it, take away the first # of the next line.", 2
        )
        text += comment(yaml_text({"weight": guess.weights[0]}), 2)
    return text


def codebook_page(survey: Survey, guess: Guess) -> str:
    """Write `config/codebook.yaml`: the answers of every variable that has a list of them."""
    text = comment(
        "Variables with a list of answers, as the file labels them. What stands here wins over "
        "the file: correct a label, or write one per language ({ru: Да, en: Yes}). Tables print "
        "the codes in this order; an `order:` lists them from low to high where that differs. "
        "`missing:` lists codes that are reasons for no answer; a code that is in neither list "
        "stops the import."
    )
    if guess.identifier:
        text += comment("Different for every respondent, so it is taken for the identifier.")
        text += yaml_text({"id": guess.identifier})
    if left_out := [name for name in guess.uncounted if name != guess.identifier]:
        text += comment(
            "Not listed, because they are free text or numbers with many values: "
            f"{_names(left_out)}. They are imported as they are."
        )
    text += "variables:\n"
    for name, variable in guess.variables.items():
        if name in guess.relabelled:
            doubled = " and ".join(repr(label) for label in guess.relabelled[name])
            text += comment(
                f"The file has the label {doubled} on several answers; the code in brackets "
                "tells them apart. Write the right labels.",
                1,
            )
        text += yaml_text({name: _declared(variable)}, 1)
    return text


def tables_page(survey: Survey, guess: Guess) -> str:
    """Write `config/tables.yaml`: a first set of tables, with the reasons for it."""
    text = comment(
        "A guess at the tables, to be corrected: `rows` are questions (one block each), "
        "`columns` the groups that are compared, and per cents are column per cents. "
        "Questions next to each other with the same answers share a table."
    )
    if guess.groups:
        text += comment(
            f"Groups: '{guess.groups[0]}' was chosen by its name, its label or its place, as a "
            f"variable with 2 to {MOST_GROUPS} answers."
        )
    if guess.groups[1:]:
        text += comment(
            f"Other variables that could be `columns`: {_names(list(guess.groups[1:]))}."
        )
    if not guess.groups:
        text += comment("No variable looks like groups, so the tables have no `columns`.")
    if guess.omitted:
        text += comment(
            f"Not tabulated ({len(guess.omitted)}; there are at most {MOST_TABLES} tables here, "
            f"of questions with 2 to 20 answers): {_names(list(guess.omitted))}."
        )
    if survey.codebook.multiple_response:
        text += comment(
            "Multiple-response sets in the file: "
            f"{_names(list(survey.codebook.multiple_response))}."
        )
    text += "tables:\n"
    for name, table in guess.tables.items():
        rows = [guess.renumbered.get(row, row) for row in list(table["rows"])]  # type: ignore[call-overload]
        labels = [_clean(_title(survey, row)) for row in rows]
        text += comment(" · ".join(label[:60] for label in labels[:3]), 1)
        text += yaml_text({name: table}, 1)
    return text


def indicators_page(guess: Guess) -> str:
    """Write `config/indicators.yaml`: whole codes for the answers that have fractional ones."""
    text = comment(
        "Tables have whole codes. These questions have codes such as 1.5 in the file, so their "
        "answers are numbered from 1 in the same order, under a new name."
    )
    text += "indicators:\n"
    for new, old in guess.renumbered.items():
        variable = guess.variables[old]
        numbers = {code: number for number, code in enumerate(variable.answers, 1)}
        recode: dict[str, Any] = {
            "variable": old,
            "map": numbers,
            "codes": {number: variable.codes[code][""] for code, number in numbers.items()},
        }
        label = _clean(next(iter(variable.label.values()), "")) or old
        text += yaml_text({new: {"label": label, "recode": recode}}, 1)
    return text


def _declared(variable: Variable) -> dict[str, Any]:
    """One variable as the codebook declares it."""
    plain: dict[str, Any] = {}
    if label := _worded(variable.label):
        plain["label"] = label
    plain["measure"] = variable.measure
    plain["codes"] = {code: _worded(labels) for code, labels in variable.codes.items()}
    missing: list[Code | dict[str, float]] = list(variable.missing)
    for low, high in variable.missing_ranges:
        missing.append({"low": _finite(low), "high": _finite(high)})
    if missing:
        plain["missing"] = missing
    return plain


def _worded(labels: Labels) -> str | dict[str, str]:
    """One text, or one a language where the questionnaire has several."""
    words = {language: _clean(text) for language, text in labels.items()}
    if len(words) == 1 or "" in words:
        return next(iter(words.values()))
    return words or ""


def _title(survey: Survey, row: str) -> str:
    """Wording of a question, or of a multiple-response set."""
    sets = survey.codebook.multiple_response
    if row not in survey.codebook and row in sets:
        return pick_label(as_labels(sets[row].get("label")), "", row)
    return survey.codebook[row].title()


def _languages(survey: Survey) -> list[str]:
    """Languages in which nearly every question of the questionnaire is worded."""
    labels = [one.label for one in survey.codebook.variables.values() if one.label]
    found = dict.fromkeys(language for one in labels for language in one)
    enough = 0.9 * len(labels)
    return [
        language
        for language in found
        if re.fullmatch("[a-z]{2,3}", language) and sum(language in one for one in labels) >= enough
    ]


def _finite(end: float) -> float | int:
    """Write the end of a range that SPSS calls LOWEST or HIGHEST as a very large number."""
    end = max(-_LARGEST, min(_LARGEST, end))
    return int(end) if abs(end) < 2**53 and float(end).is_integer() else end


def _clean(text: str) -> str:
    """Words without control characters and line ends."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _names(names: list[str]) -> str:
    """List the first names and count the others."""
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _language(survey: Survey) -> str:
    """Russian where most letters of the labels are Cyrillic, else English."""
    words = [text for one in survey.codebook.variables.values() for text in one.label.values()]
    for variable in survey.codebook.variables.values():
        words += [text for labels in variable.codes.values() for text in labels.values()]
        words += [code for code in variable.codes if isinstance(code, str)]
    letters = "".join(words)
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in letters)
    return "ru" if 2 * cyrillic > sum(map(str.isalpha, letters)) else "en"
