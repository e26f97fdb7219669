"""Pages that are closed after each test, and those of the article."""

import shutil
import subprocess

import pytest

from product.browsing import visit
from programs import need


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


@pytest.fixture(scope="session")
def opened(article_run, anes_run, tmp_path_factory):
    """PDF files that LibreOffice makes of the Word and Excel files; it is started once."""
    folder = tmp_path_factory.mktemp("opened")
    for name, run, wave in (("article", article_run, "2022"), ("anes", anes_run, "1996")):
        for path in sorted((run / f"results/{wave}").glob("*/*.*.*")):
            if path.suffix in (".docx", ".xlsx"):
                shutil.copy(path, folder / f"{name}-{path.name.replace('.', '-', 1)}")
    files = sorted(map(str, folder.iterdir()))
    profile = tmp_path_factory.mktemp("profile").as_uri()
    command = [
        need("soffice"),
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, timeout=240)
    return folder
