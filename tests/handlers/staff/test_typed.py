"""Numbers, comments and question numbers as officers type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.staff.typed import behind_word, folded, number_and_comment, question_numbers
from storage.numbers import make_number

NUMBER = make_number(2026, 17)
WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in NUMBER)
SLIP = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)


@pytest.mark.parametrize(
    "typed",
    [
        f"退回 {NUMBER} 第4题太简单。",
        f"退 回 {NUMBER}，第4题太简单。",
        f"退回{NUMBER}第4题太简单。",
        f"退回：{WIDE}　第4题太简单。",
        f"退回 {NUMBER.lower()} 第4题太简单。",
        f"退回 gc 26 0000 {NUMBER[-3:]} 第4题太简单。",
        f"退回 GC26—{NUMBER[-7:]}：第4题太简单。",
        f"退回 {NUMBER[2:]} 第4题太简单。",
        f"退回《{NUMBER}》第4题太简单。",
        f"  “退回” {NUMBER}\n第4题太简单。".replace("”", ""),
        f"退回 GC26-\u200b{NUMBER[-7:]} 第4题太简单。",
    ],
)
def test_a_command_in_all_spellings(typed: str) -> None:
    behind = behind_word(typed, "退回")
    assert behind is not None, typed
    assert number_and_comment(behind) == (NUMBER, "第4题太简单。")


@pytest.mark.parametrize(
    "typed",
    [
        "退回26000元礼金",
        "退回礼金3次，共260000179元",
        "通过",
        "退回",
        "退回 第4题",
        "已退回 GC26-0000179",
        "退回GC",
        "",
    ],
)
def test_ordinary_answers_are_no_command(typed: str) -> None:
    assert behind_word(typed, "退回") is None


def test_what_begins_with_through_is_mostly_an_answer() -> None:
    for answer in ("通过25次谈话了解到", "通过 2026 年第三季度的检查", "通过招标确定了三家单位"):
        assert behind_word(answer, "通过") is None


def test_a_slip_is_a_command_about_nothing() -> None:
    behind = behind_word(f"退回 {SLIP} 第4题", "退回")
    assert behind is not None
    assert number_and_comment(behind) == (None, "")


def test_digits_of_the_comment_stay_in_the_comment() -> None:
    for comment in ("4、7题请写具体", "12题没有答", "3", "2026年的数字请核对"):
        assert number_and_comment(f"{NUMBER} {comment}") == (NUMBER, comment)


def test_the_comment_stays_as_it_was_typed() -> None:
    comment = "请补充：①时间；②“经办人”（ABC公司）。"
    assert number_and_comment(f"{NUMBER}　{comment}") == (NUMBER, comment)


@pytest.mark.parametrize(
    ("comment", "numbers"),
    [
        ("第4题太简单", (4,)),
        ("第4题、7题请补充", (4, 7)),
        ("4、7题", (4, 7)),
        ("第４、７题", (4, 7)),
        ("第4题和第7题", (4, 7)),
        ("第4至6题", (4, 5, 6)),
        ("4-6题没写清", (4, 5, 6)),
        ("第十二题", (12,)),
        ("第 7 题，第4题", (7, 4)),
        ("2026年第4题的金额120万元与7月不符", (4,)),
        ("第4题，12月份的情况没写", (4,)),
        ("共3题要补", ()),
        ("还有2题没答", ()),
        ("上一题", ()),
        ("有3个问题没说清", ()),
        ("请写具体一些", ()),
        ("", ()),
        ("第9999题写具体", (9999,)),
        ("第99999题写具体", ()),
        ("涉及金额12345题", ()),
    ],
)
def test_questions_that_a_comment_names(comment: str, numbers: tuple[int, ...]) -> None:
    assert question_numbers(comment) == numbers


@settings(max_examples=60, database=None, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert all(number >= 0 for number in question_numbers(text))
    number, comment = number_and_comment(text)
    assert comment in text
    assert number is None or number.startswith("GC")


@settings(max_examples=40, database=None, deadline=None)
@given(st.integers(1, 9_999_999), st.text("第47题请补充abc ，。", max_size=20))
def test_the_number_is_found_before_any_comment(serial: int, comment: str) -> None:
    number = make_number(2026, serial)
    assert number_and_comment(f"{number} {comment}")[0] == number
