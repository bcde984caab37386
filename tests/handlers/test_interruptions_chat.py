"""Something else in the middle of a form: the form waits, and a sentence becomes an answer only when that is sure."""

from storage.admin import administer
from storage.vocabulary import Level
from tests.handlers.answering import WEAK, answers, begins
from tests.handlers.desk import Office


async def test_after_the_menu_a_sentence_is_asked_about_and_recorded_by_a_tap(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "主要的薄弱环节", 项目投资的总体情况="有薄弱环节")
    await wang.says("菜单")
    await wang.says(WEAK)
    wang.sees("没有登记", "第 4 题", "记入这一题")
    await wang.taps("记入这一题")
    wang.sees("第 5/")
    assert WEAK in wang.memory["sheet"]["state"]["answers"].values()


async def test_a_tap_on_a_choice_of_the_question_is_its_answer(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("帮助")
    await wang.does(kind="text", text="总体良好", tap_id="3")
    wang.sees("已记：总体良好", "第 2/")


async def test_what_is_not_taken_at_once_is_forgotten(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "主要的薄弱环节", 项目投资的总体情况="有薄弱环节")
    await wang.says("菜单")
    await wang.says("晚上一起吃饭吗")
    await wang.says("继续")
    await wang.says("记入这一题")
    wang.sees("第 4/")
    assert "晚上一起吃饭吗" not in str(wang.memory)


async def test_a_form_put_aside_on_purpose_takes_nothing(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    await wang.says("菜单")
    await wang.does(kind="text", text="总体良好", tap_id="3")
    wang.sees("没有登记")
    assert "记入这一题" not in wang.labels


async def test_half_an_hour_later_a_sentence_is_no_answer(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("菜单")
    office.passes(minutes=31)
    await wang.says("总体良好")
    wang.sees("没有登记")
    assert "记入这一题" not in wang.labels


async def test_a_phone_that_was_unbound_records_nothing(office: Office) -> None:
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    wang = await office.bound(person)
    await begins(wang)
    await wang.says("菜单")
    async with administer(office.database, actor="test", now=office.now) as admin:
        await admin.unbind(person)
    await wang.says("总体良好")
    wang.sees("绑定码")
    wang.sees_not("第 1 题")
