"""Mapping: what `config/waves.yaml` declares, checked before anything is read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resurvey.core.codebook import (
    Code,
    as_labels,
    clean_code,
    declared_variable,
    is_joined,
    nearest,
    pick_label,
)
from resurvey.core.design_names import design_variables, listed_names
from resurvey.core.errors import SurveyError
from resurvey.study.declarations import StudyParts, VariableEntry, WaveEntry
from resurvey.study.expansion import CROSS


@dataclass(frozen=True)
class WaveMapping:
    """How the questionnaire of one wave becomes the study's.

    Attributes
    ----------
    variables : dict
        Variable of the study -> ``{"from": name, "codes": {file code: code}, "merge": bool}``,
        with `option` and `open`, or `place`, where it is one of several answers in a cell.
    accept : tuple of dict
        Differences that were looked at: ``{"variable", "difference", "code", "label", "why"}``.
    """

    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    accept: tuple[dict[str, Any], ...] = ()

    def accepted(self, variable: str, kind: str, code: Code | None = None) -> dict[str, Any] | None:
        """Return the line that accepts a difference, or None.

        Examples
        --------
        >>> line = {"variable": "q", "difference": "wording", "why": "typing error"}
        >>> WaveMapping(accept=(line,)).accepted("q", "wording")["why"]
        'typing error'
        """
        kind = "missing_variable" if kind == "renamed_variable" else kind
        for line in self.accept:
            if line["variable"] == variable and line["difference"] == kind:
                of = line.get("code")
                if of is None or of == code:
                    return line
        return None

    @property
    def dropped(self) -> tuple[str, ...]:
        """Variables of the study that were not asked in this wave."""
        return tuple(
            line["variable"] for line in self.accept if line["difference"] == "missing_variable"
        )

    def new_answers(self) -> list[tuple[str, Code | None, dict[str, str]]]:
        """List (variable, code, labels) of the answers that only this wave has."""
        return [
            (line["variable"], line.get("code"), as_labels(line.get("label")))
            for line in self.accept
            if line["difference"] == "new_answer"
        ]


def wave_mapping(declared: Mapping[str, WaveEntry | None], wave: str) -> WaveMapping:
    """Read one wave of `config/waves.yaml`; a wave that is not there is taken as it is.

    Examples
    --------
    >>> wave_mapping({"2026": {"variables": {"sex": {"from": "Q1"}}}}, "2026").variables
    {'sex': {'from': 'Q1'}}
    >>> wave_mapping({}, "2026")
    WaveMapping(variables={}, accept=())
    """
    return mapping_of(declared.get(wave))


def mapping_of(entry: Mapping[str, Any] | None) -> WaveMapping:
    """Read the entry of one wave in `config/waves.yaml`."""
    entry = entry or {}
    variables = {}
    for name, mapped in (entry.get("variables") or {}).items():
        codes = {
            clean_code(code): None if to is None else clean_code(to)
            for code, to in mapped.get("codes", {}).items()
        }
        variables[name] = {**mapped, **({"codes": codes} if codes else {})}
    accept = tuple(
        {**line, **({"code": clean_code(line["code"])} if "code" in line else {})}
        for line in entry.get("accept") or ()
    )
    return WaveMapping(variables, accept)


def reason(line: Mapping[str, Any], language: str) -> str:
    """Reason of an accepted difference in a language."""
    return pick_label(as_labels(line["why"]), language, "")


def check_mappings(study: StudyParts, path: str | Path) -> None:
    """Refuse a mapping that cannot be meant, before any file is read.

    Raises
    ------
    SurveyError
        A wave, variable or code that the study does not have, two variables of the study from one
        of the file, two codes of the file that become one without `merge: true`, a reason that
        was not written.

    Examples
    --------
    >>> declared = {"2026": {"variables": {"gendr": {"from": "Q1"}}}}
    >>> study = {"config": {"waves": {"2026": {}}}, "waves": declared,
    ...          "codebook": {"variables": {"gender": {}}}}
    >>> check_mappings(study, "waves.yaml")
    Traceback (most recent call last):
    resurvey.SurveyError: waves.yaml, wave '2026': the study has no variable 'gendr'; did \
you mean 'gender'?
    """
    waves = study["config"]["waves"]
    known = used_names(study)
    specs = study["codebook"].get("variables") or {}
    for wave, entry in study["waves"].items():
        where = f"{path}, wave '{wave}'"
        if wave not in waves:
            raise SurveyError(f"{path}: config.yaml has no wave '{wave}'{nearest(wave, waves)}")
        after = (entry or {}).get("after")
        if after is not None and (after not in waves or after == wave):
            raise SurveyError(
                f"{where}: `after` names '{after}', which is no other wave{nearest(after, waves)}"
            )
        mapping = wave_mapping(study["waves"], wave)
        for name in (*mapping.variables, *(line["variable"] for line in mapping.accept)):
            if name not in known:
                raise SurveyError(
                    f"{where}: the study has no variable '{name}'{nearest(name, known)}"
                )
        _check_sources(mapping, specs, where)
        for name, mapped in mapping.variables.items():
            new = {code for variable, code, _ in mapping.new_answers() if variable == name}
            _check_codes(name, mapped, specs.get(name), new, where)
        _check_accepted(mapping, where)
    _check_order(study, path)


VARIABLE_KEYS: Mapping[str, frozenset[str]] = {
    "tables": frozenset(
        {
            "rows",
            "summaries",
            "columns",
            "before",
            "after",
            "strata",
            "where",
            "split",
            "variables",
        }
    ),
    "indicators": frozenset(
        {"columns", "variable", "of", "minus", "measured_by", "items", "reverse", "weight"}
    ),
    "cleaning": frozenset({"variable", "variables", "by", "where"}),
    "models": frozenset({"outcome", "predictors", "where"}),
    "index": frozenset({"variable", "by", "plans"}),
}
"""Part of the study -> its keys that name variables; the keys of `where` are variables, too."""


def used_names(study: StudyParts) -> set[str]:
    """Every variable that the study relies on: those of its codebook and what its parts name.

    Examples
    --------
    >>> tables = {"tables": {"t": {"rows": ["q"], "columns": "sex", "section": "sample"}}}
    >>> sorted(used_names({"codebook": {}, "tables": tables, "config": {"waves": {}}}))
    ['q', 'sex']
    """
    codebook = study["codebook"]
    variables = codebook.get("variables") or {}
    names = set(variables)
    names |= {codebook["id"]} if "id" in codebook else set()
    for response_set in (codebook.get("multiple_response") or {}).values():
        names |= set(response_set.get("variables") or ())
        names |= {response_set["joined"]} if "joined" in response_set else set()
    for part, keys in VARIABLE_KEYS.items():
        for name in _named(study.get(part) or {}, keys):
            names |= {name} if name in variables else set(name.split(CROSS))
    for wave in study["config"]["waves"].values():
        names |= {*design_variables(wave)}
        names |= {*wave["rake"]["margins"]} if "rake" in wave else set()
    return names


def _named(value: Any, keys: frozenset[str]) -> Iterable[str]:
    """Yield the strings under some keys, at any depth."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key not in keys:
                yield from _named(part, keys)
            elif not isinstance(part, Mapping):
                yield from listed_names(part)
            elif key == "where":
                yield from map(str, part)
            else:
                yield from _named(part, keys)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _named(part, keys)


def _check_sources(
    mapping: WaveMapping, specs: Mapping[str, VariableEntry | None], where: str
) -> None:
    """Refuse two variables of the study from one variable of the file."""
    taken: dict[str, str] = {}
    joined: dict[str, list[str]] = {}
    for name in dict.fromkeys((*mapping.variables, *specs)):
        if name in mapping.dropped:
            if "from" in mapping.variables.get(name, {}):
                raise SurveyError(
                    f"{where}: '{name}' has `from:` and is accepted as missing; take one away"
                )
            continue
        declared = (specs.get(name) or {}).get("source", name)
        source = mapping.variables.get(name, {}).get("from", declared)
        if is_joined(mapping.variables.get(name, {})):
            joined.setdefault(source, []).append(name)
            continue
        if source in taken:
            raise SurveyError(
                f"{where}: '{taken[source]}' and '{name}' would both come from '{source}'; "
                f"give '{name}' another `from:`, or accept it as missing_variable"
            )
        taken[source] = name
    for source, names in joined.items():
        if source in taken:
            raise SurveyError(
                f"{where}: '{names[0]}' is an option of '{source}', and '{taken[source]}' would be "
                f"all of it; take one away"
            )
        for key in ("option", "place"):
            given = [mapping.variables[name].get(key) for name in names]
            if len(set(given) - {None}) < sum(one is not None for one in given):
                raise SurveyError(f"{where}: two variables have the same `{key}` of '{source}'")
        if len({"option" in mapping.variables[name] for name in names}) > 1:
            raise SurveyError(
                f"{where}: the variables from '{source}' have `option` and `place`; choose one"
            )


def _check_codes(
    name: str,
    entry: Mapping[str, Any],
    spec: VariableEntry | None,
    new: Collection[Code | None],
    where: str,
) -> None:
    """Refuse codes that are neither declared nor accepted as new, and several that become one."""
    codes = entry.get("codes", {})
    variable = declared_variable(name, spec)
    reached: dict[Code, Code] = {}
    for file_code, code in codes.items():
        if code is None:
            continue
        declared = code in variable.codes or variable.is_missing(code)
        if variable.codes and not declared and code not in new:
            known = ", ".join(map(str, variable.codes))
            raise SurveyError(
                f"{where}: '{name}' has no code {code}; codebook.yaml declares {known}; a new "
                "answer needs its `new_answer` under `accept:`"
            )
        if code in reached and not entry.get("merge"):
            raise SurveyError(
                f"{where}: the codes {reached[code]} and {file_code} of '{name}' would both become "
                f"{code}; if that is meant, add `merge: true` to '{name}'"
            )
        reached[code] = file_code


def _check_accepted(mapping: WaveMapping, where: str) -> None:
    for line in mapping.accept:
        about = f"{where}: the accepted {line['difference']} of '{line['variable']}'"
        for text in as_labels(line["why"]).values():
            if not text.strip(" .…"):
                raise SurveyError(f"{about} has no reason; write in `why:` what was found")
        if line["difference"] == "new_answer" and "code" not in line:
            raise SurveyError(f"{about} needs `code:`, the code of the new answer")
        if "label" in line and line["difference"] != "new_answer":
            raise SurveyError(f"{about} has a `label:`, which only a new_answer can have")


def _check_order(study: StudyParts, path: str | Path) -> None:
    """Refuse waves that come after each other in a circle."""
    before = {
        wave: entry["after"]
        for wave, entry in study["waves"].items()
        if entry and entry.get("after") is not None
    }
    for start in before:
        wave, seen = start, [start]
        while wave in before:
            wave = before[wave]
            if wave in seen:
                raise SurveyError(
                    f"{path}: the waves come after each other in a circle: "
                    + " after ".join(f"'{name}'" for name in (*seen, wave))
                )
            seen.append(wave)


def previous_waves(
    times: Iterable[str], declared: Mapping[str, WaveEntry | None]
) -> dict[str, str]:
    """Say for every wave which one it is compared with; the first has none.

    Parameters
    ----------
    times : iterable of str
        Waves in their order in time.
    declared : dict
        `config/waves.yaml`, whose `after` wins.

    Examples
    --------
    >>> previous_waves(["2022", "2024", "2026"], {"2026": {"after": "2022"}})
    {'2024': '2022', '2026': '2022'}
    """
    order = list(times)
    before = dict(zip(order[1:], order, strict=False))
    for wave, entry in declared.items():
        if entry and entry.get("after") is not None:
            before[wave] = entry["after"]
    return {wave: before[wave] for wave in order if wave in before}
