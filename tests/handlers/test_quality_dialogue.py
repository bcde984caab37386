"""Before a sheet is handed in: one question about what is thin or copied, and the evidence that the office gets."""

import pytest

from tests.handlers.desk import Office
from tests.handlers.quality_forms import OTHER_PROBLEM, PROBLEM, TITLE, fills, number_in, observer, publish, submits

REWORDED = "工程部验收签字由一个人代签，监理没有到场，已经持续了四个月"


@pytest.fixture
async def desk(office: Office) -> Office:
    await publish(office)
    return office


async def test_good_answers_are_handed_in_at_once(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang)
    await wang.says("提交")
    wang.sees("已提交", "编号：GC26-")
    officer = await desk.officer("孙莉", "二公司")
    await officer.says(f"查 {number_in(wang)}")
    officer.sees("王建国", PROBLEM)
    officer.sees_not("质量提示")


async def test_a_thin_answer_is_asked_about_and_the_officer_sees_that_the_person_insisted(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="加强管理")
    await wang.says("提交")
    wang.sees("第 3 题", "“加强管理”写得有点短", "例如：谁来做", "去改第 3 题", "就按这样提交")
    wang.sees_not("编号：")
    await wang.taps("就按这样提交")
    wang.sees("已提交")
    officer = await desk.officer("孙莉", "二公司")
    await officer.says(f"查 {number_in(wang)}")
    officer.sees("◆ 质量提示（1 项）", "第 3 题写得过短：“加强管理”", "填报人选择按原样提交")
    await officer.says("待阅")
    officer.sees("内容过短")


async def test_a_thin_answer_is_replaced_by_what_is_said_next(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好")
    await wang.says("提交")
    wang.sees("第 3 题只写了“良好”", "直接回复")
    await wang.says("已经约谈工程部经理，下周起两人签字")
    wang.sees("都答完了")
    await wang.says("提交")
    wang.sees("已提交")


async def test_the_tap_leads_to_the_question(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好")
    await wang.says("提交")
    await wang.taps("去改第 3 题")
    wang.sees("第 3/6 题", "已填：良好")


async def test_a_copy_of_the_sheet_before_is_asked_about(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    first = await submits(wang)
    desk.passes(days=30)
    await fills(wang, 发现了什么问题=REWORDED, 采取了什么措施="收回代签权限，由安全部每周抽查签字记录")
    await wang.says("提交")
    wang.sees("第 2 题与您上期的回答几乎相同", "只改了数字", "不一样")
    await wang.says("按原样提交")
    second = number_in(wang)
    officer = await desk.officer("孙莉", "二公司")
    await officer.says(f"查 {second}")
    officer.sees(f"第 2 题与本人上期的 {first}", "2026-11-20 提交", "相似度", "数字有改动")


async def test_a_copied_answer_is_not_replaced_by_a_careless_reply(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await submits(wang)
    await fills(wang, 采取了什么措施="收回代签权限，由安全部每周抽查签字记录")
    await wang.says("提交")
    wang.sees("几乎相同", "有什么变化")
    wang.sees_not("直接回复")
    await wang.says("比上个月好多了")
    wang.sees("没有记入表中", "想改第 2 题", "去改第 2 题", "就按这样提交")
    await wang.says("为什么？")
    wang.sees("纪委才看得懂", "几乎相同")
    await wang.says("预览")
    wang.sees(PROBLEM)


@pytest.mark.parametrize("said", ["没有变化", "确实没有变化。", "就这样提交", "就这样吧", "和上期一样", "不用改了"])
async def test_saying_that_nothing_changed_insists(desk: Office, said: str) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await submits(wang)
    await fills(wang, 采取了什么措施="收回代签权限，由安全部每周抽查签字记录")
    await wang.says("提交")
    await wang.taps("去改第 2 题")
    await wang.says(said)
    wang.sees("已提交")
    officer = await desk.officer("孙莉", "二公司")
    await officer.says(f"查 {number_in(wang)}")
    officer.sees("几乎相同", "填报人选择按原样提交", PROBLEM)
    officer.sees_not(said.strip("。"))


@pytest.mark.parametrize("said", ["好的", "嗯", "知道了", "好的好的", "确认", "👌", "良好"])
async def test_what_says_nothing_does_not_replace_an_answer(desk: Office, said: str) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好")
    await wang.says("提交")
    await wang.says(said)
    wang.sees(f"“{said}”没有当作第 3 题的回答", "第 3 题只写了“良好”", "去改第 3 题", "就按这样提交")
    await wang.says("已经约谈工程部经理，下周起两人签字")
    wang.sees("第 3 题已改为：已经约谈工程部经理，下周起两人签字", "不对请回复 修改 3")
    await wang.taps("修改 3")
    wang.sees("第 3/6 题", "已填：已经约谈")


@pytest.mark.parametrize("said", ["为什么", "什么意思？", "怎么写", "哪里不对", "为什么还要改呢", "看不懂", "不行吗？"])
async def test_a_question_is_answered_and_the_follow_up_asked_again(desk: Office, said: str) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好")
    await wang.says("提交")
    await wang.says(said)
    wang.sees("纪委才看得懂", "第 3 题只写了“良好”", "直接回复", "就按这样提交")
    await wang.says("就按这样提交")
    wang.sees("已提交")


async def test_the_officer_reads_of_every_hint_what_became_of_it(desk: Office) -> None:
    """就按这样提交 waves everything through, also what was never asked about."""
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好", 发现了什么问题="正常")
    await wang.says("提交")
    await wang.says("一切良好")
    wang.sees("第 2 题已改为：一切良好")
    await wang.says("提交")
    await wang.says("基本正常")
    await wang.says("提交")
    wang.sees("第 3 题只写了“良好”")
    await wang.says("就按这样提交")
    first = number_in(wang)
    desk.passes(days=30)
    await fills(wang, 采取了什么措施="加强管理", 发现了什么问题="没有什么")
    await wang.says("提交")
    await wang.says("就按这样提交")
    second = number_in(wang)
    officer = await desk.officer("孙莉", "二公司")
    await officer.says(f"查 {first}")
    officer.sees("第 2 题只写了“基本正常”\n　（提交前提醒过填报人，这是改过以后的回答）")
    officer.sees("第 3 题只写了“良好”\n　（提交前提醒过填报人，填报人选择按原样提交）")
    await officer.says(f"查 {second}")
    officer.sees("第 2 题只写了“没有什么”\n　（提交前提醒过填报人，填报人选择按原样提交）")
    officer.sees("第 3 题写得过短：“加强管理”\n　（提交前没有就这一题提醒填报人）")


async def test_a_copy_of_another_unit_tells_the_observer_neither_unit_nor_author(desk: Office) -> None:
    chen = await observer(desk, "陈晓", "一公司")
    other = await submits(chen)
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="收回代签权限，由安全部每周抽查签字记录")
    await wang.says("提交")
    wang.sees("第 2 题", "几乎相同", "去改第 2 题")
    wang.sees_not("一公司", "陈晓", other, "GC26", "上期")
    await wang.taps("就按这样提交")
    wang.sees_not("一公司", "陈晓")
    number = number_in(wang)
    group = await desk.officer("李敏", "清源集团")
    await group.says(f"查 {number}")
    group.sees(f"第 2 题与“一公司”的 {other}", "相似度 100%")
    local = await desk.officer("孙莉", "二公司")
    await local.says(f"查 {number}")
    local.sees(f"与其他单位的 {other}", "相似度 100%")
    local.sees_not("一公司")


async def test_an_old_sheet_of_another_unit_is_nobodys_model(desk: Office) -> None:
    await submits(await observer(desk, "陈晓", "一公司"))
    desk.passes(days=230)
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang)
    await wang.says("提交")
    wang.sees("已提交")


async def test_nothing_new_is_no_copy(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    quiet = {"本月有没有新情况": "没有新情况", "发现了什么问题": "本月没有发现新的问题和风险点", "采取了什么措施": "无"}
    for _ in range(2):
        await fills(wang, **quiet)
        await wang.says("提交")
        wang.sees("已提交")
        desk.passes(days=30)
    chen = await observer(desk, "陈晓", "一公司")
    await fills(chen, **quiet)
    await chen.says("提交")
    chen.sees("已提交")


async def test_names_are_neither_thin_nor_copied_and_wu_may_be_allowed(desk: Office) -> None:
    """联系人 is two characters and the same every month; 有什么困难 allows 无."""
    wang = await observer(desk, "王建国", "二公司")
    for problem, measure in (
        (PROBLEM, "已经约谈工程部经理，并改为两人签字"),
        (OTHER_PROBLEM, "请审计部抽查近三个月的采购单价"),
    ):
        await fills(wang, 发现了什么问题=problem, 采取了什么措施=measure)
        await wang.says("提交")
        wang.sees("已提交")


async def test_the_same_question_is_asked_about_twice_at_most(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好", 发现了什么问题="正常")
    await wang.says("提交")
    wang.sees("第 2 题只写了“正常”")
    await wang.says("提交")
    wang.sees("第 2 题只写了“正常”")
    await wang.says("提交")
    wang.sees("已提交")


async def test_after_an_edit_the_check_runs_again(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 采取了什么措施="良好", 发现了什么问题="正常")
    await wang.says("提交")
    await wang.says("没有什么")
    await wang.says("提交")
    wang.sees("第 2 题只写了“没有什么”")
    await wang.says(PROBLEM)
    await wang.says("提交")
    wang.sees("第 3 题只写了“良好”")
    await wang.says("按原样提交")
    wang.sees("已提交")


async def test_insisting_holds_for_what_was_asked_about_only(desk: Office) -> None:
    """A tap of an older reply does not hand in an answer that was changed since and is thin again."""
    wang = await observer(desk, "王建国", "二公司")
    await fills(wang, 发现了什么问题="正常")
    await wang.says("提交")
    await wang.says("一切良好")
    wang.sees("都答完了")
    await wang.says("就按这样提交")
    wang.sees("第 2 题只写了“一切良好”")
    await wang.taps("就按这样提交")
    wang.sees("已提交")
    await wang.says("就按这样提交")
    wang.sees("之前已经提交过了")


async def test_the_follow_ups_of_one_sheet_say_nothing_about_the_next(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await submits(wang, 采取了什么措施="良好")
    await fills(wang, 采取了什么措施="良好", 发现了什么问题=OTHER_PROBLEM)
    await wang.says("就按这样提交")
    wang.sees("第 3 题只写了“良好”")


async def test_a_missing_answer_comes_before_everything(desk: Office) -> None:
    wang = await observer(desk, "王建国", "二公司")
    await wang.says(f"开始 {TITLE}")
    await wang.says("有新情况")
    await wang.says("正常")
    for word in ("提交", "就按这样提交"):
        await wang.says(word)
        wang.sees("还差 3 题", "第 3/6 题")
