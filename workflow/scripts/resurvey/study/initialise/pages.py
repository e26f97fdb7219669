"""Pages: the YAML files of a new study, with the guesses explained beside them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import resurvey
from resurvey.core.codebook import Code, Labels, Survey, Variable, as_labels, pick_label, split_stem
from resurvey.core.files import hash_file
from resurvey.core.strict_yaml import comment, printable, yaml_line, yaml_text
from resurvey.reading.observed_answers import REST, REST_NUMBER, Closed
from resurvey.study.folder import RESERVED, WAVE
from resurvey.study.initialise.answers import Candidate
from resurvey.study.initialise.guess import MOST_TABLES, Guess
from resurvey.study.initialise.written_numbers import WrittenNumbers

_NAMED = 12
MOST_NAMED = 60
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
        f"Written by `./run resurvey init` from {source.name!r}: {len(survey.data)} "
        f"respondents, {len(book.variables)} variables. `./run resurvey keys config` says "
        "what every key means, as the documentation does (Reference, Configuration)."
    )
    text += yaml_text({"title": title})
    text += comment("A run by another version says so in one line.")
    text += yaml_text({"made_with": resurvey.__version__})
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
    elif guess.maybe_counts:
        text += comment(
            f"No two rows are the same without {guess.maybe_counts}, which may say how many "
            "respondents gave the answers of a row. If it does, take away the first # of the next "
            "two lines; as it stands, every row is one respondent.",
            2,
        )
        of_rows = yaml_text({"weight": guess.maybe_counts, "weight_kind": "frequency"})
        text += "".join(f"    # {line}\n" for line in of_rows.splitlines())
    elif guess.weights:
        weight, *others = guess.weights
        if book.weight == weight:
            words = f"The file says that its cases are weighted by {weight}."
        else:
            words = f"{weight} looks like a weight."
        words += _weightless(survey, weight)
        if others:
            words += f" So may be: {', '.join(others)}."
        words += " To use the weight, take away the first # of the next line."
        text += comment(words, 2)
        text += comment(yaml_text({"weight": weight}), 2)
    if design := guess.offers.design:
        text += comment(
            f"{' and '.join(name for key, name in design.items() if key != 'lonely_psu')} may "
            "describe how the sample was drawn. To compute standard errors of that design, take "
            f"away the # of the next line{'s' * (len(design) > 1)}.",
            2,
        )
        text += "".join(f"    # {line}\n" for line in yaml_text(design).splitlines())
    return text


def _weightless(survey: Survey, weight: str) -> str:
    """Say how many respondents would not count."""
    column = survey.data[weight]
    zero, none = int((column == 0).sum()), int(column.isna().sum())
    parts = [f"{zero} respondents have the weight 0"] * bool(zero)
    parts += [f"{none} have none"] * bool(none)
    return f" {' and '.join(parts)}: weighted tables leave them out." if parts else ""


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
    elif guess.numbering:
        text += comment(
            f"{guess.numbering} only numbers the respondents: another wave has the same numbers "
            "for other people, so it identifies nobody and the waves are independent samples. Only "
            "where the same people are asked again under the same numbers, take away the # of the "
            "next line."
        )
        text += f"# {yaml_text({'id': guess.numbering})}"
    declared = [*guess.variables, *guess.words, *guess.missing, *guess.numeric, guess.identifier]
    grouped = [entry["recode"]["variable"] for entry in guess.offers.groups.values()]
    declared += grouped
    if left_out := [name for name in guess.uncounted if name not in declared]:
        text += comment(
            "Not listed, because they are free text or numbers with many values: "
            f"{_names(left_out)}. They are imported as they are."
        )
    if guess.sets:
        text += comment(
            'Questions with several answers: their options are variables with the answers "chosen" '
            'and "not chosen", or the variables are the first, second … answer. A `joined` column '
            "has all chosen options in one cell, told apart by the list of its `options`."
        )
        text += yaml_text({"multiple_response": guess.sets})
    elif guess.offers.sets:
        text += "multiple_response:\n"
    for name, offered in guess.offers.sets.items():
        text += comment(
            "Questions answered yes or no that begin alike. To count them as one question with "
            "several answers, take away the # of the next line and put the name of the set into "
            "`rows` of a table.",
            1,
        )
        text += f"  # {yaml_line({name: offered})[1:-1]}\n"
    text += "variables:\n"
    for name, variable in guess.variables.items():
        if name in guess.relabelled:
            doubled = " and ".join(repr(label) for label in guess.relabelled[name])
            if any(survey.codebook[name].codes.values()):
                words = f"The file has the label {doubled} on several answers; the code in brackets"
            else:
                words = f"The answers {doubled} are alike but for case, blanks or the way "
                words += "a letter is written; the number behind"
            text += comment(f"{words} tells them apart. Write the right labels.", 1)
        if name in guess.written:
            text += comment(_rest_of(guess.written[name]), 1)
        if name in guess.numeric:
            text += comment(number_words(name, guess.numeric[name], "its codes"), 1)
        if name in guess.numbers[:1]:
            text += comment(
                "A `scale` is a number: it has a mean, and a table prints how many gave each.", 1
            )
        text += yaml_text({name: _declared(variable, name in guess.numbers)}, 1)
        text += _offered(variable, guess.missing.get(name, ()))
    for name, numbers in guess.numeric.items():
        if name not in guess.variables:
            text += comment(number_words(name, numbers, "the next line"), 1)
        if name not in guess.variables and numbers.declared:
            text += f"  # {yaml_line({name: numbers.declared})[1:-1]}\n"
    for name in guess.words:
        text += yaml_text({name: {"measure": "text"}}, 1)
    for name in dict.fromkeys([*guess.missing, *grouped]):
        if name not in guess.variables and name not in guess.numeric:
            variable = survey.codebook[name]
            text += yaml_text({name: _declared(variable, True)}, 1)
            text += _offered(variable, guess.missing.get(name, ()))
    return text


def number_words(name: str, found: WrittenNumbers, place: str) -> str:
    """Say why numbers are read as text, and what makes numbers of them.

    Examples
    --------
    >>> found = WrittenNumbers("9 of 9 answers are numbers with decimal commas", True, {"a": 1})
    >>> number_words("pay", found, "the next line")[71:]
    'to read it as numbers, take away the # of the next line'
    """
    cure = found.cure
    if found.declared and place == "its codes":
        cure = f"to read it as numbers, write {yaml_line(found.declared)} in place of its codes"
    elif found.declared:
        cure = f"to read it as numbers, take away the # of {place}"
    return f"'{name}' is read as text: {found.holds}; {cure}"


def _rest_of(written: Closed) -> str:
    """Say what was counted together, and repeat none of it."""
    people = "1 respondent" if written.people == 1 else f"{written.people} respondents"
    return (
        f"{people} gave answers of their own that few people gave; such an answer could tell who "
        "somebody is, so they are counted together as `rest`. To count one by itself, add it to "
        "`codes`."
    )


def _offered(variable: Variable, found: Sequence[Candidate]) -> str:
    """Offer codes as missing, on lines that hold when the # is taken away."""
    if not found:
        return ""
    named = "; ".join(candidate_words(candidate) for candidate in found)
    text = comment(
        f"Counted as answers: {named}. To leave out of the bases what is no answer, take away the "
        "# of the next line.",
        2,
    )
    if variable.missing or variable.missing_ranges:
        return text + "".join(f"    # - {yaml_line(candidate.code)}\n" for candidate in found)
    return text + f"    # missing: {yaml_line([candidate.code for candidate in found])}\n"


def candidate_words(found: Candidate) -> str:
    """Name a code that may be missing, with its label and how many people have it.

    Examples
    --------
    >>> candidate_words(Candidate(99, "отказ", 31))
    "99 'отказ' (31 respondents)"
    """
    label = f" '{found.label}'" if found.label else ""
    code = f"'{found.code}'" if isinstance(found.code, str) else f"{found.code:g}"
    if isinstance(found.code, int):
        code = str(found.code)
    return f"{code}{label} ({found.people} respondent{'s' * (found.people != 1)})"


def tables_page(survey: Survey, guess: Guess, most_tables: int = MOST_TABLES) -> str:
    """Write `config/tables.yaml`: a first set of tables, with the reasons for it."""
    text = comment(
        "A guess at the tables, to be corrected: `rows` are questions (one block each), "
        "`columns` the groups that are compared, and percentages are column percentages. "
        "Questions next to each other with the same answers share a table."
    )
    if guess.groups:
        first = guess.groups[0]
        text += comment(f"Groups: '{first}' was chosen: {guess.reasons[first]}.")
    for name, reason in guess.reasons.items():
        if not reason.startswith("its name"):
            text += comment(f"Not taken for groups: '{name}', because {reason}.")
    if guess.groups[1:]:
        text += comment(
            f"Other variables that could be `columns`: {_names(list(guess.groups[1:]))}."
        )
    if not guess.groups:
        text += comment(
            "No variable says who the respondents are (sex, age group, education, region …), so "
            "the tables have no `columns`."
        )
    if guess.omitted:
        text += comment(
            f"Not tabulated ({len(guess.omitted)}; there are at most {most_tables} tables here, "
            "of questions with 2 to 20 answers; sets, batteries and questions that most people "
            "answered come first, how the interview was made comes last): "
            f"{_names(list(guess.omitted), MOST_NAMED)}."
        )
    if survey.codebook.multiple_response:
        text += comment(
            "Multiple-response sets in the file: "
            f"{_names(list(survey.codebook.multiple_response))}."
        )
    text += "tables:\n"
    for name, table in guess.tables.items():
        rows = [guess.renumbered.get(row, row) for row in list(table["rows"])]  # type: ignore[call-overload]
        titles = {name: str(response_set["label"]) for name, response_set in guess.sets.items()}
        labels = [_clean(titles.get(row) or _title(survey, row)) for row in rows]
        stem = split_stem(labels)[0]
        text += comment(stem or " · ".join(label[:60] for label in labels[:3]), 1)
        text += yaml_text({name: table}, 1)
        if name in guess.grids:
            text += comment(
                "On one scale: take away the # of the next line for a row each, with the two "
                "highest and lowest answers, the mean and a figure that diverges.",
                1,
            )
            grid = {"rows": rows, "grid": True, "sort": "agreement"}
            text += f"  # {yaml_line({f'{name}_grid': grid})[1:-1]}\n"
    return text


def indicators_page(guess: Guess) -> str:
    """Write `config/indicators.yaml`: what is derived from the answers, and what could be."""
    text = ""
    if guess.renumbered:
        text += comment(
            "Tables have whole codes. These questions have codes such as 1.5 in the file, so their "
            "answers are numbered from 1 in the same order, under a new name."
        )
    if guess.renumbered or guess.offers.groups:
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
    if guess.offers.groups:
        text += comment(
            "Numbers in groups, for `rows` and `columns` of tables: take away the # of a line, and "
            "change its `ranges`, `bands` or `quantiles`.",
            1,
        )
    for name, grouped in guess.offers.groups.items():
        text += f"  # {yaml_line({name: grouped})[1:-1]}\n"
    if guess.offers.scales:
        text += comment(
            "Items that go together, so that they could be one number of every respondent: take "
            "away the # of a line. Whether they measure one thing is for you to say; `reverse` "
            "lists items that count from the other end."
        )
        text += "scales:\n"
    for name, scale in guess.offers.scales.items():
        alpha, people = guess.offers.alphas[name]
        text += comment(f"Cronbach's alpha {alpha:.2f} in {people} complete answers.", 1)
        text += f"  # {yaml_line({name: scale})[1:-1]}\n"
    return text


def _declared(variable: Variable, is_number: bool) -> dict[str, Any]:
    """One variable as the codebook declares it."""
    plain: dict[str, Any] = {}
    if label := _worded(variable.label):
        plain["label"] = label
    plain["measure"] = "scale" if is_number else variable.measure
    if not is_number:
        plain["codes"] = {code: _worded(labels) for code, labels in variable.codes.items()}
        if variable.dont_know:
            plain["dont_know"] = list(variable.dont_know)
        if rest := [code for code in (REST, REST_NUMBER) if code in variable.codes]:
            plain["rest"] = rest[0]
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
    labels = [variable.label for variable in survey.codebook.variables.values() if variable.label]
    found = dict.fromkeys(language for label in labels for language in label)
    enough = 0.9 * len(labels)
    return [
        language
        for language in found
        if re.fullmatch("[a-z]{2,3}", language)
        and sum(language in label for label in labels) >= enough
    ]


def _finite(end: float) -> float | int:
    """Write the end of a range that SPSS calls LOWEST or HIGHEST as a very large number."""
    end = max(-_LARGEST, min(_LARGEST, end))
    return int(end) if abs(end) < 2**53 and float(end).is_integer() else end


def _clean(text: str) -> str:
    """Words without control characters and line ends."""
    return " ".join(printable(text).split())


def _names(names: list[str], most: int = _NAMED) -> str:
    """List the first names and count the others."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _language(survey: Survey) -> str:
    """Russian where most letters of the labels are Cyrillic, else English."""
    words = [text for asked in survey.codebook.variables.values() for text in asked.label.values()]
    for variable in survey.codebook.variables.values():
        words += [text for labels in variable.codes.values() for text in labels.values()]
        words += [code for code in variable.codes if isinstance(code, str)]
    letters = "".join(words)
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in letters)
    return "ru" if 2 * cyrillic > sum(map(str.isalpha, letters)) else "en"


_SHOWN = 8
_MOST_QUOTED = 4
_LONG = 40


def guess_remarks(guess: Guess, most_tables: int) -> list[str]:
    """Say in sentences what was assumed, and what stands in the files as an offer.

    Parameters
    ----------
    guess : Guess
        What was guessed.
    most_tables : int
        The limit of tables.
    """
    said = list(guess.remarks)
    if guess.groups:
        said.append(f"Groups: '{guess.groups[0]}', because {guess.reasons[guess.groups[0]]}")
    else:
        said.append(
            "No groups: no variable says who the respondents are, so tables have no columns"
        )
    if guess.maybe_counts:
        said.append(
            f"'{guess.maybe_counts}' may say how many respondents gave the answers of a row, and "
            f"each row is counted as one, until config.yaml says `weight: {guess.maybe_counts}` "
            "and `weight_kind: frequency`"
        )
    elif guess.weights:
        said.append(
            f"'{guess.weights[0]}' is or looks like a weight and is not used, until config.yaml "
            f"says `weight: {guess.weights[0]}`"
        )
    offered = {
        "indicators.yaml": [
            *([_number(len(guess.offers.scales), "scale")] * bool(guess.offers.scales)),
            *([_number(len(guess.offers.groups), "grouped number")] * bool(guess.offers.groups)),
        ],
        "codebook.yaml": [_number(len(guess.offers.sets), "set")] * bool(guess.offers.sets),
        "tables.yaml": [_number(len(guess.grids), "grid")] * bool(guess.grids),
        "config.yaml": ["the sampling design"] * bool(guess.offers.design),
    }
    if any(offered.values()):
        listed = "; ".join(f"{' and '.join(of)} in {page}" for page, of in offered.items() if of)
        said.append(f"Offered on lines that work when their # is taken away: {listed}")
    said += _first(
        [
            number_words(
                name,
                numbers,
                "its codes" if name in guess.variables else "its line in config/codebook.yaml",
            )
            for name, numbers in guess.numeric.items()
        ],
        "such columns",
    )
    said += _first(_missing_remarks(guess), "such codes")
    if guess.written:
        people = sum(answers.people for answers in guess.written.values())
        said.append(
            f"{_number(people, 'answer')} in {_quoted_names(list(guess.written))} that few people "
            "wrote are counted together as other answers, and stand in no file of config/"
        )
    if guess.omitted:
        why = (
            f"at most {most_tables} are written, see --tables"
            if len(guess.tables) >= most_tables
            else "of one answer, or of more than a table shows"
        )
        said.append(
            f"{_number(len(guess.omitted), 'variable')} in no table ({why}); config/tables.yaml "
            "names them"
        )
    return said


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _missing_remarks(guess: Guess) -> list[str]:
    """Name codes that may be no answers, one line for all variables that have them alike."""
    alike: dict[tuple[Code, str], dict[str, int]] = {}
    for name, found in guess.missing.items():
        for candidate in found:
            alike.setdefault((candidate.code, candidate.label), {})[name] = candidate.people
    said = []
    for (code, label), people in alike.items():
        total = sum(people.values())
        words = f"'{code}'" if isinstance(code, str) else f"{code}"
        words += f" '{label}'" if label else ""
        said.append(
            f"{words} in {_quoted_names(list(people))}: {total} respondent{'s' * (total != 1)} "
            f"{'are' if total != 1 else 'is'} counted as an answer unless codebook.yaml lists it "
            "under `missing:`"
        )
    return said


def _first(said: list[str], such: str) -> list[str]:
    """Keep the first sentences and count the others."""
    if len(said) <= _SHOWN:
        return said
    return [*said[:_SHOWN], f"{len(said) - _SHOWN} more {such} stand in config/codebook.yaml"]


def _quoted_names(names: list[str]) -> str:
    """List the first names and count the others."""
    short = [name if len(name) <= _LONG else f"{name[: _LONG - 1]}…" for name in names]
    shown = ", ".join(f"'{name}'" for name in short[:_MOST_QUOTED])
    return f"{shown} and {len(names) - _MOST_QUOTED} more" if len(names) > _MOST_QUOTED else shown
