"""The lexicon by chat: tried on the texts of the last 90 days, asked about, in force at once, undone."""

import pytest
from sqlmodel import select

from handlers import words
from handlers.staff import lexicon_editing, lexicon_trial
from handlers.understanding import Understanding
from nlp.classifier import Classifier
from storage.admin import administer
from storage.models import Office as Held
from storage.text_views import LexiconWord
from tests.handlers.answering import submits
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import messages

WORD = "格桑花"
SAID = "建议把格桑花的事情办得再好一点，大家都盼着"


@pytest.fixture
async def li(office: Office) -> User:
    return await office.officer("李敏", "清源集团")


async def _kept(user: User, said: str) -> None:
    await user.says(said)
    await user.taps("对，提交")
    user.sees("已登记")


async def test_a_word_is_tried_shown_confirmed_and_counts_at_once(office: Office, li: User) -> None:
    wang = await office.observer()
    await _kept(wang, SAID)
    await _kept(wang, "建议食堂晚上加一个热菜")
    await li.says(f"加词 {WORD} 车辆管理 高")
    li.sees(f"加词“{WORD}”（车辆管理，分量高）", "过去 90 天 2 条文字中 1 条的分类")
    assert li.labels == ["查看", "确认", "取消"]
    await li.taps("查看")
    li.sees("YJ26-", "建议 → 建议、车辆管理")
    await wang.says(SAID)
    wang.sees_not("车辆管理")
    await wang.taps("取消")
    await li.taps("确认")
    li.sees("已生效", "词库第 1 版")
    await wang.says(SAID)
    wang.sees("我理解您在提建议：车辆管理")
    await wang.taps("对，提交")
    assert (await messages(office))[-1].lexicon == 1


async def test_it_counts_in_other_workers_too(office: Office, li: User) -> None:
    other = Understanding(Classifier.load())
    records = office.database.records("nobody", now=office.now)
    assert (await other.classify(SAID, records)).fields == ()
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    again = office.database.records("nobody", now=office.now)
    assert [*(await other.classify(SAID, again)).fields] == ["车辆管理"]


async def test_a_second_tap_and_giving_up(office: Office, li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理")
    li.sees("分量中", "没有文字可以试算")
    await li.taps("取消")
    li.sees("词库没有改")
    await li.says("确认改词")
    li.sees("没有等您确认的改动")
    await li.says(f"加词 {WORD} 车辆管理")
    await li.taps("确认")
    await li.says("确认改词")
    li.sees("这次改动已经生效过了，就是词库第 1 版")
    await li.says(f"加词 {WORD} 车辆管理")
    li.sees("现在就是这样")
    await li.says(f"加词 {WORD} 食堂后勤")
    office.passes(minutes=31)
    await li.taps("确认")
    li.sees("没有生效：隔得久了")
    await li.says("确认改词")
    li.sees("没有等您确认的改动")


async def test_somebody_else_was_quicker(office: Office, li: User) -> None:
    zhao = await office.officer("赵强", "清源集团")
    await li.says(f"加词 {WORD} 车辆管理")
    await zhao.says("加词 雪莲花 食堂后勤")
    await zhao.taps("确认")
    await li.says("看改词")
    li.sees("刚刚有人改过")
    await li.taps("重新试算")
    li.sees(f"加词“{WORD}”（车辆管理，分量中）。")
    await zhao.says("删词 雪莲花")
    await zhao.taps("确认")
    await li.taps("确认")
    li.sees("刚刚有人改过", "没有生效")
    await li.taps("重新试算")
    await li.taps("确认")
    li.sees("已生效", "词库第 3 版")


async def test_a_word_is_taken_out_and_an_edit_undone(office: Office, li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await _kept(await office.observer(), SAID)
    await li.says(f"删词 {WORD}")
    li.sees("1 条文字中 1 条的分类")
    await li.taps("确认")
    li.sees("词库第 2 版")
    await li.says("词库")
    li.sees("第 2 版", f"李敏 删词“{WORD}”", f"第 1 版 11-20 20:30 李敏 加词“{WORD}”（车辆管理，分量高）")
    await li.taps("撤销改词")
    li.sees("要撤销第 2 版吗")
    await li.taps("撤销")
    li.sees("已撤销第 2 版", "现在是：加词", "词库第 3 版")
    await li.says("撤销改词 2")
    li.sees("第 2 版", f"删词“{WORD}”", "已经撤销了，就是词库第 3 版")
    await li.says("词库")
    li.sees("第 3 版已撤销", "撤销第 2 版：删词")
    await li.says("撤销改词 1")
    li.sees("恢复成原来的样子")
    await li.says("撤销改词")
    li.sees("没有可以撤销的改动")


@pytest.mark.parametrize("yes", ["确认", "撤销", "好的", "是"])
async def test_an_undoing_is_confirmed_by_what_people_type(office: Office, li: User, yes: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await li.says(f"加词 {WORD} 食堂后勤 低")
    await li.says("撤销改词")
    li.sees("要撤销第 1 版吗")
    await li.says("取消")
    li.sees("词库没有改")
    await li.says("确认")
    li.sees_not("已撤销", "已生效")
    await li.says("撤销改词")
    await li.says(yes)
    li.sees("已撤销第 1 版", "恢复成原来的样子")
    await li.says("确认")
    li.sees_not("已撤销", "已生效")


@pytest.mark.parametrize("answer", ["确认", "好的", "看看", "取消", "撤销"])
@pytest.mark.parametrize("asked", ["撤销改词", "删词 围标"])
async def test_who_lost_the_right_meanwhile_is_answered_as_anybody(office: Office, asked: str, answer: str) -> None:
    li = await office.officer("李敏", "清源集团")
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await li.says("菜单")
    await li.says(asked)
    async with administer(office.database, actor="test", now=office.now) as admin:
        held = (await admin._session.execute(select(Held))).scalars().all()
        for each in held:
            await admin.end_office(each.id or 0)
    await li.says(answer)
    li.sees_not("撤销第", "删词", "词库", "没有可以撤销")


async def test_an_undoing_is_not_confirmed_days_later(office: Office, li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await li.says("菜单")
    await li.says("撤销改词")
    li.sees("要撤销第 1 版吗")
    office.passes(days=2)
    for said in ("确认", "撤销", "好的"):
        await li.says(said)
        li.sees_not("已撤销")
    await li.says("词库")
    li.sees_not("第 2 版")


async def test_an_undoing_is_not_confirmed_after_something_else(office: Office, li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await li.says("撤销改词")
    li.sees("要撤销第 1 版吗")
    await li.says("菜单")
    await li.says("确认")
    await li.says("词库")
    li.sees("第 1 版")
    li.sees_not("第 2 版")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("加词", "这样说：加词"),
        ("加词 围 招标采购", "2 到 8 个字"),
        ("加词 这是一个非常非常长的词 招标采购", "2 到 8 个字"),
        ("加词 12345 招标采购", "2 到 8 个字"),
        (f"加词 {WORD}", "归到哪一类"),
        (f"加词 {WORD} 天文", "没有“天文”这个类别"),
        (f"加词 {WORD} 未发现", "不能靠加词"),
        (f"加词 {WORD} 食堂后勤 高 低", "分量只能写一个，您写了“高”和“低”"),
        (f"加词 {WORD} 建议 咨询", "类型只能写一个，您写了“建议”和“咨询”"),
        (f"加词 {WORD} 严重 轻微", "程度只能写一个，您写了“严重”和“轻微”"),
        (f"加词 {WORD} 招标采购 无", "“无”不能靠加词来判断"),
        (f"加词 {WORD} 招标采购 高 无", "“无”不能靠加词来判断"),
        (f"加词 {WORD} 严重 无", "“无”不能靠加词来判断"),
        (f"加词 {WORD} 咨询 感谢", "类型只能写一个，您写了“咨询”和“感谢”"),
        (f"删词 {WORD}", "词库里没有"),
        ("删词", "这样说：删词 词语"),
        ("删词 围标 串标", "一次只能删一个词"),
        ("加词围标 招标采购 高", "这样说：加词 词语 类别 分量"),
        ("撤销", "这样说：撤销改词"),
        ("加词 <b>围标</b> 招标采购", "不能有空格、标点"),
        ("加词 &围标; 招标采购", "不能有空格、标点"),
        ("词库", "还没有人改过"),
        ("撤销改词", "没有可以撤销的改动"),
        ("看改词", "没有等您确认的改动"),
        ("取消改词", "没有等您确认的改动"),
    ],
)
async def test_what_is_not_possible_is_said(li: User, said: str, seen: str) -> None:
    await li.says(said)
    li.sees(seen)


async def test_severity_and_intent_may_be_taught(li: User) -> None:
    await li.says(f"加词 {WORD} 严重 投诉 低")
    li.sees("程度高、投诉求助，分量低")


async def test_a_word_that_stands_everywhere_is_warned_of(office: Office, li: User) -> None:
    wang = await office.observer()
    for number in range(10):
        await _kept(wang, f"建议食堂晚上加一个热菜，第{number}次说了")
    await li.says("加词 晚上 值班考勤 低")
    li.sees("100% 出现了“晚上”", "换一个更具体的")


async def test_where_the_time_is_short_it_is_said_how_many_were_tried(
    office: Office, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await office.observer()
    for _ in range(3):
        await _kept(wang, SAID)
    monkeypatch.setattr(lexicon_trial, "PAGE", 2)
    await li.says(f"加词 {WORD} 车辆管理 高")
    li.sees("3 条文字中 3 条的分类")
    records = office.database.records(await office.database.contact_of(li.openid, office.now), now=office.now)
    state = await records.lexicon_edits()
    context = li.context(records)
    trial = await lexicon_trial.tried(LexiconWord(WORD, ("车辆管理",), 3), state, context, budget=0)
    assert (trial.finished, trial.tried) == (False, 0)


async def test_what_an_officer_corrected_is_changed_by_no_word(office: Office, li: User) -> None:
    await _kept(await office.observer(), SAID)
    await li.says(f"改类 {(await messages(office))[0].number} 食堂后勤")
    await li.says(f"加词 {WORD} 车辆管理 高")
    li.sees("1 条文字中 0 条的分类")
    assert "查看" not in li.labels


async def test_nobody_but_officers_of_the_group_edits_it(office: Office) -> None:
    sun, wang = await office.officer("孙莉", "二公司"), await office.observer()
    for user in (sun, wang, office.somebody()):
        for said in (f"加词 {WORD} 车辆管理", f"删词 {WORD}", "撤销改词 1", "词库", "确认改词", "看改词", "取消改词"):
            await user.says(said)
            user.sees("没有看懂")
            assert "lexicon" not in user.memory
    await sun.says("菜单")
    sun.sees("改类 编号")
    sun.sees_not("加词")


@pytest.mark.parametrize("said", ["加词典的建议", "删词条", "词库里有什么", "加词语"])
def test_what_is_no_command(said: str) -> None:
    assert lexicon_editing.hear_add(said) is None
    assert lexicon_editing.hear_remove(said) is None
    assert lexicon_editing.hear_history(said) is None


@pytest.mark.parametrize(("said", "seen"), [("确认", "已生效"), ("取消", "词库没有改")])
async def test_the_answer_may_be_typed(li: User, said: str, seen: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says(said)
    li.sees(seen)
    await li.says(said)
    li.sees_not(seen)


async def test_a_typed_yes_is_said_to_what_was_asked_last(office: Office, li: User) -> None:
    await _kept(await office.observer(), SAID)
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("查看")
    await li.says("确认")
    li.sees("已生效")
    await li.says("加词 雪莲花 车辆管理 高")
    await li.says("菜单")
    await li.says("确认")
    li.sees("还有一次改动等您确认：加词“雪莲花”（车辆管理，分量高）")
    assert (await office.database.records("nobody", now=office.now).lexicon_edits()).version == 1


async def test_what_an_edit_takes_the_place_of_is_said(li: User) -> None:
    await li.says("加词 围标 食堂后勤 低")
    li.sees("这个词内置时归到", "招标采购", "只按您写的算")
    await li.says(f"加词 {WORD} 车辆管理 高")
    li.sees_not("换掉", "内置")
    await li.says("确认")
    await li.says(f"加词 {WORD} 食堂后勤 低")
    li.sees(f"它会换掉现在的：加词“{WORD}”（车辆管理，分量高）")


async def test_what_goes_with_a_built_in_word_is_said(li: User) -> None:
    await li.says("删词 食堂")
    li.sees("这个词内置时归到：食堂后勤；确认后不再看它")
    li.sees_not("举报")
    await li.says("删词 没有")
    li.sees("只用来听懂语气")


async def test_it_is_warned_of_a_word_by_which_reports_are_recognised(li: User) -> None:
    await li.says("删词 围标")
    li.sees("这个词内置时归到", "廉洁纪律", "带这个词的举报可能认不出")
    await li.says("加词 围标 招标采购 高")
    li.sees("“围标”一出现，就认作")
    await li.says("加词 围标 招标采购 廉洁纪律 高")
    li.sees_not("可能认不出")


async def test_the_same_of_a_word_that_staff_added(li: User) -> None:
    await li.says(f"加词 {WORD} 廉洁纪律 高")
    li.sees_not("可能认不出")
    await li.taps("确认")
    await li.says(f"删词 {WORD}")
    li.sees("它会换掉现在的", "“格桑花”一出现，就认作")
    await li.says(f"加词 {WORD} 廉洁纪律 低")
    li.sees("可能认不出")
    await li.says("加词 雪莲花 廉洁纪律 中")
    await li.taps("确认")
    await li.says("删词 雪莲花")
    li.sees_not("可能认不出")


@pytest.mark.parametrize("word", ["我们", "建议", "没有"])
async def test_everyday_words_are_warned_of_without_any_text(li: User, word: str) -> None:
    await li.says(f"加词 {word} 食堂后勤")
    li.sees(f"“{word}”是日常用语", "更具体的词")


async def test_taking_out_an_everyday_word_is_warned_of(li: User) -> None:
    await li.says("删词 建议")
    li.sees("“建议”很常用，删掉以后")


async def test_a_word_of_the_trade_is_not_warned_of(li: User) -> None:
    await li.says("加词 串标 招标采购 高")
    li.sees_not("日常用语")


async def test_findings_are_tried_with_their_area(office: Office, li: User) -> None:
    """They were classified with it when they were handed in."""
    wang = await office.observer()
    number = await submits(wang, 项目投资的总体情况="有薄弱环节", 是否发现以下苗头或问题="1")
    await li.says("加词 项目投资 车辆管理 高")
    li.sees("2 条文字中 1 条的分类")
    await li.taps("查看")
    li.sees(number)


DOING = ("是", "对的", "好的", "可以", "确定", "生效", "改吧", "确认改词", "可以的", "没问题", "确定！", "好吧", "同意")
LEAVING = (
    "不",
    "算了",
    "不改了",
    "不确认",
    "不撤销",
    "不要了",
    "先不改",
    "别改",
    "算了吧",
    "不行",
    "取消改词",
    "不删了",
)


@pytest.mark.parametrize("said", DOING)
async def test_a_yes_in_other_words_is_one_right_after_the_question(li: User, said: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says(said)
    li.sees("已生效", "词库第 1 版")


@pytest.mark.parametrize("said", LEAVING)
async def test_so_is_a_no(office: Office, li: User, said: str) -> None:
    for proposal in (f"加词 {WORD} 车辆管理 高", "删词 围标"):
        await li.says(proposal)
        await li.says(said)
        li.sees("词库没有改")
    assert (await office.database.records("nobody", now=office.now).lexicon_edits()).version == 0


@pytest.mark.parametrize("said", (*DOING, *LEAVING))
async def test_an_undoing_is_answered_in_the_same_words(office: Office, li: User, said: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says("确认")
    await li.says("词库")
    await li.says("撤销改词")
    li.sees("要撤销第 1 版吗")
    await li.says(said)
    li.sees("已撤销第 1 版" if said in DOING else "词库没有改")
    version = (await office.database.records("nobody", now=office.now).lexicon_edits()).version
    assert version == (2 if said in DOING else 1)


@pytest.mark.parametrize("said", ["生效", "改吧", "没问题", "确定", "不确认", "先不改"])
async def test_after_something_else_such_a_word_answers_nothing(office: Office, li: User, said: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says("菜单")
    await li.says(said)
    li.sees_not("已生效", "词库没有改")
    assert (await office.database.records("nobody", now=office.now).lexicon_edits()).version == 0


def test_no_word_says_yes_and_no() -> None:
    assert not words.DOING & words.LEAVING
    assert {words.normal(word) for word in (*words.DOING, *words.LEAVING)} == words.DOING | words.LEAVING


async def test_to_look_may_be_typed_also_where_nothing_would_change(office: Office, li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says("查看")
    li.sees("没有哪条分类会因此改变")
    await li.says("好的")
    li.sees("已生效")


@pytest.mark.parametrize("said", ["确认", "取消"])
async def test_after_something_else_it_is_told_what_still_waits(office: Office, li: User, said: str) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.says("今天天气不错")
    await li.says(said)
    li.sees("还有一次改动等您确认", WORD)
    await li.says(said)
    li.sees({"确认": "已生效", "取消": "词库没有改"}[said])


@pytest.mark.parametrize("label", ["确认", "取消", "查看"])
async def test_a_tap_under_an_earlier_edit_never_means_the_newer_one(office: Office, li: User, label: str) -> None:
    await _kept(await office.observer(), SAID)
    await li.says(f"加词 {WORD} 车辆管理 高")
    earlier = next(tap for tap in li.taps_seen if tap.label == label)
    await li.says(f"加词 {WORD} 食堂后勤 低")
    await li.does(kind="text", text=earlier.content, tap_id="1")
    li.sees("前面那次试算，没有生效", f"现在等您确认的是：加词“{WORD}”（食堂后勤，分量低）")
    await li.taps("确认")
    li.sees("已生效：加词", "食堂后勤，分量低")
    await li.does(kind="text", text=earlier.content, tap_id="1")
    li.sees("您点的这次改动没有生效")
    await li.taps("重新试算")
    li.sees(f"加词“{WORD}”（车辆管理，分量高）。", "它会换掉现在的")


async def test_a_second_tap_after_the_edit_was_undone_says_no_more_than_is_true(li: User) -> None:
    await li.says(f"加词 {WORD} 严重 投诉 低")
    confirm = next(tap for tap in li.taps_seen if tap.label == "确认")
    assert confirm.content == f"确认改词 加词 {WORD} 严重 投诉求助 低"
    await li.taps("确认")
    await li.taps("撤销这次改动")
    li.sees("已撤销第 1 版")
    await li.does(kind="text", text=confirm.content, tap_id="1")
    li.sees("已经生效过了，就是词库第 1 版")


async def test_what_cannot_be_undone_is_said(li: User) -> None:
    await li.says(f"加词 {WORD} 车辆管理 高")
    await li.taps("确认")
    await li.says("撤销改词 7")
    li.sees("没有第 7 版改动")
    await li.says("撤销改词 1")
    await li.says("撤销改词 2")
    li.sees("第 2 版本身就是一次撤销", WORD)
    await li.taps("重新试算")
    await li.taps("确认")
    li.sees("词库第 3 版")


async def test_words_with_signs_within_may_be_taught(li: User) -> None:
    await li.says("加词 回*扣 廉洁纪律 高")
    li.sees("加词“回*扣”（廉洁纪律，分量高）")
    await li.taps("确认")
    li.sees("已生效")
    await li.says("删词 n+1")
    await li.taps("确认")
    li.sees("已生效：删词“n+1”")
