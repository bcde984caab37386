"""A second form while another is under way: the first is kept, and the person is told how to come back to it."""

from storage.vocabulary import Level
from tests.handlers.answering import begins
from tests.handlers.desk import Office
from tests.handlers.quality_forms import TITLE, observer, publish, submits

KEPT = "《综合观察表》已暂存，回复 继续 综合观察表 可以接着填。"
COMMENT = "第2题请写清时间。"


async def test_the_first_form_is_kept_and_a_tap_leads_back(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("开始 廉洁承诺书")
    wang.sees(f"{KEPT}\n\n【保密提醒】", "开始填写《廉洁承诺书》")
    await wang.taps("继续 综合观察表")
    wang.sees("《廉洁承诺书》已暂存，回复 继续 廉洁承诺书 可以接着填。", "接着填《综合观察表》", "第 2/")
    await wang.taps("继续 廉洁承诺书")
    wang.sees(KEPT, "接着填《廉洁承诺书》")


async def test_the_same_form_begun_anew_keeps_nothing(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    await wang.says("重新填写 综合观察表")
    wang.sees("开始填写《综合观察表》")
    wang.sees_not("已暂存")


async def test_the_same_form_for_two_units_is_told_apart(office: Office) -> None:
    person = await office.person(
        "王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司"), (Level.COMPREHENSIVE, "一公司")]
    )
    wang = await office.bound(person)
    first, second = "综合观察表（清源集团 / 一公司）", "综合观察表（清源集团 / 二公司）"
    await wang.says(f"开始 {first}")
    await wang.says("有薄弱环节")
    await wang.says(f"开始 {second}")
    wang.sees(f"《综合观察表》已暂存，回复 继续 {first} 可以接着填")
    await wang.taps(f"继续 {first}")
    wang.sees("第 2/", "主要的薄弱环节")


async def test_what_was_changed_elsewhere_is_not_called_kept(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    old = dict(wang.memory)
    await wang.says("总体良好")
    await wang.says("暂存")
    wang.memory = old
    await wang.says("开始 廉洁承诺书")
    wang.sees("开始填写《廉洁承诺书》")
    wang.sees_not("已暂存")


async def test_the_title_of_a_form_is_not_silently_an_answer(office: Office) -> None:
    """A text question used to take 整改情况报告 as its answer."""
    await publish(office)
    chen = await observer(office, "陈晓", "一公司")
    await chen.says(f"开始 {TITLE}")
    await chen.says("有新情况")
    await chen.says("《整改情况报告》")
    chen.sees("“《整改情况报告》”是一份表的名字", "还没有记入", "打开《整改情况报告》", "记入这一题")
    await chen.taps("打开《整改情况报告》")
    chen.sees(f"《{TITLE}》已暂存", "开始填写《整改情况报告》")
    await chen.says(f"继续 {TITLE}")
    chen.sees("第 2/6 题")
    chen.sees_not("已填")
    await chen.says("整改情况报告")
    await chen.taps("记入这一题")
    chen.sees("第 3/6 题")
    await chen.says("预览")
    chen.sees("发现了什么问题？\n　整改情况报告")


async def test_the_title_of_a_form_at_a_choice_offers_both_ways(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("廉洁承诺书")
    wang.sees("是一份表的名字", "打开《廉洁承诺书》", "继续填写")
    await wang.taps("继续填写")
    wang.sees("第 1/")
    await wang.says("廉洁承诺书")
    await wang.says("总体良好")
    wang.sees("已记：总体良好")
    await wang.says("没有这份表")
    wang.sees_not("是一份表的名字")


async def test_a_correction_keeps_the_form_under_way_too(office: Office) -> None:
    await publish(office)
    zhou = await office.bound(
        await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司"), (Level.COMPREHENSIVE, "二公司")])
    )
    sun = await office.officer("孙莉", "二公司")
    number = await submits(zhou)
    await sun.says(f"退回 {number} {COMMENT}")
    await begins(zhou)
    await zhou.says(f"补正 {number}")
    zhou.sees(KEPT, "纪委的意见", COMMENT)
    await zhou.taps("继续 综合观察表")
    zhou.sees(f"《{TITLE}》已暂存，回复 继续 {TITLE}（补正） 可以接着填")
    await zhou.taps(f"继续 {TITLE}（补正）")
    zhou.sees(KEPT, "接着填", "第 2/")
