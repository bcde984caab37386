"""Reports of misconduct: recognised, not kept, and how the office is reached."""

import pytest

from handlers.messages import deciding, parts
from handlers.messages.deciding import Way
from nlp.classification import Classification
from tests.handlers.desk import Office
from tests.handlers.messages.kept import SUGGESTION, messages

REPORT = "项目部张经理收了供应商两条烟，还让他们出钱装修房子"
MAYBE = "听说采购部有人吃回扣，是真的吗"


async def test_a_report_is_told_how_to_reach_the_office_and_leaves_no_trace(office: Office) -> None:
    for user in (await office.observer(), office.somebody()):
        before = dict(user.memory)
        await user.says(REPORT)
        user.sees("违纪违法", "不受理举报", "没有保存", "本单位纪检人员", "12388", "不要删除", "110", "119")
        assert user.memory == before
    assert await messages(office) == []


async def test_the_contact_of_the_office_is_shown_as_it_is(office: Office) -> None:
    office.contact = "集团纪委 010-12345678\n清源大厦 3 层 301"
    wang = await office.observer()
    await wang.says(REPORT)
    wang.sees(office.contact)
    wang.sees_not("12388")


@pytest.mark.parametrize(
    "said",
    [
        *("食堂有人吃拿卡要，没有公开", "食堂采购吃回扣，没有公示", "工程招标没有公示", "资金去向没有公开，大家都怀疑"),
        *(
            "提拔干部没有公示",
            "王经理把工程给了亲戚，没有招标",
            "领导亲戚承包了车队，招标也没有",
            "王主任报销的钱没有发票",
        ),
        *(
            "书记把厂房租给自己弟弟，集体研究都没有",
            "采购员指定供应商，没有比价没有合同",
            "材料直接拉走，一张签收单据都没有",
        ),
    ],
)
async def test_what_is_said_to_be_missing_is_a_fault_and_no_all_clear(office: Office, said: str) -> None:
    """Whoever wrote 没有公开 was told that findings belong into a sheet."""
    wang = await office.observer()
    await wang.says(said)
    wang.sees("没有保存", "举报")
    wang.sees_not("观察情况请填在")
    assert await messages(office) == []


@pytest.mark.parametrize(
    "said",
    [
        *(
            "本季度没有招标，没有采购，没有发现问题",
            "招标流程规范，没有发现问题",
            "不存在没有公示的情况",
            "手续齐全，没有违规",
        ),
        *(
            "没有审批不严的问题",
            "未发现吃拿卡要，采购均已公开",
            "本月无采购，无招标，一切正常",
            "没有发现未经审批的支出",
        ),
    ],
)
async def test_what_was_looked_for_and_not_found_stays_an_all_clear(office: Office, said: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees_not("不受理举报")


async def test_what_may_be_a_report_is_asked_about_and_not_kept(office: Office) -> None:
    wang = await office.observer()
    await wang.says(MAYBE)
    wang.sees("拿不准", "没有保存")
    assert "message" not in wang.memory
    await wang.taps("是，我要举报")
    wang.sees("请不要把举报内容发在这里", "12388")
    assert await messages(office) == []


@pytest.mark.parametrize("kind", ["建议", "咨询", "投诉求助"])
async def test_what_may_be_a_report_is_kept_under_no_kind(office: Office, kind: str) -> None:
    wang = await office.observer()
    await wang.says(MAYBE)
    await wang.taps(kind)
    wang.sees("直接发给我")
    await wang.says(MAYBE)
    wang.sees("没有登记，也没有保存")
    assert "回扣" not in str(wang.memory)
    assert await messages(office) == []


async def test_the_own_matter_is_said_again_under_its_kind(office: Office) -> None:
    wang = await office.observer()
    await wang.says(MAYBE)
    await wang.taps("投诉求助")
    await wang.says("我的工位旁边太吵")
    wang.sees("念给您听", "“我的工位旁边太吵”", "我理解您在求助")
    await wang.taps("对，提交")
    (kept,) = await messages(office)
    assert kept.kind == "complaint"


async def test_a_report_hidden_in_a_long_text_is_found(office: Office) -> None:
    wang = await office.observer()
    await wang.says(f"建议食堂晚上加一个热菜，加班的人能吃上。最好周末也有。{REPORT}。谢谢。")
    wang.sees("没有保存")
    assert "message" not in wang.memory


async def test_what_is_grave_is_not_kept_under_any_name(office: Office) -> None:
    wang = await office.observer()
    await wang.says("我要提投诉求助")
    await wang.says("领导威胁我说再反映就开除我")
    wang.sees("没有保存", "12388")
    assert "威胁" not in str(wang.memory)


async def test_danger_to_life_comes_first(office: Office) -> None:
    stranger = office.somebody()
    await stranger.says("工地塔吊要倒了，下面有人")
    stranger.sees("120", "119", "带班")
    assert stranger.seen.startswith("先顾人的安全")
    assert stranger.memory == {}


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("老王被钢管压住了", "请马上拨打 120"),
        ("配电室着火了", "拨打 119"),
        ("工头拿刀追我们", "马上拨打 110"),
        ("有人困在电梯里", "119"),
    ],
)
async def test_the_number_that_helps_stands_first(office: Office, said: str, seen: str) -> None:
    wang = await office.observer()
    await wang.says("建议食堂晚上加一个热菜")
    await wang.says(said)
    assert wang.seen.startswith("先顾人的安全！")
    wang.sees(seen, "告诉现场带班的人", "还没有提交")
    assert said not in str(wang.memory)


@pytest.mark.parametrize("said", ["我不想活了", "活着没意思", "有人要跳楼"])
async def test_somebody_in_distress_gets_a_warm_word_and_nothing_about_reports(office: Office, said: str) -> None:
    for user in (await office.observer(), office.somebody()):
        await user.says(said)
        user.sees("12356", "120", "110", "没有保存")
        user.sees_not("举报", "12388", "违纪", "绑定")
        assert said not in str(user.memory)


async def test_a_report_while_a_form_or_a_message_waits(office: Office) -> None:
    wang = await office.observer()
    await wang.says("建议食堂晚上加一个热菜")
    await wang.says(REPORT)
    wang.sees("没有保存")
    assert "张经理" not in str(wang.memory)
    await wang.says("对，提交")
    wang.sees("念给您听", "“建议食堂晚上加一个热菜”")
    await wang.says("对，提交")
    wang.sees("已登记")
    await wang.says("综合观察表")
    await wang.says("菜单")
    await wang.says(REPORT)
    wang.sees("如果这是观察表里的回答，请先回复“继续”")
    assert "张经理" not in str(wang.memory)


@pytest.mark.parametrize("said", ["本月未发现违规问题", "经检查，没有发现违反中央八项规定精神的情况"])
async def test_what_was_not_found_belongs_into_a_sheet(office: Office, said: str) -> None:
    wang, stranger = await office.observer(), office.somebody()
    await wang.says(said)
    wang.sees("没有登记", "观察表")
    await wang.taps("观察填报")
    wang.sees("第 1/")
    await stranger.says(said)
    stranger.sees("绑定")
    assert await messages(office) == []


async def test_within_a_form_a_finding_is_an_answer(office: Office) -> None:
    wang = await office.observer()
    await wang.says("综合观察表")
    await wang.says("有薄弱环节")
    await wang.says(REPORT)
    wang.sees("风险等级")


@pytest.fixture
def telling(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two texts that only together look like a report."""
    decide = deciding.decide

    def stricter(text: str, found: Classification, chosen: str = "") -> Way:
        return Way.REPORT if "食堂" in text and "宿舍" in text else decide(text, found, chosen)

    monkeypatch.setattr(parts, "decide", stricter)


@pytest.mark.usefixtures("telling")
async def test_what_together_may_be_a_report_is_not_put_beside_what_waits(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says("宿舍热水器坏了半个月，报了三次没有人修")
    wang.sees("没有登记，也没有保存", "合在一起", "还没有提交，等着您确认")
    assert "宿舍" not in str(wang.memory)
    await wang.taps("看那条")
    wang.sees(f"“{SUGGESTION}”", "我理解您在提建议")
    await wang.taps("对，提交")
    (kept,) = await messages(office)
    assert kept.text == SUGGESTION


async def test_where_any_part_may_be_a_report_nothing_is_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says("宿舍热水器坏了半个月，报了三次没有人修")
    decide = deciding.decide

    def stricter(text: str, found: Classification, chosen: str = "") -> Way:
        return Way.REPORT if text == "宿舍热水器坏了半个月，报了三次没有人修" else decide(text, found, chosen)

    monkeypatch.setattr(parts, "decide", stricter)
    await wang.taps("加到刚才那条")
    wang.sees("没有加进去，也没有保存", "之前那条没有动")
    assert "宿舍" not in str(wang.memory)
    await wang.taps("看刚才那条")
    wang.sees(SUGGESTION)
    await wang.taps("对，提交")
    (kept,) = await messages(office)
    assert kept.text == SUGGESTION


async def test_what_turns_out_to_be_a_report_is_not_registered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    monkeypatch.setattr(parts, "decide", lambda text, found, chosen="": Way.PERHAPS_REPORT)
    await wang.taps("对，提交")
    wang.sees("没有登记，也不再保存")
    assert SUGGESTION not in str(wang.memory)
    assert await messages(office) == []


async def test_a_kind_tapped_under_a_refused_report_is_not_that_of_an_older_text(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says(REPORT)
    wang.sees("没有保存", "您之前发的那条还没有提交，等着您确认")
    await wang.taps("投诉求助")
    wang.sees("之前还有一条等着您确认", f"“{SUGGESTION}”", "我理解您在提建议")
    await wang.taps("对，提交")
    (kept,) = await messages(office)
    assert (kept.text, kept.kind) == (SUGGESTION, "suggestion")


@pytest.mark.parametrize("said", ["按投诉求助提交", "对，提交", "两条分开提", "投诉"])
async def test_nothing_typed_after_a_refusal_registers_what_was_not_read_back(office: Office, said: str) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says(REPORT)
    await wang.says(said)
    wang.sees(f"“{SUGGESTION}”", "我理解您在提建议")
    assert await messages(office) == []


async def test_the_same_words_do_not_wait_after_it_was_said_that_they_are_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    monkeypatch.setattr(parts, "decide", lambda text, found, chosen="": Way.PERHAPS_REPORT)
    await wang.says(SUGGESTION)
    wang.sees("没有登记，也没有保存")
    wang.sees_not("等着您确认")
    assert SUGGESTION not in str(wang.memory)


@pytest.mark.parametrize("said", ["通过群众反映，食堂采购有回扣", "经核查，食堂采购有回扣"])
async def test_what_sounds_like_an_inspection_but_tells_of_an_offence_is_asked_about(office: Office, said: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees("拿不准", "没有保存", "12388")
