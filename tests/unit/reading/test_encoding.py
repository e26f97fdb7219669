"""The encoding that is proposed is the one in which the bytes are words."""

import codecs

import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.encoding import better_encoding, plausibility, plausible_encoding

WORDS = {
    "German": ("cp1252 mac_roman cp850", "Geschlecht;Zufriedenheit\nMänner;völlig\nüber;größer\n"),
    "French": ("cp1252 mac_roman", "Sexe;Très satisfait;élevé;français;Plutôt d’accord\n"),
    "English": ("cp1252 mac_roman", "I don’t know;Padmé Amidala;naïve;“yes”\n"),
    "Spanish": ("cp1252", "Sí;año;mujer;satisfacción;según;más\n"),
    "Swedish": ("cp1252", "Mycket nöjd;Kön;Ålder;Västra Götaland\n"),
    "Russian": (
        "cp1251 koi8-r cp866 mac_cyrillic iso-8859-5",
        "пол;возраст\nмужской;Совершенно согласен\nженский;Трудно сказать\n",
    ),
    "Russian capitals": ("cp1251 koi8-r cp866", "ПОЛ;ВОЗРАСТ;ДА;НЕТ;СКОРЕЕ ДА\n"),
    "Kyrgyz towns": ("cp1251", "q;город\n1;Ош\n2;Бишкек\n"),
    "Ukrainian": ("cp1251 koi8-u", "стать;вік;чоловік;жінка;згоден;не знаю\n"),
    "Polish": ("cp1250 iso-8859-2", "Płeć;Wiek;mężczyzna;zdecydowanie się zgadzam;ąśź\n"),
    "Czech": ("cp1250 iso-8859-2", "muž;žena;rozhodně souhlasím;šťastný;věk\n"),
    "Hungarian": ("cp1250 iso-8859-2 cp852", "férfi;nő\n"),
    "Russian letters": ("cp1251 koi8-r", "sex;q\nм;1\nж;2\n"),
    "Portuguese": ("cp1252", "Sexo;Satisfação;Opiniões;Não;São Paulo\n"),
    "Turkish": ("cp1254", "Cinsiyet;kadın;kesinlikle katılıyorum;değil;yaş\n"),
    "Japanese": ("cp932 euc_jp", "性別,満足度\n男性,とても満足\n女性,やや不満\n"),
    "Chinese": ("gb18030", "性别,满意度\n男,非常满意\n女,不满意\n"),
    "Taiwanese": ("big5", "性別,滿意度\n男,非常滿意\n女,不滿意\n"),
    "Korean": ("cp949", "성별,만족도\n남성,매우 만족\n여성,보통이다\n"),
    "Greek": ("cp1253", "Φύλο;Ηλικία;άνδρας;γυναίκα;συμφωνώ απόλυτα\n"),
    "Arabic": ("cp1256", "الجنس;العمر;ذكر;أنثى;موافق بشدة\n"),
}
WRITTEN = [(name, way) for name, (ways, _) in WORDS.items() for way in ways.split()]


@pytest.mark.parametrize(("name", "written"), WRITTEN)
def test_words_come_back_in_the_encoding_that_is_proposed(name, written):
    text = WORDS[name][1]
    found = plausible_encoding(text.encode(written))
    assert found is not None
    assert text.encode(written).decode(found) == text


@pytest.mark.parametrize(("name", "written"), WRITTEN)
def test_right_encoding_is_never_doubted(name, written):
    assert better_encoding(WORDS[name][1].encode(written), written) is None


@pytest.mark.parametrize("word", ["е", "ц", "щ ы", "ä", "ø", "№", " НЕТ\xa0", "x\xa0"])
def test_utf_8_is_never_doubted_however_short_its_words_are(word):
    assert better_encoding(word.encode(), "UTF-8") is None


@pytest.mark.parametrize("wide", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_its_mark_is_recognised(tmp_path, wide):
    file = tmp_path / "w.csv"
    file.write_bytes("пол,q\nЖ,1\nМ,2\n".encode(wide))
    assert plausible_encoding(file.read_bytes()) == wide
    assert read_survey(file, encoding=wide).data["пол"].tolist() == ["Ж", "М"]
    file.write_bytes("sex,q\nf,1\nm,2\n".encode(wide))
    with pytest.raises(SurveyError, match=f"`encoding: {wide}`"):
        read_survey(file)


def test_bytes_that_are_words_nowhere_get_no_proposal(tmp_path):
    (tmp_path / "w.csv").write_bytes(b"q,t\n1," + bytes(range(128, 256)) + b"\n")
    with pytest.raises(SurveyError, match="make sense in no encoding that resurvey knows"):
        read_survey(tmp_path / "w.csv")


@pytest.mark.parametrize(
    ("name", "written", "declared"),
    [
        ("German", "cp1252", "windows-1251"),
        ("German", "utf-8", "cp1252"),
        ("French", "cp1252", "koi8-r"),
        ("Russian", "cp1251", "latin-1"),
        ("Russian", "koi8-r", "windows-1251"),
        ("Russian", "cp866", "cp1252"),
        ("Japanese", "cp932", "windows-1251"),
        ("Korean", "cp949", "gb18030"),
        ("Polish", "cp1250", "windows-1251"),
    ],
)
def test_declared_encoding_that_gives_no_words_stops(tmp_path, name, written, declared):
    (tmp_path / "w.csv").write_bytes(WORDS[name][1].replace(";", ",").encode(written))
    found = plausible_encoding(WORDS[name][1].replace(";", ",").encode(written))
    with pytest.raises(SurveyError, match=f"nonsense in the declared {declared}; .*{found}"):
        read_survey(tmp_path / "w.csv", encoding=declared)
    assert codecs.lookup(found) != codecs.lookup(declared)


def test_word_with_letters_of_two_alphabets_is_none():
    assert plausibility("Mдnner vцllig zufrieden") < 0.1
    assert plausibility("Männer völlig zufrieden") > 0.9


@pytest.mark.parametrize("taken", ["cp1251", "cp1252"])
def test_words_that_were_spoilt_before_they_were_saved_are_said(tmp_path, caplog, taken):
    words = ["Männer", "Frauen über dreißig", "völlig zufrieden"]
    spoilt = [word.encode().decode(taken) for word in words]
    (tmp_path / "w.csv").write_text("q\n" + "\n".join(spoilt * 3) + "\n", encoding="utf-8")
    assert len(read_survey(tmp_path / "w.csv").data) == 9
    assert "the words of 'q' are nonsense" in caplog.text


def test_words_of_several_languages_are_left_alone(tmp_path, caplog):
    words = ["Männer", "Мужчины", "Ош – город", "Très bien", "日本", "Ёлка", "Да/Иә/Ooba", "A–Я"]
    (tmp_path / "w.csv").write_text("q\n" + "\n".join(words * 3) + "\n", encoding="utf-8")
    assert len(read_survey(tmp_path / "w.csv").data) == 24
    assert not caplog.text


@pytest.mark.parametrize("text", [" НЕТ\xa0", "жж", "Да", "ж", "é", "Нет №1", "ёж"])
def test_a_few_letters_in_utf8_are_never_taken_for_another_encoding(text):
    assert better_encoding(f"{text}\nx".encode(), "UTF-8") is None


@pytest.mark.parametrize("text", ["жж", "Да", "Ош"])
def test_a_few_letters_prove_nothing_against_a_declared_encoding(text):
    assert better_encoding(text.encode("cp1251"), "windows-1251") is None
