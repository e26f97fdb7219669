"""Accounting of a wave: everybody from the raw file to the base of every table, model and index."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from resurvey.core.accounting import (
    LEFT_OUT,
    NO_ANSWER,
    NO_GROUP,
    NO_WEIGHT,
    Account,
    UnexplainedRows,
    check_chain,
    read_losses,
)
from resurvey.core.codebook import Codebook
from resurvey.core.lines import Line
from resurvey.core.names import TOTAL
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Column, Row, Table, cells_of
from resurvey.report.provenance.sources import ACCOUNTS

STEPS = ("table", "summary", "banner", "model", "index")
"""Steps that each begin with all respondents; the others follow one another."""


def account_rows(
    files: Mapping[str, Any],
    codebook: Codebook,
    declared: Mapping[str, Any],
    wave: Mapping[str, Any],
) -> list[Account]:
    """Account for everybody at every step of a wave, from what each step wrote.

    Parameters
    ----------
    files : dict
        Lines of ``cleaning``, ``frequencies``, ``crosstabs``, ``summaries``, ``banners``, of the
        models' ``diagnostics`` and of ``index`` (``{"index": lines}``); the last four may lack.
    codebook : Codebook
        Of the table room.
    declared : dict
        `config/tables.yaml`.
    wave : dict
        The wave in `config/config.yaml`.

    Returns
    -------
    list of Account
        In the order of the work. Of reconstructed records nobody knows why somebody is in no base.
        None of protected files (with a column `suppressed`): reasons are counts of few persons.

    Raises
    ------
    UnexplainedRows
        A step that does not add up, or that begins with others than the step before it left.
    """
    if any("suppressed" in line for line in files["cleaning"]):
        return []
    accounts = [*_preparation(files, codebook, wave)]
    respondents = accounts[-1].remained
    conditions = {**declared["tables"], **declared.get("banners", {})}
    dealt = codebook.reconstructed

    def outside(part: str) -> dict[str, int]:
        """Who is outside of the condition of a table; of dealt records it may be unknown."""
        size = codebook.domains.get(part)
        if size is not None and "where" in conditions.get(part, {}):
            return {"filtered": respondents - size}
        return {}

    by_group = _banner_groups(files.get("banners", ()))
    for step, lines in (("table", files["crosstabs"]), ("banner", files.get("banners", ()))):
        for line in lines:
            if line["kind"] != "total" or line["column_code"] != TOTAL:
                continue
            if not line["unweighted_base"]:
                continue
            base, part, question = int(line["unweighted_base"]), line["table"], line["row_variable"]
            losses = outside(part) | read_losses(line)
            if dealt:
                losses["not_published"] = respondents - base - sum(losses.values())
            groups = {"": int(line.get(f"lost_{NO_GROUP}") or 0)}
            for group, apart in (by_group.get((part, question)) or groups).items():
                accounts.append(
                    Account(step, part, question, respondents, base, losses, apart, group)
                )
    if not dealt:
        tables = declared["tables"]
        for (part, question), lines in _numbers(files.get("summaries", ()), "table").items():
            if question in tables.get(part, {}).get("summaries", ()):
                start = respondents, outside(part)
                accounts.append(_summed("summary", part, question, lines, *start))
        for (part, question), lines in _numbers(
            files.get("index", {}).get("index", ()), "index"
        ).items():
            accounts.append(_summed("index", part, question, lines, respondents, {}))
        accounts += _models(files.get("diagnostics", ()))
    check_chain(accounts)
    return accounts


def _preparation(
    files: Mapping[str, Any], codebook: Codebook, wave: Mapping[str, Any]
) -> Iterator[Account]:
    """Import, cleaning steps, and the people that the rows stand for."""
    log = files["cleaning"]
    imported = int(log[0]["rows_before"])
    empty = codebook.empty_rows
    yield Account("import", "", "", imported + empty, imported, {"empty_row": empty})
    for line in log:
        before, after = int(line["rows_before"]), int(line["rows_after"])
        if line["step"] != "0":
            yield Account("cleaning", line["step"], "", before, after, {"removed": before - after})
    rows = int(log[-1]["rows_after"])
    respondents = max((int(line["respondents"]) for line in files["frequencies"]), default=rows)
    if wave.get("weight_kind") == "frequency":
        # A row stands for as many equal respondents as its weight says.
        yield Account("people", "", "", respondents, respondents)
        return
    yield Account("respondents", "", "", rows, respondents)
    for name, lines in groupby(files["frequencies"], key=lambda line: line["variable"]):
        counted = sum(int(line["count"]) for line in lines)
        if counted != respondents:
            raise UnexplainedRows(
                f"frequencies of '{name}': {counted} of {respondents} respondents are counted"
            )


def _banner_groups(lines: Sequence[Line]) -> dict[tuple[str, str], dict[str, int]]:
    """Of every question of a banner: variable of the columns -> respondents in none of them."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for line in lines:
        if line["kind"] == "total" and line["column_variable"]:
            own = found.setdefault((line["table"], line["row_variable"]), {})
            own[line["column_variable"]] = int(line.get(f"lost_{NO_GROUP}") or 0)
    return found


def _numbers(lines: Sequence[Line], key: str) -> dict[tuple[str, str], list[Line]]:
    """Lines of all respondents, by table or index and variable, of those whose n is told."""
    name = "row_variable" if key == "table" else "variable"
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line["column_code"] == TOTAL and not line.get("indicator"):
            found.setdefault((line[key], line[name]), []).append(line)
    return {
        about: own for about, own in found.items() if any(line["n"] for line in own) and about[1]
    }


def _summed(
    step: str,
    part: str,
    question: str,
    lines: Sequence[Line],
    respondents: int,
    outside: Mapping[str, int],
) -> Account:
    """Account for the respondents whose numbers are summed up."""
    reasons = {f"missing_{reason}": reason for reason in (*NO_ANSWER, *NO_WEIGHT)}
    lost = {
        reasons[line["statistic"]]: int(float(line["value"]))
        for line in lines
        if line["statistic"] in reasons
    }
    base = next(int(line["n"]) for line in lines if line["n"])
    apart = sum(int(float(line["value"])) for line in lines if line["statistic"] == NO_GROUP)
    return Account(step, part, question, respondents, base, {**outside, **lost}, apart)


def _models(lines: Sequence[Line]) -> Iterator[Account]:
    for name, own in groupby(lines, key=lambda line: line["model"]):
        values = {line["statistic"]: line["value"] for line in own if line["value"]}
        if "n" not in values:
            continue
        losses = {
            reason: int(float(values[f"lost_{reason}"]))
            for reason in LEFT_OUT
            if f"lost_{reason}" in values
        }
        n = int(float(values["n"]))
        yield Account("model", name, "", n + sum(losses.values()), n, losses)


def rows_table(
    accounts: Sequence[Account],
    labels: Labels,
    titles: Mapping[str, str],
    reasons: Mapping[str, str],
    number: str,
    say: Wording,
) -> Table:
    """Show who entered, was left out and remained, step by step; only reasons that there are.

    Parameters
    ----------
    accounts : sequence of Account
        As `account_rows` gives them.
    labels : Labels
        Of the study.
    titles : dict
        Table, banner, model or index -> its number or title.
    reasons : dict
        Cleaning step -> its action and why it was made.
    number : str
        Of the table.
    say : Wording
        Words of the report.
    """
    shown = [reason for reason in LEFT_OUT if any(a.left_out.get(reason) for a in accounts)]
    groups = any(account.no_group for account in accounts)
    rows: list[Row] = []
    for step, steps in groupby(accounts, key=lambda account: account.step in STEPS):
        if not step:
            rows += [_row(account, shown, groups, reasons, labels, say) for account in steps]
            continue
        for (kind, part), own in groupby(steps, key=lambda account: (account.step, account.part)):
            title = say(f"accounting.{kind}", name=titles.get(part, part))
            rows.append(Row("question", cells_of(title)))
            rows += _together(list(own), shown, groups, labels, say)
    columns = [
        Column(say.plain("accounting.what"), width=2.4),
        Column(say.plain("accounting.entered"), number=True, width=0.8),
        *(Column(say.plain(f"accounting.{reason}"), number=True) for reason in shown),
        Column(say.plain("accounting.remained"), number=True, width=0.8),
    ]
    if groups:
        columns.append(Column(say.plain(f"accounting.{NO_GROUP}"), number=True))
    return Table(
        "report/accounting",
        number,
        say.plain("accounting.title"),
        "",
        tuple(columns),
        tuple(rows),
        fine=True,
        file=ACCOUNTS,
        attributes={"data-table": "accounting"},
    )


def _together(
    accounts: Sequence[Account], shown: Sequence[str], groups: bool, labels: Labels, say: Wording
) -> Iterator[Row]:
    """Rows of the questions of one table; those with the same numbers share one."""
    numbers: dict[tuple[Any, ...], list[Account]] = {}
    for account in accounts:
        key = account.remained, account.no_group, tuple(account.left_out.items())
        numbers.setdefault(key, []).append(account)
    for own in numbers.values():
        asked = dict.fromkeys(one.question for one in own if one.question)
        names = "; ".join(labels.variable(question) for question in asked)
        by = dict.fromkeys(one.group for one in own if one.no_group and one.group)
        if by:
            groups_named = "; ".join(labels.variable(group) for group in by)
            names = say.plain("accounting.by_group", questions=names, groups=groups_named)
        elif len(numbers) == 1 and len(own) > 1:
            names = say.plain("accounting.every_question")
        yield Row("answer", _cells(own[0], names or say.plain("accounting.all"), shown, groups))


def _row(
    account: Account,
    shown: Sequence[str],
    groups: bool,
    reasons: Mapping[str, str],
    labels: Labels,
    say: Wording,
) -> Row:
    if account.step == "cleaning":
        name = reasons.get(account.part, account.part)
    else:
        name = say.plain(f"accounting.{account.step}")
    return Row("answer", _cells(account, name, shown, groups))


def _cells(account: Account, name: str, shown: Sequence[str], groups: bool) -> Any:
    numbers: list[tuple[str, int]] = [
        ("entered", account.entered),
        *((f"lost_{reason}", account.left_out.get(reason, 0)) for reason in shown),
        ("remained", account.remained),
    ]
    if groups:
        numbers.append((f"lost_{NO_GROUP}", account.no_group))
    return cells_of(name, *(_shown(account, field, value) for field, value in numbers))


def _shown(account: Account, field: str, value: int) -> Shown:
    return whole(value, account.identity(field))
