"""Holiday risk prompts: their tables are complete, and who reads which."""

import re
from itertools import product

import pytest

from handlers.rounds.prompts import (
    ANY,
    GENERAL,
    LONGEST_TEXT,
    PromptError,
    field_guesses,
    fields_of,
    prompt,
    prompt_texts,
    read_guesses,
    read_texts,
)
from handlers.rounds.workdays import HOLIDAY_NAMES
from nlp.labels import Field
from tests.handlers.rounds.rules import CALENDAR


def test_every_field_and_every_holiday_has_its_text() -> None:
    texts = prompt_texts()
    assert {field for holiday, field in texts if holiday == ANY} == {GENERAL, *Field}
    assert {holiday for holiday, field in texts if field == GENERAL} >= {ANY, *HOLIDAY_NAMES}
    assert len(set(texts.values())) == len(texts)


def test_texts_are_short_whole_sentences_with_chinese_punctuation() -> None:
    for text in prompt_texts().values():
        assert len(text) <= LONGEST_TEXT
        assert text.endswith("。")
        assert not re.search(r"[,;:!?()\s\"]", text), text


def test_every_prompt_of_the_known_years_names_its_holidays() -> None:
    for year in range(2008, 2027):
        for holiday in CALENDAR.holidays(year):
            head, *lines = prompt(holiday.names, [Field.CANTEEN]).splitlines()
            assert head == f"{'、'.join(holiday.names)}廉洁提醒"
            assert [line[:3] for line in lines[:2]] == ["1. ", "2. "]
            assert lines[2].startswith("发现苗头性问题，随时可以在这里告诉我们。")


def test_a_prompt_has_a_general_text_and_those_of_two_fields() -> None:
    texts = prompt_texts()
    told = prompt(("国庆",), [Field.VEHICLES, Field.CANTEEN, Field.VEHICLES, Field.PAY]).splitlines()
    assert told == [
        "国庆廉洁提醒",
        f"1. {texts['国庆', GENERAL]}",
        f"2. {texts['国庆', Field.VEHICLES]}",
        f"3. {texts[ANY, Field.CANTEEN]}",
        "发现苗头性问题，随时可以在这里告诉我们。祝您和家人节日安康！",
    ]


def test_holidays_together_have_a_text_of_their_own_or_that_of_one_of_them() -> None:
    texts = prompt_texts()
    told = prompt(("中秋", "国庆"), [Field.MATERIALS, Field.ATTENDANCE])
    assert texts["中秋、国庆", GENERAL] in told
    assert texts["中秋", Field.MATERIALS] in told
    assert texts["国庆", Field.ATTENDANCE] in told
    assert texts["元旦", GENERAL] in prompt(("元旦", "春节"))


def test_nobody_is_wished_a_happy_day_of_mourning() -> None:
    assert "祝您" in prompt(("端午",))
    assert "祝您" not in prompt(("清明",))


def test_without_fields_the_general_text_stands_alone() -> None:
    assert prompt(("清明",)).splitlines()[1] == prompt_texts()["清明", GENERAL]


@pytest.mark.parametrize(("holiday", "field"), list(product(HOLIDAY_NAMES, Field)))
def test_a_prompt_fits_into_one_message(holiday: str, field: Field) -> None:
    others = [each for each in Field if each is not field]
    assert len(prompt((holiday,), [field, *others]).encode()) <= 2048


@pytest.mark.parametrize(
    ("unit", "post", "fields"),
    [
        ("职工食堂", "", [Field.CANTEEN]),
        ("综合部", "车队队长", [Field.VEHICLES, Field.RECEPTION]),
        ("车队", "驾驶员", [Field.VEHICLES]),
        ("物资部", "库管员", [Field.MATERIALS, Field.BIDDING]),
        ("工程部", "", [Field.CONSTRUCTION]),
        ("财务资产部", "出纳", [Field.FUNDS, Field.ASSETS]),
        ("人力资源部", "", [Field.STAFFING, Field.PAY]),
        ("某风电场", "值班员", [Field.ATTENDANCE, Field.CANTEEN]),
        ("第一项目部", "项目经理", [Field.CONSTRUCTION, Field.CONTRACTS, Field.MATERIALS]),
        ("办公室", "", [Field.RECEPTION, Field.VEHICLES]),
        ("党群工作部", "干事", []),
        ("", "", []),
    ],
)
def test_fields_are_guessed_from_unit_and_post(unit: str, post: str, fields: list[Field]) -> None:
    assert list(fields_of(unit, post)) == fields


def test_every_field_can_be_guessed() -> None:
    assert {field for fields in field_guesses().values() for field in fields} == set(Field)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("春节\t通用", "line 2: not 3 columns"),
        ("春节\t通用\t", "line 2: not 3 columns"),
        ("圣诞\t通用\t字。", "line 2: no holiday '圣诞'"),
        ("春节\t烟酒\t字。", "line 2: no field '烟酒'"),
        (f"春节\t通用\t{'字' * 121}", "line 2: 121 characters"),
        ("春节\t通用\t字。\n春节\t通用\t句。", "line 3: 春节 通用 stands there twice"),
    ],
)
def test_a_faulty_text_is_refused(line: str, fault: str) -> None:
    with pytest.raises(PromptError, match=fault):
        read_texts(f"holiday\tfield\ttext\n{line}\n")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("食堂", "line 2: not 2 columns"),
        ("食堂\t食堂后勤;烟酒", "line 2: no field '烟酒'"),
        ("食堂\t食堂后勤\n食堂\t营销", "line 3: 食堂 stands there twice"),
    ],
)
def test_a_faulty_guess_is_refused(line: str, fault: str) -> None:
    with pytest.raises(PromptError, match=fault):
        read_guesses(f"word\tfields\n{line}\n")
