"""Leaving a form and coming back: put aside, other words, days later, memory lost, given up, changed elsewhere."""

import pytest

from storage.admin import administer
from storage.vocabulary import Level
from tests.handlers.answering import FORM, answers, begins, fills
from tests.handlers.desk import Office


async def test_cancel_asks_first(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("取消")
    wang.sees("确定不填了吗", "已经填了 1 题")
    await wang.says("嗯")
    wang.sees("还填不填")
    await wang.taps("继续填写")
    wang.sees("第 2/")
    await wang.says("确认取消")
    wang.sees("确定不填了吗")
    await wang.taps("确认取消")
    wang.sees("已取消")
    await wang.says("继续")
    wang.sees("现在没有正在填写的表")
    await wang.says("取消")
    wang.sees("现在没有正在填写的表。要填表，请点“开始”。")
    await begins(wang)


@pytest.mark.parametrize("said", ["否", "不是", "不", "不取消了", "点错了"])
async def test_a_no_to_cancel_goes_on(office: Office, said: str) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("取消")
    await wang.says(said)
    wang.sees("接着填", "第 2/")
    await wang.says("确认取消")
    wang.sees("确定不填了吗")


async def test_cancel_may_be_confirmed_in_one_word(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("取消")
    await wang.says("确认")
    wang.sees("已取消")


async def test_put_aside_and_taken_up(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.taps("暂存")
    wang.sees("已暂存")
    await wang.says("有薄弱环节")
    wang.sees("没有登记", "未完成的《综合观察表》")
    await wang.taps("继续")
    wang.sees("接着填", "第 2/")
    wang.sees_not("涉密")
    await wang.says("总体良好")
    wang.sees("第 3/")


async def test_after_five_days_the_next_word_is_still_an_answer(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    office.passes(days=5)
    await wang.says("有薄弱环节")
    wang.sees("欢迎回来", "第 3/")
    office.passes(days=5)
    await wang.says("继续")
    wang.sees("第 3/", "主要的薄弱环节")


async def test_a_lost_conversation_goes_on_from_the_draft(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "是否发现以下苗头或问题")
    wang.forget()
    office.passes(days=5)
    await wang.says("2")
    wang.sees("没有登记", "未完成的《综合观察表》")
    await wang.says("预览")
    wang.sees("现在没有正在填写的表", "未完成的《综合观察表》")
    await wang.taps("继续")
    wang.sees("接着填", "是否发现以下苗头或问题")
    await answers(wang, "都答完了")
    await wang.says("提交")
    wang.sees("编号：GC26-")


async def test_a_form_lost_before_its_first_section_begins_at_the_beginning(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    wang.forget()
    await wang.says("继续")
    wang.sees("涉密内容请勿在此填写", "第 1/")


async def test_a_memory_that_cannot_be_read_counts_as_lost(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    wang.memory["sheet"] = {"draft": 1}
    await wang.says("总体良好")
    wang.sees("没有记入表中")
    await wang.taps("继续")
    wang.sees("第 2/")


async def test_an_unfinished_form_is_offered_before_a_new_one(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    wang.forget()
    await wang.says("开始")
    wang.sees("没填完的《综合观察表》")
    await wang.taps("继续填写")
    wang.sees("第 2/")
    wang.forget()
    await wang.says(FORM)
    await wang.taps("重新填写")
    wang.sees("涉密", "第 1/")
    await wang.says("继续")
    wang.sees("第 1/")
    await wang.says("暂存")
    await wang.says("开始")
    wang.sees("接着填", "第 1/")


async def test_words_about_other_things_are_answered_and_the_form_waits(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    for word, seen in (("菜单", "王建国"), ("帮助", "上一步"), ("查 GC26-0000179", "没有查到"), ("绑定", "绑定过了")):
        await wang.says(word)
        wang.sees(seen, "您有一份未完成的《综合观察表》，回复 继续 接着填")
        await wang.says("继续")
        wang.sees("第 2/")


async def test_pictures_and_voice_get_a_kind_sentence(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    for kind in ("image", "voice", "video", "location", "link", "hologram"):
        await wang.sends(kind)
        wang.sees("请用文字回答", "没有保存", "第 1/")
    await wang.says("总体良好")
    wang.sees("第 2/")


async def test_a_draft_that_was_handed_in_elsewhere_is_not_written_again(office: Office) -> None:
    wang = await office.observer()
    await fills(wang)
    old = dict(wang.memory)
    await wang.says("提交")
    number = wang.seen.split("编号：")[1].split("\n")[0]
    wang.memory = dict(old)
    await wang.says("提交")
    wang.sees(number)
    wang.memory = dict(old)
    await wang.says("暂存")
    wang.sees("已经在别处提交、取消或改动过")
    wang.memory = dict(old)
    await wang.says("取消")
    await wang.says("确认取消")
    wang.sees("已经在别处提交、取消或改动过")


async def test_a_draft_that_changed_elsewhere_is_not_handed_in(office: Office) -> None:
    wang = await office.observer()
    await fills(wang)
    old = dict(wang.memory)
    await wang.says("修改 1")
    await wang.says("有薄弱环节")
    await wang.says("暂存")
    wang.memory = old
    await wang.says("提交")
    wang.sees("没有提交成功", "继续")
    await wang.taps("继续")
    wang.sees("主要的薄弱环节")


async def test_a_cancelled_draft_is_not_handed_in(office: Office) -> None:
    wang = await office.observer()
    await fills(wang)
    old = dict(wang.memory)
    await wang.says("取消")
    await wang.taps("确认取消")
    wang.memory = old
    await wang.says("提交")
    wang.sees("没有提交成功")


async def test_a_stale_tap_never_crosses_over_to_another_form_or_a_finished_one(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    choice = next(tap.content for tap in wang.taps_seen if tap.label == "总体良好")
    await wang.says("取消")
    await wang.taps("确认取消")
    for late in (choice, "上一步", "跳过", "修改 1", "确认取消", "继续填写", "选好了", "重新填写"):
        await wang.says(late)
        if wang.memory.get("sheet"):
            break
        assert wang.taps_seen
    assert late == "重新填写", "only asking for a new form begins one"


async def test_a_person_who_lost_the_binding_in_the_middle_cannot_hand_in(office: Office) -> None:
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    wang = await office.bound(person)
    await fills(wang)
    async with administer(office.database, actor="test", now=office.now) as admin:
        await admin.unbind(person)
    await wang.says("提交")
    wang.sees("绑定码")
    wang.sees_not("已提交")
    await wang.says("预览")
    wang.sees_not("总体良好")


async def test_a_phone_that_was_unbound_writes_nothing_into_the_draft(office: Office) -> None:
    """Its conversation still holds the form, and whoever has the phone now may go on answering."""
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    old = await office.bound(person)
    await begins(old)
    async with administer(office.database, actor="test", now=office.now) as admin:
        await admin.unbind(person)
    new = await office.bound(person)
    await answers(old, "都答完了")
    await new.says("继续")
    new.sees("接着填", "第 1/")
    assert new.memory["sheet"]["state"]["answers"].keys() <= {"/data/period", "/data/period_day"}


async def test_asking_for_a_lapsed_form_in_the_middle_of_another_is_answered(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    for said in ("找回", "找回草稿", "找回 综合观察表", "找回 别的表"):
        await wang.says(said)
        wang.sees("没有可以找回的表")
    await wang.says("总体良好")
    wang.sees("第 2/")
