"""The dialogue of a form from its first question to its number: forward, back, skip, change, hand in."""

import pytest

from tests.handlers.answering import FORM, WEAK, answers, begins, fills, submits
from tests.handlers.desk import Office


async def test_the_whole_walk_from_the_first_question_to_a_number(office: Office) -> None:
    wang = await office.observer()
    await wang.says("菜单")
    wang.sees("王建国", "二公司", FORM)
    await wang.taps(FORM)
    wang.sees("涉密内容请勿在此填写", "填报期次：2026年第四季度", "【一、政治建设】", "第 1/", "总体良好")
    assert wang.seen.index("涉密") < wang.seen.index("第 1/")
    await wang.taps("总体良好")
    wang.sees("已记：总体良好", "【二、重点工作】", "第 2/")
    await wang.says("2")
    wang.sees("已记：有薄弱环节", "第 3/", "主要的薄弱环节")
    await wang.says(WEAK)
    wang.sees("第 4/", "风险等级")
    await wang.says("中")
    wang.sees("第 5/", "采取什么措施")
    await wang.says("改为两人经办并由纪检复核")
    wang.sees("【三、项目投资】")
    await answers(wang, "都答完了")
    await wang.taps("预览")
    wang.sees("预览", "【一、政治建设】", WEAK, "87.5", "没问题就提交")
    await wang.taps("提交")
    wang.sees("已提交", "编号：GC26-")
    await wang.says("提交")
    wang.sees("之前已经提交过了", "编号：GC26-")


async def test_a_thin_answer_is_asked_about_once_before_handing_in_and_never_refused(office: Office) -> None:
    wang = await office.observer()
    said = {"重点工作落实的总体情况": "有薄弱环节", "主要的薄弱环节或风险": "招标", "采取什么措施": "复核"}
    await fills(wang, **said)
    await wang.says("提交")
    wang.sees("想请您再看一题", "第 3 题“招标”写得有点短")
    await wang.taps("就按这样提交")
    wang.sees("已提交")
    number = wang.seen.split("编号：")[1].split("\n")[0]
    sun = await office.officer("孙莉", "二公司")
    await sun.says(f"查 {number}")
    sun.sees("第 3 题写得过短：“招标”", "第 5 题写得过短：“复核”")


async def test_progress_counts_only_what_is_asked(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    total = int(wang.seen.split("第 1/")[1].split(" ")[0])
    await wang.says("有薄弱环节")
    wang.sees(f"第 2/{total + 3} 题")
    await wang.says("上一步")
    await wang.says("总体良好")
    wang.sees(f"第 2/{total} 题")


async def test_a_wrong_answer_is_explained_and_asked_again(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    for wrong in ("7", "不知道", "", "🙂", "总体良好有薄弱环节"):
        await wang.says(wrong)
        wang.sees("第 1/", "政治建设的总体情况")
        assert "总体良好" in wang.labels
    await answers(wang, "开展了哪些防控工作")
    await wang.says("1 7")
    wang.sees("就不能再选其他项", "开展了哪些防控工作")
    await answers(wang, "专题研究党风廉政建设工作几次")
    await wang.says("一百次")
    wang.sees("专题研究党风廉政建设工作几次")
    await wang.says("-1")
    wang.sees("专题研究党风廉政建设工作几次")
    await answers(wang, "最近一次廉洁谈话")
    await wang.says("明天")
    wang.sees("不晚于今天", "最近一次廉洁谈话")
    await answers(wang, "占百分之几")
    await wang.says("120")
    wang.sees("0 到 100 之间", "占百分之几")
    await answers(wang, "都答完了")


async def test_back_skip_and_change(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("上一步")
    wang.sees("第 1/")
    await wang.says("跳过")
    wang.sees("第 1/")
    await wang.says("总体良好")
    await wang.taps("上一步")
    wang.sees("第 1/", "已填：总体良好")
    await wang.taps("跳过")
    wang.sees("第 2/")
    await answers(wang, "效果最好的一项")
    wang.sees("（选填）")
    await wang.taps("跳过")
    wang.sees("下一季度准备重点防控")
    await answers(wang, "都答完了")
    await wang.says("修改 1")
    wang.sees("第 1/", "政治建设的总体情况", "已填：总体良好")
    await wang.says("有明显风险")
    wang.sees("主要的薄弱环节")
    await answers(wang, "都答完了")
    await wang.says("预览")
    wang.sees("有明显风险", "2026-12-20")


async def test_change_from_the_preview_by_tapping_the_number(office: Office) -> None:
    wang = await office.observer()
    await fills(wang)
    await wang.says("预览")
    await wang.taps("2.")
    wang.sees("第 2/", "重点工作落实的总体情况")
    await wang.says("总体良好")
    wang.sees("都答完了")


@pytest.mark.parametrize(
    "said", ["修改3", "修改３", " 修改 3 ", "修改　3", "“修改3”", "修改第3题", "修改三", "改第三题", "更改 3。"]
)
async def test_change_as_people_type_it(office: Office, said: str) -> None:
    wang = await office.observer()
    await fills(wang)
    await wang.says(said)
    wang.sees("第 3/", "项目投资的总体情况")


@pytest.mark.parametrize("said", ["修改 99", "修改 0", "修改"])
async def test_change_of_nothing_is_explained(office: Office, said: str) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says(said)
    assert wang.seen
    await wang.says("继续")
    wang.sees("第 1/")


@pytest.mark.parametrize("said", ["提交", " 提交 ", "“ 提交 ”", "提交。", "《提交》", "提　交", "提交！"])
async def test_hand_in_as_people_type_it(office: Office, said: str) -> None:
    wang = await office.observer()
    await fills(wang)
    await wang.says(said)
    wang.sees("已提交", "编号：GC26-")


async def test_a_sentence_that_holds_a_command_is_an_answer(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("有薄弱环节")
    for sentence in ("修改制度后没有人去跟踪落实执行", "开始 加强监督之后又松懈了下来"):
        await wang.says(sentence)
        wang.sees("风险等级")
        await wang.says("上一步")
    await wang.says("继续 加强监督检查，防止走过场")
    wang.sees("风险等级")
    await wang.says("预览")
    wang.sees("继续 加强监督检查，防止走过场")


async def test_several_choices_by_number_by_label_and_by_tapping_one_after_the_other(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "是否发现以下苗头或问题")
    await wang.taps("逐项点选")
    wang.sees("☐ 1. 履职不当")
    await wang.says("选好了")
    wang.sees("还没有选上")
    await wang.taps("履职不当")
    await wang.taps("未发现")
    wang.sees("☑ 1. 履职不当", "☑ 4. 未发现")
    await wang.taps("选好了")
    wang.sees("就不能再选其他项", "☑ 4. 未发现")
    await wang.taps("未发现")
    await wang.taps("以权谋私")
    wang.sees("☑ 1. 履职不当", "☑ 2. 以权谋私", "☐ 4. 未发现")
    await wang.says("胡说")
    wang.sees("☑ 1. 履职不当")
    await wang.taps("选好了")
    wang.sees("已记：履职不当、以权谋私", "五、廉洁风险：履职不当")
    await wang.says("上一步")
    await wang.taps("逐项点选")
    wang.sees("☑ 1. 履职不当", "☑ 2. 以权谋私")
    await wang.says("预览")
    await wang.says("继续")
    await wang.says("未发现")
    wang.sees("已记：未发现", "【六、防控措施】")


async def test_ticking_is_only_for_questions_with_several_choices(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("逐项点选")
    wang.sees("不用逐项点选", "第 1/")
    await wang.says("选好了")
    wang.sees("第 1/")


async def test_handing_in_too_early_leads_to_what_is_missing(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("提交")
    wang.sees("才能提交", "第 2/", "重点工作落实的总体情况")
    await answers(wang, "都答完了")
    await wang.says("提交")
    wang.sees("编号：")


async def test_what_became_wrong_by_a_later_day_is_asked_again(office: Office) -> None:
    wang = await office.observer()
    await fills(wang, 政治建设的总体情况="有明显风险")
    office.passes(days=60)
    await wang.says("提交")
    wang.sees("还差这一题", "不能早于今天", "哪天整改到位")
    await wang.says("2027-02-01")
    wang.sees("都答完了")
    await wang.says("提交")
    wang.sees("编号：")


async def test_most_turns_write_nothing_to_the_records(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "主要的薄弱环节", 项目投资的总体情况="有薄弱环节")
    before = wang.committed
    await wang.says(WEAK)
    await wang.says("高")
    await wang.says("上一步")
    await wang.says("高")
    assert wang.committed == before


async def test_every_reply_says_what_can_be_done_next(office: Office) -> None:
    wang = await office.observer()
    for said in ("你好", "菜单", "帮助", "继续", "提交", "预览", "取消", "确认", "跳过", "修改 2", "选好了"):
        await wang.says(said)
        assert wang.taps_seen, f"no tap after {said!r}: {wang.seen!r}"
    number = await submits(wang)
    assert number.startswith("GC26-")
    assert wang.taps_seen


async def test_an_answer_of_the_longest_message_is_kept_whole(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("有薄弱环节")
    long = "招标环节缺少复核，" * 75
    await wang.says(long)
    await wang.says("预览")
    wang.sees(long)


async def test_what_introduces_the_form_is_told_once(office: Office) -> None:
    """Not again with every refusal and explanation at the first question."""
    wang = await office.observer()
    await wang.says("综合观察表")
    wang.sees("请把本季度看到的真实情况写出来", "第 1/")
    for said in ("还行吧", "？"):
        await wang.says(said)
        wang.sees("第 1/")
        wang.sees_not("请把本季度看到的真实情况写出来")
    await wang.says("2")
    await wang.says("上一步")
    wang.sees("请把本季度看到的真实情况写出来")
