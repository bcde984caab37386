"""Suggestions, inquiries and complaints by chat: offered back, kept on the writer's word, exactly once."""

import pytest

from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import COMPLAINT, INQUIRY, SUGGESTION, messages, only


async def test_a_suggestion_is_offered_back_and_kept_on_confirmation(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    wang.sees("我理解您在提建议：食堂后勤", "对吗？", "您的姓名")
    assert wang.labels == ["对，提交", "不是", "取消"]
    assert await messages(office) == []
    await wang.taps("对，提交")
    wang.sees("已登记，编号 YJ26-", "建议", "请管这件事的部门研究", "本单位纪检人员")
    kept = await only(office)
    assert (kept.text, kept.kind, kept.person_id is not None) == (SUGGESTION, "suggestion", True)
    assert kept.classification["intent"] == "suggestion"
    assert kept.classification["evidence"]
    assert kept.classifier
    await wang.taps("我的意见")
    wang.sees(kept.number, SUGGESTION, "建议")


@pytest.mark.parametrize(
    ("said", "offered", "kind"),
    [(INQUIRY, "我理解您在咨询：", "inquiry"), (COMPLAINT, "我理解您在求助：", "complaint")],
)
async def test_inquiries_and_complaints(office: Office, said: str, offered: str, kind: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees(offered)
    await wang.says("是的")
    wang.sees("已登记")
    assert (await only(office)).kind == kind


async def test_somebody_who_is_not_bound_may_say_something_too(office: Office) -> None:
    stranger = office.somebody()
    await stranger.says(SUGGESTION)
    stranger.sees("不带姓名")
    await stranger.taps("对，提交")
    stranger.sees("已登记")
    assert (await only(office)).person_id is None
    await stranger.says("我的意见")
    stranger.sees("YJ26-")


async def test_the_kind_may_be_chosen(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.taps("不是")
    assert wang.labels == ["建议", "咨询", "投诉求助", "都不是"]
    await wang.taps("投诉求助")
    wang.sees("已登记", "投诉求助")
    assert (await only(office)).kind == "complaint"


@pytest.mark.parametrize("path", [["取消"], ["不是", "都不是"]])
async def test_it_may_be_given_up(office: Office, path: list[str]) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    for label in path:
        await wang.taps(label)
    wang.sees("没有登记，也没有保留")
    assert "message" not in wang.memory
    await wang.says("对，提交")
    wang.sees("没有登记什么")
    assert await messages(office) == []


async def test_a_second_tap_and_a_tap_far_up_keep_nothing_twice(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    about = wang.about
    await wang.taps("对，提交")
    number = (await only(office)).number
    for label in ("对，提交", "按建议提交"):
        await wang.does(kind="text", text=label, tap_id="1", about=about)
        wang.sees("已经登记过了", number)
    await wang.says(COMPLAINT)
    await wang.does(kind="text", text="对，提交", tap_id="1", about=about)
    wang.sees("前面消息里的")
    assert len(await messages(office)) == 1


async def test_a_message_may_be_announced(office: Office) -> None:
    wang = await office.observer()
    await wang.says("我要提投诉求助")
    wang.sees("直接发给我", "不受理举报")
    await wang.says("我的工位旁边太吵")
    wang.sees("我理解您在求助")
    await wang.taps("对，提交")
    assert (await only(office)).kind == "complaint"
    await wang.says("我要提建议")
    await wang.taps("取消")
    wang.sees("没有登记")


async def test_the_kinds_are_announced_as_people_say_them(office: Office) -> None:
    """The taps said 我要提咨询 and 我要提投诉求助, which nobody says; taps of older messages still mean it."""
    wang = await office.observer()
    await wang.says("经理长期收受供应商好处费")
    said = {tap.label: tap.content for tap in wang.taps_seen}
    assert said == {"建议": "我要提建议", "咨询": "我要咨询", "投诉求助": "我要投诉求助"}
    for each in (*said.values(), "我要提咨询", "我要提投诉求助"):
        await wang.says(each)
        wang.sees("直接发给我")


async def test_a_button_of_the_bottom_menu_announces_a_suggestion_also_within_a_form(office: Office) -> None:
    wang = await office.observer()
    await wang.says("综合观察表")
    await wang.event("click", key="我要提建议", text="我要提建议")
    wang.sees("直接发给我", "您有一份未完成的《综合观察表》")


async def test_after_a_form_was_put_aside_it_is_asked_whether_it_was_an_answer(office: Office) -> None:
    wang = await office.observer()
    await wang.says("综合观察表")
    await wang.says("菜单")
    await wang.says(SUGGESTION)
    wang.sees("第 1 题", "记入这一题")


@pytest.mark.parametrize(("said", "seen"), [("谢谢你们", "不客气"), ("在吗？", "王建国"), ("你好！", "王建国")])
async def test_small_talk_gets_a_short_line(office: Office, said: str, seen: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees(seen)
    assert wang.committed == 1, "binding"


async def test_questions_about_the_bot_are_answered_by_the_help(office: Office) -> None:
    wang = await office.observer()
    await wang.says("这个表怎么填？")
    wang.sees("填表时一次答一题", "直接把话发给我")


async def test_nobody_reads_the_messages_of_another(office: Office) -> None:
    wang, chen = await office.observer(), await office.observer("陈晓", "一公司")
    await wang.says(SUGGESTION)
    await wang.taps("对，提交")
    await chen.says("我的意见")
    chen.sees("还没有")


@pytest.mark.parametrize("said", ["是", "对", "提交", "确认", "取消", "不是", "不提了"])
async def test_yes_and_no_mean_nothing_while_nothing_waits(office: Office, said: str) -> None:
    user: User = office.somebody()
    await user.says("菜单")
    await user.says(said)
    assert user.committed == 0
    assert user.taps_seen
    assert len(user.seen) < 60, "one short line"
    user.sees_not("您好")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("求助", "complaint"),
        ("投诉", "complaint"),
        ("建议", "suggestion"),
        ("咨询", "inquiry"),
        ("按咨询提交", "inquiry"),
    ],
)
async def test_the_kind_may_be_typed(office: Office, said: str, kind: str) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.taps("不是")
    await wang.says(said)
    wang.sees("已登记")
    assert ((await only(office)).text, (await only(office)).kind) == (SUGGESTION, kind)


async def test_a_kind_counts_for_the_next_text_only(office: Office) -> None:
    wang = await office.observer()
    await wang.says("我要提咨询")
    await wang.says("菜单")
    await wang.says(SUGGESTION)
    wang.sees("我理解您在提建议")
    await wang.taps("取消")
    await wang.says("我要提咨询")
    await wang.says(INQUIRY)
    await wang.taps("对，提交")
    await wang.says(SUGGESTION)
    wang.sees("我理解您在提建议")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("我要投诉", "这里收投诉求助"),
        ("投诉", "这里收投诉求助"),
        ("我要求助", "这里收投诉求助"),
        ("我要提个建议", "这里收建议"),
        ("我想咨询", "这里收咨询"),
    ],
)
async def test_a_kind_is_announced_in_many_words(office: Office, said: str, seen: str) -> None:
    stranger = office.somebody()
    await stranger.says(said)
    stranger.sees("直接发给我", seen)


async def test_a_kind_may_stand_before_the_text(office: Office) -> None:
    wang = await office.observer()
    await wang.says("投诉 我的工位旁边太吵")
    wang.sees("我理解您在求助", "“投诉 我的工位旁边太吵”")
    await wang.taps("取消")
    await wang.says("投诉：项目部张经理收了供应商两条烟")
    wang.sees("没有保存")


@pytest.mark.parametrize("path", [["取消"], ["不是", "都不是"]])
async def test_a_second_tap_of_somebody_who_is_not_bound_gets_one_short_line(office: Office, path: list[str]) -> None:
    stranger = office.somebody()
    await stranger.says(SUGGESTION)
    for label in path:
        tap, about = next(tap for tap in stranger.taps_seen if tap.label == label), stranger.about
        await stranger.taps(label)
    await stranger.does(kind="text", text=tap.content, tap_id="1", about=about)
    assert len(stranger.seen) < 60
    stranger.sees_not("您好")
    assert await messages(office) == []


async def test_the_whole_text_of_an_own_message(office: Office) -> None:
    wang, chen = await office.observer(), await office.observer("陈晓", "一公司")
    await wang.says(SUGGESTION * 4)
    await wang.taps("对，提交")
    number = (await only(office)).number
    await wang.taps("我的意见")
    wang.sees_not(SUGGESTION * 4)
    await wang.taps(number)
    wang.sees(SUGGESTION * 4)
    for said in (number, f"我的意见 {number.lower()}", f"我的意见{number}"):
        await wang.says(said)
        wang.sees(SUGGESTION * 4)
        await chen.says(said)
        chen.sees("没有这个编号")
        chen.sees_not("食堂")


@pytest.mark.parametrize("said", ["绑定码", "忘记绑定码", "绑定码忘了", "没有绑定码"])
async def test_words_about_the_code_are_understood(office: Office, said: str) -> None:
    stranger = office.somebody()
    await stranger.says(said)
    stranger.sees("请把绑定码发给我", "没有绑定码的，请向本单位纪检人员索取")


@pytest.mark.parametrize(
    ("said", "seen"),
    [("感谢领导关心，希望以后班车能准时", "我理解您在提建议"), ("食堂太贵了，谢谢", "我理解您在求助")],
)
async def test_what_is_asked_for_beside_thanks_is_offered(office: Office, said: str, seen: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees(seen)
    await wang.taps("对，提交")
    assert (await only(office)).text == said


@pytest.mark.parametrize("said", ["好的", "收到", "OK", "👍👍", "🙏", "[强][抱拳]", "[OK]"])
async def test_a_nod_gets_a_short_line(office: Office, said: str) -> None:
    for user in (await office.observer(), office.somebody()):
        await user.says(said)
        assert user.seen == "好的，有事随时说。"


@pytest.mark.parametrize("said", ["你是谁", "你是机器人吗？", "你能干什么"])
async def test_who_it_is_is_told(office: Office, said: str) -> None:
    stranger = office.somebody()
    await stranger.says(said)
    stranger.sees("这里是“清风观察”")


@pytest.mark.parametrize(
    "said", ["我上次提的建议怎么样了", "之前反映的事有进展吗？", "我的意见处理了没", "我提的意见有没有回复"]
)
async def test_what_became_of_it_may_be_asked(office: Office, said: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees("您还没有在这里提过意见")
    await wang.says(SUGGESTION)
    await wang.taps("对，提交")
    await wang.says(said)
    wang.sees("还不能把答复发给您", "报编号", (await only(office)).number)


@pytest.mark.parametrize("said", ["我建议把食堂的意见箱结果公布一下", "建议大家反映的问题都有回复，有结果也公开"])
async def test_what_only_looks_like_that_is_a_suggestion(office: Office, said: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees("我理解您在提建议")


async def test_a_nod_does_not_end_what_was_announced_or_asked(office: Office) -> None:
    wang = await office.observer()
    await wang.says("我要提投诉求助")
    await wang.says("好的")
    await wang.says("我的工位旁边太吵")
    wang.sees("我理解您在求助")
    await wang.says("收到")
    await wang.says("对")
    wang.sees("已登记")
