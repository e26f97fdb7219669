"""Browsing: a reader's browser, from disk and without a network."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field

from programs import need

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1400, "height": 900}
TABLET = {"width": 800, "height": 900}
NARROW = {"width": 360, "height": 740}


def chromium():
    """Path of the browser."""
    return need("chromium")


@contextmanager
def launched():
    """A browser for many pages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page, what its console said and what it asked for."""

    page: object
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def number(self, identity):
        """The number of a table by its name."""
        return self.page.locator(f'td[data-number="{identity}"] button')

    @property
    def card(self):
        """The open card."""
        return self.page.locator("#card[open]")

    def check_silence(self):
        """The page has asked for nothing but itself and what it holds, and has nothing to say."""
        foreign = [one for one in self.asked if not re.match(r"(file|data|blob):", one)]
        assert foreign == []
        assert self.said == []


def visit(browser, address, **options):
    """Open a page in a profile of its own; `options` are those of Playwright's context."""
    settings = {"viewport": WIDE, "reduced_motion": "reduce", "color_scheme": "light"}
    context = browser.new_context(**{**settings, **options})
    context.set_default_timeout(30_000)
    page = context.new_page()
    found = Visit(page)
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda problem: found.said.append(str(problem)))
    page.on("request", lambda request: found.asked.append(request.url[:200]))
    page.goto(address if isinstance(address, str) else address.as_uri())
    return found
