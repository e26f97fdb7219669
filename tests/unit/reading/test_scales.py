"""Answers of known scales stand in their order, in eight languages."""

import random

import pytest

from resurvey.reading.scales import is_known_answer, known_order, stands_outside

SCALES = {
    "attitude": [
        "Strongly disagree/Disagree/Neither agree nor disagree/Agree/Strongly agree",
        "Very dissatisfied/Somewhat dissatisfied/Neutral/Somewhat satisfied/Very satisfied",
        "Very unlikely/Unlikely/Likely/Very likely",
        "Not at all important/Slightly important/Moderately important/Very important",
        "Very poor/Poor/Fair/Good/Very good/Excellent",
        "Much worse/Worse/About the same/Better/Much better",
        "Not too happy/Pretty happy/Very happy",
        "Definitely not/Probably not/Probably yes/Definitely yes",
        "Совершенно не согласен/Скорее не согласен/Скорее согласен/Полностью согласен",
        "Совсем не доверяю/Скорее не доверяю/Скорее доверяю/Полностью доверяю",
        "Очень плохо/Плохо/Удовлетворительно/Хорошо/Отлично",
        "Нет/Скорее нет/Скорее да/Да",
        "Значительно ухудшится/Скорее ухудшится/Не изменится/Значительно улучшится",
        "stimme überhaupt nicht zu/stimme eher nicht zu/stimme eher zu/stimme voll und ganz zu",
        "sehr unzufrieden/eher unzufrieden/teils teils/eher zufrieden/sehr zufrieden",
        "Pas du tout d'accord/Plutôt pas d'accord/Plutôt d'accord/Tout à fait d'accord",
        "Très mauvaise/Mauvaise/Bonne/Très bonne",
        "Totalmente en desacuerdo/En desacuerdo/De acuerdo/Totalmente de acuerdo",
        "Muy insatisfecho/Insatisfecho/Satisfecho/Muy satisfecho",
        "Такыр макул эмесмин/Макул эмесмин/Жарым-жартылай макулмун/Макулмун/Толук макулмун",
        "Таптакыр макул эмесмин/Макул эмесмин/Бейтарап/Бир аз макулмун/Толугу менен макулмун",
        "Мүлдем келіспеймін/Келіспеймін/Бейтарап/Ішінара келісемін/Келісемін/Толық келісемін",
        "Umuman qo‘shilmayman/Qo‘shilmayman/Qisman qo‘shilaman/Qo‘shilaman/To‘liq qo‘shilaman",
        "Mutlaqo rozi emasman/Rozi emasman/Betaraf/Roziman/To'liq roziman",
        "Умуман қўшилмайман/Қўшилмайман/Қисман қўшиламан/Қўшиламан/Тўлиқ қўшиламан",
    ],
    "frequency": [
        "Never/Rarely/Sometimes/Often/Always",
        "Never/Once a year or less/Once a month or less/A few times per month/Every day",
        "Никогда/Реже/Несколько раз в месяц/Несколько раз в неделю/Ежедневно",
        "Nie/Selten/Manchmal/Oft/Immer",
        "Jamais/Rarement/Parfois/Souvent/Toujours",
        "Nunca/Rara vez/A veces/A menudo/Siempre",
    ],
    "amount": [
        "Less than $25,000/$25,000 - $49,999/$50,000 - $99,999/$100,000 - $149,999/$150,000+",
        "Under 18/18–24/25–34/65+",
        "6 months/1–3 years/4–10 years/More than 10 years",
        "None/1-5/6-10/More than 10",
        "Under 5 ft./5'0/5'2/5'10/5'11/6'0",
        "до 20 тыс. руб./20-50 тыс. руб./50-100 тыс. руб./более 100 тыс. руб.",
        "unter 1.000 €/1.000 – 2.000 €/über 2.000 €",
        "1 - worst/2/3/4/5 - best",
    ],
    "level": ["low/medium/high", "Низкий/Средний/Высокий"],
    "school": [
        "Less than high school degree/High school degree/Some college/Bachelor degree",
        "Неполное среднее/Среднее общее/Среднее профессиональное/Незаконченное высшее/Высшее",
    ],
}


@pytest.mark.parametrize(
    ("kind", "scale"), [(kind, scale) for kind, scales in SCALES.items() for scale in scales]
)
def test_scale_is_put_into_its_order_from_any_other(kind, scale):
    answers = scale.split("/")
    for seed in range(5):
        mixed = [*answers, "Don't know"]
        random.Random(seed).shuffle(mixed)
        found = known_order(mixed)
        assert [mixed[at] for at in found.answers] == answers
        assert [mixed[at] for at in found.outside] == ["Don't know"]
        assert (found.kind, found.is_scale) == (kind, True)


@pytest.mark.parametrize(
    "answers",
    [
        ["Moscow", "Osh", "Bishkek"],
        ["Male", "Female"],
        ["Labour", "Conservative", "Green"],
        ["Film A", "Film B", "Film C"],
        ["agree", "car", "bus", "never mind"],
        ["Good job", "Bad luck", "Great city"],
    ],
)
def test_names_have_no_order(answers):
    assert known_order(answers).kind == ""
    assert known_order(answers).answers == tuple(range(len(answers)))


def test_numbered_answers_follow_their_numbers_and_measure_nothing():
    found = known_order(["1. Moscow", "10. Osh", "2. Bishkek"])
    assert (found.answers, found.is_scale) == ((0, 2, 1), False)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Refused", "refused"),
        ("Prefer not to say", "refused"),
        ("Отказ от ответа", "refused"),
        ("Don’t know", "dont_know"),
        ("DK", "dont_know"),
        ("Затрудняюсь ответить", "dont_know"),
        ("weiß nicht", "dont_know"),
        ("Ne sait pas", "dont_know"),
        ("No sabe", "dont_know"),
        ("Билбейм", "dont_know"),
        ("Жооп берүү кыйын", "dont_know"),
        ("Жауап беруге қиналамын", "dont_know"),
        ("Javob berish qiyin", "dont_know"),
        ("INAP", "not_asked"),
        ("Not applicable", "not_asked"),
        ("manquant", "other"),
        ("NA", "other"),
        ("n/a", "other"),
        ("No answer", "other"),
        ("keine Angabe", "other"),
        ("Другое (что именно?)", "rest"),
        ("Nairobi", ""),
        ("Knows a lot", ""),
        ("Another country is where I live, and I refuse to say more than that about it here", ""),
    ],
)
def test_answers_outside_are_known_by_their_words(label, reason):
    assert stands_outside(label) == reason


def test_words_of_a_person_are_no_known_answers():
    known = ["Да", "Скорее нет", "Very good", "Never", "Отказ", "N/A"]
    assert all(map(is_known_answer, known))
    own = ["Bakyt", "Osh", "good friend Bakyt", "Отказ, звоните 0555123456", "home", "Иное: Ош"]
    assert not any(map(is_known_answer, own))


@pytest.mark.parametrize(
    "answers",
    [
        [
            "Денег не хватает даже на еду",
            "На еду хватает, на одежду – нет",
            "Хватает на еду и одежду, но не на бытовую технику",
            "Хватает на технику, но не на автомобиль",
            "Хватает на автомобиль, но не можем купить квартиру",
            "Можем позволить себе всё",
        ],
        [
            "Not enough money even for food",
            "Enough for food, not for clothes",
            "Enough for clothes, but we cannot buy durables",
            "We can afford anything",
        ],
    ],
)
def test_what_money_is_enough_for_is_an_order(answers):
    mixed = sorted(answers)
    found = known_order(mixed)
    assert [mixed[at] for at in found.answers] == answers
    assert found.kind == "wealth"


def test_goods_that_people_only_own_are_no_order():
    assert known_order(["a car", "a flat", "a house"]).kind != "wealth"
