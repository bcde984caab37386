"""People whom an officer chases one by one: whom WeChat does not reach, whom to call, and in which order they stand."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update

from storage.admin import administer
from storage.models import Contact, Delivery, DeliveryEvent, Person, Reach
from storage.vocabulary import DeliveryState, Level
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
async def li(office: Office) -> User:
    """The officer of the group. Of the observers 王建国 is bound, and owes the sheet of the quarter like 陈晓; 吴桂芳
    owes that of the month.
    """
    await office.bound(await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")]))
    await office.person("陈晓", "一公司", observes=[(Level.COMPREHENSIVE, "一公司")])
    await office.person("吴桂芳", "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    quarterly = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    await opening.opened(office, quarterly, Level.COMPREHENSIVE, due=END_OF_YEAR)
    monthly = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "清源集团"))
    await opening.opened(office, monthly, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-11", label="2026年11月")
    return await office.officer("李敏", "清源集团")


async def goes(office: Office, name: str, why: str) -> None:
    """Nothing reaches this person any more."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        contact = select(col(Contact.id)).join(Person, col(Person.id) == col(Contact.person_id))
        found = (await admin._session.execute(contact.where(col(Person.name) == name))).scalar_one()
        admin._session.add(Reach(contact=found, gone=why))


@pytest.mark.parametrize(
    ("why", "told"), [("unfollowed", "已取消关注"), ("40003", "绑定的微信号已失效"), ("1", "微信收不到（错误码 1）")]
)
async def test_who_left_the_account_is_marked(office: Office, li: User, why: str, told: str) -> None:
    """未交 marked only who was never bound, and 人员 said 已绑定."""
    await li.says("人员 王建国")
    li.sees("微信：已绑定\n")
    await goes(office, "王建国", why)
    await li.says("未交 二公司 综合")
    li.sees(f"王建国　综合观察表 2026年第四季度，还有 41 天〔{told}〕")
    await li.says("人员 王建国")
    li.sees(f"微信：已绑定，但{told}\n")
    await li.says("人员 二公司")
    li.sees(f"王建国（二公司）综合观察员，{told}")


@pytest.mark.parametrize("said", ["未交", "电话名单", "人员 项目部"])
async def test_names_stand_in_the_order_of_their_pinyin(office: Office, li: User, said: str) -> None:
    """They stood in the order of their characters in Unicode: 任重、刘洋、卢刚."""
    names = ("任重", "刘洋", "卢刚", "安宁", "𠮷川", "左丘")
    for name in names:
        await office.person(name, "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    rule = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "项目部"))
    await opening.opened(
        office, rule, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-12", label="2026年12月", unit="项目部"
    )
    await li.says(said)
    places = [li.seen.index(name) for name in ("𠮷川", "安宁", "刘洋", "卢刚", "任重", "吴桂芳", "左丘")]
    assert places == sorted(places)


async def test_the_phone_list_says_what_the_officer_can_do(office: Office, li: User) -> None:
    await li.says("电话名单")
    li.sees("没有登记电话的，问到以后回复“改手机 陈晓 号码”补上。")
    li.sees_not("管理员")


async def test_a_command_that_finds_nothing_suggests_itself(office: Office, li: User) -> None:
    await li.says("催办 项目")
    li.sees("进行中的期次 · 项目：没有查到应交的观察表。", "例如“催办 三季度”")
    await li.says("提交率 项目")
    li.sees("例如“提交率 三季度”")
    await li.says("未交 项目")
    li.sees("例如“未交 三季度”")


async def test_the_story_of_a_message_ends_without_a_word_of_wechats(office: Office, li: User) -> None:
    at = office.now
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        person = (await admin._session.execute(select(col(Person.id)).where(col(Person.name) == "王建国"))).scalar_one()
        sent = Delivery(
            person_id=person or 0,
            state=DeliveryState.DELIVERED,
            way="template",
            next_at=at,
            created_at=at,
            updated_at=at,
        )
        admin._session.add(sent)
        await admin._session.flush()
        line = DeliveryEvent(delivery_id=sent.id or 0, at=at, what="ended", way="template", detail="delivered success")
        admin._session.add(line)
    await li.says("推送 王建国")
    await li.taps("经过")
    li.sees("结束（模板消息）：已送达")
    li.sees_not("success")


async def test_one_person_is_asked(office: Office, li: User) -> None:
    """催办 吴桂芳 was no period, no level and no unit."""
    await li.says("催办 吴桂芳")
    li.sees("要催没交的人（进行中的期次 · 吴桂芳）：一共 1 人，1 份。")
    await li.taps("确认")
    li.sees("已安排催办：1 人，1 份")
    await li.says("催办 项目部 职能 吴桂芳 11月")
    li.sees("2026年11月 · 职能 · 项目部 · 吴桂芳：没有要催的人")
    await li.says("未交 王建国")
    li.sees("进行中的期次 · 王建国：应交 1 份")
    await li.says("催办 陈晓 吴桂芳")
    li.sees("一次只能看一个人")
    await li.says("催办 陈小小")
    li.sees("没看懂“陈小小”", "单位或者人")


async def test_of_people_of_one_name_the_staff_number_says_who(office: Office, li: User) -> None:
    first = await office.person("吴桂芳", "一公司", observes=[(Level.COMPREHENSIVE, "一公司")])
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        await admin._session.execute(
            update(Person).where(col(Person.id) == first).values(staff_number="10235", name="吴桂芳")
        )
    await li.says("催办 吴桂芳")
    li.sees("叫“吴桂芳”的有几位", "吴桂芳（清源集团 / 一公司，工号 10235）", "例如“工号10235”")
    await li.says("未交 工号10235")
    li.sees("进行中的期次 · 吴桂芳：没有查到应交")
    await li.says("催办 项目部 吴桂芳")
    li.sees("要催没交的人（进行中的期次 · 项目部 · 吴桂芳）：一共 1 人，1 份。")


async def test_officers_find_only_people_of_theirs(office: Office, li: User) -> None:
    zhao = await office.officer("赵强", "一公司")
    await zhao.says("催办 吴桂芳")
    zhao.sees("没看懂“吴桂芳”")


async def test_the_phone_list_takes_a_unit_a_level_and_a_page(office: Office, li: User) -> None:
    """They were answered by how the command is said."""
    await li.says("电话名单")
    li.sees("微信通知不到的观察员共 2 人。", "陈晓", "吴桂芳")
    await li.says("电话名单 二公司")
    li.sees("微信通知不到的观察员（二公司）共 1 人。", "吴桂芳")
    li.sees_not("陈晓")
    await li.says("电话名单 综合")
    li.sees("微信通知不到的观察员（综合）共 1 人。", "陈晓")
    await li.says("电话名单 综合 二公司")
    li.sees("综合 · 二公司：没有微信通知不到的观察员。")
    await li.says("电话名单 陈晓")
    li.sees("（陈晓）共 1 人")
    await li.says("电话名单 三季度")
    li.sees("电话名单不分期次")
    await li.says("电话名单 五公司")
    li.sees("没看懂“五公司”")
    assert len(await opening.audited(office, "phones.read")) == 4


async def test_the_phone_list_turns_its_pages(office: Office, li: User) -> None:
    for number in range(14):
        await office.person(f"观察员{number:02}", "一公司", observes=[(Level.FUNCTIONAL, "一公司")])
    await li.says("电话名单 一公司")
    li.sees("共 15 人", "第 1/2 页")
    await li.taps("下一页")
    li.sees("（一公司）共 15 人", "观察员13", "第 2/2 页")
    for said in ("电话名单 2", "电话名单 第2页", "电话名单 一公司 2", "电话名单 一公司 第 2 页"):
        await li.says(said)
        li.sees("第 2/2 页")
