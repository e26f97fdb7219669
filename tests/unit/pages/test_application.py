"""A page carries its scripts and words, runs nothing else, and has every word that it says."""

import json
import re

import pytest
import yaml

from resurvey.pages.application import POLICY, SCRIPTS, css_string, embed_json, seal_page
from unit.report.small_survey import ROOT, TEMPLATES
from unit.sealed import hash_source, policy_of

HOSTILE = "</script><!--<script>\u2028\u2029\x85\x1c&amp;\"'"


def test_json_ends_neither_its_element_nor_its_line():
    text = str(embed_json({HOSTILE: [HOSTILE]}))
    assert json.loads(text) == {HOSTILE: [HOSTILE]}
    assert not re.search("[<>&]", text)
    assert len(text.splitlines()) == 1


def test_policy_names_exactly_the_styles_and_the_script_of_the_page():
    page = seal_page(
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<style>p {}</style><style>b {}</style><script>1;\n</script>"
        '<script type="application/json">{}</script>'
    )
    assert policy_of(page) == {
        "default-src": "'none'",
        "script-src": hash_source("1;\n"),
        "style-src": f"{hash_source('p {}')} {hash_source('b {}')}",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_page_without_a_script_may_run_none():
    assert "script-src 'none'; style-src 'none'" in seal_page(POLICY)


def test_scripts_of_the_folder_are_those_that_are_joined():
    assert sorted(path.name for path in TEMPLATES.glob("*.js")) == sorted(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_makes_neither_markup_nor_code_of_text(name):
    script = (TEMPLATES / name).read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert forbidden not in script
    assert not re.search(r"new Function|set(?:Timeout|Interval)\(['\"`]|fetch\(|XMLHttp", script)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_word_that_a_script_says_is_there(language):
    words = yaml.safe_load((ROOT / f"report/words.{language}.yaml").read_text("utf-8"))["app"]
    said = set()
    for name in SCRIPTS:
        script = (TEMPLATES / name).read_text(encoding="utf-8")
        said |= set(re.findall(r'\bsay\("(\w+)"', script))
        said |= {f"{key}_other" for key in re.findall(r'\bcount\("(\w+)"', script)}
    assert said
    assert said <= set(words)


@pytest.mark.slow
def test_languages_say_the_same_things():
    forms = re.compile(r"_(?:one|few|many|other)$")
    keys = [
        {
            forms.sub("", key)
            for key in yaml.safe_load((ROOT / f"report/words.{code}.yaml").read_text("utf-8"))[
                "app"
            ]
        }
        for code in ("en", "ru")
    ]
    assert keys[0] == keys[1]


def test_text_inside_a_style_sheet_ends_nothing():
    assert css_string('"} </style>') == "\\22 \\7d  \\3c \\2f style\\3e "
