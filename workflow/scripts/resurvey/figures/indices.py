"""Indices: profile of the dimensions, distribution, parts of a gap, how firm conclusions are.

Of reconstructed records the profile shows what the published margins determine, the distribution
bounds, and the others, which would need joint answers, are not drawn.
"""

from typing import NamedTuple

from resurvey.core.languages import group_thousands, plural_form, within
from resurvey.core.lines import Line
from resurvey.core.names import TOTAL, name_index_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, Sign, scale_lines
from resurvey.figures.palette import (
    BAD,
    GOOD,
    INK,
    PLAIN,
    RULE,
    Fill,
    between,
    fills_of_groups,
    ink_on,
)
from resurvey.index.declaration import Index, read_indices
from resurvey.index.results import tell_apart

MOST_GROUPS = 4
"""Groups of a variable that a profile shows beside all respondents."""
LEAST_RESPONDENTS = 30
"""Respondents of each of two groups whose gap is drawn."""
FIRM = 95.0

_FACTORS = ("normalisation", "aggregation", "missing")


class Drawn(NamedTuple):
    """A drawing with its title and text; without a canvas there is nothing to show."""

    title: str
    alt: str
    canvas: Canvas | None


def draw_index(figure: str, setting: Setting) -> Drawn:
    """Draw one picture of an index.

    Parameters
    ----------
    figure : str
        As `resurvey.core.names.name_picture` names them.
    setting : Setting
        Labels and words; its `index` has the lines of the indices, `indices` their declaration.
    """
    stem, _, picture = figure.removeprefix("index_").rpartition("_")
    index = next(one for one in read_indices(setting.indices) if one.name == stem)
    pictures = _Pictures(index, setting)
    draw = {
        "profile": pictures.profile,
        "distribution": pictures.distribution,
        "gap": pictures.gap,
        "robustness": pictures.robustness,
    }[picture]
    return draw()


class _Pictures:
    """Draws one index."""

    def __init__(self, index: Index, setting: Setting) -> None:
        self.index, self.setting, self.words = index, setting, setting.words
        self.lines = {
            file: [line for line in lines if line["index"] == index.name]
            for file, lines in setting.index.items()
        }
        self.title = setting.label(index.label, index.name)
        self.dealt = setting.codebook.reconstructed

    def of(self, file: str) -> list[Line]:
        """Lines of a file."""
        return self.lines.get(file, [])

    def dimension(self, name: str) -> str:
        """Label of a dimension, or of the whole."""
        if not name:
            return self.words["index_whole"]
        one = next(one for one in self.index.dimensions if one.name == name)
        return self.setting.label(one.label, name)

    def type(self, name: str) -> str:
        """Label of a type."""
        one = next(one for one in self.index.types if one.name == name)
        return self.setting.label(one.label, name)

    def nothing(self, key: str) -> Drawn:
        """Say why there is no drawing."""
        return Drawn(self.title, self.words[key].format(index=self.title), None)

    # Profile --------------------------------------------------------------------------------------

    def _means(self, column: str = "", code: str = TOTAL) -> dict[str, Line]:
        found: dict[str, Line] = {}
        for line in self.of("index"):
            if line["indicator"] or line["statistic"] not in ("mean", "mean_of_items"):
                continue
            if (line["column_variable"], line["column_code"]) != (column, code):
                continue
            if line["value"] or line["lowest"]:
                # The mean of the index itself stands before that over single items.
                found.setdefault(line["dimension"], line)
        return found

    def profile(self) -> Drawn:
        """A row for the index and each dimension, all respondents and the first groups."""
        whole = self._means()
        dimensions = [one.name for one in self.index.dimensions if one.name in whole]
        if not dimensions:
            return self.nothing("index_no_means")
        group, codes = self._first_group()
        groups = {code: self._means(group, code) for code in codes}
        middle = {name: _middle(whole[name]) for name in dimensions}
        low, high = min(middle, key=middle.__getitem__), max(middle, key=middle.__getitem__)
        listed = "; ".join(
            self.words["named_value"].format(name=within(self.dimension(name)), value=text)
            for name, text in ((name, self._mean(whole[name])) for name in dimensions)
        )
        said = {
            "index": self.title,
            "listed": listed,
            "low": within(self.dimension(low)),
            "low_mean": self._mean(whole[low]),
            "high": within(self.dimension(high)),
            "high_mean": self._mean(whole[high]),
        }
        key = "index_profile_one"
        if any(line["statistic"] == "mean_of_items" for line in whole.values()):
            key = "index_profile_items"
        elif len(dimensions) > 1:
            apart = tell_apart(whole[low], whole[high])
            key = "index_profile" if apart else "index_profile_listed"
        title = self.words[key].format(**said)
        key = "index_profile_axis_dealt" if self.dealt else "index_profile_axis"
        page = Page(title, self.words[key].format(**self._base()), self.setting)
        signs = [Sign("D", INK, self.words["all_respondents"])]
        shapes = ("o", "s", "^", "v")
        fills = fills_of_groups(len(codes), page.profile.grey)
        for code, shape, fill in zip(codes, shapes, fills, strict=False):
            signs.append(Sign(shape, fill, codes[code]))
        if codes:
            page.legend(signs)
        rows = [name for name in ("", *dimensions) if name in whole]
        labels = [(self.dimension(name), not name) for name in rows]
        room = page.label_room(labels, 0.36)
        left = page.left + (room + 12 if room else 6.0)
        numbers = [self._mean(whole[name]) for name in rows]
        right = page.right - max(width(text, page.text, True) for text in numbers) - 10
        place = _Scale(left, right, *self._range())
        start = page.y
        for name, text in zip(rows, numbers, strict=True):
            high_row = (1.7 + 0.75 * len(codes)) * page.text
            label, bold = self.dimension(name), not name
            middle_y, end = page.begin_row(
                label, room, high_row, bold=bold, most=3, thick=12.0 * (1 + len(codes))
            )
            step = 0.75 * page.text
            marks = [(whole[name], "D", INK, self.words["all_respondents"])]
            for code, shape, fill in zip(codes, shapes, fills, strict=False):
                if name in groups[code]:
                    marks.append((groups[code][name], shape, fill.colour, codes[code]))
            top = middle_y - step * (len(marks) - 1) / 2
            for at, (line, shape, colour, group_label) in enumerate(marks):
                y = top + step * at
                ends = _ends(line)
                if ends:
                    page.canvas.line(place(ends[0]), y, place(ends[1]), y, colour, 1.6)
                page.canvas.mark(place(_middle(line)), y, shape, colour, 7.0)
                self._record(page, label, group_label, "index", line)
            # A range is two numbers, which the file beside the figure names.
            number = name_index_number("index", whole[name]) if whole[name]["value"] else ""
            page.canvas.text(
                page.right, top + page.drop, text, bold=bold, align="right", number=number
            )
            page.y = end
        scale_lines(page, start, page.y, place.ticks(self.setting))
        page.y += page.profile.small + 8
        if self.dealt:
            page.note(self.words["index_ranges"])
        elif any(_ends(line) for line in whole.values()):
            page.note(self.words["intervals"])
        alt = f"{title}. " + "; ".join(
            self.words["named_value"].format(name=self.dimension(name), value=text)
            for name, text in zip(rows, numbers, strict=True)
        )
        return Drawn(title, f"{alt}.", page.finish())

    def _first_group(self) -> tuple[str, dict[str, str]]:
        """First grouping variable, and labels of its groups; of many groups none."""
        for group in self.index.by[:1]:
            codes = {
                line["column_code"]: self.setting.answer(
                    group, line["column_code"], line["column_label"]
                )
                for line in self.of("index")
                if line["column_variable"] == group
                and line["column_code"]
                and line["statistic"] in ("mean", "mean_of_items")
                and not line["indicator"]
                and (line["value"] or line["lowest"])
            }
            if 1 < len(codes) <= MOST_GROUPS:
                return group, codes
        return "", {}

    def _range(self) -> tuple[float, float]:
        if self.index.is_bounded:
            return 0.0, 1.0
        every = [
            float(text)
            for line in self.of("index")
            if line["statistic"] == "mean" and not line["indicator"]
            for text in (line["value"], line["lower"], line["upper"])
            if text
        ]
        return min([*every, -0.5]), max([*every, 0.5])

    def _base(self) -> dict[str, str]:
        line = next((line for line in self.of("index") if line["n"]), None)
        n = line["n"] if line and line["column_code"] == TOTAL else str(self.setting.respondents)
        return {"n": n}

    def _mean(self, line: Line) -> str:
        """Write a mean, or its range over all that print as published."""
        number = self.setting.number
        if line["value"]:
            return number(float(line["value"]), 3)
        ends = [number(float(line[end]), 3) for end in ("lowest", "highest")]
        return ends[0] if ends[0] == ends[1] else "–".join(ends)

    def _record(self, page: Page, row: str, column: str, file: str, line: Line) -> None:
        for field in ("value", "lower", "upper", "lowest", "highest"):
            if line.get(field):
                value = float(line[field])
                number = name_index_number(file, line, field)
                printed = self.setting.number(value, 3)
                page.record(Datum(self.title, row, column, value, printed, number=number))

    # Distribution ---------------------------------------------------------------------------------

    def distribution(self) -> Drawn:
        """Per cents of the respondents by bars of the index, or bounds of those above a value."""
        return self._bounds() if self.dealt else self._bars()

    def _bars(self) -> Drawn:
        lines = [
            line
            for line in self.of("index")
            if line["statistic"] == "percent"
            and not line["dimension"]
            and not line["column_variable"]
            and line["value"]
        ]
        if not lines:
            return self.nothing("index_no_means")
        types = [
            line for line in self.of("types") if not line["column_variable"] and line["percent"]
        ]
        listed = "; ".join(
            self.words["named_share"].format(
                name=self.type(line["type"]), percent=self._percent(line["percent"])
            )
            for line in types
        )
        most = max(lines, key=lambda line: float(line["value"]))
        two = self.setting.number
        title = (
            self.words["index_types"].format(index=self.title, listed=listed)
            if types
            else self.words["index_most"].format(
                index=self.title,
                low=two(float(most["low"]), 2),
                high=two(float(most["high"]), 2),
                percent=self._percent(most["value"]),
            )
        )
        subtitle = self.words["index_bars"].format(n=lines[0]["n"])
        page = Page(title, subtitle, self.setting)
        top = max(float(line["upper"] or line["value"]) for line in lines)
        left, right = page.left + width("100 %", page.text) + 6, page.right
        high, start = 150.0 * page.profile.stretch, page.y + 12
        wide = (right - left) / len(lines)
        low_end, high_end = float(lines[0]["low"]), float(lines[-1]["high"])
        step = 5.0 if top <= 25 else 10.0 if top <= 50 else 20.0
        ticks = [step * at for at in range(int(top // step) + 1)]
        for tick in ticks:
            y = start + high * (1 - tick / top)
            page.canvas.line(left, y, right, y, RULE, 0.6, behind=True)
            if tick:
                words = two(tick, 0)
                page.canvas.text(
                    left - 4, y + page.drop, words, page.profile.small, colour=page.soft,
                    align="right",
                )  # fmt: skip
        for at, line in enumerate(lines):
            share = float(line["value"])
            x, tall = left + wide * at, high * share / top
            fill = Fill(INK if page.profile.grey else PLAIN)
            if tall > 0.2:
                page.canvas.box(x + 1, start + high - tall, wide - 2, tall, fill)
            if line["lower"] and line["upper"] and share:
                ys = [start + high * (1 - float(line[end]) / top) for end in ("lower", "upper")]
                page.canvas.line(x + wide / 2, ys[0], x + wide / 2, ys[1], "#c8b9dc", 3.2)
                page.canvas.line(x + wide / 2, ys[0], x + wide / 2, ys[1], INK, 1.2)
            ends = f"{two(float(line['low']), 2)}–{two(float(line['high']), 2)}"
            number = name_index_number("index", line)
            page.record(Datum(self.title, ends, "%", share, two(share, 1), number=number))
        page.canvas.line(left, start + high, right, start + high, INK, 0.8)
        for at in range(0, len(lines) + 1, max(1, len(lines) // 5)):
            value = low_end + (high_end - low_end) * at / len(lines)
            align = "center" if at < len(lines) else "right"
            y = start + high + page.profile.small + 3
            page.canvas.text(
                left + wide * at, y, two(value, 1), page.profile.small, colour=page.soft,
                align=align,
            )  # fmt: skip
        page.y = start + high + page.profile.small + 8
        self._cuts(page, left, right, start, high, (low_end, high_end))
        page.note(self.words["intervals"])
        return Drawn(title, f"{title}. {subtitle}.", page.finish())

    def _cuts(
        self,
        page: Page,
        left: float,
        right: float,
        start: float,
        high: float,
        ends: tuple[float, float],
    ) -> None:
        """Upright lines where the types begin."""
        for one in self.index.types[1:]:
            x = left + (one.lowest - ends[0]) / (ends[1] - ends[0]) * (right - left)
            page.canvas.line(x, start - 4, x, start + high, INK, 1.4)
        if self.index.types[1:]:
            listed = "; ".join(
                self.words["index_from"].format(
                    type=self.type(one.name),
                    value=one.fraction or self.setting.number(one.lowest, 2),
                )
                for one in self.index.types[1:]
            )
            page.note(self.words["index_cuts"].format(listed=listed))

    def _bounds(self) -> Drawn:
        """Bars from the smallest to the largest share of each type that can be."""
        lines = [
            line
            for line in self.of("bounds")
            if line["statistic"] == "share"
            and line["type"]
            and not line["column_variable"]
            and line["lowest"]
        ]
        if not lines:
            return self.nothing("index_no_bounds")
        listed = "; ".join(
            self.words["index_between"].format(
                name=within(self.type(line["type"])),
                low=self._percent(line["lowest"]),
                high=self._percent(line["highest"]),
            )
            for line in lines
        )
        title = self.words["index_open"].format(listed=listed)
        page = Page(title, self.words["index_bounds_axis"].format(n=lines[0]["n"]), self.setting)
        labels = [(self.type(line["type"]), False) for line in lines]
        room = page.label_room(labels, 0.36)
        words = [
            "–".join(self.setting.number(float(line[end]), 1) for end in ("lowest", "highest"))
            for line in lines
        ]
        left = page.left + (room + 12 if room else 6.0)
        right = page.right - max(width(text, page.text) for text in words) - 10
        place = _Scale(left, right, 0.0, 100.0)
        start = page.y
        for line, (label, _), text in zip(lines, labels, words, strict=True):
            middle, end = page.begin_row(label, room, 2.0 * page.text, most=3)
            low, high = place(float(line["lowest"])), place(float(line["highest"]))
            fill = Fill("#ffffff" if page.profile.grey else "#e9e4f0", "rising", "#6b5b85", PLAIN)
            page.canvas.box(low, middle - 6, max(high - low, 1.0), 12, fill, PLAIN)
            page.canvas.text(page.right, middle + page.drop, text, align="right")
            for field in ("lowest", "highest"):
                value = float(line[field])
                number = name_index_number("bounds", line, field)
                printed = self.setting.number(value, 1)
                whole = self.words["all_respondents"]
                page.record(Datum(self.title, label, whole, value, printed, number=number))
            page.y = end
        scale_lines(page, start, page.y, place.ticks(self.setting, 0))
        page.y += page.profile.small + 8
        page.note(self.words["index_bounds_note"])
        return Drawn(title, f"{title}.", page.finish())

    def _percent(self, text: str) -> str:
        return self.words["percent"].format(number=self.setting.number(float(text), 1))

    # Gap ------------------------------------------------------------------------------------------

    def gap(self) -> Drawn:
        """The widest gap between two groups, and what it is made of."""
        lines = [line for line in self.of("decomposition") if line["value"] and line["part"]]
        gaps = [line for line in lines if line["part"] == "gap" and self._large(line)]
        if self.dealt or not gaps:
            return self.nothing("index_no_gap_dealt" if self.dealt else "index_no_gap")
        widest = max(gaps, key=lambda line: abs(float(line["value"])))
        keys = ("column_variable", "first_code", "second_code")
        own = [line for line in lines if all(line[key] == widest[key] for key in keys)]
        group = widest["column_variable"]
        first, second = (
            self.setting.answer(group, widest[f"{side}_code"], widest[f"{side}_label"])
            for side in ("first", "second")
        )
        dimensions = [line for line in own if line["part"] == "dimension"]
        most = max(dimensions, key=lambda line: abs(float(line["value"])))
        said = {
            "index": self.title,
            "first": first,
            "second": second,
            "gap": self.setting.number(float(widest["value"]), 3, sign=True),
            "dimension": within(self.dimension(most["dimension"])),
            "part": self.setting.number(float(most["value"]), 3, sign=True),
        }
        title = self.words["index_gap"].format(**said)
        counted = {"n": widest["n"], "all": str(len(gaps))}
        page = Page(title, self.words["index_gap_axis"].format(**said, **counted), self.setting)
        labels = [self._part(line) for line in own]
        room = page.label_room([(label, True) for label in labels], 0.4)
        words = [self.setting.number(float(line["value"]), 3, sign=True) for line in own]
        left = page.left + (room + 12 if room else 6.0)
        right = page.right - max(width(text, page.text, True) for text in words) - 10
        every = [
            float(text) for line in own for text in (line["value"], line["lower"], line["upper"])
            if text
        ]  # fmt: skip
        spread = max(map(abs, every))
        place = _Scale(left, right, -1.05 * spread, 1.05 * spread)
        start = page.y
        for line, label, text in zip(own, labels, words, strict=True):
            value, strong = float(line["value"]), line["part"] in ("gap", "dimension")
            middle, end = page.begin_row(label, room, 1.6 * page.text, bold=strong, most=3)
            colour = INK if line["part"] == "gap" or page.profile.grey else (
                PLAIN if strong else "#b5abc6"
            )  # fmt: skip
            ends = sorted((place(0.0), place(value)))
            half = 5.0 if strong else 3.5
            page.canvas.box(ends[0], middle - half, max(ends[1] - ends[0], 0.8), 2 * half, colour)
            if line["lower"] and line["upper"]:
                low, high = place(float(line["lower"])), place(float(line["upper"]))
                page.canvas.line(low, middle, high, middle, INK, 1.0)
            number = name_index_number("decomposition", line)
            page.canvas.text(
                page.right, middle + page.drop, text, bold=strong, align="right", number=number
            )
            self._record(page, label, f"{first} − {second}", "decomposition", line)
            page.y = end
        page.canvas.line(place(0.0), start, place(0.0), page.y, INK, 1.0)
        scale_lines(page, start, page.y, place.ticks(self.setting))
        page.y += page.profile.small + 8
        page.note(self.words["intervals"])
        return Drawn(title, f"{title}.", page.finish())

    def _large(self, line: Line) -> bool:
        """Whether each of two groups has so many respondents that its gap is worth a picture."""
        group = line["column_variable"]
        sizes = {
            one["column_code"]: float(one["value"])
            for one in self.of("index")
            if one["statistic"] == "n"
            and not one["dimension"]
            and one["column_variable"] == group
            and one["value"]
        }
        codes = (line["first_code"], line["second_code"])
        return all(sizes.get(code, 0) >= LEAST_RESPONDENTS for code in codes)

    def _part(self, line: Line) -> str:
        if line["part"] in ("gap", "answered"):
            return self.words[f"index_part_{line['part']}"]
        if not line["indicator"]:
            return self.dimension(line["dimension"])
        one = next(one for one in self.index.indicators if one.name == line["indicator"])
        return self.setting.label(one.label, self.setting.question(one.variable))

    # Robustness -----------------------------------------------------------------------------------

    def robustness(self) -> Drawn:
        """Tiles: conclusions by choices, the share of scenarios in which each holds."""
        lines = [line for line in self.of("conclusions") if line["conclusion"]]
        whole = [line for line in lines if not line["factor"] and line["percent"]]
        if self.dealt or not whole:
            return self.nothing("index_no_scenarios_dealt" if self.dealt else "index_no_scenarios")
        levels: dict[tuple[str, str], str] = {("", ""): self.words["index_all_scenarios"]}
        for line in lines:
            if line["factor"] in _FACTORS:
                key = line["factor"], line["level"]
                levels.setdefault(key, self.words[f"index_level_{key[0]}_{key[1]}"])
        found = {(line["conclusion"], line["factor"], line["level"]): line for line in lines}
        firm = sum(float(line["percent"]) >= FIRM for line in whole)
        form = f"index_firm_{plural_form(self.setting.language, firm)}"
        title = self.words.get(form, self.words["index_firm_other"]).format(
            firm=firm, all=len(whole), limit=self.setting.number(FIRM, 0)
        )
        scenarios = group_thousands(self.setting.language, int(float(whole[0]["scenarios"])))
        subtitle = self.words["index_firm_axis"].format(index=self.title, scenarios=scenarios)
        page = Page(title, subtitle, self.setting)
        labels = [self._conclusion(line) for line in whole]
        room = page.label_room([(label, False) for label in labels], 0.42)
        left = page.left + (room + 10 if room else 0.0)
        tile = (page.right - left) / len(levels)
        for at in range(len(levels)):
            x = left + tile * (at + 0.5)
            page.canvas.text(
                x, page.y + page.profile.small, str(at + 1), page.profile.small, colour=page.soft,
                align="center",
            )  # fmt: skip
        page.y += page.profile.small + 5
        for line, label in zip(whole, labels, strict=True):
            middle, end = page.begin_row(label, room, 2.1 * page.text, most=3, thick=18.0)
            half = 9.0 if page.profile.labels_above else (end - page.y) / 2 - 1
            for at, (key, heading) in enumerate(levels.items()):
                one = found.get((line["conclusion"], *key))
                self._tile(page, one, (label, heading), (left + tile * at, middle, tile, half))
            page.y = end
        page.y += 3
        page.note("; ".join(f"{at} – {heading}" for at, heading in enumerate(levels.values(), 1)))
        page.note(self.words["index_firm_note"])
        alt = "; ".join(
            self.words["named_share"].format(name=label, percent=self._percent(line["percent"]))
            for label, line in zip(labels, whole, strict=True)
        )
        return Drawn(title, f"{title}. {alt}.", page.finish())

    def _tile(
        self,
        page: Page,
        line: Line | None,
        labels: tuple[str, str],
        place: tuple[float, float, float, float],
    ) -> None:
        x, middle, tile, half = place
        known = line is not None and bool(line["percent"])
        value = float(line["percent"]) if line is not None and known else None
        anchors = ("#ffffff", "#4d4d4d") if page.profile.grey else (BAD, "#ffffff", GOOD)
        colour = "#f4f4f4" if value is None else between(anchors, value / 100)
        page.canvas.box(x, middle - half, tile, 2 * half, colour, "#ffffff", 1.0)
        text = "–" if value is None else self.setting.number(value, 0)
        number = name_index_number("conclusions", line, "percent") if line and known else ""
        page.record(Datum(self.title, labels[0], labels[1], value, text, number=number))
        page.canvas.text(
            x + tile / 2, middle + page.drop, text, colour=ink_on(colour), align="center",
            number=number,
        )  # fmt: skip

    def _conclusion(self, line: Line) -> str:
        declared = self.index.sensitivity.get("conclusions", {}).get(line["conclusion"])
        if declared is not None:
            return self.setting.label(declared["label"], line["conclusion"])
        kind, group = line["kind"], line["column_variable"]
        if kind == "below":
            first, second = (
                self.setting.answer(group, line[f"{side}_code"], line[f"{side}_label"])
                for side in ("first", "second")
            )
            return self.words["index_below"].format(first=first, second=second)
        largest = kind == "largest_type"
        of = self.type(line["type"]) if largest else self.dimension(line["dimension"])
        return self.words[f"index_{kind}"].format(of=of)


class _Scale:
    """Where a value lies between two margins."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.left, self.right, self.low, self.high = left, right, low, high

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, setting: Setting, digits: int | None = None) -> list[tuple[float, str]]:
        """Round numbers, about five, with their places."""
        span = self.high - self.low
        power = 1.0
        while power > span:
            power /= 10
        while power * 10 <= span:
            power *= 10
        step = next(
            power * part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if span / (power * part) <= 6
        )
        few = digits
        if few is None:
            few = next(
                few for few in range(7) if abs(step * 10**few - round(step * 10**few)) < 1e-6
            )
        first = -int(-self.low / step) if self.low < 0 else -int(-self.low // step)
        places, at = [], first
        while at * step <= self.high + 1e-9:
            places.append((self(at * step), setting.number(at * step, few)))
            at += 1
        return places


def _middle(line: Line) -> float:
    """Where the mark stands: the value, or the middle of its range."""
    if line["value"]:
        return float(line["value"])
    return (float(line["lowest"]) + float(line["highest"])) / 2


def _ends(line: Line) -> tuple[float, float] | None:
    """Ends of an interval, or of a range over all that print as published."""
    for low, high in (("lower", "upper"), ("lowest", "highest")):
        if line[low] and line[high]:
            return float(line[low]), float(line[high])
    return None
