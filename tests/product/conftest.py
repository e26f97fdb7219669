"""Pages that are closed after each test, and those of the article."""

import pytest

from product.browsing import visit


@pytest.fixture
def open_page(browser):
    """Open pages; at the end each must have been silent."""
    visits = []

    def open_page(address, **options):
        visits.append(visit(browser, address, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.check_silence()
        one.page.context.close()


@pytest.fixture(params=["ru", "en"])
def report(request, article_run):
    """The article's report in each language."""
    return article_run / f"results/2022/report/report.{request.param}.html"


@pytest.fixture
def english(article_run):
    return article_run / "results/2022/report/report.en.html"


@pytest.fixture
def russian(article_run):
    return article_run / "results/2022/report/report.ru.html"
