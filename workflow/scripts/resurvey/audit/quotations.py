"""Quotations: what a text prints of interviews, counted by theme and by who speaks.

They are counted as they were printed. Without numbers of the cases nobody knows how many people
they are from, so a count of quotations is never a count of people.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.lines import QuotationLine, QuotedLine

#: Columns of `quotations.csv`; any other is an attribute of the speaker, named as its variable.
QUOTATION_COLUMNS = ("quotation", "page", "paragraph", "place", "theme", "claim")
COUNTED_COLUMNS = tuple(QuotationLine.__annotations__)
QUOTED_COLUMNS = tuple(QuotedLine.__annotations__)


def count_quotations(
    quotations: Sequence[Mapping[str, str]],
    declared: Mapping[str, Any],
    claims: Iterable[Mapping[str, str]] = (),
    path: str = "quotations.csv",
) -> list[dict[str, Any]]:
    """Count the printed quotations of every declared theme.

    Parameters
    ----------
    quotations : sequence of dict
        Lines of `quotations.csv`: columns `QUOTATION_COLUMNS`, ``paraphrase_…``, and attributes of
        the speaker named as variables, whose values are codes or empty where the text does not
        tell.
    declared : dict
        `config/interviews.yaml`: `themes` in their order, each with `dimension` and `tables`, and
        `interviewed`: wave -> the claims that print how many people were interviewed.
    claims : iterable of dict
        Lines of `claims.csv`, to which ``claim`` refers.
    path : str
        Name of the file in an error.

    Returns
    -------
    list of dict
        Keys `COUNTED_COLUMNS`. A theme has a line of all its quotations, whose `variable` is
        empty, and one for every code of every attribute that some quotation has. `places` tells
        the paragraphs and the quotations in them, `claims` the statements that they stand under.
        No lines where nothing was printed.

    Raises
    ------
    SurveyError
        A column is missing, two lines are in one place, a theme is not declared, or a claim is
        not in `claims.csv` or prints no number where one is declared.

    Examples
    --------
    >>> said = {"quotation": "i1", "page": "7", "paragraph": "pay-2", "place": "1", "claim": ""}
    >>> said |= {"theme": "pay", "gender": "2"}
    >>> lines = count_quotations([said], {"themes": {"pay": {}, "rest": {}}})
    >>> [(line["theme"], line["variable"], line["code"], line["quotations"]) for line in lines]
    [('pay', '', '', 1), ('pay', 'gender', '2', 1), ('rest', '', '', 0), ('rest', 'gender', '2', 0)]
    """
    if not quotations:
        return []
    themes, printed = declared.get("themes", {}), {line["claim"]: line for line in claims}
    _check_quotations(quotations, themes, printed, path)
    _check_interviewed(declared.get("interviewed", {}), printed)
    attributes = {
        name: sorted({line[name] for line in quotations if line[name]}, key=_in_order)
        for name in quotations[0]
        if name not in QUOTATION_COLUMNS and not name.startswith("paraphrase_")
    }
    lines = []
    for name, theme in themes.items():
        own = [line for line in quotations if line["theme"] == name]
        common = {
            "theme": name,
            "dimension": theme.get("dimension", ""),
            "tables": " ".join(theme.get("tables", [])),
        }
        groups = [("", "", own)]
        groups += [
            (variable, code, [line for line in own if line[variable] == code])
            for variable, codes in attributes.items()
            for code in codes
        ]
        for variable, code, some in groups:
            found = {
                "variable": variable,
                "code": code,
                "quotations": len(some),
                "pages": ", ".join(dict.fromkeys(line["page"] for line in some if line["page"])),
                "places": _places(some),
                "claims": " ".join(dict.fromkeys(line["claim"] for line in some if line["claim"])),
            }
            values = common | found
            lines.append({column: values[column] for column in COUNTED_COLUMNS})
    return lines


def quote_paraphrases(quotations: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """List what stands for every printed quotation: its paraphrases, and who speaks.

    Nothing is copied from the publication, and nobody knows which interview a quotation is from.

    Examples
    --------
    >>> said = {"quotation": "i1", "page": "7", "theme": "pay", "gender": "2"}
    >>> said |= {"paragraph": "", "place": "", "claim": "", "paraphrase_en": "Content"}
    >>> [(line["kind"], line["attributes"], line["text"]) for line in quote_paraphrases([said])]
    [('paraphrase', 'gender=2', 'Content')]
    """
    lines = []
    for quotation in quotations:
        told = {
            name: value
            for name, value in quotation.items()
            if value and name not in QUOTATION_COLUMNS and not name.startswith("paraphrase_")
        }
        lines += [
            {
                "theme": quotation["theme"],
                "quotation": quotation["quotation"],
                "language": column.removeprefix("paraphrase_"),
                "kind": "paraphrase",
                "attributes": " ".join(f"{name}={value}" for name, value in told.items()),
                "page": quotation["page"],
                "text": text,
            }
            for column, text in quotation.items()
            if column.startswith("paraphrase_") and text
        ]
    return lines


def _in_order(code: str) -> tuple[int, str]:
    return (int(code) if code.isdecimal() else 0, code)


def _places(quotations: Iterable[Mapping[str, str]]) -> str:
    """Paragraphs, and which of their quotations."""
    found: dict[str, list[str]] = {}
    for line in quotations:
        found.setdefault(line["paragraph"], []).append(line["place"])
    return "; ".join(f"{paragraph}: {', '.join(places)}" for paragraph, places in found.items())


def _check_quotations(
    quotations: Sequence[Mapping[str, str]],
    themes: Mapping[str, Any],
    printed: Mapping[str, Any],
    path: str,
) -> None:
    missing = [name for name in QUOTATION_COLUMNS if name not in quotations[0]]
    if missing:
        raise SurveyError(f"{path}: column '{missing[0]}' is missing")
    seen: dict[tuple[str, str], str] = {}
    for line in quotations:
        where = f"{path}, {line['quotation']}"
        if line["theme"] not in themes:
            raise SurveyError(
                f"{where}: theme '{line['theme']}' is not in config/interviews.yaml"
                f"{nearest(line['theme'], list(themes))}"
            )
        if line["claim"] and line["claim"] not in printed:
            raise SurveyError(f"{where}: claims.csv has no claim '{line['claim']}'")
        place = line["paragraph"], line["place"]
        if place in seen:
            raise SurveyError(
                f"{where}: quotation {place[1]} of paragraph '{place[0]}' is {seen[place]} already"
            )
        seen[place] = line["quotation"]


def _check_interviewed(interviewed: Mapping[str, Any], printed: Mapping[str, Any]) -> None:
    for wave, told in interviewed.items():
        groups = [claim for group in told.get("groups", []) for claim in group["codes"].values()]
        for claim in (told["total"], *groups):
            if not printed.get(claim, {}).get("printed", "").isdecimal():
                raise SurveyError(
                    f"config/interviews.yaml, interviewed, '{wave}': claims.csv has no claim "
                    f"'{claim}' that prints a whole number"
                )
