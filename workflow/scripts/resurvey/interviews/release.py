"""Release: which words of an interview may leave the house, and what is told of whoever said them.

Nothing is printed but quotations of a list that somebody signed, line by line. What is to be
decided lies in `to_release.csv`, with every pattern that may give a person away.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.interviews.project import Project
from resurvey.interviews.segments import read_interviews
from resurvey.interviews.tabulation import CASE_COLUMNS, COLUMNS, Tabulation

_MONTHS = (
    r"январ\w*|феврал\w*|март\w*|апрел\w*|ма[йяе]|июн\w*|июл\w*|август\w*|сентябр\w*|октябр\w*"
    r"|ноябр\w*|декабр\w*|january|february|march|april|may|june|july|august|september|october"
    r"|november|december"
)
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "url": re.compile(r"https?://|www\.|\bt\.me/|(?<!\w)@[A-Za-z]\w{3,}", re.IGNORECASE),
    "phone": re.compile(r"(?<!\d)\+?\d(?:[\s()\-–.]*\d){6,}"),
    "date": re.compile(
        rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}\s+(?:{_MONTHS})\b"
        rf"|\b(?:{_MONTHS})\s+\d{{1,4}}\b|\b(?:19|20)\d\d\b",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\b(?:г|с|ул|пос|р-н|обл)\.\s*[А-ЯЁ]|\b(?:село|сел[еау]|город[еау]?|улиц\w+|район\w*|посел\w+"
        r"|village|town|city|street|district|region)\s+(?:of\s+)?[A-ZА-ЯЁӨҮҢ]"
        r"|[A-ZА-ЯЁӨҮҢ]\w+\s+(?:Street|street|village|district|region|city|район|область)\b"
    ),
    "name": re.compile(
        r"(?<![.!?…«\"“„(\n])(?<![.!?…]\s)(?<!^)\b(?!(?:I|I'm|I’m|I'd|I’d|I've|I’ve|I'll|I’ll)\b)"
        r"[A-ZА-ЯЁӨҮҢ][a-zа-яёөүң]+"
    ),
}
"""What may give a person away; a capital letter within a sentence begins a name or a place."""

_CAPITALISED = re.compile(r"(?<![^\W\d_])[A-ZА-ЯЁӨҮҢ][^\W\d_]{2,}")
"""A word of a name, wherever digits and low lines stand about it."""
_ENDINGS = "аяйьеиоыую"
"""Last letters of a name in Russian that change in a sentence."""

_YEARS = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|\b(?:19|20)\d\d(?:[\s,;]+(?:19|20)\d\d)+\b"
)
_SUMS = re.compile(
    r"\b[1-9]\d{0,2}(?:[\s.]\d{3})+(?=\s*(?:руб|сом|тенге|долл|евро|[₽$€]|roubles?|rubles?|soms?\b"
    r"|dollars?|euros?|usd|kgs|rub|eur|kzt))",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<!\w)[A-ZА-ЯЁӨҮҢ]{4,}(?!\w)")
_FIRST = re.compile(r"(?:^|[.!?…\n«\"“„(])\s*([A-ZА-ЯЁӨҮҢ][a-zа-яёөүң]{2,})")
"""First words of sentences; shorter ones are mostly no names."""

NEVER = ("email", "url", "phone", "case")
"""Patterns that no released quotation has."""

RELEASED_COLUMNS = ("segment", "quotation", "language", "released_by", "released_on")
"""Columns of the released list; `translation_…` for every language into which it is translated."""

TO_RELEASE_COLUMNS = (
    "segment",
    "case",
    "codes",
    "themes",
    "attributes",
    "flags",
    "text",
    "quotation",
    "language",
    "released_by",
    "released_on",
)


def flag(
    text: str, known: Iterable[str] = (), ordinary: Collection[str] | None = None
) -> list[str]:
    """Name the patterns of a text that may give a person away.

    Parameters
    ----------
    text : str
        Words of an interview.
    known : iterable of str
        Names that the file itself has for its cases.
    ordinary : collection of str, optional
        Words that the interviews have in small letters. Another one that begins a sentence may be
        a name; without them, the first word of a sentence is none.

    Returns
    -------
    list of str
        Of `PATTERNS`, and ``case`` where a case is named. Nothing found is no proof: somebody has
        to read the words.

    Examples
    --------
    >>> flag("We moved. My cousin Aibek called on 3 May from +996 555 123 456")
    ['phone', 'date', 'name']
    >>> flag("We looked for work. Nobody helped")
    []
    """
    # Dates, years and sums of money have as many digits as a telephone number.
    others = _SUMS.sub(" ", _YEARS.sub(" ", text))
    found = [
        name
        for name, pattern in PATTERNS.items()
        if pattern.search(others if name == "phone" else text)
    ]
    if "name" not in found and _begins_with_name(text, ordinary):
        found.append("name")
    named = any(pattern.search(text) for pattern in _name_patterns(known))
    return [*found, "case"] if named else found


def _begins_with_name(text: str, ordinary: Collection[str] | None) -> bool:
    """Whether a word in capitals, or one that begins a sentence and is met nowhere else, stands."""
    if _CAPITALS.search(text):
        return True
    if ordinary is None:
        return False
    return any(word.casefold() not in ordinary for word in _FIRST.findall(text))


def _name_patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    """What finds the names of cases in a text: whole ones, and each of their words by itself.

    A word is looked for with the endings that it takes in a sentence, and with a capital letter,
    as pseudonyms such as "woman, 35" have none. One that most of the cases have ("Interview 1",
    "Interview 2") is no name.
    """
    listed = [name.strip() for name in names if len(name.strip()) > 2]
    told = [set(_CAPITALISED.findall(name)) for name in listed]
    words = {
        word: sum(word in own for own in told) for word in dict.fromkeys(chain(*map(sorted, told)))
    }
    found = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in listed]
    for word, number in words.items():
        if len(told) > 2 and number * 2 > len(told):
            continue
        stem = word[:-1] if len(word) > 3 and word[-1] in _ENDINGS else word
        found.append(re.compile(rf"(?<!\w)(?:{stem}|{stem.upper()})[а-яёА-ЯЁ]{{0,3}}(?!\w)"))
    return found


def list_for_release(tabulation: Tabulation) -> list[dict[str, Any]]:
    """Lines of `to_release.csv`: every stretch with words, for the person who releases quotations.

    A line that is to be printed goes to the released list, with `quotation` as it may be printed
    (names and places taken out), its language, and who released it when.
    """
    project = tabulation.project
    themes: dict[str, list[str]] = {}
    for name, codes in tabulation.themes.items():
        for code in codes:
            themes.setdefault(code, []).append(name)
    numbers = {case.key: place for place, case in enumerate(tabulation.cases, 1)}
    names = [case.name for case in project.cases]
    ordinary = {
        word
        for segment in project.segments
        for word in re.findall(r"\w+", segment.text)
        if word == word.casefold()
    }
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for segment in project.segments:
        if not segment.text:
            continue
        line = lines.setdefault(
            (segment.source, segment.key),
            {
                **dict.fromkeys(TO_RELEASE_COLUMNS, ""),
                "segment": segment.key,
                "case": numbers.get(segment.case, ""),
                "codes": [],
                "themes": [],
                "attributes": tabulation.attributes.of(segment.case),
                "flags": " ".join(flag(segment.text, names, ordinary)),
                "text": segment.text,
            },
        )
        line["codes"].append(project.path_of(segment.code))
        line["themes"] += themes.get(segment.code, [])
    return [
        line
        | {"codes": "; ".join(dict.fromkeys(line["codes"]))}
        | {"themes": " ".join(dict.fromkeys(line["themes"]))}
        for line in lines.values()
    ]


def check_code_names(project: Project) -> Project:
    """Refuse or note names of codes that may give a person away: they stand in every table.

    Raises
    ------
    SurveyError
        A code's name has an e-mail address, a telephone number or an address of the web.

    Examples
    --------
    >>> from resurvey.interviews.project import Code
    >>> (told,) = check_code_names(Project(Path("p.qdpx"), (Code("a", "Moved to Osh"),))).assumed
    >>> told[:61]
    'the names of 1 of 1 codes may give a person away (name); read'
    """
    people = [case.name for case in project.cases]
    flags = [flag(code.name, people) for code in project.codes]
    for number, found in enumerate(flags, 1):
        if refused := [name for name in found if name in NEVER and name != "case"]:
            raise SurveyError(
                f"{project.path}: the name of code {number} of {len(flags)} has what looks like a "
                f"{_WORDS[refused[0]]}; rename it and export anew"
            )
    if not any(flags):
        return project
    kinds = ", ".join(dict.fromkeys(chain(*flags)))
    told = (
        f"the names of {sum(map(bool, flags))} of {len(flags)} codes may give a person away "
        f"({kinds}); read codes.csv before it is released"
    )
    return replace(project, assumed=(*project.assumed, told))


def released_quotations(tabulation: Tabulation, path: Path | None) -> list[dict[str, Any]]:
    """Lines of `quotations.csv`: the released quotations of every theme, and their translations.

    An attribute stands in brackets where each theme of the quotation is shown by its groups.

    Parameters
    ----------
    tabulation : Tabulation
        The interviews, whose segments the list names.
    path : Path, optional
        The released list, with `RELEASED_COLUMNS`; None where nothing was released.

    Raises
    ------
    SurveyError
        The list names a segment that is not there or that several interviews have, does not say
        who released it when, or has an e-mail address, a telephone number, an address of the web
        or the name of a case. The sentence names the line and no word of it.
    """
    if path is None:
        return []
    if not path.is_file():
        raise SurveyError(f"{path}: there is no such file; change `released` in interviews.yaml")
    rows = read_csv(path)
    if rows and (lost := [name for name in RELEASED_COLUMNS if name not in rows[0]]):
        raise SurveyError(f"{path}: column '{lost[0]}' is missing")
    names = [case.name for case in tabulation.project.cases]
    whose: dict[str, set[tuple[str, str]]] = {}
    for segment in tabulation.project.segments:
        whose.setdefault(segment.key, set()).add((segment.source, segment.case))
    lines, seen = list[dict[str, Any]](), dict[str, int]()
    for number, row in enumerate(rows, 1):
        where = f"{path}: quotation {number}"
        _check_released(where, row, whose, names, seen, number)
        texts = {row["language"]: row["quotation"]}
        texts |= {
            column.removeprefix("translation_"): text
            for column, text in row.items()
            if column.startswith("translation_") and text.strip()
        }
        ((_, case),) = whose[row["segment"]]
        codes = {
            segment.code for segment in tabulation.project.segments if segment.key == row["segment"]
        }
        own = [theme for theme, keys in tabulation.themes.items() if codes & keys]
        # What the table of themes keeps back, no bracket tells.
        told = [
            name
            for name in tabulation.attributes.printed
            if all(("theme", theme) in tabulation.shown(name) for theme in own)
        ]
        for theme in own:
            for language, text in texts.items():
                lines.append(
                    {
                        "theme": theme,
                        "quotation": f"r{number}",
                        "language": language,
                        "kind": "original" if language == row["language"] else "translation",
                        "attributes": tabulation.attributes.of(case, told),
                        "text": " ".join(text.split()),
                        "page": "",
                    }
                )
    order = {theme: place for place, theme in enumerate(tabulation.themes)}
    return sorted(lines, key=lambda line: order[line["theme"]])


def _check_released(
    where: str,
    row: Mapping[str, str],
    whose: Mapping[str, Collection[tuple[str, str]]],
    names: Sequence[str],
    seen: dict[str, int],
    number: int,
) -> None:
    if row["segment"] not in whose:
        raise SurveyError(f"{where}: the coded interviews have no such segment")
    if len(whose[row["segment"]]) > 1:
        raise SurveyError(
            f"{where}: stretches of {len(whose[row['segment']])} interviews are called so; number "
            "them through in the coded interviews"
        )
    if row["segment"] in seen:
        raise SurveyError(f"{where}: its segment stands above, as quotation {seen[row['segment']]}")
    seen[row["segment"]] = number
    if empty := [name for name in RELEASED_COLUMNS if not row[name].strip()]:
        raise SurveyError(f"{where}: '{empty[0]}' is empty")
    try:
        date.fromisoformat(row["released_on"].strip())
    except ValueError:
        raise SurveyError(f"{where}: `released_on` is no date such as 2026-11-30") from None
    for column, text in row.items():
        printed = column == "quotation" or column.startswith("translation_")
        told = flag(text, names) if printed else []
        if found := [name for name in told if name in NEVER]:
            raise SurveyError(
                f"{where}: '{column}' has what looks like a {_WORDS[found[0]]}, which is never "
                "printed; take it out"
            )


_WORDS = {
    "email": "mail address",
    "url": "web address",
    "phone": "telephone number",
    "case": "name of a case",
}


def protect_interviews(
    files: Mapping[str, Sequence[Mapping[str, str]]], threshold: int
) -> dict[str, list[dict[str, str]]]:
    """Empty in the tables of interviews what may not leave the house.

    Parameters
    ----------
    files : dict
        Name of a file of `COLUMNS` -> its lines.
    threshold : int
        Fewer cases than this are not told of a group, nor of two codes together.

    Returns
    -------
    dict
        The same with a column `suppressed`, 1 where numbers were taken out. How many cases have a
        theme or a code, of all cases, is of no group and stays, but for codes of which some pair is
        rare (1 to one less than the threshold have both). What two codes have in common is what
        their numbers together are above the number that has one of them. So of such codes, and of
        those above them, every number is taken out, alone and in pairs; so is what tells of their
        sum: the coders' counts, of which the two measures of all codes stay with two digits, and
        the mean of saturation. Of several themes with one such code the first is told. Who had
        both might then as well have one of the two, and no number that is told would be another
        one. In which interview a code came up first is never told.

    Examples
    --------
    >>> few = {"code": "a", "other_code": "b", "cases": "2", "n": "37", "segments": "3"}
    >>> protect_interviews({"cooccurrence": [few]}, 5)["cooccurrence"][0]["cases"]
    ''
    """
    rare = {
        line[code]
        for line in files.get("cooccurrence", ())
        if 0 < int(line["cases"] or 0) < threshold
        for code in ("code", "other_code")
    }
    silent = set(rare)
    for line in reversed(files.get("codes", ())):
        if line["code"] in silent and line.get("parent"):
            silent.add(line["parent"])
    themes = _silent_themes(files.get("codes", ()), rare)
    counts = ("both", "first_only", "second_only", "neither", "agreed")
    measures = ("kappa", "kappa_lower", "kappa_upper", "alpha")

    def emptied(name: str, line: Mapping[str, str]) -> tuple[str, ...]:
        match name:
            case "codes" if line["code"] in silent:
                return "cases", "segments", "own_cases", "own_segments"
            case "codes_by_attribute":
                told = themes if line["kind"] == "theme" else silent
                kept_back = line["kind"] != "all" and line["code"] in told
                return ("cases", "n") if kept_back or line["shown"] != "1" else ()
            case "cooccurrence" if {line["code"], line["other_code"]} & rare:
                return "cases", "segments"
            case "saturation":
                return ("new_codes", "codes", *(("mean_new", "mean_codes") if rare else ()))
            case "agreement" if rare:
                return counts if not line["code"] else (*counts, *measures)
        return ()

    safe: dict[str, list[dict[str, str]]] = {}
    for name, lines in files.items():
        safe[name] = []
        for line in lines:
            fields = emptied(name, line)
            told = {**line, "suppressed": "1" if fields else "", **dict.fromkeys(fields, "")}
            if name == "agreement" and rare:
                told |= {one: f"{float(told[one]):.2f}" for one in measures if told.get(one)}
            safe[name].append(told)
    return safe


def _silent_themes(codes: Sequence[Mapping[str, str]], rare: Collection[str]) -> set[str]:
    """Themes with a code of a rare pair that a theme before them has, too."""
    of_theme: dict[str, set[str]] = {}
    for line in codes:
        for theme in line.get("themes", "").split():
            of_theme.setdefault(theme, set()).update({line["code"]} & set(rare))
    silent, told = set[str](), set[str]()
    for theme, own in of_theme.items():
        if own & told:
            silent.add(theme)
        else:
            told |= own
    return silent


def count_interviews(
    declared: Mapping[str, Any], source: Mapping[str, Any]
) -> tuple[Project, dict[str, tuple[Sequence[str], list[dict[str, Any]]]]]:
    """Read the coded interviews of a wave and count them.

    Parameters
    ----------
    declared : dict
        `config/interviews.yaml`: `themes`, `attributes` and `threshold`.
    source : dict
        The wave's entry of its `sources`; empty where the wave has none.

    Returns
    -------
    Project
        The interviews as they were read.
    dict
        Name of a file of `results/{wave}/interviews` -> its columns and lines; without lines for a
        wave without interviews.
    """
    project = check_code_names(read_interviews(source)) if source else Project(Path())
    tabulation = Tabulation(project, declared if source else {}, source)
    released = Path(source["released"]) if "released" in source else None
    lines = {
        "codes": tabulation.codes(),
        "codes_by_attribute": tabulation.codes_by_attribute() if source else [],
        "cooccurrence": tabulation.cooccurrence(),
        "saturation": tabulation.saturation(),
        "agreement": tabulation.agreement(),
        "quotations": released_quotations(tabulation, released),
    }
    files: dict[str, tuple[Sequence[str], list[dict[str, Any]]]] = {
        name: (columns, lines[name]) for name, columns in COLUMNS.items()
    }
    files["cases"] = (
        (*CASE_COLUMNS, *tabulation.attributes.declared),
        tabulation.case_lines(),
    )
    files["to_release"] = (TO_RELEASE_COLUMNS, list_for_release(tabulation))
    return project, files
