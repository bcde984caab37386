"""Despair, danger and reports while a question of a form is open: heard first, and nothing is lost."""

import pytest

from tests.handlers.answering import answers, begins
from tests.handlers.desk import Office, User

TEXT_QUESTION = "采取什么措施"


@pytest.fixture
async def choosing(office: Office) -> User:
    """An observer at a question with choices."""
    user = await office.observer()
    await begins(user)
    return user


@pytest.fixture
async def writing(office: Office) -> User:
    """An observer at a question that is answered in words."""
    user = await office.observer()
    await begins(user)
    await answers(user, TEXT_QUESTION, 项目投资的总体情况="有薄弱环节")
    return user


@pytest.mark.parametrize("said", ["我不想活了", "活着没意思，想死", "活著沒意思，想死", "我要跳樓"])
async def test_despair_is_heard_and_is_no_answer(choosing: User, writing: User, said: str) -> None:
    for user in (choosing, writing):
        before = dict(user.memory["sheet"])
        await user.says(said)
        user.sees("12356", "没有保存")
        user.sees_not("选项里没有", "已记")
        assert user.memory["sheet"] == before
        assert said not in str(user.memory)
    await choosing.says("总体良好")
    choosing.sees("已记：总体良好")
    await writing.says("改为两人经办")
    writing.sees("第 ", "/")


@pytest.mark.parametrize(
    ("said", "number"), [("有人触电了，快救人", "120"), ("着火了", "119"), ("有人持刀进了食堂", "110")]
)
async def test_danger_comes_with_numbers_and_may_be_the_answer(
    choosing: User, writing: User, said: str, number: str
) -> None:
    await choosing.says(said)
    choosing.sees("如果现在正有人处在危险中", number, "选项里没有")
    await writing.says(said)
    writing.sees("如果现在正有人处在危险中", number, "没有人值守", "第 ")
    await writing.says("上一步")
    writing.sees("已填", said)


async def test_what_happened_long_ago_is_an_answer_like_any_other(writing: User) -> None:
    await writing.says("上个月有人触电受伤，已经整改，换了漏电保护器")
    writing.sees_not("危险中")


@pytest.mark.parametrize("said", ["我要举报", "怎么举报", "举报电话"])
async def test_how_to_report_is_answered_and_the_question_stands(choosing: User, writing: User, said: str) -> None:
    for user in (choosing, writing):
        await user.says(said)
        user.sees("要举报的话")
    await choosing.says("总体良好")
    choosing.sees("已记：总体良好")


async def test_a_choice_that_is_tapped_is_an_answer(choosing: User) -> None:
    await choosing.does(kind="text", text="着火了", tap_id="1")
    choosing.sees_not("危险中")


@pytest.mark.parametrize("said", ["120", "110", "119"])
async def test_a_number_alone_is_a_count(writing: User, said: str) -> None:
    await writing.says(said)
    writing.sees_not("危险中")


async def test_what_an_observer_writes_of_others_moods_is_an_answer(writing: User) -> None:
    await writing.says("部分员工反映压力大、睡不着，拟组织谈心")
    writing.sees_not("12356")
