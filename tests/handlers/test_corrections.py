"""A returned sheet in its author's hands: the notice, the correction, the second hand-in, and what the office reads."""

import pytest

from handlers import sheet_corrections
from handlers.forms.views import FormState
from storage.views import ReturnedSheet
from tests.handlers.desk import ZONE, Office, User
from tests.handlers.quality_forms import OTHER_PROBLEM, PROBLEM, TITLE, fills, number_in, observer, publish, submits

COMMENT = "第2题请写清时间，第3题请写明责任人。"
NEW_PROBLEM = "八月起，工程部隐蔽工程验收由资料员代签，监理不在现场"
NEW_MEASURE = "约谈工程部经理刘某，九月起由他和监理共同签字"


@pytest.fixture
async def desk(office: Office) -> Office:
    await publish(office)
    return office


@pytest.fixture
async def wang(desk: Office) -> User:
    return await observer(desk, "王建国", "二公司")


@pytest.fixture
async def sun(desk: Office) -> User:
    return await desk.officer("孙莉", "二公司")


async def returned(wang: User, sun: User, comment: str = COMMENT) -> str:
    """The number of a sheet that was handed in and returned."""
    number = await submits(wang)
    await sun.says(f"退回 {number} {comment}")
    sun.sees("已退回")
    return number


async def test_the_observer_learns_of_the_answer_at_the_next_turn_once(wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says("菜单")
    wang.sees("退回补正", number, COMMENT, "王建国")
    await wang.says("菜单")
    wang.sees_not(COMMENT)
    await sun.says(f"通过 {await submits(wang, 发现了什么问题=OTHER_PROBLEM)} 写得实。")
    await wang.says(f"开始 {TITLE}")
    wang.sees("已经通过", "写得实。", "第 1/")


async def test_only_what_was_asked_for_is_gone_through(wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says("菜单")
    await wang.taps("现在补正")
    wang.sees(f"补正《{TITLE}》", number, f"纪委的意见：{COMMENT}", "请补正第 2、3 题", "第 2/6 题", f"已填：{PROBLEM}")
    await wang.says(NEW_PROBLEM)
    wang.sees("第 3/6 题", "已填：")
    await wang.says(NEW_MEASURE)
    wang.sees("都答完了")
    await wang.says("预览")
    wang.sees(f"纪委的意见：{COMMENT}", "本次修改：第 2、3 题", NEW_PROBLEM, "王强")
    await wang.taps("提交")
    wang.sees("补正后已重新提交", f"编号不变：{number}（第 2 版）", "本次修改：第 2、3 题")


async def test_the_officer_reads_all_versions_and_what_was_changed(desk: Office, wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    desk.passes(days=1)
    await wang.says(f"补正 {number}")
    await wang.says("跳过")
    await wang.says(NEW_MEASURE)
    await wang.says("提交")
    await wang.taps("就按这样提交")
    await sun.says("待阅")
    sun.sees(number, "补正后第 2 版")
    await sun.taps(number)
    sun.sees("状态：待审阅（第 2 版）", "第 1 版：2026-11-20 20:30 提交", f"孙莉退回：{COMMENT}")
    sun.sees(f"3. 采取了什么措施？〔本版修改〕\n　{NEW_MEASURE}\n　原来：已经约谈")
    sun.sees_not("发现了什么问题？〔本版修改〕")
    await sun.taps("通过")
    sun.sees("已通过")
    await wang.says("我的")
    wang.sees("补正后通过")


async def test_without_named_questions_the_preview_opens(wang: User, sun: User) -> None:
    number = await returned(wang, sun, "请写具体一些。")
    await wang.says(f"补正 {number}")
    wang.sees("纪委的意见：请写具体一些。", "要改哪题就点它的题号", "预览", "2. 发现了什么问题")
    await wang.taps("2.")
    wang.sees("第 2/6 题", f"已填：{PROBLEM}")
    await wang.says(NEW_PROBLEM)
    await wang.says("提交")
    wang.sees("第 2 版", "本次修改：第 2 题")


async def test_a_correction_that_corrects_nothing_is_mentioned_once(wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says(f"补正 {number}")
    await wang.says("跳过")
    await wang.says("跳过")
    await wang.says("预览")
    wang.sees("本次还没有修改任何一题")
    await wang.says("提交")
    wang.sees("第 2、3 题还没有改动", COMMENT, "去改第 2 题", "就按这样提交")
    await wang.taps("就按这样提交")
    wang.sees("第 2 版", "本次没有修改内容")


async def test_nothing_changed_where_nothing_was_named(wang: User, sun: User) -> None:
    number = await returned(wang, sun, "请再核实。")
    await wang.says(f"补正 {number}")
    await wang.says("提交")
    wang.sees("还没有改动任何内容", "请再核实。")
    await wang.says("提交")
    wang.sees("第 2 版")


async def test_a_correction_may_be_interrupted_and_taken_up_again(desk: Office, wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says(f"补正 {number}")
    await wang.says(NEW_PROBLEM)
    await wang.says("暂存")
    wang.forget()
    desk.passes(days=3)
    await wang.says("菜单")
    wang.sees(f"继续 {TITLE}（补正）")
    await wang.says(f"补正 {number.lower()}")
    wang.sees(COMMENT, "第 3/6 题")
    await wang.says("继续")
    wang.sees("第 3/6 题")
    await wang.says(NEW_MEASURE)
    await wang.says("提交")
    wang.sees("第 2 版", "本次修改：第 2、3 题")


async def test_a_new_sheet_does_not_replace_a_correction(wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says(f"补正 {number}")
    await wang.says(f"开始 {TITLE}")
    wang.sees("第 1/", "新情况")
    await wang.says("有新情况")
    await wang.says("补正")
    wang.sees("第 2/6 题", f"已填：{PROBLEM}")
    await wang.says(f"继续 {TITLE}")
    wang.sees("第 2/")
    wang.sees_not("已填")


async def test_returned_twice_and_corrected_twice(wang: User, sun: User) -> None:
    number = await returned(wang, sun)
    await wang.says("补正")
    await wang.says(NEW_PROBLEM)
    await wang.says(NEW_MEASURE)
    await wang.says("提交")
    await sun.says(f"退回 {number} 第3题的责任人写全名。")
    await wang.says("我的观察表")
    wang.sees("已再次退回", "责任人写全名", "去补正")
    await wang.taps("去补正")
    wang.sees("第 3/6 题", f"已填：{NEW_MEASURE}")
    await wang.says("约谈工程部经理刘志强，九月起由他和监理共同签字")
    await wang.says("提交")
    wang.sees("第 3 版", "本次修改：第 3 题")
    await sun.says(f"查 {number}")
    sun.sees("第 1 版：", "第 2 版：", "第 3 版", f"原来：{NEW_MEASURE}")


async def test_what_cannot_be_corrected_is_explained(desk: Office, wang: User, sun: User) -> None:
    waiting = await submits(wang)
    accepted = await submits(wang, 发现了什么问题=OTHER_PROBLEM)
    await sun.says(f"通过 {accepted}")
    chen = await observer(desk, "陈晓", "一公司")
    foreign = await submits(chen, 发现了什么问题="三号仓库盘点时账实不符，短少电缆两百米，没有追查")
    for said, seen in (
        (f"补正 {waiting}", "正在等纪委审阅"),
        (f"补正 {accepted}", "已经通过，不用补正"),
        (f"补正 {foreign}", "没有找到这个编号"),
        ("补正 GC26-0000999", "没有找到这个编号"),
        ("补正", "没有退回给您补正"),
    ):
        await wang.says(said)
        wang.sees(seen)
    for said in ("补正", f"补正 {waiting}", "我的"):
        await desk.somebody().says(said)
        stranger = desk.somebody()
        await stranger.says(said)
        stranger.sees("绑定码")


async def test_several_returned_sheets_are_listed(wang: User, sun: User) -> None:
    first = await returned(wang, sun)
    second = await submits(wang, 发现了什么问题=OTHER_PROBLEM)
    await sun.says(f"退回 {second} 第2题请写明供货商")
    await wang.says("补正")
    wang.sees("先改哪一份", first, second)
    await wang.taps(f"{TITLE} {second}")
    wang.sees("请写明供货商", "第 2/6 题")


async def test_a_thin_correction_is_asked_about_and_what_was_not_touched_is_not(wang: User, sun: User) -> None:
    await fills(wang, 采取了什么措施="加强管理")
    await wang.says("提交")
    await wang.taps("就按这样提交")
    number = number_in(wang)
    await sun.says(f"退回 {number} 第2题请写清时间")
    await wang.says("补正")
    await wang.says("代签多月")
    await wang.says("提交")
    wang.sees("第 2 题“代签多月”写得有点短")
    await wang.says(NEW_PROBLEM)
    await wang.says("提交")
    wang.sees("第 2 版")
    await sun.says(f"查 {number}")
    sun.sees("质量提示（1 项）", "第 3 题写得过短：“加强管理”")


async def test_what_was_handed_in_is_listed_with_its_state(desk: Office, wang: User, sun: User) -> None:
    await wang.says("我的")
    wang.sees("还没有提交过")
    numbers = []
    for day in range(sheet_corrections.LISTED + 1):
        numbers.append(await submits(wang, 发现了什么问题=f"{OTHER_PROBLEM}，第{day}次"))
        desk.passes(days=1)
    await sun.says(f"通过 {numbers[-1]} {'很好。' * 40}")
    await wang.says("我的观察表")
    wang.sees(numbers[-1], "已通过", "纪委的意见：很好。", "……", numbers[1], "待阅", "更早的没有列出")
    wang.sees_not(numbers[0])


async def test_a_correction_that_somebody_was_quicker_with(wang: User, sun: User) -> None:
    """Two phones cannot be, but two taps can: the second correction is not begun."""
    number = await returned(wang, sun)
    old = dict(wang.memory)
    await wang.says(f"补正 {number}")
    await wang.says(NEW_PROBLEM)
    await wang.says(NEW_MEASURE)
    await wang.says("提交")
    wang.memory = old
    await wang.says(f"补正 {number}")
    wang.sees("正在等纪委审阅")


async def test_a_sheet_without_its_engine_state_is_opened_from_its_answers(desk: Office) -> None:
    version = await publish(desk)
    form = await desk.library.get(version)
    answers = {"/data/news": "something", "/data/problem": PROBLEM, "/data/remarks": ""}
    root = form.questions[0].ref.rpartition("/")[0]
    answers = {ref.replace("/data", root): value for ref, value in answers.items()}
    sheet = ReturnedSheet(
        1, "GC26-0000179", TITLE, "monthly", version, 1, "二公司", None, 1, "", (), desk.now, None, answers, {}
    )
    state = sheet_corrections.kept_state(form, sheet)
    assert isinstance(state, FormState)
    assert state.answers == {f"{root}/news": "something", f"{root}/problem": PROBLEM}
    again = sheet_corrections.reopened(form, state, (f"{root}/problem", f"{root}/gone"))
    assert again.at == f"{root}/problem"
    assert ZONE.key == "Asia/Shanghai"


async def test_giving_up_a_correction_keeps_the_sheet(wang: User, sun: User) -> None:
    """取消 was said to delete everything: the person thought that the sheet would be gone."""
    number = await returned(wang, sun)
    await wang.says("补正")
    await wang.says(NEW_PROBLEM)
    await wang.says("取消")
    wang.sees("确定不补正了吗", f"已经提交的那一份（{number}）还在")
    wang.sees_not("不能恢复")
    await wang.taps("确认取消")
    wang.sees("已放弃这次补正", f"（{number}）还在", f"补正 {number}")
    await wang.taps(f"补正 {number}")
    wang.sees("第 2/6 题", f"已填：{PROBLEM}")
