"""A .csv is text until a whole column is numbers; nothing is guessed that could be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey


@pytest.fixture
def table(tmp_path):
    """Write a .csv and read it."""

    def read(text, written="utf-8", **options):
        file = tmp_path / "wave.csv"
        file.write_bytes(text.encode(written))
        return read_survey(file, **options)

    return read


def test_column_of_integers_is_coded_and_other_numbers_are_floats(table):
    data = table("q,w,t\n1,0.5,a\n,1,b\n-3,2,\n").data
    assert [str(data[name].dtype) for name in data] == ["Int64", "float64", "str"]
    assert data["q"].isna().tolist() == [False, True, False]


def test_semicolons_and_decimal_commas_are_recognised(table):
    data = table("id;пол;вес\n1;М;0,98\n2;Ж;12,5\n").data
    assert data["вес"].tolist() == [0.98, 12.5]
    assert data["пол"].tolist() == ["М", "Ж"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_recognised(table, encoding):
    assert table("пол,q\nЖ,1\n", encoding).data["пол"].tolist() == ["Ж"]


def test_windows_1251_is_read_only_when_it_is_declared(table):
    text = "q,город\n1,Ош\n"
    with pytest.raises(SurveyError, match="line 1 is not utf-8 text.*declare the file's `enc"):
        table(text, "cp1251")
    assert table(text, "cp1251", encoding="windows-1251").data["город"].tolist() == ["Ош"]


def test_unknown_encoding_is_named(table):
    with pytest.raises(SurveyError, match="no encoding called 'klingon'"):
        table("q\n1\n", encoding="klingon")


@pytest.mark.parametrize("word", ["NA", "N/A", "null", "None", "nan", "#N/A"])
def test_words_for_nothing_are_answers(table, word):
    assert table(f"q,t\n1,{word}\n").data["t"].tolist() == [word]


@pytest.mark.parametrize("code", ["007", "12345678901234567890", "+", "1_000", "٣"])
def test_what_a_number_would_not_write_again_stays_text(table, code):
    assert table(f"q,t\n{code},1\n").data["q"].tolist() == [code]


def test_ragged_line_is_named_by_its_number(table):
    with pytest.raises(SurveyError, match="line 4 has 2 fields, but the header has 3"):
        table('a,b,c\n1,"x\ny",3\n4,5\n')
    with pytest.raises(SurveyError, match="line 3 has 4 fields"):
        table("a,b,c\n1,2,3\n1,2,3,4\n")


def test_empty_line_between_respondents_is_left_out_and_said(table):
    assert table("a,b\n1,2\n\n").codebook.assumed == ()
    survey = table("a,b\n1,2\n\n3,4\n")
    assert survey.data["a"].tolist() == [1, 3]
    assert survey.codebook.assumed == ("line 3 is empty and is left out",)


def test_lines_keep_their_numbers_below_an_empty_one(table):
    with pytest.raises(SurveyError, match="line 5 has 1 fields"):
        table("a,b\n1,2\n\n3,4\n5\n")


def test_line_ends_that_were_doubled_are_read(table):
    survey = table("a;b\r\r\n1;2\r\r\n3;4\r\r\n")
    assert survey.data["b"].tolist() == [2, 4]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_first_line_of_excel_names_the_separator(table, line):
    survey = table(f"{line}\na;b\n1,5;x\n")
    assert survey.data.iloc[0].tolist() == [1.5, "x"]


@pytest.mark.parametrize(
    "title",
    ["Survey of 2026\n", "Survey of 2026;\n;\n", "Опрос\n\n", "Опрос, 2026 год\nБишкек, май\n"],
)
def test_title_above_the_headings_is_left_out_and_said(table, title):
    survey = table(f"{title}sex;q\nm;1\nf;2\nm;2\n")
    assert survey.data["q"].tolist() == [1, 2, 2]
    assert "title and" in survey.codebook.assumed[0]


def test_line_of_answers_never_becomes_headings(table):
    with pytest.raises(SurveyError, match="line 2 has 2 fields"):
        table("sex\nm,1\nf,2\n")
    with pytest.raises(SurveyError, match="line 2 has 2 fields"):
        table("sex\nm,a\nf,b\n")


def test_empty_line_of_a_single_column_is_a_missing_answer(table):
    assert table("a\n1\n\n3\n").data["a"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,,c\n1,2,3\n", "column 2 has no name"),
        ('a,b\n1,"x\n2,y\n', "line 2 cannot be told apart"),
        ("a,b\n", "2 variables but 0 respondents"),
        ("\n", "no header line"),
        ("a,b\n1,x\0\n", "line 2 holds a zero byte"),
        ("a;b\n1,5;2.5\n", "'a' has decimal commas and 'b' decimal points"),
        ("a;b,c\n1;2,3\n", "both ',' and ';' could separate"),
    ],
)
def test_table_that_cannot_be_trusted_is_refused(table, text, sentence):
    with pytest.raises(SurveyError, match=sentence):
        table(text)


def test_declared_dialect_is_followed(table):
    data = table("a|b\n1,5|'x|y'\n", dialect={"separator": "|", "decimal": ",", "quote": "'"}).data
    assert data.iloc[0].tolist() == [1.5, "x|y"]
    with pytest.raises(SurveyError, match="no key 'sep'"):
        table("a\n1\n", dialect={"sep": ";"})


def test_line_ends_of_every_system_are_read(table):
    for end in ("\n", "\r\n", "\r"):
        assert table(f"a,b{end}1,x{end}2,y{end}").data["b"].tolist() == ["x", "y"]


def test_line_separator_inside_an_answer_does_not_end_the_line(table):
    assert table("a,b\n1,x\u2028y\n").data["b"].tolist() == ["x\u2028y"]


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.integers(-999, 999), st.text(st.characters(codec="utf-8"), max_size=8)),
        min_size=1,
        max_size=8,
    )
)
def test_written_answers_are_read_again(tmp_path_factory, rows):
    import csv

    words = [text.replace("\0", "").rstrip(" ") for _, text in rows]
    file = tmp_path_factory.mktemp("csv") / "wave.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["n", "t", "anchor"])
        writer.writerows((n, word, "text") for (n, _), word in zip(rows, words, strict=True))
    data = read_survey(file).data
    assert data["n"].tolist() == [n for n, _ in rows]
    if data["t"].dtype == "str":
        assert data["t"].fillna("").tolist() == words


@pytest.mark.parametrize(
    ("written", "declared", "truly"),
    [("cp1251", "latin-1", "windows-1251"), ("utf-8", "windows-1251", "utf-8")],
)
def test_declared_encoding_that_makes_nonsense_stops(table, written, declared, truly):
    with pytest.raises(SurveyError, match=f"nonsense in the declared {declared}; .* like {truly}"):
        table("пол,город\nМужской,Бишкек\nЖенский,Ош\n", written, encoding=declared)
    assert (
        table("sex,ville\nm,Genève\n", "latin-1", encoding="latin-1").data["ville"][0] == "Genève"
    )


def test_zeros_at_the_end_of_a_fraction_are_no_digits(table):
    data = table("id,pay,code\n1,150000.0000000000,1234567890123456\n2,0.5,1\n").data
    assert data["pay"].tolist() == [150000, 0.5]
    assert data["code"].tolist() == ["1234567890123456", "1"]
