"""Exhibits: every table over its waves as a reader sees it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from markupsafe import Markup

from resurvey.core.names import TOTAL
from resurvey.waves.trend.changes import ALL_WAVES
from resurvey.waves.trend.frame import Frame, Line
from resurvey.waves.trend.shown import Block, Change, Exhibit, Row, Step

Place = tuple[str, str, str]


def arrange_exhibits(frame: Frame, drawings: Mapping[str, Markup]) -> list[Exhibit]:
    """Arrange every table that the waves share, in the study's order."""
    lines = _by_place(frame.files["differences"])
    tests = _by_place(frame.files["tests"])
    slopes = _by_place(frame.files["slopes"])
    found = []
    for name in frame.tables:
        places = [place for place in lines if place[0] == name]
        if not places:
            continue
        blocks = {
            place: _Arranged(frame, place, lines[place], slopes.get(place, [])).block(
                tests.get(place, [])
            )
            for place in places
        }
        found.append(
            Exhibit(
                name,
                frame.title(name),
                tuple(block for place, block in blocks.items() if place[2] == TOTAL),
                tuple(block for place, block in blocks.items() if place[2] != TOTAL),
                drawings.get(name, Markup("")),
            )
        )
    return found


def _by_place(lines: Sequence[Line]) -> dict[Place, list[Line]]:
    found: dict[Place, list[Line]] = {}
    for line in lines:
        place = line["table"], line["row_variable"], line["column_code"]
        found.setdefault(place, []).append(line)
    return found


class _Arranged:
    """One question in one column, from its lines."""

    def __init__(
        self, frame: Frame, place: Place, lines: Sequence[Line], slopes: Sequence[Line]
    ) -> None:
        self.frame, self.place = frame, place
        self.slopes = {line["row_code"]: line for line in slopes}
        self.answers: dict[str, list[Line]] = {}
        for line in lines:
            self.answers.setdefault(line["row_code"], []).append(line)

    def block(self, tests: Sequence[Line]) -> Block:
        """Arrange the question with its tests."""
        frame, (table, variable, column) = self.frame, self.place
        percent = frame.tables[table].get("percent", "column")
        group = next(iter(self.answers.values()))[0]["column_variable"]
        own_base = percent == "row"
        whole = [line for line in tests if line["comparison"] == ALL_WAVES]
        pairs = [line for line in tests if line["comparison"] != ALL_WAVES]
        if not whole and len(frame.names) == 2:
            whole, pairs = pairs, []
        return Block(
            frame.labels.variable(variable),
            "" if column == TOTAL else frame.labels.column(group, column),
            f"trend.unit_{percent}",
            tuple(self._row(code) for code in self.answers),
            ()
            if own_base
            else tuple(frame.base(name, table, variable, column) for name in frame.names),
            tuple(self._steps()) if len(frame.names) > 2 else (),
            tuple(words for line in whole if (words := self._test(line))),
            tuple(words for line in pairs if (words := self._test(line))),
            tuple(
                dict.fromkeys(
                    frame.wording(line)
                    for own in self.answers.values()
                    for line in own
                    if line["wording"]
                )
            ),
            tuple(
                dict.fromkeys(
                    words
                    for own in self.answers.values()
                    for line in own
                    for words in frame.changed(line)
                )
            ),
            tuple(self._remarks()),
        )

    def _label(self, code: str) -> str:
        table, variable, _ = self.place
        return self.frame.labels.row(table, variable, code, self.answers[code][0]["row_label"])

    def _changes(self, code: str, wave: str) -> tuple[Change, Change]:
        """Changes of an answer since the wave before, and since the reference wave."""
        own = [line for line in self.answers[code] if line["wave"] == wave]
        previous, reference = (
            next((line for line in own if name in line["comparison"]), None)
            for name in ("previous", "reference")
        )
        return self.frame.change(previous), self.frame.change(reference)

    def _row(self, code: str) -> Row:
        frame, (table, variable, column) = self.frame, self.place
        return Row(
            self._label(code),
            self.answers[code][0]["kind"],
            tuple(frame.share(name, table, variable, code, column) for name in frame.names),
            *self._changes(code, frame.names[-1]),
            frame.change(self.slopes.get(code), "slope", 2),
        )

    def _steps(self) -> list[Step]:
        frame, (table, variable, column) = self.frame, self.place
        return [
            Step(
                self._label(code),
                own[0]["kind"],
                frame.wave(name),
                frame.share(name, table, variable, code, column),
                frame.base(name, table, variable, column),
                *self._changes(code, name),
            )
            for code, own in self.answers.items()
            for name in frame.names
        ]

    def _remarks(self) -> list[str]:
        """Say why numbers are missing: once, where all answers have the same reason."""
        reasons: dict[tuple[str, str], list[str]] = {}
        frame = self.frame
        for code, own in self.answers.items():
            for line in [*own, *filter(None, [self.slopes.get(code)])]:
                if line["p_value"] or not (note := frame.notes(line)):
                    continue
                waves = [line.get("against", ""), line.get("wave", "")]
                between = " → ".join(frame.wave(name) for name in waves if name)
                reasons.setdefault((between, note), []).append(self._label(code))
        return [
            frame.say.plain(
                "trend.remark",
                waves=waves or frame.say.plain("trend.all_waves"),
                answers="" if len(labels) == len(self.answers) else " (" + "; ".join(labels) + ")",
                note=note,
            )
            for (waves, note), labels in reasons.items()
        ]

    def _test(self, line: Line) -> str:
        """Word a test of the whole question."""
        if not line["p_value"]:
            return ""
        frame, names = self.frame, line["waves"].split(" ")
        waves = frame.say.plain("trend.all_waves")
        if line["comparison"] != ALL_WAVES:
            waves = " → ".join(frame.wave(name) for name in names)
        freedom = "; ".join(
            frame.numerals.fixed(float(line[name]), 0 if float(line[name]).is_integer() else 2)
            for name in ("df", "df2")
            if line[name]
        )
        words = frame.say.plain(
            f"trend.test_{line['test']}",
            waves=waves,
            statistic=frame.numerals.fixed(float(line["statistic"]), 2),
            df=freedom,
            p=frame.numerals.p_value(float(line["p_value"])),
            n=frame.numerals.count(Fraction(line["n"])),
        )
        note = frame.notes(line)
        return f"{words} ({note})" if note else words
