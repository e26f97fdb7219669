"""A reader opens the report in a real browser: Chromium, headless, from disk, without a network."""

import re
import subprocess
from html.parser import HTMLParser

import pytest

from product.browsing import CHROMIUM, chromium


class Page(HTMLParser):
    """What the browser made of a page: tables, links, pictures, text."""

    def __init__(self, dom):
        super().__init__()
        self.tables, self.links, self.pictures, self.language = {}, [], [], ""
        self._table = None
        self.feed(dom)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "table":
            self._table = found.get("data-table") or found.get("class") or "other"
            self.tables.setdefault(self._table, [])
        if tag == "a":
            self.links.append(found.get("href", ""))
        if found.get("role") == "img" or tag == "img":
            self.pictures.append(found.get("aria-label") or found.get("alt") or "")

    def handle_endtag(self, tag):
        if tag == "table":
            self._table = None

    def handle_data(self, text):
        if self._table and text.strip():
            self.tables[self._table].append(" ".join(text.split()))


def browse(path, profile, *more):
    """Open a page; give back its DOM and what the console said."""
    command = [chromium(), "--headless", *CHROMIUM, f"--user-data-dir={profile}"]
    command.append("--enable-logging=stderr")
    finished = subprocess.run(
        [*command, *more, path.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return finished.stdout, re.findall(r".*CONSOLE.*", finished.stderr)


@pytest.fixture(scope="module", params=["ru", "en"])
def opened(request, article_run, tmp_path_factory):
    path = article_run / f"results/2022/report/report.{request.param}.html"
    dom, console = browse(path, tmp_path_factory.mktemp("profile"), "--dump-dom")
    return request.param, path, Page(dom), console


def test_console_has_nothing_to_say(opened):
    assert opened[3] == []


def test_page_declares_its_language(opened):
    assert opened[2].language == opened[0]


def test_nine_tables_of_the_article_are_there(opened):
    names = [f"table_{number}" for number in range(1, 10)]
    assert [name for name in opened[2].tables if re.fullmatch(r"table_\d", name)] == names


def test_tables_hold_the_numbers_with_the_mark_of_the_language(opened):
    mark = {"ru": ",", "en": "."}[opened[0]]
    numbers = opened[2].tables["table_2"]
    for printed in ("28,3", "35,9", "64,2", "67,4", "59,7"):
        assert printed.replace(",", mark) in numbers, printed


def test_difference_of_the_first_table_is_signed(opened):
    mark = {"ru": ",", "en": "."}[opened[0]]
    assert f"+8{mark}1" in opened[2].tables["table_1"]


def test_language_switch_leads_to_the_other_page(opened):
    other = {"ru": "report.en.html", "en": "report.ru.html"}[opened[0]]
    assert other in opened[2].links
    assert (opened[1].parent / other).is_file()


def test_every_relative_link_leads_to_a_file(opened):
    files = [
        link for link in opened[2].links if link and not link.startswith(("#", "http", "data:"))
    ]
    assert len(files) > 5
    for link in files:
        assert (opened[1].parent / link.partition("#")[0]).is_file(), link


def test_every_figure_has_a_text_for_those_who_do_not_see_it(opened):
    assert len(opened[2].pictures) >= 12
    assert all(len(text) > 30 for text in opened[2].pictures)


def test_page_asks_for_nothing_from_the_network(opened):
    text = opened[1].read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)
    assert "default-src 'none'" in text


def test_page_says_on_which_data_it_was_made(opened):
    word = {"ru": "не микроданные", "en": "not microdata"}[opened[0]]
    assert word in opened[1].read_text(encoding="utf-8").casefold()


@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_drawn_and_not_blank(opened, tmp_path, width):
    picture = tmp_path / "page.png"
    browse(
        opened[1],
        tmp_path / "profile",
        f"--screenshot={picture}",
        f"--window-size={width},2000",
        "--hide-scrollbars",
    )
    # A blank page of this size compresses to a few kilobytes.
    assert picture.stat().st_size > 60_000
