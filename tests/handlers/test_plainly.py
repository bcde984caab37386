"""Plain words for a command: the whole text must mean it, and what tells of something else never does."""

from datetime import date

import pytest

from handlers import plainly
from handlers.keeping import spoken

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "said",
    [
        "什么时候交表",
        "什么时候截止？",
        "我什么时候要交表",
        "请问综合观察表最晚什么时候交啊",
        "几号截止",
        "交表截止日期是哪天",
        "我还有什么没交",
        "截止时间",
        "表 啥时候 交",
    ],
)
def test_when_something_is_due(said: str) -> None:
    assert plainly.means(said) == plainly.TASKS


@pytest.mark.parametrize(
    "said",
    [
        "党费什么时候交",
        "工程款什么时候交",
        "食堂什么时候交房租",
        "他什么时候交代问题",
        "报销什么时候截止",
        "交",
        "表",
        "",
        "。？！",
        "请问",
        "什么时候交" * 9,
    ],
)
def test_what_asks_for_something_else(said: str) -> None:
    assert plainly.means(said) == ""


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("我明天要请假", "明天"),
        ("我请假", ""),
        ("怎么请假", ""),
        ("我要请产假", ""),
        ("我下周一到周三请假", "下周一到周三"),
        ("您好，我明天请假可以吗", "明天"),
        ("我从明天起请3天假", "明天 3天"),
        ("下周一请两天假", "下周一 2天"),
        ("我12月1日起请假", ""),
        ("我12月1日到5日请假", "12月1日到5日"),
        ("12月1日王建国请假", None),
        ("经理不让请假", None),
        ("有人天天请假", None),
        ("请假不扣工资合理吗", None),
        ("领导批假不公", None),
        ("张三请假", None),
        ("我" * 41 + "请假", None),
        ("想要" * 19 + "假", None),
        ("需要" * 18 + "请天假", None),
        ("我想要请假", ""),
        ("我可能要请假", ""),
    ],
)
def test_leave_as_people_speak_of_their_own(said: str, days: str | None) -> None:
    assert spoken.leave(said, FRIDAY) == days


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("ask\t什么时候交", "line 2: not kind, said, means"),
        ("asks\t什么时候交\ttasks", "line 2: not kind, said, means"),
        ("ask\t什么时候交\tmenu", "line 2: nothing is called menu"),
        ("drop\t我\t-\ndrop\t我\t-", "line 3: 我 stands there twice"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, fault: str) -> None:
    with pytest.raises(plainly.PlainWordsError, match=fault):
        plainly.read(f"kind\tsaid\tmeans\n{line}\n")


def test_every_line_of_the_table_is_reached() -> None:
    """What is looked up was put through the other lines first: one that they change would never be found."""
    table = plainly._table()
    assert [said for said in table.ask if not plainly.means(said)] == []
