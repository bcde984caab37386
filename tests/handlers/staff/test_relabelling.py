"""Labels as officers read and correct them: 查, 看意见, 改类."""

import pytest

from storage.models import Message
from storage.vocabulary import Level
from tests.handlers.answering import submits as submits_comprehensive
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import findings, messages
from tests.handlers.quality_forms import OTHER_PROBLEM, observer, publish, submits

SAID = "建议食堂晚上加一个热菜，加班的人能吃上"


async def _kept(office: Office, user: User, said: str = SAID) -> Message:
    await user.says(said)
    await user.taps("对，提交")
    return (await messages(office))[-1]


@pytest.fixture
async def li(office: Office) -> User:
    return await office.officer("李敏", "清源集团")


async def test_a_message_is_read_with_its_labels_and_why(office: Office, li: User) -> None:
    number = (await _kept(office, await office.observer())).number
    await li.says(f"查 {number}")
    li.sees(number, "建议", "王建国（清源集团 / 二公司）", SAID, "分类：建议、食堂后勤", "依据：", "“食堂”", "改类")
    assert (await office.database.verify_audit()).broken_at is None
    await li.says("看意见")
    li.sees("共 1 条", number, "建议、食堂后勤")
    await li.taps(number)
    li.sees(SAID)


async def test_a_message_of_somebody_unbound_has_no_name(office: Office, li: User) -> None:
    number = (await _kept(office, office.somebody())).number
    await li.says(f"查 {number}")
    li.sees("未绑定身份，没有姓名")


async def test_others_learn_nothing_of_a_message(office: Office, li: User) -> None:
    wang = await office.observer()
    await _kept(office, wang, "建议班车早上提前十分钟发车")
    number = (await _kept(office, wang)).number
    await li.says("查 YJ26-9999991")
    unknown = li.reply
    zhao = await office.officer("赵强", "一公司")
    for user in (wang, zhao, office.somebody()):
        for said in (f"查 {number}", f"改类 {number} 低")[user is wang :]:
            await user.says(said)
            assert user.reply == unknown
    await zhao.says("看意见")
    zhao.sees("没有收到")


async def test_who_reads_nobodys_messages_sees_their_own(office: Office) -> None:
    wang = await office.observer()
    await wang.says("看意见")
    wang.sees("您还没有在这里提过意见")
    number = (await _kept(office, wang)).number
    await (await office.observer("李芳")).says("看意见")
    await wang.says("看意见")
    wang.sees("您最近提交的意见", number)


async def test_a_message_that_is_a_report_is_not_read_over_a_shoulder(office: Office, li: User) -> None:
    number = (await _kept(office, await office.observer())).number
    await li.says(f"改类 {number} 举报反映")
    li.sees("按举报件另行登记", "为提交人保密")
    await li.says("看意见")
    li.sees("共 1 条", number, "〔举报反映〕", "内容不在这里列出")
    li.sees_not(SAID, "王建国")
    await li.taps(number)
    li.sees(SAID, "按举报件另行登记")
    await li.says(f"改类 {number} 建议")
    li.sees_not("按举报件")
    await li.says("看意见")
    li.sees(SAID[:10])


async def test_labels_of_a_message_are_corrected(office: Office, li: User) -> None:
    number = (await _kept(office, await office.observer())).number
    await li.says(f"改类 {number} 投诉 廉洁 中 -食堂后勤")
    li.sees("原来：建议、食堂后勤", "现在：投诉求助", "廉洁纪律、程度中")
    assert "食堂后勤" not in li.seen.split("现在：")[1]
    await li.says(f"查{number}")
    li.sees("提交人选的类型：建议\n分类：投诉求助", "李敏已核", "廉洁纪律、程度中")
    await li.says(f"改类 {number} 对")
    li.sees("没有变")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("管理", "可以是"),
        ("天文地理", "没有“天文地理”这个类别"),
        ("-建议", "不能去掉"),
        ("高 低", "程度只能写一个，您写了“高”和“低”"),
        ("建议 咨询", "类型只能写一个"),
        ("-食堂后勤 食堂后勤", "“食堂后勤”又要加上又要去掉"),
        ("第2项 食堂后勤", "不分第几项，直接写类别"),
        ("", "提交人选的类型：建议\n现在的分类：建议、食堂后勤"),
    ],
)
async def test_what_cannot_be_understood_is_said_in_one_sentence(
    office: Office, li: User, said: str, seen: str
) -> None:
    number = (await _kept(office, await office.observer())).number
    await li.says(f"改类 {number} {said}".strip())
    li.sees(seen)


async def test_findings_are_classified_when_a_sheet_is_handed_in(office: Office, li: User) -> None:
    await publish(office)
    wang = await observer(office, "王建国", "二公司")
    number = await submits(wang, 发现了什么问题=OTHER_PROBLEM)
    await li.says(f"查 {number}")
    li.sees(OTHER_PROBLEM, "分类：", "食堂后勤", "依据：")
    await li.says(f"改类 {number} 车辆管理 低 -食堂")
    li.sees(f"{number} 第 1 项 的分类已改", "车辆管理", "程度低")
    await li.says(f"改类 {number} 第3项 低")
    li.sees("没有第 3 项")
    await li.says(f"查 {number}")
    li.sees("车辆管理", "李敏已核")


@pytest.mark.parametrize(
    "said", ["建议", "咨询", "投诉", "感谢", "举报反映", "其他", "求助", "-建议", "食堂后勤 建议 低"]
)
async def test_a_finding_has_no_type(office: Office, li: User, said: str) -> None:
    """It was answered that nothing changed, and exported as a suggestion."""
    await publish(office)
    number = await submits(await observer(office, "王建国", "二公司"), 发现了什么问题=OTHER_PROBLEM)
    await li.says(f"改类 {number} 第1项 {said}")
    li.sees("类型只有意见才有", "这次没有改", "请写业务领域、纪律、程度或者八项规定")
    (finding,) = await findings(office)
    assert (finding.corrected_at, finding.correction) == (None, None)


async def test_labels_of_a_finding_keep_its_intent(office: Office, li: User) -> None:
    await publish(office)
    number = await submits(await observer(office, "王建国", "二公司"), 发现了什么问题=OTHER_PROBLEM)
    for said in ("车辆管理 低", "政治纪律", "未发现", "对"):
        await li.says(f"改类 {number} {said}")
        (finding,) = await findings(office)
        assert finding.corrected_at is not None
        assert finding.correction is not None
        assert finding.correction["intent"] == finding.classification["intent"]


async def test_the_names_told_for_a_finding_are_those_it_may_have(office: Office, li: User) -> None:
    await publish(office)
    number = await submits(await observer(office, "王建国", "二公司"), 发现了什么问题=OTHER_PROBLEM)
    for said in ("", "天文地理"):
        await li.says(f"改类 {number} {said}".strip())
        li.sees("可以写", "业务领域 招标采购", "八项规定 ")
        li.sees_not("类型", "投诉求助")


async def test_of_several_findings_one_must_be_named(office: Office, li: User) -> None:
    wang = await office.observer()
    number = await submits_comprehensive(wang, 项目投资的总体情况="有薄弱环节", 是否发现以下苗头或问题="1")
    await li.says(f"改类 {number} 低")
    li.sees("有 2 项问题", "第2项")
    await li.says(f"改类 {number} 第二项：资金管理、高")
    li.sees("第 2 项 的分类已改", "资金管理", "程度高")
    await li.says(f"改类 {number} 第2项")
    li.sees("现在的分类", "可以写", "第2项 ")


async def test_a_sheet_without_findings_has_nothing_to_correct(office: Office, li: User) -> None:
    number = await submits_comprehensive(await office.observer())
    await li.says(f"改类 {number} 低")
    li.sees("没有可以改的分类")


async def test_an_officer_does_not_correct_the_own_text(office: Office) -> None:
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")], officer_of="二公司")
    wang = await office.bound(person)
    number = (await _kept(office, wang)).number
    await wang.says(f"改类 {number} 低")
    wang.sees("这是您自己写的", "回避")
    await wang.says(f"改类 {number} 对")
    wang.sees("这是您自己写的")
    assert (await messages(office))[0].corrected_at is None


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("查", "这样说：查 编号"),
        ("改类", "这样说：改类 编号 类别"),
        ("改类 食堂后勤", "这样说：改类 编号 类别"),
        ("加词", "这样说：加词"),
        ("看意见 建议", "这样说：看意见"),
        (f"改类 YJ26-0000013 {'食堂后勤 ' * 60}", "“改类”写得太长了，没有办。请写在 200 个字以内"),
    ],
)
async def test_a_word_of_a_command_by_itself_is_answered_by_its_own_usage(
    office: Office, li: User, said: str, seen: str
) -> None:
    await li.says(said)
    li.sees(seen)
    wang = await office.observer()
    await wang.says(said)
    wang.sees_not("这样说")


@pytest.mark.parametrize("said", ["查 YJ26-0000012", "改类 YJ26-0000012 低", "改类 YJ26-1 低"])
async def test_an_unknown_number_of_a_message_gets_an_example_of_one(office: Office, li: User, said: str) -> None:
    await li.says(said)
    li.sees("没有查到", "例如“查 YJ26-0000013”")
    li.sees_not("GC26")
    wang = await office.observer()
    await wang.says(said)
    assert wang.reply == li.reply


async def test_whoever_wrote_a_message_reads_it_by_the_number_that_they_were_told(office: Office, li: User) -> None:
    for user in (await office.observer(), office.somebody(), li):
        number = (await _kept(office, user)).number
        await user.says(f"查 {number}")
        user.sees(number, SAID)
        user.sees_not("分类：", "依据：")
        await user.says(f"查 {number[:-1]}0")
        user.sees("没有查到这个编号")


async def test_messages_are_counted_and_paged_however_many_findings_stand_between(office: Office, li: User) -> None:
    wang = await office.observer()
    for place in range(18):
        await _kept(office, wang, f"建议食堂晚上加一个热菜，第{place}次说了")
    await submits_comprehensive(wang, 项目投资的总体情况="有薄弱环节", 是否发现以下苗头或问题="1")
    await li.says("看意见 2")
    li.sees("共 18 条", "第9次", "第2次")
    li.sees_not("第10次", "第1次")
    await li.taps("下一页")
    li.sees("第1次", "第0次")
    assert "下一页" not in li.labels
    await li.says("看意见 999")
    li.sees("共 18 条", "第0次")
    await li.taps("上一页")
    li.sees("第9次")


@pytest.mark.parametrize("minus", ["-", "--", "——", " - ", "－"])
async def test_a_label_is_taken_away_with_whatever_dash(office: Office, li: User, minus: str) -> None:
    number = (await _kept(office, await office.observer())).number
    await li.says(f"改类 {number} {minus}食堂后勤")
    li.sees("现在：建议")
    li.sees_not("现在：建议、食堂后勤")


async def test_labels_agree_with_whether_something_was_found(office: Office, li: User) -> None:
    """A 程度高 beside 未发现问题 was kept, and exported for training."""
    number = (await _kept(office, await office.observer())).number
    await li.says(f"改类 {number} 举报 廉洁 高")
    await li.says(f"改类 {number} 未发现问题")
    assert "廉洁纪律" not in li.seen.split("现在：")[1]
    assert "程度高" not in li.seen.split("现在：")[1]
    li.sees("现在：举报反映、食堂后勤、未发现问题")
    await li.says(f"改类 {number} 高 未发现问题")
    li.sees("“未发现问题”和“高”不能一起写")
    await li.says(f"改类 {number} 中")
    li.sees("现在：举报反映、食堂后勤、程度中")
    await li.says(f"改类 {number} 无")
    li.sees("现在：举报反映、食堂后勤\n")
