"""未交, 催办, 提交率, 推送, 电话名单, 免交: what officers see and do, and what nobody else learns."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, delete, update

from storage.admin import administer
from storage.models import Delivery, DeliveryEvent, Due, Duty, Person
from storage.vocabulary import DeliveryState, Level, Role
from tests.handlers import opening
from tests.handlers.answering import submits
from tests.handlers.desk import ACTOR, Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
COMMANDS = ("未交", "催办", "提交率", "推送 王建国", "看推送 1", "电话名单", "免交 王建国 休假", "未交 二公司")


@pytest.fixture
async def li(office: Office) -> User:
    """The officer of the group, with two rounds: the third quarter is late, the fourth is open."""
    await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    await office.person("陈晓", "一公司", observes=[(Level.COMPREHENSIVE, "一公司")])
    await office.person("吴桂芳", "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    rule = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    late = office.now - timedelta(days=3)
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=late, period="2026-Q3", label="2026年第三季度")
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=END_OF_YEAR)
    functional = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "清源集团"))
    await opening.opened(office, functional, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-11", label="2026年11月")
    return await office.officer("李敏", "清源集团")


async def test_who_has_not_handed_in_stands_unit_by_unit(office: Office, li: User) -> None:
    await li.says("未交")
    li.sees("进行中的期次：应交 5 份，已交 0 份，未交 5 份（3 人）。", "【清源集团 / 一公司】\n· 陈晓　")
    li.sees("综合观察表 2026年第三季度，已逾期 3 天〔未绑定〕", "【清源集团 / 二公司 / 项目部】\n· 吴桂芳　")
    assert li.seen.index("一公司】") < li.seen.index("二公司】") < li.seen.index("项目部】")


@pytest.mark.parametrize(
    ("said", "owed", "what"),
    [
        ("未交 三季度", 2, "2026年第三季度"),
        ("未交三季度", 2, "2026年第三季度"),
        ("谁还没交 第三季度", 2, "2026年第三季度"),
        ("未交 职能", 1, "进行中的期次 · 职能"),
        ("未交 职能层 项目部", 1, "进行中的期次 · 职能 · 项目部"),
        ("未交职能层", 1, "进行中的期次 · 职能"),
        ("未交职能", 1, "进行中的期次 · 职能"),
        ("未交 二公司", 3, "进行中的期次 · 二公司"),
        ("未交 综合 二公司 2026年 三季度", 1, "2026年第三季度 · 综合 · 二公司"),
        ("未交 三季度综合二公司", 1, "2026年第三季度 · 综合 · 二公司"),
        ("未交 二公司，综合观察表，四季度", 1, "2026年第四季度 · 综合 · 二公司"),
        ("未交 11月", 1, "2026年11月"),
        ("未交 本期", 3, "2026年11月、2026年第四季度"),
        ("未交 项目部", 1, "进行中的期次 · 项目部"),
        ("未交 职能项目部", 1, "进行中的期次 · 职能 · 项目部"),
        ("未交 二公司/项目部", 1, "进行中的期次 · 项目部"),
        ("未交 清源集团 / 二公司 / 项目部", 1, "进行中的期次 · 项目部"),
    ],
)
async def test_period_level_and_unit_in_any_order(office: Office, li: User, said: str, owed: int, what: str) -> None:
    await li.says(said)
    li.sees(f"{what}：应交 {owed} 份，已交 0 份，未交 {owed} 份")


async def test_what_is_no_period_level_or_unit_is_said(office: Office, li: User) -> None:
    for said in ("未交 五公司", "提交率 五公司", "催办 五公司"):
        await li.says(said)
        li.sees("没看懂“五公司”")
    await li.says("未交 一公司 二公司")
    li.sees("一次只能看一个单位")
    await li.says("未交 一公司 / 项目部")
    li.sees("一次只能看一个单位")
    await li.says("看推送 999999")
    li.sees("没有查到这条推送")
    await li.says("未交 综合 职能")
    li.sees("一次只能看一个层级")
    await li.says("未交 公司")
    li.sees("“公司”有几个单位：清源集团 / 一公司、清源集团 / 二公司")
    await li.says("未交 去年")
    li.sees("2025年：没有查到应交的观察表。")
    li.sees_not("请写明是哪一期")


async def test_nobody_else_learns_anything(office: Office, li: User) -> None:
    empty = await office.officer("赵强", "一公司")
    keeper = await office.bound(await office.person("钱进", "清源集团", officer_of="清源集团", role=Role.ADMINISTRATOR))
    wang = await office.observer("王一", "二公司")
    for said in COMMANDS:
        shown = set()
        for user in (keeper, wang):
            await user.says(said)
            shown.add(user.seen)
        assert len(shown) == 1, said
        (unknown,) = shown
        assert "王建国" not in unknown or "推送" in said or "免交" in said, unknown
        if said in ("推送 王建国", "看推送 1", "免交 王建国 休假"):
            await empty.says(said)
            assert empty.seen == unknown
    await empty.says("未交 二公司")
    empty.sees("没看懂“二公司”")


async def test_the_tap_below_what_is_owed_counts_those_who_will_be_asked(office: Office, li: User) -> None:
    """It counted whoever owed something: also who had left, and who had been asked today."""
    await li.says("解聘 陈晓 11月20日")
    await li.taps("确认")
    office.passes(days=1)
    await li.says("未交")
    li.sees("（3 人）", "陈晓", "已调离，不再催")
    await li.taps("催办这 2 人")
    li.sees("一共 2 人")
    await li.taps("取消")
    await li.says("催办 职能")
    await li.taps("确认")
    await li.says("未交")
    li.sees("（3 人）")
    await li.taps("催办这 1 人")
    li.sees("一共 1 人")
    await li.taps("确认")
    await li.says("未交")
    li.sees("（3 人）")
    assert [tap.label for tap in li.taps_seen] == ["提交率", "菜单"]


async def test_asking_says_how_many_and_asks_once(office: Office, li: User) -> None:
    await li.says("未交")
    await li.taps("催办这 3 人")
    li.sees("要催没交的人（进行中的期次）：一共 3 人，5 份。", "其中 3 人微信通知不到")
    assert await opening.rows(office, Due) == []
    await li.taps("取消")
    li.sees("没有办理")
    await li.says("催办 职能")
    li.sees("一共 1 人，1 份")
    await li.taps("确认")
    li.sees("已安排催办：1 人，1 份")
    assert len(await opening.rows(office, Due)) == 1
    assert '"persons":1' in (await opening.audited(office, "duties.asked"))[0]
    await li.says("催办")
    li.sees("一共 2 人，4 份", "另有 1 份今天催过")
    await li.says("确认")
    li.sees("已安排催办：2 人，4 份")
    await li.says("催办")
    li.sees("没有要催的人")
    await li.says("确认")
    li.sees_not("已安排")


async def test_the_rate_is_told_unit_by_unit_the_lowest_first(office: Office, li: User) -> None:
    wang = await office.bound((await opening.rows(office, Duty))[0].person_id)
    await submits(wang)
    await li.says("提交率")
    li.sees(
        "合计：应交 5，已交 1（20%），其中逾期交 1", "· 二公司：应交 3，已交 1（33%）", "· 一公司：应交 2，已交 0（0%）"
    )
    assert li.seen.index("一公司") < li.seen.index("二公司")
    await li.says("提交率 二公司")
    li.sees("· 二公司（本级）：应交 2，已交 1（50%）", "· 项目部：应交 1，已交 0（0%）")
    await li.taps("未交")
    li.sees("进行中的期次 · 二公司：应交 3 份，已交 1 份，未交 2 份（2 人）")


async def test_what_was_sent_is_told_with_its_story(office: Office, li: User) -> None:
    duty = (await opening.rows(office, Duty))[0]
    at = office.now
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        sent = Delivery(
            person_id=duty.person_id, state=DeliveryState.FAILED, way="template", outcome="43004", next_at=at,
            created_at=at, updated_at=at,
        )  # fmt: skip
        admin._session.add(sent)
        await admin._session.flush()
        assert sent.id is not None
        admin._session.add(Due(duty_id=duty.id, place=0, recipient_id=duty.person_id, delivery_id=sent.id))
        for what, detail in (("planned", ""), ("attempt", ""), ("ended", "failed 43004")):
            admin._session.add(DeliveryEvent(delivery_id=sent.id, at=at, what=what, way="template", detail=detail))
    await li.says("推送 王建国")
    li.sees(
        "王建国（清源集团 / 二公司）近 90 天的推送", "11月20日 20:30　模板消息，发送失败：已取消关注（错误码 43004）"
    )
    li.sees("综合观察表 2026年第三季度")
    await li.taps("经过")
    li.sees(
        "发给 王建国 的消息",
        "排入待发",
        "开始发送（模板消息）",
        "结束（模板消息）：发送失败，已取消关注（错误码 43004）",
    )
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        await admin._session.execute(update(Delivery).values(state=DeliveryState.DELIVERED))
    await li.says("未交 三季度 二公司")
    li.sees("〔未绑定，已提醒 1 次：模板消息 1〕")
    await li.says("推送 没有这个人")
    li.sees("没有查到这个人")
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        await admin._session.execute(delete(Due))
        joined = update(Delivery).values(state=DeliveryState.SUPERSEDED, outcome="newer", way="")
        await admin._session.execute(joined)
    await li.says("推送 王建国")
    li.sees("11月20日 20:30　没有发，不用再发：并入了后来的一条\n　经过")
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        taken = update(Delivery).values(state=DeliveryState.SENT, outcome="", way="customer_service")
        await admin._session.execute(taken)
    await li.says("推送 王建国")
    li.sees("客服消息，已发出")
    li.sees_not("等微信回执")
    await li.says("推送")
    li.sees("看谁的推送？", "推送 王建国")
    await li.says("推送 吴桂芳")
    li.sees("近 90 天没有推送过消息")


async def test_the_phone_list_shows_numbers_and_writes_down_who_read_them(office: Office, li: User) -> None:
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        change = update(Person).where(col(Person.name) == "王建国").values(phone="13800001234")
        await admin._session.execute(change)
    await li.says("电话名单")
    li.sees("微信通知不到的观察员共 3 人", "· 王建国　13800001234（未绑定微信，欠 2 份）", "没有登记电话")
    li.sees("没有登记电话的，问到以后回复“改手机 陈晓 号码”补上。")
    assert len(await opening.audited(office, "phones.read")) == 1


async def test_a_duty_is_excused_for_a_reason(office: Office, li: User) -> None:
    await li.says("免交 王建国")
    li.sees("免交要写理由")
    await li.says("免交 王建国 休产假")
    li.sees("王建国 有 2 份没交，免哪一份？")
    await li.taps("综合观察表 2026年第三季度")
    li.sees("免交 王建国（清源集团 / 二公司）的 综合观察表 2026年第三季度？", "理由：休产假")
    await li.taps("确认")
    li.sees("已免交：王建国 的 综合观察表 2026年第三季度")
    assert json.loads((await opening.audited(office, "duty.excused"))[0]) == {"reason": "休产假"}
    await li.says("未交 三季度")
    li.sees("应交 1 份")
    await li.says("免交 王建国 三季度 休产假")
    li.sees("没有查到这个人未交的观察表")
    await li.says("免交 王建国 四季度 休产假")
    li.sees("2026年第四季度？")


async def test_nobody_excuses_what_they_stand_in_for(office: Office, li: User) -> None:
    """An officer who stood in for an observer could excuse the very sheet that they had to fill."""
    chief = await office.officer("周正", "清源集团")
    today = office.now.date()
    await chief.says(f"请假 王建国 {today} 至 {today + timedelta(days=3)} 代填 李敏")
    await chief.taps("确认")
    chief.sees("已登记：王建国 请假")
    await li.says("免交 王建国 三季度 太忙")
    await li.taps("确认")
    li.sees("没有办理：这一份现在由您代填，和自己的任务一样不能自己免交，请上级纪检人员办理")
    await li.says("免交 陈晓 三季度 休产假")
    await li.taps("确认")
    li.sees("已免交：陈晓")
    await chief.says("免交 王建国 三季度 休假")
    await chief.taps("确认")
    chief.sees("已免交：王建国")


async def test_an_answer_in_a_form_stays_an_answer_for_those_without_the_right(office: Office, li: User) -> None:
    wang = await office.observer("王一", "二公司")
    await wang.says("开始")
    await wang.says("总体良好")
    before = wang.seen
    for said in ("未交", "催办", "没交"):
        await wang.says(said)
        wang.sees_not("没有查到应交")
    assert before != wang.seen or "题" in wang.seen


@pytest.mark.parametrize(
    "said",
    [
        *("加词 甲供料 物资管理 高", "删词 甲供料", "撤销改词", "词库", "待阅", "催报规则", "绑定申请", "确认绑定 1"),
        *("退回 GC26-0000179 请写具体", "改类 GC26-0000179 高", "加詞 甲供料"),
    ],
)
async def test_a_command_of_staff_in_a_form_is_an_answer_for_everybody_else(
    office: Office, li: User, said: str
) -> None:
    """The form was put aside, and what was said was lost."""
    wang = await office.observer("王一", "二公司")
    await wang.says("开始 综合观察表")
    await wang.says(said)
    wang.sees(f"选项里没有“{said}”")
    await wang.says("有薄弱环节")
    wang.sees("第 2/")
    await wang.says(said)
    wang.sees_not("没有查到", "第 2/")
    await wang.says("预览")
    wang.sees(said)


async def test_what_everybody_may_ask_for_stands_beside_their_form(office: Office, li: User) -> None:
    wang = await office.observer("王一", "二公司")
    await wang.says("开始 综合观察表")
    await wang.says("看意见")
    wang.sees("您还没有在这里提过意见", "您有一份未完成的《综合观察表》")


async def test_those_with_the_right_run_a_command_beside_their_form(office: Office) -> None:
    person = await office.person("赵刚", "清源集团", observes=[(Level.COMPREHENSIVE, "二公司")], officer_of="清源集团")
    zhao = await office.bound(person)
    await zhao.says("开始 综合观察表")
    for said in ("词库", "待阅", "未交"):
        await zhao.says(said)
        zhao.sees_not("选项里没有")
        zhao.sees("您有一份未完成的《综合观察表》")
        await zhao.says("继续")


@pytest.mark.parametrize(
    "said", ["未交付的设备有三台", "催办公室的人来修", "推送了三次都没有看到。", "还没交房租呢", "谁没交钱"]
)
async def test_what_only_begins_like_a_command_is_none(office: Office, li: User, said: str) -> None:
    await li.says(said)
    li.sees_not("应交", "没看懂“", "没有查到这个人")


async def test_a_long_list_comes_in_pages(office: Office, li: User) -> None:
    for number in range(15):
        await office.person(f"观察员{number:02}", "一公司", observes=[(Level.FUNCTIONAL, "一公司")])
    rule = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "一公司"))
    await opening.opened(
        office, rule, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-12", label="2026年12月", unit="一公司"
    )
    await li.says("未交 一公司")
    li.sees("第 1/2 页", "观察员00")
    li.sees_not("观察员14")
    await li.taps("下一页")
    li.sees("第 2/2 页", "观察员14")
    await li.says("未交 一公司 第9页")
    li.sees("第 2/2 页")
