"""Screenshots: the pictures of README and documentation, taken from a study's results.

``PYTHONPATH=tests python -m product.screenshots results/2022 docs/images``
"""

import sys
from pathlib import Path

from product.browsing import NARROW, WIDE, launched, visit

CARD = "percent:table_2/job_fit/1+2/1"


def _show(page, selector):
    page.locator(selector).evaluate("(element) => element.scrollIntoView()")


def _ask(page):
    _show(page, "#exhibit-table_2")
    page.locator(f'td[data-number="{CARD}"] button').click()


VIEWS = {
    "report.en.png": ("report/report.en.html", {"viewport": WIDE}, _ask),
    "report-dark.ru.png": (
        "report/report.ru.html",
        {"viewport": WIDE, "color_scheme": "dark"},
        lambda page: _show(page, "#exhibit-table_1"),
    ),
    "report-narrow.ru.png": (
        "report/report.ru.html",
        {"viewport": NARROW, "device_scale_factor": 2},
        lambda page: _show(page, "#exhibit-table_2"),
    ),
    "audit.en.png": (
        "audit/audit.en.html",
        {"viewport": WIDE},
        lambda page: None,
    ),
}
"""File -> page, options of the browser, and what is done before the picture is taken."""


def take_screenshots(results, folder):
    """Take every view; the same results on the same machine give the same pictures."""
    with launched() as browser:
        for name, (path, options, act) in VIEWS.items():
            page = visit(browser, Path(results).resolve() / path, **options).page
            act(page)
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=str(Path(folder) / name), animations="disabled")


if __name__ == "__main__":
    take_screenshots(*sys.argv[1:3])
