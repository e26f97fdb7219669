"""A study's YAML means what it says, and every mistake in it is one sentence that names the key."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.core.names import reserved_names
from resurvey.figures.plan import plan_figures
from resurvey.study.folder import RESERVED, check_schema, read_study, read_yaml

REPOSITORY = Path(__file__).parents[3]
SCHEMAS = REPOSITORY / "workflow/schemas"
CONFIG = 'waves:\n  "1996": {file: resources/1996/raw.sav}\n'
TABLES = "tables:\n  vote_by_education: {rows: [vote], columns: educ}\n"


@pytest.fixture
def study(tmp_path):
    """Write a study folder and read it; the two smallest files are there by themselves."""

    def write(overrides=None, **files):
        for name, text in {"config": CONFIG, "tables": TABLES, **files}.items():
            (tmp_path / f"{name.replace('_', '.')}.yaml").write_text(text, encoding="utf-8")
        return read_study(tmp_path, SCHEMAS, overrides)

    return write


@pytest.fixture
def page(tmp_path):
    """Write one YAML file and read it."""

    def write(text):
        path = tmp_path / "page.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(path)

    return write


# YAML itself


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2022-10-01", "2022-10-01"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e5", "1e5"),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("-7", -7),
        ("2.5", 2.5),
    ],
)
def test_plain_words_stay_words(page, text, value):
    read = page(f"key: {text}")["key"]
    assert read == value
    assert type(read) is type(value)


def test_no_can_be_a_key(page):
    assert page("no: 1") == {"no": 1}


def test_key_that_stands_twice_is_refused_with_its_line(page):
    with pytest.raises(SurveyError, match=r"page\.yaml line 3, column 1: key 'a' stands twice"):
        page("a: 1\nb: 2\na: 3\n")


def test_one_and_one_point_zero_are_the_same_key(page):
    with pytest.raises(SurveyError, match="stands twice"):
        page("1: a\n1.0: b\n")


def test_alias_is_refused(page):
    with pytest.raises(SurveyError, match="aliases .* are not allowed"):
        page("a: &big [x, x]\nb: [*big, *big]\n")


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: b: c",
        "\tkey: 1",
        "a: 1\n---\nb: 2\n",
        "? [a, b]\n: 1\n",
        "!!python/object/apply:os.system ['true']",
        b"\x00\x01",
        "[" * 3000,
        "a: " + "9" * 6000,
    ],
)
def test_text_that_is_no_plain_yaml_is_one_sentence(page, text):
    with pytest.raises(SurveyError, match=r"page\.yaml") as problem:
        page(text)
    assert "\n" not in str(problem.value)


DEEP = {
    "open brackets": "[" * 30_000,
    "closed brackets": "a: " + "[" * 20_000 + "]" * 20_000,
    "open braces": "{a: " * 30_000,
    "closed braces": "a: " + "{a: " * 20_000 + "1" + "}" * 20_000,
    "dashes on one line": "- " * 20_000 + "a",
    "questions": "? " * 20_000 + "a",
    "blocks": "\n".join(" " * depth + "a:" for depth in range(3_000)),
    "lists without an indent of their own": "\n".join(
        " " * depth + ("a:\n" + " " * depth + "-") for depth in range(60)
    ),
    "behind text that closes nothing": "a: " + "[']', " * 20_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_is_refused_before_the_parser_dies_of_it(page, text):
    with pytest.raises(SurveyError, match=r"page\.yaml line \d+, column \d+: nested too deeply"):
        page(text)


def test_fifty_levels_are_read(page):
    value = page("[" * 50 + "7" + "]" * 50)
    for _ in range(50):
        (value,) = value
    assert value == 7


def test_file_in_another_encoding_is_named(page):
    with pytest.raises(SurveyError, match="not UTF-8 text at byte 3"):
        page("a: пол".encode("cp1251"))


def test_byte_order_mark_is_no_part_of_the_first_key(page):
    assert page(b"\xef\xbb\xbfa: 1") == {"a": 1}


def test_absent_file_and_folder_are_told_apart(tmp_path):
    with pytest.raises(SurveyError, match="there is no such file"):
        read_yaml(tmp_path / "absent.yaml")
    with pytest.raises(SurveyError, match="this is a folder"):
        read_yaml(tmp_path)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_bytes(content)
    try:
        outcome = read_yaml(path)
    except SurveyError as problem:
        outcome = problem
    if isinstance(outcome, SurveyError):
        assert str(path) in str(outcome)
    else:
        assert outcome is None or type(outcome) in (dict, list, str, int, float, bool)


# A study


def test_two_files_make_a_study(study):
    read = study()
    assert read["config"]["waves"] == {"1996": {"file": "resources/1996/raw.sav"}}
    assert read["config"]["sample"] == "unknown"
    assert read["config"]["languages"] == ["en"]
    assert read["tables"]["tables"]["vote_by_education"]["rows"] == ["vote"]
    assert read["codebook"] == read["cleaning"] == read["indicators"] == {}
    assert read["text"] == {"en": {}}


@pytest.mark.parametrize("folder", [".", "examples/anes1996"])
def test_studies_of_the_repository_are_valid(folder):
    assert read_study(REPOSITORY / folder / "config", SCHEMAS)["tables"]


def test_study_without_tables_says_which_file_is_missing(study, tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    with pytest.raises(SurveyError, match=r"tables\.yaml: there is no such file"):
        read_study(tmp_path, SCHEMAS)


def test_wave_named_by_a_year_is_text(study):
    assert list(study(config="waves: {2022: {file: a.sav}}")["config"]["waves"]) == ["2022"]


def test_variable_named_by_a_number_is_text_but_codes_stay_numbers(study):
    read = study(codebook="variables: {2022: {codes: {1: a, -2: b, 2.5: c, x: d}}}")
    assert read["codebook"]["variables"] == {
        "2022": {"codes": {1: "a", -2: "b", 2.5: "c", "x": "d"}}
    }


def test_same_wave_as_number_and_as_text_is_refused(study):
    with pytest.raises(SurveyError, match="key '1996' stands twice"):
        study(config="waves: {1996: {file: a.sav}, '1996': {file: b.sav}}")


@pytest.mark.parametrize("name", ["1.10", "true", "null"])
def test_name_that_yaml_would_change_wants_quotes(study, name):
    with pytest.raises(SurveyError, match=r"config\.yaml: YAML reads the key .* put it in quotes"):
        study(config=f"waves: {{{name}: {{file: a.sav}}}}")


SPELLINGS = [
    ("01", "1 stands twice (1, 01)"),
    ("'1'", '1 stands twice (1, "1")'),
    ("1.0", "'1.0' stands twice (1, 1.0)"),
    ("+1", "'1' stands twice (1, +1)"),
    ("1e0", "1 stands twice (1, 1e0)"),
    ("\u0661", "1 stands twice (1, \u0661)"),
    ("\uff11", "1 stands twice (1, \uff11)"),
    ("' 1'", '1 stands twice (1, " 1")'),
    ('"1\\u00a0"', "1 stands twice"),
    ('"\\u200b1"', "1 stands twice"),
    ("'1,0'", "1 stands twice (1, 1,0)"),
]


@pytest.mark.parametrize(("spelling", "sentence"), SPELLINGS)
def test_a_code_under_two_spellings_is_refused(study, spelling, sentence):
    book = f"variables:\n  q:\n    codes:\n      1: x\n      2: z\n      {spelling}: y\n"
    with pytest.raises(SurveyError) as problem:
        study(codebook=book)
    assert sentence in str(problem.value)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("codebook", "variables: {q: {codes: {1: a, 2: b}, missing: [9, 09]}}"),
        ("codebook", "variables: {q: {codes: {1: a, 2: b}, missing: [{code: 9}, '9']}}"),
        ("codebook", "variables: {q: {codes: {1: a, 2: b}, order: [2, 1, 01]}}"),
        ("codebook", "variables: {q: {codes: {1: a, 2: b}, dont_know: [1, ' 1']}}"),
        ("cleaning", "steps: [{action: recode, variable: q, map: {1: 2, 01: 3}, why: x}]"),
        (
            "indicators",
            "indicators: {a: {recode: {variable: q, map: {1: 1, '1 ': 2}}, dimension: d}}",
        ),
        ("indicators", "indicators: {a: {share: {variable: q, codes: [1, 01]}}}"),
        ("tables", "tables: {t: {rows: [q], subtotals: [{of: [1, 01]}]}}"),
        ("models", "models: {m: {kind: binary, outcome: q, positive: [1, 01], predictors: [a]}}"),
        ("waves", "'2026': {variables: {q: {from: Q1, codes: {1: 2, 01: 3}}}}"),
        ("audit", "group_sizes: {'1': 5, '01': 6}"),
    ],
)
def test_every_list_and_mapping_of_codes_holds_a_code_once(study, part, text):
    with pytest.raises(SurveyError, match=r"code \d stands twice"):
        study(**{part: text})


def test_texts_that_only_look_like_numbers_may_both_be_codes(study):
    codes = study(codebook="variables: {q: {codes: {'1': a, '01': b}}}")["codebook"]["variables"]
    assert list(codes["q"]["codes"]) == ["1", "01"]


def test_code_that_yaml_reads_as_truth_wants_quotes(study):
    with pytest.raises(SurveyError, match="YAML reads the key True; put it in quotes"):
        study(codebook="variables: {q: {codes: {true: yes}}}")


@pytest.mark.parametrize(
    "name",
    ["../x", "..", ".", "", "a/b", "A", "Wave", "a b", "a;b", "$(x)", "-rf", "волна", "a" * 33],
)
def test_wave_that_could_leave_its_folder_is_refused(study, name):
    with pytest.raises(SurveyError, match="is not a valid name"):
        study(config=f"waves: {{'{name}': {{file: a.sav}}}}")


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_names_are_no_waves(study, name):
    with pytest.raises(SurveyError, match=f"wave '{name}' is not a valid name"):
        study(config=f"waves: {{{name}: {{file: a.sav}}}}")


def test_newline_after_a_wave_is_no_way_around(study):
    with pytest.raises(SurveyError, match="is not a valid name"):
        study(config='waves: {"a\\n": {file: a.sav}}')


def test_a_predictor_whose_name_has_the_sign_of_crossing_is_refused(study):
    model = 'models: {m: {kind: linear, outcome: q, predictors: ["x*y"]}}'
    with pytest.raises(SurveyError, match=r"model 'm': the name 'x\*y' has the '\*'"):
        study(models=model)


INDEX = """
index:
  life:
    dimensions: {work: {weight: 1, source: ours}}
    indicators: {paid: {variable: q, dimension: work, weight: 1, source: ours}}
"""


@pytest.mark.parametrize("name", reserved_names(["life"]))
@pytest.mark.parametrize("declared", ["tables", "banners", "correlations"])
def test_what_has_a_name_of_its_own_gives_it_to_no_table(study, declared, name):
    of = {
        "tables": "tables: {%s: {rows: [q]}}",
        "banners": "tables: {t: {rows: [q]}}\nbanners: {%s: {columns: [q]}}",
        "correlations": "tables: {t: {rows: [q]}}\ncorrelations: {%s: {variables: [q, r]}}",
    }[declared]
    with pytest.raises(SurveyError, match=f"'{name.upper()}': this is the name of "):
        study(tables=of % name.upper(), index=INDEX)
    assert study(tables=of % f"{name}_1", index=INDEX)


def test_every_figure_that_is_of_no_table_has_a_reserved_name():
    share = {"share": {"variable": "q", "codes": [1]}, "dimension": "work"}
    tables = {"t": {"rows": ["q"], "columns": "sex"}}
    figures = plan_figures(
        tables, {}, {"indicators": {"paid": share}}, {"m": {}}, {"index": {"life": {}}}
    )
    assert set(figures) - {"t", "m"} == set(reserved_names(["life"])) & set(figures)
    assert len(figures) == 8


def test_two_names_that_are_one_file_where_capitals_do_not_count_are_refused(study):
    with pytest.raises(SurveyError, match="'Job' and 'job' would be one file"):
        study(tables="tables: {Job: {rows: [q]}, job: {rows: [q]}}")


NEWLINES = {
    "table": ("tables", 'tables: {"t\\n": {rows: [q]}}'),
    "banner": ("tables", 'tables: {t: {rows: [q]}}\nbanners: {"b\\n": {columns: [q]}}'),
    "model": (
        "models",
        'models: {"m\\n": {kind: binary, outcome: q, positive: [1], predictors: [a]}}',
    ),
    "variable": ("codebook", 'variables: {"q\\n": {codes: {1: a}}}'),
    "language": ("config", CONFIG + 'languages: ["en\\n"]\n'),
    "indicator": ("indicators", 'indicators: {"a\\n": {share: {variable: q, codes: [1]}}}'),
    "checksum": ("config", f'waves: {{a: {{file: a.sav, sha256: "{"0" * 64}\\n"}}}}'),
}


@pytest.mark.parametrize(("part", "text"), NEWLINES.values(), ids=NEWLINES.keys())
def test_newline_at_the_end_of_a_name_is_no_way_around_a_pattern(study, part, text):
    with pytest.raises(SurveyError):
        study(**{part: text})
    assert study(**{part: text.replace("\\n", "")})


@pytest.mark.parametrize("key", ["file: 'a{b}.sav'", "file: a.csv, structure: ['x}.lss']"])
def test_braces_in_the_name_of_a_raw_file_are_refused(study, key):
    with pytest.raises(SurveyError, match="wave 'a': the name of the file .* has braces"):
        study(config=f"waves: {{a: {{{key}}}}}")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.yaml")), ids=lambda path: path.name)
def test_no_pattern_ends_where_a_newline_may_follow(path):
    assert '$"' not in path.read_text(encoding="utf-8").replace('"$ref"', "")


def test_command_line_replaces_keys_and_is_checked_too(study):
    assert study({"languages": ["ru"]})["config"]["languages"] == ["ru"]
    with pytest.raises(SurveyError, match="unknown key 'langages'; did you mean 'languages'"):
        study({"langages": ["ru"]})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("filter", "where"), ("select_if", "where"), ("cols", "columns"), ("crosstab", "rows")],
)
def test_the_word_of_another_program_for_a_key_is_answered_with_ours(study, typed, meant):
    rows = "" if meant == "rows" else "rows: [vote], "
    with pytest.raises(SurveyError) as problem:
        study(tables=f"tables:\n  x: {{{rows}{typed}: educ}}\n")
    assert f"unknown key '{typed}' under 'tables.x'; did you mean '{meant}'?" in str(problem.value)


def test_weights_are_answered_with_weight(study):
    config = 'waves:\n  "1996": {file: resources/1996/raw.sav, weights: w}\n'
    with pytest.raises(SurveyError, match="unknown key 'weights' .*; did you mean 'weight'"):
        study(config=config)


def test_text_of_every_language_is_read(study):
    read = study({"languages": ["en", "ru"]}, text_ru="subtitle: Волна\n")
    assert read["text"] == {"en": {}, "ru": {"subtitle": "Волна"}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("config", "- a", "['a'] should be a mapping (key: value)"),
        ("config", "waves: {}", "'waves': {} does not fit"),
        ("config", "waves: {a: }", "'waves.a': an empty value should be a mapping"),
        ("config", "waves: {a: {}}", "key 'file' is missing under 'waves.a'"),
        ("config", "waves: {a: {file: 5}}", "'waves.a.file': 5 should be text"),
        ("config", "waves: {a: {fil: x}}", "unknown key 'fil' under 'waves.a'; did you mean 'file"),
        (
            "config",
            CONFIG + "reliability: nchs\n",
            "`reliability` judges percentages of a probability sample, and `sample` is unknown",
        ),
        ("config", CONFIG + "alpha: 5", "'alpha': 5 does not fit: Declared significance level"),
        ("config", CONFIG + "sample: random", "'sample': 'random' is not one of unknown, purposi"),
        ("config", CONFIG + "titel: x", "unknown key 'titel'; did you mean 'title'?"),
        ("config", CONFIG + "title: 5", "'title': 5 does not fit: One text, or one per language"),
        ("config", CONFIG + "zzz: 1", "unknown key 'zzz'"),
        ("tables", "", "key 'tables' is missing"),
        ("tables", "table: {}", "unknown key 'table'; did you mean 'tables'?"),
        ("tables", "tables: {t: {rows: vote}}", "'tables.t.rows': 'vote' should be a list"),
        ("tables", "tables: {t: {rows: []}}", "'tables.t.rows': [] does not fit"),
        ("tables", "tables: {t: {column: x, rows: [q]}}", "unknown key 'column' under 'tables.t';"),
        ("tables", "tables: {../t: {rows: [q]}}", "'../t' under 'tables' is not a valid name"),
        ("tables", "tables: {труд: {rows: [q]}}", "use up to 64 of A-Z, a-z, 0-9, _ and -, first"),
        (
            "tables",
            "tables: {t: {rows: [q], columns: [a]}}",
            "side by side are the columns of a ba",
        ),
        (
            "tables",
            "tables: {t: {rows: [q], columns: [a, b]}}",
            "columns of a banner, under `banne",
        ),
        (
            "tables",
            "tables:\n\tt: {rows: [q]}",
            "line 2, column 1: a tab stands here; YAML indents",
        ),
        ("tables", "tables: {t: {rows: [@q]}}", "a text cannot begin with '@'; put it in quotes"),
        (
            "tables",
            "tables:\n  t:\n    rows: [q]\n   columns: a",
            "line 4, column 4: a key is expe",
        ),
        (
            "tables",
            "tables:\n  - rows: [q]\n  b: 1",
            "line 3, column 3: an entry of the list",
        ),
        ("tables", "tables:\n  t\n    rows: [q]", "line 3, column 9: this ':' is one too many;"),
        (
            "tables",
            "tables:\n  t: {rows:[q]}",
            "a blank stands after every ':', as in {rows: [q1]}",
        ),
        ("tables", "tables:\n  t:\n    rows:[q]", "should be a mapping (key: value); a blank stan"),
        ("tables", "tables: {t: {rows: [q, columns: a}", "a bracket is not closed or a comma is m"),
        ("tables", "tables: {t: {rows: ['q]}}", "a quotation mark or a bracket before this is no"),
        ("tables", "tables:\nt\n", "the line above needs a ':' after its key"),
        ("tables", TABLES + "---\n" + TABLES, "a file is one document; take the line '---' away"),
        ("config", 'waves: {a: {file: "C:\\Users\\x.sav"}}', "write / in place of it"),
        ("config", 'waves: {a: {file: "C:\\survey.sav"}}', "write / in place of it"),
        ("config", CONFIG + "alpha: '0.05'", "a number; write it without quotation marks: 0.05"),
        ("config", CONFIG + "alpha: 0,05", "write it with a point for the comma: 0.05"),
        ("config", CONFIG + "languages: [english]", "does not fit: A language by its code of two"),
        ("config", CONFIG + "languages: [en, en]", "'languages': 'en' stands twice in the list;"),
        ("tables", "tables:\nt:\n  rows: [q]", "if it belongs to 'tables', which is empty, ind"),
        (
            "tables",
            "tables:\n",
            "'tables': an empty value should be a mapping (key: value); write wh",
        ),
        ("tables", "tables: {t: {rоws: [q]}}", "did you mean 'rows'? (there is a CYRILLIC SMALL"),
        ("tables", "tables: {t: {rows: q}}", "'tables.t.rows': 'q' should be a list, as in [q]"),
        ("tables", "tables: [{rows: [q]}]", "every entry needs a key and a ':' before it, in p"),
        ("tables", "tables: {t: {rows: [q], where: sex = 1}}", "write it {sex: 1}"),
        ("codebook", "variables: {q: {missing: 99}}", "99 should be a list, as in [99]"),
        ("codebook", "variables: {q: {missing: [97-99]}}", "is written {low: 97, high: 99}"),
        (
            "indicators",
            "indicators: {a: {recode: {variable: q, ranges: {1: 18-34}}}}",
            "'18-34' should be a list, as in [18, 34]",
        ),
        ("indicators", "scales: {a: {items: [q]}}", "has 1 entry, and needs 2 or more; a scale is"),
        ("indicators", "scales: {a: {items: [q, q]}}", "'q' stands twice in the list; take one"),
        ("figures", "figures: {t: {where: {a: 1}}}", "put `where` under the table in tables.yaml"),
        ("tables", "tables: {t: {rows: [q, q]}}", "table 't': row 'q' stands twice"),
        ("tables", "tables: {t: {rows: [q], columns: q}}", "'q' cannot be in its rows and columns"),
        (
            "tables",
            "tables: {t: {rows: [q1], pairs: [{before: q1, after: q_1}]}}",
            "`pairs` names 'q_1', which is not in its rows; did you mean 'q1'?",
        ),
        (
            "tables",
            "tables: {t: {rows: [job], subtotals: [{of: [1, 2], rows: [jobs]}]}}",
            "a subtotal names 'jobs', which is not in its rows; did you mean 'job'?",
        ),
        ("codebook", "variables: {q: {labl: x}}", "unknown key 'labl' under 'variables.q'; did"),
        ("codebook", "variables: {q: 5}", "'variables.q': 5 does not fit: One variable"),
        ("codebook", "variables: {q: {codes: [1]}}", "'variables.q.codes': [1] should be a mapp"),
        ("codebook", "variables: {q: {missing: [{low: 1}]}}", "key 'high' is missing under"),
        ("codebook", "variables: {q: {missing: [[1]]}}", "[1] does not fit: A code, or a range"),
        ("cleaning", "steps: [{action: drop, where: {a: 1}}]", "key 'why' is missing under 'step"),
        ("cleaning", "steps: [{action: dropp, why: x}]", "'dropp' is not one of drop, keep, flag"),
        ("cleaning", "steps: [{action: drop, why: x}]", "key 'where' is missing under 'steps.0'"),
        (
            "cleaning",
            "steps: [{action: drop, why: x, wher: {a: 1}}]",
            "unknown key 'wher' under 'steps.0'; did you mean 'where'?",
        ),
        (
            "cleaning",
            "steps: [{action: drop, why: x, where: {a: {mn: 1}}}]",
            "unknown key 'mn' under 'steps.0.where.a'; did you mean 'min'?",
        ),
        (
            "cleaning",
            "steps: [{action: duplicates, why: x, by: [a], then: missing}]",
            "'steps.0.then': 'missing' is not one of drop, flag",
        ),
        (
            "indicators",
            "indicators: {a: {label: x}}",
            "does not fit: One indicator, with exactly one of share, recode, combine and differen",
        ),
        (
            "indicators",
            "indicators: {a: {share: {variables: q, codes: [1]}}}",
            "unknown key 'variables' under 'indicators.a.share'; did you mean 'variable'?",
        ),
        ("indicators", "indicators: {1a: {share: {}}}", "a name has up to 64 Latin letters"),
        (
            "indicators",
            "{dimensions: {social: x}, indicators: {a: {dimension: socal, share: {variable: q, "
            "codes: [1]}}}}",
            "indicator 'a': there is no dimension 'socal'; did you mean 'social'?",
        ),
        (
            "interviews",
            "themes: {sea: {label: x, tables: [nowhere]}}",
            "theme 'sea': there is no table 'nowhere'",
        ),
        (
            "interviews",
            "themes: {sea: {label: x, dimension: money}}",
            "theme 'sea': there is no dimension 'money'",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, interviewed: {never: {total: c1}}}",
            "there is no wave 'never'",
        ),
        ("interviews", "themes: {sea: {tables: []}}", "key 'label' is missing under 'themes.sea'"),
        (
            "interviews",
            "themes: {sea: {label: x, codes: [Sea]}}",
            "theme 'sea' has `codes`, and no wave has coded interviews under `sources`",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, sources: {never: {file: a.qdpx}}}",
            "there is no wave 'never'",
        ),
        (
            "interviews",
            "{themes: {everybody: {label: x}}, sources: {'1996': {file: a.qdpx}}}",
            "'everybody' is all interviews, and no name of a theme",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, sources: {'1996': {file: ../a.qdpx}}}",
            "wave '1996': `file` leads out of the study by '..'",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, sources: {'1996': {file: a.docx}}}",
            "'sources.1996.file': 'a.docx' does not fit",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, threshold: 2}",
            "'threshold': 2 does not fit",
        ),
        (
            "interviews",
            "{themes: {sea: {label: x}}, attributes: {sex: {label: x}}}",
            "'attributes.sex'",
        ),
        (
            "indicators",
            "empirical: [{label: x, measured_by: [a]}]",
            "empirical indicator 1: there is no indicator 'a'",
        ),
        (
            "indicators",
            "combinations: {both: {label: x, of: [a, b]}}",
            "combination 'both': there is no indicator 'a'",
        ),
        (
            "indicators",
            "{indicators: {a: {share: {variable: q, codes: [1]}}, b: {recode: {variable: q, "
            "map: {1: 1}}}}, combinations: {both: {label: x, of: [a, b]}}}",
            "combination 'both': 'b' is not 0 or 1; make a `share` of it first",
        ),
        (
            "indicators",
            "{indicators: {a: {share: {variable: q, codes: [1]}}, b: {share: {variable: q, "
            "codes: [2]}}}, combinations: {a: {label: x, of: [a, b]}}}",
            "combination 'a': an indicator has this name already; rename it",
        ),
        ("figures", "figures: {vote: {kind: bars}}", "there is no table 'vote'; did you mean"),
        ("audit", "x: 1", "unknown key 'x'"),
        ("text_en", "tables: {t: {titel: x}}", "unknown key 'titel' under 'tables.t'; did you m"),
    ],
)
def test_mistake_is_one_sentence_with_file_and_key(study, part, text, sentence):
    if part == "figures":
        text = text.replace("vote:", "vote_by_educaton:")
        sentence = sentence.replace("'vote'", "'vote_by_educaton'")
    with pytest.raises(SurveyError) as problem:
        study(**{part: text})
    assert sentence in str(problem.value)
    assert f"{part.replace('_', '.')}.yaml" in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    "file", ["results/1996/raw/other.sav", "results/1997/raw/survey_reconstructed.sav"]
)
def test_raw_file_under_results_must_be_one_that_a_rule_makes(study, file):
    wave = "{file: %s, reconstruct: {respondents: 5}}" % file  # noqa: UP031 - braces of YAML
    with pytest.raises(SurveyError, match="lies in results/1996/raw/survey_reconstructed.sav"):
        study(config=f'waves: {{"1996": {wave}}}')


def test_raw_file_under_results_needs_a_rule(study):
    with pytest.raises(SurveyError, match="needs `reconstruct:` or `dataset:`"):
        study(config="waves: {a: {file: results/a/raw/survey_exported.sav}}")


# The schemas themselves


def _walk(schema, place):
    """Yield every mapping of a schema with its place."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, one in schema.get(keyword, {}).items():
            yield from _walk(one, f"{place}.{name}")
    for keyword in ("additionalProperties", "items"):
        yield from _walk(schema.get(keyword), f"{place}.*")
    for keyword in ("anyOf", "oneOf"):
        for number, one in enumerate(schema.get(keyword, [])):
            yield from _walk(one, f"{place}|{number}")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_key_has_a_type_and_a_description_and_no_object_is_open(path):
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    open_objects, undescribed, untyped = [], [], []
    for place, one in _walk(schema, path.stem):
        if one.get("type") == "object" and "additionalProperties" not in one:
            open_objects.append(place)
        if "|" in place and "properties" in one and "type" not in one:
            continue  # a narrowing of keys that are described above it
        for name, key in one.get("properties", {}).items():
            if "description" not in key:
                undescribed.append(f"{place}.{name}")
            if not {"type", "enum", "$ref", "anyOf", "oneOf"} & set(key):
                untyped.append(f"{place}.{name}")
    assert (open_objects, undescribed, untyped) == ([], [], [])


@pytest.mark.parametrize(
    ("name", "meant"),
    [("codebook.yml", "codebook.yaml"), ("indicator.yaml", "indicators.yaml")],
)
def test_a_file_that_nothing_would_read_is_told(study, tmp_path, name, meant):
    (tmp_path / name).write_text("variables: {}\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=f"{name}: nothing reads this file; is it to be {meant}"):
        study()
    (tmp_path / name).rename(tmp_path / "notes.yaml")
    assert study()


def test_an_answer_that_looks_like_a_range_is_one_where_it_is_listed(study):
    book = study(codebook="variables: {q: {codes: {'18-34': a, 97-99: b}, missing: [97-99]}}")
    assert book["codebook"]["variables"]["q"]["missing"] == ["97-99"]


def test_mistyped_key_without_a_near_one_is_answered_with_the_keys_where_they_are_few():
    closed = {"type": "object", "properties": {"rows": {}}, "additionalProperties": False}
    with pytest.raises(SurveyError, match=r"^t\.yaml: unknown key 'xyz'; the keys here are rows$"):
        check_schema({"xyz": 1}, closed, "t.yaml")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("{columns: sex}", "needs `rows` \\(answers\\) or `summaries`"),
        ("{rows: [vote], summaries: [age]}", "has `rows` and `summaries`"),
        ("{rows: [vote], statistics: [mean]}", "`statistics` are of `summaries`"),
        ("{summaries: [age, age]}", "'age' stands twice under `summaries`"),
        ("{summaries: [age], columns: age}", "cannot be in its summaries and columns"),
        ("{summaries: [age], percent: row}", "`percent` is of counted answers"),
        ("{summaries: [age], statistics: [average]}", "average"),
    ],
)
def test_a_table_of_numbers_is_checked_in_one_sentence(study, table, sentence):
    with pytest.raises(SurveyError, match=sentence) as problem:
        study(tables=f"tables:\n  ages: {table}\n")
    assert "\n" not in str(problem.value)


def test_a_table_of_numbers_has_no_rows_and_may_be_split(study):
    codebook = "variables: {sex: {codes: {1: men, 2: women}}}\n"
    text = "tables:\n  ages: {summaries: [age], statistics: [q05, nps], split: sex}\n"
    tables = study(tables=text, codebook=codebook)["tables"]["tables"]
    assert list(tables) == ["ages_1", "ages_2"]
    assert tables["ages_2"]["where"] == {"sex": 2}
    assert tables["ages_2"]["rows"] == []


def test_bars_are_no_figure_of_numbers(study):
    with pytest.raises(SurveyError, match="bars do not fit the table; choose `means` or `none`"):
        study(
            tables="tables:\n  ages: {summaries: [age]}\n",
            figures="figures: {ages: {kind: bars}}\n",
        )


def test_matrix_of_correlations_is_not_named_like_a_table_and_may_be_left_undrawn(study):
    matrix = "tables:\n  a: {rows: [q]}\ncorrelations:\n  m: {variables: [q, r]}\n"
    with pytest.raises(SurveyError, match="correlations 'a': a table or banner has this"):
        study(tables=matrix.replace("  m:", "  a:"))
    found = study(tables=matrix, figures="figures:\n  m: {kind: none}\n")
    assert found["tables"]["correlations"]["m"] == {"variables": ["q", "r"]}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("{rows: [q, r], columns: sex, grid: true}", "a `grid` is of all respondents"),
        ("{rows: [q, r], columns: sex, sort: agreement}", "`sort` is of a table without"),
        ("{rows: [q], percent: row, columns: sex, net: 2}", "`net` is of column per cents"),
        ("{rows: [q], nps: [r]}", "`net` or `nps` names 'r', which is not in its rows"),
        ("{rows: [q], net: {of: [1], minus: [2], rows: [r]}}", "names 'r', which is not in its"),
        ("{rows: [q], top_box: 1}", "top_box"),
        ("{summaries: [q], top_box: 2}", "`top_box` is of counted answers"),
    ],
)
def test_boxes_and_grids_are_checked_in_one_sentence(study, table, sentence):
    with pytest.raises(SurveyError, match=sentence) as problem:
        study(tables=f"tables:\n  t: {table}\n")
    assert "\n" not in str(problem.value)


def test_grid_has_boxes_and_means_unless_it_says_otherwise(study):
    text = "tables:\n  t: {rows: [q, r], grid: true, top_box: 3}\n"
    table = study(tables=text)["tables"]["tables"]["t"]
    assert (table["top_box"], table["bottom_box"], table["means"]) == (3, 2, True)
